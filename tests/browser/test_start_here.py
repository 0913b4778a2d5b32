"""A student opens lesson 00 in a real browser: runs it, moves a slider, errs, and gets it right."""

import jupyter_lab

pytestmark = jupyter_lab.needs_chromium


def test_a_student_works_through_lesson_00(tmp_path):
    with jupyter_lab.lesson("00_start_here", tmp_path) as page:
        jupyter_lab.run_all(page)
        drawing = jupyter_lab.feedback(page, "check.drawing(")
        drawing.get_by_text("not attempted yet").wait_for(state="attached")
        emulated = jupyter_lab.feedback(page, "emulator.Board(")
        emulated.get_by_text("estimated from emulated instructions").wait_for(state="attached")
        jupyter_lab.move_slider(page)

        stub = "# Exercise 0.1"
        said = jupyter_lab.feedback(page, "check.photographs(")
        wrong = f"{stub}\nphotographs = 256 * 1000 // (96 * 96)"
        jupyter_lab.type_and_run(page, stub, wrong)
        said.get_by_text("not right yet").wait_for()
        jupyter_lab.type_and_run(page, stub, wrong.replace("1000", "1024"))
        said.get_by_text("Exercise 0.1: right").wait_for()
