import numpy as np

from tinyml_helpers.applications.faces import patches
from tinyml_helpers.datasets import drawn_faces, drawn_scenes


def test_patches_are_a_third_faces_in_random_order():
    x, y = patches.drawn()
    assert x.shape == (4800, 25, 25, 1) and x.dtype == np.float32
    assert x.min() >= 0 and x.max() <= 1
    assert y.dtype == np.int64 and y.sum() == len(drawn_faces()[0].images) == 1600
    assert 0.25 < y[:1000].mean() < 0.42
    again, _ = patches.drawn()
    np.testing.assert_array_equal(x, again)


def test_a_face_is_framed_as_in_lfw():
    left, top, side = patches._framed((10, 20, 30, 40))
    assert (left, top) == (9, 19) and np.isclose(side, 22)


def test_no_patch_of_something_else_holds_the_middle_of_a_face():
    random = np.random.default_rng(1)
    scenes = drawn_scenes()[0].take(slice(60))
    for image, boxes, hidden in zip(scenes.images, scenes.boxes, scenes.hidden, strict=True):
        both = np.concatenate([boxes, hidden])
        left, top, side = patches._elsewhere(random, len(image), both)
        assert left >= 0 and left + side <= len(image) and top >= 0 and top + side <= len(image)
        for x, y in (both[:, :2] + both[:, 2:]) / 2:
            assert not (left < x < left + side and top < y < top + side)


def test_beyond_the_edge_the_outermost_pixels_go_on():
    image = np.arange(100, dtype=np.uint8).reshape(10, 10)
    patch = patches._cut(np.repeat(np.repeat(image, 5, 0), 5, 1), -25, 0, 50)
    assert patch.shape == (25, 25)
    np.testing.assert_array_equal(patch[:, :12], patch[:, :1] @ np.ones((1, 12), np.uint8))
