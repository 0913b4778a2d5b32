"""The witness notices what silicon doesn't forgive: a program by the book, a mistake at a time."""

import re

import emulated
import numpy as np
import pico_mistakes
import pytest
import witness
from places import C

from tinyml_helpers import firmware, link, micro, toolchain

HELLO = b"hello*"  # the program sends a star forty times
ECHO = b"hello" + 40 * b"*"
MILLISECONDS = 40  # of the chip's time, in which it starts and answers


def image(mistake=""):
    """Bytes of flash of the program by the book, or with mistakes in it."""
    defines = mistake.split()
    elf = toolchain.firmware([C / "pico_echo.c"], "pico", C / "pico_echo.ld", defines=defines)
    return witness.with_checksum(witness.image_of(elf))


def echo(flash):
    """(What comes back from a chip with the program, its report.)"""
    with witness.Chip(image=flash) as chip:
        chip.send(HELLO)
        return chip.receive(MILLISECONDS)[0], chip.report()


def test_each_rule_is_broken_by_some_program():
    """Rules named by a sentence as it comes, such as rp2040js's own warnings, are left out."""
    said = "".join(path.read_text() for path in witness.FOLDER.glob("*.js"))
    rules = set(re.findall(r'faults\.(?:report|stop)\(\s*"([^"]+)"', said))
    tables = {**pico_mistakes.AT_START, **pico_mistakes.ON_USB}
    broken = {rule for names, _ in tables.values() for rule in names.split(", ")}
    assert len(rules) > 40 and rules - broken - pico_mistakes.ELSEWHERE == set()


def test_a_program_by_the_book_breaks_no_rule():
    data, report = echo(image())
    assert (data, report.faults, report.stopped) == (ECHO, {}, "")
    assert report.clock_hz == 133e6


@pytest.mark.parametrize("mistake", pico_mistakes.AT_START)
def test_each_mistake_breaks_its_rule_and_no_other(mistake):
    rules, answers = pico_mistakes.AT_START[mistake]
    data, report = echo(image(mistake))
    assert ", ".join(report.faults) == rules
    assert (data == ECHO) == answers


@pytest.mark.parametrize("place", [0, 75, 251, 255])
def test_one_flipped_bit_in_boot2_keeps_the_rom_from_starting_it(place):
    flash = bytearray(image())
    flash[place] ^= 0x10
    data, report = echo(bytes(flash))
    assert data == b"" and list(report.faults) == ["boot2"] and report.instructions == 0


def test_bytes_that_come_while_nobody_reads_are_lost_and_that_is_told():
    slow = "EXTRA=wait()"  # longer than 32 bytes take
    with witness.Chip(image=image(slow)) as chip:
        chip.send(bytes(range(1, 42)))
        data, report = chip.receive(MILLISECONDS)[0], chip.report()
    assert list(report.faults) == ["overrun"] and 32 <= len(data) < 41


def test_a_program_that_asks_the_rom_for_bootsel_is_seen_to():
    data, report = echo(image("EXTRA=bootsel()"))
    assert (data, report.faults, report.bootsel) == (b"", {}, True)


def test_firmware_for_the_emulated_pico_is_seen_to_be_for_no_real_one(int8_model):
    """board_pico.c leaves clocks and resets to a boot loader that isn't there."""
    built, codes = firmware.build(int8_model, "pico"), emulated.codes(int8_model)
    with witness.Chip(image=witness.image_of(built.elf), direct=True) as chip:
        output = link.open(chip.port, int8_model).invoke(codes).output
        report = chip.report()
    expected = {"uart0 in reset", "timer in reset", "no tick", "no clk_peri", "baud"}
    assert set(report.faults) == expected | {"gpio0", "gpio1"}
    assert len(report.places["uart0 in reset"]) == 8
    np.testing.assert_array_equal(output, micro.Interpreter(int8_model).invoke(codes))
