"""Pictures as files give them, and folders of them."""

import io

import numpy as np
import pytest
from picture_writer import noise, write
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
