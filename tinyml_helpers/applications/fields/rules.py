"""When to water: by the calendar, by a line that moisture falls below, or will fall below.

A line is a share of what the field's soil can hold for plants, 0 at its wilting point and 1 at
field capacity, so that it means the same in sand and in clay. All are given a fixed dose.
"""

import numpy as np

from tinyml_helpers.applications.fields import c_node, offline
from tinyml_helpers.applications.fields.irrigation import RAIN, UNKNOWN, Rule


def timer(dose_mm, every_days):
    """A dose every so many days from the day the crop is sown.

    Args:
        dose_mm: a float above 0.
        every_days: an int from 1.

    Returns:
        A Rule.

    Raises:
        ValueError: an argument is none of these.
    """
    _check_dose(dose_mm)
    if not isinstance(every_days, int | np.integer) or every_days < 1:
        raise ValueError(f"every_days is {every_days!r}: give a whole number of days from 1 up")
    return Rule(lambda morning: morning.days % every_days == 0, dose_mm)


def threshold(line, dose_mm, rain=UNKNOWN, wait_mm=5.0, hours=24):
    """A dose if the last reading is below a line, and no rain to wait for is known of.

    Args:
        line: a share, 0 (never) to 1.
        dose_mm: a float above 0.
        rain: of irrigation.RAIN; "known" or "foretold" to wait for rain.
        wait_mm: how much rain is waited for, a float above 0.
        hours: within which, 24, 72 or 168.

    Returns, Raises: as `timer`.
    """
    return _below(line, dose_mm, (rain, wait_mm, hours), lambda morning: morning.readings[:, -1])


def fastest_fall(line, dose_mm, rain=UNKNOWN, wait_mm=5.0, hours=24):
    """As `threshold`, of what the reading will be tomorrow, should it fall as on the worst day of
    the last seven: a forecast without a model.
    """
    return _below(line, dose_mm, (rain, wait_mm, hours), _after_the_worst_day)


def forecast(tflite_bytes, line, dose_mm, quantile=0.1, hours=24, rain=UNKNOWN):
    """A dose if the model thinks moisture may fall below a line, should nobody water.

    Args:
        tflite_bytes: a model of soil moisture.
        line: a share, 0 (never) to 1.
        dose_mm: a float above 0.
        quantile: 0.1, 0.5 or 0.9: of what the model thinks possible.
        hours: 6, 24, 72 or 168: how far ahead.
        rain: of irrigation.RAIN: what the model is told of rain to come.

    Returns:
        A Rule.

    Raises:
        ValueError: an argument is none of these.
        As `c_node.loaded`.
    """
    _check(line, dose_mm, rain)
    if quantile not in c_node.QUANTILES:
        raise ValueError(f"quantile is {quantile!r}: give one of {c_node.QUANTILES}")
    if hours not in c_node.LEAD_HOURS:
        raise ValueError(f"hours is {hours!r}: give one of {c_node.LEAD_HOURS}")
    c_node.loaded(tflite_bytes)
    of = c_node.LEAD_HOURS.index(hours), c_node.QUANTILES.index(quantile)

    def waters(morning):
        changes = offline.forecasts(tflite_bytes, seen(morning))[:, *of]
        return morning.share(morning.readings[:, -1] + changes) < line

    return Rule(waters, dose_mm, rain)


def seen(morning):
    """What the model is shown of a Morning, int8 [fields, 24].

    As if every hour since 1 January had been added: of those before the window the model is shown
    no more than the lowest and the highest reading, which here stand for the window's first two.
    """
    made = np.empty((len(morning.days), c_node.INPUTS), np.int8)
    levels = morning.readings.copy()
    levels[:, 0], levels[:, 1] = morning.lowest, morning.highest
    ahead = None
    for row in range(len(made)):
        if morning.ahead is not None:
            ahead = np.broadcast_to(morning.ahead[row], (levels.shape[1], c_node.AHEAD))
        weather = morning.water[row], morning.temperature[row], ahead
        made[row] = offline.inputs(levels[row], morning.start, *weather, every=24)[-1]
    return made


def _after_the_worst_day(morning):
    """The last reading less the most that it fell in one of seven days, float [fields]."""
    daily = morning.readings[:, ::-24][:, :8]  # the newest first
    return daily[:, 0] - np.maximum(daily[:, 1:] - daily[:, :-1], 0).max(1)


def _below(line, dose_mm, waiting, level):
    """The Rule by a level, a callable of a Morning, unless rain is waited for."""
    rain, wait_mm, hours = waiting
    _check(line, dose_mm, rain)
    if not wait_mm > 0:
        raise ValueError(f"wait_mm is {wait_mm!r}: give mm above 0")
    if hours not in c_node.AHEAD_HOURS:
        raise ValueError(f"hours is {hours!r}: give one of {c_node.AHEAD_HOURS}")
    term = c_node.AHEAD_HOURS.index(hours)

    def waters(morning):
        low = morning.share(level(morning)) < line
        return low if morning.ahead is None else low & (morning.ahead[:, term] < wait_mm)

    return Rule(waters, dose_mm, rain)


def _check(line, dose_mm, rain):
    _check_dose(dose_mm)
    if not 0 <= line <= 1:
        raise ValueError(
            f"line is {line!r}: give a share from 0, the wilting point, to 1, field capacity"
        )
    if rain not in RAIN:
        raise ValueError(f"rain is {rain!r}: give one of {', '.join(RAIN)}")


def _check_dose(dose_mm):
    if not 0 < dose_mm < np.inf:
        raise ValueError(f"dose_mm is {dose_mm!r}: give mm above 0")
