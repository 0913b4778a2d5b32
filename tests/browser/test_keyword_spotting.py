"""A student opens lesson 05 in a real browser: runs it, moves a slider, takes the quiz by ear."""

import jupyter_lab

pytestmark = jupyter_lab.needs_chromium


def test_a_student_works_through_lesson_05(tmp_path):
    with jupyter_lab.lesson("05_keyword_spotting", tmp_path) as page:
        jupyter_lab.run_all(page)
        assert page.locator("audio").count() >= 10
        jupyter_lab.move_slider(page)

        stub = "# Exercise 5.1"
        said = jupyter_lab.feedback(page, "check.heard(")
        jupyter_lab.type_and_run(page, stub, f'{stub}\nheard = ["yes"] * 5')
        said.get_by_text("listen to clip 1 again").wait_for()
        solution = jupyter_lab.ROOT / "notebooks" / "solutions" / "keyword_spotting" / "1_heard.py"
        right = f"{stub}\n{solution.read_text(encoding='utf-8')}"
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 5.1: right").wait_for()
