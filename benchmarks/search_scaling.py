"""How much quicker a search is on two processes than on one, and what a hundred would give.

    python benchmarks/search_scaling.py [--json] [--trials N] [--epochs N]

The same small search for a fault model, of one batch, is done by one process and by two of this
computer, and, on Linux with Ray installed, by a Ray cluster of one and of two computers, each of
them a processor of this one. All give the same scores, or it ends with a sentence.

What 100 processes would give is an estimate, by Amdahl's law (AFIPS 1967) for one batch of B trials
on P processes, B >= P:

    seconds(P) = B (s + r) + max(B t / P, longest)

    s        the driver's seconds a trial: proposing, costing, keeping; one after the other
    r        a job's round trip, which an empty one takes; as if no two overlapped
    t        the mean seconds of a training, `longest` those of the longest

It assumes that a batch is whole before the next is proposed, as it is; that s stays what it is,
however many trials there are, and whatever the processors; that trainings are handed out so well
that only the longest one is waited for; and that a training takes as long beside 99 others as
beside one. Trainings of as many epochs as the search for the bundled model are taken to be longer
by the ratio of epochs.
"""

import contextlib
import importlib.util
import statistics
import sys
import tempfile
import time
from pathlib import Path

import command

from tinyml_helpers import search
from tinyml_helpers.applications.machines import searching

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import ray_cluster  # noqa: E402

#: Processes that the estimate is for, trials of a batch there, and epochs of its longer trainings.
_MANY, _BATCH, _EPOCHS = (1, 2, 10, 30, 100), 100, 27

_EMPTY_JOBS = 50


def main():
    options = command.parser(__doc__)
    options.add_argument("--trials", type=int, default=8, metavar="N", help="how many (8)")
    options.add_argument("--epochs", type=int, default=4, metavar="N", help="of a training (4)")
    command.run(options, measure, as_text)


def measure(chosen, clock=time.monotonic):
    """All figures, a dict that JSON can hold.

    Raises:
        ValueError: a search found other scores than the first.
    """
    trials, epochs = (2, 1) if chosen.quick else (chosen.trials, chosen.epochs)
    runs, faults = {}, searching.Faults(distilled=[False])  # no teacher to be trained in between
    for name, workers, processes in _all_workers():
        runs[name] = measured(workers, processes, faults, trials, epochs, clock)
        first = next(iter(runs))
        if runs[name]["scores"] != runs[first]["scores"]:
            raise ValueError(f"{name} found other scores than {first}: that mustn't be")
    return {
        "trials": trials,
        "epochs": epochs,
        "runs": runs,
        "estimate": {
            f"{times * epochs:g} epochs" if times > 1 else "as measured": {
                str(many): estimated(runs["2 processes"], many, times) for many in _MANY
            }
            for times in (1, _EPOCHS / epochs)
        },
    }


def _all_workers():
    """Yield (name, workers, how many processes they are), one after the other."""
    for processes in (1, 2):
        with search.Here(processes) as workers:
            yield f"{processes} process{'es' * (processes > 1)}", workers, processes
    if importlib.util.find_spec("ray") and sys.platform == "linux":
        with (
            ray_cluster.two_computers() as (address, switch_off),
            search.OnRay(address) as workers,
        ):
            yield "2 computers of Ray", workers, 2
            switch_off()
            while workers.processes > 1:
                time.sleep(0.1)
            yield "1 computer of Ray", workers, 1


class Timed:
    """Workers, and beside what they do when they did it.

    Args:
        workers: such as a `search.Here`.
        clock: a function to seconds.

    Attributes:
        seconds: in which there was something to do.
        trainings: seconds of each, a list.
    """

    def __init__(self, workers, clock=time.monotonic):
        self._workers, self._clock = workers, clock
        self.seconds, self.trainings = 0.0, []

    def each(self, function, jobs):
        """See `search.Here`."""
        begun = self._clock()
        for place, done in self._workers.each(function, jobs):
            self.trainings.append(done.seconds)
            yield place, done
        self.seconds += self._clock() - begun


def measured(workers, processes, task, trials, epochs, clock=time.monotonic):
    """What a search of one batch took: a dict of seconds and scores.

    Args:
        workers: such as a `search.Here`.
        processes: how many they are.
        task: a `search.Task`.
        trials, epochs: how many trainings there are, and how long they are.
        clock: a function to seconds.
    """
    with contextlib.ExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2)]
        # Everybody loads TensorFlow and the data before it counts.
        _study(task, folders[0], processes, 1).run(processes, workers)
        trips = [_empty_trip(workers, clock) for _ in range(_EMPTY_JOBS)]
        study, timed = _study(task, folders[1], trials, epochs), Timed(workers, clock)
        begun = clock()
        study.run(trials, timed)
        seconds = clock() - begun
    trainings = timed.trainings
    return {
        "seconds": seconds,
        "a trial": seconds / len(trainings),
        "a training": statistics.mean(trainings),
        "longest training": max(trainings),
        "driver a trial": (seconds - timed.seconds) / len(trainings),
        "round trip": statistics.median(trips),
        "idle": 1 - sum(trainings) / (processes * timed.seconds),
        "scores": [trial.score for trial in study.trials if trial.rungs],
    }


def _study(task, folder, batch, epochs):
    return search.Study(task, "nano33ble", folder, rungs=(epochs,), batch=batch)


def _empty_trip(workers, clock):
    begun = clock()
    list(workers.each(bool, [None]))
    return clock() - begun


def estimated(run, processes, times=1):
    """How much quicker so many processes do a batch of 100 than one does: a ratio.

    Args:
        run: of `measured`.
        processes: how many.
        times: how much longer trainings are.
    """
    serial = _BATCH * (run["driver a trial"] + run["round trip"])
    whole, longest = _BATCH * times * run["a training"], times * run["longest training"]
    return (serial + whole) / (serial + max(whole / processes, longest))


def as_text(figures):
    """The figures as lines of text."""
    runs = figures["runs"]
    form = "{:20}{:>10}{:>10}{:>10}{:>12}{:>12}{:>8}".format
    lines = [
        f"{figures['trials']} trials of {figures['epochs']} epochs; seconds, and how idle:",
        form("", "a trial", "training", "longest", "driver", "round trip", "idle"),
    ]
    for name, run in runs.items():
        parts = [f"{run[part]:.2f}" for part in ("a trial", "a training", "longest training")]
        parts += [f"{run['driver a trial']:.2f}", f"{run['round trip']:.4f}", f"{run['idle']:.0%}"]
        lines.append(form(name, *parts))
    for one, two in (
        ("1 process", "2 processes"),
        ("1 computer of Ray", "2 computers of Ray"),
    ):
        if two in runs:
            lines.append(f"{two}: {runs[one]['seconds'] / runs[two]['seconds']:.2f} times as quick")
    lines.append(f"Estimated for a batch of {_BATCH}, times as quick as one process:")
    for name, found in figures["estimate"].items():
        parts = ", ".join(f"{many}: {ratio:.1f}" for many, ratio in found.items())
        lines.append(f"  {name + ':':14}{parts}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
