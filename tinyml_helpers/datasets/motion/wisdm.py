"""WISDM: phone and watch of 51 people, 18 activities of three minutes each."""

import re
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.motion.series import at_times, recorded

#: The files' letters -> activities. Source: activity_key.txt, in the archive. There is no N.
ACTIVITIES = {
    "A": "walking",
    "B": "jogging",
    "C": "stairs",
    "D": "sitting",
    "E": "standing",
    "F": "typing",
    "G": "brushing teeth",
    "H": "eating soup",
    "I": "eating chips",
    "J": "eating pasta",
    "K": "drinking",
    "L": "eating a sandwich",
    "M": "kicking a ball",
    "O": "catching a ball",
    "P": "dribbling a ball",
    "Q": "writing",
    "R": "clapping",
    "S": "folding clothes",
}
DEVICES = ("phone", "watch")

_LINE = re.compile(r"\s*(\d{4})\s*,\s*([A-S])\s*,\s*(\d+)\s*,([^,;]+),([^,;]+),([^,;]+);?\s*")

#: Where time goes back, or on by more than so many seconds, another recording begins.
_ANOTHER = 5

#: What is shorter, in seconds, is left out.
_SHORTEST = 1

#: The share of a file's lines that may be broken.
_MOST_BROKEN = 0.05


def wisdm(path, devices=DEVICES):
    """WISDM's recordings, accelerometer and gyroscope joined by their times.

    Source: G. M. Weiss, WISDM Smartphone and Smartwatch Activity and Biometrics Dataset, UCI
    Machine Learning Repository, 2019, doi 10.24432/C5HK59.

    The two sensors have times of their own. The gyroscope is read off, linearly, at the
    accelerometer's times; where it has a gap (series.LONGEST_GAP), or hasn't begun, rotations are
    NaN. Broken lines are left out, with a warning that counts them. An activity
    that was interrupted gives several recordings.

    Args:
        path: a folder with `raw` or with `phone/accel/data_1600_accel_phone.txt` in it.
        devices: of "phone" and "watch".

    Returns:
        A list of Motion by person, device and activity. `person` is "1600" to "1650", `place` the
        device. `rotation` is None where the gyroscope has nothing.

    Raises:
        ValueError: there are no such files or devices, or a file isn't WISDM's.
    """
    devices = (devices,) if isinstance(devices, str) else tuple(devices)
    if not devices or not set(devices) <= set(DEVICES):
        raise ValueError(f"devices are {devices}: give some of {', '.join(DEVICES)}")
    files = [
        (file.stem.split("_")[1], device, file)
        for device in devices
        for file in sorted(Path(path).rglob(f"data_*_accel_{device}.txt"))
    ]
    if not files:
        raise ValueError(
            f"{path} holds no file such as raw/phone/accel/data_1600_accel_phone.txt of "
            f"{' or '.join(devices)}: give the folder that WISDM was unpacked to"
        )
    return [
        motion
        for person, device, file in sorted(files)
        for motion in _motions(person, device, file)
    ]


def _motions(person, device, file):
    rotations = file.parents[1] / "gyro" / f"data_{person}_gyro_{device}.txt"
    rotations = _read(rotations, person) if rotations.is_file() else {}
    for letter, (stamps, values) in sorted(_read(file, person).items()):
        seconds = np.diff(stamps) / 1e9
        cuts = np.flatnonzero((seconds < 0) | (seconds > _ANOTHER)) + 1
        parts = zip(np.split(stamps, cuts), np.split(values, cuts), strict=True)
        parts = [part for part in parts if part[0][-1] - part[0][0] >= _SHORTEST * 1e9]
        for number, (when, acceleration) in enumerate(parts, 1):
            yield recorded(
                (when - when[0]) / 1e9,
                acceleration,
                _at(when, *rotations[letter]) if letter in rotations else None,
                person=person,
                activity=ACTIVITIES[letter],
                place=device,
                source=f"wisdm {person} {device} {letter}" + f" part {number}" * (len(parts) > 1),
            )


def _read(file, person):
    """Each activity's letter -> int64 [n] nanoseconds and float64 [n, 3], in the file's order."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} can't be read as text: download it again") from error
    found, read, given = defaultdict(list), 0, 0
    for line in lines:
        given += bool(line.strip(" ;\t\0"))
        match = _LINE.fullmatch(line)
        if match and match[1] == person and match[2] in ACTIVITIES:
            try:
                row = int(match[3]), float(match[4]), float(match[5]), float(match[6])
            except ValueError:
                continue
            if np.isfinite(row[1:]).all() and row[0] < 2**63:
                found[match[2]].append(row)
                read += 1
    if not read or given - read > _MOST_BROKEN * given:
        raise ValueError(
            f"{file} has {given:,} lines, of which {read:,} are such as "
            f"{person},A,252207666810782,-0.36,8.79,1.05;: download it again"
        )
    if read < given:
        warnings.warn(f"{file}: {given - read:,} broken lines are left out", stacklevel=2)
    return {
        letter: (
            np.array([row[0] for row in rows], np.int64),
            np.array([row[1:] for row in rows], np.float64),
        )
        for letter, rows in found.items()
    }


def _at(when, stamps, values):
    """Values at other times, in nanoseconds: float64 [len(when), 3]; None where nothing is."""
    order = np.argsort(stamps, kind="stable")
    found = at_times((when - when[0]) / 1e9, (stamps[order] - when[0]) / 1e9, values[order])
    return found if np.isfinite(found).any() else None
