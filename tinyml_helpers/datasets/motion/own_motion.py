"""A student's own movement: the CSV files of a phone's app, as a Motion."""

from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.csv_columns import (
    TIME_UNITS,
    axes,
    known,
    listed,
    seconds_of,
    time_column,
    unit_said,
)
from tinyml_helpers.datasets.csv_table import CsvTable
from tinyml_helpers.datasets.motion.series import G, at_times, recorded

#: How many m/s² and how many rad/s one of it is.
UNITS = {"m/s2": 1.0, "g": G, "mg": G / 1000}
ROTATION_UNITS = {"rad/s": 1.0, "deg/s": np.pi / 180}

#: Between these, in m/s², is the middle of whatever a person does: gravity is most of it.
_WITH_GRAVITY = 0.5 * G, 2 * G

#: What is shorter, in seconds, is no recording.
_SHORTEST = 1


def motion_csv(
    path,
    gyroscope=None,
    *,
    unit=None,
    rotation_unit=None,
    time_unit=None,
    apple=False,
    gravity=True,
    **about,
):
    """A Motion from a CSV file with times, as phyphox and Sensor Logger export it.

    Commas, semicolons or tabs, decimal points or commas, with a header or without (then: time, x,
    y, z). The gyroscope is in the same file, in one of its own, or nowhere. It is read off at the
    accelerometer's times. The samples stay as they came: get an even rate by `resampled`.

    Args:
        path: of the file with accelerations, gravity included; or a binary file (an upload:
            `io.BytesIO(its bytes)`).
        gyroscope: the same of a file with rotations; None if they are in the first, or nowhere.
        unit: of accelerations, "m/s2", "g" or "mg"; None for what the header says.
        rotation_unit: "rad/s" or "deg/s"; None for what the header says.
        time_unit: "s", "ms", "us" or "ns"; None for what the header says, else the one in which
            there are 20 to 20,000 samples a second. Dates need none.
        apple: whether accelerations have Apple's sign and are to be turned round: at rest, the
            axis that points up reads less than 0. `axis_up` tells.
        gravity: False takes accelerations without it, too.
        about: person, activity and place, as a Motion has them.

    Raises:
        ValueError: a file or a column isn't as above, a unit isn't said, gravity is missing, times
            go backwards, or the two files have no second in common.
    """
    unit = known(unit, UNITS, "unit")
    rotation_unit = known(rotation_unit, ROTATION_UNITS, "rotation_unit")
    time_unit = known(time_unit, TIME_UNITS, "time_unit")
    table = CsvTable(path)
    clock = _Clock(table, time_unit)
    columns = _columns(table, "acceleration")
    if columns is None:
        raise ValueError(f"{_has(table)} and no accelerations along x, y and z: name them x, y, z")
    times, acceleration = clock.signal(columns)
    if len(times) < 2 or times[-1] - times[0] < _SHORTEST:
        raise ValueError(
            f"{table.name} has less than a second of accelerations: record longer; if it was "
            "longer, give time_unit"
        )
    acceleration *= UNITS[_unit(table, columns, "acceleration", unit, UNITS)]
    _check_gravity(table, acceleration, gravity)
    rotation = _rotation(table, clock, columns, gyroscope, time_unit, rotation_unit, times)
    name = Path(path).stem if isinstance(path, str | Path) else "recording"
    about = {"person": "me", "place": "phone", "source": name} | about
    return recorded(times, -acceleration if apple else acceleration, rotation, **about)


class _Clock:
    """A table's times, since a moment of its own or of another table's."""

    def __init__(self, table, unit, since=None):
        self.table = table
        column = time_column(table)
        self.moments, self.dates = table.moments(column)
        times, _ = table.times(column)
        times = times[np.isfinite(times)]
        if len(times) < 2:
            raise ValueError(f"{table.name} has fewer than two times: export it again")
        self.seconds = 1.0 if self.dates else seconds_of(table, column, times, unit)
        self.start = next(moment for moment in self.moments if moment is not None)
        if since is not None:
            if since.dates != self.dates or since.seconds != self.seconds:
                raise ValueError(
                    f"{since.table.name} and {table.name} have times of different kinds: export "
                    "both from one recording"
                )
            self.start = since.start

    def signal(self, columns):
        """Times in seconds, float64 [n], and values, float64 [n, 3], of what was measured."""
        values = np.stack([self.table.numbers(column) for column in columns], axis=1)
        times = np.array([self._since(moment) for moment in self.moments])
        measured = np.isfinite(values).all(axis=1) & np.isfinite(times)
        lines = np.array(self.table.lines())[measured]
        times, values = times[measured], values[measured]
        back = np.diff(times) < 0
        if back.any():
            raise ValueError(
                f"{self.table.name} goes back in time at line {lines[1:][back][0]}: cut it there "
                "into two, or sort it"
            )
        return times, values

    def _since(self, moment):
        if moment is None:
            return np.nan
        try:
            since = moment - self.start
        except TypeError as error:
            raise ValueError(
                f"{self.table.name} has dates with a time zone and others without: give all of "
                "them one"
            ) from error
        return since.total_seconds() if self.dates else since * self.seconds


def _columns(table, sensor):
    """The columns of x, y, z, or None if not all are there."""
    found = axes(table, sensor)
    if sorted(found) != ["x", "y", "z"]:
        return None
    for axis, columns in found.items():
        if len(columns) > 1:
            several = listed([table.header[column] for column in columns])
            raise ValueError(
                f"{table.name} has {several} for the {sensor} along {axis}: delete all but one"
            )
    return [found[axis][0] for axis in "xyz"]


def _rotation(table, clock, taken, gyroscope, time_unit, unit, times):
    """Rotations at the accelerometer's times, float64 [n, 3] in rad/s, or None."""
    if gyroscope is not None:
        table = CsvTable(gyroscope)
        clock, taken = _Clock(table, time_unit, clock), None
    columns = _columns(table, "rotation")
    if columns == taken or columns is None:
        if gyroscope is None:
            return None
        raise ValueError(f"{_has(table)} and no rotations about x, y and z: name them x, y, z")
    measured, values = clock.signal(columns)
    rotation = at_times(times, measured, values)
    if len(measured) < 2 or min(times[-1], measured[-1]) - max(times[0], measured[0]) < _SHORTEST:
        raise ValueError(
            f"{table.name} has rotations for less than a second of the accelerations: export both "
            "from one recording, or call the rotations' columns otherwise"
        )
    return rotation * ROTATION_UNITS[_unit(table, columns, "rotation", unit, ROTATION_UNITS)]


def _unit(table, columns, sensor, unit, units):
    if unit is None and table.header:
        said = {unit_said(table.header[column], sensor) for column in columns}
        unit = said.pop() if len(said) == 1 else None
    if unit is None:
        name = "unit" if sensor == "acceleration" else "rotation_unit"
        raise ValueError(
            f"{table.name} doesn't say in what its {sensor}s are: give {name}, one of "
            f"{', '.join(units)}"
        )
    return unit


def _check_gravity(table, acceleration, gravity):
    middle = np.median(np.linalg.norm(acceleration, axis=1))
    low, high = _WITH_GRAVITY
    if gravity and not low < middle < high:
        raise ValueError(
            f"{table.name} has accelerations of {middle:.3g} m/s² in the middle, where gravity "
            "alone makes 9.8: export those with gravity (Sensor Logger's TotalAcceleration), set "
            "unit right, or say gravity=False"
        )


def _has(table):
    has = listed(table.header) if table.header else f"no header and {table.width} columns"
    return f"{table.name} has {has}"
