"""Keyword spotting, in a real browser: a student moves a slider, takes the quiz by ear."""

import axe
import jupyter_lab
import places

pytestmark = jupyter_lab.needs_chromium


#: Cells that give and need what is looked at: with a model that is trained already.
CELLS = (
    "import keras",
    "import matplotlib.pyplot as plt",
    "from tinyml_helpers.checks import keyword_spotting as check",
    "train, test = datasets.speech(",
    'listen({f"yes, {test.speakers[i]}"',
    "by_ear = keywords.quiz.clips_for(test)",
    "heard = ...",
    "check.heard(heard)",
    "def below(audio, hz):",
    'listen({"yes, all of it": yes}',
    'made, real = training.committed("synthetic"), training.committed("real")',
    'said = ("go", "yes", "stop")',
    "ears = spotter.Spotter(real)",
    "def draw_scores(ax, scored):",
    "def draw_threshold(threshold, average):",
    "widgets.explore( draw_threshold",
    "Recorder([",
)


def test_a_student_works_through_the_lesson(lab_server):
    with jupyter_lab.opened_lesson(*lab_server, "keyword_spotting") as page:
        jupyter_lab.run(page, *CELLS)
        assert page.locator("audio").count() >= 10
        jupyter_lab.move_slider(page)

        stub = "# Exercise 6.1"
        said = jupyter_lab.feedback(page, "check.heard(")
        jupyter_lab.type_and_run(page, stub, f'{stub}\nheard = ["yes"] * 5')
        said.get_by_text("listen to clip 1 again").wait_for()
        solution = places.ROOT / "notebooks" / "solutions" / "keyword_spotting" / "1_heard.py"
        right = f"{stub}\n{solution.read_text(encoding='utf-8')}"
        jupyter_lab.type_and_run(page, stub, right)
        said.get_by_text("Exercise 6.1: right").wait_for()
        axe.assert_nothing_serious(page)
