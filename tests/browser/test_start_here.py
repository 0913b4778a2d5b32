"""Start here, in a real browser: a student moves a slider, errs, and gets it right."""

import axe
import jupyter_lab

pytestmark = jupyter_lab.needs_chromium


#: Cells that give and need what is looked at; the model may stay untrained.
CELLS = (
    "photographs = ...",
    "check.photographs(",
    "import keras",
    "digits = datasets.digits()",
    "import matplotlib.pyplot as plt",
    "keras.utils.set_random_seed(1)",
    "int8_file = compress.quantize(",
    "contents = model_file.read(int8_file)",
    "codes = contents.inputs[0].quantize(image)",
    "def show_digit(number):",
    "widgets.explore(show_digit",
    "drawing = ...",
    "check.drawing(",
    "emulator.Board(",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "start_here") as page:
        jupyter_lab.run(page, *CELLS)
        drawing = jupyter_lab.feedback(page, "check.drawing(")
        drawing.get_by_text("not attempted yet").wait_for(state="attached")
        emulated = jupyter_lab.feedback(page, "emulator.Board(")
        emulated.get_by_text("bytes (emulated)").wait_for(state="attached")
        jupyter_lab.move_slider(page)

        stub = "# Exercise 0.1"
        said = jupyter_lab.feedback(page, "check.photographs(")
        wrong = f"{stub}\nphotographs = 256 * 1000 // (96 * 96)"
        jupyter_lab.type_and_run(page, stub, wrong)
        said.get_by_text("not right yet").wait_for()
        jupyter_lab.type_and_run(page, stub, wrong.replace("1000", "1024"))
        said.get_by_text("Exercise 0.1: right").wait_for()
        axe.assert_nothing_serious(page)
