"""The camera in a real browser: refused, missing, slow, pulled out, or not allowed at all."""

import jupyter_lab
import numpy as np
from camera_browser import DENIED, ELSEWHERE, FAKE, STILL, opened, overlap, press
from PIL import Image

from tinyml_helpers.datasets.pictures.own_faces import own_faces

pytestmark = jupyter_lab.needs_chromium

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
