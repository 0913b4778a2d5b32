"""Cutting a face out: the C against a reference in NumPy and one in floats, and by its rules."""

import numpy as np
import pytest
import spots
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from scipy import ndimage
from spots import box_of, random_boxes

from tinyml_helpers.applications.faces.crop import crop, crops
from tinyml_helpers.applications.faces.detector import Face


def reference(frame, left, top, side):
    """What `crop` must give for a box in 1/16 pixel, from the rules of crop.h, in integers."""
    half_apart = (side * 352 + 7) // 15

    def points(start, size):
        middle = (2 * start + side) * 2048
        at = np.maximum(middle + (2 * np.arange(96) - 95) * half_apart - 32768, 0)
        first = np.minimum(at >> 16, size - 1)
        return first, np.minimum(first + 1, size - 1), (at >> 8) & 255

    y, below, down = (part[:, np.newaxis] for part in points(top, frame.shape[0]))
    x, beside, right = points(left, frame.shape[1])
    grey = frame.astype(np.int64)
    upper = grey[y, x] * (256 - right) + grey[y, beside] * right
    lower = grey[below, x] * (256 - right) + grey[below, beside] * right
    fine = upper * (256 - down) + lower * down
    coarse = fine.reshape(48, 2, 48, 2).sum(axis=(1, 3))
    codes = ((coarse + (1 << 17)) >> 18) - 128
    total, count = int(codes.sum()), codes.size
    variance = count * int((codes**2).sum()) - total**2
    deviation = max(int(np.floor(np.sqrt(float(variance)))), count * 5)
    scaled = (count * codes - total) * 40
    rounded = np.sign(scaled) * ((np.abs(scaled) + deviation // 2) // deviation)
    return np.clip(rounded, -128, 127).astype(np.int8)


def in_floats(frame, left, top, side):
    """The same as one would write it, without rounding on the way: float64 [48, 48]."""
    at = (np.arange(96) - 47.5) * 1.1 * side / 96 + side / 2 - 0.5
    places = np.meshgrid(at + top, at + left, indexing="ij")
    fine = ndimage.map_coordinates(frame.astype(float), places, order=1, mode="nearest")
    coarse = fine.reshape(48, 2, 48, 2).mean(axis=(1, 3))
    return (coarse - coarse.mean()) * min(40 / coarse.std(), 8)


def smooth(size=(96, 96), seed=0, contrast=60.0):
    """A picture such as a camera's: blurred noise."""
    noise = np.random.default_rng(seed).normal(size=size)
    blurred = ndimage.gaussian_filter(noise, 3)
    return np.clip(128 + contrast * blurred / blurred.std(), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", [(96, 96), (120, 160), (1, 1), (2, 5), (250, 250)])
def test_crops_are_those_of_the_reference(size):
    boxes = random_boxes(200, seed=sum(size)).tolist()
    noise = np.random.default_rng(1).integers(0, 256, (200, *size)).astype(np.uint8)
    noise[::2] = smooth(size) if min(size) > 10 else noise[::2] // 64 * 64
    expected = [reference(frame, *box) for frame, box in zip(noise, boxes, strict=True)]
    made = crops(noise, [box_of(*box) for box in boxes])
    np.testing.assert_array_equal(made, expected)


@how(max_examples=100, deadline=None)
@given(
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    st.tuples(st.integers(-8000, 8000), st.integers(-8000, 8000), st.integers(1, 8000)),
    st.integers(0, 255),
    st.integers(0, 99),
)
def test_any_box_in_any_frame(size, box, most, seed):
    frame = np.random.default_rng(seed).integers(0, most + 1, size).astype(np.uint8)
    np.testing.assert_array_equal(crop(frame, box_of(*box)), reference(frame, *box))


@pytest.mark.parametrize("box", [(20, 30, 40), (5, 5, 86), (30.5, 20.25, 14), (-10, 60, 50)])
def test_it_is_what_floats_give_but_for_rounding(box):
    frame = smooth()
    left, top, side = box
    made = crop(frame, (left, top, left + side, top + side))
    expected = np.clip(in_floats(frame, *box), -128, 127)
    # Half a step of grey, times the gain, and half a step of the code.
    gain = min(40 / max(frame.std() / 3, 5), 8)
    assert np.abs(made - expected).max() < 0.6 * gain + 1
    assert abs(made.mean()) < 0.1
    assert abs(made.std() - 40) < 1


def test_a_pixel_is_where_it_was():
    """A picture that grows by one a pixel, cut so that a pixel becomes one."""
    frame = np.tile(np.arange(96, dtype=np.uint8), (96, 1))
    made = crop(frame, (24 + 24 / 11, 20, 72 - 24 / 11, 20 + 480 / 11))
    rows = made.astype(float)
    assert (rows == rows[0]).all()
    steps = np.diff(rows[0])
    assert steps.min() >= 2 and steps.max() <= 4  # 40 / (48 / sqrt(12)) is 2.9
    assert abs(rows[0][23] + rows[0][24]) <= 1  # the middle is the mean


def test_light_is_taken_out():
    frame = smooth(contrast=20.0)
    dark = (frame // 2 + 5).astype(np.uint8)
    bright = np.clip(frame.astype(int) + 60, 0, 255).astype(np.uint8)
    box = 20, 20, 70, 70
    made = crop(frame, box).astype(int)
    np.testing.assert_array_equal(made, crop(bright, box))
    assert np.abs(made - crop(dark, box)).max() <= 4


def test_what_has_no_contrast_stays_flat():
    box = 20, 20, 70, 70
    assert not crop(np.full((96, 96), 77, np.uint8), box).any()
    noise = np.random.default_rng(0).integers(99, 101, (96, 96)).astype(np.uint8)
    assert crop(noise, box).std() < 8


def test_beyond_the_edge_the_nearest_pixels_go_on():
    frame = smooth()
    wide = np.pad(frame, 64, mode="edge")
    for left, top, side in ((-20, -30, 60), (70, 80, 50), (-40, 20, 90)):
        box = np.array([left, top, left + side, top + side])
        np.testing.assert_array_equal(crop(frame, box), crop(wide, box + 64))


def test_a_box_that_is_no_square_becomes_one():
    frame = smooth()
    np.testing.assert_array_equal(crop(frame, (20, 30, 60, 50)), crop(frame, (25, 25, 55, 55)))


def test_a_face_is_a_box():
    frame = smooth()
    face = Face(20.0, 30.0, 60.0, 70.0, 0.9)
    np.testing.assert_array_equal(crop(frame, face), crop(frame, face[:4]))


def test_many_at_once_are_one_by_one():
    frames = spots.mixed_frames(9)
    boxes = [box_of(*box) for box in random_boxes(9).tolist()]
    one_by_one = [crop(frame, box) for frame, box in zip(frames, boxes, strict=True)]
    np.testing.assert_array_equal(crops(frames, boxes), one_by_one)
    np.testing.assert_array_equal(crops(frames, np.array(boxes)), one_by_one)
    np.testing.assert_array_equal(crops(list(frames), boxes), one_by_one)
    sizes = [frames[0], smooth((40, 60)), smooth((7, 3))]
    made = crops(sizes, boxes[:3])
    np.testing.assert_array_equal(made[1], crop(sizes[1], boxes[1]))
    assert crops([], []).shape == crops(frames[:0], np.zeros((0, 4))).shape == (0, 48, 48)


@pytest.mark.parametrize(
    "frame", [np.zeros((96, 96)), np.zeros((96, 96, 3), np.uint8), np.zeros((0, 5), np.uint8), 3]
)
def test_what_is_no_frame_is_refused(frame):
    with pytest.raises(ValueError, match=r"a frame is uint8 \[height, width\], grey, not"):
        crop(frame, (0, 0, 5, 5))


def test_a_frame_that_is_too_large_is_refused():
    with pytest.raises(ValueError, match=r"up to 2,047 pixels a side, not \[4, 2048\]: make it"):
        crop(np.zeros((4, 2048), np.uint8), (0, 0, 5, 5))


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ((5, 5, 5, 9), "left before its right"),
        ((5, 9, 8, 5), "top above its bottom"),
        ((0, 0, 2048, 9), "further than 2,047 pixels"),
        ((0, 0, float("nan"), 9), "a box is four numbers"),
        ((0, 0, 9), "a box is four numbers"),
    ],
)
def test_what_is_no_box_is_refused(box, message):
    with pytest.raises(ValueError, match=message):
        crop(np.zeros((96, 96), np.uint8), box)


def test_each_frame_has_one_box():
    with pytest.raises(ValueError, match="there are 2 frames and 3 boxes"):
        crops(np.zeros((2, 96, 96), np.uint8), [(0, 0, 5, 5)] * 3)
