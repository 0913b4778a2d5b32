"""Running a lesson headless, and refreshing it so that a diff shows only what changed."""

import contextlib
import copy
import json
import os
import socket
import sys

import nbformat
import patience
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jupyter_client.provisioning.local_provisioner import LocalPortCache
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tinyml_helpers.course import lesson_runner

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def save(path, *sources):
    cells = [new_markdown_cell("# A lesson"), *(new_code_cell(source) for source in sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture
def lesson(tmp_path):
    """A lesson of a few quick cells: text twice, a picture, a widget, where it runs."""
    return save(
        tmp_path / "07_quick.ipynb",
        "print(1, flush=True)\nprint(2)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "import ipywidgets\nipywidgets.IntSlider()",
        "import os, sys\nprint(os.path.exists('07_quick.ipynb'), sys.executable)",
    )


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def short_limit(monkeypatch):
    """A limit for cells that an endless one reaches soon, in seconds."""
    seconds = round(patience.seconds(3))
    monkeypatch.setattr(lesson_runner, "CELL_TIMEOUT", seconds)
    return seconds


def outputs(notebook):
    return [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_run_keeps_a_copy_and_leaves_the_lesson_alone(lesson, tmp_path, capsys):
    before = lesson.read_bytes()
    done = lesson_runner.run(lesson, tmp_path / "runs")
    assert done == tmp_path / "runs" / "07_quick.ipynb"
    assert lesson.read_bytes() == before
    text, picture, _widget, place = outputs(read(done))
    assert text == [{"name": "stdout", "output_type": "stream", "text": ["1\n", "2\n"]}]
    assert picture[0]["data"]["image/png"]
    # From the lesson's folder, by this very Python.
    assert place[0]["text"] == [f"True {sys.executable}\n"]
    assert "4/4" in capsys.readouterr().err  # the progress bar


def test_the_command_says_where_the_copy_lies(lesson, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lesson_runner.run, "__defaults__", (tmp_path / "runs",))
    monkeypatch.setattr(lesson_runner, "_executed", lambda notebook, path: notebook)
    assert lesson_runner.main(["run", str(lesson)]) == 0
    assert "runs" in capsys.readouterr().out and (tmp_path / "runs" / lesson.name).exists()


def test_a_second_refresh_changes_nothing(lesson):
    lesson_runner.refresh(lesson)
    first = lesson.read_bytes()
    lesson_runner.refresh(lesson)
    assert lesson.read_bytes() == first
    assert first.endswith(b"}\n") and b"\r" not in first
    notebook = read(lesson)
    assert [c["execution_count"] for c in notebook["cells"][1:]] == [1, 2, 3, 4]
    assert WIDGET_VIEW.encode() not in first and b"IntSlider" in first
    assert not [path for path in lesson.parent.iterdir() if path != lesson]


@pytest.mark.parametrize(
    "cell, reason",
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import os; os._exit(3)", "its kernel died"),
        ("while True: pass", "it took longer than {} seconds"),
    ],
)
def test_a_cell_that_fails_is_named_and_nothing_is_written(tmp_path, request, cell, reason):
    if "while" in cell:
        reason = reason.format(request.getfixturevalue("short_limit"))
    lesson = save(tmp_path / "07_bad.ipynb", "x = 1", cell, "y = 1")
    before = lesson.read_bytes()
    with pytest.raises(lesson_runner.LessonError) as stopped:
        lesson_runner.refresh(lesson)
    assert str(stopped.value) == f"07_bad.ipynb, code cell 2: {reason}"
    assert lesson.read_bytes() == before and list(tmp_path.iterdir()) == [lesson]


def test_a_kernel_that_does_not_start_is_named(lesson, monkeypatch):
    before = lesson.read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(LocalPortCache, "find_available_port", lambda cache, ip: port)
        with pytest.raises(lesson_runner.LessonError, match=r"kernel doesn't start .*try again"):
            lesson_runner.refresh(lesson)
    assert lesson.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="signal 0 asks only here whether a process lives")
@pytest.mark.parametrize("last", ["", "while True: pass"])
def test_no_kernel_stays_behind(tmp_path, request, last):
    if last:
        request.getfixturevalue("short_limit")
    told = tmp_path / "told"
    told.mkdir()
    noted = f"import os, pathlib; pathlib.Path({str(told)!r}, str(os.getpid())).touch()"
    lesson = save(tmp_path / "07_busy.ipynb", noted, *([last] if last else []))
    with contextlib.suppress(lesson_runner.LessonError):
        lesson_runner.refresh(lesson)
    (kernel,) = told.iterdir()
    with pytest.raises(ProcessLookupError):
        os.kill(int(kernel.name), 0)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"cells": 1}', '{"cells": [{}]}', "\udcff"])
def test_a_file_that_is_no_notebook_is_named(tmp_path, capsys, text):
    path = tmp_path / "07_bad.ipynb"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert lesson_runner.main(["run", str(path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("07_bad.ipynb can't be read as a notebook: ")


def test_a_lesson_for_tflm_is_not_refreshed_without_it(lesson, monkeypatch):
    notebook = read(lesson)
    notebook["cells"][1]["metadata"]["tags"] = ["tflm"]
    lesson.write_text(json.dumps(notebook), encoding="utf-8")
    monkeypatch.setitem(sys.modules, "tflite_micro", None)
    with pytest.raises(lesson_runner.LessonError, match="refresh it on Linux x86-64"):
        lesson_runner.refresh(lesson)


def noisy():
    """A notebook as JupyterLab may save it."""
    result = {"text/plain": "Slider(value=0)", WIDGET_VIEW: {"model_id": "ab"}}
    code = {
        "cell_type": "code",
        "execution_count": 17,
        "id": "keep-me",
        "metadata": {"tags": ["exercise"], "execution": {"iopub.status.busy": "2026"}},
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": "a"},
            {"output_type": "stream", "name": "stdout", "text": "b"},
            {"output_type": "stream", "name": "stderr", "text": "c"},
            {"output_type": "stream", "name": "stdout", "text": "d"},
            {
                "output_type": "execute_result",
                "execution_count": 17,
                "metadata": {},
                "data": result,
            },
            {"output_type": "display_data", "metadata": {}, "data": {WIDGET_VIEW: {}}},
        ],
        "source": "x",
    }
    text = {"cell_type": "markdown", "metadata": {"collapsed": True}, "source": "Hi"}
    return {
        "cells": [text, code, {**code, "outputs": []}],
        "metadata": {
            "kernelspec": {"name": "mine"},
            "language_info": {"name": "python", "version": "3.11.7"},
            "widgets": {"application/vnd.jupyter.widget-state+json": {}},
        },
        "nbformat": 4,
        "nbformat_minor": 4,
    }


def test_normalising_leaves_only_what_says_something():
    notebook = copy.deepcopy(noisy())
    lesson_runner.normalise(notebook)
    text, first, second = notebook["cells"]
    assert notebook["metadata"] == {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    assert notebook["nbformat_minor"] == 5
    assert text["metadata"] == {} and first["metadata"] == {"tags": ["exercise"]}
    assert (first["execution_count"], second["execution_count"]) == (1, 2)
    assert [output.get("text") for output in first["outputs"]][:3] == ["ab", "c", "d"]
    assert first["outputs"][3]["data"] == {"text/plain": "Slider(value=0)"}
    assert first["outputs"][3]["execution_count"] == 1
    assert first["outputs"][4]["data"] == {WIDGET_VIEW: {}}  # it has nothing else to show
    assert first["id"] == "keep-me"


def test_ids_that_are_missing_or_taken_follow_from_the_source():
    one, two = noisy(), noisy()
    lesson_runner.normalise(one)
    lesson_runner.normalise(two)
    ids = [cell["id"] for cell in one["cells"]]
    assert ids == [cell["id"] for cell in two["cells"]] and len(set(ids)) == 3
    nbformat.validate(one)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(["", "a", "b c", "é" * 70]), st.text("ab", max_size=2))))
def test_ids_become_valid_and_unique_and_then_stay(cells):
    notebook = new_notebook()
    notebook["cells"] = [
        {"cell_type": "raw", "id": id_, "metadata": {}, "source": text} for id_, text in cells
    ]
    lesson_runner.normalise(notebook)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    nbformat.validate(nbformat.from_dict(notebook))
    lesson_runner.normalise(notebook)
    assert [cell["id"] for cell in notebook["cells"]] == ids
