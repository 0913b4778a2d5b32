"""The file that is dragged onto a Pico: an ELF file's flash as UF2, with boot2's checksum.

UF2: https://github.com/microsoft/uf2. RP2040 Datasheet, 2.8.1.3.1 (checksum of boot2), 2.8.4.2
(UF2). Only Python itself is needed: a project for a Pico has a copy of this file.
"""

import struct

#: Where flash begins on an RP2040; what has another address in an ELF file isn't in flash.
FLASH = 0x10000000
FLASH_BYTES = 2 * 1024 * 1024
#: boot2; then comes its checksum, where the linker script leaves a mark.
BOOT2_BYTES = 252
_MARK = b"CRC?"
#: Says in each block that it is for an RP2040; its boot loader skips others.
FAMILY = 0xE48BFF56
BLOCK_BYTES = 512
PAYLOAD_BYTES = 256

_FIRST, _SECOND, _LAST = 0x0A324655, 0x9E5D5157, 0x0AB16F30
_FAMILY_PRESENT = 0x2000
_HEADER = struct.Struct("<8I")
_ELF_HEADER = struct.Struct("<16s2H5I6H")
_PROGRAM_HEADER = struct.Struct("<8I")
_PT_LOAD = 1


def uf2(elf):
    """Make a UF2 file of a program for a Pico.

    Args:
        elf: bytes of the ELF file, with boot2 at the start of flash.

    Returns:
        The file, bytes: blocks of 512 that hold 256 each, from the start of flash to the program's
        end without a gap.

    Raises:
        ValueError: it is no ELF file for Arm's 32-bit processors, or its flash isn't a Pico's.
    """
    flash = flash_image(elf)
    payloads = [
        flash[place : place + PAYLOAD_BYTES] for place in range(0, len(flash), PAYLOAD_BYTES)
    ]
    return b"".join(
        _block(payload, FLASH + number * PAYLOAD_BYTES, number, len(payloads))
        for number, payload in enumerate(payloads)
    )


def flash_image(elf):
    """What a Pico's flash holds of a program, from its start: bytes, whole blocks of 256.

    boot2's checksum is put in here. Args and errors as `uf2`.
    """
    parts = _flash_parts(elf)
    first, start = min(parts, default=(0, b""))
    if first != FLASH or start[BOOT2_BYTES : BOOT2_BYTES + 4] != _MARK:
        raise ValueError(f"no boot2 at {FLASH:#x}: build the program for a real Pico")
    end = max(address + len(data) for address, data in parts)
    if end > FLASH + FLASH_BYTES:
        raise ValueError(f"the program ends at {end:#x}, behind a Pico's flash")
    image = bytearray(-(-(end - FLASH) // PAYLOAD_BYTES) * PAYLOAD_BYTES)
    for address, data in parts:
        image[address - FLASH : address - FLASH + len(data)] = data
    struct.pack_into("<I", image, BOOT2_BYTES, boot2_crc(image[:BOOT2_BYTES]))
    return bytes(image)


def boot2_crc(data):
    """The CRC-32 that the boot ROM computes: of each byte the highest bit first (MPEG-2's)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    return crc


def read_uf2(data):
    """Read a UF2 file for a Pico.

    Args:
        data: the file, bytes.

    Returns:
        What flash holds from its start, bytes.

    Raises:
        ValueError: it is no whole UF2 file, or one for another chip.
    """
    if not data or len(data) % BLOCK_BYTES:
        raise ValueError(f"{len(data)} bytes aren't a UF2 file: its blocks have {BLOCK_BYTES} each")
    image, count = b"", len(data) // BLOCK_BYTES
    for number in range(count):
        block = data[number * BLOCK_BYTES : (number + 1) * BLOCK_BYTES]
        payload = block[_HEADER.size : _HEADER.size + PAYLOAD_BYTES]
        if block != _block(payload, FLASH + number * PAYLOAD_BYTES, number, count):
            raise ValueError(f"block {number} isn't one of a UF2 file for a Pico's flash")
        image += payload
    return image


def _block(payload, address, number, count):
    """One block; see UF2's "Block format"."""
    header = _HEADER.pack(
        _FIRST, _SECOND, _FAMILY_PRESENT, address, PAYLOAD_BYTES, number, count, FAMILY
    )
    return (header + payload).ljust(BLOCK_BYTES - 4, b"\0") + struct.pack("<I", _LAST)


def _flash_parts(elf):
    """(address, bytes) of all that an ELF file has for flash; an address is where it is loaded."""
    if len(elf) < _ELF_HEADER.size or elf[:6] != b"\x7fELF\x01\x01":
        raise ValueError("this is no ELF file for a 32-bit processor: give the one the build made")
    header = _ELF_HEADER.unpack_from(elf)
    first, size, count = header[5], header[9], header[10]
    parts = []
    for number in range(count):
        kind, offset, _, physical, file_bytes, *_ = _PROGRAM_HEADER.unpack_from(
            elf, first + number * size
        )
        if kind == _PT_LOAD and file_bytes:
            parts.append((physical, elf[offset : offset + file_bytes]))
    return parts
