"""Face detection, in a real browser: a student moves a slider, answers an exercise."""

import axe
import jupyter_lab
import places

pytestmark = jupyter_lab.needs_chromium


#: Cells that give and need what is looked at.
CELLS = (
    "import keras",
    "import dataclasses",
    "from tinyml_helpers.checks import face_detection as check",
    "photographs = datasets.real_scenes()",
    "def show(ax, picture",
    "def draw_size(size):",
    "widgets.explore(draw_size",
    "def gets_in(rate, tries):",
    "check.gets_in(gets_in)",
    "camera = Camera()",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "face_detection") as page:
        jupyter_lab.run(page, *CELLS)
        page.get_by_text("Switch the camera on").first.wait_for()
        jupyter_lab.move_slider(page)

        stub = "# Exercise 7.7"
        said = jupyter_lab.feedback(page, "check.gets_in(")
        wrong = f"{stub}\ndef gets_in(rate, tries):\n    return rate * tries"
        jupyter_lab.type_and_run(page, stub, wrong)
        said.get_by_text("not right yet").wait_for()
        solution = places.ROOT / "notebooks" / "solutions" / "face_detection" / "7_gets_in.py"
        right = f"{stub}\n{solution.read_text(encoding='utf-8')}"
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 7.7: right").wait_for()
        axe.assert_nothing_serious(page)
