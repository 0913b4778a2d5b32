"""Which notebooks are lessons: a student's own and copies are none, whatever the command."""

import itertools
import json
import os
import subprocess
import sys

import pytest
from front_door_copy import copy_front_door, make_ready, run
from places import LESSONS, ROOT

from tinyml_helpers.course import front_door, lessons
from tinyml_helpers.course.explaining import Stop

OF_STUDENTS = (
    "00_first-Copy1",
    "00_first (1)",
    "00_first copy",
    "00_First",
    "0_first",
    "Untitled",
    "Untitled1",
    "notes",
)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A workbook of two lessons among a student's own notebooks."""
    copy = copy_front_door(tmp_path)
    for name in OF_STUDENTS:
        (copy / "notebooks" / f"{name}.ipynb").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(lessons, "DESK", copy)
    monkeypatch.setattr(lessons.all_lessons, "__defaults__", (copy,))
    return copy


def stems(paths):
    return [path.stem for path in paths]


def test_what_students_make_beside_them_is_no_lesson(copy):
    assert stems(lessons.all_lessons(copy)) == ["00_first", "01_second"]
    assert stems(lessons.named([])) == ["00_first", "01_second"]
    for name in ("00", "0", "first", "00_first", "00_first.ipynb"):
        assert stems(lessons.named([name])) == ["00_first"]


@pytest.mark.parametrize(
    "name", ["", " ", ".", "/", "notebooks", "notebooks/", ".ipynb", "000", "²", *OF_STUDENTS]
)
def test_what_names_no_lesson_is_refused(copy, name):
    with pytest.raises(
        Stop, match=r"There is no lesson '.*': choose one of 00_first, 01_second\.$"
    ):
        lessons.named([name])


def test_a_file_of_another_folder_is_not_the_lesson_of_its_name(copy, monkeypatch):
    (copy / "my_work").mkdir()
    (copy / "my_work" / "00_first.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(Stop, match="my_work"):
        lessons.named(["my_work/00_first.ipynb"])
    monkeypatch.chdir(copy / "my_work")
    for name in ("../notebooks/00_first.ipynb", "notebooks/00_first.ipynb"):
        assert stems(lessons.named([name])) == ["00_first"]


def test_a_lesson_that_is_named_twice_runs_once(copy):
    assert stems(lessons.named(["0", "01", "first"])) == ["00_first", "01_second"]


def test_all_committed_notebooks_are_lessons():
    listed = subprocess.run(
        ["git", "ls-files", "notebooks/*.ipynb"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("this folder isn't a git repository")
    assert set(listed.stdout.split()) == {f"notebooks/{path.name}" for path in LESSONS}


@pytest.mark.parametrize("command", ["run", "refresh"])
def test_an_empty_word_is_refused(copy, command):
    code, out, err = run(copy, command, "")
    assert (code, out) == (1, "") and "There is no lesson ''" in err


def test_an_empty_data_set_is_not_the_list_of_all(monkeypatch):
    calls = []
    monkeypatch.setattr(front_door, "_prepared", lambda: "python")
    monkeypatch.setattr(front_door, "_become", lambda python, *words: calls.append(words) or 0)
    front_door.main(["data", ""], "")
    front_door.main(["data"], "")
    assert calls == [("tinyml_helpers.datasets", ""), ("tinyml_helpers.datasets",)]


def test_a_students_notebook_is_tested_only_where_it_is_named(copy):
    empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1 / 0", "outputs": []}
    cell["execution_count"] = 1
    for path in (copy / "notebooks").iterdir():
        path.write_text(json.dumps(empty | {"cells": [cell]}), encoding="utf-8")
    for words, wanted in (
        ([], {"00_first", "01_second"}),
        (["notebooks/Untitled.ipynb"], {"Untitled"}),
    ):
        command = [sys.executable, "-m", "pytest", "--nbval", "--collect-only", "-q", *words]
        done = subprocess.run(
            command,
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy)},
            capture_output=True,
            encoding="utf-8",
        )
        found = {line.split("::")[0] for line in done.stdout.splitlines() if "::" in line}
        assert {name.split("/")[-1].removesuffix(".ipynb") for name in found} == wanted, done.stdout


@pytest.mark.parametrize("option", ["-P", "-I", "PYTHONSAFEPATH"])
def test_python_may_be_kept_from_looking_beside_a_program(copy, option, tmp_path):
    words = [sys.executable] + ([option] if option.startswith("-") else [])
    for folder in (copy, tmp_path):
        done = subprocess.run(
            [*words, str(copy / "course.py"), "run", "77"],
            cwd=folder,
            env=os.environ | ({} if option.startswith("-") else {option: "1"}),
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 1 and "choose one of 00_first, 01_second" in done.stderr


def test_a_test_of_the_folder_one_stands_in_is_found(copy, tmp_path):
    make_ready(copy)
    (copy / "test_there.py").write_text("def test_there(): pass\n", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "test_here.py").write_text(
        "def test_here(): pass\ndef test_other(): pass\n", encoding="utf-8"
    )
    (elsewhere / "here").touch()  # also a word for -k
    for words, passed in (
        (["test_here.py"], 2),
        (["test_here.py::test_here"], 1),
        (["../elsewhere/test_here.py", "-k", "here and not other"], 1),
        (["test_here.py", "-k", "here", "--deselect=test_here.py::test_none"], 2),
        (["test_there.py"], 1),
    ):
        done = subprocess.run(
            [sys.executable, str(copy / "course.py"), "test", "-q", *words],
            cwd=elsewhere,
            env={**os.environ, "PYTHONSAFEPATH": "1"},
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0 and f"{passed} passed" in done.stdout, done.stdout


def test_an_empty_word_names_no_test(copy):
    code, out, err = run(copy, "test", "")
    assert (code, out) == (1, "") and "An empty word names no test" in err


def test_each_lesson_leads_to_the_next():
    for lesson, following in itertools.pairwise(LESSONS):
        last = json.loads(lesson.read_text(encoding="utf-8"))["cells"][-1]
        assert f"[{following.stem}]({following.name})" in "".join(last["source"])
