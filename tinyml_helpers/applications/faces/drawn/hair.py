"""Hair: on the skull, on the chin, and hanging down."""

import functools

import numpy as np

from tinyml_helpers.applications.faces.drawn.head import (
    CHIN_TIP,
    SCALP_CENTRE,
    THROAT,
    grid_normals,
    landmarks_y,
    loft,
    resting,
    rings,
    smooth,
)
from tinyml_helpers.applications.faces.drawn.skin import noise

# The hairline's height (mm) at azimuths round the head, degrees from the face's middle: sideburn in
# front of the ear, over the ear, down to the nape. The front is set by the person.
HAIRLINE_AT = (0, 22, 40, 52, 64, 72, 80, 88, 100, 116, 145, 180)
HANGING = {"bob": 35.0, "long": 130.0}  # mm the hair hangs below the mouth


def hairline(person):
    """Heights in mm at the azimuths HAIRLINE_AT."""
    top, temple = person.eye_to_hairline, person.hair_recession
    line = [top, top + temple, top - 8 + 0.5 * temple, 36, 12, -14, -16, 8, 10, -50, -82, -86]
    if person.hair_style in ("bob", "long", "tied"):
        line[4:6] = [16, 2]
    if person.hair_style == "fringe":
        brow = person.brow_height
        line[:4] = [brow + 14, brow + 13, brow + 10, 22]
    if person.hair_style == "bald":
        line = [160, 160, 150, 130, 40, 10, -4, 8, 18, -30, -60, 40]
    return line


@functools.lru_cache(maxsize=8)
def on_head(person, spacing, mouth_rows):
    """Hair that lies on the skull, over resting's grid: (mask 0..1, push in mm [3, ...], albedo).

    Cached: don't change it.
    """
    mesh = resting(person, spacing, mouth_rows)
    x, y, a, level = mesh["x"], mesh["y"], np.abs(mesh["a"]), mesh["level"]
    volume, style = person.hair_volume, person.hair_style
    height = np.interp(a, HAIRLINE_AT, hairline(person)).astype(np.float32)
    distance = y - height - 3 * noise(person.seed + 1, level / 40, mesh["a"] / 7)
    parted = np.tanh((x - person.hair_parting) / 12)
    if style == "swept":
        distance += 5 * parted * smooth(60, 30, a)
    soft = 3.5 + 0.6 * spacing
    mask = smooth(-soft, soft, distance)
    thick = volume * smooth(-4, 18 + volume, distance)
    if style not in ("curly", "fringe", "bob", "long"):  # cut shorter at the sides
        thick *= 1 - 0.7 * smooth(85, 25, y) * smooth(30, 70, a)
    if style == "bald":
        mask = mask * 0.4
    if style == "curly":
        thick *= 1 + 0.2 * noise(person.seed + 2, level / 16, mesh["a"] / 11)
    else:
        thick *= 1 + 0.12 * noise(person.seed + 2, level / 70, mesh["a"] / 9)
    if style == "swept":
        thick *= 1 + 0.3 * parted
    outward = mesh["points"] - SCALP_CENTRE
    outward[1] *= 0.8
    outward *= thick / np.sqrt(outward[0] ** 2 + outward[1] ** 2 + outward[2] ** 2)
    return mask, outward, person.hair_color * strands(person, level, mesh["a"])


def strands(person, level, azimuth):
    """How bright hair is, about 1: streaks along the rows `level` (mm), different by azimuth."""
    if person.hair_style == "curly":
        return np.clip(1 + 0.25 * noise(person.seed + 4, level / 5, azimuth / 4), 0.5, 1.4)
    fine = noise(person.seed + 4, level / 40, azimuth / 1.6)
    broad = noise(person.seed + 5, level / 60, azimuth / 7)
    return np.maximum(1 + 0.2 * fine + 0.25 * broad, 0.2)


@functools.lru_cache(maxsize=8)
def beard(person, spacing, mouth_rows):
    """How far a beard covers the face (0..1), over resting's grid; None for a bare face. Cached."""
    if person.beard == "none":
        return None
    mesh = resting(person, spacing, mouth_rows)
    base, lips, _ = landmarks_y(person)
    x, y = np.abs(mesh["x"]), mesh["y"]
    soft, half = 3 + spacing, person.mouth_width / 2
    off_lips = smooth(1.0, 1.3, (x / (half + 1)) ** 2 + ((y - lips) / (person.lower_lip + 1)) ** 2)
    above_neck = smooth(THROAT - 0.7, CHIN_TIP + 0.5, mesh["t"])[:, None]
    moustache = smooth(base - 1, base - 4, y) * smooth(half + 5, half - 3, x)
    moustache *= smooth(lips + 0.35 * person.upper_lip, lips + 0.8 * person.upper_lip, y)
    below = smooth(lips - 1, lips - 7, y) * off_lips * above_neck
    if person.beard == "moustache":
        mask = moustache
    elif person.beard == "goatee":
        ring = (
            smooth(base - 2, base - 8, y)
            * smooth(half + 8, half + 3, x)
            * smooth(half - 2, half + 3, x)
        )
        mask = np.maximum(
            moustache, np.maximum(below * smooth(half + 6, half - 3, x), ring * above_neck)
        )
    else:
        edge = base - 6 + 0.55 * np.maximum(x - 25, 0)
        cheek = smooth(edge + soft, edge - soft, y) * smooth(half - 4, half + 8, x)
        mask = np.maximum(np.maximum(cheek * off_lips * above_neck, below), moustache)
    dense = 0.4 * person.beard_dense if person.beard == "stubble" else person.beard_dense
    grain = 0.9 + 0.15 * noise(person.seed + 6, mesh["level"] / 4, mesh["a"] / 2)
    return (mask * dense * grain * (np.abs(mesh["a"]) < 100)).clip(0, 1)


def hanging(person, spacing):
    """Long hair as a curtain round the back of the head: (points, normals, albedo) or None."""
    if person.hair_style not in HANGING:
        return None
    lowest = landmarks_y(person)[1] - HANGING[person.hair_style]
    y = np.arange(100, lowest, -0.95 * spacing, dtype=np.float32)
    open_at = np.radians(64 - 4 * (person.seed % 4))
    a = np.arange(open_at, 2 * np.pi - open_at, 0.95 * spacing / 80)
    # Down to the eyes the curtain follows the skull; below, it hangs.
    points = loft(rings(person), np.interp(-y, [-100, -75, 0, 60], [1.5, 3, 6, 6.5]), a)
    below = smooth(20, -60, y)[:, None]
    points[1] = np.minimum(y[:, None], points[1])
    out = (person.hair_volume * smooth(100, 60, y) + 5)[:, None] + 0.1 * person.hair_volume * below
    wave = 2.5 * noise(person.seed + 7, y / 50, np.degrees(a) / 14)
    wave += 3 * noise(person.seed + 8, y / 200, np.degrees(a) / 6) * below
    points[0] += (out + wave) * np.sin(a).astype(np.float32)
    points[2] += (out + wave) * np.cos(a).astype(np.float32)
    # Below the jaw it falls in front of the shoulders.
    points[2] += 22 * below * smooth(0.2, 0.9, np.abs(np.sin(a))).astype(np.float32)
    albedo = person.hair_color * strands(person, y, np.degrees(a))
    # Seen from before, the curtain shows its inside, which is dark.
    both = np.concatenate([points, points[:, ::-1]], axis=1)
    normals = grid_normals(points)
    return (
        both,
        np.concatenate([normals, -normals[:, ::-1]], axis=1),
        np.concatenate([albedo, 0.4 * albedo[::-1]]),
    )


def lock(mesh, person, shot, albedo, gloss):
    """A lock of hair that falls over the forehead and an eye, laid on the mesh."""
    random = np.random.default_rng([shot.seed, 10])
    side = random.choice([-1, 1])
    root, end, lowest = random.uniform(-15, 10), random.uniform(25, 45), random.uniform(-45, 5)
    x, y = mesh["x"] * side, mesh["y"]
    down = np.clip((person.eye_to_hairline + 8 - y) / (person.eye_to_hairline + 8 - lowest), 0, 1)
    middle = root + (end - root) * down**0.7
    half = random.uniform(8, 18) * (1 - 0.5 * down)
    mask = smooth(
        2, -2, np.abs(x - middle) - half - 3 * noise(shot.seed, mesh["level"] / 30, mesh["a"] / 3)
    )
    mask *= smooth(lowest - 3, lowest + 6, y) * (np.abs(mesh["a"]) < 75)
    color = person.hair_color * (
        0.8 + 0.3 * noise(shot.seed + 1, mesh["level"] / 50, mesh["a"] / 2)
    )
    albedo += (np.maximum(color, 0.01) - albedo) * mask
    gloss += (0.5 - gloss) * mask
    mesh["points"][2] += 6 * mask
