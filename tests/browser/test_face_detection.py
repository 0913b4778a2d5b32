"""A student opens lesson 06 in a real browser: runs it, moves a slider, answers an exercise."""

import jupyter_lab

pytestmark = jupyter_lab.needs_chromium


def test_a_student_works_through_lesson_06(tmp_path):
    with jupyter_lab.lesson("06_face_detection", tmp_path) as page:
        jupyter_lab.run_all(page)
        page.get_by_text("Switch the camera on").first.wait_for()
        jupyter_lab.move_slider(page)

        stub = "# Exercise 6.6"
        said = jupyter_lab.feedback(page, "check.gets_in(")
        wrong = f"{stub}\ndef gets_in(rate, tries):\n    return rate * tries"
        jupyter_lab.type_and_run(page, stub, wrong)
        said.get_by_text("not right yet").wait_for()
        solution = jupyter_lab.ROOT / "notebooks" / "solutions" / "face_detection" / "6_gets_in.py"
        right = f"{stub}\n{solution.read_text(encoding='utf-8')}"
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 6.6: right").wait_for()
