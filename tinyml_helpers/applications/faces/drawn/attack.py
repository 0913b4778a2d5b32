"""The photo attack: what the camera sees when somebody holds up a picture of the right face."""

import numpy as np
from scipy import ndimage

from tinyml_helpers.applications.faces.drawn import background, photo

#: The attack is drawn this many times as fine as the frame, then shrunk.
_FINER = 3


def photo_of(frame, kind="print", fill=0.85, seed=0):
    """The frame as it looks when somebody holds it before the camera, printed or on a phone.

    Args:
        frame: uint8 [height, width], grey: the picture that is held up.
        kind: "print", on matt paper with a white edge, or "phone", on a bright screen with glare
            and the stripes that two grids of pixels make.
        fill: how much of the new frame's width the picture takes, 0.3 to 1.5; above 1 its edges
            are outside.
        seed: the hand's tilt, the room and the glare.

    Returns:
        uint8 [height, width].

    Raises:
        ValueError: there is no such kind, the frame isn't a grey picture of bytes, or `fill` is
            out of its range.
    """
    if kind not in ("print", "phone"):
        raise ValueError(f"kind is 'print' or 'phone', not {kind!r}")
    frame = np.asarray(frame)
    if frame.ndim != 2 or frame.dtype != np.uint8:
        raise ValueError(
            f"the frame has to be uint8 [height, width], not {frame.dtype} of shape {frame.shape}"
        )
    if not 0.3 <= fill <= 1.5:
        raise ValueError(f"fill is 0.3 to 1.5 of the frame's width, not {fill}")
    random = np.random.default_rng([seed, 11])
    height, width = frame.shape[0] * _FINER, frame.shape[1] * _FINER
    card, corner = (_printed if kind == "print" else _screened)(frame, random)
    tall = card.shape[0] / card.shape[1]
    u, v = _seen_at(random, height, width, fill, tall)
    if kind == "print":  # paper bends
        v = v + random.uniform(0.01, 0.03) * np.cos(3 * u)
    rows, columns = (v + 1) / 2 * (card.shape[0] - 1), (u + 1) / 2 * (card.shape[1] - 1)
    held = ndimage.map_coordinates(card, [rows, columns], order=1, mode="nearest")
    held = _glared(held, u, v, random, 0.12 if kind == "print" else 0.3)

    room = photo.resized(background.background(random, 64), height, width)
    room = photo.defocused(room, 0.02 * width) * 0.6 + 0.15
    alpha = _rounded(u, v, corner, 0.25 * width * fill)
    shadow = _rounded(u - 0.05, v - 0.06, 0.2, 4)
    picture = room * (1 - 0.5 * shadow)
    picture += (held - picture) * alpha
    if kind == "phone":  # the sensor's grid over the screen's: slow waves
        picture *= 1 + 0.035 * alpha * np.sin(40 * u + 9 * v) * np.sin(33 * v - 7 * u)
    picture = _thumb(picture, u, v, random, 0.25 * width * fill)
    picture = photo.resized(picture.astype(np.float32), *frame.shape)
    picture = photo.noisy(photo.defocused(picture, 0.35), 0.012, 0.012, random)
    return photo.codes(picture)


def _printed(frame, random):
    """The picture on paper: white edge, greyish black. And how round the corners are."""
    picture = photo.toned(frame.astype(np.float32) / 255, 1.05, 0.08, 0.88)
    edge = max(2, round(0.06 * max(frame.shape)))
    card = np.pad(picture, edge, constant_values=0.92)
    return (card + random.normal(0, 0.01, card.shape)).astype(np.float32), 0.01


def _screened(frame, random):
    """The picture on a phone: black edge, bright, more contrast. And how round the corners are."""
    picture = photo.toned(frame.astype(np.float32) / 255, 0.9, 0.02, 1.0)
    thin, thick = round(0.05 * frame.shape[1]), round(0.17 * frame.shape[0])
    return np.pad(picture, ((thick, thick), (thin, thin)), constant_values=0.03), 0.12


def _seen_at(random, height, width, fill, tall):
    """Where on the card every pixel of the new frame looks: u and v, -1 to 1 on the card.

    The card, `tall` times as tall as wide, is tilted, leaning back and a little off the middle: a
    homography (R. Hartley and A. Zisserman, "Multiple View Geometry in Computer Vision", 2nd ed.,
    2004, chapter 2).
    """
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    x = (x - random.uniform(-0.06, 0.06)) / fill
    y = (y - random.uniform(-0.06, 0.06)) / fill
    angle = np.radians(random.normal(0, 4))
    x, y = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    depth = 1 + random.uniform(-0.1, 0.1) * x + random.uniform(-0.1, 0.1) * y
    return x / depth, y / depth / tall


def _rounded(u, v, radius, pixels):
    """1 inside the card, 0 outside, with round corners and an edge about a pixel wide."""
    over_x = np.maximum(np.abs(u) - 1 + radius, 0)
    over_y = np.maximum(np.abs(v) - 1 + radius, 0)
    return np.clip((radius - np.hypot(over_x, over_y)) * pixels + 0.5, 0, 1)


def _glared(picture, u, v, random, strength):
    """The card with a window's or a lamp's reflection: a soft band across, and a veil."""
    angle = random.uniform(0.3, 1.2)
    across = u * np.cos(angle) + v * np.sin(angle) - random.uniform(-0.6, 0.6)
    band = 1 / (1 + np.exp(np.clip((np.abs(across) - random.uniform(0.1, 0.25)) * 14, -30, 30)))
    return picture + (1 - picture) * (strength * band + strength * 0.2)


def _thumb(picture, u, v, random, pixels):
    """A thumb over the card's lower edge, that holds it."""
    side = random.choice([-1, 1])
    left, top = side * random.uniform(0.5, 0.8), random.uniform(0.78, 0.9)
    tip = np.hypot(u - left, np.maximum(top - v, 0) * 0.8) - 0.11
    inside = np.clip(-tip * pixels + 0.5, 0, 1)
    shade = random.uniform(0.3, 0.75)
    skin = shade * (0.65 + 0.35 * np.clip(-tip / 0.11, 0, 1)) - 0.1 * side * (u - left)
    nail = np.clip((0.05 - np.hypot(u - left, (v - top) * 0.7)) * pixels, 0, 1)
    return picture + (skin + 0.12 * nail - picture) * inside
