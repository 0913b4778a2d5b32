"""People who don't exist, put together from parts of real face patches, and pictures of them.

    portraits, who = composites(patches, people=500, shots=8, random=np.random.default_rng(0))

Drawn faces are clean, and as varied as their renderer. These have the skin, hair and light of
photographs: eyes of one patch, nose of a second, mouth and chin of a third, bent, turned and lit.
They only ever serve to train.
"""

from itertools import pairwise

import numpy as np
from scipy import ndimage

#: How much larger than a face's box its patch is, and the verifier's crop: crop.h.
ENLARGED = 1.1

#: Pixels of a portrait's sides, and of the face's box in it.
SIDE = 64
BOX = SIDE / ENLARGED

# Where pixels are on a face, in half sides of its box: x from -1.1 (left) to 1.1, y downwards.
_Y, _X = ENLARGED * (2 * (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE - 1)


def _depth():
    """How far a face stands out towards the camera, in half sides of its box: [SIDE, SIDE]."""
    head = np.sqrt(np.maximum(1 - (_X / 1.15) ** 2 - (_Y / 1.6) ** 2, 0.02))
    nose = 0.3 * np.exp(-((_X / 0.17) ** 2) - ((_Y - 0.12) / 0.3) ** 2)
    return head + nose


_DEPTH = _depth()
_SLOPE_Y, _SLOPE_X = np.gradient(_DEPTH, 2 * ENLARGED / SIDE)


def composites(patches, people, shots, random):
    """Portraits of people put together from patches.

    Args:
        patches: faces of one framing, the box's 1.1 times, float [n, h, w] from 0 to 1.
        people: how many; None for those of the patches, as they are.
        shots: pictures of each: turned up to 30 degrees, lit from anywhere, with small changes of
            expression.
        random: a numpy Generator.

    Returns:
        uint8 [people * shots, 64, 64], the face's box in the middle, `BOX` px wide; and who is in
        each, int64 [people * shots], from 0.

    Raises:
        ValueError: there are no patches.
    """
    patches = np.asarray(patches, np.float32)
    if patches.ndim != 3 or not len(patches):
        raise ValueError(f"give face patches [n, h, w], at least one, not {patches.shape}")
    large = [_centred(ndimage.zoom(one, SIDE / np.array(one.shape), order=3)) for one in patches]
    faces = large if people is None else (_person(large, random) for _ in range(people))
    made = [_picture(face, random) for face in faces for _ in range(shots)]
    return np.stack(made), np.arange(len(made)) // shots


def _centred(patch):
    """The patch with the face in the middle: LFW's lie 0.075 of the box's side left of it."""
    return ndimage.shift(patch, (0, 0.075 * BOX), order=1, mode="nearest")


def _person(patches, random):
    """A new face, frontal: float [SIDE, SIDE]."""
    face = 0.0
    ends = np.array([-3.0, *(np.array([0.0, 0.42]) + random.normal(0, 0.05, 2)), 3.0])
    for low, high in pairwise(ends):
        part = patches[random.integers(len(patches))]
        part = part[:, ::-1] if random.random() < 0.5 else part
        part = (part - part.mean()) / max(part.std(), 0.02)
        face = face + part * (_step(_Y - low) - _step(_Y - high))
    face = 0.5 + 0.2 * face + 0.1 * _smooth(random, 0.6)
    dx, dy = 0.035 * _smooth(random, symmetric=False), 0.035 * _smooth(random)
    dx = (dx - dx[:, ::-1]) / 2 + 0.3 * (dx + dx[:, ::-1])  # mostly the same on both sides
    return _moved(face, _X + dx, _Y + dy)


def _picture(person, random):
    """One picture of a face: uint8 [SIDE, SIDE]."""
    yaw, pitch, roll = np.clip(np.radians(random.normal(0, (14, 8, 6))), -0.55, 0.55)
    x = _X * np.cos(yaw) - (_DEPTH - 0.8) * np.sin(yaw) + 0.015 * _smooth(random, symmetric=False)
    y = _Y * np.cos(pitch) - (_DEPTH - 0.8) * np.sin(pitch) + 0.025 * _smooth(random)
    x, y = x * np.cos(roll) - y * np.sin(roll), x * np.sin(roll) + y * np.cos(roll)
    mouth = np.exp(-((_X / 0.6) ** 2) - ((_Y - 0.55) / 0.3) ** 2)
    brows = np.exp(-((_X / 0.9) ** 2) - ((_Y + 0.45) / 0.2) ** 2)
    y = y + mouth * (random.normal(0, 0.06) + random.normal(0, 0.1) * _X**2)
    x = x * (1 + random.normal(0, 0.08) * mouth)
    y = y + random.normal(0, 0.05) * brows
    image = _moved(person, x, y) * _light(random)
    image = (image - image.mean()) / max(image.std(), 0.02)
    image = random.uniform(0.3, 0.65) + random.uniform(0.08, 0.22) * image
    return np.round(255 * np.clip(image, 0, 1)).astype(np.uint8)


def _light(random):
    """What a light from some direction multiplies brightness with: float [SIDE, SIDE].

    Lambert's cosine law, to the power of 1/2.2 as pictures are stored.
    """
    azimuth, elevation = random.normal(0, 0.7), random.normal(0.4, 0.4)
    toward = np.sin(azimuth) * np.cos(elevation), -np.sin(elevation)
    cosine = -_SLOPE_X * toward[0] - _SLOPE_Y * toward[1] + np.cos(azimuth) * np.cos(elevation)
    cosine = cosine / np.sqrt(1 + _SLOPE_X**2 + _SLOPE_Y**2)
    ambient = random.uniform(0.25, 1)
    return (ambient + (1 - ambient) * np.maximum(cosine, 0)) ** (1 / 2.2)


def _step(y):
    """From 0 to 1 over about a tenth of a face."""
    return 1 / (1 + np.exp(-np.clip(y / 0.07, -30, 30)))


def _smooth(random, spread=1.0, symmetric=True):
    """A smooth random field, about N(0, spread), perhaps left like right: float [SIDE, SIDE]."""
    knots = random.normal(0, spread, (5, 5))
    if symmetric:
        knots = (knots + knots[:, ::-1]) / np.sqrt(2)
    return ndimage.zoom(knots, SIDE / 5, order=3, mode="nearest", grid_mode=True)


def _moved(image, x, y):
    """The picture's brightness at places of a face, [SIDE, SIDE] each; its edge goes on outside."""
    places = ((np.stack([y, x]) / ENLARGED + 1) * SIDE / 2) - 0.5
    return ndimage.map_coordinates(image, places, order=1, mode="nearest")
