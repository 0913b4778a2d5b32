"""A lesson's exercises, and what a student's copy of it has in their places.

A copy's cells are known by their ids, as `course.py update` knows them; where a program has thrown
those away, an exercise's cell is known by its first line, "# Exercise 3.1".
"""

import ast
import itertools
import json
import re
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers.grading import needed

#: What a lesson's file is called.
NAME = re.compile(r"([0-9]{2})_([a-z][a-z0-9_]*)\.ipynb")

#: Bytes of a notebook that are read: the lessons have less than a megabyte, pictures included.
MOST_BYTES = 50_000_000

_TITLE = re.compile(r"# Exercise [0-9]+\.([0-9]+)\b[^\n]*")


class Unreadable(Exception):  # noqa: N818 - a finding about what was handed in
    """A file is no notebook; the message is a sentence."""


@dataclass(frozen=True)
class Exercise:
    """An exercise of a lesson.

    Attributes:
        number: as the lesson shows it, such as "3.1".
        name: the answer's name, which is its check's as well.
        cell, check_cell: the ids of the cells with the stub and with the check.
        stub: the stub's source.
        extra: what the check takes after the answer, as source; () for most.
    """

    number: str
    name: str
    cell: str
    check_cell: str
    stub: str
    extra: tuple


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes:
        path: its notebook.
        topic: by which its checks are named.
        cells: its code cells, a dict of id to source, in order.
        exercises: a list of `Exercise`.
    """

    path: Path
    topic: str
    cells: dict
    exercises: list


@dataclass(frozen=True)
class Copy:
    """What of a student's notebook counts.

    Attributes:
        units: the lesson's code with the student's cells in it, a list of `needed.Unit`.
        until: exercise number -> how many of the units have run when it is judged.
        attempted: the numbers of the exercises that the student wrote something for.
        sources: all that the student wrote, cell id -> source.
    """

    units: list
    until: dict
    attempted: set
    sources: dict


def read(path):
    """The lesson in a notebook of the workbook."""
    number, topic = NAME.fullmatch(path.name).groups()
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    exercises = []
    for cell, following in itertools.pairwise(code):
        if "exercise" in cell["metadata"].get("tags", []):
            call = next(filter(None, map(_check_call, ast.walk(ast.parse(following["source"])))))
            extra = tuple(ast.unparse(one) for one in call.args[1:])
            exercises.append(
                Exercise(
                    f"{int(number)}.{len(exercises) + 1}",
                    call.func.attr,
                    cell["id"],
                    following["id"],
                    cell["source"],
                    extra,
                )
            )
    return Lesson(path, topic, {cell["id"]: cell["source"] for cell in code}, exercises)


def cells(path):
    """A notebook's cells, each with "cell_type", "id" ("" where it has none), "source" as str,
    "metadata" and "outputs"; raises Unreadable.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"The file has more than {MOST_BYTES // 1_000_000} MB")
        notebook = json.loads(path.read_text(encoding="utf-8"))
        return [_cell(cell) for cell in notebook["cells"]]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unreadable("The file can't be read as a notebook: it is broken, or is none") from None


def copy_of(lesson, handed_in):
    """What of a student's notebook counts, put into the lesson.

    Args:
        lesson: a `Lesson`.
        handed_in: the notebook's cells, as `cells` gives them.

    Returns:
        A `Copy`. The lesson's own cells are the lesson's, whatever the student made of them; the
        student's are the answers, and code cells that were added, where they were added.
    """
    theirs = _by_place(lesson, handed_in)
    checks = {one.check_cell for one in lesson.exercises}
    stubs = {one.cell: one.stub for one in lesson.exercises}
    units, until, sources = list(theirs.added.get("", [])), {}, {}
    for place, source in lesson.cells.items():
        mine = theirs.cells.get(place, source)
        if place in stubs:
            units.append(needed.cell_of_a_student(mine, place))
        elif place in checks and _text(mine) != _text(source):
            units += _without_checks(needed.statements(source, place))
            units.append(needed.cell_of_a_student(mine, place))
        else:
            units += _without_checks(needed.statements(source, place))
        for one in lesson.exercises:
            if one.check_cell == place:
                until[one.number] = len(units)
        units += theirs.added.get(place, [])
    attempted = set()
    for one in lesson.exercises:
        mine = theirs.cells.get(one.cell, one.stub)
        changed = _text(mine) != _text(one.stub)
        elsewhere = [
            place
            for place, unit in enumerate(units)
            if unit.own and unit.cell != one.cell and one.name in unit.gives
        ]
        if changed or elsewhere:
            attempted.add(one.number)
        if elsewhere and not changed:
            until[one.number] = max(until[one.number], elsewhere[-1] + 1)
    for unit in units:
        if unit.own and _text(unit.source) != _text(stubs.get(unit.cell, "")):
            sources[unit.cell] = unit.source
    return Copy(units, until, attempted, sources)


@dataclass(frozen=True)
class _Places:
    """A student's cells: by the id of the lesson's cell they are, and those behind each."""

    cells: dict
    added: dict


def _by_place(lesson, handed_in):
    by_title = {one.number.split(".")[1]: one.cell for one in lesson.exercises}
    known, added, behind = {}, {}, ""
    ids = {cell["id"] for cell in handed_in}
    for count, cell in enumerate(handed_in):
        if cell["cell_type"] != "code":
            continue
        place, title = cell["id"], _TITLE.match(cell["source"])
        if place not in lesson.cells and title and by_title.get(title[1], place) not in ids:
            place = by_title.get(title[1], place)
        if place in lesson.cells and place not in known:
            known[place], behind = cell["source"], place
        elif cell["source"].strip() not in {text.strip() for text in lesson.cells.values()}:
            unit = needed.cell_of_a_student(cell["source"], f"added {count}")
            added.setdefault(behind, []).append(unit)
    return _Places(known, added)


def _without_checks(units):
    """The units, calls of checks left out: those are made elsewhere."""
    return [unit for unit in units if not any(map(_check_call, ast.walk(ast.parse(unit.source))))]


def _check_call(node):
    """A call of a check, `check.name(...)`; None for anything else."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    of = node.func.value if called else None
    return node if isinstance(of, ast.Name) and of.id == "check" else None


def _cell(cell):
    source, place = cell.get("source", ""), cell.get("id", "")
    return {
        "cell_type": str(cell["cell_type"]),
        "id": place if isinstance(place, str) else "",
        "source": source if isinstance(source, str) else "".join(source),
        "metadata": cell.get("metadata") or {},
        "outputs": cell.get("outputs") or [],
    }


def _text(source):
    """What is written in a cell; a lesson's number, which may be another, left out."""
    return _TITLE.sub("", source, count=1).strip()
