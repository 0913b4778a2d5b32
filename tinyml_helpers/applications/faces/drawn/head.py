"""The shape of a head: rings of points round a skull, then pushed in and out to a face.

Millimetres, from the middle of the head at the eyes' height: x to the picture's right, y up, z
towards the camera. A *mesh* is a dict of float32 arrays over a grid of rows and columns:

- points [3, rows, columns]: where each point is now;
- x, y [rows, columns]: where it sits on the resting face, which is what paint goes by;
- a [columns]: azimuth round the head in degrees, 0 at the nose, 90 at an ear;
- t [rows]: the ring's number in RINGS; level [rows]: the row's height on the face's middle line.
"""

import functools

import numpy as np
from scipy.interpolate import PchipInterpolator

# One ring of the head a line: where it crosses the face's middle line (y, z), the side (x, y, z)
# and the back (y, z). An average adult's: 225 mm tall, 150 wide at the skull, 195 deep.
RINGS = np.array(
    [
        # front y, z   side x, y, z      back y, z
        (113, -12, 0.5, 113, -12, 113, -12),  # the crown
        (109, 22, 30, 109, -14, 110, -44),
        (98, 52, 52, 98, -15, 100, -70),
        (72, 80, 71, 70, -14, 70, -94),  # the hairline
        (48, 91, 75, 46, -12, 45, -102),
        (20, 95, 73, 20, -10, 18, -100),  # the eyebrows
        (0, 92, 70, 0, -8, 0, -96),  # the eyes
        (-25, 91, 68, -22, -8, -25, -88),
        (-46, 93, 67, -38, -8, -45, -76),  # the nose's base
        (-66, 93, 64, -52, -8, -60, -66),  # between the lips
        (-82, 88, 60, -65, -9, -72, -61),
        (-98, 90, 56, -76, -10, -82, -59),  # the chin
        (-112, 83, 52, -84, -12, -90, -58),  # the chin's tip
        (-118, 64, 48, -91, -14, -97, -58),
        (-122, 28, 50, -100, -16, -110, -58),  # the throat
        (-150, 27, 56, -134, -18, -138, -61),
        (-180, 33, 68, -156, -20, -156, -66),  # the neck's base
        (-192, 46, 115, -170, -22, -172, -78),
        (-212, 66, 186, -188, -24, -192, -92),  # the shoulders
        (-255, 92, 222, -255, -24, -255, -98),
        (-330, 108, 228, -340, -22, -330, -98),
        (-420, 108, 230, -430, -20, -420, -98),
    ],
    np.float32,
)
CROWN, HAIRLINE, EYES, NOSE_BASE, LIPS, CHIN, CHIN_TIP = 0, 3, 6, 8, 9, 11, 12
THROAT, NECK_BASE, LAST = 14, 16, len(RINGS) - 1
JAW_DROP = 24.0  # mm the chin sinks when the mouth is wide open
MOUTH_BAND = 3.0  # mm below the lips' line that stretch into the mouth's opening
SCALP_CENTRE = np.array([0, 20, -10], np.float32)[:, None, None]


def smooth(low, high, x):
    """0 below `low`, 1 above `high`, an S between (low may be above high: then it falls)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def landmarks_y(person):
    """Heights on the resting face: (nose's base, the lips' line, chin's tip) in mm."""
    k = person.eye_to_chin / 113
    base = (5 - person.nose_length) * k
    return base, base - (person.philtrum + person.upper_lip) * k, -person.eye_to_chin


def rings(person):
    """RINGS of this person: float32 [22, 7]."""
    table = RINGS.copy()
    n = np.arange(len(table))
    width = person.face_width / 137
    jaw = person.jaw_width / 104
    jawness = np.clip((n - EYES) / (CHIN - EYES), 0, 1)
    sides = width * (1 - jawness) + jaw * jawness
    sides[: HAIRLINE + 1] = 0.35 + 0.65 * width
    neck = smooth(CHIN_TIP, NECK_BASE - 1, n)
    sides = sides * (1 - neck) + neck * person.neck_width
    sides[NECK_BASE + 2 :] = 0.6 + 0.4 * person.neck_width
    table[:, 2] *= sides
    lower = person.eye_to_chin / 113
    upper = 0.5 + 0.5 * person.eye_to_hairline / 68
    for column in (0, 3, 5):
        y = table[:, column]
        table[:, column] = np.where(
            y > 0, y * upper, np.maximum(y, -112) * lower + np.minimum(y + 112, 0)
        )
    table[:THROAT, 1] *= person.head_depth
    table[:THROAT, 6] *= person.head_depth
    table[LIPS + 1 : THROAT, 1] += person.chin_forward * np.array([0.4, 1, 1, 0.7])
    return table


def loft(table, t, a, chin_width=1.0):
    """Points float32 [3, len(t), len(a)] of the rings `table` at numbers t and azimuths a (rad)."""
    front_y, front_z, side_x, side_y, side_z, back_y, back_z = (
        PchipInterpolator(np.arange(len(table)), table)(t).astype(np.float32).T[:, :, None]
    )
    cos, sin = np.cos(a).astype(np.float32), np.sin(a).astype(np.float32)
    square = 1 - (0.1 + 0.35 * (chin_width - 1)) * np.exp(-(((t - CHIN) / 2) ** 2))[:, None]
    ahead = cos > 0
    end_y, end_z = np.where(ahead, front_y, back_y), np.where(ahead, front_z, back_z)
    points = np.empty((3, len(t), len(a)), np.float32)
    points[0] = side_x * np.sign(sin) * np.abs(sin) ** square
    points[1] = side_y + (end_y - side_y) * cos**2
    points[2] = side_z + (end_z - side_z) * np.abs(cos)
    return points


def row_numbers(table, first, last, spacing):
    """Ring numbers (with fractions) that lie about `spacing` mm apart on the face's middle line."""
    t = np.linspace(first, last, 60 * (last - first) + 1)
    curve = PchipInterpolator(np.arange(len(table)), table)(t)
    step = np.hypot(np.diff(curve[:, 0]), np.diff(curve[:, 1]))
    step = np.maximum(step, np.hypot(np.diff(curve[:, 3]), np.diff(curve[:, 2])))
    length = np.concatenate([[0], np.cumsum(step)])
    return np.interp(np.linspace(0, length[-1], int(length[-1] / spacing) + 2), length, t)


def azimuths(spacing, radius=85.0):
    """Angles round the head in radians, -pi to pi: close together at the face, wider behind."""
    angle = np.linspace(-np.pi, np.pi, 721)
    density = 0.45 + 0.75 * smooth(2.0, 1.4, np.abs(angle))
    count = np.concatenate([[0], np.cumsum(density[1:])]) * (angle[1] - angle[0])
    return np.interp(np.linspace(0, count[-1], int(count[-1] * radius / spacing)), count, angle)


class Sculpture:
    """Adds bumps to a mesh's face, each only on the few points it reaches."""

    def __init__(self, mesh):
        self.mesh = mesh
        self.ahead = np.abs(mesh["a"]) < 88
        self.reach = np.abs(mesh["x"]).max(axis=0) * np.sign(mesh["a"])

    def near(self, x, y, rx, ry):
        """Slices (rows, columns) of the face within rx, ry of (x, y), and a little more."""
        # A ring climbs towards the ears by up to 40 mm: off the middle more rows are looked at.
        climb = 0.011 * (abs(x) + rx) ** 2
        level = self.mesh["level"]
        rows = np.flatnonzero((level < y + ry) & (level > y - ry - climb))
        # On the face's rows a column lies between 0.6 times and all of its farthest reach.
        far, close = self.reach, 0.6 * self.reach
        columns = np.flatnonzero(
            self.ahead & (np.maximum(far, close) > x - rx) & (np.minimum(far, close) < x + rx)
        )
        if not len(rows) or not len(columns):
            return slice(0, 0), slice(0, 0)
        return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)

    def bump(self, x, y, rx, ry, height, axis=2):
        """A soft hill (or dent) `height` mm tall at (x, y) and, unless x is 0, its mirror image."""
        if not height:
            return
        for side in (1, -1) if x else (1,):
            at = self.near(side * x, y, 2.6 * rx, 2.6 * ry)
            u, v = (self.mesh["x"][at] - side * x) / rx, (self.mesh["y"][at] - y) / ry
            hill = height * np.exp(-(u * u + v * v))
            self.mesh["points"][axis][at] += hill * (side if axis == 0 else 1)


def nose(person, x, y):
    """How far the nose stands out at (x, y) of the resting face, mm."""
    base = landmarks_y(person)[0]
    root, tip = 4.0, base + 7 + person.nose_tip
    t = np.clip((root - y) / (root - tip), 0, 1)
    ridge = person.nose_height * (0.3 + 0.7 * t**1.2) + person.nose_bump * np.sin(np.pi * t)
    half = (person.bridge_width + 3) * (1 - t) + (6.5 + 0.13 * person.nose_width) * t
    profile = ridge * np.exp(-((np.abs(x) / half) ** 2.1))
    wing_x, wing_r = person.nose_width / 2 - 5.5, 5.0 + 0.05 * person.nose_width
    wing = 8.5 * np.exp(
        -(np.abs((np.abs(x) - wing_x) / wing_r) ** 2.6) - ((y - base - 6.5) / 6.5) ** 4
    )
    ends = smooth(root + 16, root - 6, y) * smooth(base - 2.5, base + 4 + person.nose_tip * 0.6, y)
    return np.maximum(profile * ends, wing * smooth(base - 2, base + 2, y))


@functools.lru_cache(maxsize=8)
def resting(person, spacing, mouth_rows):
    """The mesh of this person's head and neck at rest, without hair. Cached: don't change it."""
    table = rings(person)
    t = row_numbers(table, CROWN, NECK_BASE, spacing)
    base, lips, _ = landmarks_y(person)
    if mouth_rows:  # an opening mouth stretches a band of 3 mm: it needs rows of its own
        fine = np.linspace(CROWN, NECK_BASE, 3000)
        y = PchipInterpolator(np.arange(len(table)), table[:, 0])(fine)
        band = np.interp(np.linspace(-lips, MOUTH_BAND - lips, mouth_rows), -y, fine)
        t = np.sort(np.concatenate([t[(t < band[0]) | (t > band[-1])], band]))
    a = azimuths(spacing)
    points = loft(table, t, a, person.chin_width)
    mesh = {
        "points": points,
        "x": points[0].copy(),
        "y": points[1].copy(),
        "a": np.degrees(a).astype(np.float32),
        "t": t.astype(np.float32),
        "level": points[1, :, len(a) // 2].copy(),
    }
    clay = Sculpture(mesh)
    eye, brow, k = person.eye_distance / 2, person.brow_height, person.eye_to_chin / 113
    clay.bump(eye - 1, 3, 16, 11, -person.eye_depth)
    clay.bump(eye, 0, 11, 8, 2.5 + 0.35 * person.eye_depth)
    clay.bump(27, brow - 1, 17, 6, person.brow_ridge)
    clay.bump(0, brow, 11, 9, 0.35 * person.brow_ridge)
    clay.bump(0, 7, 12, 7, 2)
    clay.bump(26, 55, 22, 18, 2)
    clay.bump(66, 26, 16, 16, -3)
    clay.bump(47, -27, 17, 12, person.cheekbone + 1)
    clay.bump(43, -62 * k, 19, 20, person.cheek_fat)
    clay.bump(eye - 2, -15, 13, 5, -1.2 - 2 * person.age)
    clay.bump(person.nose_width / 2 + 3, base + 6, 4.5, 7, -2)
    clay.bump(0, (base + lips) / 2, 3, 6, -1.2)
    clay.bump(7, lips + 0.5 * person.upper_lip, 11, 0.55 * person.upper_lip + 1, 3)
    clay.bump(0, lips + 0.4 * person.upper_lip, 14, 0.6 * person.upper_lip + 1, 2.5)
    clay.bump(0, lips - 0.55 * person.lower_lip - 1, 18, 0.55 * person.lower_lip + 1.5, 5.5)
    clay.bump(0, lips - 0.5, 0.42 * person.mouth_width, 1.8, -3)
    clay.bump(person.mouth_width / 2 + 3, lips - 2, 6, 7, -2.2)
    clay.bump(0, lips - person.lower_lip - 5.5, 16, 4.5, -4.5)
    clay.bump(0, -101 * k, 15 * person.chin_width, 9, 4)
    for step in np.linspace(0, 1, 6):  # the fold from the nose's wing to the mouth's corner
        x = person.nose_width / 2 + 3 + step * 13
        clay.bump(x, base + 3 + step * (lips - base - 5), 4.5, 6, -0.3 - 0.6 * person.age)
    at = clay.near(0, -20, 34, 40)
    mesh["points"][2][at] += nose(person, mesh["x"][at], mesh["y"][at])
    clay.bump(6.5, base - 0.5, 3.4, 2.4, -4)
    return mesh


def express(mesh, person, shot):
    """A copy of a resting mesh with the shot's expression on it."""
    mesh = {**mesh, "points": mesh["points"].copy()}
    clay = Sculpture(mesh)
    base, lips, _ = landmarks_y(person)
    corner, smile = person.mouth_width / 2, shot.smile
    clay.bump(corner, lips, 13, 10, 5 * smile + 0.6 * person.mouth_curve, axis=1)
    clay.bump(corner, lips, 14, 12, 5 * max(smile, 0) - 2 * shot.mouth_open, axis=0)
    if smile > 0:
        clay.bump(corner, lips, 14, 12, -3 * smile)
        clay.bump(37, -36, 15, 12, 5.5 * smile)
        for step in np.linspace(0, 1, 6):
            x = person.nose_width / 2 + 4 + step * 17
            clay.bump(x, base + 4 + step * (lips - base - 4), 4.5, 6, -1.4 * smile)
        clay.bump(0, lips, 24, 9, -2 * smile)
    clay.bump(24, person.brow_height, 18, 8, 3.5 * shot.brow_raise, axis=1)
    clay.bump(0, person.brow_height - 2, 5, 6, 2 * max(0.0, -shot.brow_raise))
    if shot.mouth_open:
        x, y = mesh["x"], mesh["y"]
        lens = np.clip(1 - (x / (corner + 1)) ** 2, 0, 1) * (np.abs(mesh["a"]) < 80)
        drop = smooth(lips, lips - MOUTH_BAND, y) * lens
        drop += smooth(lips + 8, lips - 26, y) * (1 - lens)
        joint = np.cos(np.radians(mesh["a"] * 0.95)).clip(0) ** 0.7
        neck = smooth(THROAT + 0.5, CHIN_TIP, mesh["t"])[:, None]
        drop *= shot.mouth_open * joint * neck
        mesh["points"][1] -= JAW_DROP * drop
        mesh["points"][2] -= 0.3 * JAW_DROP * drop
    return mesh


def grid_normals(points):
    """Unit normals float32 [3, rows, columns] of a grid of points [3, rows, columns].

    They point outward where rows run down and columns to the right.
    """
    down, right = np.empty_like(points), np.empty_like(points)
    down[:, 1:-1] = points[:, 2:] - points[:, :-2]
    down[:, 0], down[:, -1] = points[:, 1] - points[:, 0], points[:, -1] - points[:, -2]
    right[..., 1:-1] = points[..., 2:] - points[..., :-2]
    right[..., 0] = points[..., 1] - points[..., 0]
    right[..., -1] = points[..., -1] - points[..., -2]
    (dx, dy, dz), (rx, ry, rz) = down, right
    normal = np.stack([dy * rz - dz * ry, dz * rx - dx * rz, dx * ry - dy * rx])
    return normal / np.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2 + 1e-9)
