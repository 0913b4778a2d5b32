"""Exercise feedback: blank, wrong, right, and answers that break."""

import sys

import pytest

from tinyml_helpers.checks import Feedback, Wrong, exercise


@exercise("9.1", why="It is half.")
def half(answer):
    secret = 21
    if answer(42) != secret:
        raise Wrong("half of 42 is less than that")


@exercise("9.2", why="It is two.")
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
    assert half(answer) == Feedback("9.1", state, text)


def test_error_in_the_answer_names_its_line():
    feedback = half(divide_by_nothing)
    assert feedback.state == "wrong"
    assert feedback.text == (
        "your answer stopped at `return number / 0` with ZeroDivisionError: division by zero"
    )


def test_error_in_a_library_names_the_students_line():
    def answer(number):
        return statistics.mean([])

    import statistics

    assert "`return statistics.mean([])`" in half(answer).text


def test_wrong_number_of_arguments():
    assert "TypeError" in half(lambda: 21).text


def test_a_line_of_the_check_is_never_shown():
    """The answer isn't a function: the error is raised by the check's own line."""
    for check, answer in ((half, "21"), (two, "2")):
        feedback = check(answer)
        assert feedback.state == "wrong"
        assert "TypeError" in feedback.text
        assert "secret" not in feedback.text and "- 2" not in feedback.text


def test_an_answer_that_exits():
    assert half(lambda number: sys.exit("bye")).state == "wrong"


def test_the_check_keeps_its_name():
    assert half.__name__ == "half"


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (..., "○ Exercise 9.2: not attempted yet."),
        (1, "✗ Exercise 9.2: not right yet: count again."),
        (2, "✓ Exercise 9.2: right. It is two."),
    ],
)
def test_shown_as_one_line_and_as_a_box(answer, line):
    feedback = two(answer)
    assert repr(feedback) == line
    assert line in feedback._repr_html_()


def test_box_escapes_what_the_student_wrote():
    feedback = half(lambda number: "<b>" + number)
    assert "<b>" in feedback.text
    assert "<b>" not in feedback._repr_html_()
