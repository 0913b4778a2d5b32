"""sp_sw_har: a phone in the pocket and a watch, while people sit, stand up, walk and turn."""

import csv
import re
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.motion.series import recorded

COLUMNS = ["x_acc", "y_acc", "z_acc", "x_gyro", "y_gyro", "z_gyro", "timestamp", "label"]

#: The files' labels -> how they are called here.
ACTIVITIES = {
    "SEATED": "seated",
    "STANDING_UP": "standing up",
    "WALKING": "walking",
    "TURNING": "turning",
    "SITTING_DOWN": "sitting down",
}
_DEVICES = {"sp": "phone", "sw": "watch"}
_NAME = re.compile(r"(s\d+)_(\d+)_(sp|sw)\.csv")


def sp_sw_har(path):
    """The recordings of sp_sw_har, as its authors left them: get one rate by `resampled`.

    Source: M. Matey-Sanz, S. Casteleyn and C. Granell, Dataset of inertial measurements of
    smartphones and smartwatches for human activity recognition, Data in Brief (2023), 109809;
    doi 10.5281/zenodo.8398688.

    Args:
        path: a folder that has `sXX_YY_sp.csv` and `sXX_YY_sw.csv` in it, in folders or not: the
            unpacked archive, its DATA, or one person's.

    Returns:
        A list of Motion by file name, each with `labels` out of ACTIVITIES' values. `place` is
        "phone" or "watch". Both clocks are the file's, in milliseconds.

    Raises:
        ValueError: there are no such files, or a line is broken; the message names file and line.
    """
    path = Path(path)
    files = [file for file in sorted(path.rglob("*.csv")) if _NAME.fullmatch(file.name)]
    if not files:
        raise ValueError(
            f"{path} holds no file such as s01_01_sw.csv: give the folder DATA of sp_sw_har"
        )
    return [_motion(file) for file in files]


def _motion(file):
    person, _, device = _NAME.fullmatch(file.name).groups()
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.reader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{file} can't be read as a CSV file: download it again") from error
    if not rows or rows[0] != COLUMNS:
        raise ValueError(f"{file} doesn't begin with {','.join(COLUMNS)}: download it again")
    lines = [(number, row) for number, row in enumerate(rows[1:], 2) if row]
    if len(lines) < 2:
        raise ValueError(f"{file} has a header and {len(lines)} lines below: download it again")
    values = np.array([_numbers(file, number, row) for number, row in lines])
    stamps = np.array([_stamp(file, number, row) for number, row in lines])
    (back,) = np.nonzero(np.diff(stamps) < 0)
    if len(back):
        raise ValueError(
            f"{file} goes back in time at line {lines[back[0] + 1][0]}: download it again"
        )
    return recorded(
        (stamps - stamps[0]) / 1000,
        values[:, :3],
        values[:, 3:],
        labels=[ACTIVITIES[row[-1]] for _, row in lines],
        person=person,
        place=_DEVICES[device],
        source=f"sp_sw_har {file.stem}",
    )


def _numbers(file, number, row):
    try:
        values = [float(field) for field in row[:6]]
    except ValueError:
        values = [np.nan]
    if len(row) != len(COLUMNS) or not np.isfinite(values).all() or row[-1] not in ACTIVITIES:
        raise ValueError(
            f"{file} has {','.join(row)} in line {number}, which isn't six numbers, a time and an "
            "activity: delete the line, or download the file again"
        )
    return values


def _stamp(file, number, row):
    if not row[6].isdecimal():
        raise ValueError(
            f"{file} has {row[6]!r} for the time in line {number}, which are no milliseconds: "
            "delete the line, or download the file again"
        )
    return int(row[6])
