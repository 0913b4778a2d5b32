"""The page about faces sees what Python's detector sees."""

import face_video
import jupyter_lab
import live_pages
import numpy as np
import pytest

from tinyml_helpers.applications.faces import trained
from tinyml_helpers.applications.faces.detector import Detector
from tinyml_helpers.datasets.pictures import drawn_faces

SCRIPTS = (*live_pages.SCRIPTS, "faces_data.js", "model_detector.js", "detector.js")
FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

#: Of each frame the detector's grid, and the faces in it.
LOOK = """
async (frames) => {
  const detector = await FaceDetector.open();
  return frames.map((frame) => {
    const faces = detector.look(bytesOfBase64(frame));
    const grid = detector.engine.at(detector.grid, detector.engine.outputs[0].bytes);
    return [[...grid], faces];
  });
}
"""

#: Keeps what a page's detector is given, and what it finds, and the cameras that are open.
KEEP = """() => {
  const look = FaceDetector.prototype.look, devices = navigator.mediaDevices;
  const really = devices.getUserMedia.bind(devices);
  globalThis.seen = [];
  globalThis.opened = [];
  FaceDetector.prototype.look = function (frame) {
    const faces = look.call(this, frame);
    seen.push([[...frame], faces]);
    return faces;
  };
  devices.getUserMedia = async (wish) => {
    opened.push(await really(wish));
    return opened.at(-1);
  };
}"""
RUNNING = (
    "() => opened.flatMap((one) => one.getTracks()).filter((t) => t.readyState === 'live').length"
)


@pytest.fixture(scope="module")
def detector():
    return Detector(trained.committed("detector"), trained.metrics()["detector"]["threshold"])


@pytest.fixture(scope="module")
def frames():
    """Drawn scenes, noise and nothing: uint8 [n, 96, 96]."""
    scenes = drawn_faces.drawn_scenes()[1].take(slice(60)).at(96).images
    noise = np.random.default_rng(0).integers(0, 256, (20, 96, 96)).astype(np.uint8)
    return np.concatenate([scenes, noise, np.zeros((1, 96, 96), np.uint8)])


def expected(detector, frames):
    looked = ((detector.grid(frame), detector.look(frame)) for frame in frames)
    return [[list(grid.tobytes()), [list(face) for face in faces]] for grid, faces in looked]


def encoded(frames):
    return [live_pages.encoded(frame.tobytes()) for frame in frames]


@live_pages.needs_node
def test_in_node_grids_and_boxes_are_the_same(live, detector, frames):
    answers = live_pages.ask_node(live, SCRIPTS, LOOK, encoded(frames))
    assert answers == expected(detector, frames)
    assert sum(len(faces) for _, faces in answers) > 40


@jupyter_lab.needs_chromium
def test_in_chromium_grids_and_boxes_are_the_same_and_scenes_are_shown(live, detector, frames):
    with live_pages.opened(live, "faces.html") as page:
        assert page.evaluate(LOOK, encoded(frames)) == expected(detector, frames)
        page.locator(".tiny-main:enabled").wait_for()  # before, it has seen what it warms up with
        page.evaluate(KEEP)
        scenes = page.get_by_role("group").get_by_role("button")
        shown = []
        for place in range(scenes.count()):
            scenes.nth(place).click()
            page.get_by_text("ms in this browser").wait_for()
            shown.append(page.locator(".tiny-cam-boxes div").count())
        assert shown == [1, 2, 2, 3, 3, 0]
        assert page.locator(".tiny-cam-caption").inner_text() == "no face"
        colours = page.locator(".tiny-cam-stage > canvas").evaluate(
            live_pages.COLOURS, [0, 1, 0, 1]
        )
        assert colours > 50
        seen = page.evaluate("() => seen")
    check(detector, seen)


def check(detector, seen):
    """Every frame that a page saw: Python finds the same faces in it."""
    given = np.array([frame for frame, _ in seen], np.uint8).reshape(-1, 96, 96)
    assert len(seen) and [faces for _, faces in seen] == [
        [list(face) for face in faces] for faces in map(detector.look, given)
    ]
    return given


@jupyter_lab.needs_chromium
def test_what_the_camera_sees_python_would_have_seen_alike(live, detector, tmp_path):
    video = face_video.write_video(tmp_path / "face.y4m")
    flags = (*FAKE, f"--use-file-for-fake-video-capture={video}")
    with live_pages.opened(live, "faces.html", flags=flags) as page:
        page.locator(".tiny-main:enabled").wait_for()  # before, it has seen what it warms up with
        page.evaluate(KEEP)
        page.get_by_role("button", name="Switch the camera on").click()
        page.wait_for_function("() => seen.length > 5")
        assert page.evaluate(RUNNING) == 1
        page.get_by_role("button", name="Switch off").click()
        page.get_by_text("The camera is off.").wait_for()
        assert page.evaluate(RUNNING) == 0
        seen = page.evaluate("() => seen")
    given = check(detector, seen)
    assert np.abs(given[-1] - face_video.frame(face_video.face())).mean() < 3


@jupyter_lab.needs_chromium
def test_a_picture_from_a_file_and_no_camera(live, detector, tmp_path):
    from PIL import Image

    portrait = drawn_faces.drawn_scenes()[1].images[19]
    Image.fromarray(portrait).save(tmp_path / "two.png")
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    denied = (FAKE[0], "--deny-permission-prompts")
    with live_pages.opened(live, "faces.html", flags=denied) as page:
        page.locator(".tiny-main:enabled").wait_for()  # before, it has seen what it warms up with
        page.evaluate(KEEP)
        chooser = page.get_by_label("Choose a picture")
        chooser.set_input_files(tmp_path / "two.png")
        page.locator(".tiny-cam-caption").get_by_text("2 faces").wait_for()
        chooser.set_input_files(tmp_path / "notes.txt")
        page.get_by_text("notes.txt can't be read as a picture").wait_for()
        page.get_by_role("button", name="Switch the camera on").click()
        page.get_by_text("not allowed to use the camera").wait_for()
        seen = page.evaluate("() => seen")
    check(detector, seen)


def test_the_page_says_of_its_model_what_is_so(live):
    page = " ".join((live / "faces.html").read_text(encoding="utf-8").split())
    assert f"{len(trained.committed('detector')):,} bytes" in page
    assert f"from {trained.metrics()['detector']['threshold']:.0%} on" in page
