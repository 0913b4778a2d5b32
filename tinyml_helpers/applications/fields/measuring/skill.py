"""Skill: how much smaller the error is than that of saying that nothing changes."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.fields import c_node


class Skill(NamedTuple):
    """How good forecasts of one lead are.

    Attributes:
        hours: the lead.
        count: how many were measured.
        persistence: mean absolute error of saying that nothing changes, percent by volume.
        error: mean absolute error of the median, percent by volume.
        skill: 1 - error / persistence: 0 is no better than persistence, 1 is perfect.
        below: a tuple, the share of truths below each quantile, and half of those that equal it:
            0.1, 0.5 and 0.9 if they are calibrated.
    """

    hours: int
    count: int
    persistence: float
    error: float
    skill: float
    below: tuple


def of(changes, quantiles, wanted=True):
    """The Skill at each lead.

    Args:
        changes: float [n, 4], what came, percent by volume; NaN where it isn't known.
        quantiles: float [n, 4, 3], what was said.
        wanted: bool [n] or [n, 4]: which count.

    Returns:
        A list of Skill, one for each lead of which something is known.
    """
    rows = np.asarray(wanted)
    rows = np.broadcast_to(rows[:, None] if rows.ndim == 1 else rows, changes.shape)
    made = []
    for lead, hours in enumerate(c_node.LEAD_HOURS):
        there = rows[:, lead] & ~np.isnan(changes[:, lead])
        if there.any():
            made.append(_of_one(hours, changes[there, lead], quantiles[there, lead]))
    return made


def _of_one(hours, came, said):
    persistence, error = np.abs(came).mean(), np.abs(came - said[:, 1]).mean()
    # Both are in steps, so many are equal: each of these counts half.
    below = (came[:, None] < said).mean(axis=0) / 2 + (came[:, None] <= said).mean(axis=0) / 2
    skill = 1 - error / persistence if persistence > 0 else np.nan
    return Skill(
        hours, len(came), float(persistence), float(error), float(skill), tuple(below.tolist())
    )
