"""Patches: small squares that show a face, or something else."""

import numpy as np

from tinyml_helpers.datasets.pictures.drawn_faces import drawn_faces, drawn_scenes
from tinyml_helpers.datasets.pictures.photographs import resized

#: A patch's side in pixels, as in `datasets.lfw_patches`, and how much wider than a face's box.
SIDE, FRAMING = 25, 1.1

#: How many patches of each scene show no face.
_OTHERS = 4


def drawn(seed=0):
    """Patches of drawn people to train on, and of what else is in drawn scenes.

    Args:
        seed: for where patches without a face are cut, and for the order.

    Returns:
        x, float32 [4800, 25, 25, 1] from 0, black, to 1; y, int64 [4800]: 1 for each of 1,600
        faces, 0 for the others. In random order.
    """
    random = np.random.default_rng(seed)
    portraits, scenes = drawn_faces()[0], drawn_scenes()[0]
    framed = (_framed(box) for box in portraits.boxes)
    faces = [_cut(image, *box) for image, box in zip(portraits.images, framed, strict=True)]
    others = [
        _cut(image, *_elsewhere(random, len(image), np.concatenate([boxes, hidden])))
        for image, boxes, hidden in zip(scenes.images, scenes.boxes, scenes.hidden, strict=True)
        for _ in range(_OTHERS)
    ]
    x = np.stack(faces + others).astype(np.float32)[..., np.newaxis] / 255
    y = np.repeat(np.array([1, 0], np.int64), (len(faces), len(others)))
    order = random.permutation(len(y))
    return x[order], y[order]


def _framed(box):
    """A patch's left, top and side around a face's box."""
    left, top, right, bottom = box
    side = FRAMING * (right - left)
    return (left + right - side) / 2, (top + bottom - side) / 2, side


def _elsewhere(random, size, boxes):
    """Left, top and side of a square without a face; it may show part of one."""
    while True:
        side = random.uniform(SIDE, size / 2)
        left, top = random.uniform(0, size - side, 2)
        centres = (boxes[:, :2] + boxes[:, 2:]) / 2 - (left, top)
        if not ((centres > 0) & (centres < side)).all(axis=1).any():
            return left, top, side


def _cut(image, left, top, side):
    """A square of a picture, uint8 [25, 25]; beyond its edge the outermost pixels go on."""
    rows, columns = (
        np.clip(np.arange(round(start), round(start + side)), 0, size - 1)
        for start, size in zip((top, left), image.shape, strict=True)
    )
    return resized(image[np.ix_(rows, columns)], SIDE, SIDE)
