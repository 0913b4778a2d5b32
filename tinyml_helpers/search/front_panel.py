"""A search's results to look at, to choose from, and to take along: a panel.

    panel = search.results(study)
    panel               # as a cell's last line
    panel.chosen        # in a later one: the number of the candidate that was chosen

Where no script runs, a picture with a table of the front stands for it.
"""

from pathlib import Path

import numpy as np
import traitlets

from tinyml_helpers import boards, files, micro, report
from tinyml_helpers.model_file import xray
from tinyml_helpers.panels import still
from tinyml_helpers.panels.panel import Panel, browser_code, styles
from tinyml_helpers.search import candidates, front_still
from tinyml_helpers.search.cost import Costs
from tinyml_helpers.search.exporting import export

_FOLDER = Path(__file__).parent

#: What the panel says of each kind of candidate, after its number.
_PLACES = {
    "front": "on the front",
    "beaten": "beaten",
    "part": "not trained to the end",
}


class Results(Panel):
    """The panel; `results` makes one.

    Attributes:
        chosen: the number of the candidate that was chosen; at first the best of the front.
        measured: a dict of candidates' numbers to their `Cost` on the emulated board, of those that
            were flashed.
    """

    # These files lie in this room: an absolute path leads there.
    _esm = browser_code(_FOLDER / "front_picture.js", _FOLDER / "front_panel.js")
    _css = styles("panel.css", _FOLDER / "front_panel.css")
    shown = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Int().tag(sync=True)

    def __init__(self, study, reference=None, score="score", folder=None):
        self._study, self._folder = study, folder
        self.measured = {}
        self._still = front_still.figure, (study, reference, score)
        first = candidates.trained(study)[0].number
        super().__init__(shown=shown(study, reference, score), chosen=first)

    @traitlets.validate("chosen")
    def _is_trained(self, proposal):
        number = proposal["value"]
        if number not in [point["number"] for point in self.shown["points"]]:
            raise ValueError(f"candidate {number} has no score: choose one of the picture")
        return number

    def answer(self, message, buffers):
        """Answer the panel in the browser; see `panel.Panel`."""
        number, kind = message["number"], message["kind"]
        if kind == "arena":
            png, words = arena(self._study, number)
            return {"words": words}, [np.frombuffer(png, np.uint8)]
        if kind == "boards":
            return {"rows": fits(self._study, number)}, []
        if kind == "flash":
            self.measured[number] = flashed(self._study, number)
            return {"costs": _cells(self.measured[number])}, []
        return {"says": self.export(number)}, []

    def export(self, number):
        """Export a candidate as the button does; a sentence that says where to."""
        name = f"{self._study.board_id}_candidate_{number}"
        folder = files.my_work(name) if self._folder is None else Path(self._folder) / name
        names = ", ".join(export(self._study, number, folder).files)
        top = files.my_work().parent
        said = folder.relative_to(top) if folder.is_relative_to(top) else folder
        return (
            f"Written into {said.as_posix()}: {names}. How to put it onto a real board says "
            "project/README.md."
        )

    def __repr__(self):
        return "The results of a search: run this cell, then choose a candidate."

    def _repr_mimebundle_(self, **kwargs):
        make, arguments = self._still
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = still.beside(bundle, *still.drawn(make(*arguments), colours=64))
        return {**data, "text/plain": repr(self)}, metadata


def results(study, reference=None, score="score", folder=None):
    """Show what a search has come to: scores against costs, the front, and all about one candidate.

    What the search finds later isn't in it.

    Args:
        study: the `Study`; something in it was trained.
        reference: a `Reference` to compare with, or None.
        score: what the study's score is called, such as "accuracy".
        folder: where the button "Export" puts folders; the student's own, `files.my_work()`, if
            None.

    Returns:
        The `Results`; as the last line of a cell it shows itself.

    Raises:
        ValueError: nothing has been trained yet.
    """
    return Results(study, reference, score, folder)


def shown(study, reference=None, score="score"):
    """What the browser draws and writes of a study, as a dict that JSON can hold."""
    known = candidates.kinds(study)
    axes = [candidates.axis(study, cost, reference) for cost in candidates.costs_shown(study)]
    unscored = [t for t in study.trials if known[t.number] == "refused"]
    return {
        "score": score,
        "board": boards.get(study.board_id).name,
        "axes": [axis._asdict() for axis in axes],
        "points": [_point(study, t, known[t.number]) for t in candidates.trained(study)],
        "refused": [t.cost._asdict() for t in unscored if t.cost],
        "refusals": len(unscored),
        "reference": reference and reference._asdict() | {"cost": reference.cost._asdict()},
        "limits": candidates.limits(study),
        "costs": [
            {
                "name": candidates.label(cost),
                "limit": "" if limit is None else f"{limit:,.6g}",
            }
            for cost, limit in study.limits._asdict().items()
        ],
    }


def arena(study, number):
    """A picture of a candidate's arena: (PNG bytes, what it shows in words).

    Raises:
        ValueError: the candidate wasn't trained.
    """
    figure = xray.arena(micro.Interpreter(study.model(number)))
    return still.drawn(figure, colours=32)


def fits(study, number):
    """Whether a candidate fits each board: a list of its id, "yes" or why not, how full, and ms.

    Raises:
        ValueError: the candidate wasn't trained.
    """
    rows = report.fits(study.model(number)).rows
    return [
        [
            row.board.id,
            "yes" if row.fits else f"no: {row.over_bytes:,} bytes too many",
            f"{row.limit} {_percent(row.share(row.limit))}",
            "-" if row.milliseconds is None else candidates.number(row.milliseconds),
        ]
        for row in rows
    ]


def flashed(study, number):
    """Flash a candidate onto the study's emulated board, and run it: its `Cost`, as counted there.

    Raises:
        ValueError: the candidate wasn't trained.
    """
    return Costs(study.board_id).measured(study.model(number))


def _point(study, trial, kind):
    """A candidate, for the browser."""
    return {
        "number": trial.number,
        "kind": kind,
        "score": trial.score,
        "cost": trial.cost._asdict(),
        "place": _PLACES[kind],
        "said": f"{trial.score:.3f}",
        "trained": f"trained {trial.epochs} of {study.rungs[-1]} epochs",
        "choice": [[name, candidates.chosen(value)] for name, value in trial.choice.items()],
        "cells": _cells(trial.cost),
    }


def _cells(cost):
    """A `Cost`'s fields as text, in their order."""
    return [candidates.number(value) for value in cost]


def _percent(share):
    if share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:,.{1 if share < 0.1 else 0}f} %"
