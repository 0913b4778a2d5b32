"""Patches of faces and of other things to train on: few real ones, each time in another version.

    pool = ingredients(random)
    face, other = new_face(random, pool), no_face_patch(random, pool)

What is no face is changed in just the same ways as what is one, and the black corners of the real
backgrounds are filled, so that no blur, no light and no black corner gives a face away.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.drawn.background import background
from tinyml_helpers.applications.faces.drawn.photo import resized
from tinyml_helpers.applications.faces.training.composites import composites
from tinyml_helpers.datasets import lfw_patches

#: Two of the training patches that are called "not a face" show half of one.
_HALF_A_FACE = (25, 30)


class Ingredients(NamedTuple):
    """What patches are made of.

    Attributes:
        backgrounds: pictures without faces, float32 [n, 128, 128].
        faces: patches of real faces, float32 [m, 25, 25]; m may be 0.
        mixed: patches put together from them, float32 [k, 64, 64].
        others: real patches without faces, float32 [l, 25, 25].
    """

    backgrounds: np.ndarray
    faces: np.ndarray
    mixed: np.ndarray
    others: np.ndarray


def ingredients(random, backgrounds=150, mixed=400, real=None):
    """Draw and read what patches are made of.

    Args:
        random: `numpy.random.Generator`.
        backgrounds, mixed: how many of each; a hundred of both take some two seconds.
        real: real patches (faces, others) instead of `real_patches()`.
    """
    faces, others = real_patches() if real is None else real
    portraits = np.zeros((0, 64, 64), np.uint8)
    if len(faces):
        portraits, _ = composites(faces, -(-mixed // 2), 2, random)
    drawn = np.stack([background(random, 128) for _ in range(backgrounds)])
    return Ingredients(drawn, faces, portraits.astype(np.float32) / 255, others)


def real_patches():
    """The training patches of `lfw_patches`: faces and others, float32 [75, 25, 25] and [73, ...].

    Two of the others are left out: they show half a face.
    """
    split = lfw_patches()
    faces, others = (split.x_train[split.y_train == kind, :, :, 0] for kind in (1, 0))
    # The faces are a good pixel left of the middle, by the symmetry of their mean.
    faces = np.concatenate([faces[:, :, :1], faces[:, :, :-1]], axis=2)
    return faces, np.delete(others, _HALF_A_FACE, axis=0)


def new_face(random, pool):
    """A patch of a face that isn't quite any of the pool's: mixed of two, in another light.

    The patches are aligned, eyes over eyes, so a mix of two is much like a third person's face.

    Args:
        random: `numpy.random.Generator`.
        pool: `Ingredients`.

    Returns:
        float32 [n, n], 25 or 64 pixels wide, 0 to 1.
    """
    if random.random() < 0.4:
        return in_new_light(random, pool.mixed[random.integers(len(pool.mixed))])
    one, other = (
        pool.faces[random.integers(len(pool.faces))][:, :: random.choice([-1, 1])] for _ in range(2)
    )
    if random.random() < 0.5:
        other = (other - other.mean()) * (one.std() / (other.std() + 0.01)) + one.mean()
        share = random.uniform(0.25, 0.75)
        if random.random() < 0.4:  # one's upper, left, ... half and the other's lower, right, ...
            share = np.clip(0.5 + 2 * _slope(25, random.uniform(0, 2 * np.pi)), 0, 1)
        one = one * share + other * (1 - share)
    return in_new_light(random, one)


def no_face_patch(random, pool):
    """A patch without a face, like those of faces in every other way: float32 [25, 25], 0 to 1."""
    kind = random.random()
    if kind < 0.45 and len(pool.others):
        patch = pool.others[random.integers(len(pool.others))]
        # Turned photographs left black wedges; a grey that is as good tells nothing.
        patch = np.where(patch < 0.01, random.random(), patch) if random.random() < 0.7 else patch
        for axis in (0, 1):
            patch = np.flip(patch, axis) if random.random() < 0.5 else patch
        side = random.integers(10, 26)
        top, left = random.integers(0, 26 - side, 2)
        patch = resized(patch[top : top + side, left : left + side], 25, 25)
    elif kind < 0.8 or not len(pool.faces):
        side = random.integers(20, 129)
        patch = resized(background_piece(random, pool, side), 25, 25)
    else:
        patch = resized(new_face(random, pool), 25, 25)
        if kind < 0.85:  # upside down
            patch = patch[::-1]
        elif kind < 0.9:  # its quarters in another order
            a, b, c, d = (patch[y : y + 12, x : x + 12] for y in (0, 12) for x in (0, 12))
            patch = np.pad(np.block([[d, c], [b, a]]), ((0, 1), (0, 1)), mode="edge")
        else:  # a part of one: an eye, a mouth, a cheek
            top, left = random.integers(0, 16, 2)
            patch = resized(patch[top : top + 10, left : left + 10], 25, 25)
    return in_new_light(random, patch)


def in_new_light(random, patch):
    """The patch lit from another side, in other contrast: float32, 0 to 1."""
    patch = patch * (1 + random.normal(0, 0.5) * _slope(len(patch), random.uniform(0, 2 * np.pi)))
    patch = (patch - patch.mean()) * np.exp(random.normal(0, 0.25)) + patch.mean()
    return np.clip(patch, 0, 1).astype(np.float32) ** np.float32(np.exp(random.normal(0, 0.3)))


def _slope(side, angle):
    """A slope across a square, -0.5 to 0.5 along the angle: float32 [side, side]."""
    along = np.linspace(-0.5, 0.5, side, dtype=np.float32)
    return np.cos(angle) * along + np.sin(angle) * along[:, np.newaxis]


def background_piece(random, pool, size):
    """A piece of one of the pool's backgrounds, mirrored at random: float32 [size, size]."""
    whole = pool.backgrounds[random.integers(len(pool.backgrounds))]
    top, left = random.integers(0, 129 - size, 2)
    return whole[top : top + size, left : left + size][:, :: random.choice([-1, 1])].copy()
