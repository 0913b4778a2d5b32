"""Files that say where the faces on photographs are."""

import json

import numpy as np
import pytest
from picture_writer import noise, write

from tinyml_helpers import datasets


@pytest.fixture
def boxed(tmp_path):
    """A function that writes JSON beside two photographs and reads it."""
    write(tmp_path / "in" / "a.png", noise(100, 200))
    write(tmp_path / "b.png", noise(60, 40))

    def read(content, **options):
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / "boxes.json").write_text(text, encoding="utf-8")
        return datasets.boxes_file(tmp_path / "boxes.json", **options)

    return read


CORNERS = [[20, 10, 50, 40], [120, 30, 180, 90]]
XYWH = [[20, 10, 30, 30], [120, 30, 60, 60]]


@pytest.mark.parametrize(
    "content",
    [
        [{"image": "in/a.png", "boxes": CORNERS}, {"image": "b.png", "boxes": []}],
        {"in/a.png": CORNERS, "b.png": []},
        {"in/a.png": {"boxes": CORNERS}, "b.png": {"boxes": []}},
        {"images": [{"path": "in/a.png", "faces": CORNERS}, {"path": "b.png", "faces": []}]},
        {"format": "xywh", "in/a.png": XYWH, "b.png": []},
        {"in/a.png": XYWH, "b.png": []},
        {
            "format": "xywh",
            "images": [
                {"file_name": "in/a.png", "boxes": XYWH},
                {"file_name": "b.png", "boxes": []},
            ],
        },
        {
            "in/a.png": [
                {"left": 20, "top": 10, "right": 50, "bottom": 40},
                {"x": 120, "y": 30, "width": 60, "height": 60, "score": 1},
            ],
            "b.png": [],
        },
    ],
)
def test_photographs_with_boxes(boxed, tmp_path, content):
    photographs = boxed(content)
    assert [boxes.tolist() for boxes in photographs.boxes] == [CORNERS, []]
    assert all(boxes.dtype == np.float32 for boxes in photographs.boxes)
    assert photographs.boxes[1].shape == (0, 4)
    assert np.array_equal(photographs.images[0], noise(100, 200))
    assert photographs.images[1].shape == (60, 40)
    assert photographs.paths == [tmp_path / "in" / "a.png", tmp_path / "b.png"]


def test_one_box_needs_no_list_of_its_own(boxed):
    assert boxed({"in/a.png": CORNERS[0]}).boxes[0].tolist() == CORNERS[:1]
    box = dict(zip(("x1", "y1", "x2", "y2"), CORNERS[0], strict=True))
    assert boxed([{"image": "in/a.png", "box": box}]).boxes[0].tolist() == CORNERS[:1]


def test_what_can_be_corners_is(boxed):
    both = [[10, 10, 90, 80]]
    assert boxed({"in/a.png": both}).boxes[0].tolist() == both
    said = boxed({"format": "xywh", "in/a.png": both})
    assert said.boxes[0].tolist() == [[10, 10, 100, 90]]


def test_boxes_shrink_with_their_photograph(boxed):
    photographs = boxed({"in/a.png": CORNERS, "b.png": []}, largest=100)
    assert [image.shape for image in photographs.images] == [(50, 100), (60, 40)]
    assert np.allclose(photographs.boxes[0], np.array(CORNERS) / 2)


def test_photographs_as_frames_of_one_size(boxed):
    photographs = boxed({"in/a.png": CORNERS, "b.png": []})
    frames, boxes = photographs.at(100)
    assert frames.shape == (2, 100, 100) and frames.dtype == np.uint8
    assert boxes[0].tolist() == [[10, 30, 25, 45], [60, 40, 90, 70]]
    assert photographs.at((48, 96))[0].shape == (2, 48, 96)
    second = photographs.take([False, True])
    assert len(second.images) == 1 and second.paths == photographs.paths[1:]
    assert photographs.take([1, 0]).images[1].shape == (100, 200)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[{", r"boxes\.json isn't JSON \(.*\): give \["),
        ([], "names no photographs: give"),
        ({}, "names no photographs: give"),
        (7, "names no photographs: give"),
        ([{"image": "b.png"}], "an entry, number 1, without an image or boxes: give"),
        ([["b.png", CORNERS]], "number 1, without an image or boxes"),
        ({"b.png": None}, "without an image or boxes"),
        (
            {"images": [{"id": 1, "file_name": "b.png"}], "annotations": [{"image_id": 1}]},
            "without an image or boxes",
        ),
        ({"b.png": [[1, 2, 3]]}, r"a box for b\.png that isn't four numbers"),
        ({"b.png": ["face"]}, "isn't four numbers"),
        ({"b.png": [{"where": 1}]}, "isn't four numbers"),
        ({"b.png": [[0, 0, None, 9]]}, "isn't four numbers"),
        ({"missing.png": []}, r"there is no picture .*missing\.png"),
        ({"format": "yolo", "b.png": []}, "the format 'yolo': there are corners and xywh"),
        ({"b.png": [[0.1, 0.1, 0.5, 0.5]]}, r"\[0\.1, .* 40 pixels wide and 60 tall: give"),
        ({"b.png": [[0, 0, 300, 300]]}, "has a box .* 40 pixels wide"),
        ({"b.png": [[0, 0, float("nan"), 3]]}, "has a box"),
        ({"format": "corners", "in/a.png": XYWH}, r'a box .*"format": "xywh"'),
        ({"in/a.png": [XYWH[1], [150, 60, 180, 90]]}, "has a box"),
    ],
)
def test_what_a_boxes_file_should_have_held(boxed, content, message):
    with pytest.raises(ValueError, match=message) as caught:
        boxed(content)
    assert "\n" not in str(caught.value)


def test_no_boxes_file(tmp_path):
    with pytest.raises(ValueError, match=r"there is no file .*none\.json that can be read"):
        datasets.boxes_file(tmp_path / "none.json")
    (tmp_path / "latin.json").write_bytes(b'{"caf\xe9.png": []}')
    with pytest.raises(ValueError, match="isn't JSON"):
        datasets.boxes_file(tmp_path / "latin.json")
