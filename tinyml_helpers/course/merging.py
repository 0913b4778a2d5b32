"""A student's copy of a lesson joined with the lesson's new version, cell by cell.

Three notebooks tell who changed what: the lesson as it was when the copy was made, the copy, and
the lesson as it is. Cells are known by their ids, which editors keep. Outputs say nothing about who
wrote a cell. The standard library is all this takes.
"""

import copy
import hashlib
from dataclasses import dataclass

#: Stands above a student's cell whose place in the lesson has another text now.
_KEPT = (
    "**Yours, from before the update.** The lesson's own cell {where} has changed since you wrote "
    "this; take over what you need, then delete this cell and yours."
)


@dataclass(frozen=True)
class Joined:
    """What came of it.

    Attributes:
        notebook: the joined notebook.
        written: whether the student had written anything: a cell changed, added or taken out.
        beside: how many of the student's cells stand beside the lesson's new ones.
    """

    notebook: dict
    written: bool
    beside: int


def join(before, theirs, after):
    """Bring a lesson's new version to a copy, and keep everything the student wrote.

    A cell that only one side changed is that side's. Where both changed it, the student's stands
    below the lesson's, with a line that says so. Cells the student added stay behind the cell they
    stood behind, or behind the nearest one above that is still there.

    Args:
        before: the lesson as the copy was made of it, a dict in the notebook format 4.5.
        theirs: the copy.
        after: the lesson as it is.

    Returns:
        A `Joined`; none of the arguments is changed.
    """
    old, new = _by_id(before), _by_id(after)
    own = _by_id(theirs)
    cells, beside = [], 0
    stands = {}  # where a cell of the copy, by its id, stands now: the id of the last one there
    for cell in after["cells"]:
        place = cell["id"]
        stands[place] = place
        if place not in own:
            if place not in old or _text(old[place]) != _text(cell):
                cells.append(cell)
            continue  # else the student took it out
        mine = own[place]
        if _text(mine) == _text(cell):
            cells.append({**cell, **_shown(mine)})
        elif place in old and _text(cell) == _text(old[place]):
            cells.append(mine)
        elif place in old and _text(mine) == _text(old[place]):
            cells.append(cell)
        else:
            kept = _kept(mine, "above")
            cells += [cell, *kept]
            stands[place] = kept[-1]["id"]
            beside += 1
    above = []  # where the student's cells so far stand, the nearest last
    for mine in theirs["cells"]:
        place = mine["id"]
        if mine is not own[place] or (place not in old and place not in new):  # added
            following = [mine]
        elif place not in new and _text(mine) != _text(old[place]):
            following = _kept(mine, "that was here")
            beside += 1
        else:
            above.append(stands.get(place))
            continue
        at = _behind(cells, above)
        cells[at:at] = following
        above.append(following[-1]["id"])
    same = [cell["id"] for cell in theirs["cells"]] == list(old)
    written = not same or any(_text(own[place]) != _text(old[place]) for place in old)
    notebook = copy.deepcopy({**after, "cells": _told_apart(cells)})
    return Joined(notebook, written, beside)


def _by_id(notebook):
    """A notebook's cells by id; of two with one id, as some editors make them, the first."""
    cells = {}
    for cell in notebook["cells"]:
        cells.setdefault(cell["id"], cell)
    return cells


def _text(cell):
    """What is written in a cell, and what kind of cell it is."""
    source = cell.get("source", "")
    return cell["cell_type"], source if isinstance(source, str) else "".join(source)


def _shown(cell):
    """What a code cell showed when it last ran."""
    return {key: cell[key] for key in ("outputs", "execution_count") if key in cell}


def _kept(mine, where):
    """The student's cell under an id of its own, below a line that says whose it is."""
    line = {
        "cell_type": "markdown",
        "id": _another_id(mine, "line"),
        "metadata": {},
        "source": _KEPT.format(where=where),
    }
    return [line, {**mine, "id": _another_id(mine, "cell")}]


def _another_id(cell, what):
    """An id that follows from a cell's id and text, and is another."""
    return hashlib.sha256(f"{what} {cell['id']} {_text(cell)}".encode()).hexdigest()[:12]


def _told_apart(cells):
    """The cells, each under an id that no other has."""
    taken, apart = set(), []
    for cell in cells:
        while cell["id"] in taken:
            cell = {**cell, "id": _another_id(cell, "twin")}
        taken.add(cell["id"])
        apart.append(cell)
    return apart


def _behind(cells, above):
    """The place behind the nearest of the cells above that is there; the top if none is."""
    places = {cell["id"]: number for number, cell in enumerate(cells)}
    return next((places[one] + 1 for one in reversed(above) if one in places), 0)
