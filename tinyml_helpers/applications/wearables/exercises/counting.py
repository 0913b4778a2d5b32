"""Repetitions counted on this computer, by the C that counts them on a board.

counted = count(samples(motion), Settings.of(arm=motion.place))
print(counted.counts[-1])
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.exercises import c_coach, coach

__all__ = ["Counted", "count"]


class Counted(NamedTuple):
    """What the counter said after each sample.

    Attributes:
        counts: uint16 [n], repetitions so far.
        periods: uint16 [n], samples from the last but one to the last repetition; 0 if nothing is
            known of it.
    """

    counts: np.ndarray
    periods: np.ndarray


def count(samples, settings):
    """Count repetitions, whatever is repeated.

    Args:
        samples: int16 [n, 6], the sensor's counts, 50 a second.
        settings: a `coach.Settings`: the sensor's part of it counts.

    Returns:
        A `Counted`.

    Raises:
        ValueError: a setting is out of its range, or samples are something else.
    """
    motions = coach.motions(samples, settings)
    made = Counted(np.empty(len(motions), np.uint16), np.empty(len(motions), np.uint16))
    c_coach.load().ex_count_all(
        motions.ctypes.data, len(motions), made.counts.ctypes.data, made.periods.ctypes.data
    )
    return made
