"""Every committed lesson is fit to be compared strictly, read on a page, and learned from."""

import copy
import json
import re
import statistics

import pytest
from nbval.plugin import find_comment_markers, find_metadata_tags
from places import LESSONS, NOTEBOOKS

from tinyml_helpers import alt_text
from tinyml_helpers.course import lesson_runner

#: (lesson, cell id) -> why this cell's output may not be compared.
ALLOWED_IGNORES = {}

MOST_BYTES = 1_000_000
MOST_LINES, MEDIAN_LINES = 15, 4
FEWEST_EXERCISES = 3

#: What an output may not show: another computer has another one.
OF_THIS_MACHINE = re.compile(
    r"(?<![\w.:/])/(?:home|tmp|root|usr|work|Users|private|var)/|\b[A-Z]:\\\w|\b0x[0-9a-f]{9,}"
)


def problems(notebook, lesson):
    """What is wrong with a lesson.

    Args:
        notebook: its dict, as json.loads gives it.
        lesson: its file name.

    Returns:
        A list of sentences, empty if all is well.
    """
    cells = [{"id": None, **cell, "source": "".join(cell["source"])} for cell in notebook["cells"]]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    return [
        *_problems_with_the_file(notebook, cells, code),
        *(f"cell {cell['id']}: {said}" for cell in code for said in _problems_with_outputs(cell)),
        *_problems_with_ignored_cells(code, lesson),
        *_problems_with_the_code(code),
        *_problems_with_the_text(cells),
        *_problems_with_exercises(cells, code, lesson),
    ]


def _problems_with_the_file(notebook, cells, code):
    counts = [cell["execution_count"] for cell in code]
    if counts != list(range(1, len(code) + 1)):
        yield f"execution counts aren't 1 to {len(code)}: {counts}"
    spec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    if notebook["metadata"] != {"kernelspec": spec, "language_info": {"name": "python"}}:
        yield f"metadata is more, or other, than kernelspec python3: {notebook['metadata']}"
    ids = [cell["id"] for cell in cells]
    if None in ids or len(set(ids)) < len(ids):
        yield "a cell has no id of its own"
    for cell in cells:
        if set(cell["metadata"]) - {"tags"}:
            yield f"cell {cell['id']} has metadata beside tags: {sorted(cell['metadata'])}"


def _problems_with_outputs(cell):
    for output in cell["outputs"]:
        data = output.get("data", {})
        if output["output_type"] == "error":
            yield "it raised"
        if output.get("name") == "stderr":
            yield "it wrote to stderr"
        if "image/svg+xml" in data:
            yield "it shows an svg, which nbval compares letter by letter"
        if "application/vnd.jupyter.widget-view+json" in data:
            yield "it keeps a view of a widget whose kernel is gone"
        words = output.get("metadata", {}).get("image/png", {}).get("alt")
        if "image/png" in data and words in (None, "", alt_text.NO_WORDS):
            yield "its picture has no words: give the figure a title, or a name (num=...)"
        if found := OF_THIS_MACHINE.search(_text(output)):
            yield f"its output shows a path or an address of one machine: {found[0]}"


def _text(output):
    """All of an output that nbval compares and a person reads."""
    data = output.get("data", {})
    parts = (output.get("text", ""), data.get("text/plain", ""), data.get("text/html", ""))
    return "\n".join("".join(part) for part in parts)


def _problems_with_ignored_cells(code, lesson):
    for number, cell in enumerate(code):
        if not _is_ignored(cell):
            continue
        if (lesson, cell["id"]) not in ALLOWED_IGNORES:
            yield f"cell {cell['id']} is marked for nbval and not in ALLOWED_IGNORES"
        if not any("assert " in near["source"] for near in code[number : number + 2]):
            yield f"cell {cell['id']} isn't compared, and no assert bounds its result"


def _is_ignored(cell):
    """Whether nbval would skip the cell, let it raise, or not compare its output."""
    marks = [*find_metadata_tags(cell["metadata"]), *find_comment_markers("".join(cell["source"]))]
    return any(mark != ("check", True) for mark in marks)


def _problems_with_the_code(code):
    lengths = [len([line for line in cell["source"].splitlines() if line.strip()]) for cell in code]
    if statistics.median(lengths) > MEDIAN_LINES:
        yield f"half of the code cells have more than {MEDIAN_LINES} lines"
    for cell, length in zip(code, lengths, strict=True):
        if not 0 < length <= MOST_LINES:
            yield f"cell {cell['id']} has {length} lines; 1 to {MOST_LINES} is the rule"
        if re.search(r"^\s*[!%]", cell["source"], re.MULTILINE):
            yield f"cell {cell['id']} has a line for IPython or the shell, which isn't Python"
        if re.search(r"^\s*from .* import \*", cell["source"], re.MULTILINE):
            yield f"cell {cell['id']} imports *: nobody sees where a name comes from"


def _problems_with_the_text(cells):
    first, last = cells[0]["source"], cells[-1]["source"]
    for heading in ("# ", "**You will be able to**", "**Time**", "**You need**"):
        if not re.search(f"^{re.escape(heading)}", first, re.MULTILINE):
            yield f"the opening cell has no line that starts with {heading!r}"
    for heading in ("## What we saw", "## Three questions", "## Where to read more"):
        if heading not in last:
            yield f"the closing cell has no {heading!r}"
    questions = last.partition("## Three questions")[2].partition("\n## ")[0]
    if re.findall(r"^(\d)\. ", questions, re.MULTILINE) != ["1", "2", "3"]:
        yield "the closing cell doesn't ask three questions, numbered 1 to 3"


def _problems_with_exercises(cells, code, lesson):
    stubs = [cell for cell in code if "exercise" in cell["metadata"].get("tags", [])]
    if len(stubs) < FEWEST_EXERCISES:
        yield f"{len(stubs)} cells are tagged exercise; {FEWEST_EXERCISES} is the fewest"
    text = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    topic = lesson[3:].removesuffix(".ipynb")
    for number, stub in enumerate(stubs, start=1):
        name = f"{int(lesson[:2])}.{number}"
        if not stub["source"].startswith(f"# Exercise {name}\n"):
            yield f"exercise {name}: its stub doesn't start with the comment '# Exercise {name}'"
        if f"**Exercise {name}" not in text:
            yield f"exercise {name}: no text says what to do (**Exercise {name}…**)"
        files = [
            path.relative_to(NOTEBOOKS).as_posix()
            for path in NOTEBOOKS.glob(f"solutions/{topic}/{number}_*.py")
        ]
        if len(files) != 1:
            yield f"exercise {name}: it has {len(files)} solutions in notebooks/solutions"
        elif f"%load {files[0]}" not in text:
            yield f"exercise {name}: no text offers `%load {files[0]}`"
        check = code[code.index(stub) + 1]
        said = "".join(map(_text, check["outputs"]))
        if f"Exercise {name}: not attempted yet" not in said:
            yield f"exercise {name}: the next code cell doesn't say that it isn't attempted yet"


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


def test_there_are_lessons_and_they_are_numbered_from_00():
    assert LESSONS
    assert [path.name[:3] for path in LESSONS] == [f"{n:02}_" for n in range(len(LESSONS))]


def test_a_lesson_is_clean(lesson):
    assert problems(json.loads(lesson.read_text(encoding="utf-8")), lesson.name) == []


def _code(notebook, number):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][number]


def _result(**data):
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def _stream(name, text):
    return {"output_type": "stream", "name": name, "text": text}


#: What may go wrong with a lesson -> (how to make it so, a word of the complaint).
BREAKAGES = {
    "not run": (lambda n: _code(n, 3).update(execution_count=None), "execution counts"),
    "run twice": (lambda n: _code(n, 3).update(execution_count=99), "execution counts"),
    "kernel": (lambda n: n["metadata"]["kernelspec"].update(name="mine"), "kernelspec"),
    "Python version": (lambda n: n["metadata"]["language_info"].update(version="3"), "metadata"),
    "widget state": (lambda n: n["metadata"].update(widgets={}), "metadata"),
    "no id": (lambda n: n["cells"][1].pop("id"), "no id"),
    "same id": (lambda n: n["cells"][1].update(id=n["cells"][0]["id"]), "no id of its own"),
    "timestamp": (lambda n: n["cells"][1]["metadata"].update(execution={}), "beside tags"),
    "error": (lambda n: _code(n, 3)["outputs"].append({"output_type": "error"}), "raised"),
    "stderr": (lambda n: _code(n, 3)["outputs"].append(_stream("stderr", "oh")), "stderr"),
    "svg": (lambda n: _code(n, 3)["outputs"].append(_result(**{"image/svg+xml": "<svg>"})), "svg"),
    "view": (
        lambda n: _code(n, 3)["outputs"].append(
            _result(**{"application/vnd.jupyter.widget-view+json": {}})
        ),
        "widget",
    ),
    "no words": (
        lambda n: _code(n, 3)["outputs"].append(_result(**{"image/png": "iVBORw0KGgo="})),
        "no words",
    ),
    "path": (lambda n: _code(n, 3)["outputs"].append(_stream("stdout", "in /home/me/x")), "/home"),
    "Windows path": (
        lambda n: _code(n, 3)["outputs"].append(_result(**{"text/plain": ["'C:\\Users\\me'"]})),
        "of one machine",
    ),
    "address": (
        lambda n: _code(n, 3)["outputs"].append(_result(**{"text/html": "at 0x7f12345678ab"})),
        "0x7f12345678ab",
    ),
    "ignored": (lambda n: _code(n, 3).update(source="# NBVAL_IGNORE_OUTPUT"), "ALLOWED_IGNORES"),
    "ignored by tag": (lambda n: _code(n, 3)["metadata"].update(tags=["nbval-skip"]), "no assert"),
    "long cell": (lambda n: _code(n, 3).update(source="a = 1\n" * 16), "16 lines"),
    "empty cell": (lambda n: _code(n, 3).update(source=""), "0 lines"),
    "shell": (lambda n: _code(n, 3).update(source="!pip install x"), "isn't Python"),
    "magic": (lambda n: _code(n, 3).update(source="  %pip install x"), "isn't Python"),
    "star": (lambda n: _code(n, 3).update(source="from numpy import *"), "imports *"),
    "opening": (lambda n: n["cells"][0].update(source="# Hello"), "**Time**"),
    "closing": (lambda n: n["cells"][-1].update(source="Bye"), "three questions"),
    "few exercises": (lambda n: _untag(n), "0 cells are tagged exercise"),
    "exercise attempted": (lambda n: _forget_blanks(n), "isn't attempted yet"),
    "no solution offered": (
        lambda n: [c.update(source="".join(c["source"]).replace("%load", "")) for c in n["cells"]],
        "no text offers",
    ),
}


def _untag(notebook):
    for cell in notebook["cells"]:
        cell["metadata"].pop("tags", None)


def _forget_blanks(notebook):
    for cell in notebook["cells"]:
        if "exercise" in cell["metadata"].get("tags", []):
            following = notebook["cells"][notebook["cells"].index(cell) + 1 :]
            next(c for c in following if c["cell_type"] == "code")["outputs"] = []


@pytest.mark.parametrize("spoil, complaint", BREAKAGES.values(), ids=BREAKAGES)
def test_each_kind_of_problem_is_noticed(spoil, complaint):
    notebook = json.loads(LESSONS[0].read_text(encoding="utf-8"))
    spoil(notebook)
    assert any(complaint in said for said in problems(notebook, LESSONS[0].name))


def test_a_lesson_is_small(lesson):
    assert lesson.stat().st_size < MOST_BYTES


def test_refreshing_an_unchanged_lesson_would_change_nothing(lesson):
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    normal = copy.deepcopy(notebook)
    lesson_runner.normalise(normal)
    assert normal == notebook


def test_each_allowed_ignore_has_a_reason_and_is_used():
    marked = set()
    for path in LESSONS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code" and _is_ignored(cell):
                marked.add((path.name, cell["id"]))
    assert set(ALLOWED_IGNORES) <= marked, "remove the entries that no cell needs any more"
    assert all(len(reason) > 20 for reason in ALLOWED_IGNORES.values())


def test_each_solution_belongs_to_an_exercise():
    text = "".join(path.read_text(encoding="utf-8") for path in LESSONS)
    for path in (NOTEBOOKS / "solutions").rglob("*.py"):
        assert path.relative_to(NOTEBOOKS).as_posix() in text, (
            f"{path.name} is offered by no lesson"
        )
