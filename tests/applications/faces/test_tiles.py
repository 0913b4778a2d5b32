"""Faces in large photographs: tiles that cover them, and each face found once."""

import numpy as np
import pytest
from scipy import ndimage

from tinyml_helpers.applications.faces.measuring import matching, tiles


def find(frames):
    """White squares of 10 pixels or more that are seen whole; larger ones score more."""
    found = []
    for frame in frames:
        labels, _ = ndimage.label(frame > 200)
        boxes = [
            (x.start, y.start, x.stop, y.stop)
            for y, x in ndimage.find_objects(labels)
            if x.stop - x.start >= 10
            and min(x.start, y.start) > 0
            and max(x.stop, y.stop) < len(frame)
        ]
        boxes = np.array(boxes, np.float64).reshape(-1, 4)
        found.append(matching.Found(boxes, boxes[:, 2] - boxes[:, 0]))
    return found


def picture(height, width, squares):
    image = np.full((height, width), 60, np.uint8)
    for left, top, side in squares:
        image[top : top + side, left : left + side] = 255
    return image, np.array([(x, y, x + s, y + s) for x, y, s in squares], np.float32)


@pytest.mark.parametrize(
    ("height", "width", "squares"),
    [
        (600, 800, [(30, 40, 40), (700, 500, 60), (300, 200, 200), (395, 9, 45), (90, 330, 80)]),
        (900, 300, [(10, 10, 200), (150, 800, 60)]),
        (40, 700, [(600, 3, 35)]),
        (96, 96, [(20, 20, 50)]),
        (31, 33, [(5, 6, 20)]),
        (1, 500, []),
    ],
)
def test_every_face_is_found_once_where_it_is(height, width, squares):
    image, true = picture(height, width, squares)
    found = tiles.find_in_tiles(find, image)
    smallest = tiles.smallest_in_tiles(image, smallest=10)
    counts = matching.recall_precision([found], [true], overlap=0.7, smallest=smallest)
    assert counts == (len(squares), 0, 0, 0, 0)
    assert (np.diff(found.scores) <= 0).all()


def test_whole_first_then_twice_as_large_each_time():
    sizes = {(96, 96): 1, (97, 40): 1, (192, 96): 4, (384, 384): 59, (768, 768): 59, (130, 130): 5}
    for shape, count in sizes.items():
        made = tiles.tiles(np.zeros(shape, np.uint8))
        assert len(made) == count, shape
        assert all(tile.frame.shape == (96, 96) for tile in made)
    assert len(tiles.tiles(np.zeros((768, 768), np.uint8), levels=1)) == 1
    assert tiles.tiles(np.zeros((768, 768), np.uint8))[-1].scale.tolist() == [0.5, 0.5]
    assert tiles.smallest_in_tiles(np.zeros((768, 500))) == 28
    assert tiles.smallest_in_tiles(np.zeros((768, 500)), levels=1) == 14 * 8
    assert tiles.smallest_in_tiles(np.zeros((48, 50))) == 14 * 50 / 96


def test_tiles_cover_a_photograph_and_overlap_by_half():
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (233, 384), np.uint8)
    covered = np.zeros(image.shape, int)
    for tile in tiles.tiles(image):
        if (tile.scale == 1).all():
            left, top = tile.corner.astype(int)
            np.testing.assert_array_equal(tile.frame, image[top : top + 96, left : left + 96])
            covered[top : top + 96, left : left + 96] += 1
    assert covered.min() >= 1 and (covered[48:-48, 48:-48] >= 4).all()


def test_of_overlapping_boxes_the_best_stays():
    boxes = [(0, 0, 20, 20), (4, 0, 24, 20), (40, 0, 60, 20), (45, 5, 55, 15), (18, 0, 38, 20)]
    found = tiles.best_of_each(boxes, [1, 3, 5, 2, 0])
    assert found.scores.tolist() == [5, 3, 0]
    np.testing.assert_array_equal(found.boxes, [boxes[2], boxes[1], boxes[4]])
    nothing = tiles.best_of_each(np.zeros((0, 4)), np.zeros(0))
    assert nothing.boxes.shape == (0, 4) and nothing.scores.shape == (0,)
