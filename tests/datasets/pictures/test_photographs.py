"""Pictures as files give them, folders of them, and files that say where the faces are."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from skimage.transform import resize_local_mean

from tinyml_helpers import datasets
from tinyml_helpers.datasets.pictures.photographs import (
    letterbox,
    read_picture,
    resized,
    scaled,
    shrunk,
)

#: What a camera stores for each EXIF orientation of an upright picture. Source: EXIF 2.3, 4.6.4 A.
STORED = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(upright, 2).swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, -1),
}


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


def write(path, image, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, **options)
    return path


@pytest.mark.parametrize("ending", ["png", "pgm", "bmp", "tif", "gif", "webp"])
def test_a_grey_picture_comes_out_as_it_is(tmp_path, ending):
    image = noise(20, 30)
    read = read_picture(write(tmp_path / f"a.{ending}", image, lossless=True))
    assert np.array_equal(read, image)
    assert read.dtype == np.uint8 and read.flags.writeable


def test_a_jpeg_is_nearly_what_was_written(tmp_path):
    image = resized(noise(4, 6), 32, 48)
    read = read_picture(write(tmp_path / "a.jpg", image, quality=95))
    assert np.abs(read.astype(int) - image).max() < 10


def test_colours_become_grey_by_bt_601(tmp_path):
    colours = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    expected = colours @ [0.299, 0.587, 0.114]
    assert np.abs(read_picture(write(tmp_path / "a.png", colours)) - expected).max() <= 1
    opaque = np.dstack([colours, np.full((20, 30), 255, np.uint8)])
    assert np.abs(read_picture(write(tmp_path / "b.png", opaque)) - expected).max() <= 1


@pytest.mark.parametrize("mode", ["1", "P", "LA", "CMYK", "PA"])
def test_every_kind_of_pixel(tmp_path, mode):
    image = np.repeat(np.repeat(np.array([[0, 255], [255, 0]], np.uint8), 8, 0), 8, 1)
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.tif" if mode == "PA" else "a.png")
    Image.fromarray(image).convert(mode).save(path)
    assert np.abs(read_picture(path).astype(int) - image).max() <= 3


@pytest.mark.parametrize("ending", ["png", "pgm", "tif"])
def test_16_bits_become_8(tmp_path, ending):
    image = noise(20, 30)
    deep = image.astype(np.uint16) * 257
    assert np.array_equal(read_picture(write(tmp_path / f"a.{ending}", deep)), image)


@pytest.mark.parametrize("orientation", STORED)
def test_a_photograph_is_turned_as_its_tag_says(tmp_path, orientation):
    upright = noise(20, 30)
    tag = Image.Exif()
    tag[274] = orientation
    stored = np.ascontiguousarray(STORED[orientation](upright))
    assert np.array_equal(read_picture(write(tmp_path / "a.png", stored, exif=tag)), upright)


def test_an_open_file_will_do(tmp_path):
    path = write(tmp_path / "a.png", noise(20, 30))
    assert np.array_equal(read_picture(io.BytesIO(path.read_bytes())), noise(20, 30))
    with pytest.raises(ValueError, match=r"^the file can't be read as a picture"):
        read_picture(io.BytesIO(b""))


def test_what_is_no_picture_is_named(tmp_path):
    whole = write(tmp_path / "whole.png", noise(50, 50)).read_bytes()
    for name, content in {"empty.png": b"", "text.jpg": b"hello", "half.png": whole[:1500]}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=f"{name} can't be read as a picture: leave it out"):
            read_picture(tmp_path / name)
    with pytest.raises(ValueError, match=r"there is no picture .*missing\.png"):
        read_picture(tmp_path / "missing.png")


def test_shrinking_averages_areas():
    """Equal to scikit-image's, which is an independent one."""
    for shape in ((96, 96), (1, 1), (250, 250), (100, 60), (37, 250)):
        expected = resize_local_mean(noise(250, 250), shape, preserve_range=True)
        assert np.abs(resized(noise(250, 250), *shape) - expected).max() <= 0.501


def test_growing_keeps_corners_and_range():
    grown = resized(np.array([[0, 255], [255, 0]], np.uint8), 64, 64)
    assert grown.shape == (64, 64) and grown.dtype == np.uint8
    assert grown[0, 0] == grown[-1, -1] == 0 and grown[0, -1] == 255


def test_shrunk_touches_only_what_is_too_large():
    image = noise(40, 100)
    assert shrunk(image, None) is image and shrunk(image, 100) is image
    assert shrunk(image, 50).shape == (20, 50)
    assert shrunk(noise(3, 1000), 10).shape == (1, 10)


def test_boxes_are_scaled_with_their_picture():
    boxes = scaled([[10, 20, 30, 40]], (100, 200), (50, 20))
    assert boxes.dtype == np.float32 and boxes.tolist() == [[1, 10, 3, 20]]
    assert scaled([], (100, 200), (50, 20)).shape == (0, 4)


def test_letterbox_keeps_shapes_and_says_where_the_boxes_went():
    image = np.full((50, 200), 200, np.uint8)
    image[10:20, 100:120] = 0
    frame, boxes = letterbox(image, [[100, 10, 120, 20]], 100)
    assert frame.shape == (100, 100)
    assert (frame[:37] == 128).all() and (frame[62:] == 128).all()
    assert boxes.tolist() == [[50, 42, 60, 47]]
    assert (frame[42:47, 50:60] == 0).all()
    assert (frame == 0).sum() == 50
    frame, boxes = letterbox(image, np.zeros((0, 4)), (96, 160))
    assert frame.shape == (96, 160) and boxes.shape == (0, 4)
    assert (frame[28:68] != 128).all()


def test_a_folder_of_people(tmp_path):
    write(tmp_path / "Zoë" / "1.png", noise(10, 20, 1))
    write(tmp_path / "Zoë" / "0.JPG", noise(10, 30, 2), quality=95)
    write(tmp_path / "anna" / "a.pgm", noise(30, 20, 3))
    write(tmp_path / "anna" / ".hidden.png", noise(5, 5))
    write(tmp_path / ".cache" / "a.png", noise(5, 5))
    write(tmp_path / "a.png", noise(5, 5))
    (tmp_path / "anna" / "notes.txt").write_text("nothing")
    (tmp_path / "nobody").mkdir()
    people = datasets.people_folder(tmp_path)
    assert people.names == ("Zoë", "anna")
    assert people.labels.tolist() == [0, 0, 1] and people.labels.dtype == np.int64
    assert [image.shape for image in people.images] == [(10, 30), (10, 20), (30, 20)]
    assert np.array_equal(people.images[2], noise(30, 20, 3))
    assert [path.name for path in people.paths] == ["0.JPG", "1.png", "a.pgm"]
    assert max(datasets.people_folder(tmp_path, largest=15).images[0].shape) == 15


def test_people_may_have_folders_of_their_own(tmp_path):
    for name in ("ada/2024/b.png", "ada/a.png", "bob/2024/home/a.png", "bob/.trash/a.png"):
        write(tmp_path / "set" / name, noise(10, 10))
    people = datasets.people_folder(tmp_path / "set")
    assert people.names == ("ada", "bob") and people.labels.tolist() == [0, 0, 1]
    around = datasets.people_folder(tmp_path)
    assert around.names == people.names and around.paths == people.paths


def test_one_person_is_a_folder_too(tmp_path):
    write(tmp_path / "ada" / "2024" / "b.png", noise(10, 10))
    write(tmp_path / "ada" / "a.png", noise(10, 10))
    assert datasets.people_folder(tmp_path).names == ("ada",)


def test_no_folder_of_people(tmp_path):
    with pytest.raises(ValueError, match=r"there is no folder .*missing"):
        datasets.people_folder(tmp_path / "missing")
    write(tmp_path / "a.png", noise(5, 5))
    with pytest.raises(
        ValueError, match=r"no folders with pictures .* the person's name, in there"
    ):
        datasets.people_folder(tmp_path)
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "broken.png").write_bytes(b"broken")
    with pytest.raises(ValueError, match=r"broken\.png can't be read as a picture"):
        datasets.people_folder(tmp_path)


def test_a_folder_of_patches(tmp_path):
    for number in range(3):
        write(tmp_path / "face" / f"{number}.png", noise(25, 25, number))
    write(tmp_path / "Other" / "0.pgm", noise(64, 48, 9))
    patches = datasets.patch_folder(tmp_path)
    assert patches.names == datasets.lfw_patches().names
    assert patches.labels.tolist() == [0, 1, 1, 1]
    assert np.array_equal(patches.images[0], noise(64, 48, 9))
    assert np.array_equal(patches.images[3], noise(25, 25, 2))


def test_patches_need_both_folders(tmp_path):
    write(tmp_path / "face" / "0.png", noise(25, 25))
    with pytest.raises(ValueError, match=r"no folder other with pictures .* a folder face and"):
        datasets.patch_folder(tmp_path)
    (tmp_path / "other").mkdir()
    with pytest.raises(ValueError, match="no folder other with pictures"):
        datasets.patch_folder(tmp_path)
    with pytest.raises(ValueError, match="there is no folder"):
        datasets.patch_folder(tmp_path / "face" / "0.png")


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
