"""The listener in a real browser: it draws what was played, hears a fake microphone, keeps up."""

import re

import jupyter_lab
import numpy as np
import pytest
import tones
from wav_writer import write_wav

pytestmark = jupyter_lab.needs_chromium

CELL = """
import time
from pathlib import Path
import numpy as np
from tinyml_helpers.panels import listener
from tinyml_helpers.applications.keywords.spotter import (Settings, Spotter,)

spotter = Spotter(Path("../tones.tflite").read_bytes(), Settings(hops_per_inference=4))
panel = listener.Listener(spotter)
panel.play(np.load("../stream.npy"))
"""
SLOW = """
def slowly(samples, push=spotter.push):
    time.sleep(0.3)
    return push(samples)
spotter.push = slowly
"""

#: Longer than a panel waits for an answer to what was clicked.
BUSY = "time.sleep(8)"

#: How many different colours the drawing has in the box from left to right, top to bottom (0..1).
COLOURS = """
(canvas, [left, right, top, bottom]) => {
    const [width, height] = [canvas.width, canvas.height];
    const box = [left * width, top * height, (right - left) * width, (bottom - top) * height];
    const pixels = canvas.getContext("2d").getImageData(...box.map(Math.round)).data;
    return new Set(new Uint32Array(pixels.buffer)).size;
}
"""

THREE_HEARD = "() => document.querySelector('.tiny-heard').innerText.split(' at ').length > 3"


@pytest.fixture(scope="module")
def lab(lab_server):
    """A JupyterLab with the notebook "listener"; (address, folder)."""
    folder = lab_server[1]
    (folder / "tones.tflite").write_bytes(tones.tflite())
    np.save(folder / "stream.npy", tones.stream())
    jupyter_lab.write_notebook(folder, "listener", CELL, SLOW)
    jupyter_lab.write_notebook(folder, "busy", CELL, BUSY)
    return lab_server


def heard(panel):
    """The words the panel lists, with their seconds."""
    text = panel.locator(".tiny-heard").inner_text()
    return [(word, float(seconds)) for word, seconds in re.findall(r"(\w+) at ([\d.]+) s", text)]


def run_first(page):
    """Run the first cell, and give its panel once it has drawn what was played."""
    jupyter_lab.cell(page, "panel.play(").locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    panel = page.locator(".tiny")
    panel.get_by_text("Heard: ").wait_for()
    return panel


def test_what_was_played_is_drawn_and_what_is_said_is_heard(lab, tmp_path):
    microphone = write_wav(tmp_path / "said.wav", tones.stream())
    flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    flags = (*flags, f"--use-file-for-fake-audio-capture={microphone}")
    with jupyter_lab.opened(*lab, "listener", flags) as page:
        panel = run_first(page)
        assert [word for word, _ in heard(panel)] == ["yes", "up", "down", "no"]
        canvas = panel.locator("canvas")
        assert canvas.evaluate(COLOURS, [0.1, 0.9, 0.1, 0.5]) > 20  # the spectrogram
        assert canvas.evaluate(COLOURS, [0.1, 0.9, 0.65, 0.9]) > 4  # the scores
        panel.get_by_role("button", name="Replay").click()
        panel.locator(".tiny-flash").get_by_text("yes", exact=True).wait_for(state="attached")

        panel.get_by_role("button", name="Listen").click()
        panel.get_by_text("Listening: ").wait_for()
        page.wait_for_function(THREE_HEARD)
        words, seconds = zip(*heard(panel), strict=True)
        assert set(words) <= {"yes", "up", "down", "no"} and list(seconds) == sorted(set(seconds))
        assert canvas.evaluate(COLOURS, [0.1, 0.9, 0.1, 0.5]) > 20

        # A kernel that is too slow: sound is dropped openly, and the delay stays bounded.
        panel.get_by_role("button", name="Stop").click()
        jupyter_lab.cell(page, "def slowly").locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        panel.get_by_role("button", name="Listen").click()
        panel.get_by_text(re.compile(r"can't keep up: [\d.]+ s")).wait_for()
        panel.get_by_role("button", name="Stop").click()
        assert panel.get_by_role("button", name="Listen").is_enabled()

        panel.get_by_role("button", name="Listen").click()
        panel.get_by_text("Listening: ").wait_for()
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.locator("li.lm-Menu-item[data-command='kernelmenu:shutdown']").click()
        panel.get_by_text("Python doesn't answer").wait_for()
        panel.get_by_text("microphone off").wait_for()


def test_where_the_page_is_not_secure_it_still_shows_what_was_played(lab):
    rules = "--host-resolver-rules=MAP workbook.test 127.0.0.1"
    address = lab[0].replace("127.0.0.1", "workbook.test")
    with jupyter_lab.opened(address, lab[1], "listener", (rules,)) as page:
        panel = run_first(page)
        panel.get_by_text("only to secure pages").wait_for()
        assert panel.get_by_role("button", name="Listen").is_disabled()
        assert panel.get_by_role("button", name="Replay").is_enabled()


def test_while_other_cells_run_the_panel_says_what_it_waits_for(lab):
    with jupyter_lab.opened(*lab, "busy") as page:
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator("li.lm-Menu-item[data-command='runmenu:run-all']").click()
        panel = page.locator(".tiny")
        panel.get_by_text("shown when the cells that run have finished").wait_for()
        panel.get_by_text("Heard: ").wait_for()
        assert panel.get_by_text("shown when").count() == 0
        assert page.get_by_text("doesn't answer").count() == 0
