"""Predictive maintenance, in a real browser: a student turns a bearing, errs, and gets it right."""

import jupyter_lab
import places

pytestmark = jupyter_lab.needs_chromium

SOLUTION = places.ROOT / "notebooks" / "solutions" / "predictive_maintenance" / "1_race_orders.py"

#: Cells that give and need what is looked at.
CELLS = (
    "import dataclasses",
    "from tinyml_helpers.applications import machines",
    "from tinyml_helpers.checks import predictive_maintenance as check",
    "pump = simulated.machine(",
    "def outer_race(decibels",
    "early, late = ",
    "listen({name: 6 * one.samples",
    "def draw_bearing(turns",
    "widgets.explore(draw_bearing",
    "# Exercise 8.1",
    "check.race_orders(",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "predictive_maintenance") as page:
        jupyter_lab.run(page, *CELLS)
        jupyter_lab.move_slider(page)

        stub = "# Exercise 8.1"
        said = jupyter_lab.feedback(page, "check.race_orders(")
        right = stub + "\n" + SOLUTION.read_text(encoding="utf-8")
        jupyter_lab.type_and_run(page, stub, right.replace("(1 - ball", "(1 + ball"))
        said.get_by_text("not right yet").wait_for()
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 8.1: right").wait_for()
