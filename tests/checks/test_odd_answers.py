"""Every exercise, given what no exercise asks for: a sentence in the student's words, and no more.

No exception, no warning, no message of Python's or NumPy's, and never "right".
"""

import re
import warnings

import odd_answers
import places
import pytest
from odd_answers import ERRORS, UNRULY, VALUES, another, change, feedback, solution

from tinyml_helpers.checks.answers import limits

CHECKS = list(odd_answers.checks())
FUNCTIONS = [check for check in CHECKS if odd_answers.wants_a_function(check)]

every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
every_function = pytest.mark.parametrize("check", FUNCTIONS, ids=lambda check: check.__name__)

#: What Python, NumPy and Keras say, and what the fallback does: no student should read it.
NOT_OURS = re.compile(
    r"object (is|has)|has no|not callable|not supported|unsupported|ufunc|positional|argument"
    r"|could not|cannot|invalid|out of range|from inside|Errno|allocate|Traceback|ambiguous"
    r"|broadcast|unhashable|0x[0-9a-f]|<|can't be checked"
)


@pytest.fixture(autouse=True)
def only_sentences(capsys):
    """No warning of a check's own arithmetic, and nothing is printed beside the verdict."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        # Of what other tests in this process left to be collected, maybe just now.
        warnings.filterwarnings("ignore", category=ResourceWarning)
        yield
    said = capsys.readouterr()
    assert "Warning" not in said.err and "Traceback" not in said.err


def told(check, answer):
    """The verdict on a wrong answer, after looking at its language."""
    verdict = feedback(check, answer)
    assert verdict.state == "wrong", verdict
    # A compiler's message on what isn't C is the one thing to be read as it is.
    if "the compiler refuses it" not in verdict.text:
        assert not NOT_OURS.search(verdict.text), verdict
    assert verdict.text.endswith((".", "?", "…")) and "\n" not in verdict.text, verdict
    assert len(verdict.text) < 1_100, verdict
    verdict._repr_html_().encode()
    return verdict.text


def test_every_exercise_of_every_lesson_is_here():
    stubs = [path.read_text(encoding="utf-8").count('"# Exercise ') for path in places.LESSONS]
    assert len(CHECKS) == sum(stubs)


@every_check
def test_a_value_of_the_wrong_kind_is_called_by_its_name(check):
    for value in VALUES.values():
        text = told(check, value)
        if check in FUNCTIONS and not callable(value):
            assert text.startswith(f"not right yet: {check.__name__} should be a function; you")


@every_function
def test_a_function_that_gives_the_wrong_kind_is_told_what_it_gives(check):
    for what, value in VALUES.items():
        text = told(check, lambda *_, value=value: value)
        if value is None and check.__name__ != "ship":
            assert "gives nothing back: does it end with `return`?" in text
        if what in ("a dictionary", "a module", "a generator", "an object"):
            assert f"{check.__name__} should give" in text and "yours gives" in text


@every_function
def test_an_error_of_the_answers_own_is_told_without_pythons_message(check):
    for function in ERRORS.values():
        assert told(check, function).startswith("your answer stopped at `")


@every_function
@pytest.mark.parametrize("unruly", UNRULY)
def test_an_answer_that_would_take_the_notebook_along_is_named(check, unruly, monkeypatch):
    if "never ends" in unruly:
        monkeypatch.setattr(limits, "SECONDS", 0.3)
    function, word = UNRULY[unruly]
    assert word in told(check, function)


@every_function
def test_an_answer_that_changes_what_it_is_given_is_told_so(check):
    right, could = solution(check), []

    def answer(*given):
        result = right(*given)
        could.append(change(given))
        return result

    verdict = feedback(check, answer)
    assert could
    assert verdict.state == "wrong" if any(could) else "right"
    assert ("changes what it is given: work on a copy" in verdict.text) == any(could)


@pytest.mark.parametrize("name", ["reports", "ship"])
def test_whatever_an_answer_puts_into_what_it_is_given_is_a_change(name):
    (check,) = [one for one in FUNCTIONS if one.__name__ == name]
    right, odd = solution(check), []

    def answer(given, *others):
        result = right(given, *others)
        given[0 if isinstance(given, list) else "wide"] = odd[-1]
        return result

    for value in VALUES.values():
        odd.append(value)
        if value is not VALUES["zero"]:  # the list begins with it
            assert "changes what it is given" in told(check, answer)


@every_function
def test_an_answer_that_gives_another_result_each_time_is_told_so(check):
    right, calls = solution(check), []

    def answer(*given):
        calls.append(given)
        return another(right(*given)) if len(calls) % 2 == 0 else right(*given)

    if check.__name__ == "smaller":  # networks start with random weights, so it is asked once
        assert feedback(check, right).state == "right"
    else:
        text = told(check, answer)
        assert f"asked twice for the same, {check.__name__} gives" in text


@every_function
def test_what_an_answer_prints_is_shown_up_to_a_limit_and_counted(check, capsys):
    right = solution(check)

    def answer(*given):
        print("line\n" * 1_000)
        return right(*given)

    verdict = feedback(check, answer)
    assert verdict.state == "right"
    assert re.search(r"It prints \d+,\d{3} lines \(.*\), of which only the first", verdict.text)
    assert capsys.readouterr().out == "line\n" * limits.MOST_LINES
