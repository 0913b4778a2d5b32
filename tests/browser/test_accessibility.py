"""What axe-core finds in lessons: nothing serious, in the light theme and in the dark one.

What the lab itself draws, such as its editors, isn't the lessons'.
"""

import importlib.util
from pathlib import Path

import jupyter_lab
import places
import pytest

FOUND = importlib.util.find_spec("axe_playwright_python")
pytestmark = [
    jupyter_lab.needs_chromium,
    pytest.mark.skipif(FOUND is None, reason="needs the package axe-playwright-python"),
]

#: Runs axe on what a lesson shows.
FIND = """
async () => {
    const lesson = { include: [['.jp-OutputArea-output'], ['.jp-RenderedMarkdown']] };
    const { violations } = await axe.run(lesson, { resultTypes: ['violations'] });
    return violations
        .filter(({ impact }) => ['serious', 'critical'].includes(impact))
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}
"""

#: By topic: cells whose panels are looked at, and those that they need.
PANELS = {
    "start_here": (
        "photographs = ...",
        "check.photographs(",
        "import keras",
        "digits = datasets.digits()",
        "import matplotlib.pyplot as plt",
        "keras.utils.set_random_seed(1)",
        "model.compile(",
        "int8_file = compress.quantize(",
        "def show_digit(number):",
        "widgets.explore(show_digit",
    ),
    "keyword_spotting": (
        "import keras",
        "from tinyml_helpers import datasets, emulator, files",
        "from tinyml_helpers.panels.recorder import Recorder",
        'Recorder(["marvin"]',
        "train, test = datasets.speech()",
        "chosen = [",
    ),
    "face_detection": ("camera = Camera()",),
}


def choose_theme(page, name):
    page.get_by_role("menuitem", name="Settings", exact=True).first.click()
    page.locator("li.lm-Menu-item[data-type='submenu']", has_text="Theme").first.hover()
    themes = page.locator("li.lm-Menu-item[data-command='apputils:change-theme']")
    themes.get_by_text(f"JupyterLab {name}", exact=True).click()
    page.locator(f"body[data-jp-theme-name='JupyterLab {name}']").wait_for(state="attached")


@pytest.mark.parametrize("topic", PANELS)
def test_nothing_serious_is_found(lab_server, topic):
    axe = Path(FOUND.origin).with_name("axe.min.js").read_text(encoding="utf-8")
    with jupyter_lab.opened(*lab_server, f"my_work/lessons/{places.lesson(topic).stem}") as page:
        jupyter_lab.run(page, *PANELS[topic])
        page.evaluate(axe)
        try:
            for theme in ("Dark", "Light"):
                choose_theme(page, theme)
                assert (theme, page.evaluate(FIND)) == (theme, [])
        finally:
            choose_theme(page, "Light")
