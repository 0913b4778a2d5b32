"""Exercise feedback: blank, wrong, right, and answers that break."""

import importlib
import inspect
import re

import places
import pytest

from tinyml_helpers import checks
from tinyml_helpers.checks import Feedback, Wrong, exercise
from tinyml_helpers.checks.answers.kinds import NUMBER, function


@exercise(1, function(NUMBER), why="It is half.")
def half(answer):
    secret = 21
    if answer(42) != secret:
        raise Wrong("half of 42 is less than that")


@exercise(2, NUMBER, why="It is two.")
def two(answer):
    if answer - 2 != 0:
        raise Wrong("count again")


def divide_by_nothing(number):
    return number / 0


@pytest.mark.parametrize(
    ("answer", "state", "text"),
    [
        (..., "blank", "not attempted yet."),
        (lambda number: ..., "blank", "not attempted yet."),
        (lambda number: number, "wrong", "not right yet: half of 42 is less than that."),
        (lambda number: number // 2, "right", "right. It is half."),
    ],
)
def test_states(answer, state, text):
    assert half(answer) == Feedback("1", state, text)


def test_error_in_the_answer_names_its_line():
    feedback = half(divide_by_nothing)
    assert feedback.state == "wrong"
    assert feedback.text == (
        "your answer stopped at `return number / 0`: it divides by zero (ZeroDivisionError). "
        "Call it in an empty cell to see more."
    )


def test_error_in_a_library_names_the_students_line():
    def answer(number):
        return statistics.mean([])

    import statistics

    assert "`return statistics.mean([])`" in half(answer).text


def test_wrong_number_of_arguments():
    assert "called with 1 value, and yours takes 0 values" in half(lambda: 21).text


def test_what_a_check_judged_is_said_in_its_verdict():
    assert two(74).text == "not right yet: count again. You gave 74."
    assert two(2.0).text == "right. You gave 2. It is two."


def test_a_check_that_fails_by_itself_shows_no_line_of_its_own():
    @exercise(3, NUMBER, why="")
    def broken(answer):
        raise OSError("no compiler")

    assert broken(1).text == "not right yet: this answer can't be checked (OSError: no compiler)."


def test_the_check_keeps_its_name():
    assert half.__name__ == "half"


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (..., "○ Exercise 2: not attempted yet."),
        (1, "✗ Exercise 2: not right yet: count again. You gave 1."),
        (2, "✓ Exercise 2: right. You gave 2. It is two."),
    ],
)
def test_shown_as_one_line_and_as_a_box(answer, line):
    feedback = two(answer)
    assert repr(feedback) == line
    assert line in feedback._repr_html_()


def test_the_lessons_number_is_in_its_notebooks_name(tmp_path, monkeypatch):
    """Rename the notebook, and the next feedback has another number."""
    monkeypatch.setattr(checks, "NOTEBOOKS", tmp_path)
    blank = "○ Exercise {}: not attempted yet.".format
    assert repr(two(...)) == blank("2")
    lesson = tmp_path / "09_test_checks.ipynb"
    lesson.touch()
    (tmp_path / "03_test_checks-Copy1.ipynb").touch()  # as JupyterLab names a duplicate
    (tmp_path / "04_more_test_checks.ipynb").touch()
    assert repr(two(...)) == blank("9.2")
    lesson.rename(tmp_path / "12_test_checks.ipynb")
    assert repr(two(...)) == blank("12.2")
    assert blank("12.2") in two(...)._repr_html_()
    assert two(1).exercise == two(2).exercise == "12.2"


@pytest.mark.parametrize("path", places.LESSONS, ids=lambda p: p.stem)
def test_every_lesson_has_checks_by_its_topic(path):
    """They are numbered as the lesson shows them, in its order."""
    module = importlib.import_module(f"tinyml_helpers.checks.{path.stem[3:]}")
    functions = [one for one in vars(module).values() if inspect.isfunction(one)]
    own = [one for one in functions if one.__module__ == module.__name__]
    found = [one(...) for one in own if hasattr(one, "__wrapped__")]
    numbers = [f"{int(path.name[:2])}.{number}" for number in range(1, len(found) + 1)]
    assert numbers == [feedback.exercise for feedback in found]
    titles = re.findall(r"# Exercise (\d+\.\d+)\\n", path.read_text(encoding="utf-8"))
    assert titles == numbers


def test_box_escapes_what_the_student_wrote():
    feedback = half(lambda number: "<b>")
    assert "<b>" in feedback.text
    assert "<b>" not in feedback._repr_html_()


def test_a_box_is_read_out_and_its_text_has_the_colour_of_the_page():
    for answer in (..., 1, 2):
        box = two(answer)._repr_html_()
        assert 'role="status"' in box and not re.search(r"[ ;]color:", box)
