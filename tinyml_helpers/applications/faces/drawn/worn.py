"""What a head wears: ears, glasses, hats, cloth, and the clothed body below it.

Every function but `cloth` returns a cloud of points close enough to cover, in the head's own frame:
(points [3, n] mm, normals [3, n], albedo [n]), float32.
"""

import numpy as np

from tinyml_helpers.applications.faces.drawn.head import (
    CHIN_TIP,
    CROWN,
    HAIRLINE,
    LAST,
    NECK_BASE,
    THROAT,
    grid_normals,
    landmarks_y,
    loft,
    rings,
    row_numbers,
    smooth,
)
from tinyml_helpers.applications.faces.drawn.skin import noise

DARK_LENS = 0.025


def flat(points, normals, albedo):
    """A grid piece as lists of points."""
    return points.reshape(3, -1), normals.reshape(3, -1), np.ravel(albedo).astype(np.float32)


def ear(person, side, spacing):
    """One ear: a tilted oval bowl with a raised rim. side: -1 or 1 (the picture's right)."""
    count = max(int(person.ear_length / spacing * 1.3), 8)
    v, u = np.meshgrid(np.linspace(1, -1, count), np.linspace(-1, 1, count), indexing="ij")
    # The unit square to a disc, egg-shaped: narrow at the lobe.
    x, y = u * np.sqrt(1 - v * v / 2), v * np.sqrt(1 - u * u / 2)
    r = np.hypot(x, y)
    half = person.ear_length / 2
    across = x * half * 0.5 * (1 + 0.22 * y)
    bowl = 4.5 * smooth(0.55, 0.85, r) - 4 * smooth(0.6, 0.2, r)
    angle = np.radians(90 - person.ear_angle)
    # The front edge touches the head; the ear opens backwards and outwards.
    back = across + half * 0.5
    out = back * np.cos(angle) + bowl * np.sin(angle)
    points = np.stack(
        [side * (person.face_width / 2 - 1 + out), y * half - 18, -2 - back * np.sin(angle)]
    ).astype(np.float32)
    normals = grid_normals(points) * np.float32(side)
    albedo = person.tone * (0.92 - 0.45 * smooth(0.6, 0.25, r)) * np.ones_like(r)
    return flat(points, normals, albedo)


def glasses(person, shot, spacing):
    """Frames (and dark lenses, with the sky in them) before the eyes."""
    random = np.random.default_rng([shot.seed, 7])
    half_w = random.uniform(21, 27)
    half_h = half_w * random.uniform(0.62, 0.92)
    square = random.uniform(1.6, 4)
    thick = 1.1 if shot.glasses == "thin" else random.uniform(2.5, 4.5)
    color = random.choice([0.02, 0.1, 0.5] if shot.glasses == "thin" else [0.015, 0.03, 0.09])
    center, depth = half_w + 7 + 0.15 * person.bridge_width, 104 + 0.1 * person.nose_height
    step = min(spacing * 0.7, 1.5)
    parts = []

    def add(x, y, z, normal, albedo):
        x, y, z = np.broadcast_arrays(x, y, z)
        points = np.stack([x, y, z]).reshape(3, -1)
        facing = np.broadcast_to(np.array(normal)[:, None], points.shape)
        parts.append((points, facing, np.broadcast_to(albedo, x.shape).ravel()))

    angle = np.arange(0, 2 * np.pi, step / half_w)[:, None]
    ring_x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / square)
    ring_y = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / square)
    rim = np.arange(0, thick + step, step)[None]
    for side in (-1, 1):
        x = (half_w + rim) * ring_x
        add(
            side * center + x,
            (half_h + rim) * ring_y - 3,
            depth - 0.004 * (side * center + x) ** 2,
            (0, 0.3, 0.95),
            color,
        )
        if shot.glasses == "dark":
            r = np.arange(0, 1, step / half_w)[None]
            x, y = half_w * r * ring_x, half_h * r * ring_y
            sky = DARK_LENS + 0.1 * smooth(0, 1, y / half_h) * random.uniform(0, 1)
            add(side * center + x, y - 3, depth - 0.004 * (side * center + x) ** 2, (0, 0, 1), sky)
        along = np.arange(0, 1, step / 100)[:, None]
        tall = np.arange(0, max(thick, 1.5) + step, step)[None]
        edge = center + half_w + thick
        temple_x = side * (edge + (person.face_width / 2 + 5 - edge) * along)
        start = depth - 0.004 * edge**2
        add(
            temple_x,
            4 - tall + 0 * along,
            start + (-8 - start) * along,
            (side * 0.9, 0.3, 0.3),
            color,
        )
    bridge = np.arange(-(center - half_w), center - half_w, step)[:, None]
    tall = np.arange(0, thick + step, step)[None]
    add(bridge, 3 - tall - 0.02 * bridge**2, depth + 1, (0, 0.3, 0.95), color)
    return tuple(
        np.concatenate([part[k] for part in parts], axis=-1).astype(np.float32) for k in range(3)
    )


def hat(person, shot, spacing):
    """A beanie, a peaked cap or a brimmed hat over the skull."""
    random = np.random.default_rng([shot.seed, 8])
    color = random.choice([0.02, 0.06, 0.15, 0.35, 0.7])
    lowest = random.uniform(1.05, 1.45) * (HAIRLINE + 0.2)
    t = np.linspace(CROWN, lowest, int(170 / spacing))
    a = np.linspace(-np.pi, np.pi, int(560 / spacing))
    points = loft(rings(person), t, a)
    room = 7 + 0.4 * person.hair_volume
    # A hat sits lower at the back than over the eyes.
    tilt = 0.16 * (90 - points[2]) * smooth(CROWN, lowest, t)[:, None]
    outward = grid_normals(points)
    points = points + room * outward
    points[1] -= tilt - random.uniform(0, 8)
    if shot.hat == "brim":
        points[1] += 30 * smooth(HAIRLINE + 0.5, CROWN + 1, t)[:, None]
    weave = 1 + 0.12 * np.sin(np.arange(len(a)) * spacing * 2 * np.pi / 9)[None] * np.ones(
        (len(t), 1)
    )
    pieces = [
        flat(
            points,
            grid_normals(points),
            color * (weave if shot.hat == "beanie" else np.ones_like(weave)),
        )
    ]
    if shot.hat != "beanie":
        rim = points[:, -1]
        ahead = np.cos(a) if shot.hat == "cap" else 0.75 + 0.25 * np.cos(a)
        reach = 75 * np.clip(ahead, 0, 1) ** (0.5 if shot.hat == "cap" else 1)
        steps = np.linspace(0, 1, max(int(95 / spacing), 4))[:, None]
        way = np.stack([np.sin(a) * 0.6, -0.18 * np.ones_like(a), np.cos(a)])
        brim = rim[:, None] + steps * (reach * way)[:, None]
        pieces.append(flat(brim, -grid_normals(brim), np.full(brim.shape[1:], color * 0.5)))
        pieces.append(flat(brim, grid_normals(brim), np.full(brim.shape[1:], color * 0.9)))
    return tuple(
        np.concatenate([piece[k] for piece in pieces], axis=-1).astype(np.float32) for k in range(3)
    )


def cloth(mesh, person, shot, albedo, gloss):
    """A medical mask over nose and mouth, or a scarf up to them, laid on the mesh (changed)."""
    random = np.random.default_rng([shot.seed, 9])
    base, lips, _ = landmarks_y(person)
    x, y, points = mesh["x"], mesh["y"], mesh["points"]
    if shot.occlusion == "mask":
        top = base + random.uniform(8, 26) - 0.004 * x**2
        edge, below, room = 1.5, smooth(THROAT, CHIN_TIP + 0.6, mesh["t"])[:, None], 1.0
        color = random.choice([0.03, 0.2, 0.4, 0.55]) * (1 + 0.1 * np.sin(y * 2 * np.pi / 14))
    else:
        top = random.uniform(lips - 4, base + 6) + 3 * np.sin(mesh["a"] / 25 + shot.seed)
        edge, below, room = 3.0, 1.0, 1.1
        folds = noise(shot.seed, mesh["level"] / 8, mesh["a"] / 25)
        color = random.choice([0.04, 0.1, 0.25, 0.5]) * (1 + 0.2 * folds)
    mask = smooth(top + edge, top - edge, y) * below
    if shot.occlusion == "mask":
        mask = mask * (np.abs(mesh["a"]) < 82)
    albedo += (color - albedo) * mask
    gloss *= 1 - mask
    # Cloth bridges the hollows of a face: towards a smooth barrel.
    barrel = np.sqrt(np.maximum(101.0**2 - (1.3 * x) ** 2, 0))
    front = mask * (np.abs(mesh["a"]) < 70) * (mesh["t"] < THROAT - 0.5)[:, None]
    points[2] += 0.95 * np.maximum(barrel - points[2], 0) * front
    points *= 1 + (room - 1) * mask


def body(person, shot, spacing):
    """Neck's base, shoulders and chest in whatever the person wears today."""
    random = np.random.default_rng([shot.seed, 4])
    table = rings(person)
    t = row_numbers(table, NECK_BASE - 1, LAST, 2.0 * spacing)
    a = np.radians(np.arange(-105, 105, np.degrees(2.0 * spacing / 200)))
    points = loft(table, t, a)
    points[::2, t < NECK_BASE] *= 1.06  # a collar stands off the neck
    x, y, _ = points
    low = random.uniform(0, 60) if random.random() < 0.6 else 0
    collar = -158 - low * np.exp(-((x / (14 + low)) ** 2)) - 0.0012 * x**2
    albedo = np.where(y > collar, person.tone * 0.9, shot.clothes)
    if random.random() < 0.35:  # a jacket over a shirt
        albedo = np.where((np.abs(x) > 12 + 0.35 * (-150 - y)) & (y < collar), 0.03, albedo)
    elif random.random() < 0.3:
        albedo = albedo * (1 + 0.4 * np.sin(y / random.uniform(3, 8)) * (y < collar))
    albedo = albedo * (1 + 0.15 * noise(shot.seed, t * 1.5, np.degrees(a) / 9))
    return flat(points, grid_normals(points), albedo)
