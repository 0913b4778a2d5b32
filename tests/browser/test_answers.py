"""Answers that would spoil a student's notebook, in a real browser: none does."""

import time

import jupyter_lab
import patience

pytestmark = jupyter_lab.needs_chromium

IMPORT = "from tinyml_helpers.checks import quantization as check"
STUB = "# Exercise 3.4\ndef multiplier_and_shift(factor):\n    {}"
CHECK = "check.multiplier_and_shift(multiplier_and_shift)"
#: It says in a file when it has begun.
ENDLESS = 'open("began", "w").close()\n    while True:\n        print("line")'


def test_a_student_interrupts_an_answer_without_end_and_goes_on(lab_server):
    folder = lab_server[1]
    jupyter_lab.write_notebook(folder, "answers", IMPORT, STUB.format("return ..."), CHECK)
    with jupyter_lab.opened(*lab_server, "answers") as page:
        jupyter_lab.run(page, IMPORT, "# Exercise 3.4", CHECK)
        said = jupyter_lab.feedback(page, CHECK)
        said.get_by_text("not attempted yet").wait_for()

        jupyter_lab.type_and_run(page, "# Exercise 3.4", STUB.format(ENDLESS))
        _wait_for(folder / "notebooks" / "began")
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.locator("li.lm-Menu-item[data-command='kernelmenu:interrupt']").click()
        verdict = page.get_by_role("status").filter(has_text="stopped: does a loop never end?")
        verdict.wait_for()
        assert page.locator(jupyter_lab.ERRORS).all_inner_texts() == []
        assert said.first.inner_text().split() == ["line"] * 50

        jupyter_lab.type_and_run(page, "# Exercise 3.4", STUB.format('return "75"'))
        said.get_by_text("yours gives the text '75'").wait_for()
        assert page.locator(jupyter_lab.ERRORS).all_inner_texts() == []


def _wait_for(path):
    end = time.monotonic() + patience.seconds(120)
    while not path.exists():
        assert time.monotonic() < end, patience.over(120)
        time.sleep(0.1)
