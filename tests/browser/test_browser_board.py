"""A board at the browser, in a real one: its serial ports are made up, the board is emulated."""

import itertools

import axe
import jupyter_lab
import numpy as np
import patience
import places
import pytest
from bad_line import DAMAGE, Line, first
from emulated import chip, codes
from fake_serial import FakeSerial
from motion_board import MotionBoard

from tinyml_helpers import micro
from tinyml_helpers.emulator.protocol_emulator import for_chip

pytestmark = jupyter_lab.needs_chromium

FOLDER = places.DATA / "exercise_models"
MODEL, OTHER = ((FOLDER / f"{name}.tflite").read_bytes() for name in ("any_way", "straight"))
#: In how many pieces codes for it go to the board, which loses 64 bytes at once; about.
PIECES = codes(MODEL).size // 60 + 1
ELSEWHERE = "workbook.test"
SHOW = """
import time
from pathlib import Path
import numpy as np
from tinyml_helpers.panels.browser_board import BrowserBoard
board = BrowserBoard(Path("../model.tflite").read_bytes(), timeout={timeout})
board
"""
GIVE = "board.give(np.load('../codes.npy')[len(board.results)])"
BUSY = f"{GIVE}; time.sleep({patience.seconds(2)})"
TWICE = "board # once more"
RECORD = """
import numpy as np
from tinyml_helpers.panels.browser_board import BrowserBoard
board = BrowserBoard()
board.record("motion", 3)
board
"""
SAMPLES = """
np.save("../samples.npy", board.results[0].samples)
print("kept")
"""
KEEP = """
np.save("../outputs.npy", [run.output for run in board.results if run.seconds > 0])
print("kept")
"""


def line(model=MODEL):
    return Line(for_chip(chip(model)))


@pytest.fixture(scope="module")
def lab(lab_server):
    """A JupyterLab with the notebook "board"; (address, folder)."""
    folder = lab_server[1]
    (folder / "model.tflite").write_bytes(MODEL)
    np.save(folder / "codes.npy", [codes(MODEL, seed) for seed in range(12)])
    show = SHOW.format(timeout=patience.seconds(0.5))
    jupyter_lab.write_notebook(folder, "board", show, GIVE, KEEP, BUSY, TWICE)
    jupyter_lab.write_notebook(folder, "record", RECORD, SAMPLES)
    return lab_server


@pytest.fixture
def deaf_while_a_cell_runs(lab):
    """As older kernels are: what the browser says waits until a cell has finished."""
    settings = lab[1] / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    file = settings / "kernels-settings.jupyterlab-settings"
    file.write_text('{"commsOverSubshells": "disabled"}')
    yield
    file.unlink()


def panel_of(page):
    jupyter_lab.run(page, "import BrowserBoard")
    panel = page.locator(".tiny")
    panel.wait_for()
    return panel


def run(page, code):
    cell = jupyter_lab.cell(page, code)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")


def connect(panel):
    panel.get_by_role("button", name="Connect a board").click()


def says(panel, text):
    panel.get_by_role("status").get_by_text(text).wait_for()


def done(panel, count):
    panel.get_by_text(f"0 to do, {count} done", exact=True).wait_for()


def test_a_boards_answers_are_this_computers_whatever_happens_on_the_line(
    lab, deaf_while_a_cell_runs
):
    with jupyter_lab.opened(*lab, "board") as page:
        serial = FakeSerial(page, line())
        panel = panel_of(page)
        run(page, GIVE)
        panel.get_by_text("1 to do, 0 done").wait_for()
        # With the keyboard, whose keys must not reach the notebook: "d d" deletes a cell.
        panel.get_by_role("button", name="Connect a board").focus()
        page.keyboard.type("dd")
        page.keyboard.press("Enter")
        done(panel, 1)
        assert page.locator(".jp-CodeCell").count() == 5
        assert panel.locator("dd").all_inner_texts()[1:3] == [
            "Arduino Nano 33 BLE Sense Rev1",
            "64 MHz",
        ]
        assert serial.port("baudRate") == 115_200

        numbers = itertools.count(2)

        def give(code=GIVE):
            run(page, code)
            done(panel, next(numbers))

        for damage in ("flipped bit", "lost byte", "nothing"):
            for way in ("to_board", "to_computer"):
                serial.plug_in(Line(serial.line.port, **{way: first(DAMAGE[damage])}))
                give()
        # The answer is there before the kernel hears of it, and isn't asked for again.
        serial.plug_in(Line(serial.line.port))
        give(BUSY)
        assert PIECES <= serial.line.writes < PIECES + 3
        serial.then = "framing error"
        give()

        half = first(lambda data: data[: len(data) // 2])
        serial.plug_in(Line(serial.line.port, to_computer=half))
        serial.then = "unplugged"
        run(page, GIVE)
        says(panel, "The board is gone")
        says(panel, "What isn't done (1) is given up")
        serial.plug_in(line())
        connect(panel)
        says(panel, "is connected, and runs this notebook's model")
        give()

        assert serial.port("opened") is True
        panel.get_by_role("button", name="Disconnect").click()
        says(panel, "The board is disconnected.")
        assert serial.port("opened") is False

        run(page, "outputs.npy")
        jupyter_lab.feedback(page, "outputs.npy").get_by_text("kept").wait_for()
        right = micro.Interpreter(MODEL)
        outputs = np.load(lab[1] / "outputs.npy")
        assert len(outputs) == next(numbers) - 1
        for seed, output in enumerate(outputs):
            assert np.array_equal(output, right.invoke(codes(MODEL, seed)))


def test_of_two_views_only_the_one_with_the_board_has_it(lab):
    with jupyter_lab.opened(*lab, "board") as page:
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        FakeSerial(page, line())
        panel_of(page)
        run(page, TWICE)
        first_view, second_view = (page.locator(".tiny").nth(place) for place in (0, 1))
        connect(second_view)
        says(second_view, "is connected")
        assert first_view.get_by_role("status").inner_text() == ""
        assert first_view.locator("dd").count() == 0
        first_view.get_by_role("button", name="Connect a board").wait_for()
        assert wrong == []


def test_a_recording_starts_with_its_button(lab):
    with jupyter_lab.opened(*lab, "record") as page:
        motion = MotionBoard(3)
        serial = FakeSerial(page, Line(motion.port()))
        panel = panel_of(page)
        connect(panel)
        says(panel, "Press Record for 3 seconds of motion.")
        assert not motion.recording
        # The browser finds out by itself that an answer is damaged, or a question was lost.
        writes, reads = serial.line.writes, serial.line.reads
        flip, lose = DAMAGE["flipped bit"], DAMAGE["nothing"]
        serial.line.to_computer = lambda data, count: flip(data) if count == reads + 5 else data
        serial.line.to_board = lambda data, count: lose(data) if count == writes + 9 else data
        panel.get_by_role("button", name="Record").focus()
        page.keyboard.press("Enter")
        says(panel, "has done everything")
        assert panel.get_by_role("button").all_inner_texts() == ["Disconnect"]
        assert page.evaluate("() => document.activeElement.innerText") == "Disconnect"
        assert all(number == piece % 256 for number, piece in motion.asked)
        asked = len(motion.asked)
        page.wait_for_timeout(500)
        assert len(motion.asked) == asked < 300  # no more, once there was enough
        run(page, "samples.npy")
        jupyter_lab.feedback(page, "samples.npy").get_by_text("kept").wait_for()
        assert np.array_equal(np.load(lab[1] / "samples.npy"), motion.samples)


#: What the browser throws, when, and what the panel says.
REFUSALS = [
    ({"choose": "NotFoundError"}, "No board was chosen"),
    ({"choose": "SecurityError"}, "allow serial ports in its settings"),
    ({"choose": "TypeError"}, "The browser can't offer boards (TypeError: a made-up TypeError)."),
    ({"open": "NetworkError"}, "close what else uses it"),
    ({"open": "InvalidStateError"}, "Another panel of this page has the board"),
    ({"open": "AbortError"}, "The board can't be opened (AbortError: a made-up AbortError)."),
]


def test_each_trouble_is_said_in_a_sentence(lab):
    with jupyter_lab.opened(*lab, "board") as page:
        serial = FakeSerial(page, line())
        panel = panel_of(page)
        for names, sentence in REFUSALS:
            serial.refuse(**names)
            connect(panel)
            says(panel, sentence)
        serial.refuse()
        serial.plug_in(line(OTHER))
        connect(panel)
        says(panel, "runs another model")
        axe.assert_nothing_serious(page)
        panel.get_by_role("button", name="Connect a board").wait_for()
        assert serial.port("opened") is False

        serial.plug_in(line())
        connect(panel)
        says(panel, "is connected")
        # A cell that is run again makes another panel; the first one lets go of the board.
        jupyter_lab.run(page, "import BrowserBoard")
        connect(panel)
        says(panel, "is connected")

        page.evaluate("() => Object.defineProperty(navigator, 'serial', { value: undefined })")
        jupyter_lab.run(page, "import BrowserBoard")
        says(panel, "open this page in Chrome or Edge")
        assert panel.get_by_role("button", name="Connect a board").is_disabled()


def test_where_the_page_is_not_secure_it_says_so(lab):
    address, folder = lab
    flags = (f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",)
    elsewhere = address.replace("127.0.0.1", ELSEWHERE)
    with jupyter_lab.opened(elsewhere, folder, "board", flags) as page:
        panel = panel_of(page)
        says(panel, f"only to secure pages, and http://{ELSEWHERE}")
        assert panel.get_by_role("button", name="Connect a board").is_disabled()
