"""What a search came to, in the words and numbers that its table, picture and card share."""

import json
from typing import NamedTuple

from tinyml_helpers.search.cost import Cost

#: For each field of `Cost` what it is called, and in which unit.
WORDS = {
    "flash_bytes": ("flash", "bytes"),
    "ram_bytes": ("RAM", "bytes"),
    "arena_bytes": ("arena", "bytes"),
    "macs": ("MACs", ""),
    "cycles": ("cycles", ""),
    "milliseconds": ("time", "ms"),
    "millijoules": ("energy", "mJ"),
}

#: What became of a candidate. Trained to the end: on the front, or beaten by one that is. Trained,
#: but not to the end. Never trained, since it can't run or breaks a limit; or since it had been
#: proposed before. Its training came to nothing. It is still to be trained.
KINDS = ("front", "beaten", "part", "refused", "again", "lost", "to come")

#: An axis whose values reach over more than this factor is logarithmic.
_WIDE = 20

#: A limit is in the picture if it is at most so much above what is drawn.
_NEAR = 1.5


class Reference(NamedTuple):
    """A model to compare with, such as the one that a lesson uses.

    Attributes:
        name: what it is called.
        score: as of `Task.score`, on the same data.
        cost: its `Cost`, on the same board.
    """

    name: str
    score: float
    cost: Cost


class Axis(NamedTuple):
    """Scores against one cost: what is drawn where.

    Attributes:
        cost: the name of a field of `Cost`.
        label: with its unit.
        low, high: the axis' ends.
        log: whether it is logarithmic.
        limit: of the search; None if it has none, or one that lies beyond the axis' end.
        stairs: numbers of candidates, from the cheapest on: each scores better than all before.
    """

    cost: str
    label: str
    low: float
    high: float
    log: bool
    limit: float | None
    stairs: tuple


def kinds(study):
    """What became of each candidate: a dict of its number to one of KINDS."""
    best, seen, found = {trial.number for trial in study.front()}, set(), {}
    for trial in study.trials:
        choice = json.dumps(trial.choice)
        found[trial.number] = "again" if choice in seen else _kind(study, trial, best)
        seen.add(choice)
    return found


def _kind(study, trial, best):
    if trial.score is not None:
        whole = trial.epochs == study.rungs[-1]
        return "front" if trial.number in best else "beaten" if whole else "part"
    if trial.rungs:
        return "lost"
    return "refused" if trial.why else "to come"


def trained(study):
    """The candidates that have a score: the front first, then the longest training, then by score.

    Raises:
        ValueError: there is none yet.
    """
    known = kinds(study)
    found = [trial for trial in study.trials if trial.score is not None]
    if not found:
        raise ValueError("nothing has been trained yet: run the search first")
    return sorted(
        found,
        key=lambda t: (KINDS.index(known[t.number]), -t.epochs, -t.score, t.number),
    )


def costs_shown(study):
    """Which costs to show: those that are to be small, or flash and time if only the score counts.

    Returns:
        A tuple of names of fields of `Cost`.
    """
    return tuple(study.against) or ("flash_bytes", "milliseconds")


def axis(study, cost, reference=None):
    """How to draw scores against a cost.

    Args:
        study: a `Study`; something in it was trained.
        cost: the name of a field of `Cost`.
        reference: a `Reference` that is drawn, too, or None.

    Returns:
        An `Axis`.
    """
    shown = [getattr(trial.cost, cost) for trial in trained(study)]
    if reference:
        shown.append(getattr(reference.cost, cost))
    least, most = min(shown), max(shown)
    limit = getattr(study.limits, cost)
    if limit is not None and limit > _NEAR * most:
        limit = None
    most = max(most, limit or 0)
    log = least > 0 and most / least > _WIDE
    if log:
        low, high = least / 1.2, most * 1.2
    else:
        room = 0.07 * (most - least) or 0.1 * most or 1
        low, high = max(0, least - room), most + room
    return Axis(cost, label(cost), low, high, log, limit, stairs(study.front(), cost))


def stairs(trials, cost):
    """Of trials those that score better than all cheaper ones: a tuple of numbers, cheapest first.

    Args:
        trials: a list of `Trial`, each with a score.
        cost: the name of a field of `Cost`.
    """
    line = []
    for trial in sorted(trials, key=lambda t: (getattr(t.cost, cost), -t.score)):
        if not line or trial.score > line[-1].score:
            line.append(trial)
    return tuple(trial.number for trial in line)


def label(cost):
    """What a field of `Cost` is called, with its unit: "flash (bytes)"."""
    name, unit = WORDS[cost]
    return f"{name} ({unit})" if unit else name


def chosen(value):
    """A value that was chosen, as text: truth values in words."""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def number(value):
    """A cost's value as text: whole numbers in full, others with three digits."""
    if isinstance(value, int) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def with_unit(cost, value):
    """A cost's value with its unit: "26,100 bytes"."""
    return f"{number(value)} {WORDS[cost][1]}".rstrip()


def limits(study):
    """The search's limits, in words; "none" if it has none."""
    found = [
        f"{WORDS[cost][0]} at most {limit:,.6g} {WORDS[cost][1]}".rstrip()
        for cost, limit in study.limits._asdict().items()
        if limit is not None
    ]
    return ", ".join(found) or "none"
