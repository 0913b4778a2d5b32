"""The camera's panel in a real browser, with a fake camera: what its tests share."""

import contextlib
import time

import face_video
import jupyter_lab
import numpy as np
import patience

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
DENIED = ("--use-fake-device-for-media-stream", "--deny-permission-prompts")
ELSEWHERE = "workbook.test"

LIVE = """
import time
import numpy as np
from tinyml_helpers.panels.camera import Camera

delay, waiting, most = 0, 0, 0
def look(frame):
    global waiting, most
    waiting += 1
    most = max(most, waiting)
    time.sleep(delay)
    waiting -= 1
    camera.show([(10, 20, 40, 50, 0.875)], "a face", level=0.25, threshold=0.5)

camera = Camera(look, frames_per_second=8, folder="../faces")
camera
"""
ASK = "np.save('../state.npy', [len(camera.frames), camera.last is not None, most])"
SLOW = "delay = 0.6"
REPLAY = "camera.replay(np.load('../drawn.npy'))"
DELETE = "camera.add(np.load('../drawn.npy')); print(camera.delete())"
STILL = """
from tinyml_helpers.panels.camera import Camera
camera = Camera(folder="../uploaded")
camera
"""

# Remembers what is asked of the browser, and what it gave.
SPY = """() => {
    const devices = navigator.mediaDevices, really = devices.getUserMedia.bind(devices);
    window.asked = [];
    window.given = [];
    devices.getUserMedia = async (wish) => {
        window.asked.push(wish);
        window.given.push(await really(wish));
        return window.given.at(-1);
    };
}"""
RUNNING = (
    "() => window.given.flatMap(s => s.getTracks()).filter(t => t.readyState === 'live').length"
)


def drawn():
    face = face_video.frame(face_video.face())
    return np.stack([face * light for light in (0.5, 0.75, 1)]).astype(np.uint8)


@contextlib.contextmanager
def opened(lab, first, flags=(), host=None):
    """A page with the notebook, and its panel once the cell that makes it has run."""
    address, folder = lab
    flags = (*flags, f"--use-file-for-fake-video-capture={folder / 'face.y4m'}")
    if host:
        flags = (*flags, f"--host-resolver-rules=MAP {host} 127.0.0.1")
        address = address.replace("127.0.0.1", host)
    with jupyter_lab.opened(address, folder, "camera", flags) as page:
        run(page, first)
        panel = cell(page, first).locator(".tiny-cam")
        panel.wait_for()
        yield page, panel


def overlap(length):
    """How much of each of 96 equal stretches of a line lies in each of its pixels, [96, length]."""
    ends = np.arange(97) * length / 96
    pixels = np.arange(length)
    right = np.minimum(ends[1:, np.newaxis], pixels + 1)
    return np.clip(right - np.maximum(ends[:-1, np.newaxis], pixels), 0, None) * 96 / length


def cell(page, code):
    """The cell with a code, by its last line but one, if it has so many."""
    return jupyter_lab.cell(page, code.strip().splitlines()[-2:][0])


def run(page, code):
    cell(page, code).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


def state(page, lab):
    """Python's: how many pictures, whether there is a last frame, most frames seen at once."""
    file = lab[1] / "state.npy"
    file.unlink(missing_ok=True)
    run(page, ASK)
    end = time.monotonic() + patience.seconds(120)
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError, EOFError):  # not there, or half written
            return np.load(file).tolist()
        time.sleep(0.05)
    raise AssertionError(f"the cell didn't run: {patience.over(120)}")


def press(panel, name):
    panel.get_by_role("button", name=name).click()


def boxes(panel):
    return panel.locator(".tiny-cam-boxes div").evaluate_all(
        "all => all.map(box => [box.style.left, box.style.top, box.style.width, box.style.height])"
    )
