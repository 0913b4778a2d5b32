"""The emulated chip: what it computes, what it counts, and how it names what went wrong."""

import functools
import subprocess
import sys
import zlib

import numpy as np
import pytest
import qemu
from places import C

from tinyml_helpers import boards, toolchain
from tinyml_helpers.emulator import faults
from tinyml_helpers.emulator.machine import Machine

SOURCES = [C / "start.c", C / "programs.c"]
FLASH = {"nano33ble": 0x00000000, "pico": 0x10000000}
RAM = 0x20000000

STATUS, DATA = 0x40002100, 0x40002104


@pytest.fixture(scope="module")
def elf(tmp_path_factory):
    """A function that gives the tests' programs for a board, an ELF file's bytes."""

    @functools.cache
    def make(board, defines=()):
        script = qemu.moved(C / "chip.ld", FLASH[board], tmp_path_factory.mktemp("script"))
        return toolchain.firmware(SOURCES, board, script, defines=defines)

    return make


@pytest.fixture(params=["nano33ble", "pico"])
def machine(request, elf):
    return Machine(elf(request.param), request.param)


@pytest.fixture
def nano(elf):
    return Machine(elf("nano33ble"), "nano33ble")


@pytest.fixture
def pico(elf):
    return Machine(elf("pico"), "pico")


class Uart:
    """The peripheral that start.c echoes bytes with."""

    def __init__(self, machine):
        self.machine = machine
        self.received, self.sent = bytearray(), bytearray()
        machine.attach(STATUS, read=self.status)
        machine.attach(DATA, read=lambda: self.received.pop(0), write=self.sent.append)

    def status(self):
        if not self.received:
            self.machine.stop()
        return bool(self.received)


def line_of(text):
    """The place, as "programs.c:12", of the line of programs.c that holds a text."""
    lines = (C / "programs.c").read_text().splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if text in line]
    return f"programs.c:{number}"


# What it computes.


def test_a_function_works_on_memory(machine):
    data = bytes(range(256)) * 16
    machine.write(RAM + 0x8000, data)
    assert machine.call("checksum", RAM + 0x8000, len(data)) == zlib.adler32(data)


def test_floats(machine):
    total = np.float32(0)
    for _ in range(100):
        total += np.float32(1.001)
    assert machine.call("milli", 100) == int(total * np.float32(1000) / np.float32(100))


def test_a_function_that_calls_itself(machine):
    assert machine.call("recurse", 20) == sum(range(21))


def test_start_up_code_fills_data_and_clears_bss(machine):
    Uart(machine)
    machine.run()
    assert [machine.call("started") for _ in range(2)] == [0x12345678, 0x12345679]


def test_memory_is_the_boards(machine):
    board = boards.get("pico" if machine.address("checksum") > 0x10000000 else "nano33ble")
    flash = FLASH[board.id]
    for start, size in ((flash, board.flash_bytes), (RAM, board.ram_bytes)):
        machine.write(start + size - 4, b"last")
        assert machine.read(start + size - 4, 4) == b"last"
        for address in (start + size - 3, start - 4):
            with pytest.raises(ValueError, match="no memory"):
                machine.read(address, 4)
            with pytest.raises(ValueError, match="no memory"):
                machine.write(address, b"over")


def test_what_is_called_or_marked_must_be_there(machine):
    with pytest.raises(ValueError, match="no 'nowhere'"):
        machine.call("nowhere")
    with pytest.raises(ValueError, match="no 'nowhere'"):
        machine.mark("nowhere")
    with pytest.raises(ValueError, match="four arguments"):
        machine.call("checksum", 1, 2, 3, 4, 5)


def test_a_board_without_a_microcontroller_is_refused(elf):
    with pytest.raises(ValueError, match=r"'pi5'.*nano33ble"):
        Machine(elf("pico"), "pi5")


def test_a_program_for_another_board_is_refused(elf):
    with pytest.raises(ValueError, match="no memory from 0x10000000"):
        Machine(elf("pico"), "nano33ble")


# Waiting, and peripherals.


def test_it_waits_for_input_and_goes_on(machine):
    uart = Uart(machine)
    machine.run()
    assert uart.sent == b""
    uart.received += b"HAL"
    machine.run()
    assert uart.sent == b"IBM"
    uart.received += b"9\0"
    machine.run()  # it returns from echo, and sleeps
    assert uart.sent == b"IBM:"
    assert machine.places.function(machine.register("pc")) == "Reset_Handler"


@pytest.mark.parametrize("board", ["nano33ble", "pico"])
def test_stopping_and_going_on_costs_nothing(elf, board):
    counts = []
    for stops in (False, True):
        machine = Machine(elf(board), board)
        status, data = [0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1], [1, 2, 3, 4, 0]

        def next_status(status=status, stop=machine.stop if stops else lambda: None):
            if not status[0]:
                stop()
            return status.pop(0)

        machine.attach(STATUS, read=next_status)
        machine.attach(DATA, read=lambda data=data: data.pop(0))
        runs = 0
        while data:
            machine.run()
            runs += 1
        assert runs == (7 if stops else 1)
        counts.append((machine.instructions, machine.cycles))
    assert counts[0] == counts[1]


def test_an_error_in_a_peripheral_comes_out(machine):
    def broken():
        raise OSError("unplugged")

    machine.attach(STATUS, read=broken)
    with pytest.raises(OSError, match="unplugged"):
        machine.run()


def test_a_register_keeps_what_was_written(machine):
    machine.attach(STATUS)
    machine.call("poke", STATUS + 8, 0xCAFE)
    assert machine.call("peek", STATUS + 8) == 0xCAFE
    assert machine.call("peek", STATUS) == 0


def test_a_peripheral_can_read_the_clock(nano):
    nano.attach(0xE0001004, read=lambda: nano.cycles & 0xFFFFFFFF)
    assert 0 < nano.call("peek", 0xE0001004) < 10


# What it counts. The costs are worked out beside the assembly in programs.c.


def test_counts_of_a_loop_on_the_m4(nano):
    nano.call("counted", 10, RAM)
    assert nano.instructions == 1 + 10 * 6 + 1
    assert nano.cycles == 4 + 10 * (5 + 2 + 1 + 1 + 1 + 3) - 2 + 6


def test_counts_of_multiplications_and_divisions_on_the_m4(nano):
    assert nano.call("multiply_accumulate", 10) == 3 * sum(range(1, 11))
    assert nano.instructions == 2 + 10 * 7 + 2
    assert nano.cycles == 2 + 10 * (1 + 7 + 1 + 1 + 1 + 1 + 3) - 2 + 4


def test_counts_of_a_loop_on_the_m0plus(pico):
    pico.call("counted", 10, RAM)
    assert pico.instructions == 1 + 10 * 9 + 1
    assert pico.cycles == 4 + 10 * (1 + 3 + 2 + 2 + 1 + 3 + 2 + 1 + 2) - 1 + 6


def test_counts_of_a_long_straight_stretch(machine, request):
    assert machine.call("straight", 42) == 3042
    return_cycles = 3 if "nano" in request.node.name else 2
    assert (machine.instructions, machine.cycles) == (3001, 3000 + return_cycles)


def test_the_same_call_counts_the_same_again(machine):
    counts = []
    for _ in range(3):
        machine.clear_counts()
        machine.call("mixed", 200)
        counts.append((machine.instructions, machine.cycles))
    assert len(set(counts)) == 1


def test_the_profile_adds_up(machine):
    machine.call("staged")
    profile = machine.function_profile()
    assert sum(share.instructions for share in profile) == machine.instructions
    assert sum(share.cycles for share in profile) == machine.cycles
    assert {"staged", "mark", "checksum"} <= {share.function for share in profile}
    assert [share.cycles for share in profile] == sorted((s.cycles for s in profile), reverse=True)


def test_cleared_counts_are_cleared(machine):
    machine.mark("mark")
    machine.call("staged")
    machine.clear_counts()
    assert (machine.instructions, machine.cycles) == (0, 0)
    assert machine.visits == [] and machine.function_profile() == []


def test_marks_log_each_visit(machine):
    machine.call("staged")  # marks may be added after the first visit too
    machine.clear_counts()
    machine.mark("mark", "checksum")
    machine.call("staged")
    first, between, last = machine.visits
    mark = machine.address("mark")
    assert (first.address, between.address, last.address) == (
        mark,
        machine.address("checksum"),
        mark,
    )
    assert (first.r0, last.r0) == (7, 8)
    assert machine.read(between.r0, 4) == b"abc\0"
    assert 0 < first.instructions < between.instructions < last.instructions < machine.instructions
    assert 0 < first.cycles < between.cycles < last.cycles < machine.cycles


def test_too_many_visits_are_an_error(machine):
    machine.mark("recurse")
    for _ in range(1000):
        machine.call("recurse", 79)
    with pytest.raises(RuntimeError, match="80,000 visits"):
        _ = machine.visits


def test_a_full_table_is_an_error(machine):
    machine._counter.state.used = 49152
    with pytest.raises(RuntimeError, match="more blocks"):
        machine.call("recurse", 1)


def test_the_stack_is_measured(machine):
    assert machine.stack_high_water == 0
    depths = []
    for depth in (1, 10, 20):
        machine.call("recurse", depth)
        depths.append(machine.stack_high_water)
    frame = (depths[2] - depths[1]) // 10
    assert frame >= 32 and depths[1] - depths[0] == 9 * frame


# What goes wrong.


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


def test_the_emulator_loads_unicorn_only_when_used():
    program = "import sys, tinyml_helpers.emulator, tinyml_helpers.toolchain\n"
    program += "print({'unicorn', 'capstone', 'elftools', 'tensorflow'} & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "set()\n"
