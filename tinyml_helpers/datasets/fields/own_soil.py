"""A student's own soil: the CSV file of a logger, by the hour."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.csv_table import CsvTable
from tinyml_helpers.datasets.fields.series import Soil, at_every_step

#: How many % by volume one of it is.
UNITS = {"%": 1.0, "m3/m3": 100.0}

#: A longer jump is a clock that wasn't set.
_LONGEST_GAP = timedelta(days=366)

#: Which seconds since 1970 are from 2001 to 2100.
_UNIX = 1e9, 4.11e9

_TIME_NAME = re.compile(r"time|date|zeit|datum|stamp|unix|epoch|^ts$|^t$")
_MOISTURE_NAME = re.compile(r"moist|vwc|water|feucht|wasser")
_NOT_SOIL = re.compile(r"air|luft|humid|temp|rain|precip|regen")
_RAIN_NAME = re.compile(r"rain|precip|regen|niederschlag")
_TEMPERATURE_NAME = re.compile(r"temp")
_SOIL_NAME = re.compile(r"soil|boden|erd")
_UNIT = {"m3/m3": re.compile(r"m(3|³|\^3)\s?/\s?m(3|³|\^3)"), "%": re.compile(r"%|percent|prozent")}


def soil_csv(path, moisture=None, unit=None, rain=None, temperature=None, depth_cm=None):
    """Soil moisture from a logger's CSV file, by the hour.

    Commas, semicolons or tabs, decimal points or commas, with a header or without (then: time,
    moisture). Times are 2026-05-01 12:00, 01.05.2026 12:00, or Unix time in seconds or
    milliseconds, oldest or newest first; a date's time of day may stand in the next column. An
    hour has the mean of what was measured in it, and of rain the sum. An hour without a
    measurement is NaN. A row that is there twice counts once.

    Args:
        path: of the file; or a binary file (an upload: `io.BytesIO(its bytes)`).
        moisture: the column's name; None for the first whose name says so, else
            the first with numbers.
        unit: "%" by volume or "m3/m3"; None for what the header says, else "m3/m3" if no value
            exceeds 1.
        rain: the column's name, mm since the row before; None for one whose name says so, if any.
        temperature: the column's name, of the air in °C; None as for `rain`.
        depth_cm: of the sensor, if you know it.

    Returns:
        A Soil with the file's name. Times are as in the file; Unix time is UTC, and dates with a
        time zone are in the first one's.

    Raises:
        ValueError: the file or a column isn't as above, times go backwards, two rows of a time
            differ, or a value can't be % by volume; the message names the line.
    """
    if unit is not None and unit not in UNITS:
        raise ValueError(f"unit is {unit!r}: give one of {', '.join(UNITS)}, or None")
    table = CsvTable(path)
    clock = next(iter(_named(table, _TIME_NAME)), 0)
    columns = {
        "rain": _column(table, rain, _RAIN_NAME, clock),
        "temperature": _column(table, temperature, _TEMPERATURE_NAME, clock, _SOIL_NAME),
    }
    columns["moisture"] = _column(table, moisture, _MOISTURE_NAME, clock, _NOT_SOIL)
    if columns["moisture"] is None:
        columns["moisture"] = _first_numbers(table, {clock, *columns.values()})
    columns = {what: column for what, column in columns.items() if column is not None}
    times, lines = _times(table, clock)
    values = np.stack([table.numbers(column) for column in columns.values()], axis=1)
    values = values[lines]
    lines = np.array(table.lines())[lines]
    times, values, lines = _in_order(table, times, values, lines)
    of = dict(zip(columns, values.T, strict=True))
    title = table.header[columns["moisture"]] if table.header else ""
    of["moisture"] = _percent(table, of["moisture"], lines, unit, title)
    return _by_the_hour(path, times, of, depth_cm)


def _named(table, pattern, but=None):
    """The columns whose name has a pattern and not another."""
    names = [name.lower() for name in table.header or ()]
    return [
        column
        for column, name in enumerate(names)
        if pattern.search(name) and not (but and but.search(name))
    ]


def _column(table, name, pattern, clock, but=None):
    """The column of that name, or the first whose name has the pattern, or None."""
    if name is None:
        able = [column for column in _named(table, pattern, but) if column != clock]
        return able[0] if able else None
    named = [one.casefold() for one in table.header or ()]
    if named.count(name.casefold()) != 1:
        columns = ", ".join(map(repr, table.header)) if table.header else "no header"
        raise ValueError(f"{table.name} has {columns}, not one {name!r}: give a column's name")
    return named.index(name.casefold())


def _first_numbers(table, taken):
    for column in range(table.width):
        if column in taken:
            continue
        try:
            values = table.numbers(column)
        except ValueError:  # a column of text
            continue
        if np.isfinite(values).any():
            return column
    raise ValueError(f"{table.name} has no column of numbers for the moisture: export it again")


def _times(table, clock):
    """When each row is that says so, datetime64[ms] [n], and which rows those are, int [n]."""
    moments, dates = table.moments(clock)
    rows = [row for row, moment in enumerate(moments) if moment is not None]
    if not rows:
        raise ValueError(f"{table.name} has no times in its column {clock + 1}: export it again")
    lines = table.lines()
    if not dates:
        found = [_since_1970(table, moments[row], lines[row]) for row in rows]
        return np.array(found, "datetime64[ms]"), rows
    zone = moments[rows[0]].tzinfo
    if any((moments[row].tzinfo is None) != (zone is None) for row in rows):
        raise ValueError(
            f"{table.name} has dates with a time zone and others without: give all of them one"
        )
    found = [moments[row].astimezone(zone) if zone else moments[row] for row in rows]
    return np.array([one.replace(tzinfo=None) for one in found], "datetime64[ms]"), rows


def _since_1970(table, moment, line):
    for size in (1, 1000):
        if _UNIX[0] <= moment / size <= _UNIX[1]:
            return datetime.fromtimestamp(moment / size, UTC).replace(tzinfo=None)
    raise ValueError(
        f"{table.name} has {moment} in line {line}, which is neither a date nor Unix time since "
        "2001: have the logger's clock set, and delete the lines before"
    )


def _in_order(table, times, values, lines):
    """Oldest first, and each time once."""
    steps = np.diff(times).astype(np.int64)
    if len(steps) and (steps <= 0).all() and steps.any():
        times, values, lines, steps = times[::-1], values[::-1], lines[::-1], -steps[::-1]
    if (steps < 0).any():
        raise ValueError(
            f"{table.name} goes back in time at line {lines[1:][steps < 0][0]}: sort it, or cut it "
            "there into two; a clock that is set back in autumn shouldn't be"
        )
    again = np.concatenate([[False], steps == 0])
    same = np.concatenate([[False], _equal(values[1:], values[:-1])])
    if (again & ~same).any():
        line = lines[again & ~same][0]
        raise ValueError(
            f"{table.name} has {times[again & ~same][0]} twice with different values, in line "
            f"{line} for one: delete one of them"
        )
    if (steps > _LONGEST_GAP / timedelta(milliseconds=1)).any():
        line = lines[1:][steps > _LONGEST_GAP / timedelta(milliseconds=1)][0]
        raise ValueError(
            f"{table.name} jumps by more than a year at line {line}: if the clock wasn't set, "
            "delete the lines before; else cut it there into two"
        )
    return times[~again], values[~again], lines[~again]


def _equal(some, others):
    return ((some == others) | (np.isnan(some) & np.isnan(others))).all(axis=1)


def _percent(table, values, lines, unit, title):
    """Moisture in % by volume."""
    if not np.isfinite(values).any():
        raise ValueError(f"{table.name} has no moisture in {title!r}: name its column: moisture=")
    if unit is None:
        unit = next((name for name, said in _UNIT.items() if said.search(title.lower())), None)
    if unit is None:
        unit = "m3/m3" if np.nanmax(values) <= 1 else "%"
    percent = values * UNITS[unit]
    wrong = (percent < 0) | (percent > 100)
    if wrong.any():
        raise ValueError(
            f"{table.name} has a moisture of {values[wrong][0]:g} {unit} in line {lines[wrong][0]}"
            ", which isn't between 0 and 100% by volume: calibrate what the sensor gives, leave "
            "the field empty, or name another column: moisture="
        )
    return percent


def _by_the_hour(path, times, of, depth_cm):
    hours, starts = np.unique(times.astype("datetime64[h]"), return_index=True)

    def each_hour(what, summary):
        """A summary of what was measured in each hour, NaN where nothing was."""
        parts = [part[np.isfinite(part)] for part in np.split(of[what], starts[1:])]
        return np.array([summary(part) if len(part) else np.nan for part in parts])

    columns = {"moisture": each_hour("moisture", np.mean)}
    if "rain" in of:
        columns["rain"] = each_hour("rain", np.sum)
    if "temperature" in of:
        columns["temperature"] = each_hour("temperature", np.mean)
        columns["coldest"] = each_hour("temperature", np.min)
        columns["warmest"] = each_hour("temperature", np.max)
    even, grid = at_every_step(hours, np.stack(list(columns.values()), axis=1), 1)
    columns = dict(zip(columns, grid.T, strict=True))
    return Soil(
        site=Path(path).stem if isinstance(path, str | Path) else "logger",
        times=even,
        step_hours=1,
        moisture=columns.pop("moisture")[:, np.newaxis],
        depths_cm=(depth_cm,),
        **columns,
    )
