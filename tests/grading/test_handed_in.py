"""Whose notebook it is, and of which lesson, whatever the file is called."""

import os

import handing_in
import places
import pytest

from tinyml_helpers.grading import handed_in
from tinyml_helpers.grading import lesson as lessons


@pytest.fixture(scope="module")
def known():
    return [lessons.read(path) for path in places.LESSONS]


def found(folder, known):
    some, students = handed_in.found(folder, known)
    return [(one.student, one.lesson and one.lesson.topic, one.path.name) for one in some], students


NAMES = {
    "Ada/03_quantization.ipynb": "Ada",
    "Ada/work/deeper/03_quantization.ipynb": "Ada",
    "Ada Doe_123_assignsubmission_file_/anything.ipynb": "Ada Doe_123_assignsubmission_file_",
    "ada_03_quantization.ipynb": "ada",
    "doe_ada_4711_0815_03_quantization-1.ipynb": "doe_ada_4711_0815",
    "ada - Quantization (1).ipynb": "ada",
    "ada.ipynb": "ada",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_student_and_a_lesson_are_found(name, tmp_path, known):
    path = handing_in.write(tmp_path / name, "quantization", {})
    assert found(tmp_path, known) == ([(NAMES[name], "quantization", path.name)], [NAMES[name]])


def test_where_the_ids_are_lost_the_name_says_which_lesson(tmp_path, known):
    notebook = handing_in.answered("why_tinyml", {})
    for cell in notebook["cells"]:
        del cell["id"]
    handing_in.save(tmp_path / "ada_04_why_tinyml.ipynb", notebook)
    handing_in.save(tmp_path / "bob_unheard_of.ipynb", notebook)
    some, _ = found(tmp_path, known)
    assert some == [
        ("ada", "why_tinyml", "ada_04_why_tinyml.ipynb"),
        ("bob_unheard_of", None, "bob_unheard_of.ipynb"),
    ]


def test_a_notebook_under_another_lessons_name_is_what_its_cells_are(tmp_path, known):
    handing_in.write(tmp_path / "ada" / "01_why_tinyml.ipynb", "quantization", {})
    ((one,), _) = handed_in.found(tmp_path, known)
    assert one.lesson.topic == "quantization" and "is called 01_why_tinyml.ipynb" in one.said


def test_a_broken_file_is_of_the_lesson_that_its_name_says(tmp_path, known):
    (tmp_path / "ada_03_quantization.ipynb").write_text("{")
    assert found(tmp_path, known)[0] == [("ada", "quantization", "ada_03_quantization.ipynb")]


def test_of_several_the_one_with_the_lessons_name_counts_else_the_newest(tmp_path, known):
    for name in ("03_quantization.ipynb", "03_quantization-2026-11-29.ipynb"):
        handing_in.write(tmp_path / "ada" / name, "quantization", {})
    for age, name in enumerate(("b_03_quantization-1.ipynb", "b_03_quantization-2.ipynb")):
        path = handing_in.write(tmp_path / name, "quantization", {})
        os.utime(path, (10**9 - age, 10**9 - age))
    some, _ = handed_in.found(tmp_path, known)
    assert [one.path.name for one in some] == ["03_quantization.ipynb", "b_03_quantization-1.ipynb"]
    assert all("2 notebooks were handed in; this is" in one.said for one in some)


def test_hidden_files_links_and_tables_are_nobodys(tmp_path, known):
    path = handing_in.write(tmp_path / "ada" / "03_quantization.ipynb", "quantization", {})
    handing_in.write(tmp_path / "ada" / ".ipynb_checkpoints" / "x.ipynb", "quantization", {})
    handing_in.write(tmp_path / "__MACOSX" / "x.ipynb", "quantization", {})
    (tmp_path / "graded").mkdir()
    (tmp_path / "graded" / "results.csv").touch()
    (tmp_path / "nothing yet").mkdir()
    (tmp_path / "bob_03_quantization.ipynb").symlink_to(path)
    some, students = found(tmp_path, known)
    assert some == [("ada", "quantization", path.name)] and students == ["ada", "nothing yet"]
