"""Drawn heads for tests, and what is measured on them."""

import numpy as np

from tinyml_helpers.applications.faces.drawn.identity import Identity
from tinyml_helpers.applications.faces.drawn.render import draw
from tinyml_helpers.applications.faces.drawn.shot import Shot

PLAIN = Identity(seed=4)


def random(seed=0):
    """A Generator that always gives the same."""
    return np.random.default_rng(seed)


def drawn(person=PLAIN, side=40, **shot):
    """A person's head as a shot shows it: a `render.Head`."""
    return draw(person, Shot(**shot), side)


def in_box(cutout):
    """The landmarks as shares of the box: 0, 0 its top left corner, 1, 1 its bottom right."""
    left, top, right, _ = cutout.box
    corner, side = np.array([left, top]), right - left
    return {name: (np.array(spot) - corner) / side for name, spot in cutout.landmarks.items()}


def part(cutout, left, top, right, bottom):
    """The mean grey of a part of the box, given in shares of it."""
    x, y, side = cutout.box[0], cutout.box[1], cutout.box[2] - cutout.box[0]
    rows = slice(round(y + top * side), round(y + bottom * side))
    return cutout.grey[rows, round(x + left * side) : round(x + right * side)].mean()
