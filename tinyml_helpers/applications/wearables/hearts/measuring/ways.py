"""Three ways to call a beat early, and what each finds and rings for in vain."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.hearts.c_monitor import CLASSES
from tinyml_helpers.applications.wearables.hearts.measuring.shares import Share, share

#: By the interval before it alone; by a network that sees no interval; by one that sees both.
INTERVALS, SHAPE, BOTH = WAYS = ("intervals", "shape", "both")

#: A day's beats, of an adult: 70 a minute.
BEATS_A_DAY = 100_000

#: What a monitor's threshold may be, by way: of intervals 100 less `early`, as suspicion is.
_THRESHOLDS = {INTERVALS: (1, 50), SHAPE: (1, 255), BOTH: (1, 255)}


class Early(NamedTuple):
    """What a way found of early beats. Beats of class Q are in none of it.

    Attributes:
        threshold: the suspicion from which a beat is called early.
        atrial: Share of marked beats of class S that were called early; one not found wasn't.
        ventricular: the same of class V.
        precision: Share of calls that are right.
        false_alarms: Share of beats found that are called early and aren't, of all found that
            aren't; times BEATS_A_DAY it is a day's false alarms.
    """

    threshold: int
    atrial: Share
    ventricular: Share
    precision: Share
    false_alarms: Share


def by_intervals(record):
    """How suspicious intervals are, as the monitor's rule sees it.

    Args:
        record: an `examples.Record`.

    Returns:
        int64 [beats]: how many percent an interval is below the usual, 1 to 100, or below 1 if it
        isn't or either is unknown. A monitor with `early` calls those from 100 - early up early.
    """
    rr, usual = record.rr.astype(np.int64), record.usual.astype(np.int64)
    known = (rr > 0) & (usual > 0)
    return np.where(known, 99 - 100 * rr // np.maximum(usual, 1), 0)


def by_scores(scores):
    """How suspicious a network is of beats, as the monitor sees it.

    Args:
        scores: int8 [beats, 3], of a monitor's model.

    Returns:
        int64 [beats]: what S and V have together, / 256.
    """
    return scores[:, 1:].astype(np.int64).sum(axis=1) + 256


def threshold_for(suspicions, records, way, a_day):
    """The least threshold with so few false alarms a day, on hearts to choose by.

    Args:
        suspicions: a list of int64 [beats], one of each record.
        records: a list of `examples.Record`.
        way: one of WAYS.
        a_day: false alarms at BEATS_A_DAY.

    Returns:
        An int, within what a monitor takes.

    Raises:
        ValueError: there are no normal beats.
    """
    normal = np.concatenate(
        [one[_normal(record)] for one, record in zip(suspicions, records, strict=True)]
        or [np.empty(0)]
    )
    if not len(normal):
        raise ValueError("there are no normal beats: false alarms can't be counted")
    least, most = _THRESHOLDS[way]
    allowed = int(a_day / BEATS_A_DAY * len(normal))
    above = np.sort(normal)[::-1][min(allowed, len(normal) - 1)] + 1
    return int(np.clip(above, least, most))


def measured(suspicions, records, threshold):
    """What calling beats early from a threshold on finds: an Early; persons are the unit.

    Args:
        suspicions: a list of int64 [beats], one of each record.
        records: a list of `examples.Record`.
        threshold: an int.
    """
    counts = {}
    for suspicion, record in zip(suspicions, records, strict=True):
        called = suspicion >= threshold
        early, normal = np.isin(record.classes, ("S", "V")), _normal(record)
        row = np.array(
            [
                *(np.sum(called & (record.classes == name)) for name in "SV"),
                np.sum(called & early),
                np.sum(called & normal),
                *(record.marked.get(name, 0) for name in "SV"),
                np.sum(called & (early | normal)),
                np.sum(normal),
            ]
        )
        counts[record.person] = counts.get(record.person, 0) + row
    hits, of = np.split(np.array(list(counts.values())).reshape(-1, 8), 2, axis=1)
    return Early(threshold, *(share(*column) for column in zip(hits.T, of.T, strict=True)))


def named(records, threshold):
    """How a monitor's model names beats of each class.

    Args:
        records: a list of `examples.Record`, heard with a model and this threshold.
        threshold: the monitor's.

    Returns:
        A dict: for each of "N", "S", "V" a dict of how many of the marked beats were named "N",
        "S", "V" or "not found"; for "none" how many that aren't marked were named what.
    """
    scores = np.concatenate([record.scores for record in records])
    said = np.where(scores[:, 2] >= scores[:, 1], 2, 1) * (by_scores(scores) >= threshold)
    true = np.concatenate([record.classes for record in records])
    table = {}
    for name in (*CLASSES, ""):
        row = np.bincount(said[true == name], minlength=len(CLASSES)).tolist()
        table[name or "none"] = dict(zip(CLASSES, row, strict=True))
        if name:
            marked = sum(record.marked.get(name, 0) for record in records)
            table[name]["not found"] = marked - sum(row)
    return table


def _normal(record):
    """Which beats found are no early ones, nor of class Q: bool [beats]."""
    return (record.classes == "N") | (record.classes == "")
