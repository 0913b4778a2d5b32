"""The comparison of lessons bites: a tampered output fails, an honest one passes."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from places import ROOT


def beginning_of_a_lesson():
    """The smallest lesson, cut after its first code cell that shows text."""
    lesson = min((ROOT / "notebooks").glob("*.ipynb"), key=lambda path: path.stat().st_size)
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code" and cell["outputs"]:
            notebook["cells"] = notebook["cells"][:number]
            return notebook
    raise AssertionError(f"{lesson.name} shows nothing")


def tamper(notebook):
    """Change one letter of the last output."""
    output = notebook["cells"][-1]["outputs"][-1]
    text = output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
    last = text[-1].rstrip("\n")
    text[-1] = last[:-1] + ("?" if last[-1] != "?" else "!")


def lesson_of(source, printed, **metadata):
    """A lesson of one cell whose committed output is `printed`."""
    cell = new_code_cell(source, execution_count=1, metadata=metadata)
    cell.outputs = [new_output("stream", text=printed)]
    return new_notebook(cells=[cell])


def compare(folder, lessons, *options):
    """Run notebooks under nbval with the workbook's settings, in a pytest of its own.

    Args:
        folder: where.
        lessons: name -> notebook.
        options: more words for pytest.

    Returns:
        What pytest printed, and the set of the names of notebooks that failed.
    """
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, folder)
    startup = folder / "home" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("surprise = 1\n", encoding="utf-8")
    (folder / "hide_tflm.py").write_text(
        "import sys\nsys.modules['tflite_micro'] = None  # as if it weren't installed\n",
        encoding="utf-8",
    )
    for name, notebook in lessons.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "-q", "-rA", *options, "."],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
            "IPYTHONDIR": str(folder / "home"),
        },
        capture_output=True,
        encoding="utf-8",
    )
    said = done.stdout + done.stderr
    outcomes = re.findall(r"^(PASSED|FAILED) (\w+)\.ipynb::Cell \d+", said, re.MULTILINE)
    assert {name for _, name in outcomes} == set(lessons), said
    return said, {name for outcome, name in outcomes if outcome == "FAILED"}


def test_only_an_honest_lesson_passes(tmp_path):
    honest, tampered = beginning_of_a_lesson(), beginning_of_a_lesson()
    tamper(tampered)
    lessons = {
        "honest": honest,
        "tampered": tampered,
        # No profile of the user's may put names into a kernel.
        "profile": lesson_of("print('surprise' in globals())", "False\n"),
    }
    said, failed = compare(tmp_path, lessons)
    assert failed == {"tampered"} and "Cell outputs differ" in said


def tagged_lessons():
    return {
        "tagged": lesson_of("print('skipped')", "ready\n", tags=["tflm"]),
        "untagged": lesson_of("print('skipped')", "ready\n"),
        "raises": lesson_of("1 / 0", "ready\n", tags=["tflm"]),
    }


def test_a_cell_tagged_tflm_is_compared_where_tflite_micro_is_installed(tmp_path):
    pytest.importorskip("tflite_micro")
    _said, failed = compare(tmp_path, tagged_lessons())
    assert failed == {"tagged", "untagged", "raises"}


def test_a_cell_tagged_tflm_only_has_to_run_where_tflite_micro_is_missing(tmp_path):
    said, failed = compare(tmp_path, tagged_lessons(), "-p", "hide_tflm")
    assert failed == {"untagged", "raises"} and "ZeroDivisionError" in said
