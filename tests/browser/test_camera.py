"""The camera in a real browser: asked for, seen, taken, kept, deleted; refused, missing, slow."""

import contextlib
import time

import face_video
import jupyter_lab
import numpy as np
import patience
import pytest
from PIL import Image

from tinyml_helpers.datasets.pictures.own_faces import own_faces

pytestmark = jupyter_lab.needs_chromium

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


@pytest.fixture(scope="module")
def lab(lab_server):
    """A JupyterLab with the notebook "camera"; (address, folder)."""
    folder = lab_server[1]
    face_video.write_video(folder / "face.y4m")
    np.save(folder / "drawn.npy", drawn())
    jupyter_lab.write_notebook(folder, "camera", LIVE, ASK, SLOW, REPLAY, DELETE, STILL)
    return lab_server


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
        with contextlib.suppress(OSError, ValueError):  # not there, or half written
            return np.load(file).tolist()
        time.sleep(0.05)
    raise AssertionError(f"the cell didn't run: {patience.over(120)}")


def press(panel, name):
    panel.get_by_role("button", name=name).click()


def boxes(panel):
    return panel.locator(".tiny-cam-boxes div").evaluate_all(
        "all => all.map(box => [box.style.left, box.style.top, box.style.width, box.style.height])"
    )


def test_from_consent_to_deletion(lab):
    faces = lab[1] / "faces"
    hosts = set()
    with opened(lab, LIVE, FAKE) as (page, panel):
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        page.evaluate(SPY)
        for words in ("May this notebook use your camera?", "this computer's Python", "No sound"):
            panel.get_by_text(words).wait_for()
        assert page.evaluate("asked") == [] and state(page, lab) == [0, 0, 0]

        # With the keyboard, whose keys must not reach the notebook: "d d" deletes a cell.
        panel.get_by_role("button", name="Switch the camera on").focus()
        page.keyboard.type("dd")
        page.keyboard.press("Enter")
        panel.get_by_text("The camera is on.").wait_for()
        assert page.locator(".jp-CodeCell").count() == 6
        (wish,) = page.evaluate("asked")
        assert wish["audio"] is False and page.evaluate(RUNNING) == 1
        panel.get_by_text("a face").wait_for()
        left, top, width, height = boxes(panel)[0]  # in the mirror
        assert [float(x[:-1]) for x in (left, top, width, height)] == pytest.approx(
            [100 * x / 96 for x in (96 - 40, 20, 30, 30)], abs=0.01
        )
        assert panel.locator(".tiny-cam-boxes").inner_text() == "88%"
        assert panel.get_by_role("meter").get_attribute("aria-valuenow") == "0.25"
        assert (
            panel.locator("video")
            .evaluate("v => getComputedStyle(v).transform")
            .startswith("matrix(-1")
        )
        panel.get_by_text("times a second").wait_for()

        page.keyboard.press("Enter")  # the focus is on "Take a picture" now
        for call in ("3", "2", "1"):
            panel.locator(".tiny-cam-call").get_by_text(call, exact=True).wait_for()
        panel.get_by_text("1 picture taken.").wait_for()
        press(panel, "Take five")
        panel.locator(".tiny-cam-call").get_by_text("a little to the left").wait_for()
        page.keyboard.press("Escape")
        panel.get_by_text("Stopped: 1 picture taken.").wait_for()
        panel.get_by_label("whose pictures").fill("../me")
        press(panel, "Keep as files")
        panel.get_by_text("'../me' can't be the name").wait_for()
        assert not faces.exists()
        panel.get_by_label("whose pictures").fill("ada")
        press(panel, "Keep as files")
        panel.get_by_text("2 pictures kept").wait_for()
        # Not mirrored, grey by the video's levels, averaged: within what 8 bits and the browser's
        # own conversion from YUV leave.
        expected = face_video.frame(face_video.face())
        for kept in own_faces(faces)["ada"]:
            assert np.abs(kept - expected).max() < 4 < np.abs(kept - expected[:, ::-1]).max()

        press(panel, "Delete picture 1")
        panel.get_by_text("Deleted: 1 picture in memory, 1 file.").wait_for()
        assert state(page, lab)[:2] == [1, 1] and len(own_faces(faces)["ada"]) == 1
        press(panel, "Delete my pictures")
        panel.get_by_text("Delete 1 picture in memory and 1 file in").wait_for()
        press(panel, "Delete them")
        # The panel said the same before; its pictures go once the files have gone.
        panel.get_by_role("button", name="Delete picture").wait_for(state="detached")
        panel.get_by_text("Deleted: 1 picture in memory, 1 file.").wait_for()
        assert page.evaluate(RUNNING) == 0 and list(faces.iterdir()) == []
        assert state(page, lab)[:2] == [0, 0]
        assert page.evaluate("asked.length") == 1

        # A slow on_frame gets fewer frames, one at a time, and none after "Switch off".
        run(page, SLOW)
        press(panel, "Switch the camera on")
        panel.get_by_text("The camera is on.").wait_for()
        panel.get_by_text(r"sent 1.").wait_for()
        press(panel, "Switch off")
        panel.get_by_text("The camera is off.").wait_for()
        assert page.evaluate(RUNNING) == 0 and state(page, lab) == [0, 1, 1]

        # What a cell does to it: replay, and delete while it is on.
        run(page, REPLAY)
        panel = page.locator(".tiny-cam").first
        panel.get_by_text("Replay: frame 3 of 3").wait_for()
        assert boxes(panel)[0][0].startswith("10.4")  # as it is: 10 of 96 pixels
        press(panel, "Switch the camera on")
        panel.get_by_text("The camera is on.").wait_for()
        run(page, DELETE)
        page.get_by_text("3 pictures in memory and 0 files deleted").wait_for()
        panel.get_by_text("The camera is off", exact=True).wait_for()
        assert page.evaluate(RUNNING) == 0 and state(page, lab)[:2] == [0, 0]

        # A cell that runs again leaves no camera on behind it.
        press(panel, "Switch the camera on")
        panel.get_by_text("The camera is on.").wait_for()
        assert page.evaluate(RUNNING) == 1
        run(page, LIVE)
        page.wait_for_function(f"() => ({RUNNING})() === 0")
    assert hosts <= {lab[0].split("/")[2], ""}


#: What the browser or the operating system answers -> what the panel says.
REFUSALS = {
    "NotFoundError": "No camera was found",
    "NotReadableError": "close whatever else uses it",
    "NotAllowedError": "left of the page's address",
    "TypeError": "The camera can't be opened (TypeError: none).",
}
# What the browser does when it fails, since a test can't unplug a camera.
KEEP = "() => { window.really = navigator.mediaDevices.getUserMedia; }"
REFUSE = """name => {
    const refusal = new DOMException("none", name);
    navigator.mediaDevices.getUserMedia = () => Promise.reject(refusal);
}"""
EMPTY = "() => { navigator.mediaDevices.getUserMedia = async () => new MediaStream(); }"
RESTORE = "() => { navigator.mediaDevices.getUserMedia = window.really; }"
UNPLUG = """() => {
    const video = document.querySelector(".tiny-cam video");
    video.srcObject.getVideoTracks()[0].dispatchEvent(new Event("ended"));
}"""
NO_DEVICES = "() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"


def test_each_trouble_is_said_in_a_sentence(lab):
    with opened(lab, STILL, FAKE) as (page, panel):
        on = panel.get_by_role("button", name="Switch the camera on")
        page.evaluate(KEEP)
        for name, sentence in REFUSALS.items():
            page.evaluate(REFUSE, name)
            on.click()
            panel.get_by_text(sentence).wait_for()
        page.evaluate(EMPTY)
        on.click()
        panel.get_by_text("is open but sends no picture").wait_for()
        page.evaluate(RESTORE)
        on.click()
        panel.get_by_text("None is sent until you take a picture.").wait_for()
        page.evaluate(UNPLUG)
        panel.get_by_text("The camera went away").wait_for()
        assert on.is_enabled()

        on.click()
        panel.get_by_text("The camera is on.").wait_for()
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.locator("li.lm-Menu-item[data-command='kernelmenu:shutdown']").click()
        press(panel, "Take a picture")
        panel.get_by_text("Python doesn't answer").wait_for()
        press(panel, "Switch off")  # this needs no Python
        panel.get_by_text("The camera is off.").wait_for()


def test_a_denied_camera_and_a_browser_without_any(lab):
    with opened(lab, STILL, DENIED) as (page, panel):
        press(panel, "Switch the camera on")
        panel.get_by_text("The browser was not allowed to use the camera").wait_for()
        page.evaluate(NO_DEVICES)
        press(panel, "Switch the camera on")
        panel.get_by_text("This browser gives pages no camera").wait_for()


def test_where_the_page_is_not_secure_pictures_are_uploaded(lab, tmp_path):
    random = np.random.default_rng(3)
    colours = random.integers(0, 256, (250, 331, 3)).astype(np.uint8)
    wide = Image.fromarray(colours).resize((662, 500), Image.Resampling.BILINEAR)
    wide.save(tmp_path / "wide.png")
    tall = Image.fromarray(colours).resize((70, 90), Image.Resampling.BILINEAR)  # fewer than 96
    tall.save(tmp_path / "tall.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    files = [tmp_path / name for name in ("wide.png", "bad.png", "tall.png")]
    with opened(lab, STILL, host=ELSEWHERE) as (_page, panel):
        panel.get_by_text(f"only to secure pages, and http://{ELSEWHERE}").wait_for()
        panel.get_by_text(f"the Python that runs this notebook, on {ELSEWHERE}").wait_for()
        assert panel.get_by_role("button", name="Switch the camera on").is_disabled()
        panel.get_by_label("Upload pictures").set_input_files(files)
        panel.get_by_text("bad.png can't be read as a picture").wait_for()
        panel.get_by_role("button", name="Delete picture 2").wait_for()
        press(panel, "Keep as files")
        panel.get_by_text("2 pictures kept").wait_for()
    first, second = own_faces(lab[1] / "uploaded")["me"]
    for frame, picture, box in (
        (first, wide, (81, 0, 581, 500)),
        (second, tall, (0, 10, 70, 80)),
    ):
        square = np.array(picture.crop(box).convert("L"), float)  # Pillow's grey is BT.601's, too
        share = overlap(len(square))
        assert np.abs(frame - share @ square @ share.T).max() < 0.51
