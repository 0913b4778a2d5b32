"""The best model that fits, in a real browser: a search's results to choose from, a wrong front, a
right one.
"""

import jupyter_lab
import places

pytestmark = jupyter_lab.needs_chromium

SOLUTION = places.ROOT / "notebooks" / "solutions" / "model_search" / "2_front.py"

#: Cells that give and need what is looked at.
CELLS = (
    "from tinyml_helpers.applications.machines import",
    "import matplotlib.pyplot",
    'costs = search.Costs("nano33ble")',
    "# Exercise 12.2",
    "check.front(",
    "work = tempfile",
    "print(search.table(long_search",
    "panel = search.results(long_search",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "model_search") as page:
        jupyter_lab.run(page, *CELLS)
        panel = page.locator(".tiny-search")
        panel.get_by_text("Will it fit?").wait_for()
        panel.get_by_role("button", name="Flash it").click()
        panel.get_by_text("ran on an emulated").wait_for()

        stub = "# Exercise 12.2"
        said = jupyter_lab.feedback(page, "check.front(")
        right = stub + "\n" + SOLUTION.read_text(encoding="utf-8")
        wrong = right.replace("s <= size and q >= score", "s < size and q > score")
        jupyter_lab.type_and_run(page, stub, wrong)
        said.get_by_text("is beaten by one").wait_for()
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 12.2: right").wait_for()
