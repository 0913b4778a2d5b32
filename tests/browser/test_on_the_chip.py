"""A student opens lesson 04 in a real browser: runs it, moves a slider, writes a kernel in C."""

import jupyter_lab

pytestmark = jupyter_lab.needs_chromium

SOLUTION = jupyter_lab.ROOT / "notebooks" / "solutions" / "on_the_chip" / "2_max_pool.py"


def test_a_student_works_through_lesson_04(tmp_path):
    with jupyter_lab.lesson("04_on_the_chip", tmp_path) as page:
        jupyter_lab.run_all(page)
        jupyter_lab.move_slider(page)

        stub = "# Exercise 4.2"
        said = jupyter_lab.feedback(page, "check.max_pool(")
        right = stub + "\n" + SOLUTION.read_text(encoding="utf-8")
        wild = right.replace("*out++ = largest", "out[1 << 24] = largest")
        jupyter_lab.type_and_run(page, stub, wild)
        said.get_by_text("the emulated chip stopped").wait_for()
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 4.2: right").wait_for()
