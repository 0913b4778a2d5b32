"""On your desk, in a real browser: a UF2 file taken apart, an answer wrong, then right."""

import jupyter_lab
import places

pytestmark = jupyter_lab.needs_chromium

SOLUTION = places.ROOT / "notebooks" / "solutions" / "on_your_desk" / "1_boot2_crc.py"

#: Cells that give and need what is looked at.
CELLS = (
    "import matplotlib.pyplot",
    "from tinyml_helpers import datasets",
    "from tinyml_helpers.checks import on_your_desk as check",
    "keyword_models.committed(",
    'pico = export.project("pico"',
    "drive_file =",
    "flash = read_uf2(",
    "boot2, program =",
    "# Exercise 11.1",
    "check.boot2_crc(",
    "models = {",
    "def on_an_emulated(",
    "def meter(",
    "widgets.explore(meter",
    "far_board = BrowserBoard(",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "on_your_desk") as page:
        jupyter_lab.run(page, *CELLS)
        page.get_by_role("button", name="Connect a board").wait_for()
        jupyter_lab.move_slider(page)

        stub = "# Exercise 11.1"
        said = jupyter_lab.feedback(page, "check.boot2_crc(")
        right = stub + "\n" + SOLUTION.read_text(encoding="utf-8")
        wrong = right.replace("crc = 0xFFFFFFFF", "crc = 0")
        jupyter_lab.type_and_run(page, stub, wrong)
        said.get_by_text("all 32 bits set").wait_for()
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 11.1: right").wait_for()
