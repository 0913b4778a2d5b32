"""The page about face unlock: somebody drawn, pictures and a camera, and what it says of them."""

import contextlib

import face_video
import jupyter_lab
import live_pages
import numpy as np
import pytest
import unlocking

from tinyml_helpers.datasets.pictures import drawn_faces
from website import unlock_data

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

#: Keeps what a page's unlocker is given, and what it finds.
KEEP = """() => {
  globalThis.taken = [];
  for (const what of ["enrol", "look", "forget"]) {
    const really = Unlocker.prototype[what];
    Unlocker.prototype[what] = function (frame) {
      let sight = "refused";
      try {
        return (sight = really.call(this, frame) ?? null);
      } finally {
        const { faces, similarity, unlocked, enrolled } = sight ?? {};
        const told = faces ? { faces, similarity, unlocked, enrolled } : sight;
        taken.push([what, frame ? [...frame] : null, told]);
      }
    };
  }
}"""


@pytest.fixture(scope="module")
def people():
    return unlock_data.people()


@contextlib.contextmanager
def opened(live, **options):
    """The page, ready, with KEEP."""
    with live_pages.opened(live, "unlock.html", **options) as page:
        page.locator("#forget:enabled").wait_for()  # before, it has seen what it warms up with
        page.evaluate(KEEP)
        yield page


def check(page):
    """All that a page's unlocker was asked gave what Python gives, in the same order."""
    steps, lock = page.evaluate("() => taken"), unlocking.new_lock()
    for what, frame, sight in steps:
        pixels = None if frame is None else np.array(frame, np.uint8).reshape(96, 96)
        assert unlocking.taken(lock, what, pixels) == sight
    return [sight for _, _, sight in steps]


def enrol(page, name):
    page.get_by_role("button", name=f"Enrol person {name}").click()
    page.get_by_role("heading", name=f"Person {name}, enrolled").wait_for()


@jupyter_lab.needs_chromium
def test_a_drawn_person_is_known_again_and_others_are_not(live, people):
    with opened(live) as page:
        word, groups = page.locator("#word"), page.locator(".person")
        assert word.inner_text() == "Nobody is enrolled"
        enrol(page, "A")
        assert word.inner_text() == "Unlocked"
        assert page.get_by_text("similarity 0.").is_visible()
        looks = page.locator(".look")
        for place in range(looks.count()):
            looks.nth(place).click()
        sights = check(page)[-looks.count() :]
        badges = looks.locator("span").all_inner_texts()
        verdicts = ["unlocked" if sight["unlocked"] else "locked" for sight in sights]
        assert [badge.split()[-1] for badge in badges] == verdicts
        others = len(people[0]) - 5
        assert verdicts[:others].count("unlocked") >= 3
        assert "unlocked" not in verdicts[others:]
        assert word.inner_text() == "Locked"
        assert page.get_by_role("meter").get_attribute("aria-valuenow") == badges[-1].split()[0]
        page.get_by_role("button", name="Forget").click()
        page.get_by_text("Forgotten: the template is wiped.").wait_for()
        assert word.inner_text() == "Nobody is enrolled"
        assert groups.get_by_text("locked").count() == 0 and not page.get_by_role("meter").count()
        looks.first.click()
        page.get_by_text("Nobody is enrolled: enrol somebody first.").wait_for()
        enrol(page, "B")
        enrol(page, "C")
        assert page.get_by_role("heading", name="enrolled").count() == 1
        check(page)


@jupyter_lab.needs_chromium
def test_what_cannot_be_enrolled_is_said_clearly(live, people, tmp_path):
    from PIL import Image

    two = drawn_faces.drawn_scenes()[1].images[19]
    pictures = {"nobody": np.zeros((96, 96), np.uint8), "two": two, "one": people[0][0]}
    for name, picture in pictures.items():
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
    with opened(live) as page:
        says, button = page.locator("#says"), page.get_by_role("button", name="Enrol this face")

        def said(name):
            if name:
                before = page.evaluate("() => taken.length")
                page.get_by_label("Choose a picture").set_input_files(tmp_path / f"{name}.png")
                page.wait_for_function("(before) => taken.length > before", arg=before)
            button.click()
            return says.inner_text()

        assert "no face to enrol yet: switch the camera on, or choose a picture" in said(None)
        assert said("nobody") == "There is no face in the picture: come closer, and into the light."
        assert said("two") == "There are 2 faces in the picture: one person enrols alone."
        page.get_by_text("Nobody is enrolled").wait_for()
        assert said("one") == "Enrolled: 4 more, each a little different."
        assert page.locator("#word").inner_text() == "1 of 5 enrolled"
        for _ in range(4):
            button.click()
        assert page.locator("#word").inner_text() == "Unlocked"
        button.click()
        page.get_by_text("Five pictures are enrolled already: press “Forget”").wait_for()
        sights = check(page)
    assert sights.count("refused") == 3 and len(sights) == 12


@jupyter_lab.needs_chromium
def test_a_face_before_the_camera_is_enrolled_and_known_again(live, tmp_path):
    video = face_video.write_video(tmp_path / "face.y4m")
    flags = (*FAKE, f"--use-file-for-fake-video-capture={video}")
    with opened(live, flags=flags) as page:
        page.get_by_role("button", name="Switch the camera on").click()
        page.locator(".tiny-cam-caption").get_by_text("1 face").wait_for()
        for count in range(1, 6):
            page.get_by_role("button", name="Enrol this face").click()
            if count < 5:
                page.locator("#word").get_by_text(f"{count} of 5 enrolled").wait_for()
        page.locator(".tiny-cam-caption").get_by_text("unlocked").wait_for()
        page.get_by_role("button", name="Switch off").click()
        page.get_by_text("It waits for a face.").wait_for()
        assert page.locator("#says").inner_text() == "The camera is off."
        sights = check(page)
    assert sights[-1]["similarity"] > 0.9 * 32768


@jupyter_lab.needs_chromium
def test_by_keyboard_alone(live):
    with opened(live) as page:

        def press(name):
            for _ in range(60):
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement.innerText").startswith(name):
                    break
            page.keyboard.press("Enter")

        press("Enrol person B")
        page.get_by_role("heading", name="Person B, enrolled").wait_for()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        focused = "document.activeElement.getAttribute('aria-label')"
        assert page.evaluate(focused).startswith("Look at person B, picture 1: ")
        press("Forget")
        page.get_by_text("Forgotten: the template is wiped.").wait_for()
        check(page)
