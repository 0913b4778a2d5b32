"""Things that are no face but could be taken for one, and people without a face to see.

Each is a `Cutout`: grey float32 [height, width], 0 to 1, and alpha float32 of the same shape, 0
where the thing isn't and 1 where it hides what is behind it. `side` is about its size in pixels.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from tinyml_helpers.applications.faces.drawn import background, photo


class Cutout(NamedTuple):
    """A thing cut out: grey and alpha, float32 [height, width]; and whether it is half a body."""

    grey: np.ndarray
    alpha: np.ndarray
    body: bool = False


def decoy(random, side, photographs="all"):
    """A thing that is no face, about `side` pixels large: a Cutout. `photographs` as for scenes."""
    things = THINGS if photographs == "none" else (*THINGS, partial(piece, photographs=photographs))
    return things[random.integers(len(things))](random, side)


def _canvas(side):
    """x and y of every pixel, -1.2 to 1.2: two float32 [1.2 side, 1.2 side]."""
    size = max(6, round(1.2 * side))
    axis = np.linspace(-1.2, 1.2, size, dtype=np.float32)
    return np.meshgrid(axis, axis)


def _edge(inside, side):
    """Alpha of the shape whose points have inside > 0, with an edge one pixel wide."""
    return np.clip(inside * side / 2 + 0.5, 0, 1)


def _lit(x, y, random):
    """How bright a ball is at x, y (both -1 to 1) in a light from somewhere above."""
    z = np.sqrt(np.clip(1 - x * x - y * y, 0, 1))
    light = random.normal(0, 0.6, 2) - (0, 0.5)
    direction = np.array([*light, random.uniform(0.3, 1)])
    a, b, c = direction / np.linalg.norm(direction)
    ambient = random.uniform(0.1, 0.8)
    return ambient + (1 - ambient) * np.clip(x * a + y * b + z * c, 0, 1)


def ball(random, side):
    """A shaded ball, egg or lamp, plain or with a pattern: as round and shaded as a head."""
    x, y = _canvas(side)
    tall = random.uniform(0.7, 1.1)
    grey = _lit(x / 0.9, y / tall, random) * random.uniform(0.15, 1)
    if random.random() < 0.5:
        pattern = background.CLUTTER[random.integers(len(background.CLUTTER))](random, len(x))
        grey = grey * (1 + (pattern - 0.5) * random.uniform(0.2, 1.5))
    return Cutout(grey, _edge(1 - np.hypot(x / 0.9, y / tall), side))


def plate(random, side):
    """Rings one in another: a plate, a wheel, a loudspeaker, a clock."""
    x, y = _canvas(side)
    radius = np.hypot(x, y / random.uniform(0.5, 1))
    grey = np.full_like(x, random.random())
    for edge in np.sort(random.uniform(0.1, 1, random.integers(1, 6)))[::-1]:
        grey = grey + (random.random() - grey) * _edge(edge - radius, side)
    for _ in range(random.integers(0, 4)):  # hands or spokes
        angle = random.uniform(0, 2 * np.pi)
        across = np.abs(x * np.sin(angle) - y * np.cos(angle))
        near = (x * np.cos(angle) + y * np.sin(angle) > 0) & (radius < random.uniform(0.4, 0.95))
        grey = np.where(near & (across < 0.06), random.random(), grey)
    return Cutout(grey, _edge(1 - radius, side))


def dots(random, side):
    """Dark or bright spots on a plate, a box or a ball, not where eyes and mouth would be.

    Two or three in a row (sockets, buttons, lamps), a triangle the wrong way up, or just
    anywhere.
    """
    x, y = _canvas(side)
    ground = (ball if random.random() < 0.5 else box)(random, side)
    places = {
        "pair": [(-0.4, 0), (0.4, 0)],
        "column": [(0, -0.5), (0, 0), (0, 0.5)],
        "row": [(-0.6, 0), (0, 0), (0.6, 0)],
        "upside down": [(-0.35, 0.35), (0.35, 0.35), (0, -0.35)],
        "four": [(-0.4, -0.4), (0.4, -0.4), (-0.4, 0.4), (0.4, 0.4)],
        "anywhere": random.uniform(-0.6, 0.6, (random.integers(1, 6), 2)).tolist(),
    }
    grey, shade = ground.grey, random.choice([random.uniform(0, 0.3), random.uniform(0.7, 1)])
    wide, tall = random.uniform(0.08, 0.3, 2)
    for left, top in places[random.choice(list(places))]:
        top = top + random.normal(0, 0.05)
        grey = grey + (shade - grey) * _edge(
            1 - np.hypot((x - left) / wide, (y - top) / tall), side * min(wide, tall)
        )
    return Cutout(grey, ground.alpha)


def box(random, side):
    """A box, a sign, a book or a screen, straight or turned."""
    x, y = _canvas(side)
    angle = random.normal(0, 0.2)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    wide, tall = random.uniform(0.3, 0.95, 2)
    inside = np.minimum(wide - np.abs(u), tall - np.abs(v))
    grey = background.CLUTTER[random.integers(len(background.CLUTTER))](random, len(x))
    grey = random.random() + (grey - 0.5) * random.uniform(0, 1)
    return Cutout(grey, _edge(inside, side))


def hand(random, side):
    """A hand: a palm and four or five fingers, lit from one side."""
    x, y = _canvas(side)
    turn = random.uniform(-np.pi, np.pi)
    x, y = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    depth = 0.45 - np.hypot(x, y - 0.35)
    spread = random.uniform(0.05, 0.25)
    for finger in range(5):
        angle = (finger - 2) * spread - (0.5 if finger == 0 else 0)
        length = random.uniform(0.6, 0.95) if finger else 0.5
        start = np.array([(finger - 2) * 0.16, 0.1 if finger else 0.4])
        along = np.array([np.sin(angle), -np.cos(angle)])
        share = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length, 0, 1)
        nearest = start[:, None, None] + along[:, None, None] * (share * length)
        depth = np.maximum(depth, 0.1 - np.hypot(x - nearest[0], y - nearest[1]))
    shade = random.uniform(0.25, 0.85)
    grey = shade * (0.55 + 0.45 * np.clip(depth / 0.1, 0, 1)) + 0.15 * x * random.choice([-1, 1])
    return Cutout(grey.astype(np.float32), _edge(depth, side))


def animal(random, side):
    """A round furry thing with two ears and perhaps two dark spots: a toy, a cat from behind."""
    x, y = _canvas(side)
    body = 0.75 - np.hypot(x, (y - 0.2) * random.uniform(0.8, 1.2))
    for ear in (-1, 1):
        body = np.maximum(body, 0.28 - np.hypot(x - ear * 0.5, (y + 0.6) * 0.7))
    fur = background.clouds(random, len(x))
    grey = _lit(x, y, random) * random.uniform(0.1, 0.9) * (0.6 + 0.8 * fur)
    return Cutout(grey, _edge(body, side))


def rag(random, side):
    """A piece of cloth, foliage or stone with a ragged outline."""
    x, y = _canvas(side)
    noise, grey = background.clouds(random, len(x)), background.clouds(random, len(x))
    inside = 0.9 - np.hypot(x, y) + (noise - 0.5) * random.uniform(0.2, 1)
    shade = random.random()
    return Cutout(shade + (grey - 0.5) * random.uniform(0.2, 1), _edge(inside, side / 3))


def piece(random, side, photographs="all"):
    """A round or square part of a photograph without faces."""
    x, y = _canvas(side)
    power = random.choice([2, 2, 8])
    inside = 1 - (np.abs(x) ** power + np.abs(y) ** power) ** (1 / power)
    grey = background.cropped(random, len(x), photographs)
    return Cutout(grey, _edge(inside, side * random.uniform(0.1, 1)))


THINGS = (ball, plate, dots, dots, box, hand, hand, animal, rag)


# People without a face to see, made of drawn heads: each takes a Head and a Generator.


def back(head, random):
    """The head from behind: its outline filled with hair, the neck and shoulders as they are."""
    height, width = head.grey.shape
    left, top, right, bottom = head.box
    side = right - left
    waves = random.standard_normal((height, width), dtype=np.float32)
    strands = ndimage.gaussian_filter(waves, (side * random.uniform(0.03, 0.3), side * 0.02))
    strands /= strands.std() + 1e-6
    x = (np.arange(width, dtype=np.float32) - (left + right) / 2) / (0.75 * side)
    y = (np.arange(height, dtype=np.float32) - (top + bottom) / 2) / (0.95 * side)
    shape = _lit(*np.meshgrid(x, y), random)
    shade = random.uniform(0.03, 0.6)
    hair = shape * shade * (1 + 0.2 * strands) + random.uniform(0, 0.05)
    end = bottom - side * random.uniform(-0.2, 0.25)  # the hairline in the neck
    low = (np.arange(height, dtype=np.float32)[:, np.newaxis] - end) / (0.08 * side)
    share = np.clip(low + 0.3 * strands, 0, 1)
    return Cutout(hair + (head.grey - hair) * share, head.alpha, body=True)


def headless(head, random):
    """The body alone: what is above the collar is gone."""
    _, top, _, bottom = head.box
    rows = np.arange(len(head.grey), dtype=np.float32)[:, np.newaxis]
    cut = bottom + (bottom - top) * random.uniform(0.05, 0.3)
    return Cutout(head.grey, head.alpha * np.clip(rows - cut, 0, 1), body=True)


def upended(head, random):
    """A head upside down or lying on its side, without its body: no face this project looks for."""
    left, top, right, bottom = head.box
    side = right - left
    height, width = head.grey.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    inside = 1 - np.hypot(
        (x - (left + right) / 2) / (0.7 * side), (y - (top + bottom) / 2) / (0.8 * side)
    )
    cut = head.alpha * _edge(inside, side)
    turns = random.choice([1, 2, 2, 2, 3])
    return Cutout(np.rot90(head.grey, turns), np.rot90(cut, turns))


def blank(head, random):
    """A head whose face is smeared out, as a mannequin's or one far out of focus."""
    side = head.box[2] - head.box[0]
    return Cutout(
        photo.defocused(head.grey, side * random.uniform(0.2, 0.35)), head.alpha, body=True
    )


PEOPLE = (back, back, back, headless, upended, blank)
