"""Frames to train the face detector on: real and drawn faces pasted into backgrounds.

    random = np.random.default_rng(0)
    heads = cast(0, range(1000), 1)
    frames = training_frames(random, ingredients(random), heads, 1000)

The real faces are the 75 training photographs' of `lfw_patches`, 25 pixels wide and no larger.
Each time they come turned, mixed with one another, in other light and at another size. What is no
face is pasted in just the same ways, so that no seam, no blur and no black corner gives a face
away.
"""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from tinyml_helpers.applications.faces.drawn import decoys, photo
from tinyml_helpers.applications.faces.drawn.background import cropped
from tinyml_helpers.applications.faces.drawn.paste import pasted
from tinyml_helpers.applications.faces.training.detector_targets import to_frames
from tinyml_helpers.applications.faces.training.patches import (
    background_piece,
    new_face,
    no_face_patch,
)

#: A real face's patch is this much larger than its box.
ENLARGED = 1.1

#: How often a frame has 0, 1, ... faces, and the sides their boxes may have, in pixels.
_FACES = (0.2, 0.45, 0.2, 0.1, 0.05)
_SIDES = (13, 88)


class Cutout(NamedTuple):
    """Something to paste.

    Attributes:
        grey: float32 [h, w], 0 to 1.
        alpha: float32 [h, w], 0 where nothing is to 1 where it hides what is behind.
        box: what to place it by (left, top, right, bottom), in its pixels; a face's box.
        is_face: whether it is one.
        is_person: whether a body belongs to it that goes on downwards.
    """

    grey: np.ndarray
    alpha: np.ndarray
    box: np.ndarray
    is_face: bool
    is_person: bool = False


def training_frames(random, pool, heads, count, size=96, faces=None):
    """So many frames to train on: `Frames`; other args as for `training_frame`."""
    made = [training_frame(random, pool, heads, size, faces) for _ in range(count)]
    images, boxes = zip(*made, strict=True)
    return to_frames(np.stack(images), boxes)


def photograph_frames(random, count, size=96):
    """Pieces of photographs without faces, just as they are: `Frames`; args as there."""
    pieces = [photo.codes(cropped(random, size)) for _ in range(count)]
    return to_frames(np.stack(pieces), [[]] * count)


def close_ups(random, pool, heads, count, size=96):
    """Frames of which one face fills more than all: `Frames` without boxes; args as there.

    A detector that hasn't seen them takes an eye with a cheek, or a chin, for a face.
    """
    made = []
    for _ in range(count):
        canvas = background_piece(random, pool, size)
        side = size * random.uniform(1.35, 2.6)
        corner = random.uniform(size / 2 - 0.85 * side, size / 2 - 0.15 * side, 2)
        paste(canvas, _some_face(random, pool, heads), np.concatenate([corner, corner + side]))
        made.append(photo.codes(photo.taken(canvas, random)))
    return to_frames(np.stack(made), [[]] * count)


def training_frame(random, pool, heads, size=96, faces=None):
    """One frame: background, things that are no faces, 0 to 4 faces, and a camera's faults.

    Args:
        random: `numpy.random.Generator`.
        pool: `Ingredients` of `training_patches`.
        heads: a list of `Drawn`, of `drawn.cast.cast`, none of a person kept for tests.
        size: pixels of its sides, at most 128.
        faces: how many at most; None for 0 to 4.

    Returns:
        The frame, uint8 [size, size], and the faces' boxes, float32 [k, 4].
    """
    if random.random() < 0.1:
        return _patch_alone(random, pool, size, faces)
    canvas, boxes = background_piece(random, pool, size), []
    wanted = random.choice(len(_FACES), p=_FACES) if faces is None else faces
    things = [True] * wanted + [False] * random.integers(0, 3 if wanted else 5)
    for is_face in random.permutation(np.array(things, bool)):
        cutout = (_some_face if is_face else _no_face)(random, pool, heads)
        most = min(_SIDES[1], 0.92 * size, 1.7 * (cutout.box[2] - cutout.box[0]))
        side = np.exp(random.uniform(np.log(_SIDES[0]), np.log(most)))
        out = 0.12 * side  # a face may stick out so far
        x, y = random.uniform(-out, size + out - side, 2)
        new = np.float32([x, y, x + side, y + side])
        if any(_covered(new, old) > 0.3 for old in boxes):
            continue
        before = canvas.copy()
        placed, over = paste(canvas, cutout, new)
        if any(_mean_in(over, old) > 0.25 for old in boxes):  # it hides a face: take it away
            canvas = before
            continue
        if is_face:
            boxes.append(placed)
            if random.random() < 0.12:
                _erase(random, canvas, placed)
    frame = photo.codes(photo.taken(canvas, random))
    return frame, np.array(boxes, np.float32).reshape(-1, 4)


def paste(canvas, cutout, box):
    """Put a cutout on a canvas, changed in place, so that its box comes to lie at a box.

    Args:
        canvas: float32 [h, w].
        cutout: a `Cutout`.
        box: a square there, float [4].

    Returns:
        Where its box really lies, whole pixels being what they are, float32 [4]; and the share of
        each pixel that is covered, float32 [h, w].
    """
    scale = (box[2] - box[0]) / (cutout.box[2] - cutout.box[0])
    height, width = (max(2, round(side * scale)) for side in cutout.grey.shape)
    scales = np.array([width, height] * 2) / np.array(cutout.grey.shape[::-1] * 2)
    left, top = np.round(box[:2] - (cutout.box * scales)[:2]).astype(int)
    alpha = np.clip(photo.resized(cutout.alpha, height, width), 0, 1)
    # Black is where nothing was cut out: weigh by alpha, so that it doesn't darken the edge.
    grey = photo.resized(cutout.grey * cutout.alpha, height, width) / np.maximum(alpha, 1e-3)
    over = pasted(canvas, grey, alpha, left, top, cutout.is_person)
    return np.float32(cutout.box * scales + [left, top, left, top]), over


def cut_out(random, patch, is_face):
    """A patch with a soft or a hard outline, turned and squeezed a little, maybe on a crude body.

    Args:
        random: `numpy.random.Generator`.
        patch: float32 [n, n], the square around a face's box that is 1.1 times as wide.
        is_face: whether it is one.

    Returns:
        A `Cutout` of 80 × 80 pixels, the patch about 44 of them wide.
    """
    size, side = 80, 44.0
    y, x = np.mgrid[:size, :size].astype(np.float32) + 0.5 - size / 2
    angle = np.radians(np.clip(random.normal(0, 9), -25, 25))
    wide, tall = np.exp(random.normal(0, 0.06, 2))
    u = (np.cos(angle) * x + np.sin(angle) * y) / (side / 2 * wide)
    v = (np.cos(angle) * y - np.sin(angle) * x) / (side / 2 * tall)
    u += random.normal(0, 0.06) * v
    half = len(patch) / 2
    grey = ndimage.map_coordinates(
        patch, [half * (v + 1) - 0.5, half * (u + 1) - 0.5], order=1, mode="nearest"
    )
    # From an ellipse to a square; the patch's edge is at 1.
    power = random.choice([2, 2.5, 4, 20])
    radius = (np.abs(u) ** power + np.abs(v) ** power) ** (1 / power)
    alpha = np.clip((random.uniform(0.85, 1) - radius) / random.choice([0.05, 0.15, 0.3]), 0, 1)
    if random.random() < 0.5:
        hair = np.hypot(u / random.uniform(1.0, 1.4), (v + 0.25) / random.uniform(1.1, 1.5))
        neck = np.maximum(np.abs(u) / random.uniform(0.4, 0.7), np.abs(v - 1.0) / 0.7)
        body = np.hypot(u / random.uniform(1.2, 2.2), (v - 2.1) / random.uniform(1.0, 1.3))
        skin = patch[len(patch) // 2 :].mean()
        for shape, tone in ((hair, random.random()), (neck, skin), (body, random.random())):
            more = np.clip((1 - shape) / 0.1, 0, 1) * (1 - alpha)
            grey = (grey * alpha + tone * more) / np.maximum(alpha + more, 1e-6)
            alpha = alpha + more
    half = side / ENLARGED / 2 * np.sqrt(wide * tall)
    box = size / 2 + half * np.array([-1, -1, 1, 1])
    return Cutout(grey.astype(np.float32), alpha.astype(np.float32), box, is_face)


def _some_face(random, pool, heads):
    """A real face, a real one on a drawn head, or a drawn one: a `Cutout`."""
    head = heads[random.integers(len(heads))]
    if not len(pool.faces) or random.random() < 0.4:
        return _of_drawn(random, head)
    patch, shot = new_face(random, pool), head.shot
    if abs(shot.yaw) < 25 and shot.glasses == shot.occlusion == shot.hat == "none":
        return _on_head(random, _of_drawn(random, head), patch)
    return cut_out(random, patch, True)


def _on_head(random, head, patch):
    """A real face where a drawn head has its own: a `Cutout`."""
    left, top, right, bottom = head.box
    reach = (right - left) / 2 * ENLARGED
    y, x = np.mgrid[: head.grey.shape[0], : head.grey.shape[1]] + 0.5
    u, v = (x - (left + right) / 2) / reach, (y - (top + bottom) / 2) / reach
    half = len(patch) / 2
    face = ndimage.map_coordinates(
        patch, [half * (v + 1) - 0.5, half * (u + 1) - 0.5], order=1, mode="nearest"
    )
    inside = np.hypot(u / random.uniform(0.75, 0.95), v / random.uniform(0.9, 1.0))
    share = np.clip((1 - inside) / random.uniform(0.1, 0.4), 0, 1)
    tone = head.grey[share > 0.5].mean() - face[share > 0.5].mean()
    face = np.clip(face + random.uniform(0, 1) * tone, 0, 1)
    grey = head.grey + share * (face - head.grey)
    return head._replace(grey=np.float32(grey), alpha=np.float32(np.maximum(head.alpha, share)))


def _no_face(random, pool, heads):
    """Something else to paste: a thing, a person without a face to see, or a patch: a `Cutout`."""
    kind = random.random()
    if kind < 0.25:
        thing = decoys.decoy(random, random.uniform(20, 60))
    elif kind < 0.4:
        hide = decoys.PEOPLE[random.integers(len(decoys.PEOPLE))]
        thing = hide(heads[random.integers(len(heads))].at(random.uniform(20, 50)), random)
    else:
        return cut_out(random, no_face_patch(random, pool), False)
    return Cutout(*thing[:2], _middle(thing.grey), False)


def _of_drawn(random, head):
    """A `Drawn` or its mirror image as a `Cutout`."""
    grey, alpha = (part.astype(np.float32) / np.float32(255) for part in (head.grey, head.alpha))
    box = np.array(head.box, float)
    if random.random() < 0.5:
        grey, alpha = grey[:, ::-1], alpha[:, ::-1]
        box = np.array([grey.shape[1] - box[2], box[1], grey.shape[1] - box[0], box[3]])
    return Cutout(grey, alpha, box, True, True)


def _middle(grey):
    """The box to place something by that has no face: its middle half."""
    height, width = grey.shape
    half = min(height, width) / 4
    return np.array([width, height, width, height]) / 2 + half * np.array([-1, -1, 1, 1])


def _patch_alone(random, pool, size, faces):
    """A patch as `patch_scores` shows it to the detector, a face or not: frame and boxes."""
    is_face = faces != 0 and len(pool.faces) and random.random() < 0.5
    patch = new_face(random, pool) if is_face else no_face_patch(random, pool)
    patch = photo.taken(patch, random)
    side = random.integers(24, 73)
    left, top = random.integers(0, size - side + 1, 2)
    patch = photo.resized(patch, side, side)
    canvas = np.full(
        (size, size), np.concatenate([patch[0], patch[-1], patch[:, 0], patch[:, -1]]).mean()
    )
    canvas[top : top + side, left : left + side] = patch
    edge = side * (1 - 1 / ENLARGED) / 2
    box = np.float32([[left + edge, top + edge, left + side - edge, top + side - edge]])
    return photo.codes(canvas), box if is_face else box[:0]


def _covered(box, other):
    """The share of a box that another covers."""
    width, height = np.minimum(box[2:], other[2:]) - np.maximum(box[:2], other[:2])
    return max(width, 0) * max(height, 0) / np.prod(box[2:] - box[:2])


def _mean_in(values, box):
    """The mean of values [h, w] in a box."""
    left, top, right, bottom = np.maximum(np.round(box).astype(int), 0)
    return values[top:bottom, left:right].mean()


def _erase(random, canvas, box):
    """Random erasing (Zhong et al., arXiv:1708.04896): a rectangle over a part of a face."""
    side = box[2] - box[0]
    width, height = side * random.uniform(0.15, 0.6, 2)
    left, top = box[:2] + random.uniform(-0.2, 0.9, 2) * side
    rows = slice(*np.clip([round(top), round(top + height)], 0, canvas.shape[0]))
    columns = slice(*np.clip([round(left), round(left + width)], 0, canvas.shape[1]))
    part = canvas[rows, columns]
    part[:] = random.random() + random.normal(0, 0.2 * random.random(), part.shape)
