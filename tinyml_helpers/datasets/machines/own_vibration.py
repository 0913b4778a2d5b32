"""A student's own machine: the CSV file of a phone's app or of a board, as a Recording."""

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
from tinyml_helpers.datasets.machines.recording import Recording, check_rate, resample, to_counts

#: How much of a g one of it is.
UNITS = {"g": 1.0, "mg": 0.001, "m/s2": 1 / 9.80665}

#: Where times jump by more than so many usual steps, the curve through the samples is made up.
_GAP_STEPS = 4

#: No sensor measures again within this share of its usual step. Where more than so many samples
#: seem to, the times are those of delivery, up to so many seconds late.
_TOO_SOON, _MOST_TOO_SOON, _LATEST = 0.2, 0.01, 0.25

#: How much more than recorded may be asked for: 1,600 of a sensor that gives 1,560.
_MORE = 1.25


def vibration_csv(path, rate, axis=None, unit=None, time_unit=None):
    """Vibration from a CSV file with times, at an even rate.

    What phyphox and Sensor Logger export is understood as it is, and what a board prints: commas,
    semicolons or tabs, decimal points or commas, with a header or without (then: time, x, y, z).
    A smooth curve through the samples is read off at even times, low-passed for the rate. Where
    samples come in bursts, as no sensor measures, they are taken to be evenly spaced. The mean is
    taken away, and with it gravity; what is then beyond FULL_SCALE_G is clipped.

    Args:
        path: of the file; or a binary file (an upload: `io.BytesIO(its bytes)`).
        rate: samples a second, an int, at most a quarter more than the file has.
        axis: "x", "y" or "z", or a column's name; None for the axis that moves most.
        unit: "g", "mg" or "m/s2"; None for what the header says.
        time_unit: "s", "ms", "us" or "ns"; None for what the header says. If it says nothing,
            the unit in which there are 20 to 20,000 samples a second. Dates need none.

    Returns:
        A Recording with the file's name. Its machine is called so, too, and its shaft's speed is
        None: set both with `_replace` where you know more.

    Raises:
        ValueError: the file or a column isn't as above, times go backwards or leave a gap, or it
            lasts less than a second; the message names the line.
    """
    check_rate(rate)
    table = CsvTable(path)
    unit, time_unit = known(unit, UNITS, "unit"), known(time_unit, TIME_UNITS, "time_unit")
    clock = time_column(table)
    columns = _acceleration_columns(table, clock, axis)
    lines = np.array(table.lines())
    times, dates = table.times(clock)
    values = {name: table.numbers(column) for name, column in columns.items()}
    strongest = max(values, key=lambda name: _spread(values[name]))
    measured = np.isfinite(times) & np.isfinite(values[strongest])
    times, lines = times[measured], lines[measured]
    if len(times) < 2:
        raise ValueError(f"{table.name} holds no accelerations with times: export it again")
    title = table.header[columns[strongest]] if table.header else ""
    g = values[strongest][measured] * _g_of(table, title, unit)
    if not dates:
        times = times * seconds_of(table, clock, times, time_unit)
    _check_span(table, times, lines, rate)
    times, g = _as_measured(table, times, g, lines)
    name = Path(path).stem if isinstance(path, str | Path) else "recording"
    samples = to_counts(_evenly(times, g - g.mean(), rate))
    return Recording(name, samples, int(rate), sensor=strongest, machine=name)


def _acceleration_columns(table, clock, axis):
    """Name of an axis -> column, of those that are asked for."""
    if table.header and axis is not None:
        named = [name.casefold() for name in table.header]
        if named.count(axis.casefold()) == 1 and named.index(axis.casefold()) != clock:
            return {axis: named.index(axis.casefold())}
    found = axes(table)
    if axis is not None:
        found = {name: columns for name, columns in found.items() if name == axis}
    if not found:
        columns = listed(table.header) if table.header else f"no header and {table.width} columns"
        raise ValueError(
            f"{table.name} has {columns} and no acceleration along {axis or 'x, y or z'}: name the "
            "column with axis="
        )
    for name, columns in found.items():
        if len(columns) > 1:
            several = listed([table.header[column] for column in columns])
            raise ValueError(f"{table.name} has {several} for {name}: name one of them with axis=")
    return {name: columns[0] for name, columns in found.items()}


def _spread(values):
    finite = values[np.isfinite(values)]
    return finite.std() if len(finite) else -1


def _g_of(table, title, unit):
    """What one of the column's numbers is in g."""
    unit = unit or unit_said(title)
    if unit is None:
        raise ValueError(
            f"{table.name} doesn't say in what its accelerations are: give unit, one of "
            f"{', '.join(UNITS)}"
        )
    return UNITS[unit]


def _check_span(table, times, lines, rate):
    back = np.diff(times) < 0
    if back.any():
        raise ValueError(
            f"{table.name} goes back in time at line {lines[1:][back][0]}: cut it there into two, "
            "or sort it"
        )
    seconds = times[-1] - times[0]
    if seconds < 1:
        raise ValueError(
            f"{table.name} lasts {seconds:.3g} seconds: record at least one; if it did last "
            "longer, give time_unit"
        )
    recorded = (len(times) - 1) / seconds
    if rate > _MORE * recorded:
        raise ValueError(
            f"{table.name} has {recorded:,.4g} samples a second, which can't become {rate:,}: ask "
            f"for {recorded:,.4g} at most"
        )


def _as_measured(table, times, g, lines):
    """When what was measured, by the times it was delivered."""
    steps = np.diff(times)
    usual = (times[-1] - times[0]) / len(steps)
    too_soon = np.concatenate([[False], steps < _TOO_SOON * usual])
    few = too_soon.mean() <= _MOST_TOO_SOON
    if few and np.diff(times[~too_soon]).max() <= _GAP_STEPS * usual:
        return times[~too_soon], g[~too_soon]
    if too_soon.any():  # a sensor measures evenly, whenever an app comes to fetch it
        count = np.arange(len(times))
        even = np.polyval(np.polyfit(count, times, 1), count)
        if np.ptp(times - even) <= _LATEST:
            return even, g
    longest = steps.argmax()
    raise ValueError(
        f"{table.name} jumps by {steps[longest]:.3g} seconds before line {lines[longest + 1]}, "
        f"where {usual:.3g} are usual: cut it there into two, or have the clock give finer times"
    )


def _evenly(times, values, rate):
    """Values at even times, anti-aliased: float64 [n].

    The curve is a cubic spline, read off at four times the recorded rate or more; what that adds
    above half of `rate` is filtered away.
    """
    from scipy.interpolate import CubicSpline

    seconds = times[-1] - times[0]
    finer = max(1, int(np.ceil(4 * (len(times) - 1) / seconds / rate)))
    even = times[0] + np.arange(int(seconds * rate * finer) + 1) / (rate * finer)
    return resample(CubicSpline(times, values)(even), int(rate) * finer, rate)
