"""From a detector's grid to boxes: the C against a readable reference, and by its rules."""

import numpy as np
import pytest
import spots
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from spots import random_grids

from tinyml_helpers import micro, model_file
from tinyml_helpers.applications.faces import c_looker, tables, trained
from tinyml_helpers.applications.faces.detector import (
    Detector,
    Face,
    WrongModel,
    all_boxes_of,
    boxes_of,
)
from tinyml_helpers.runtimes import tflm

SIDES = np.round(16 * 12 * 2.0 ** (3 * np.arange(256) / 256)).astype(int).tolist()


def reference(grid, threshold):
    """What `boxes_of` must give, from the rules of boxes.h, for a threshold of 0 to 255."""
    codes = grid.astype(int)
    scores = codes[..., 0] + 128
    around = sliding_window_view(np.pad(scores, 1, constant_values=-1), (3, 3))
    highest = around.reshape(*scores.shape, 9).argmax(axis=2)  # of equal ones the first
    peaks = np.argwhere((highest == 4) & (scores >= threshold)).tolist()
    kept = []
    for i, j in sorted(peaks, key=lambda cell: (-scores[*cell], cell)):
        score, x, y, size = codes[i, j].tolist()
        side = SIDES[size + 128]
        x, y = 16 * (8 * j + 4) + x, 16 * (8 * i + 4) + y
        box = x - side // 2, y - side // 2, side, score + 128
        if not any(same_face(box, other) for other in kept):
            kept.append(box)
    return [
        Face(left / 16, top / 16, (left + side) / 16, (top + side) / 16, score / 256)
        for left, top, side, score in kept[:16]
    ]


def same_face(box, better):
    (left, top, side, _), (other_left, other_top, other_side, _) = box, better
    width = min(left + side, other_left + other_side) - max(left, other_left)
    height = min(top + side, other_top + other_side) - max(top, other_top)
    both = max(width, 0) * max(height, 0)
    union = side**2 + other_side**2 - both
    x, y = (
        left + side / 2 - other_left - other_side / 2,
        top + side / 2 - other_top - other_side / 2,
    )
    return 10 * both > 3 * union or max(abs(x), abs(y)) <= other_side / 4


def grid_with(*cells, size=(12, 12)):
    """A grid of nothing but (row, column, score, x, y, side) in codes + 128, x and y signed."""
    grid = np.full((*size, 4), -128, np.int8)
    for row, column, score, x, y, side in cells:
        grid[row, column] = score - 128, x, y, side - 128
    return grid


def test_the_header_is_what_the_script_makes():
    assert tables.HEADER.read_text(encoding="utf-8") == tables.header()
    assert tables.sides() == SIDES
    assert (SIDES[0], SIDES[255]) == (16 * 12, 1524)


def faces_found(*cells):
    grid = grid_with(*cells)
    found = boxes_of(grid, 0.5)
    assert found == reference(grid, 128)
    return len(found)


def codes_at(place):
    """The row or column of a cell, and the code there, of a middle in 1/16 pixel."""
    cell = (place - 16 * 4 + 64) // (16 * 8)
    return cell, place - 16 * (8 * cell + 4)


def test_boxes_that_overlap_by_the_bound_are_two():
    """Of equal sides s, 7/13 s apart, three tenths of the union are common: more is one face."""
    code, side = next((i, side) for i, side in enumerate(SIDES) if side % 13 == 0 and side > 400)
    middle, apart = 500, 7 * side // 13
    row, down = codes_at(middle)
    for axis in (0, 1):
        for distance, faces in ((apart, 2), (apart - 1, 1), (apart + 1, 2)):
            column, right = codes_at(middle + distance)
            first, second = (row, row, 200, down, down, code), (row, column, 190, right, down, code)
            if axis == 1:
                second = (column, row, 190, down, right, code)
            assert faces_found(first, second) == faces


def test_a_small_box_up_to_a_quarter_off_the_middle_is_the_same_face():
    """The middle half of the better one counts, with its ends."""
    code, side = next((i, side) for i, side in enumerate(SIDES) if side % 4 == 0 and side > 1300)
    small, small_side = next((i, s) for i, s in enumerate(SIDES) if s % 2 == 0 and s > 250)
    assert 10 * small_side**2 < 3 * side**2
    middle = 750
    row, down = codes_at(middle)
    for distance, faces in ((side // 4, 1), (side // 4 + 1, 2)):
        for sign in (-1, 1):
            column, right = codes_at(middle + sign * distance)
            first = (row, row, 200, down, down, code)
            assert faces_found(first, (row, column, 190, right, down, small)) == faces
            assert faces_found(first, (column, row, 190, down, right, small)) == faces


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.7, 1.0])
def test_random_grids_give_what_the_rules_give(threshold):
    grids = random_grids(750, seed=int(10 * threshold))
    code = min(round(256 * threshold), 255)
    found = all_boxes_of(grids, threshold)
    assert found == [reference(grid, code) for grid in grids]
    assert max(map(len, found)) == 16 or threshold == 1


@st.composite
def grids(draw):
    """Small grids with few values, so that everything is equal and overlaps."""
    rows, columns = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = draw(st.lists(st.integers(-128, 127), min_size=1, max_size=4))
    return rng.choice(np.array(values, np.int8), (rows, columns, 4))


@how(max_examples=150, deadline=None)
@given(grids(), st.integers(0, 255))
def test_any_grid_gives_what_the_rules_give(grid, threshold):
    assert boxes_of(grid, threshold / 256) == reference(grid, threshold)


def test_a_cell_says_where_the_box_is():
    (face,) = boxes_of(grid_with((3, 5, 200, 0, 0, 0)), 0.5)
    assert face == Face(44 - 6, 28 - 6, 44 + 6, 28 + 6, 200 / 256)
    (face,) = boxes_of(grid_with((3, 5, 200, -128, 127, 128)), 0.5)
    half = SIDES[128] // 2  # rounded down
    assert face[:2] == ((44 * 16 - 128 - half) / 16, (28 * 16 + 127 - half) / 16)
    assert face.right - face.left == face.bottom - face.top == SIDES[128] / 16 == 33.9375


def test_a_box_may_reach_beyond_the_frame():
    (face,) = boxes_of(grid_with((0, 0, 255, -128, -128, 255)), 0.5)
    assert face.left == face.top == -4 - 762 / 16


def test_the_threshold_is_reached_by_equal_scores():
    grid = grid_with((1, 1, 128, 0, 0, 0))
    assert len(boxes_of(grid, 0.5)) == 1
    assert boxes_of(grid, 129 / 256) == []


def test_of_equal_neighbours_the_first_counts():
    grid = grid_with((4, 4, 200, 0, 0, 0), (4, 5, 200, 5, 5, 0), (5, 3, 200, 9, 9, 0))
    # The first beats both; its box is small enough for the others', were they peaks.
    assert [face.left for face in boxes_of(grid, 0.5)] == [36 - 6]


def test_of_boxes_that_share_more_than_three_tenths_the_best_is_kept():
    # Two squares of side s, 16 pixels apart, share (s - 16) / (s + 16): 3/10 at 29.7 pixels.
    largest = max(code for code in range(256) if SIDES[code] < 16 * 16 * 13 / 7)
    for code, scores in ((largest, [210, 200]), (largest + 1, [210])):
        found = boxes_of(grid_with((4, 2, 200, 0, 0, code), (4, 4, 210, 0, 0, code)), 0.5)
        assert [256 * face.score for face in found] == scores


def test_a_small_box_in_the_middle_of_a_better_one_is_dropped():
    within = grid_with((6, 6, 220, 0, 0, 255), (6, 8, 200, 0, 0, 0))
    assert len(boxes_of(within, 0.5)) == 1
    aside = grid_with((6, 6, 220, 0, 0, 255), (6, 10, 200, 0, 0, 0))  # still inside it
    assert len(boxes_of(aside, 0.5)) == 2


def test_there_are_sixteen_faces_at_most():
    cells = [(2 * i, 2 * j, 250 - 6 * i - j, 0, 0, 0) for i in range(6) for j in range(6)]
    found = boxes_of(grid_with(*cells), 0)
    assert len(found) == 16
    assert [face.score for face in found] == sorted((face.score for face in found), reverse=True)
    assert found[0].score == 250 / 256


@pytest.mark.parametrize(
    "grid",
    [np.zeros((12, 12, 4)), np.zeros((12, 12, 3), np.int8), np.zeros((21, 12, 4), np.int8), 7],
)
def test_what_is_no_grid_is_refused(grid):
    with pytest.raises(ValueError, match=r"grid is int8 \[rows, columns, 4\], of up to 20 rows"):
        boxes_of(grid, 0.5)


@pytest.mark.parametrize("threshold", [-0.1, 1.01, float("nan")])
def test_thresholds_out_of_range_are_refused(threshold):
    with pytest.raises(ValueError, match="a threshold of scores is from 0 to 1, not"):
        boxes_of(grid_with(), threshold)
    with pytest.raises(ValueError, match="a threshold of scores is from 0 to 1, not"):
        Detector(spots.detector(), threshold)


# The detector.


def test_spots_are_found_where_they_are():
    found = Detector(spots.detector()).look(spots.frame((2, 3), (8, 9)))
    middles = [((face.left + face.right) / 2, (face.top + face.bottom) / 2) for face in found]
    assert np.abs(np.array(middles) - [(28, 20), (76, 68)]).max() < 1


@pytest.mark.parametrize("size", [(96, 96), (120, 160), (32, 32)])
def test_grids_are_those_of_the_interpreter(size):
    detector = Detector(spots.detector(*size))
    frames = spots.mixed_frames(10, size)
    interpreter = micro.Interpreter(spots.detector(*size))
    expected = [
        interpreter.invoke((frame.astype(int) - 128).astype(np.int8)[np.newaxis, ..., np.newaxis])
        for frame in frames
    ]
    np.testing.assert_array_equal(detector.grids(frames), np.concatenate(expected))
    np.testing.assert_array_equal(detector.grid(frames[3]), expected[3][0])
    assert detector.look_all(frames) == [detector.look(frame) for frame in frames]
    assert detector.look_all(frames) == [boxes_of(grid[0], 0.5) for grid in expected]
    assert detector.frame_size == size


@pytest.mark.parametrize("model", [spots.detector, lambda: trained.committed("detector")])
def test_grids_are_those_of_tflm(needs_tflm, model):
    reference = tflm.Interpreter(model())
    frames = spots.mixed_frames(8)
    for frame, grid in zip(frames, Detector(model()).grids(frames), strict=True):
        codes = (frame.astype(int) - 128).astype(np.int8)[np.newaxis, ..., np.newaxis]
        np.testing.assert_array_equal(grid, reference.invoke(codes)[0])


def test_no_frames_give_no_grids():
    detector = Detector(spots.detector())
    assert detector.grids(np.zeros((0, 96, 96), np.uint8)).shape == (0, 12, 12, 4)
    assert detector.look_all(np.zeros((0, 96, 96), np.uint8)) == []


@pytest.mark.parametrize(
    "frame", [np.zeros((96, 96)), np.zeros((120, 160), np.uint8), np.zeros((96, 96, 1), np.uint8)]
)
def test_frames_that_do_not_fit_are_refused(frame):
    with pytest.raises(ValueError, match=r"looks at frames of uint8 \[96, 96\], grey, not at"):
        Detector(spots.detector()).look(frame)


def test_a_model_that_is_no_detector_is_refused(int8_model):
    with pytest.raises(WrongModel, match=r"takes int8 \[1, height, width, 1\] with scale 1/128"):
        Detector(int8_model)
    with pytest.raises(WrongModel, match=r"this model takes int8 \[1, 48, 48, 1\] with scale 0.01"):
        Detector(spots.verifier())
    with pytest.raises(model_file.ModelFileError):
        Detector(b"no model")


def test_a_detector_with_another_grid_is_refused(monkeypatch):
    monkeypatch.setattr(c_looker, "CHANNELS", 5)
    with pytest.raises(WrongModel, match=r"gives int8 \[1, 12, 12, 5\] with scale 1/256 and zero"):
        Detector(spots.detector())
