"""Small faces in large photographs: a detector of small frames, moved over the photograph.

    found = find_in_tiles(find, photograph)

A photograph shrunk to one frame leaves of a face at the back too few pixels. So it is looked at as
a whole first, then twice as large in overlapping tiles, and so on: an *image pyramid*. A board
with one frame of RAM would do the same, a tile after the other, for as many times the time.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.measuring.matching import Found, overlaps
from tinyml_helpers.datasets.pictures.photographs import letterbox, resized

#: Share of its side by which a face may stick out of a tile; one cut more is whole in a neighbour.
_CUT = 1 / 8


class Tile(NamedTuple):
    """A piece of a photograph, as a frame.

    Attributes:
        frame: uint8 [size, size].
        corner: x and y of the frame's corner in the scaled photograph, float64 [2].
        scale: pixels of the frame for one of the photograph, across and down, float64 [2].
        inner: left, top, right, bottom: whether the photograph goes on there, bool [4].
    """

    frame: np.ndarray
    corner: np.ndarray
    scale: np.ndarray
    inner: np.ndarray


def tiles(image, size=96, levels=3):
    """The frames a photograph is looked at in.

    Args:
        image: uint8 [height, width].
        size: the frames' side.
        levels: how often to look: as a whole, its longer side 2 × size, 4 × size, ...; it is
            enlarged for the first only. Tiles overlap by half or more.

    Returns:
        A list of `Tile`, the whole photograph first.
    """
    frame, ((left, top, right, bottom),) = letterbox(
        image, [(0, 0, image.shape[1], image.shape[0])], size
    )
    scale = np.array([right - left, bottom - top]) / image.shape[::-1]
    made = [Tile(frame, -np.array([left, top], np.float64), scale, np.zeros(4, bool))]
    longest = max(image.shape)
    for side in _sides(longest, size, levels)[1:]:
        larger = resized(image, *(max(1, round(one * side / longest)) for one in image.shape))
        made += _cut(larger, size, np.divide(larger.shape, image.shape)[::-1])
    return made


def _sides(longest, size, levels):
    """How long the photograph's longer side is made each time it is looked at."""
    sides = [size]
    for level in range(1, levels):
        side = min(size * 2**level, longest)
        if side > 1.25 * sides[-1]:  # less isn't worth another look
            sides.append(side)
    return sides


def _cut(image, size, scale):
    """Tiles of a scaled photograph, row by row."""
    height, width = image.shape
    for top in _starts(height, size):
        for left in _starts(width, size):
            frame, _ = letterbox(image[max(top, 0) :, max(left, 0) :][:size, :size], [], size)
            inner = np.array([left > 0, top > 0, left + size < width, top + size < height])
            yield Tile(frame, np.array([left, top], np.float64), scale, inner)


def _starts(length, size):
    """Where tiles begin along a side; a side shorter than a tile lies in its middle."""
    if length <= size:
        return [-((size - length) // 2)]
    count = 1 + -(-(length - size) // (size // 2))
    return [round(start) for start in np.linspace(0, length - size, count)]


def find_in_tiles(find, image, size=96, levels=3):
    """Find faces in a photograph of any size.

    Args:
        find: uint8 [n, size, size] to a list of n pairs (boxes [k, 4], scores [k]).
        image, size, levels: as `tiles`.

    Returns:
        `Found` in the photograph's pixels, the best score first: of boxes of one face the best.
    """
    cut = tiles(image, size, levels)
    boxes, scores = [np.zeros((0, 4))], [np.zeros(0)]
    for tile, (its_boxes, its_scores) in zip(
        cut, find(np.stack([t.frame for t in cut])), strict=True
    ):
        its_boxes = np.asarray(its_boxes, np.float64).reshape(-1, 4)
        whole = ~(_sticks_out(its_boxes, size) & tile.inner).any(axis=1)
        boxes.append((its_boxes[whole] + np.tile(tile.corner, 2)) / np.tile(tile.scale, 2))
        scores.append(np.asarray(its_scores)[whole])
    return best_of_each(np.concatenate(boxes), np.concatenate(scores))


def _sticks_out(boxes, size):
    """Whether boxes reach too far beyond the left, top, right and bottom edge: bool [k, 4]."""
    beyond = np.concatenate([-boxes[:, :2], boxes[:, 2:] - size], axis=1)
    return beyond > _CUT * (boxes[:, 2:3] - boxes[:, :1])


def best_of_each(boxes, scores, overlap=0.3):
    """Non-maximum suppression: of boxes that overlap, the best alone.

    As boxes.c does it: a box goes if a better one overlaps it by more than `overlap`, or has its
    middle in its own middle half.

    Args:
        boxes: [k, 4].
        scores: [k].

    Returns:
        `Found`: float64 [m, 4] and [m], the best score first.
    """
    order = np.argsort(-np.asarray(scores), kind="stable")
    boxes, scores = np.asarray(boxes, np.float64).reshape(-1, 4)[order], np.asarray(scores)[order]
    middles, sides = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    shares, keep = overlaps(boxes, boxes), []
    for one in range(len(boxes)):
        off = np.abs(middles[one] - middles[keep]) <= sides[keep] / 4
        if not (shares[one, keep] > overlap).any() and not off.all(axis=1).any():
            keep.append(one)
    return Found(boxes[keep], scores[keep])


def smallest_in_tiles(image, size=96, levels=3, smallest=14):
    """The least side of a face in the photograph that is `smallest` in some frame, in pixels."""
    longest = max(image.shape)
    return smallest * longest / _sides(longest, size, levels)[-1]
