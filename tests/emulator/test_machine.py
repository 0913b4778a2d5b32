"""The emulated chip: what it computes, how it waits, and its peripherals."""

import subprocess
import sys
import zlib

import numpy as np
import pytest
from bare_chip import DATA, FLASH, RAM, STATUS, Uart

from tinyml_helpers import boards
from tinyml_helpers.emulator.machine import Machine

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


def test_the_emulator_loads_unicorn_only_when_used():
    program = "import sys, tinyml_helpers.emulator, tinyml_helpers.toolchain\n"
    program += "print({'unicorn', 'capstone', 'elftools', 'tensorflow'} & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "set()\n"
