"""Runs the stored searches for a fault model, and measures what they found.

    python data/searches/make_searches.py --work FOLDER

Takes an hour and a half on two cores. What is done is kept in FOLDER: interrupted, it goes on.
`data/searches.md` describes the files that it writes beside itself.
"""

import argparse
import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tinyml_helpers import search
from tinyml_helpers.applications.machines import stored_searches as stored
from tinyml_helpers.applications.machines.model import CONVOLUTIONS, order_cnn
from tinyml_helpers.applications.machines.searching import Faults, auc_of
from tinyml_helpers.datasets.machines.looks import machine_looks
from tinyml_helpers.files import write_whole
from tinyml_helpers.search import task

#: Of the longest trainings, and of all that follow.
EPOCHS = 27

#: Seeds of what is trained again.
AGAIN = (1001, 1002)

#: A grid's: all else is as in the hand-made model, or nearest to it. Fifteen whole trainings take
#: as many epochs as 45 by halving.
GRID = [
    {
        "convolutions": convolutions, "filters": filters, "growth": 1.25, "first_kernel": 5,
        "kernel": 3, "first_stride": 2, "pooling": "both", "keep": 1.0, "aware": False,
        "distilled": False,
    }
    for convolutions in (2, 3, 4) for filters in (4, 6, 8, 12, 16)
]  # fmt: skip


class ByHand(Faults):
    """The hand-made network, as another candidate: whatever is chosen."""

    def build(self, choice):
        return order_cnn(CONVOLUTIONS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", metavar="FOLDER", type=Path, required=True)
    chosen = parser.parse_args()
    each = [(chosen.work, kind, seed) for seed in stored.SEEDS for kind in stored.KINDS]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(searched, each))
    studies = {
        f"{kind} {seed}": stored.begun(work / f"{kind}_{seed}", kind, seed)
        for work, kind, seed in each
    }
    with search.Here(2) as workers:
        results = measured(studies, Trainings(chosen.work, workers))
    for name in studies:
        keep(chosen.work, name.replace(" ", "_"))
    shutil.rmtree(stored.FOLDER / "models", ignore_errors=True)
    shown = "{}_{}".format(*stored.SHOWN)
    shutil.copytree(chosen.work / shown / "models", stored.FOLDER / "models")
    write_whole(stored.FOLDER / "results.json", json.dumps(results, indent=1) + "\n")


def searched(which):
    """Run one search to its end, with a process of its own."""
    work, kind, seed = which
    with search.Here(1) as workers:
        study = stored.begun(work / f"{kind}_{seed}", kind, seed)
        study.run(stored.TRIALS, workers, lambda trial: print(kind, seed, trial.number, flush=True))


def measured(studies, trainings):
    """All rows of `results.json`, by name.

    Args:
        studies: a dict of name to `search.Study`, run.
        trainings: a `Trainings`.
    """
    faults, whole = Faults(), Faults(all_machines=True)
    whole_runs = {
        name: [
            row_of(trial.choice, trial.cost, trial.score, study.model(trial.number))
            | {"number": trial.number}
            for trial in study.trials if trial.epochs == EPOCHS and trial.score is not None
        ]
        for name, study in studies.items()
    }  # fmt: skip
    winners = {name: best(rows)["choice"] for name, rows in whole_runs.items()}
    grid = trainings.of([(faults, choice, 0) for choice in GRID if fits(faults, choice)])
    any_choice = GRID[0]
    by_hand = trainings.of([(ByHand(), any_choice, seed) for seed in AGAIN])
    again = {
        name: trainings.of([(faults, choice, seed) for seed in AGAIN])
        for name, choice in winners.items()
    }
    aimed = [
        row for name, rows in whole_runs.items() if name.startswith("three_aims") for row in rows
    ]
    least = smallest(aimed, spread_of(again.values()))["choice"]
    at_last = winners | {"grid": best(grid)["choice"]}
    return {
        "searches": whole_runs,
        "grid": grid,
        "by hand": by_hand,
        "winners again": again,
        "on all machines": {
            name: trainings.of([(whole, choice, 0)]) for name, choice in at_last.items()
        }
        | {
            "smallest": trainings.of([(whole, least, seed) for seed in (0, *AGAIN)]),
            "by hand": trainings.of(
                [(ByHand(all_machines=True), any_choice, seed) for seed in (0, *AGAIN)]
            ),
        },
    }


def fits(faults, choice):
    """Whether a choice keeps the limits."""
    return not stored.LIMITS.broken_by(search.Costs(stored.BOARD).of(faults.untrained(choice)))


def best(rows):
    """The row with the highest score."""
    return max(rows, key=lambda row: row["score"])


def spread_of(pairs):
    """The standard deviation of trainings of one model, from pairs of rows."""
    squares = [(one["score"] - other["score"]) ** 2 for one, other in pairs]
    return (sum(squares) / len(squares) / 2) ** 0.5


def smallest(rows, spread):
    """Of the rows within a spread of the best score the one with the least flash."""
    least = best(rows)["score"] - spread - 1e-9
    return min(
        (row for row in rows if row["score"] >= least), key=lambda row: row["cost"]["flash_bytes"]
    )


class Trainings:
    """Whole trainings, each kept in a folder when it is done.

    Args:
        folder: where they are kept.
        workers: such as a `search.Here`.
    """

    def __init__(self, folder, workers):
        self._folder, self._workers = folder / "trainings", workers
        self._folder.mkdir(exist_ok=True)
        self._costs = search.Costs(stored.BOARD)

    def of(self, wanted):
        """Train what isn't there yet.

        Args:
            wanted: a list of (task, choice, seed).

        Returns:
            A list of rows.
        """
        files = [self._folder / f"{name_of(*one)}.json" for one in wanted]
        jobs = [
            (file, task.Job(faults, choice, EPOCHS, seed))
            for file, (faults, choice, seed) in zip(files, wanted, strict=True)
            if not file.exists()
        ]
        for place, done in self._workers.each(task.do, [job for _, job in jobs]):
            file, job = jobs[place]
            cost = self._costs.of(done.tflite)
            row = row_of(job.choice, cost, done.score, done.tflite) | {"seed": job.seed}
            write_whole(file, json.dumps(row))
            print(file.name, row["score"], row["test"], flush=True)
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def name_of(faults, choice, seed):
    """A training's own name."""
    chosen = "-".join(str(value) for value in choice.values())
    everything = "all" if faults.all_machines else "part"
    return f"{type(faults).__name__}-{everything}-{chosen}-{seed}"


def row_of(choice, cost, score, tflite):
    """What is kept of a model: its choice, costs, score and how it does on the test machines."""
    test = machine_looks()[1]
    even = test.machines % 2 == 0
    return {
        "choice": choice,
        "cost": cost._asdict(),
        "score": score,
        "test": auc_of(tflite, test),
        "test halves": [auc_of(tflite, test.take(half)) for half in (even, ~even)],
    }


def keep(work, name):
    """Put a search's record beside this file, in short."""
    record = json.loads((work / name / "search.json").read_text(encoding="utf-8"))
    write_whole(stored.FOLDER / f"{name}.json", json.dumps(record, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
