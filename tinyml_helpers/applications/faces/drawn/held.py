"""What is held before a face: a hand, a microphone, a cup, a telephone; points as in worn.py."""

import numpy as np

from tinyml_helpers.applications.faces.drawn.head import grid_normals, landmarks_y


def before_face(person, shot, spacing):
    """A hand or an object before the face: (points [3, n], normals [3, n], albedo [n]), float32."""
    random = np.random.default_rng([shot.seed, 11])
    parts = hand(person, random, spacing)
    if shot.occlusion == "object":
        parts = thing(person, random, spacing)
    return tuple(
        np.concatenate([part[k] for part in parts], axis=-1).astype(np.float32) for k in range(3)
    )


def tube(start, end, radius, spacing, albedo, tip=0.6):
    """A rod with round ends from start to end [3], mm. tip: its end's share of the radius."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    along = end - start
    length = np.linalg.norm(along)
    along = along / max(length, 1e-6)
    aside = np.cross(along, [0.3, 0.2, 0.9])
    aside = aside / np.linalg.norm(aside)
    up = np.cross(aside, along)
    s = np.arange(-radius, length + radius + spacing, 0.9 * spacing)
    past = np.maximum(np.maximum(-s, s - length), 0) / radius
    r = (
        radius
        * (1 + (tip - 1) * np.clip(s / max(length, 1e-6), 0, 1))
        * np.sqrt(np.clip(1 - past**2, 0.01, 1))
    )
    angle = np.arange(0, 2 * np.pi, 0.9 * spacing / radius)
    round_ = aside[:, None] * np.cos(angle) + up[:, None] * np.sin(angle)
    points = (start[:, None] + along[:, None] * s)[:, :, None] + r[:, None] * round_[:, None]
    normals = grid_normals(points)
    normals *= np.sign(np.sum(normals * round_[:, None]))
    shade = np.broadcast_to(np.float32(albedo), points.shape[1:])
    return points.reshape(3, -1), normals.reshape(3, -1), shade.reshape(-1)


def hand(person, random, spacing):
    """Four fingers and the back of a hand, from below, before mouth, cheek or an eye."""
    place = np.array([random.uniform(-40, 40), random.uniform(-90, 10), 112.0])
    turn = random.uniform(-1.2, 1.2)
    way = np.array([np.sin(turn), np.cos(turn), 0.0])
    beside = np.array([way[1], -way[0], 0.0])
    spread = random.uniform(16, 20)
    tone = person.tone
    parts = []
    for finger, length in enumerate((58, 68, 66, 50)):
        knuckle = place + beside * spread * (finger - 1.5) - way * 20
        bend = np.array([0, 0, -random.uniform(5, 20)])
        middle = knuckle + way * length * 0.55
        parts.append(tube(knuckle, middle, 9.5, spacing, tone, 0.9))
        parts.append(
            tube(middle, middle + way * length * 0.4 + bend, 8.3, spacing, tone * 1.03, 0.8)
        )
    for strip in range(4):
        knuckle = place + beside * spread * (strip - 1.5) - way * 20
        wrist = place + beside * 11 * (strip - 1.5) - way * 100 + np.array([0, 0, -10])
        parts.append(tube(wrist, knuckle, 13, spacing, tone * 0.97, 0.8))
    parts.append(tube(wrist - way * 90, wrist, 27, spacing, tone * 0.95, 1.0))
    return parts


def thing(person, random, spacing):
    """A microphone, a cup or a telephone."""
    lips = landmarks_y(person)[1]
    kind, x = random.choice(["microphone", "cup", "telephone"]), random.uniform(-25, 25)
    if kind == "microphone":
        top = np.array([x * 0.6, lips - random.uniform(5, 35), random.uniform(125, 150)])
        handle = top + np.array([2 * x, -170, 10])
        color = random.choice([0.02, 0.1, 0.3])
        return [
            tube(handle, top, 13, spacing, 0.03, 1.2),
            tube(top, top + np.array([0, 2, 0]), 23, spacing, color, 1.0),
        ]
    if kind == "cup":
        top = np.array([x * 0.5, lips + random.uniform(-15, 12), 135.0])
        return [
            tube(
                top - np.array([0, 85, -10]), top, 34, spacing, random.choice([0.08, 0.3, 0.6]), 1.1
            )
        ]
    side = random.choice([-1, 1])
    top = np.array([side * random.uniform(25, 60), random.uniform(-10, 40), 118.0])
    rods = []
    for strip in range(7):
        at = top + np.array([side * (strip - 3) * 10, 0, -abs(strip - 3.0)])
        rods.append(tube(at - np.array([0, 125, 0]), at, 6, spacing, 0.02, 1.0))
    return rods
