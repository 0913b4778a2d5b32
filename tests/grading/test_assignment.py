"""Lessons as assignments for nbgrader."""

import json
import re

import handing_in
import nbformat
import places
import pytest

from tinyml_helpers.course import front_door
from tinyml_helpers.grading import assignment
from tinyml_helpers.grading import lesson as lessons

KEYS = {"grade", "grade_id", "locked", "schema_version", "solution", "task"}


def made(path):
    return assignment.made(lessons.read(path), path.parent / "solutions" / path.stem[3:])


def marked(notebook):
    return [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]


@pytest.mark.parametrize("path", places.LESSONS, ids=lambda path: path.stem)
def test_an_assignment_has_the_lessons_exercises_and_checks(path):
    notebook = made(path)
    nbformat.validate(nbformat.from_dict(notebook))
    marks = [cell["metadata"]["nbgrader"] for cell in marked(notebook)]
    ids = [one["grade_id"] for one in marks]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[\w-]+", one) for one in ids)
    exercises = lessons.read(path).exercises
    assert [one["grade_id"] for one in marks if one["solution"]] == [one.cell for one in exercises]
    tests = [one for one in marks if one["grade"]]
    assert [one["grade_id"] for one in tests] == [one.check_cell for one in exercises]
    for one in marks:
        assert set(one) == KEYS | ({"points"} if one["grade"] else set())
        assert one["schema_version"] == 3 and one["locked"] is not one["solution"]
    assert all(not cell.get("outputs") for cell in notebook["cells"])


def test_a_check_fails_unless_the_answer_is_right():
    notebook = made(places.lesson("start_here"))
    sources = {cell["id"]: cell["source"] for cell in notebook["cells"]}
    first, *_ = lessons.read(places.lesson("start_here")).exercises
    names = {}
    exec(sources[first.cell], names)
    exec(sources[first.check_cell], names)  # its own import, then the check
    names["photographs"] = 28.5
    with pytest.raises(AssertionError, match="only whole photographs count"):
        exec(sources[first.check_cell], names)


def test_what_the_exercises_need_of_a_lesson_is_locked():
    topic = "why_tinyml"
    locked = [cell["source"] for cell in marked(made(places.lesson(topic))) if _is_lessons(cell)]
    assert any("def battery_days" in source for source in locked)
    assert any("sound_bytes = " in source for source in locked)
    assert len(locked) < 10 < len(lessons.read(places.lesson(topic)).cells)


def _is_lessons(cell):
    marks = cell["metadata"]["nbgrader"]
    return marks["locked"] and not marks["grade"]


def test_the_command_writes_a_course_folder_and_keeps_its_settings(tmp_path, capsys):
    path = places.lesson("quantization")
    words = [str(path), "--to", str(tmp_path)]
    assert assignment.main(words) == 0
    written = tmp_path / "source" / path.stem / path.name
    assert json.loads(written.read_text(encoding="utf-8")) == made(path)
    settings = tmp_path / "nbgrader_config.py"
    compile(settings.read_text(encoding="utf-8"), "config", "exec")
    settings.write_text("# mine")
    assert assignment.main(words) == 0 and settings.read_text() == "# mine"
    assert f"nbgrader generate_assignment {path.stem}" in capsys.readouterr().out
    (tmp_path / "file").touch()
    assert assignment.main([str(path), "--to", str(tmp_path / "file")]) == 1
    assert "can't be written" in capsys.readouterr().err


def test_the_front_door_starts_it(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(front_door, "_prepared", lambda: "python")
    monkeypatch.setattr(front_door, "_become", lambda python, *words: calls.append(words) or 0)
    assert front_door.main(["assignment", "3", "--to", str(tmp_path)], "") == 0
    path = places.lesson("quantization")
    assert calls == [("tinyml_helpers.grading.assignment", path, "--to", tmp_path)]


@pytest.mark.parametrize("path", places.LESSONS, ids=lambda path: path.stem)
def test_nbgraders_own_validator_takes_it(path):
    formats = pytest.importorskip("nbgrader.nbgraderformat", reason="nbgrader isn't installed")
    notebook = nbformat.from_dict(made(path))
    validator = formats.MetadataValidator()
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            validator.validate_cell(cell)
    formats.reads(nbformat.writes(notebook), as_version=4)


def test_nbgrader_cuts_the_solution_out_and_leaves_the_stub(tmp_path):
    preprocessors = pytest.importorskip("nbgrader.preprocessors", reason="nbgrader isn't installed")
    config = pytest.importorskip("traitlets.config")
    settings = config.Config()
    exec(assignment._CONFIG, {"get_config": lambda: settings})
    notebook = nbformat.from_dict(made(places.lesson("quantization")))
    released, _ = preprocessors.ClearSolutions(config=settings).preprocess(notebook, {})
    source = released.cells[[one.id for one in released.cells].index("808fc485")].source
    stub = "def quantize(real, scale, zero_point):\n    return ...\n"
    assert source == f"# Exercise 3.1\n{stub}# Your answer goes into the lines above."
    path = handing_in.save(tmp_path / "one.ipynb", released)
    found = handing_in.judged(path, "quantization")
    assert {one.result for one in found.values()} == {"not attempted"}
