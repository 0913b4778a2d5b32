"""Trainings of a benchmark after its searches: each is kept when it is done, and not done again."""

import json

from tinyml_helpers import model_file
from tinyml_helpers.files import write_whole
from tinyml_helpers.search import task


def title(choice):
    """A choice's values, as a short text."""
    return "-".join(map(str, choice.values()))


class Trainings:
    """Trainings, in a folder.

    Args:
        folder: where; each name's are in a folder there.
        costs: a `search.Costs`.
        workers: such as a `search.Here`.
    """

    def __init__(self, folder, costs, workers):
        self._folder, self._costs, self._workers = folder, costs, workers

    def rows(self, name, searched, choices, epochs, seeds):
        """Train and test what isn't yet.

        Args:
            name: of these trainings.
            searched: what is trained: a `search.Task`.
            choices: a dict of names to choices.
            epochs: of a training.
            seeds: of the trainings of each choice.

        Returns:
            For each choice's name a list of dicts, one a seed.
        """
        (self._folder / name).mkdir(parents=True, exist_ok=True)
        wanted = [(choice, seed) for choice in choices.values() for seed in seeds]
        # Two searches may have one winner.
        files = {self._file(name, *one, epochs, "json"): one for one in wanted}
        left = [one for file, one in files.items() if not file.exists()]
        jobs = [task.Job(searched, choice, epochs, seed) for choice, seed in left]
        for place, done in self._workers.each(task.do, jobs):
            cost = self._costs.of(done.tflite)
            row = {
                "score": done.score,
                "test": searched.test(done.tflite),
                "flash": cost.flash_bytes,
                "milliseconds": cost.milliseconds,
                "model bytes": model_file.read(done.tflite).total_bytes,
                "macs": cost.macs,
            }
            write_whole(self._file(name, *left[place], epochs, "tflite"), done.tflite)
            write_whole(self._file(name, *left[place], epochs, "json"), json.dumps(row))
        return {
            key: [
                json.loads(self._file(name, choice, seed, epochs, "json").read_text("utf-8"))
                for seed in seeds
            ]
            for key, choice in choices.items()
        }

    def models(self, name, choices, epochs, seeds):
        """The models that `rows` trained, bytes of .tflite files, in a list."""
        return [
            self._file(name, choice, seed, epochs, "tflite").read_bytes()
            for choice in choices.values()
            for seed in seeds
        ]

    def _file(self, name, choice, seed, epochs, ending):
        return self._folder / name / f"{title(choice)}_{epochs}_{seed}.{ending}"
