"""What the model learns from: hours of fields that don't exist, and days of stations that do.

some = simulated(range(40), [2018])
real = of_days(datasets.uscrn(path)[0], depth=0)
both = joined([some, real.examples()])
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.fields import c_node, offline
from tinyml_helpers.datasets.fields import simulated as fields

#: Sites that are computed side by side.
_AT_ONCE = 50

#: The share of sites that are irrigated; from which share of the roots' water gone; how much, mm.
_IRRIGATED, _GONE, _DOSE = 0.4, (0.2, 0.9), (10.0, 30.0)

#: How much too much or too little a probe may rise with moisture: no factory's calibration fits.
_GAIN = (0.8, 1.5)

#: Noise of a probe between the roots, percent by volume, and how often there is one.
_ROOT_NOISE, _ROOTS = 0.1, 0.3

_DAY, _WEEK = 24, c_node.WEEK


class Examples(NamedTuple):
    """What to learn from.

    Attributes:
        inputs: int8 [n, 24], × 1/32; see history.h. Weather and rain to come are known.
        changes: float32 [n, 4], of moisture after 6, 24, 72 and 168 hours in percent by volume;
            NaN where it isn't known.
    """

    inputs: np.ndarray
    changes: np.ndarray


class Days(NamedTuple):
    """A probe's days: what the model is shown at the end of each, and what came.

    Attributes:
        times: datetime64[D] [days].
        levels: float64 [days], the day's mean of moisture, percent by volume; NaN where missing.
        inputs: int8 [days, 24]; weather and rain to come are known where `sound`.
        changes: float32 [days, 4]; NaN for 6 hours, and where a day is missing.
        rain: float64 [days, 3], mm in the next 1, 3 and 7 days, NaN where a day is missing.
        sound: bool [days]: nothing of what the model is shown was missing, the week before.
    """

    times: np.ndarray
    levels: np.ndarray
    inputs: np.ndarray
    changes: np.ndarray
    rain: np.ndarray
    sound: np.ndarray

    def examples(self, wanted=True):
        """Examples of the days that are sound, and of those `wanted`, bool [days]."""
        rows = self.sound & wanted & ~np.isnan(self.rain).any(axis=1)
        return Examples(self.inputs[rows], self.changes[rows])


def joined(parts):
    """Examples of several, one after the other."""
    return Examples(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def simulated(numbers, years, hours=250, seed=0, watch=None):
    """Examples of simulated fields, some of them irrigated: by the hour, and by the day.

    Args:
        numbers: the sites'.
        years: which, a list of ints.
        hours: how many of each year's hours, drawn at random.
        seed: for what is drawn.
        watch: called with the share that is done, 0 to 1, now and then; None for nobody.

    Returns:
        `Examples`.

    Raises:
        As `datasets.simulated_fields.years`.
    """
    rng, numbers, parts = np.random.default_rng(seed), list(numbers), []
    groups = [
        (year, numbers[first : first + _AT_ONCE])
        for year in years
        for first in range(0, len(numbers), _AT_ONCE)
    ]
    for done, (year, group) in enumerate(groups, start=1):
        for one in fields.years(group, year, _irrigation(len(group), rng)):
            parts += _of_year(one, hours, rng)
        if watch:
            watch(done / len(groups))
    return joined(parts)


def _irrigation(count, rng):
    """A controller of a share of the sites, each with a rule of its own."""
    waters = rng.random(count) < _IRRIGATED
    gone, dose = rng.uniform(*_GONE, count), rng.uniform(*_DOSE, count)
    return lambda now: np.where(waters & (now.depletion > gone * now.available), dose, 0.0)


def _of_year(year, hours, rng):
    """Examples of one site's year, from a day in its first months on."""
    first = _DAY * int(rng.integers(0, 90))
    sky = (year.rain + year.irrigation)[first:], year.temperature[first:]
    start = year.times[first]
    read = np.nan_to_num(fields.readings(year, seed=int(rng.integers(1 << 30))).values)
    levels = np.round(rng.uniform(*_GAIN) * read, 1)[first:]
    made = [_of_hours(levels, start, *sky, hours, rng)]
    if rng.random() < _ROOTS:
        noisy = year.moisture_root + rng.normal(0, _ROOT_NOISE, len(year.times))
        made.append(_of_hours(np.round(noisy, 1)[first:], start, *sky, hours, rng))
    by_day = [series.reshape(-1, _DAY) for series in (levels, *sky)]
    made.append(
        _of_days(
            start,
            by_day[0].mean(axis=1),
            by_day[1].sum(axis=1),
            *(getattr(by_day[2], name)(axis=1) for name in ("mean", "min", "max")),
        ).examples()
    )
    return made


def _of_hours(levels, start, water, temperature, count, rng):
    ahead = _sums_ahead(water, c_node.AHEAD_HOURS)
    seen = offline.inputs(levels, start, water, temperature, ahead)
    rows = rng.integers(_WEEK, len(levels) - _WEEK, count)
    changes = np.stack([levels[rows + lead] - levels[rows] for lead in c_node.LEAD_HOURS], axis=1)
    return Examples(seen[rows], changes.astype(np.float32))


def of_days(soil, depth=0):
    """A station's days.

    Hours are made days first: a day's mean of moisture, if none of its hours is missing.

    Args:
        soil: a Soil of `datasets`, by the day or by the hour, with rain and temperature.
        depth: which of its depths, an int from 0.

    Returns:
        `Days`.

    Raises:
        ValueError: it has no rain or no temperature, or no such depth, or nothing was measured.
    """
    missing = [name for name in ("rain", "temperature") if getattr(soil, name) is None]
    if missing:
        raise ValueError(f"{soil.site} has no {missing[0]}: give a station that measures weather")
    if not 0 <= depth < soil.moisture.shape[1]:
        raise ValueError(f"{soil.site} has {soil.moisture.shape[1]} depths, from 0 on: not {depth}")
    coldest = soil.temperature if soil.coldest is None else soil.coldest
    warmest = soil.temperature if soil.warmest is None else soil.warmest
    columns = [soil.moisture[:, depth], soil.rain, soil.temperature, coldest, warmest]
    first = soil.times[0]
    if soil.step_hours < _DAY:
        skip = -first.astype(np.int64) % _DAY
        count = (len(soil.times) - skip) // _DAY
        first += np.timedelta64(skip, "h")
        columns = [column[skip : skip + _DAY * count].reshape(-1, _DAY) for column in columns]
        how = ("mean", "sum", "mean", "min", "max")
        columns = [getattr(part, name)(axis=1) for part, name in zip(columns, how, strict=True)]
    if np.isnan(columns[0]).all():
        raise ValueError(f"{soil.site} has no day of moisture at depth {depth}: try another depth")
    return _of_days(first, *columns)


def _of_days(start, levels, rain, mean, coldest, warmest):
    """Days, of float [days] each; a day's mean stands for each of its hours."""
    known = ~np.isnan(levels)
    sky = ~np.isnan(rain + mean + coldest + warmest)
    held = levels[np.maximum.accumulate(np.where(known, np.arange(len(levels)), known.argmax()))]
    degrees = np.repeat(np.nan_to_num(mean)[:, None], _DAY, axis=1)
    degrees[:, 5], degrees[:, 15] = np.nan_to_num(coldest), np.nan_to_num(warmest)
    water = np.zeros(degrees.shape)
    water[:, 12] = np.nan_to_num(rain)  # the model is shown sums of days only
    leads = [lead // _DAY for lead in c_node.LEAD_HOURS]
    ahead = _sums_ahead(rain, leads[1:])
    seen = offline.inputs(
        np.repeat(held, _DAY),
        start,
        water.ravel(),
        degrees.ravel(),
        np.repeat(ahead, _DAY, axis=0),
        every=_DAY,
    )
    changes = np.full((len(levels), len(leads)), np.nan, np.float32)
    for column, days in enumerate(leads):
        if days:
            changes[:-days, column] = levels[days:] - levels[:-days]
    sound = _all_of_last(known, 8) & _all_of_last(sky, 3)
    times = np.datetime64(start, "D") + np.arange(len(levels))
    return Days(times, levels, seen, changes, ahead, sound)


def _sums_ahead(values, steps):
    """Sums of the next steps after each: float [n, len(steps)], NaN where one is missing."""
    made = np.full((len(values), len(steps)), np.nan)
    for column, count in enumerate(steps):
        if len(values) > count:
            windows = np.lib.stride_tricks.sliding_window_view(values[1:], count)
            made[: len(windows), column] = windows.sum(axis=1)
    return made


def _all_of_last(there, count):
    """Whether each and the ones before, `count` together, are there: bool [n]."""
    made = np.zeros(len(there), bool)
    if len(there) >= count:
        made[count - 1 :] = np.lib.stride_tricks.sliding_window_view(there, count).all(axis=1)
    return made
