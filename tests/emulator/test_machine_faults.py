"""How the emulated chip names what went wrong."""

import pytest
from bare_chip import RAM, STATUS, Uart
from places import C

from tinyml_helpers.emulator import faults
from tinyml_helpers.emulator.machine import Machine


def line_of(text):
    """The place, as "programs.c:12", of the line of programs.c that holds a text."""
    lines = (C / "programs.c").read_text().splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if text in line]
    return f"programs.c:{number}"


def test_reading_where_nothing_is(machine):
    with pytest.raises(faults.MemoryFault) as caught:
        machine.call("peek", 0x30000000)
    fault = caught.value
    assert fault.function == "peek" and fault.line == line_of(
        "uint32_t peek(const uint32_t *address) {"
    )
    assert str(fault) == (
        f"a read from 0x30000000, where there is no memory, in peek ({fault.line})"
    )


def test_writing_where_nothing_is_or_to_flash(machine):
    with pytest.raises(faults.MemoryFault, match="write to 0x30000000, where there is no memory"):
        machine.call("poke", 0x30000000, 1)
    flash = machine.address("vectors")
    with pytest.raises(faults.MemoryFault, match=r"write to .*, which is flash, in poke"):
        machine.call("poke", flash, 1)
    with pytest.raises(faults.MemoryFault, match="0x1ffffffc, where there is no memory, in poke"):
        machine.call("poke", RAM - 4, 1)  # close to the stack, yet no overflow


def test_a_jump_into_nothing_names_where_it_came_from(machine):
    with pytest.raises(faults.MemoryFault, match=r"jump to 0x30000000, .*, in jump"):
        machine.call("jump", 0x30000001)
    with pytest.raises(faults.MemoryFault, match=r"without the bit 0 that marks Thumb.*, in jump"):
        machine.call("jump", machine.address("recurse"))


def test_stack_overflow(machine):
    with pytest.raises(
        faults.StackOverflowError, match=r"stack of 4,096 bytes .*, in recurse"
    ) as caught:
        machine.call("recurse", 1000)
    assert caught.value.line.startswith("programs.c:")
    assert machine.stack_high_water > 4000


def test_a_hang_and_going_on(machine):
    with pytest.raises(faults.HangError, match="busy after 5,000 instructions, in hang") as caught:
        machine.call("hang", budget=5000)
    assert caught.value.function == "hang"
    assert 5000 <= machine.instructions < 5010
    assert machine.call("checksum", RAM, 0) == 1


def test_waiting_inside_a_call_is_an_error(machine):
    Uart(machine)
    with pytest.raises(faults.HangError, match="waits"):
        machine.call("echo")


def test_an_undefined_instruction(machine):
    with pytest.raises(faults.UndefinedInstructionError, match="in undefined") as caught:
        machine.call("undefined")
    assert caught.value.line == line_of("void undefined(void) {")


def test_division_by_zero_traps_if_asked_to(nano):
    assert nano.call("divide", 7, 0) == 0
    nano.call("trap_divisions")
    assert nano.call("divide", 7, 2) == 3
    with pytest.raises(faults.DivideError, match="in divide") as caught:
        nano.call("divide", 7, 0)
    assert caught.value.line == line_of("int32_t divide(int32_t a, int32_t b) {")


def test_an_unaligned_access_on_the_m0plus(nano, pico):
    nano.write(RAM + 0x8000, bytes(range(8)))
    assert nano.call("peek", RAM + 0x8001) == 0x04030201
    with pytest.raises(faults.AlignmentError, match="multiple of its size, in peek"):
        pico.call("peek", RAM + 0x8001)


def test_a_float_before_the_fpu_is_on(elf):
    machine = Machine(elf("nano33ble", defines=("NO_FPU",)), "nano33ble")
    machine.attach(STATUS, read=machine.stop)
    machine.run()
    with pytest.raises(faults.UndefinedInstructionError, match=r"FPU was switched on.* in milli"):
        machine.call("milli", 10)


def test_an_address_in_no_function_has_no_place(elf):
    places = faults.Places(elf("nano33ble"))
    assert places.function(places.symbols["peek"]) == "peek"
    assert places.function(0xDEADBEEF) is None and places.line(0x90000000) is None
