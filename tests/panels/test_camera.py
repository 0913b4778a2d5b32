import base64

import face_video
import numpy as np
import pytest
from panel_browser import Browser
from PIL import Image

from tinyml_helpers.datasets.pictures import own_faces
from tinyml_helpers.panels.album import Deleted
from tinyml_helpers.panels.camera import Camera


def frames(count=3):
    return np.random.default_rng(0).integers(0, 256, (count, 96, 96)).astype(np.uint8)


@pytest.fixture
def camera(tmp_path):
    return Camera(folder=tmp_path / "my_work" / "faces")


def take(camera, frame, kind="take", deletions=None):
    deletions = camera.deletions if deletions is None else deletions
    answer, _ = Browser(camera).ask(kind, frame.tobytes(), deletions=deletions)
    return answer


def test_pictures_come_in_the_order_taken(camera):
    assert camera.frames.shape == (0, 96, 96) and camera.frames.dtype == np.uint8
    assert camera.last is None
    for frame in frames():
        assert take(camera, frame) == {}
    assert np.array_equal(camera.frames, frames()) and np.array_equal(camera.last, frames()[2])
    camera.frames[:] = 0  # a copy
    assert np.array_equal(camera.frames, frames())
    assert camera.add(frames(1)) is camera and len(camera.frames) == 4


def test_live_frames_are_seen_and_only_the_newest_is_held(camera):
    seen = []
    assert camera.live is False
    camera.on_frame = seen.append
    assert camera.live is True
    for frame in frames():
        take(camera, frame, "frame")
    assert np.array_equal(seen, frames()) and seen[0].dtype == np.uint8
    assert np.array_equal(camera.last, frames()[2]) and len(camera.frames) == 0
    camera.on_frame = None
    assert camera.live is False


def test_what_is_shown_belongs_to_its_frame(camera):
    answers = iter(
        [([(1, 2, 30.5, 40, 0.5)], "a face", np.float32(0.75), 0.5), None, ([], "nobody")]
    )

    def look(frame):
        answer = next(answers)
        if answer:
            camera.show(*answer)

    camera.on_frame = look
    take(camera, frames()[0], "frame")
    first = {"boxes": [[1, 2, 30.5, 40, 0.5]], "text": "a face", "level": 0.75, "threshold": 0.5}
    assert camera.shown == first
    take(camera, frames()[1], "frame")
    assert camera.shown == {"boxes": [], "text": "", "level": None, "threshold": None}
    take(camera, frames()[2], "frame")
    assert camera.shown["text"] == "nobody"
    camera.show(np.float32([[0, 0, 96, 96]]))  # a cell's own
    assert camera.shown["boxes"] == [[0, 0, 96, 96]] and camera.shown["text"] == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"faces": [(1, 2, 3)]},
        {"faces": [(1, 2, 3, 4, 5, 6)]},
        {"faces": [(1, 2, 3, np.nan)]},
        {"level": np.nan},
        {"threshold": np.inf},
    ],
)
def test_what_cannot_be_drawn_is_refused(camera, wrong):
    with pytest.raises(ValueError, match=r"box of numbers|level is a number"):
        camera.show(**wrong)


def test_a_mistake_in_on_frame_is_shown_in_the_panel(camera):
    camera.on_frame = lambda frame: 1 / 0
    assert take(camera, frames()[0], "frame") == {"error": "ZeroDivisionError: division by zero"}


def test_a_covered_lens_is_said_and_not_taken(camera):
    dark = np.random.default_rng(1).integers(0, 9, (96, 96)).astype(np.uint8)
    assert "uncover the camera's lens" in take(camera, dark)["error"]
    assert len(camera.frames) == 0
    assert take(camera, dark * 4) == {}  # a dark room


@pytest.mark.parametrize("rate", [0, -1, 31, float("nan")])
def test_a_rate_out_of_range_is_refused(rate):
    with pytest.raises(ValueError, match="frames a second"):
        Camera(frames_per_second=rate)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((2, 96, 96)),
        np.zeros((96, 96), np.uint8),
        np.zeros((2, 48, 48), np.uint8),
        [np.zeros((96, 96), np.uint8), np.zeros((48, 48), np.uint8)],
        None,
    ],
)
def test_other_frames_are_refused(camera, wrong):
    for method in (camera.add, camera.replay):
        with pytest.raises(ValueError, match=r"uint8 \[n, 96, 96\]"):
            method(wrong)


def test_kept_pictures_are_files_that_are_read_again(camera):
    camera.add(frames())
    paths = camera.keep("Zoë")
    place = camera.folder / "Zoë"
    assert paths == [place / f"Zoë_000{n}.png" for n in (1, 2, 3)]
    with Image.open(paths[0]) as image:
        assert image.mode == "L" and np.array_equal(np.array(image), frames()[0])
        assert image.info == {}  # nothing about when or where
    assert camera.keep("Zoë") == [] and camera.files == 3
    camera.add(frames(1))
    assert [path.name for path in camera.keep("bo")] == ["bo_0001.png"]
    kept = own_faces.own_faces(camera.folder)
    assert sorted(kept) == ["Zoë", "bo"] and np.array_equal(kept["Zoë"], frames())
    again = Camera(folder=camera.folder)  # files of an earlier session are counted, and not taken
    assert again.files == 4 and len(again.frames) == 0
    assert [path.name for path in again.add(frames(1)).keep("bo")] == ["bo_0002.png"]


@pytest.mark.parametrize("name", ["", " ", "../up", "a/b", "a\\b", "con", "a.b", "x" * 41, "a:b"])
def test_a_name_that_is_no_folder_is_refused(camera, name):
    camera.add(frames(1))
    with pytest.raises(ValueError, match="can't be the name"):
        camera.keep(name)
    assert not camera.folder.exists()


def test_nothing_to_keep_is_said(camera):
    answer, _ = Browser(camera).ask("keep", name="me")
    assert answer == {"error": "there is no picture to keep: take one first"}


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"can't be kept in .* choose a folder"):
        Camera(folder=tmp_path / "file").add(frames(1)).keep("me")


def test_delete_takes_memory_and_files_and_nothing_else(camera):
    camera.add(frames()).keep("me")
    camera.replay(frames())
    camera.on_frame = lambda frame: camera.show(text="seen")
    take(camera, frames()[0], "frame")
    mine = camera.folder / "me" / "holiday.png"  # not as a camera names its pictures
    mine.write_bytes(b"mine")
    (camera.folder / "bo").mkdir()
    (camera.folder / "bo" / "bo_0001.png").write_bytes(b"of an earlier session")
    deleted = camera.delete()
    assert deleted == Deleted(3, 4)
    assert str(deleted) == "3 pictures in memory and 4 files deleted"
    assert [path for path in camera.folder.rglob("*") if path.is_file()] == [mine]
    assert not (camera.folder / "bo").exists()
    assert len(camera.frames) == 0 and camera.last is None and camera.shown["text"] == ""
    assert camera._replayed == [] and "image/png" not in camera._repr_mimebundle_()[0]
    assert camera.delete() == Deleted(0, 0)
    assert str(Deleted(1, 1)) == "1 picture in memory and 1 file deleted"


def test_links_are_not_followed_when_deleting(camera, tmp_path):
    elsewhere = tmp_path / "me"
    elsewhere.mkdir()
    (elsewhere / "me_0001.png").write_bytes(b"")
    camera.folder.mkdir(parents=True)
    try:
        (camera.folder / "me").symlink_to(elsewhere, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets nobody make links")
    assert camera.delete() == Deleted(0, 0) and (elsewhere / "me_0001.png").exists()


def test_a_frame_on_its_way_while_all_is_deleted_is_dropped(camera):
    camera.on_frame = seen = []
    camera.on_frame = seen.append
    before = camera.deletions
    camera.delete()
    assert take(camera, frames()[0], "frame", before) == take(camera, frames()[0], "take", before)
    assert seen == [] and camera.last is None and len(camera.frames) == 0


def test_one_picture_is_removed_with_its_file(camera):
    camera.add(frames()).keep("me")
    camera.add(frames(1))
    told, (data,) = Browser(camera).ask("pictures")
    assert np.array_equal(np.frombuffer(data, np.uint8).reshape(-1, 96, 96), camera.frames)
    assert [one["file"] for one in told["pictures"]][1:] == ["me_0002.png", "me_0003.png", ""]
    second, last = told["pictures"][1]["number"], told["pictures"][3]["number"]
    assert Browser(camera).ask("remove", number=second)[0] == {"pictures": 1, "files": 1}
    assert Browser(camera).ask("remove", number=last)[0] == {"pictures": 1, "files": 0}
    assert np.array_equal(camera.frames, frames()[[0, 2]])
    assert sorted(own_faces.own_faces(camera.folder)["me"].tolist()) == sorted(
        frames()[[0, 2]].tolist()
    )
    assert "error" in Browser(camera).ask("remove", number=second)[0]


def test_a_replay_is_seen_like_the_camera(camera):
    seen = []

    def look(frame):
        seen.append(frame)
        camera.show([(8, 8, 40, 40)], f"face {len(seen)}", level=0.1 * len(seen))

    camera.on_frame = look
    assert camera.replay(frames()) is camera
    assert np.array_equal(seen, frames()) and np.array_equal(camera.last, frames()[2])
    told, (data,) = Browser(camera).ask("replayed")
    assert np.array_equal(np.frombuffer(data, np.uint8).reshape(-1, 96, 96), frames())
    assert [shown["text"] for shown in told["shown"]] == ["face 1", "face 2", "face 3"]
    assert len(camera.frames) == 0


def test_where_it_cannot_be_shown_it_says_what_it_is(camera):
    camera.add(frames())  # what a student takes must not change a lesson's output
    data, _ = camera._repr_mimebundle_()
    assert data["text/plain"] == 'A camera: run this cell, then press "Switch the camera on".'
    assert "image/png" not in data
    face = face_video.frame(face_video.face()).astype(np.uint8)
    camera.on_frame = lambda frame: camera.show([], "open")
    data, metadata = camera.replay(np.stack([face] * 12))._repr_mimebundle_()
    assert metadata["image/png"]["alt"].startswith("Frames that were replayed: open; open")
    assert data["text/plain"].startswith("A camera that replayed 12 frames: run")
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")


def test_no_picture_is_in_the_widgets_state(camera):
    before = set(camera.get_state())
    camera.add(frames()).replay(frames())
    take(camera, frames()[0], "frame")
    state = camera.get_state()
    assert set(state) == before
    assert not any(isinstance(value, bytes | memoryview) for value in state.values())
    assert len(str({name: state[name] for name in state if name not in ("_esm", "_css")})) < 2_000


def test_files_that_are_no_kept_pictures_are_named(tmp_path):
    assert own_faces.own_faces(tmp_path / "none") == {}
    (tmp_path / "me").mkdir()
    file = tmp_path / "me" / "me_0001.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(ValueError, match=r"me_0001\.png can't be read"):
        own_faces.own_faces(tmp_path)
    Image.new("RGB", (96, 96)).save(file)
    with pytest.raises(ValueError, match=r"me_0001\.png isn't a grey picture"):
        own_faces.own_faces(tmp_path)


def test_a_file_that_cannot_be_deleted_is_said(camera, monkeypatch):
    camera.add(frames()).keep("me")

    def busy(path):
        raise PermissionError(13, "it is open", str(path))

    monkeypatch.setattr("pathlib.Path.unlink", busy)
    with pytest.raises(ValueError, match=r"0 of 3 files .*me_0001\.png .*it is open"):
        camera.delete()
    assert len(camera.frames) == 0  # what can be deleted is
