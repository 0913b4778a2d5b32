"""Students' notebooks, made of a lesson: answers put into its exercises' cells.

handing_in.write(path, "quantization", {1: handing_in.SOLUTION, 3: "safe_products = 74"})
"""

import json

import patience
from places import NOTEBOOKS, lesson

from tinyml_helpers.grading import judge, sandbox
from tinyml_helpers.grading import lesson as lessons

#: Stands for the solution that the lesson offers.
SOLUTION = object()


def limits(**others):
    """What a notebook may take in a test: little, so that what takes more is soon found."""
    usual = {"seconds": 300, "cell_seconds": 120}
    usual |= {name: others.pop(name) for name in usual if name in others}
    return sandbox.Limits(
        **{name: patience.seconds(each) for name, each in usual.items()}, **others
    )


def judged(path, topic, hidden=(), **others):
    """What the judge says of a notebook: exercise's number in its lesson -> `Result`."""
    results = judge.Judge(lessons.read(lesson(topic)), limits(**others), hidden).judged(path)
    return {int(one.exercise.split(".")[1]): one for one in results}


def answered(topic, answers, shown=()):
    """A copy of a lesson with answers in it.

    Args:
        topic: the lesson's.
        answers: exercise's number in its lesson -> source; others stay stubs.
        shown: exercises whose checks' stored outputs say that they are right.

    Returns:
        A dict in the notebook format.
    """
    known = lessons.read(lesson(topic)).exercises
    stubs = {one.cell: (number, one) for number, one in enumerate(known, 1)}
    checks = {one.check_cell: number for number, one in enumerate(known, 1)}
    notebook = json.loads(lesson(topic).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        cell["outputs"] = []
        if checks.get(cell["id"]) in shown:
            cell["outputs"] = [_says(f"✓ Exercise {checks[cell['id']]}.1: right.")]
        number, exercise = stubs.get(cell["id"], (None, None))
        if number in answers:
            source = answers[number]
            if source is SOLUTION:
                source = solution(topic, number)
            cell["source"] = f"# Exercise {exercise.number}\n{source}"
    return notebook


def solution(topic, number):
    """The source of the solution that a lesson offers."""
    (path,) = NOTEBOOKS.glob(f"solutions/{topic}/{number}_*.py")
    return path.read_text(encoding="utf-8")


def solutions(topic):
    """All of a lesson's, as `answered` takes them."""
    exercises = lessons.read(lesson(topic)).exercises
    return dict.fromkeys(range(1, len(exercises) + 1), SOLUTION)


def write(path, topic, answers, shown=()):
    """Write `answered` to a file; returns its path."""
    return save(path, answered(topic, answers, shown))


def save(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def add(notebook, source, behind):
    """Put a cell of the student's behind the cell that has an id."""
    place = [cell["id"] for cell in notebook["cells"]].index(behind)
    cell = {"cell_type": "code", "id": f"mine-{place}", "metadata": {}, "source": source}
    notebook["cells"].insert(place + 1, {**cell, "outputs": [], "execution_count": None})


def _says(text):
    result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    return {**result, "data": {"text/plain": [text]}}
