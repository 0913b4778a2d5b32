"""What every set of soil and weather is read as, and how much of it is missing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

#: W/m² during an hour, in MJ/m².
MEGAJOULES_OF_AN_HOUR = 3600 / 1e6


class Soil(NamedTuple):
    """Soil moisture at one place, step by step, with the weather where it was measured.

    Every step from the first to the last is there. What wasn't measured is NaN: nothing is filled.

    Attributes:
        site: str, such as "KS_Manhattan_6_SSW".
        times: datetime64[h] [n], when each step begins, `step_hours` apart.
        step_hours: 1 or 24, an int.
        moisture: float64 [n, depths], mean of the step, in % by volume.
        depths_cm: a tuple of the depths of `moisture`; None for one that nobody knows.
        rain: float64 [n], mm during the step; or None where there is no rain gauge.
        temperature: float64 [n], of the air, mean of the step in °C; or None.
        coldest: float64 [n], the lowest of the step in °C; or None.
        warmest: float64 [n], the highest of the step in °C; or None.
        radiation: float64 [n], of the sun on a level plane, MJ/m² during the step; or None.
        other: what else was measured, name -> float64 [n].
    """

    site: str
    times: np.ndarray
    step_hours: int
    moisture: np.ndarray
    depths_cm: tuple
    rain: np.ndarray | None = None
    temperature: np.ndarray | None = None
    coldest: np.ndarray | None = None
    warmest: np.ndarray | None = None
    radiation: np.ndarray | None = None
    other: Mapping = MappingProxyType({})


def at_every_step(times, values, step_hours):
    """Values at every step from the first to the last, NaN where there is none.

    Args:
        times: datetime64[h] [n], rising, whole steps apart.
        values: float [n, columns].
        step_hours: an int.

    Returns:
        datetime64[h] [steps] and float64 [steps, columns].
    """
    steps = (times - times[0]).astype(np.int64) // step_hours
    grid = np.full((steps[-1] + 1, values.shape[1]), np.nan)
    grid[steps] = values
    return times[0] + np.arange(len(grid)) * np.timedelta64(step_hours, "h"), grid


def longest_gap(values):
    """How many steps the longest run of NaN in float [n] has."""
    edges = np.flatnonzero(np.diff(np.isnan(values), prepend=False, append=False))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def share_missing(values):
    """The share of float [n] that is NaN, from 0 to 1; 1 if there are no values."""
    return float(np.isnan(values).mean()) if len(values) else 1.0


def measured_span(values):
    """The slice of float [n] from the first value that is no NaN to the last.

    Many sensors were put in years after their station: what is missing before says nothing of them.
    """
    (there,) = np.nonzero(~np.isnan(values))
    return slice(int(there[0]), int(there[-1]) + 1) if len(there) else slice(0, 0)
