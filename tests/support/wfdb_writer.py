"""Writes WFDB records as PhysioNet has them, to read back."""

import struct

import numpy as np

#: Codes of some symbols (WFDB Applications Guide, list of annotation codes).
CODES = {"N": 1, "L": 2, "a": 4, "V": 5, "F": 6, "A": 8, "/": 12, "Q": 13, "~": 14, "|": 16}
CODES |= {'"': 22, "+": 28, "?": 30, "!": 31, "[": 32, "e": 34, "n": 35, "f": 38, "r": 41}


def signal_bytes(samples, form):
    """The bytes of int [n, leads] in format "212" or "16"."""
    flat = np.asarray(samples).reshape(-1)
    if form == "16":
        return flat.astype("<i2").tobytes()
    made = bytearray()
    for at in range(0, len(flat), 2):
        one = int(flat[at]) & 0xFFF
        other = int(flat[at + 1]) & 0xFFF if at + 1 < len(flat) else 0
        pair = bytes([one & 255, one >> 8 | (other >> 8) << 4, other & 255])
        made += pair if at + 1 < len(flat) else pair[:2]
    return bytes(made)


def checksum(column):
    """Of int [n], the sum in 16 bits with a sign."""
    return (int(np.sum(column, dtype=np.int64)) + 32768) % 65536 - 32768


def annotation_bytes(marks):
    """The bytes of a list of Note."""

    def word(code, way):
        return struct.pack("<H", code << 10 | way & 1023)

    made, place, number, channel = b"", 0, 0, 0
    for mark in marks:
        way, place = mark.place - place, mark.place
        if way > 1023:
            made += word(59, 0) + struct.pack("<HH", way >> 16, way & 0xFFFF)
            way = 0
        made += word(CODES[mark.symbol], way)
        if mark.number != number:
            made, number = made + word(60, mark.number & 255), mark.number
        if mark.subtype:
            made += word(61, mark.subtype & 255)
        if mark.channel != channel:
            made, channel = made + word(62, mark.channel & 255), mark.channel
        if mark.text:
            text = mark.text.encode("latin-1")
            made += word(63, len(text)) + text + b"\0" * (len(text) % 2)
    return made + b"\0\0"


def header_text(name, samples, form, rate=360, leads=("MLII", "V5"), gain="200", zero=1024):
    """A header as MIT-BIH's."""
    lines = [f"{name} {samples.shape[1]} {rate} {len(samples)}"]
    for column, lead in zip(samples.T, leads, strict=False):
        sums = f"{column[0]} {checksum(column)} 0"
        lines.append(f"{name}.dat {form} {gain} 11 {zero} {sums} {lead}")
    return "\n".join([*lines, "# 69 M 1085 1629 x1", ""])


def write_record(folder, name, samples, marks, form="212", **header):
    """Writes `name`.hea, .dat and .atr of int [n, leads] and a list of Note; the header's Path."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = np.asarray(samples)
    (folder / f"{name}.dat").write_bytes(signal_bytes(samples, form))
    (folder / f"{name}.atr").write_bytes(annotation_bytes(marks))
    path = folder / f"{name}.hea"
    path.write_text(header_text(name, samples, form, **header), encoding="utf-8")
    return path
