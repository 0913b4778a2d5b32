"""Whether a search finds a keyword model that takes no more of a Nano than the hand-made one, and
gets more right.

    python benchmarks/keyword_search.py --work FOLDER [--test FOLDER] [--trials N] [--json]

`--test` names the unpacked test set of Speech Commands v0.02, for real people; without it the
bundled voices are learned from. A third of the people are the test, a third of the rest choose. A
guided search of `--trials` candidates, told the score alone, keeps to what `ds_cnn` as it comes
takes in flash and time. Then its winner and that one are trained for as long, from the start, with
`--seeds` seeds that the search hadn't, and tested. With four seeds that took half an hour of two
processors; `--work` keeps what is done, and an interrupted one goes on.
"""

import json
from pathlib import Path

import command
import numpy as np

from tinyml_helpers import model_file, search
from tinyml_helpers.applications.keywords.searching import Keywords
from tinyml_helpers.files import write_whole
from tinyml_helpers.search import task

BOARD, RUNGS, BATCH = "nano33ble", (3, 9, 27), 9

#: The choice that is `ds_cnn` as it comes.
BY_HAND = {
    "width": 64, "blocks": 4, "stem": 32, "seen_frames": 10, "seen_bands": 8, "stride": 2,
    "kernel": 7, "keep": 1.0,
}  # fmt: skip

#: Seeds of the last trainings begin here: a search's are small.
_FIRST_SEED = 1001


def main():
    options = command.parser(__doc__)
    options.add_argument("--work", metavar="FOLDER", type=Path, required=True, help="of the search")
    options.add_argument("--test", metavar="FOLDER", help="Speech Commands' test set, unpacked")
    options.add_argument("--trials", type=int, default=18, metavar="N", help="how many (18)")
    options.add_argument("--seeds", type=int, default=3, metavar="N", help="at the end (3)")
    options.add_argument("--processes", type=int, default=2, metavar="N", help="that train (2)")
    command.run(options, measure, as_text)


def measure(chosen):
    """All figures, a dict that JSON can hold."""
    keywords, rungs, batch = Keywords(chosen.test), RUNGS, BATCH
    if chosen.quick:
        rungs, batch = (1,), 1
    costs = search.Costs(BOARD)
    by_hand = costs.of(keywords.untrained(BY_HAND))
    limits = search.Limits(flash_bytes=by_hand.flash_bytes, milliseconds=by_hand.milliseconds)
    study = search.Study(
        keywords, BOARD, chosen.work / "study", limits, against=(), rungs=rungs, batch=batch
    )
    with search.Here(chosen.processes) as workers:
        study.run(1 if chosen.quick else chosen.trials, workers)
        winner = study.front()[0]
        seeds = range(_FIRST_SEED, _FIRST_SEED + (1 if chosen.quick else chosen.seeds))
        last = Last(chosen.work, keywords, rungs[-1], costs)
        rows = last.trained({"winner": winner.choice, "by hand": BY_HAND}, seeds, workers)
    trained = [trial for trial in study.trials if trial.rungs]
    return {
        "trained": len(trained),
        "refused": sum(not trial.rungs for trial in study.trials),
        "seconds a trial": float(np.mean([trial.seconds for trial in trained])),
        "won with": winner.score,
        "choice": winner.choice,
        "rows": rows,
    }


class Last:
    """The last trainings, each kept when it is done.

    Args:
        folder: where.
        keywords: the `Keywords`.
        epochs: of a training.
        costs: a `search.Costs`.
    """

    def __init__(self, folder, keywords, epochs, costs):
        self._folder, self._keywords, self._epochs, self._costs = folder, keywords, epochs, costs

    def trained(self, choices, seeds, workers):
        """Rows for each choice: a dict of name to a list, one a seed."""
        wanted = [(choice, seed) for choice in choices.values() for seed in seeds]
        left = [one for one in wanted if not self._file(*one).exists()]
        jobs = [task.Job(self._keywords, choice, self._epochs, seed) for choice, seed in left]
        for place, done in workers.each(task.do, jobs):
            cost = self._costs.of(done.tflite)
            row = {
                "score": done.score,
                "test": self._keywords.test(done.tflite),
                "flash": cost.flash_bytes,
                "milliseconds": cost.milliseconds,
                "model bytes": model_file.read(done.tflite).total_bytes,
                "macs": cost.macs,
            }
            write_whole(self._file(*left[place]), json.dumps(row))
        return {
            name: [json.loads(self._file(choice, seed).read_text("utf-8")) for seed in seeds]
            for name, choice in choices.items()
        }

    def _file(self, choice, seed):
        chosen = "-".join(map(str, choice.values()))
        return self._folder / f"{chosen}_{self._epochs}_{seed}.json"


def as_text(figures):
    """The figures as lines."""
    lines = [
        f"{figures['trained']} trained, {figures['refused']} refused, "
        f"{figures['seconds a trial']:.0f} s a trial; the winner scored {figures['won with']:.4f}",
        ", ".join(f"{name} {value}" for name, value in figures["choice"].items()),
    ]
    for name, rows in figures["rows"].items():
        scores, tests = ([row[key] for row in rows] for key in ("score", "test"))
        one = rows[0]
        lines.append(
            f"{name:8} {one['flash']:,} bytes of flash (model {one['model bytes']:,}), "
            f"{one['milliseconds']:.1f} ms, {one['macs']:,} MACs; to choose by {_each(scores)}, "
            f"tested {_each(tests)}"
        )
    return "\n".join(lines)


def _each(values):
    return f"{np.mean(values):.4f} ({', '.join(f'{value:.4f}' for value in values)})"


if __name__ == "__main__":
    main()
