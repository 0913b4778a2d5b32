"""Whole lives of simulated machines, watched: false alarms while they are healthy, days of warning.

Each machine is commissioned first, on healthy looks of two days; then it is looked at for four
weeks. Three watch it: the anomaly model, loudness alone and kurtosis alone, all with the same rule:
an alarm when a score is so many deviations above its mean in commissioning, several looks in a row.
"""

from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.machines import offline
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.datasets.machines import simulated
from tinyml_helpers.datasets.machines.recording import FaultOrders
from tinyml_helpers.signals import vibration

#: What watches, each with a score that rises with trouble.
WATCHERS = ("anomaly", "loudness", "kurtosis")

#: Days of commissioning, and of what follows.
COMMISSIONING_DAYS, DAYS = 2.0, 28.0

_RATE = 12_000


class Watched(NamedTuple):
    """A machine's weeks, as those who watch see them.

    Attributes:
        machine: its number.
        fault: what ends it, or None.
        onset: the day the fault began; None if there is none.
        days: float [n], of the looks after commissioning.
        scores: dict of WATCHERS to float [n]: deviations above the mean in commissioning.
        decibels: float [n], the fault's level over the healthy noise; -inf while there is none.
        orders, bands: int8 [n, 192] and [n, 32], what the front end made of the looks.
        commissioning: int8 [k, 32], the bands of the looks before.
        commissioning_orders: int8 [k, 192], their order codes.
        bearing: FaultOrders.
    """

    machine: int
    fault: str | None
    onset: float | None
    days: np.ndarray
    scores: dict
    decibels: np.ndarray
    orders: np.ndarray
    bands: np.ndarray
    commissioning: np.ndarray
    commissioning_orders: np.ndarray
    bearing: FaultOrders


def watch(numbers, faults=(None,), looks=240, seed=0, settings=None, workers=1):
    """Watch machines, each through a life for each fault.

    Args:
        numbers: the machines', a sequence of ints.
        faults: kinds of `simulated.FAULTS`, None for a healthy life.
        looks: in the weeks after commissioning.
        seed: which lives: this one for commissioning, the next one for the weeks.
        settings: a `Settings`: learn and settle say how many looks commissioning takes.
        workers: processes to share the work.

    Returns:
        A list of `Watched`, machine by machine.
    """
    settings = settings or Settings()
    jobs = [(int(number), tuple(faults), looks, seed, settings) for number in numbers]
    if workers == 1:
        parts = map(_watch_machine, jobs)
    else:
        with ProcessPoolExecutor(workers) as pool:
            parts = list(pool.map(_watch_machine, jobs))
    return [one for part in parts for one in part]


def alarms(scores, margin, persist):
    """At which looks there is an alarm.

    Args:
        scores: float [n], deviations above the mean.
        margin: how many are too many.
        persist: looks in a row above it that give an alarm.

    Returns:
        bool [n].
    """
    above = np.asarray(scores) > margin
    rows = [above[persist - 1 - i : len(above) - i] for i in range(persist)]
    return np.concatenate([np.zeros(persist - 1, bool), np.all(rows, axis=0)])[: len(above)]


def margin_for(watched, watcher, persist, rate):
    """The least margin at which at most this share of healthy decisions gives an alarm.

    Args:
        watched: a list of healthy `Watched`.
        watcher: one of WATCHERS.
        persist: as for `alarms`.
        rate: the share of looks, such as 1 / 1008: a false alarm a week, decided every ten minutes.

    Returns:
        A float.
    """
    # A run of `persist` looks alarms if the least of its scores is above the margin.
    least = np.concatenate([_least_of_runs(one.scores[watcher], persist) for one in watched])
    allowed = int(rate * sum(len(one.days) for one in watched))
    return float(np.sort(least)[::-1][min(allowed, len(least) - 1)])


def days_of_warning(one, raised):
    """Days from the first alarm after the fault began to the end; 0 if there is none.

    Args:
        one: a `Watched` with a fault.
        raised: bool [n], as `alarms` gives.
    """
    after = raised & (one.days >= one.onset)
    return float(one.days[-1] - one.days[np.argmax(after)]) if after.any() else 0.0


def false_alarm_rate(watched, watcher, margin, persist):
    """The share of looks at healthy machines with an alarm, and how many looks that is of."""
    raised = np.concatenate([alarms(one.scores[watcher], margin, persist) for one in watched])
    return float(raised.mean()), len(raised)


def _least_of_runs(scores, persist):
    return np.min([scores[i : len(scores) - persist + 1 + i] for i in range(persist)], axis=0)


def _watch_machine(job):
    number, faults, looks, seed, settings = job
    first = settings.learn + settings.settle
    start = simulated.life(number, None, COMMISSIONING_DAYS, first, seed)
    before = _features(start)
    return [
        _watched(number, before, simulated.life(number, fault, DAYS, looks, seed + 1), settings)
        for fault in faults
    ]


def _watched(number, before, life, settings):
    after = _features(life)
    bands = np.concatenate([before.bands, after.bands])
    found = offline.anomalies(bands, settings)
    settled = np.arange(settings.learn, settings.learn + settings.settle)
    scores = {
        "anomaly": _deviations(found.score.astype(float), settled),
        "loudness": _deviations(np.concatenate([before.loudness, after.loudness]), settled),
        "kurtosis": _deviations(np.concatenate([before.kurtosis, after.kurtosis]), settled),
    }
    rest = slice(settled[-1] + 1, None)
    return Watched(
        machine=number,
        fault=next((one.kind for one in life.faults if one), None),
        onset=life.onset,
        days=life.days,
        scores={name: score[rest] for name, score in scores.items()},
        decibels=np.array([one.decibels if one else -np.inf for one in life.faults]),
        orders=after.orders,
        bands=after.bands,
        commissioning=before.bands,
        commissioning_orders=before.orders,
        bearing=life.machine.orders,
    )


def _deviations(scores, settled):
    """Scores as the watcher's C judges them: deviations above the mean while it settles."""
    mean = scores[settled].mean()
    return (scores - mean) / max(np.abs(scores[settled] - mean).mean(), 1e-3)


class _Features(NamedTuple):
    orders: np.ndarray
    bands: np.ndarray
    loudness: np.ndarray  # octaves of mean square
    kurtosis: np.ndarray  # octaves of fourth moment over squared second


def _features(life):
    """What each watcher looks at, look by look."""
    seconds = vibration.look_samples(_RATE) / _RATE
    rows = []
    for i in range(len(life.days)):
        made = life.look(i, seconds, _RATE)
        seen = vibration.look(made.samples, _RATE, made.shaft_hz)
        x = made.samples - made.samples.mean()
        square = max(np.mean(x**2), 1e-6)
        rows.append(
            (seen.orders[0], seen.bands[0], np.log2(square), np.log2(np.mean(x**4) / square**2))
        )
    return _Features(*(np.array(column) for column in zip(*rows, strict=True)))
