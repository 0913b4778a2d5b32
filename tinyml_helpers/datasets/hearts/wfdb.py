"""WFDB records, as PhysioNet has them: a header, one or more signal files, an annotation file.

Source of the layouts: the WFDB Applications Guide, "header(5)" and "signal(5)" (G. B. Moody,
physionet.org). Read are signal formats 212 and 16, and annotations in MIT format.
"""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.hearts.annotations import read_annotations
from tinyml_helpers.datasets.hearts.ecg import NOTHING, ecg

#: What a header that doesn't say it means, by WFDB: samples a second, and counts a mV.
_RATE, _GAIN = 250, 200.0

#: How a sample is marked that wasn't recorded, by format.
_MISSING = {"212": -2048, "16": -32768}

_RECORD = re.compile(
    r"(?P<name>[\w-]+)(?P<segments>/\d+)?\s+(?P<leads>\d+)"
    r"(?:\s+(?P<rate>\d+(?:\.\d+)?)(?:/\S+)?(?:\s+(?P<length>\d+)(?:\s.*)?)?)?",
    re.ASCII,
)
_LEAD = re.compile(
    r"(?P<file>\S+)\s+(?P<format>\d\S*)"
    r"(?:\s+(?P<gain>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?:\((?P<baseline>-?\d+)\))?(?:/(?P<unit>\S+))?"
    r"(?:\s+\d+(?:\s+(?P<zero>-?\d+)(?:\s+(?P<initial>-?\d+)(?:\s+(?P<checksum>-?\d+)"
    r"(?:\s+\d+(?:\s+(?P<name>.+))?)?)?)?)?)?)?",
    re.ASCII,
)


class _Lead(NamedTuple):
    file: str
    format: str
    gain: float
    baseline: int
    initial: int | None
    checksum: int | None
    name: str


def read_record(path, annotator="atr"):
    """One record.

    Args:
        path: of its header, `100.hea`, or without the ending.
        annotator: the ending of the annotation file; None for a record without.

    Returns:
        An Ecg. Its person is the record's name.

    Raises:
        ValueError: a file is missing, is cut off, or isn't as WFDB's guide says; it has another
            format, segments, or another unit than mV; or its samples aren't those whose checksum
            the header has. The message names the file.
    """
    header = Path(path)
    header = header if header.suffix == ".hea" else header.with_name(f"{header.name}.hea")
    rate, length, leads = _read_header(header)
    samples = _samples(header, leads, length)
    marks = []
    if annotator is not None:
        file = header.with_suffix(f".{annotator}")
        marks = read_annotations(file, rate)
        if marks and marks[-1].place >= len(samples):
            raise ValueError(
                f"{file} marks sample {marks[-1].place} of {len(samples)}: it is of another record"
            )
    return ecg(
        marks,
        record=header.stem,
        person=header.stem,
        rate=rate,
        samples=samples,
        gains=np.array([lead.gain for lead in leads]),
        zeros=np.array([lead.baseline for lead in leads], np.int64),
        leads=tuple(lead.name for lead in leads),
    )


def _read_header(file):
    """Samples a second, samples (None if the header doesn't say), and a list of _Lead."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} can't be read as text: give a record's .hea") from error
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    found = _RECORD.fullmatch(lines[0]) if lines else None
    if not found:
        raise ValueError(f"{file} has no name and number of leads in its first line: it is no .hea")
    if found["segments"]:
        raise ValueError(f"{file} is of a record in segments: give its segments one by one")
    rate = float(found["rate"] or _RATE)
    count = _small(file, found["leads"])
    if not 0 < rate < np.inf or count == 0:
        raise ValueError(f"{file} has {count} leads at {rate:g} samples a second: give an ECG's")
    if len(lines) != 1 + count:
        raise ValueError(
            f"{file} has lines of {len(lines) - 1} leads and says {count}: download it again"
        )
    leads = [_lead(file, line) for line in lines[1:]]
    length = _small(file, found["length"] or "0") or None
    return int(rate) if rate.is_integer() else rate, length, leads


def _lead(file, line):
    found = _LEAD.fullmatch(line)
    if not found:
        raise ValueError(f"{file} has {line[:60]!r}, which is no line of a lead: download it again")
    if found["format"] not in _MISSING:
        raise ValueError(
            f"{file} has a signal of format {found['format']}: only plain 212 and 16 are read"
        )
    if found["file"] in ("-", "~") or Path(found["file"]).name != found["file"]:
        raise ValueError(f"{file} has a signal in {found['file']!r}: give a file beside the header")
    if (found["unit"] or "mV") != "mV":
        raise ValueError(f"{file} has a signal in {found['unit'][:20]!r}: only mV are read")
    gain = float(found["gain"] or 0)
    if not np.isfinite(gain):
        raise ValueError(f"{file} has a gain of {found['gain'][:20]}: download it again")
    zero = _small(file, found["zero"] or "0")
    return _Lead(
        found["file"],
        found["format"],
        gain or _GAIN,
        _small(file, found["baseline"]) if found["baseline"] else zero,
        _small(file, found["initial"]) if found["initial"] else None,
        _small(file, found["checksum"]) if found["checksum"] else None,
        found["name"] or "",
    )


def _small(file, digits):
    """An int of a field; none needs more than ten digits."""
    if len(digits) > 10:
        raise ValueError(
            f"{file} has the number {digits[:12]}..., which is too large: download it again"
        )
    return int(digits)


def _samples(header, leads, length):
    """The samples of all leads, int16 [n, leads], file by file."""
    columns = [None] * len(leads)
    for name in dict.fromkeys(lead.file for lead in leads):
        own = [number for number, lead in enumerate(leads) if lead.file == name]
        formats = {leads[number].format for number in own}
        if len(formats) > 1:
            raise ValueError(f"{header} has two formats in {name}: download it again")
        signal = _decoded(header.with_name(name), formats.pop(), len(own), length)
        for number, column in zip(own, signal.T, strict=True):
            _check(header.with_name(name), leads[number], column, length)
            missing = _MISSING[leads[number].format]
            columns[number] = np.where(column == missing, np.int16(NOTHING), column)
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"{header} has signal files of different lengths: download them again")
    return np.stack(columns, axis=1)


def _decoded(file, form, leads, length):
    """The samples of a signal file, int16 [n, leads]; all that are there if no length is given."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ValueError(f"{file} can't be read: download the record's signals, too") from error
    in_file = len(content) * 2 // 3 if form == "212" else len(content) // 2
    count = leads * (in_file // leads if length is None else length)
    if count > in_file or count == 0:
        raise ValueError(
            f"{file} holds {in_file // leads} samples a lead, and should {length or 1}: it is cut "
            "off, so download it again"
        )
    if form == "16":
        return np.frombuffer(content, "<i2", count).astype(np.int16).reshape(-1, leads)
    # Three bytes are two samples of 12 bits: the middle byte has the upper four of both.
    needed = (3 * count + 1) // 2
    triples = np.zeros(-(-count // 2) * 3, np.int16)
    triples[:needed] = np.frombuffer(content, np.uint8, needed)
    low, both, other = triples.reshape(-1, 3).T
    pairs = np.stack([low | (both & 0x0F) << 8, other | (both & 0xF0) << 4], axis=1)
    return ((pairs.reshape(-1)[:count] ^ 0x800) - 0x800).reshape(-1, leads)


def _check(file, lead, column, length):
    """Whether a lead's samples are those whose first and whose sum the header has."""
    if lead.initial is not None and lead.initial != column[0]:
        raise ValueError(
            f"{file} begins with {column[0]} and the header says {lead.initial}: the two aren't of "
            "one record, or damaged"
        )
    off = int(column.sum(dtype=np.int64)) - (lead.checksum or 0)
    if length is not None and lead.checksum is not None and off % 65536:
        raise ValueError(
            f"{file} hasn't the checksum that the header says, {lead.checksum}: download it again"
        )
