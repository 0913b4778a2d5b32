"""Wearables, in a real browser: a student watches a movement, turns the watch, errs, is right."""

import jupyter_lab
import places

pytestmark = jupyter_lab.needs_chromium

SOLUTION = places.ROOT / "notebooks" / "solutions" / "wearables" / "3_macro_f1.py"

#: Cells that give and need what is looked at.
CELLS = (
    "import matplotlib.pyplot",
    "from tinyml_helpers import datasets",
    "exercises.measuring import strangers",
    "from tinyml_helpers.checks import wearables as check",
    "motions = datasets.watch_exercises()",
    "def of(number",
    'wrist(of(5, "abduction")',
    "codes = compared.codes",
    "some = [training.Series",
    "own = [one for one in some",
    "def by_turn(",
    "any_way = trained.committed(",
    "def draw_angle(",
    "widgets.explore(\n    draw_angle",
    "# Exercise 10.3",
    "check.macro_f1(",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "wearables") as page:
        jupyter_lab.run(page, *CELLS)
        movement = page.locator(".jp-OutputArea .tiny-wrist").first
        movement.get_by_role("slider", name="Time").wait_for()
        jupyter_lab.move_slider(page)

        stub = "# Exercise 10.3"
        said = jupyter_lab.feedback(page, "check.macro_f1(")
        right = stub + "\n" + SOLUTION.read_text(encoding="utf-8")
        wrong = right.replace("np.sum(truth == one) + np.sum(said == one)", "np.sum(truth == one)")
        jupyter_lab.type_and_run(page, stub, wrong)
        said.get_by_text("not right yet").wait_for()
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 10.3: right").wait_for()
