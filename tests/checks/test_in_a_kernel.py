"""What a student meets in a notebook: old answers, interrupted ones, and a kernel that lives on."""

import kernel
import pytest

FUNCTION = "def multiplier_and_shift(factor):\n    {}"
CHECK_FUNCTION = "check.multiplier_and_shift(multiplier_and_shift)"
CHECK = "check.safe_products(safe_products)"
STUB = "# Exercise 3.3\nsafe_products = {}"
WRONG, RIGHT = STUB.format(74), STUB.format("(2**31 - 1) // (127 * 255)")
NOT_RUN = "hasn't run since the last check"


@pytest.fixture(scope="module")
def run():
    with kernel.started() as run:
        run("import numpy as np\nfrom tinyml_helpers.checks import quantization as check")
        yield run


@pytest.fixture(autouse=True)
def it_lives_on(run):
    """Whatever happened, the kernel is the same one, and what it knew is still there."""
    run("before = 17")
    yield
    run("import time; time.sleep(0.5)")  # one that was asked to exit is gone by then
    assert run("before").text == "17"


def test_a_stub_is_not_attempted_however_often_its_check_runs(run):
    run(STUB.format("..."))
    assert run(CHECK).text == "○ Exercise 3.3: not attempted yet."
    assert run(CHECK).text.startswith("○ Exercise 3.3: not attempted yet. The cell with your")


def test_a_check_says_that_the_answers_cell_has_not_run_since_the_last(run):
    run(WRONG)
    assert NOT_RUN not in run(CHECK).text
    again = run(CHECK).text
    assert "You gave 74." in again and NOT_RUN in again
    run(WRONG)
    assert NOT_RUN not in run(CHECK).text


def test_a_right_answer_may_be_checked_again(run):
    run(RIGHT)
    run(CHECK)
    assert NOT_RUN not in run(CHECK).text


def test_an_answer_in_the_cell_of_its_check_has_run(run):
    run(CHECK)
    assert NOT_RUN not in run(f"{WRONG}\n{CHECK}").text


def test_a_solution_in_a_cell_of_its_own_has_run(run):
    run(WRONG)
    run(CHECK)
    run("# About 66,000.\nsafe_products = 75")
    assert NOT_RUN not in run(CHECK).text


@pytest.mark.parametrize("slip", ["(2**31 - 1", "  (1)\n 2", "1 +"])
def test_after_a_cell_that_python_cannot_read_the_verdict_says_whose_it_is(run, slip):
    run(WRONG)
    assert run(STUB.format(slip)).error in ("SyntaxError", "IndentationError")
    verdict = run(CHECK).text
    assert "You gave 74." in verdict
    assert "has a syntax error, so this is about your answer before it" in verdict
    run(RIGHT)
    assert run(CHECK).text.startswith("✓ Exercise 3.3: right. You gave 66311. No TinyML")


def test_after_a_function_that_python_cannot_read_the_verdict_says_so(run):
    run(FUNCTION.format("return 1, 2"))
    run(FUNCTION.format("return (1, 2"))
    assert "has a syntax error" in run(CHECK_FUNCTION).text


def test_after_a_cell_that_stopped_with_an_error_the_verdict_says_so(run):
    run(WRONG)
    assert run(STUB.format("nothing_by_that_name")).error == "NameError"
    assert "stopped with an error, so this may be about" in run(CHECK).text


def test_another_cells_error_is_not_the_answers(run):
    run(WRONG)
    run("nothing_by_that_name")
    assert run(CHECK).text.endswith("You gave 74.")


def test_an_interrupted_answer_is_told_without_a_traceback(run, tmp_path):
    began = tmp_path / "began"
    run(FUNCTION.format(f"open({str(began)!r}, 'w').close()\n    while True: pass"))
    shown = run(CHECK_FUNCTION, interrupt_at=began)
    assert shown.text == "✗ Exercise 3.4: stopped: does a loop never end?"
    assert shown.error == shown.printed == ""


def test_an_answer_without_end_is_stopped_in_its_time(run):
    run("from tinyml_helpers.checks.answers import limits; limits.SECONDS = 0.5")
    run(FUNCTION.format("time.sleep(10_000)"))
    shown = run(CHECK_FUNCTION)
    run("limits.SECONDS = 20")
    assert shown.text.startswith("✗ Exercise 3.4: stopped after ")
    assert shown.text.endswith(" seconds: does a loop never end?") and not shown.error


@pytest.mark.parametrize(
    "leave", ["exit()", "quit()", "import sys; sys.exit()", "raise SystemExit"]
)
def test_an_answer_that_exits_is_told_so(run, leave):
    run(FUNCTION.format(leave))
    assert "your answer calls exit()" in run(CHECK_FUNCTION).text


def test_exit_works_as_ever_outside_of_an_answer(run):
    run(FUNCTION.format("exit()"))
    run(CHECK_FUNCTION)
    assert run("'ask_exit' in vars(get_ipython())").text == "False"


def test_a_million_lines_do_not_reach_the_browser(run):
    run(FUNCTION.format("for i in range(1_000_000): print(i)\n    return 1, 2"))
    shown = run(CHECK_FUNCTION)
    assert shown.printed == "".join(f"{number}\n" for number in range(50))
    assert "It prints 1,000,000 lines" in shown.text
    assert 'role="status"' in shown.html


def test_a_warning_in_an_answer_is_shown_like_a_print(run):
    run(FUNCTION.format("return np.array([1.0]) / 0, 2"))
    shown = run(CHECK_FUNCTION)
    assert "divide by zero" in shown.printed
    assert shown.text.startswith("✗ Exercise 3.4: not right yet: multiplier_and_shift should give")
