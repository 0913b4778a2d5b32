"""Light on a head: one main light with its cast shadows, and the soft light of the surroundings.

The soft light is the idea of precomputed radiance transfer (P.-P. Sloan, J. Kautz and J. Snyder,
ACM Transactions on Graphics 21(3), 2002): once a person, a coarse head is looked at from directions
all round to find which of them each place sees; whatever the surroundings are then, what they send
to a place is a sum over the directions it sees.
"""

import functools

import numpy as np
from scipy.ndimage import gaussian_filter

from tinyml_helpers.applications.faces.drawn.hair import on_head
from tinyml_helpers.applications.faces.drawn.head import grid_normals, resting

COARSE = 6.0  # mm between the points of the coarse head
DIRECTIONS = 40


def main_light(shot):
    """Unit vector [3] towards the main light, in the camera's frame."""
    a, e = np.radians([shot.azimuth, shot.elevation])
    return np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)], np.float32)


def all_round(count=DIRECTIONS):
    """Unit vectors [count, 3] spread evenly over the sphere (a Fibonacci spiral)."""
    n = np.arange(count) + 0.5
    z, turn = 1 - 2 * n / count, n * np.pi * (3 - 5**0.5)
    r = np.sqrt(1 - z * z)
    return np.stack([r * np.cos(turn), z, r * np.sin(turn)], axis=1).astype(np.float32)


def depth_order(depth):
    """The order of depths from the farthest (smallest) to the nearest: a radix sort of 16 bits."""
    low = depth.min()
    steps = 65535 / max(float(depth.max() - low), 1e-6)
    return np.argsort(((depth - low) * steps).astype(np.uint16), kind="stable")


def lit(points, casters, light, blur, cell, bias):
    """How much of a far light reaches each of points [3, n]: 0 in another's shadow to 1.

    casters: the points [3, m] that throw shadows. light: unit vector towards the light. blur: how
    soft the shadow's edge is, in cells of `cell` mm. bias: mm a place may lie behind another and
    still be lit.
    """
    across = np.array([light[2], 0, -light[0]]) + np.array([1e-3, 0, 0])
    across = across / np.linalg.norm(across)
    frame = np.stack([across / cell, np.cross(light, across) / cell, light]).astype(np.float32)
    u, v, depth = frame @ casters
    u0, v0 = u.min() - 4, v.min() - 4
    columns, rows = int(v.max() - v0) + 6, int(u.max() - u0) + 6
    order = depth_order(depth)
    nearest = np.full(rows * columns, -1e6, np.float32)
    place = (u - u0).astype(np.int32) * columns + (v - v0).astype(np.int32)
    nearest[place[order]] = depth[order]
    u, v, depth = frame @ points
    u, v, depth = u - u0, v - v0, depth + bias
    total = np.zeros(len(depth), np.float32)
    offsets = ((0.8, 0.3), (-0.3, 0.8), (-0.8, -0.3), (0.3, -0.8)) if blur else ((0, 0),)
    for du, dv in offsets:
        row = np.clip(u + du * blur, 0, rows - 1).astype(np.int32)
        column = np.clip(v + dv * blur, 0, columns - 1).astype(np.int32)
        total += np.clip((depth - nearest[row * columns + column]) / cell + 1, 0, 1)
    return total / len(offsets)


@functools.lru_cache(maxsize=512)
def _sight(person):
    """How much of each direction a coarse head's places see: (t [h], a [w], uint8 [D, h * w])."""
    mesh = resting(person, COARSE, 0)
    points = mesh["points"] + on_head(person, COARSE, 0)[1]
    normals = grid_normals(points).reshape(3, -1)
    flat = points.reshape(3, -1)
    seen = np.empty((DIRECTIONS, flat.shape[1]), np.uint8)
    for k, way in enumerate(all_round()):
        facing = np.clip(way @ normals * 5 + 0.5, 0, 1)
        seen[k] = 255 * facing * lit(flat, flat, way, 0, COARSE * 1.3, 5.0)
    return mesh["t"], mesh["a"], seen


def surroundings(person, mesh, shot, turn):
    """The soft light on a head's mesh: float32 [3, rows, columns], along x, y and z of the camera.

    By Lambert's law the light a place gets is the dot product of this and its normal.

    turn: the head's rotation [3, 3]. A grey room of brightness 1 all round gives about 1.
    """
    t, a, seen = _sight(person)
    ways = all_round() @ turn.T  # in the camera's frame
    room = 0.75 + 0.45 * ways[:, 1] + 0.15 * ways[:, 2]  # brighter above than below
    window = np.exp(7 * (ways @ main_light(shot) - 1))  # the main light's own wide, soft part
    window *= room.sum() / window.sum()
    soft = shot.softness * (1 - shot.ambient)
    strength = shot.ambient * room + soft * 1.5 * window
    # Over half a sphere the cosine averages 1/2, and half the directions are seen: hence the 4.
    sent = ((4 / DIRECTIONS / 255) * strength[:, None] * ways).astype(np.float32)
    coarse = sent.T @ seen.astype(np.float32)
    coarse = gaussian_filter(coarse.reshape(3, len(t), len(a)), (0, 0.6, 0.6))
    return np.stack([_between(_between(part, t, mesh["t"]).T, a, mesh["a"]).T for part in coarse])


def open_air(shot, normals):
    """The soft light [n] on places with these normals [3, n] that nothing hides from it."""
    soft = shot.ambient * (0.75 + 0.3 * normals[1] + 0.1 * normals[2])
    window = np.clip(0.15 + 0.85 * (main_light(shot) @ normals), 0, None)
    return soft + 1.5 * shot.softness * (1 - shot.ambient) * window


def _between(table, known, wanted):
    """Rows of `table`, given at `known` places, interpolated at the `wanted` ones."""
    place = np.interp(wanted, known, np.arange(len(known)))
    low = np.minimum(place.astype(np.int32), len(known) - 2)
    part = (place - low).astype(np.float32)[:, None]
    return table[low] * (1 - part) + table[low + 1] * part
