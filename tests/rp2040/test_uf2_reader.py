"""The witness takes a UF2 file as the boot ROM does: whole, or not at all."""

import struct

import pytest
import witness

FLASH, PAGE = 0x10000000, 256
RP2040 = 0xE48BFF56
#: A block's words by their place in bytes, in a sound file.
MAGIC = {0: 0x0A324655, 4: 0x9E5D5157, 508: 0x0AB16F30}
SIZE, NUMBER, COUNT, ADDRESS, FLAGS, FAMILY = 16, 20, 24, 12, 8, 28


def uf2(pages, changes=()):
    """A UF2 file of so many pages of flash, with words changed: (block, place, value) each."""
    blocks = []
    for number in range(pages):
        words = {FLAGS: 0x2000, ADDRESS: FLASH + PAGE * number, SIZE: PAGE}
        words |= {NUMBER: number, COUNT: pages, FAMILY: RP2040, **MAGIC}
        block = bytearray(512)
        block[32 : 32 + PAGE] = bytes([number]) * PAGE
        words |= {place: value for at, place, value in changes if at == number}
        for place, value in words.items():
            struct.pack_into("<I", block, place, value)
        blocks.append(bytes(block))
    return b"".join(blocks)


def start(folder, data):
    """What the witness says of a chip that gets these bytes as a UF2 file."""
    path = folder / "program.uf2"
    path.write_bytes(data)
    with witness.Chip(uf2=path) as chip:
        return chip.report()


def test_a_sound_file_reaches_the_flash(tmp_path):
    assert list(start(tmp_path, uf2(3)).faults) == ["boot2"]  # its page of zeros has no checksum


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([(1, 0, 0)], "block 1 of the UF2 file lacks one of its three magic numbers"),
        ([(1, 508, 0)], "magic"),
        ([(2, FAMILY, 0xADA52840)], "block 2 of the UF2 file isn't for the RP2040"),
        ([(0, FLAGS, 0)], "isn't for the RP2040"),
        ([(0, SIZE, 476)], "carries 476 bytes: the ROM takes 256"),
        ([(1, ADDRESS, FLASH + 300)], "goes to 0x1000012c: no page of flash"),
        ([(1, ADDRESS, 0x20000000)], "no page of flash"),
        ([(2, ADDRESS, FLASH + (2 << 20))], "no page of flash"),
        ([(1, ADDRESS, FLASH)], "goes where another went"),
        ([(1, NUMBER, 2)], "wrong number or count"),
        ([(2, COUNT, 4)], "wrong number or count"),
    ],
)
def test_a_file_the_rom_would_not_take_is_refused(tmp_path, changes, says):
    with pytest.raises(witness.WitnessError, match=says):
        start(tmp_path, uf2(3, changes))


def test_half_a_block_is_refused(tmp_path):
    with pytest.raises(witness.WitnessError, match="512-byte blocks"):
        start(tmp_path, uf2(2)[:-100])
