"""Caltech 101's faces, in a small stand-in of the official layout."""

import gzip
import io
import tarfile
import zipfile

import numpy as np
import pytest
from archive_server import packed
from picture_writer import encoded, photograph
from scipy.io import savemat

from tinyml_helpers import datasets
from tinyml_helpers.datasets.unpack import unpack


def mat(box):
    """An annotation: the box as top, bottom, left, right counted from 1, and an outline."""
    buffer = io.BytesIO()
    savemat(buffer, {"box_coord": np.array([box], np.uint16), "obj_contour": np.zeros((2, 9))})
    return buffer.getvalue()


@pytest.fixture(scope="module")
def caltech(tmp_path_factory):
    """A folder like the unpacked caltech-101.zip, with 310 photographs of faces."""
    folder = tmp_path_factory.mktemp("caltech")
    picture = encoded(photograph(60, 90))
    pictures = {f"101_ObjectCategories/Faces/image_{n:04d}.jpg": picture for n in range(1, 311)}
    pictures["101_ObjectCategories/Faces/image_0310.jpg"] = encoded(photograph(80, 70))
    pictures["101_ObjectCategories/Faces_easy/image_0001.jpg"] = picture
    pictures["101_ObjectCategories/ant/image_0001.jpg"] = b"not looked at"
    outlines = {
        f"Annotations/Faces_2/annotation_{n:04d}.mat": mat((11, 51, 21, 51)) for n in range(1, 311)
    }
    outlines["Annotations/Faces_2/annotation_0310.mat"] = mat((1, 80, 1, 70))
    outlines["Annotations/progress.mat"] = b"not looked at"
    archive = folder / "caltech-101.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("caltech-101/101_ObjectCategories.tar.gz", packed(pictures))
        file.writestr("caltech-101/Annotations.tar", gzip.decompress(packed(outlines)))
        file.writestr("__MACOSX/caltech-101/._Annotations.tar", b"of no use")
    unpack(archive, folder / "out", 10_000_000)
    return folder / "out"


def test_boxed_faces_from_the_archives_in_the_archive(caltech):
    photographs = datasets.boxed_faces(caltech, "all")
    assert len(photographs.images) == len(photographs.boxes) == len(photographs.paths) == 310
    assert photographs.images[0].shape == (60, 90) and photographs.images[-1].shape == (80, 70)
    grey = photograph(60, 90) @ [0.299, 0.587, 0.114]
    assert np.abs(photographs.images[0] - grey).mean() < 3
    assert [path.name for path in photographs.paths[:2]] == ["image_0001.jpg", "image_0002.jpg"]


def test_boxes_as_published_and_as_squares(caltech):
    """Pixel 1's middle is half a pixel from the edge; show_annotation.m draws them so."""
    published = datasets.boxed_faces(caltech, "all", square=False).boxes
    assert published[0].tolist() == [[20.5, 10.5, 50.5, 50.5]]
    assert published[-1].tolist() == [[0.5, 0.5, 69.5, 79.5]]
    squares = datasets.boxed_faces(caltech, "all").boxes
    assert squares[0].dtype == np.float32
    assert squares[0].tolist() == [[20.5, 20.5, 50.5, 50.5]]


def test_boxed_faces_shrink_with_their_boxes(caltech):
    photographs = datasets.boxed_faces(caltech, "test", largest=45)
    assert photographs.images[0].shape == (30, 45)
    assert np.allclose(photographs.boxes[0], [[10.25, 10.25, 25.25, 25.25]])
    frames, boxes = photographs.at((96, 160))
    assert frames.shape == (10, 96, 160) and len(boxes) == 10


def test_boxed_faces_keep_parts_apart(caltech):
    names = {
        part: [path.name for path in datasets.boxed_faces(caltech, part).paths]
        for part in ("train", "test")
    }
    assert names["train"][-1] == "image_0280.jpg" and names["test"][0] == "image_0301.jpg"
    assert len(names["train"]) == 280 and len(names["test"]) == 10


def test_boxed_faces_unpacked_by_hand(caltech, tmp_path):
    for name in ("101_ObjectCategories.tar.gz", "Annotations.tar"):
        with tarfile.open(caltech / "caltech-101" / name) as file:
            file.extractall(tmp_path, filter="data")
    by_hand, packed_up = datasets.boxed_faces(tmp_path), datasets.boxed_faces(caltech)
    for one, other in zip(by_hand.images, packed_up.images, strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(by_hand.boxes, packed_up.boxes)


def test_what_are_not_boxed_faces(caltech, tmp_path):
    with pytest.raises(ValueError, match="there is no part 'dev': there are train, test, all"):
        datasets.boxed_faces(caltech, "dev")
    with pytest.raises(
        ValueError, match=r"doesn't hold the faces .* caltech-101\.zip was unpacked"
    ):
        datasets.boxed_faces(tmp_path)
    faces, outlines = tmp_path / "101_ObjectCategories/Faces", tmp_path / "Annotations/Faces_2"
    faces.mkdir(parents=True)
    (faces / "image_0001.jpg").write_bytes(encoded(photograph(60, 90)))
    with pytest.raises(ValueError, match="with a box for each"):
        datasets.boxed_faces(tmp_path, "all")
    outlines.mkdir(parents=True)
    (outlines / "annotation_0001.mat").write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"box of .*image_0001\.jpg can't be read"):
        datasets.boxed_faces(tmp_path, "all")
    (outlines / "annotation_0001.mat").write_bytes(mat((1, 2, 3, 4)))
    (faces / "image_0001.jpg").write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"image_0001\.jpg can't be read as a picture"):
        datasets.boxed_faces(tmp_path, "all")


def test_a_damaged_archive_in_the_archive(caltech, tmp_path):
    content = (caltech / "caltech-101" / "101_ObjectCategories.tar.gz").read_bytes()
    for damaged in (b"", b"damaged", content[: len(content) // 2]):
        (tmp_path / "101_ObjectCategories.tar.gz").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"101_ObjectCategories\.tar\.gz is damaged"):
            datasets.boxed_faces(tmp_path)
