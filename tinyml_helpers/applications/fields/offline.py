"""What the model is shown and what it says, for many hours at once: to train on, and to measure.

    seen = inputs(levels, start, water=rain, temperature=degrees)
    changes = forecasts(tflite_bytes, seen)  # percent by volume [hours, leads, quantiles]

The C is the node's own, so that what is trained and measured here is what a board does.
"""

import functools

import numpy as np

from tinyml_helpers.applications.fields import c_node

#: Hundredths of a percent, and tenths of mm and °C, as the C counts.
_PERCENT, _TENTHS = 100, 10


def inputs(levels, start, water=None, temperature=None, ahead=None, every=1):
    """What the model is shown, hour by hour.

    Before the first hour everything is taken to have been as it was then, and dry.

    Args:
        levels: float [hours], moisture in percent by volume, without NaN.
        start: datetime64, when the first hour begins.
        water: float [hours], rain and irrigation in mm; None if the weather isn't known.
        temperature: float [hours], °C; None if the weather isn't known.
        ahead: float [hours, 3], mm of rain in the 24, 72 and 168 hours after; NaN, or None
            altogether, if it isn't known.
        every: 1, or 24 for the last hours of days only.

    Returns:
        int8 [hours // every, 24], × 1/32; see history.h.

    Raises:
        ValueError: arrays don't fit each other, there is a NaN in what must be known, or a value
            is beyond what the C counts: -327 to 327% or °C, 0 to 6,553 mm.
    """
    levels = _counted(levels, _PERCENT, np.int16, "levels")
    hours = len(levels)
    if (water is None) != (temperature is None):
        raise ValueError("water and temperature are both known or both not: give both, or neither")
    sky = [None, None]
    if water is not None:
        sky = [
            _counted(water, _TENTHS, np.uint16, "water"),
            _counted(temperature, _TENTHS, np.int16, "temperature"),
        ]
    if ahead is not None:
        ahead = np.asarray(ahead, np.float64)
        if ahead.shape != (hours, c_node.AHEAD):
            raise ValueError(f"ahead is {list(ahead.shape)}: give [{hours}, {c_node.AHEAD}]")
        known = np.clip(np.nan_to_num(ahead) * _TENTHS, 0, c_node.UNKNOWN - 1)
        ahead = np.where(np.isnan(ahead), c_node.UNKNOWN, np.rint(known)).astype(np.uint16)
    if any(part is not None and len(part) != hours for part in sky):
        raise ValueError(
            f"levels has {hours} hours, and the weather another number: give all hours"
        )
    first = int(np.datetime64(start, "h").astype(np.int64))
    made = np.empty((hours // every, c_node.INPUTS), np.int8)
    addresses = [None if part is None else part.ctypes.data for part in (levels, *sky, ahead)]
    c_node.load().so_inputs_all(*addresses, hours, first, every, made.ctypes.data)
    return made


def forecasts(tflite_bytes, seen):
    """What a model says.

    Args:
        tflite_bytes: the model.
        seen: int8 [n, 24], of `inputs`.

    Returns:
        float64 [n, 4, 3], by how many percent by volume moisture will have changed after 6, 24, 72
        and 168 hours: its 10%, 50% and 90% quantiles.

    Raises:
        ValueError: seen is something else.
        As `c_node.loaded`.
    """
    seen = np.ascontiguousarray(seen)
    if seen.dtype != np.int8 or seen.shape[1:] != (c_node.INPUTS,):
        raise ValueError(f"seen is {seen.dtype} {list(seen.shape)}: give int8 [n, {c_node.INPUTS}]")
    made = np.empty((len(seen), len(c_node.LEAD_HOURS), len(c_node.QUANTILES)), np.int16)
    model = _loaded(tflite_bytes)
    c_node.load().so_forecast_all(model.handle, seen.ctypes.data, len(seen), made.ctypes.data)
    return made / _PERCENT


def calibrated(changes, levels):
    """Forecasts of one hour of each day, calibrated as a node does it; see calibration.h.

    A day's forecasts are moved by what was learnt from the days before, and from its own level.

    Args:
        changes: float [days, 4, 3], of `forecasts`, at one hour of every day.
        levels: float [days], moisture at these hours, percent by volume; NaN where it wasn't
            measured: nothing is learnt from that.

    Returns:
        float64 [days, 4, 3]. Those 6 hours ahead are as they were.

    Raises:
        ValueError: arrays don't fit each other, there is a NaN in changes, or a value is beyond
            327%.
    """
    levels = np.asarray(levels, np.float64)
    levels = _counted(
        np.where(np.isnan(levels), c_node.NO_LEVEL / _PERCENT, levels), _PERCENT, np.int16, "levels"
    )
    shape = (len(levels), len(c_node.LEAD_HOURS), len(c_node.QUANTILES))
    if np.shape(changes) != shape:
        raise ValueError(f"changes is {list(np.shape(changes))}: give {list(shape)}")
    changes = _counted(np.ravel(changes), _PERCENT, np.int16, "changes")
    made = np.empty(shape, np.int16)
    c_node.load().so_calibrated_all(
        levels.ctypes.data, changes.ctypes.data, len(levels), made.ctypes.data
    )
    return made / _PERCENT


#: Reading a model takes longer than running it on a morning's fields.
_loaded = functools.lru_cache(maxsize=2)(c_node.loaded)


def _counted(values, steps, dtype, name):
    """Float [hours] as the C counts it."""
    values = np.asarray(values, np.float64)
    limits = np.iinfo(dtype)
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError(
            f"{name} has NaN, or no hours, or not one dimension: give a number an hour"
        )
    counted = np.rint(values * steps)
    if counted.min() < limits.min or counted.max() > limits.max:
        raise ValueError(
            f"{name} reaches from {values.min():g} to {values.max():g}: give "
            f"{limits.min / steps:g} to {limits.max / steps:g}"
        )
    return counted.astype(dtype)
