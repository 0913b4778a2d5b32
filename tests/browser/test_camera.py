"""The camera in a real browser: asked for, seen, taken, kept, deleted."""

import face_video
import jupyter_lab
import numpy as np
import pytest
from camera_browser import (
    DELETE,
    FAKE,
    LIVE,
    REPLAY,
    RUNNING,
    SLOW,
    SPY,
    boxes,
    opened,
    press,
    run,
    state,
)

from tinyml_helpers.datasets.pictures.own_faces import own_faces

pytestmark = jupyter_lab.needs_chromium


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
        run(page, REPLAY)  # another cell with the camera on: it stays on
        assert page.evaluate(RUNNING) == 1
        assert panel.get_by_text("Replay: frame").count() == 0
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
