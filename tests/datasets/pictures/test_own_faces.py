"""A student's own pictures of faces: kept, read again, deleted; and nothing else touched."""

import contextlib
import io
import unicodedata

import numpy as np
import pytest
from picture_writer import noise, write
from PIL import Image

from tinyml_helpers.datasets.pictures.own_faces import (
    checked_frames,
    delete_faces,
    face_files,
    own_faces,
    save_face,
)

FRAME = noise(96, 96)


def test_what_is_kept_comes_back_by_name(tmp_path):
    folder = tmp_path / "new" / "faces"
    paths = [save_face(folder, name, FRAME + n) for n, name in enumerate(["Bo", " Ada ", "Bo"])]
    assert paths == [
        folder / "Bo" / "Bo_0001.png",
        folder / "Ada" / "Ada_0001.png",
        folder / "Bo" / "Bo_0002.png",
    ]
    with Image.open(io.BytesIO(paths[0].read_bytes())) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "L", (96, 96))
    faces = own_faces(str(folder))
    assert list(faces) == ["Ada", "Bo"]
    assert np.array_equal(faces["Ada"], [FRAME + 1])
    assert np.array_equal(faces["Bo"], [FRAME, FRAME + 2]) and faces["Bo"].dtype == np.uint8
    assert face_files(folder) == [paths[1], paths[0], paths[2]]


def test_the_first_free_number_is_taken_and_nothing_is_written_over(tmp_path):
    (tmp_path / "Ada").mkdir()
    (tmp_path / "Ada" / "Ada_0001.png").write_bytes(b"mine")
    save_face(tmp_path, "Ada", FRAME)
    write(tmp_path / "Ada" / "Ada_0004.png", FRAME)
    names = [save_face(tmp_path, "Ada", FRAME).name for _ in range(2)]
    assert names == ["Ada_0003.png", "Ada_0005.png"]
    assert (tmp_path / "Ada" / "Ada_0001.png").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["Zoë", "好", "a-b_c", "x" * 40, "7"])
def test_names_of_any_language(tmp_path, name):
    path = save_face(tmp_path, unicodedata.normalize("NFD", name), FRAME)
    assert path == tmp_path / name / f"{name}_0001.png"
    assert list(own_faces(tmp_path)) == [name]


@pytest.mark.parametrize("name", ["", " ", "..", "a/b", "a b", "a.b", "con", "x" * 41])
def test_what_is_no_name(tmp_path, name):
    message = "name of a folder: use letters, digits, hyphens and underscores, at most 40"
    with pytest.raises(ValueError, match=message):
        save_face(tmp_path, name, FRAME)
    assert not any(tmp_path.iterdir())


def test_only_pictures_that_are_named_as_kept_are_read_and_deleted(tmp_path):
    kept = save_face(tmp_path, "Ada", FRAME)
    other = save_face(tmp_path, "Bo", FRAME)
    (tmp_path / "Ada" / "ada_12345.PNG").write_bytes(kept.read_bytes())
    left = [
        write(tmp_path / name, FRAME)
        for name in (
            "Ada/holiday.png",
            "Ada/Ada_001.png",
            "Ada/Bo_0001.png",
            "a.png",
            "C/D_0001.png",
        )
    ]
    (tmp_path / "Ada" / "Ada_0001.png.txt").write_text("a note")
    with contextlib.suppress(OSError):  # Windows lets some users make no links
        (tmp_path / "linked").symlink_to(tmp_path / "Bo")
    assert [file.name for file in face_files(tmp_path)] == [
        "Ada_0001.png",
        "ada_12345.PNG",
        "Bo_0001.png",
    ]
    assert delete_faces(tmp_path) == 3
    assert all(file.exists() for file in left)
    assert not kept.exists() and not other.exists()
    assert (tmp_path / "Ada").is_dir() and not (tmp_path / "Bo").exists()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert own_faces(tmp_path / "missing") == {} and face_files(tmp_path / "missing") == []
    assert delete_faces(tmp_path / "missing") == 0


@pytest.mark.parametrize(
    ("write_it", "message"),
    [
        (lambda path: path.write_bytes(b"no picture"), "can't be read as a picture: delete it"),
        (lambda path: path.write_bytes(path.read_bytes()[:200]), "can't be read as a picture"),
        (lambda path: write(path, noise(96, 95)), "isn't a grey picture of 96×96 pixels"),
        (lambda path: write(path, np.dstack([FRAME] * 3)), "isn't a grey picture of 96×96 pixels"),
    ],
)
def test_a_picture_that_somebody_changed_is_named(tmp_path, write_it, message):
    write_it(save_face(tmp_path, "Ada", FRAME))
    with pytest.raises(ValueError, match=f"Ada_0001.png {message}"):
        own_faces(tmp_path)


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ValueError, match=r"can't be kept in .*file.Ada \("):
        save_face(tmp_path / "file", "Ada", FRAME)


def test_a_file_that_cannot_be_deleted_is_named_with_how_far_it_came(tmp_path, monkeypatch):
    files = [save_face(tmp_path, "Ada", FRAME) for _ in range(3)]
    unlink = type(files[0]).unlink

    def refuse(file):
        if file.name == "Ada_0002.png":
            raise PermissionError(13, "in use")
        unlink(file)

    monkeypatch.setattr(type(files[0]), "unlink", refuse)
    with pytest.raises(ValueError, match=r"1 of 3 files were deleted, .*Ada_0002.png .*\(in use\)"):
        delete_faces(tmp_path)
    assert [file.exists() for file in files] == [False, True, True]


def test_frames_become_an_array_of_their_own():
    for given in ([FRAME, FRAME + 1], (FRAME, FRAME + 1), np.stack([FRAME, FRAME + 1])):
        frames = checked_frames(given)
        assert frames.shape == (2, 96, 96) and np.array_equal(frames[1], FRAME + 1)
        assert frames is not given and not np.shares_memory(frames, FRAME)
    for nothing in ([], np.zeros((0, 5))):
        frames = checked_frames(nothing)
        assert frames.shape == (0, 96, 96) and frames.dtype == np.uint8


@pytest.mark.parametrize(
    "frames",
    [FRAME, [FRAME.astype(int)], [FRAME[:95]], [FRAME, FRAME[:, :95]], [np.dstack([FRAME] * 3)], 7],
)
def test_what_are_no_frames(frames):
    with pytest.raises(ValueError, match=r"frames are uint8 \[n, 96, 96\], .*, not "):
        checked_frames(frames)
