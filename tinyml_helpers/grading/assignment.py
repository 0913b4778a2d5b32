"""A lesson as an assignment for nbgrader, in its metadata's schema 3.

    python course.py assignment 03 --to FOLDER

writes FOLDER/source/03_quantization/03_quantization.ipynb and, where there is none, a
`nbgrader_config.py`. An exercise's cell has its stub, then its solution between the lines that
nbgrader cuts out; its check's cell fails unless the answer is right, and is worth a point. What the
exercises need of the lesson is locked, so nbgrader puts it back; all else is the student's.

nbgrader runs checks in the student's own kernel, where a cell may change them: `course.py collect`
doesn't believe what it finds there. Schema: nbgrader 0.9, nbgrader.nbgraderformat.v3.
"""

import argparse
import ast
import json
import sys
from pathlib import Path

from tinyml_helpers.files import write_whole
from tinyml_helpers.grading import lesson as lessons
from tinyml_helpers.grading import needed

#: Of the nbgrader format, and of the notebook format.
_SCHEMA, _FORMAT = 3, {"nbformat": 4, "nbformat_minor": 5}

_CONFIG = '''\
"""nbgrader's settings for assignments made by `course.py assignment`."""

c = get_config()  # noqa: F821 - nbgrader provides it
# An exercise's own stub stands above what is cut out, and a blank answer is no error.
c.ClearSolutions.code_stub = {"python": "# Your answer goes into the lines above."}
c.ExecutePreprocessor.timeout = 1800  # seconds for a cell: some lessons train
'''


def made(lesson, solutions):
    """A lesson as an assignment's source.

    Args:
        lesson: a `lesson.Lesson`.
        solutions: the folder with its solutions, a Path.

    Returns:
        A dict in the notebook format, without outputs.
    """
    checks = {one.check_cell for one in lesson.exercises}
    answers = {}
    for one in lesson.exercises:
        (path,) = solutions.glob(f"{one.number.split('.')[1]}_*.py")
        answers[one.cell] = path.read_text(encoding="utf-8")
    wanted = _needed(lesson, answers)
    notebook = json.loads(lesson.path.read_text(encoding="utf-8"))
    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        metadata = dict(cell["metadata"])
        if cell["id"] in answers:
            source = _with_solution(source, answers[cell["id"]])
            metadata["nbgrader"] = _marks(cell["id"], solution=True)
        elif cell["id"] in checks:
            source = _that_fails(source)
            metadata["nbgrader"] = _marks(cell["id"], grade=True, locked=True, points=1)
        elif cell["id"] in wanted:
            metadata["nbgrader"] = _marks(cell["id"], locked=True)
        made_cell = {**cell, "source": source, "metadata": metadata}
        if cell["cell_type"] == "code":
            made_cell |= {"outputs": [], "execution_count": None}
        cells.append(made_cell)
    return {**notebook, **_FORMAT, "cells": cells}


def write(lesson, solutions, folder):
    """Write an assignment into nbgrader's course folder; returns the notebook's path.

    Args:
        lesson, solutions: as `made`.
        folder: the course's folder, a Path.

    Raises:
        OSError: it can't be written.
    """
    path = folder / "source" / lesson.path.stem / lesson.path.name
    text = json.dumps(made(lesson, solutions), indent=1, ensure_ascii=False)
    write_whole(path, text + "\n")
    if not (folder / "nbgrader_config.py").exists():
        write_whole(folder / "nbgrader_config.py", _CONFIG)
    return path


def _needed(lesson, answers):
    """The ids of the lesson's cells that its exercises and their checks need, a set."""
    cells = [{"cell_type": "code", "id": cell, "source": each} for cell, each in answers.items()]
    units = lessons.copy_of(lesson, cells).units
    names = {"check"} | {one.name for one in lesson.exercises}
    for source in (each for one in lesson.exercises for each in one.extra):
        nodes = ast.walk(ast.parse(source))
        names |= {node.id for node in nodes if isinstance(node, ast.Name)}
    return {units[place].cell for place in needed.needed(units, names) if not units[place].own}


def _with_solution(stub, solution):
    """An exercise's cell: what the student gets, and what nbgrader cuts out."""
    return f"{stub}\n### BEGIN SOLUTION\n{solution.rstrip()}\n### END SOLUTION"


def _that_fails(source):
    """A check's cell that raises an error unless the answer is right; it shows the feedback."""
    lines = source.splitlines()
    call = ast.parse(source).body[-1]
    asked = "\n".join(lines[call.lineno - 1 :])
    shown = [f"_feedback = {asked}", "print(_feedback)"]
    fails = 'assert _feedback.state == "right", _feedback.text'
    return "\n".join([*lines[: call.lineno - 1], *shown, fails])


def _marks(cell, grade=False, solution=False, locked=False, points=None):
    """A cell's metadata for nbgrader."""
    marks = {
        "grade": grade,
        "grade_id": cell,
        "locked": locked,
        "schema_version": _SCHEMA,
        "solution": solution,
        "task": False,
    }
    return marks if points is None else {**marks, "points": points}


def main(arguments=None):
    """The command behind `course.py assignment`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tinyml_helpers.grading.assignment")
    parser.add_argument("lesson", type=Path)
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args(arguments)
    lesson = lessons.read(options.lesson)
    try:
        path = write(lesson, lesson.path.parent / "solutions" / lesson.topic, options.to)
    except OSError as error:
        said = f"{options.to} can't be written ({error.strerror}): choose another with --to."
        print(said, file=sys.stderr)
        return 1
    print(f"The assignment is {path}. Next: nbgrader generate_assignment {lesson.path.stem}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
