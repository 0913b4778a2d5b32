"""What a board's program does before it waits for the first byte: memory, clock and UART."""

import functools

import models
import pytest

from tinyml_helpers import boards, firmware
from tinyml_helpers.emulator.chip import Chip

BAUD = 115_200
BOARDS = ("nano33ble", "pico")
FILLED = b"\xa5"  # what memory holds when the power comes


@functools.cache
def image(board):
    return firmware.build(models.large([1, 8]), board)


def chip_of(board):
    """A chip whose memory is full of something."""
    chip = Chip(image(board).elf, board)
    chip.machine.write(0x20000000, FILLED * boards.get(board).ram_bytes)
    return chip


def word(chip, address):
    return int.from_bytes(chip.machine.read(address, 4), "little")


def writes(chip, *registers):
    """The (register, value) that the program writes to these registers when it starts, in order."""
    found = []
    for address in registers:
        chip.machine.attach(address, write=lambda value, at=address: found.append((at, value)))
    chip.run()
    return found


def test_the_nano_switches_its_uart_on_once_its_pins_and_speed_are_set():
    """Registers: nRF52840 Product Specification v1.11, 6.33.10."""
    start_rx, start_tx, enable, pin_tx, pin_rx, speed = (
        0x40002000 + offset for offset in (0x000, 0x008, 0x500, 0x50C, 0x514, 0x524)
    )
    found = writes(chip_of("nano33ble"), start_rx, start_tx, enable, pin_tx, pin_rx, speed)
    assert sorted(found[:3]) == [
        (pin_tx, 32 + 3),  # P1.03
        (pin_rx, 32 + 10),  # P1.10
        (speed, round(BAUD * 2**32 / 16_000_000 / 4096) * 4096),  # the highest 20 bits count
    ]
    assert found[3] == (enable, 4)
    assert sorted(found[4:]) == [(start_rx, 1), (start_tx, 1)]


def test_the_pico_switches_its_uart_on_once_its_speed_is_set():
    """Registers: RP2040 Datasheet, 4.2.8; eight bits without parity, and queues."""
    whole, sixty_fourths, line, control = (0x40034000 + at for at in (0x24, 0x28, 0x2C, 0x30))
    found = writes(chip_of("pico"), whole, sixty_fourths, line, control)
    divisor = round(64 * boards.get("pico").clock_hz / (16 * BAUD))
    assert found == [
        (whole, divisor // 64),
        (sixty_fourths, divisor % 64),
        (line, 0b111 << 4),
        (control, 0b11 << 8 | 1),  # receive, send, enable
    ]


def test_the_nano_starts_its_cycle_counter_from_zero():
    """With TRCENA set, or the counter has no power: Armv7-M ARM, C1.6.5 and C1.8.7."""
    chip = chip_of("nano33ble")
    control, count = 0xE0001000, 0xE0001004
    assert writes(chip, control, count) == [(count, 0), (control, 1)]
    assert word(chip, 0xE000EDFC) == 1 << 24


def test_the_nano_may_use_its_fpu_and_faults_on_a_division_by_zero():
    chip = chip_of("nano33ble")
    chip.run()
    assert word(chip, 0xE000ED88) >> 20 & 0xF == 0xF
    assert word(chip, 0xE000ED14) == 1 << 4


@pytest.mark.parametrize("board", BOARDS)
def test_memory_is_cleared_to_its_last_word_and_not_beyond(board):
    chip = chip_of(board)
    machine = chip.machine
    chip.run()
    for name, size in (("ping", 64), ("message", 4)):  # of messages that haven't come
        assert machine.read(machine.address(name), size) == bytes(size)
    assert machine.read(machine.address("__bss_end"), 4) == FILLED * 4
