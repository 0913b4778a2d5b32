"""The witness notices what silicon doesn't forgive: a program by the book, a mistake at a time."""

import emulated
import numpy as np
import pytest
import witness
from places import C

from tinyml_helpers import firmware, link, micro, toolchain

HELLO = b"hello*"  # the program sends a star forty times
ECHO = b"hello" + 40 * b"*"
MILLISECONDS = 40  # of the chip's time, in which it starts and answers

#: By macro of pico_echo.c the only rule that it breaks, and whether the right bytes come back.
MISTAKES = {
    "SSI_ON=0": ("flash", False),
    "SSI_COMMAND=0x0B000218": ("flash", False),
    "SSI_DIVIDER=2": ("flash clock", True),
    "CRYSTAL_START=10": ("crystal start", True),
    "CRYSTAL_WAIT=0": ("crystal", True),
    "PLL_WAIT=0": ("pll lock", True),
    "PLL_DIVIDER_OFF=0": ("pll divider", True),
    "PLL_MULTIPLIER=58 PLL_DIVIDERS=(6<<16|1<<12) DIVIDER=62 FRACTION=60": ("pll range", True),
    "PLL_DIVIDERS=(5<<16|2<<12) DIVIDER=86 FRACTION=38": ("clk_sys", True),
    "PERIPHERAL_CLOCK=0": ("uart0 without clock", False),
    "PERIPHERAL_CLOCK=(1<<11|1<<5)": (None, True),
    "PERIPHERAL_CLOCK=(1<<11|4<<5)": ("baud", True),
    "RELEASED=(1<<8|1<<12|1<<21|1<<22)": ("io_bank0 in reset", True),
    "RELEASED=(1<<5|1<<8|1<<21|1<<22)": ("pll_sys in reset", True),
    "RELEASED=(1<<5|1<<8|1<<12|1<<22)": ("timer in reset", True),
    "RELEASE_WAIT=0": ("uart0 in reset", True),
    "TICK=0": ("no tick", True),
    "TICK=(1<<9|6)": ("tick", True),
    "FUNCTION_OF_0=31": ("gpio0", True),
    "FUNCTION_OF_1=5": ("gpio1", True),
    "DIVIDER=76": ("baud", True),
    "DIVIDER=73": (None, True),
    "LINE=0x60": ("no queue", True),
    "LINE=0x50": ("frame", True),
    "LINE_LAST=0": ("baud", True),
    "UART_ON=0x101": ("uart off", True),
    "CHECK_FULL=0": ("send full", False),
    "EXTRA=REGISTER(0x1001C008)=0": ("write to flash", True),
    "EXTRA=REGISTER(0x20)=1": ("write to ROM", True),
    "EXTRA=REGISTER(0x4001C008)=0x16": ("input", True),
    "EXTRA=REGISTER(0x4001C004)=0x80": ("output", True),
    "EXTRA=REGISTER(0x40028008)=133": ("pll in use", True),
    "EXTRA=REGISTER(0x4000803C)=(1|3<<5),REGISTER(0x4000803C)=1": ("glitch", True),
    "EXTRA=REGISTER(0x20042000)=0": ("RP2040: Write to undefined address: 20042000", True),
    "EXTRA=((void(*)(void))0x1001)()": ("lost", False),
}


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


def test_a_program_by_the_book_breaks_no_rule():
    data, report = echo(image())
    assert (data, report.faults, report.stopped) == (ECHO, {}, "")
    assert report.clock_hz == 133e6


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_breaks_its_rule_and_no_other(mistake):
    rule, answers = MISTAKES[mistake]
    data, report = echo(image(mistake))
    assert list(report.faults) == ([rule] if rule else [])
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
