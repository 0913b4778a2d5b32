"""A search's results as a table to print: the front first."""

from dataclasses import dataclass

from tinyml_helpers.search.candidates import chosen, costs_shown, kinds, label, number, trained


@dataclass(frozen=True)
class Table:
    """The candidates that were trained; `print` shows them: what became of each ("front",
    "beaten", or after how many epochs it was given up), its number, score, costs and choice.

    Attributes:
        rows: a tuple of `Trial`, the front first, then the longest training, then by score.
        kinds: for each row "front", "beaten" or "part": see `candidates.KINDS`.
        against: names of the costs shown.
        left_out: how many more were trained.
        refused: how many weren't, since they can't run or break a limit.
        score: what the score is called.
    """

    rows: tuple
    kinds: tuple
    against: tuple
    left_out: int
    refused: int
    score: str

    def __str__(self):
        names = list(self.rows[0].choice)
        lines = _stacked(["", "#", self.score, *map(label, self.against), *names])
        for kind, trial in zip(self.kinds, self.rows, strict=True):
            epochs = "1 epoch" if trial.epochs == 1 else f"{trial.epochs} epochs"
            became = epochs if kind == "part" else kind
            costs = map(number, trial.costs(self.against))
            choice = (chosen(trial.choice[name]) for name in names)
            lines.append([became, str(trial.number), f"{trial.score:.3f}", *costs, *choice])
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
        if self.left_out:
            text.append(f"{self.left_out} more were trained.")
        if self.refused:
            text.append(f"{self.refused} were refused before training.")
        return "\n".join(text)


def table(study, score="score", most=None):
    """The results of a search.

    Args:
        study: the `Study`.
        score: what its score is called, such as "accuracy".
        most: how many candidates it shows at most; all if None.

    Returns:
        A `Table`.

    Raises:
        ValueError: nothing has been trained yet.
    """
    known, every = kinds(study), trained(study)
    rows = every[:most]
    return Table(
        tuple(rows),
        tuple(known[trial.number] for trial in rows),
        costs_shown(study),
        len(every) - len(rows),
        sum(kind == "refused" for kind in known.values()),
        score,
    )


def _stacked(heads):
    """Heads as lines of a table, whose words stand one below the other."""
    words = [head.replace("_", " ").split() for head in heads]
    height = max(map(len, words))
    padded = [[""] * (height - len(some)) + some for some in words]
    return [list(line) for line in zip(*padded, strict=True)]


def _aligned(line, widths):
    """Words to the left, what is a number to the right."""
    for place, (cell, width) in enumerate(zip(line, widths, strict=True)):
        yield cell.ljust(width) if place == 0 else cell.rjust(width)
