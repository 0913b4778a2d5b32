"""What a coach makes of whole sessions: series named, counted, and pauses left alone."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.exercises.c_coach import CLASSES, HOP_SAMPLES, NONE, RATE

#: Seconds after a change in which the model's window and the votes still hold what was before.
SETTLES = 4


class Told(NamedTuple):
    """What was told of one series, or of one pause.

    Attributes:
        exercise: what was done, one of c_coach.CLASSES.
        hops: half seconds of it, those left out in which the coach still settles.
        right: how many of them were named as what was done; of a pause, as nothing.
        named_after: seconds from its start until it was first named so; None if it never was.
        repetitions: the most that were told of it while it was named so; 0 if it never was.
    """

    exercise: str
    hops: int
    right: int
    named_after: float | None
    repetitions: int


def told(hops, session):
    """What was told of each series and pause, in order.

    Args:
        hops: what a coach made of `session.samples`, a list of `coach.Hop`.
        session: a `sessions.Session`.

    Returns:
        A list of `Told`.
    """
    ends = np.flatnonzero(np.diff(session.truth)) + 1
    starts = [0, *ends.tolist()]
    return [
        _told(hops, session.truth[start], start, end)
        for start, end in zip(starts, [*starts[1:], len(session.truth)], strict=True)
    ]


def _told(hops, number, start, end):
    exercise = None if number == NONE else CLASSES[number]
    # A hop is complete with its last sample. Before a session nothing was done, so none settles.
    settles = SETTLES * RATE if start else 0
    during = [hop for hop in hops if start < (hop.number + 1) * HOP_SAMPLES <= end]
    right = [hop for hop in during if hop.exercise == exercise]
    settled = [hop for hop in during if (hop.number + 1) * HOP_SAMPLES > start + settles]
    return Told(
        exercise=CLASSES[number],
        hops=len(settled),
        right=sum(hop.exercise == exercise for hop in settled),
        named_after=((right[0].number + 1) * HOP_SAMPLES - start) / RATE if right else None,
        repetitions=max((hop.repetitions for hop in right), default=0) if exercise else 0,
    )
