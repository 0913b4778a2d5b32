"""Where tflite-micro has no package, lessons still run, and say what they skip."""

import ast
import json
import os
import shutil

import pytest
from places import LESSONS, ROOT

from tinyml_helpers.course import lesson_runner


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def skippable(tree):
    """The blocks of a cell that don't run where TFLM is missing, or stop half-way."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and "tflm.or_skip()" in ast.unparse(node.items[0]):
            yield node
        if isinstance(node, ast.If) and "tflm.available()" in ast.unparse(node.test):
            yield node


def names(nodes, context):
    """The names that are set (ast.Store) or used (ast.Load) anywhere in the nodes."""
    found = (name for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name))
    return {name.id for name in found if isinstance(name.ctx, context)}


def problems(sources):
    """What would break in a lesson's code cells where TFLM is missing; a list of sentences."""
    found, unsure = [], set()  # unsure: names that are set only where TFLM is installed
    for number, source in enumerate(sources, start=1):
        tree = ast.parse(source)
        blocks = list(skippable(tree))
        for statement in tree.body:
            if statement in blocks:
                continue
            unsure -= names([statement], ast.Store)
            used = names([statement], ast.Load)
            used -= {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
            if used & unsure:
                found.append(f"code cell {number} uses {sorted(used & unsure)}")
            if "tflm" in used:
                found.append(f"code cell {number} calls tflm outside tflm.or_skip()")
        unsure |= names(blocks, ast.Store)
    return found


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_no_cell_leans_on_what_tflm_gave(lesson):
    assert problems("".join(cell["source"]) for cell in code_cells(lesson)) == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_cell_that_may_skip_is_tagged_so_that_it_isnt_compared_then(lesson):
    for number, cell in enumerate(code_cells(lesson), start=1):
        may_skip = any(skippable(ast.parse("".join(cell["source"]))))
        assert may_skip == ("tflm" in cell["metadata"].get("tags", [])), f"code cell {number}"


@pytest.mark.parametrize(
    "cells, problem",
    [
        (["with tflm.or_skip():\n    x = 1", "x"], "code cell 2 uses ['x']"),
        (["if tflm.available():\n    x = 1", "def f(y):\n    return x + y"], "cell 2 uses ['x']"),
        (["tflm.predict(file, x)"], "outside tflm.or_skip()"),
    ],
)
def test_a_cell_that_would_break_is_noticed(cells, problem):
    assert any(problem in said for said in problems(cells))


def test_what_is_skipped_as_well_or_set_either_way_may_be_used():
    skipped = "with tflm.or_skip():\n    x = 1"
    cells = [skipped, "with tflm.or_skip():\n    x", "def f(x):\n    return x", "x = 2", "x"]
    assert problems(cells) == []


def test_a_lesson_runs_to_its_end_and_says_what_it_skips(tmp_path, monkeypatch):
    (tmp_path / "tflite_micro.py").write_text("raise ImportError\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    copy = tmp_path / "notebooks" / LESSONS[0].name
    copy.parent.mkdir()
    shutil.copyfile(LESSONS[0], copy)
    done = lesson_runner.run(copy, tmp_path)
    assert "Skipped: " in done.read_text(encoding="utf-8")
