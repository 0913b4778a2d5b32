"""Agriculture, in a real browser: a student waters by a rule of theirs, errs, and gets it right."""

import jupyter_lab
import places

pytestmark = jupyter_lab.needs_chromium

SOLUTION = places.ROOT / "notebooks" / "solutions" / "agriculture" / "1_skill.py"

#: Cells that give and need what is looked at.
CELLS = (
    "import matplotlib.pyplot",
    "from tinyml_helpers import datasets",
    "from tinyml_helpers.applications.fields import (",
    "from tinyml_helpers.checks import agriculture as check",
    "home = fields.season(",
    "def daily(series",
    "committed = trained.committed(",
    "dose = 20",
    "number = home.site.number",
    "def draw_season(",
    "summer = slice(",
    "def your_rule(",
    "def messages_of(",
    "beside = {",
    "def draw_bars(",
    "MEASURES = ",
    "def draw_rule(",
    "widgets.explore(\n    draw_rule",
    "# Exercise 9.1",
    "check.skill(",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "agriculture") as page:
        jupyter_lab.run(page, *CELLS)
        jupyter_lab.move_slider(page)

        stub = "# Exercise 9.1"
        said = jupyter_lab.feedback(page, "check.skill(")
        right = stub + "\n" + SOLUTION.read_text(encoding="utf-8")
        jupyter_lab.type_and_run(page, stub, right.replace("1 - error / usual", "error / usual"))
        said.get_by_text("not right yet").wait_for()
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 9.1: right").wait_for()
