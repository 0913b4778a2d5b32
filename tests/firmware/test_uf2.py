"""The UF2 file: its blocks as the format has them, boot2's checksum, and what is refused."""

import io
import struct

import pytest
from elftools.elf.elffile import ELFFile
from places import DATA

from tinyml_helpers import firmware
from tinyml_helpers.firmware.uf2 import boot2_crc, flash_image

MODEL = (DATA / "keywords" / "keyword_real.tflite").read_bytes()
FLASH = 0x10000000
#: By place of a 32-bit number in a block what it must be in every block.
SAME = {0: 0x0A324655, 4: 0x9E5D5157, 8: 0x2000, 16: 256, 28: 0xE48BFF56, 508: 0x0AB16F30}


@pytest.fixture(scope="module")
def elf():
    return firmware.build(MODEL, "pico", real=True).elf


def word(data, place):
    return int.from_bytes(data[place : place + 4], "little")


def remainder(data):
    """The CRC as a division of polynomials: of the message times x^32, its first 32 bits turned."""
    bits = int.from_bytes(data, "big") << 32
    bits ^= 0xFFFFFFFF << 8 * len(data)
    for place in reversed(range(8 * len(data))):
        if bits >> place + 32 & 1:
            bits ^= 0x104C11DB7 << place
    return bits


def boot2(after=b""):
    """What the linker makes of an empty boot2, and what comes after it."""
    return bytes(252) + b"CRC?" + after


def small_elf(address, data):
    """An ELF file for Arm with one part, loaded to an address."""
    start = 52 + 32
    header = struct.pack(
        "<16s2H5I6H", b"\x7fELF\x01\x01\x01", 2, 40, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0, 0
    )
    part = struct.pack("<8I", 1, start, 0x20000000, address, len(data), len(data), 4, 4)
    return header + part + data


def test_every_block_is_as_the_format_says(elf):
    file = firmware.uf2(elf)
    blocks = [file[start : start + 512] for start in range(0, len(file), 512)]
    assert len(blocks[-1]) == 512
    for number, block in enumerate(blocks):
        assert {place: word(block, place) for place in SAME} == SAME
        assert word(block, 12) == FLASH + 256 * number
        assert (word(block, 20), word(block, 24)) == (number, len(blocks))
        assert block[32 + 256 : 508] == bytes(220)


def test_flash_holds_what_the_linker_put_there_and_the_checksum(elf):
    flash = firmware.read_uf2(firmware.uf2(elf))
    file = ELFFile(io.BytesIO(elf))
    parts = [part for part in file.iter_segments("PT_LOAD") if part["p_filesz"]]
    for part in parts:
        start = part["p_paddr"] - FLASH
        stored, linked = bytearray(flash[start : start + part["p_filesz"]]), part.data()
        if start == 0:
            stored[252:256] = linked[252:256]
        assert stored == linked
    end = max(part["p_paddr"] + part["p_filesz"] for part in parts) - FLASH
    assert 0 <= len(flash) - end < 256 and flash[end:] == bytes(len(flash) - end)
    assert word(flash, 252) == remainder(flash[:252])
    assert MODEL in flash


def test_the_crc_is_the_one_that_division_gives():
    assert boot2_crc(b"123456789") == 0x0376E6E7  # CRC-32/MPEG-2 in the catalogue of CRCs
    for data in (b"\0", b"\xff" * 252, bytes(range(252))):
        assert boot2_crc(data) == remainder(data)


def test_a_part_goes_where_it_is_loaded_and_the_last_block_is_filled_with_zeros():
    flash = flash_image(small_elf(FLASH, boot2(bytes(200) + b"end")))
    assert len(flash) == 512 and flash[456:] == b"end" + bytes(53)
    assert flash[:252] == bytes(252) and word(flash, 252) == remainder(bytes(252))


@pytest.mark.parametrize(
    ("elf", "words"),
    [
        (b"", "no ELF file"),
        (b"\x7fELF\x02\x01" + bytes(100), "no ELF file"),  # for 64 bits
        (small_elf(FLASH + 0x100, boot2()), "no boot2"),
        (small_elf(0x20000000, boot2()), "no boot2"),
        (small_elf(FLASH, b""), "no boot2"),
        (small_elf(FLASH, boot2(bytes(2 * 1024 * 1024 - 255))), "behind a Pico's flash"),
    ],
    ids=["empty", "64 bits", "no boot2", "in RAM", "nothing", "too long"],
)
def test_what_is_no_program_for_a_pico_is_refused(elf, words):
    with pytest.raises(ValueError, match=words):
        firmware.uf2(elf)


def test_a_program_for_the_emulator_is_refused():
    """It begins at the same address: with vectors, no boot2."""
    with pytest.raises(ValueError, match="real Pico"):
        firmware.uf2(firmware.build(MODEL, "pico").elf)


@pytest.mark.parametrize("place", [0, 4, 8, 13, 17, 20, 24, 28, 300, 511])
def test_a_damaged_frame_of_a_block_is_noticed(place):
    file = bytearray(firmware.uf2(small_elf(FLASH, boot2(bytes(800)))))
    file[512 + place] ^= 1
    with pytest.raises(ValueError, match="block 1 "):
        firmware.read_uf2(bytes(file))


@pytest.mark.parametrize("length", [0, 511, 513])
def test_half_a_file_is_refused(length):
    with pytest.raises(ValueError, match=f"{length} bytes aren't a UF2 file"):
        firmware.read_uf2(bytes(length))


def test_a_file_without_its_last_block_is_refused(elf):
    with pytest.raises(ValueError, match="block 0 "):
        firmware.read_uf2(firmware.uf2(elf)[:-512])
