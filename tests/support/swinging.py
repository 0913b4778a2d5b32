"""Wrists that swing to and fro, for tests of what counts them."""

import numpy as np

from tinyml_helpers.applications.wearables.exercises import c_coach, counting
from tinyml_helpers.applications.wearables.exercises.coach import Settings

RATE = c_coach.RATE

#: Sizes of a sensor's noise in the wrist's units.
_NOISE = 20


def still(seconds, seed=0):
    """A wrist that lies still, z up, and a sensor's noise: float64 [n, 6], in the wrist's units."""
    made = np.random.default_rng(seed).normal(0, _NOISE, (round(seconds * RATE), 6))
    made[:, 2] += c_coach.STEPS_A_G
    return made


def swings(count, seconds=2.0, size=2.0, axis=4, seed=1):
    """A wrist that swings out and back, again and again, about one axis.

    Args:
        count: how often.
        seconds: each.
        size: of the rotation, rad/s.
        axis: column, 3 to 5.
        seed: of the noise.

    Returns:
        float64 [n, 6], in the wrist's units.
    """
    made = still(count * seconds, seed)
    times = np.arange(len(made)) / RATE
    made[:, axis] += size * c_coach.STEPS_A_RADIAN * np.sin(2 * np.pi * times / seconds)
    return made


def counted(*parts):
    """A counting.Counted of parts, one after the other."""
    joined = np.clip(np.rint(np.concatenate(parts)), -(2**15), 2**15 - 1)
    return counting.count(joined.astype(np.int16), Settings())


def total(*parts):
    """Repetitions in parts, one after the other: an int."""
    return int(counted(*parts).counts[-1])
