"""The colours of a head: skin, eyes, eyebrows, lips, hair and beard, painted on the resting face.

A colour here is a reflectance in linear light, 0 (black) to 1. Masks are soft: about as wide as the
mesh is fine, so that small pictures don't flicker.
"""

import functools

import numpy as np

from tinyml_helpers.applications.faces.drawn.head import Sculpture, landmarks_y, smooth

SCLERA, TEETH, MOUTH_INSIDE, PUPIL = 0.26, 0.42, 0.015, 0.006


@functools.lru_cache(maxsize=64)
def _noise_table(seed):
    return np.random.default_rng(seed).normal(0, 1.5, (64, 64)).astype(np.float32)


def noise(seed, rows, columns):
    """Smooth noise of spread about 1 over a grid, float32: one independent value a unit."""
    table = _noise_table(int(seed) % 1000)

    def between(table, places):
        low = np.floor(places).astype(np.int32)
        part = (places - low).astype(np.float32)[:, None]
        return table[low & 63] * (1 - part) + table[(low + 1) & 63] * part

    return np.ascontiguousarray(between(between(table, np.asarray(rows)).T, np.asarray(columns)).T)


class Paint:
    """The brush: albedo and gloss over a mesh, changed only near where a feature lies."""

    def __init__(self, mesh, person, spacing):
        self.mesh, self.clay = mesh, Sculpture(mesh)
        self.soft = max(0.5, 0.6 * spacing)
        self.albedo = np.full(mesh["x"].shape, person.tone, np.float32)
        self.gloss = np.full(mesh["x"].shape, 1.0, np.float32)

    def at(self, x, y, rx, ry):
        """(slices, x, y) of the mesh near a place."""
        where = self.clay.near(x, y, rx, ry)
        return where, self.mesh["x"][where], self.mesh["y"][where]

    def cover(self, where, mask, color, gloss=None):
        """Lay a colour over the part `where` as far as `mask` (0..1) says."""
        self.albedo[where] += (color - self.albedo[where]) * mask
        if gloss is not None:
            self.gloss[where] += (gloss - self.gloss[where]) * mask

    def shade(self, where, mask, factor):
        """Multiply the colour by `factor` as far as `mask` says."""
        self.albedo[where] *= 1 + (factor - 1) * mask

    def edge(self, distance):
        """1 inside (distance > 0, mm), 0 outside, soft between."""
        return smooth(-self.soft, self.soft, distance)


def paint_skin(mesh, person, shot, spacing):
    """Everything on the face but the hair: (albedo, gloss), float32 [rows, columns] each."""
    brush = Paint(mesh, person, spacing)
    _blotches(brush, person)
    _lips(brush, person, shot)
    _nose(brush, person)
    for side in (-1, 1):
        _eye(brush, person, shot, side)
        _eyebrow(brush, person, shot, side)
    _folds(brush, person, shot)
    return brush.albedo, brush.gloss


def _blotches(brush, person):
    x, y = brush.mesh["x"], brush.mesh["y"]
    uneven = 0.012 + 0.02 * person.age
    brush.albedo *= 1 + uneven * noise(person.seed, brush.mesh["level"] / 13, brush.mesh["a"] / 9)
    # Blood shows through at cheeks and nose, more in light skin: a little darker in grey.
    flush = 0.1 * smooth(0.08, 0.35, person.tone)
    for cheek in (-42, 0, 42):
        brush.albedo *= 1 - flush * np.exp(-(((x - cheek) / 17) ** 2) - ((y + 36) / 15) ** 2)
    random = np.random.default_rng([person.seed, 3])
    for _ in range(int(person.moles * 7)):
        px, py, size = random.uniform(-55, 55), random.uniform(-95, 60), random.uniform(0.8, 2.2)
        where, u, v = brush.at(px, py, 6, 6)
        spot = np.exp(-((u - px) ** 2 + (v - py) ** 2) / (size**2 + brush.soft**2))
        brush.shade(where, spot * size**2 / (size**2 + brush.soft**2), 0.35)


def _lips(brush, person, shot):
    _, lips, _ = landmarks_y(person)
    half = person.mouth_width / 2
    where, x, y = brush.at(0, lips, half + 6, 26)
    u = np.clip(np.abs(x) / half, 0, 1)
    low = lips - 3.0 * (shot.mouth_open > 0)
    bow = person.upper_lip * (1 - u**1.8) * (1 - 0.22 * np.exp(-((x / 4.5) ** 2)))
    lower = person.lower_lip * (1 - u**2.4)
    inside = np.abs(x) < half
    mask = brush.edge(lips + bow - y) * brush.edge(y - low + lower) * inside
    dark = 1 - 1.2 * person.lip_dark * (0.5 + 0.5 * smooth(0.05, 0.25, person.tone))
    brush.shade(where, mask * smooth(1, 0.9, u), dark)
    brush.gloss[where] += 0.8 * mask
    under = lips - person.lower_lip - 4
    brush.shade(where, np.exp(-((x / 16) ** 2) - ((y - under) / 3.2) ** 2), 0.75)
    if shot.mouth_open > 0:
        deep = np.clip((lips - y) / 3.0, 0, 1)  # 0 at the upper lip to 1 at the lower
        hole = (y < lips) & (y > low) & inside
        gap = shot.mouth_open * 24 * (1 - u**2)
        teeth = np.minimum(8.5 * (0.35 + 0.65 * max(shot.smile, 0)) / np.maximum(gap, 1), 0.95)
        shown = smooth(teeth + 0.12, teeth - 0.05, deep) * smooth(0.95, 0.6, u)
        shown *= 0.45 + 0.55 * smooth(-0.3, 0.4, shot.smile)
        gaps = 1 - 0.25 * np.exp(-((((x + 4) % 8 - 4) / 0.7) ** 2)) / max(brush.soft, 1)
        color = MOUTH_INSIDE + (TEETH * gaps * (1 - 0.5 * u**2) - MOUTH_INSIDE) * shown
        brush.cover(where, hole, color, gloss=0.2)
    else:
        line = np.exp(-(((y - lips) / max(1.5, brush.soft)) ** 2)) * smooth(
            1.08, 0.95, np.abs(x) / half
        )
        brush.shade(where, line * min(1.0, 2.2 / brush.soft), 0.2)


def _nose(brush, person):
    base = landmarks_y(person)[0]
    for side in (-1, 1):
        px = side * (0.2 * person.nose_width)
        where, x, y = brush.at(px, base + 1, 10, 8)
        # Nostrils lie on the nose's underside: seen from ahead, slits that slope outwards.
        u, v = (x - px) / 5.0, (y - base - 0.8 - 0.15 * np.abs(x - px)) / 3.0
        brush.shade(where, np.exp(-((u * u + v * v) ** 1.5)), 0.12)
        px = side * (person.nose_width / 2 + 0.5)
        where, x, y = brush.at(px, base + 6, 10, 12)
        brush.shade(where, np.exp(-(((x - px) / 2.2) ** 2) - ((y - base - 6) / 7) ** 2), 0.6)


def _eye(brush, person, shot, side):
    center = side * person.eye_distance / 2
    half = person.eye_width / 2
    where, x, y = brush.at(center, 0, half + 9, 20)
    u = (x - center) / half
    y = y - np.tan(np.radians(person.eye_tilt)) * (x - center) * side
    open_ = 1 - max(shot.eyes_closed, 0) - 0.15 * max(shot.smile, 0) + 0.12 * shot.brow_raise
    open_ = float(np.clip(open_, 0.03, 1.2))
    # The upper lid's arc is highest a little towards the nose, the lower's towards the ear.
    arc = np.clip(1 - np.abs(u + 0.08 * side) ** 2.2, 0, 1)
    upper = -1 + (1 + 0.55 * person.eye_opening) * arc * open_ - 2.5 * (1 - open_)
    lower = -1 - 0.45 * person.eye_opening * np.clip(1 - np.abs(u - 0.1 * side) ** 2, 0, 1)
    lower = np.minimum(lower, upper)
    within = smooth(1.05, 0.9, np.abs(u))
    # Shadowed skin round the eye, the fold of the upper lid
    around = np.exp(-((u / 1.15) ** 2) - ((y - 1) / 8) ** 2)
    brush.shade(where, around, 0.55 - 0.08 * person.age)
    crease = upper + 2.6 + 2.0 * open_ * (1 - u * u).clip(0)
    line = np.exp(-(((y - crease) / max(1.0, brush.soft)) ** 2)) * smooth(1.3, 0.8, np.abs(u))
    brush.shade(where, line * person.lid_fold / max(1, brush.soft), 0.5)
    eye = brush.edge(upper - y) * brush.edge(y - lower) * within
    white = (
        SCLERA
        * (0.45 + 1.2 * person.tone)
        * (1 - 0.35 * u * u)
        * smooth(upper + 1, upper - 5, y) ** 0.5
    )
    brush.cover(where, eye, white, gloss=0.6)
    px, py = center + 4.5 * shot.gaze, 0.6
    r = np.hypot(x - px, y - py)
    brush.cover(where, eye * brush.edge(6.2 - r), person.iris * 0.4, gloss=0.3)
    brush.cover(where, eye * brush.edge(4.6 - r), person.iris * 0.6)
    brush.cover(where, eye * brush.edge(2.6 - r), PUPIL)
    # The glint of the light on the wet eye
    gx = px + 2.4 * np.sin(np.radians(np.clip(shot.azimuth - shot.yaw, -80, 80)))
    gy = py + 2.4 * np.sin(np.radians(shot.elevation))
    spot = np.exp(-((x - gx) ** 2 + (y - gy) ** 2) / (1.0 + brush.soft**2)) / (1 + brush.soft**2)
    brush.cover(where, eye * spot, 0.8 * (1 - shot.ambient) + 0.2)
    lash = np.exp(-(((y - upper - 0.2) / max(1.7, brush.soft)) ** 2)) * within
    brush.shade(where, np.minimum(lash * 2.4 / max(1.7, brush.soft), 1), 0.1)
    lash = np.exp(-(((y - lower) / max(0.8, brush.soft)) ** 2)) * within
    brush.shade(where, lash / max(1, brush.soft), 0.4)


def _eyebrow(brush, person, shot, side):
    center = side * (person.eye_distance / 2 + 1)
    where, x, y = brush.at(center, person.brow_height, 36, 22)
    u = (x - center) * side / 23  # -1 at the nose to 1 at the temple
    middle = person.brow_height + 1.5 * shot.brow_raise + person.brow_arch * (1 - (u - 0.3) ** 2)
    middle += person.brow_tilt * 0.5 * u + 2.5 * min(shot.brow_raise, 0) * smooth(0, -1, u)
    thick = 0.5 * person.brow_thickness * smooth(1.05, -0.2, u) ** 0.7 * smooth(-1.15, -0.8, u)
    grain = noise(person.seed + 9, brush.mesh["level"][where[0]] / 3, brush.mesh["a"][where[1]])
    hairs = 0.85 + 0.15 * grain
    distance = thick - np.abs(y - middle)
    mask = smooth(-1.2 - brush.soft, 1.2 + brush.soft, distance) * (thick > 0.2)
    dark = min(person.hair_color * 0.7, 0.4 * person.tone)
    brush.cover(where, mask * hairs.clip(0, 1) * person.brow_dark, dark, gloss=0.3)


def _folds(brush, person, shot):
    base, lips, _ = landmarks_y(person)
    deep = np.clip(0.15 + 0.4 * person.age + 0.4 * max(shot.smile, 0), 0, 0.8)
    for side in (-1, 1):
        where, x, y = brush.at(side * 27, (base + lips) / 2, 16, 24)
        t = np.clip((base + 5 - y) / (base + 5 - lips), -0.2, 1.3)
        line = person.nose_width / 2 + 3 + 12 * t
        mask = np.exp(-(((x * side - line) / max(1.6, brush.soft)) ** 2)) * smooth(-0.2, 0.1, t)
        brush.shade(where, mask * smooth(1.3, 0.8, t) * deep, 0.55)
        px = side * (person.eye_distance / 2 - 2)
        where, x, y = brush.at(px, -12, 20, 9)
        bag = np.exp(-(((y + 11 - 0.012 * (x - px) ** 2) / 2.2) ** 2) - ((x - px) / 13) ** 2)
        brush.shade(where, bag * (0.12 + 0.4 * person.age), 0.6)
    lines = 0.5 * max(shot.brow_raise, 0) + 0.45 * smooth(0.4, 0.9, person.age)
    if lines > 0.05:
        where, x, y = brush.at(0, 46, 42, 18)
        wave = np.sin((y - 0.004 * x * x) * 2 * np.pi / 9 + 2 * person.seed)
        mask = smooth(0.5, 1, wave) * smooth(42, 25, np.abs(x)) * smooth(18, 10, np.abs(y - 46))
        brush.shade(where, mask * lines, 0.7)
    if shot.brow_raise < 0 or person.age > 0.5:
        for side in (-1, 1):
            where, x, y = brush.at(side * 5, person.brow_height - 1, 5, 9)
            line = np.exp(-(((x - side * 5) / 1.3) ** 2) - ((y - person.brow_height + 1) / 7) ** 2)
            brush.shade(where, line * (0.6 * max(0, -shot.brow_raise) + 0.3 * person.age), 0.6)
