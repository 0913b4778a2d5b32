"""SIMPaCT: soil moisture below an irrigated park in Sydney, by the hour."""

import csv
from datetime import datetime
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.fields.series import Soil, at_every_step

#: The file of the archive that is read, by the hour and with a column for each sensor.
FILE = "sopivot+idx.csv"


def simpact(path):
    """The sensors of SIMPaCT, hour by hour. Times are UTC, as they are in the file.

    Args:
        path: of `sopivot+idx.csv`, or of a folder with it, such as the unpacked archive.

    Returns:
        A list of Soil, one for each sensor (`site` is "SENS0008", ...), all with the same times.
        At which depth a sensor sits isn't said: `depths_cm` is (None,).

    Raises:
        ValueError: there is no such file, it has other columns, a line is broken, or an hour is
            there twice; the message names file and line.
    """
    file = _file(path)
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = [(number, row) for number, row in enumerate(csv.reader(opened), 1) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{file} can't be read as a CSV file: download it again") from error
    header = rows[0][1] if rows else []
    sensors = {name: column for column, name in enumerate(header) if name.startswith("SENS")}
    if not sensors or not {"day", "hour"} <= set(header):
        raise ValueError(
            f"{file} has no columns day, hour and SENS0008 or the like in its first line: give "
            f"SIMPaCT's {FILE}"
        )
    lines, values = {}, []
    for number, row in rows[1:]:
        if len(row) != len(header):
            raise ValueError(
                f"{file} has {len(row)} fields in line {number} instead of {len(header)}: delete "
                "the line, or download the file again"
            )
        time = _time(file, number, row[header.index("day")], row[header.index("hour")])
        if time in lines:
            raise ValueError(
                f"{file} has {time:%Y-%m-%d %H:%M} in line {lines[time]} and in line {number}: "
                "delete one of them"
            )
        lines[time] = number
        values.append([_percent(file, number, row[column]) for column in sensors.values()])
    if not values:
        raise ValueError(f"{file} has a header and no lines below: download it again")
    times = np.array(list(lines), "datetime64[h]")
    order = np.argsort(times)
    times, values = at_every_step(times[order], np.array(values)[order], 1)
    return [Soil(name, times, 1, values[:, [index]], (None,)) for index, name in enumerate(sensors)]


def _file(path):
    path = Path(path)
    if not path.is_dir():
        return path
    files = sorted(path.rglob(FILE))
    if len(files) != 1:
        raise ValueError(f"{path} holds {len(files)} files {FILE}: give the file itself")
    return files[0]


def _time(file, number, day, hour):
    try:
        time = datetime.strptime(day, "%Y-%m-%d").replace(hour=int(hour))
    except ValueError:
        time = None
    if time is None or not 2000 <= time.year < 2100:
        raise ValueError(
            f"{file} has day {day!r} and hour {hour!r} in line {number}, which is no hour since "
            "2000: write 2022-11-15 and 0 to 23, or delete the line"
        )
    return time


def _percent(file, number, field):
    try:
        value = float(field) if field.strip() else np.nan
    except ValueError:
        value = np.inf
    if np.isinf(value):
        raise ValueError(
            f"{file} has {field!r} in line {number}, which is no number: leave the field empty, or "
            "delete the line"
        )
    return value
