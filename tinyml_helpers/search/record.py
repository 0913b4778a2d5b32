"""What a search knows, in one file: its settings, and every candidate with all that was measured.

The file is text (JSON), and always whole: it is written anew with every result, which takes
nothing beside a training.
"""

import json
from typing import NamedTuple

from tinyml_helpers import files
from tinyml_helpers.search.cost import Cost


class Rung(NamedTuple):
    """One training of a candidate.

    Attributes:
        epochs: passes over the data.
        score: as of `Task.score`; None if the training came to nothing.
        seconds: that it took.
    """

    epochs: int
    score: float | None
    seconds: float


class Trial(NamedTuple):
    """A candidate.

    Attributes:
        number: from 0, in the order they were proposed.
        choice: a dict of name to value.
        cost: the `Cost` of the untrained model; None if it can't run on the board at all.
        why: why it wasn't trained, or not to its end: a sentence, or "".
        rungs: a tuple of `Rung`, the longest training last.
        done: False while a training is to come.
    """

    number: int
    choice: dict
    cost: Cost | None
    why: str = ""
    rungs: tuple = ()
    done: bool = False

    @property
    def score(self):
        """Of its longest training; None if it has none."""
        return self.rungs[-1].score if self.rungs else None

    @property
    def epochs(self):
        """Of its longest training; 0 if it has none."""
        return self.rungs[-1].epochs if self.rungs else 0

    @property
    def seconds(self):
        """Of all its trainings."""
        return sum(rung.seconds for rung in self.rungs)

    def costs(self, names):
        """Some of its costs: a list of numbers, by the names of their fields."""
        return [getattr(self.cost, name) for name in names]


class Record:
    """A search's file; an older one that is there is read.

    Args:
        path: a Path.
        settings: a dict that JSON can hold.

    Raises:
        ValueError: the file is no record, or one of a search with other settings.

    Attributes:
        trials: a list of `Trial`, by number.
    """

    def __init__(self, path, settings):
        self._path, self._settings = path, json.loads(json.dumps(settings))
        self.trials = []
        if path.exists():
            self._read()

    def _read(self):
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            settings = kept["settings"]
            self.trials = [_trial(fields) for fields in kept["trials"]]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{self._path} is no record of a search: choose another folder"
            ) from error
        if settings != self._settings:
            names = sorted({*settings, *self._settings})
            other = [n for n in names if settings.get(n) != self._settings.get(n)]
            raise ValueError(
                f"{self._path} is of a search with another {' and '.join(other)}: "
                "choose another folder"
            )

    def keep(self, trial):
        """Add a trial, or put it in its old one's place, and write the file."""
        self.trials[trial.number : trial.number + 1] = [trial]
        rows = [
            one._asdict()
            | {"cost": one.cost and one.cost._asdict(), "rungs": [r._asdict() for r in one.rungs]}
            for one in self.trials
        ]
        text = json.dumps({"settings": self._settings, "trials": rows}, indent=1)
        files.write_whole(self._path, text)


def _trial(fields):
    cost = fields["cost"] and Cost(**fields["cost"])
    rungs = tuple(Rung(**rung) for rung in fields["rungs"])
    return Trial(**fields | {"cost": cost, "rungs": rungs})
