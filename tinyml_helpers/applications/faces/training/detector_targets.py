"""Frames to train the face detector on, what it should answer about them, and the loss."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.training.detector_model import REACH, SMALLEST_SIDE, STRIDE
from tinyml_helpers.quiet import quiet

with quiet():
    from keras import ops

#: Faces in one frame to train on, at most.
MOST_FACES = 8


class Frames(NamedTuple):
    """Frames with their faces.

    Attributes:
        images: uint8 [n, height, width].
        boxes: (left, top, right, bottom) in pixels, float32 [n, MOST_FACES, 4], nan for none.
        hidden: boxes of what may be found or not, as well: hidden and tiny faces.
    """

    images: np.ndarray
    boxes: np.ndarray
    hidden: np.ndarray

    def take(self, index):
        """Some of the frames, by anything that indexes an array."""
        return Frames(*(field[index] for field in self))


def to_frames(images, boxes, hidden=None, smallest=13.0):
    """Images and lists of boxes as `Frames`.

    Args:
        images: uint8 [n, height, width].
        boxes: a list of n arrays [k, 4]; the first `MOST_FACES` of each count.
        hidden: as well, faces that needn't be found; None for none.
        smallest: faces of a smaller side, in pixels, needn't be found either.
    """
    fields = np.full((2, len(images), MOST_FACES, 4), np.nan, np.float32)
    for number, found in enumerate(boxes):
        found = np.reshape(found, (-1, 4))
        other = np.reshape(hidden[number] if hidden else [], (-1, 4))
        small = found[:, 2] - found[:, 0] < smallest
        for field, some in zip(
            fields, (found[~small], np.concatenate([found[small], other])), strict=True
        ):
            field[number, : len(some)] = some[:MOST_FACES]
    return Frames(np.asarray(images), *fields)


def join(*parts):
    """Several `Frames`, one after the other."""
    return Frames(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))


def targets(boxes, hidden, height, width):
    """What the model should answer about frames.

    A face's score is 1 at the cell its centre is in and falls off around it as a Gaussian, as in
    CenterNet (Zhou, Wang and Krähenbühl, Objects as Points, arXiv:1904.07850), since a cell next
    to the centre is only a little wrong. Its box is asked of every cell it can be told from.

    Args:
        boxes, hidden: as in `Frames`, float32 [n, k, 4].
        height, width: of the frames.

    Returns:
        float32 [n, height / 8, width / 8, 6]: the score; the box's three values as
        `detector_model.detector` has them; how much the box counts here, 0 to 1; and its side in
        pixels.
    """
    centre_x, centre_y = (boxes[..., 0] + boxes[..., 2]) / 2, (boxes[..., 1] + boxes[..., 3]) / 2
    side = boxes[..., 2] - boxes[..., 0]
    rows, columns = height // STRIDE, width // STRIDE
    y = STRIDE * (np.arange(rows, dtype=np.float32)[:, np.newaxis] + 0.5)
    x = STRIDE * (np.arange(columns, dtype=np.float32) + 0.5)
    dx = centre_x[..., np.newaxis, np.newaxis] - x  # [n, k, 1, columns]
    dy = centre_y[..., np.newaxis, np.newaxis] - y  # [n, k, rows, 1]
    away = np.nan_to_num(dx**2 + dy**2, nan=1e9)  # [n, k, rows, columns]
    # Wider for large faces, whose centre is less exact.
    spread = np.nan_to_num(np.maximum(0.6 * STRIDE, 0.12 * side), nan=1.0)
    score = np.exp(-away / (2 * spread[..., np.newaxis, np.newaxis] ** 2)).max(axis=1)
    frame, face = np.nonzero(~np.isnan(side))
    i = np.clip(centre_y[frame, face] // STRIDE, 0, rows - 1).astype(int)
    j = np.clip(centre_x[frame, face] // STRIDE, 0, columns - 1).astype(int)
    # Nearly 1, but no centre: whatever is answered there counts next to nothing.
    score = np.maximum(score, 0.99 * _inside(hidden, y, x))
    score[frame, i, j] = 1

    nearest = away.argmin(axis=1)[:, np.newaxis]  # [n, 1, rows, columns]

    def of_nearest(values):
        values = np.broadcast_to(values, away.shape)
        return np.nan_to_num(np.take_along_axis(values, nearest, axis=1)[:, 0])

    dx, dy = of_nearest(dx), of_nearest(dy)
    side = np.maximum(of_nearest(side[..., np.newaxis, np.newaxis]), SMALLEST_SIDE)
    told = (np.abs(dx) < REACH) & (np.abs(dy) < REACH) & (away.min(axis=1) < 1e9)
    box = [0.5 + dx / (2 * REACH), 0.5 + dy / (2 * REACH), np.log2(side / SMALLEST_SIDE) / 3]
    made = np.stack([score, *box, told * score, side], axis=-1).astype(np.float32)
    made[..., 1:4] = np.clip(made[..., 1:4], 0, 1)
    return made


def _inside(boxes, y, x):
    """Whether places are inside a box: bool [n, rows, columns] for boxes [n, k, 4]."""
    left, top, right, bottom = np.moveaxis(boxes[..., np.newaxis, np.newaxis], 2, 0)
    return ((left <= x) & (x <= right) & (top <= y) & (y <= bottom)).any(axis=1)


def loss(geometry=3.0):
    """The loss of answers [n, h, w, 4] beside `targets` [n, h, w, 6], a mean over faces.

    Scores: CenterNet's focal loss (arXiv:1904.07850, equation 1, alpha 2, beta 4). Boxes: how far
    off centre and side are, as a share of the side.
    """

    def both(true, answer):
        score, wanted = ops.clip(answer[..., 0], 1e-5, 1 - 1e-5), true[..., 0]
        centre = ops.cast(wanted >= 1, "float32")
        right = centre * (1 - score) ** 2 * ops.log(score)
        wrong = (1 - centre) * (1 - wanted) ** 4 * score**2 * ops.log(1 - score)
        off = ops.abs(answer[..., 1:] - true[..., 1:4])
        share = 2 * REACH * (off[..., 0] + off[..., 1]) / true[..., 5] + 2 * off[..., 2]
        weight = true[..., 4]
        return -ops.sum(right + wrong) / (ops.sum(centre) + 1) + geometry * ops.sum(
            weight * share
        ) / (ops.sum(weight) + 1)

    return both


def windows(frames, size, random):
    """A window of each frame, around one of its faces where one fits: cheaper to train on.

    Args:
        frames: `Frames`.
        size: the windows' side, a multiple of 8, less than the frames'.
        random: `numpy.random.Generator`.

    Returns:
        `Frames`. A face of which a quarter or more is outside is among the hidden ones.
    """
    count, height, width = frames.images.shape
    corners = random.integers(0, [width - size + 1, height - size + 1], (count, 2))
    sides = frames.boxes[..., 2] - frames.boxes[..., 0]
    for number in range(count):
        fit = np.flatnonzero(sides[number] < 0.85 * size)
        if len(fit):
            box = frames.boxes[number, random.choice(fit)]
            low, high = box[2:] - size, box[:2]
            corner = np.round(random.uniform(np.minimum(low, high), high))
            corners[number] = np.clip(corner, 0, [width - size, height - size])
    rows = corners[:, 1, np.newaxis, np.newaxis] + np.arange(size)[:, np.newaxis]
    columns = corners[:, 0, np.newaxis, np.newaxis] + np.arange(size)
    images = frames.images[np.arange(count)[:, np.newaxis, np.newaxis], rows, columns]
    shift = np.tile(corners, 2)[:, np.newaxis].astype(np.float32)
    boxes, hidden = frames.boxes - shift, frames.hidden - shift
    seen = np.clip(boxes, 0, size)
    share = np.prod(seen[..., 2:] - seen[..., :2], axis=-1) / sides**2
    cut = (share > 0.05) & (share < 0.75)
    hidden = np.concatenate([np.where(cut[..., np.newaxis], boxes, np.nan), hidden], axis=1)
    return Frames(images, np.where((share >= 0.75)[..., np.newaxis], boxes, np.nan), hidden)
