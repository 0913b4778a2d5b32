"""From a person and a shot to a picture: put the pieces together, turn, project, light, average.

A head is a dense cloud of points. They fall on a grid of places at least twice as fine as the
pixels asked for; of those on one place the nearest shows (a z-buffer), and a block of places is
averaged to one pixel. Light is added up in linear units; the finished picture has a display's
gamma.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.drawn import hair, head, held, light, skin, worn
from tinyml_helpers.applications.faces.drawn.identity import Identity
from tinyml_helpers.applications.faces.drawn.shot import GLASSES, HATS, OCCLUSIONS, Shot

FINER = 2  # places to a finished pixel, each way, at least,
FINEST = 80  # and as many more as it takes for a face 80 places wide: an eye needs them
SPACING = 1.3  # places between a mesh's points
BOX_MM = 164.0  # an average face's box: mid-forehead to chin
FOREHEAD = 0.76  # where the box begins, from the eyebrows (0) to the hairline (1)
GAMMA = 2.2
NECK = np.array([0, -95, -15], np.float32)[:, None]  # the head turns about this place


class Head(NamedTuple):
    """A drawn head on nothing.

    grey: float32 [h, w], 0..1, display values, not multiplied by alpha. alpha: float32 [h, w], 1
    where the head covers all of a pixel. box: (left, top, right, bottom) of the face in pixels of
    the cutout: a square from mid-forehead to the chin's tip, centred across the face as it shows.
    landmarks: dict of (x, y) in the cutout's pixels: left_eye, right_eye, left_mouth, right_mouth
    (left and right as in the picture), nose, chin, forehead.
    """

    grey: np.ndarray
    alpha: np.ndarray
    box: tuple
    landmarks: dict


class Cloud(NamedTuple):
    """Points in the camera's frame (mm) and how they take light: float32 [3, n] or [n] each."""

    points: np.ndarray  # [3, n]
    normals: np.ndarray  # [3, n]
    albedo: np.ndarray  # [n]
    gloss: np.ndarray  # [n]
    soft: np.ndarray  # [n] the surroundings' light


def rotation(yaw=0.0, pitch=0.0, roll=0.0):
    """The matrix [3, 3] that turns a head by these degrees (see Shot)."""
    cy, cp, cr = np.cos(np.radians([yaw, pitch, roll]))
    sy, sp, sr = np.sin(np.radians([yaw, pitch, roll]))
    turn = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    nod = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    tilt = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
    return (tilt @ nod @ turn).astype(np.float32)


def draw(person: Identity, shot: Shot, side: float):
    """The head of `person` as `shot` shows it, its face's box `side` pixels wide: `Head`.

    Raises ValueError for a side under 6 or over 400 pixels, and for a kind of glasses, hat or
    occlusion that isn't known.
    """
    _check(shot, side)
    finer = max(FINER, int(np.ceil(FINEST / side)))
    spacing = max(SPACING * BOX_MM / (finer * side), 0.5)
    mesh = _head_mesh(person, shot, spacing)
    clouds = _clouds(person, shot, spacing, mesh)
    camera = Camera(mesh, person, shot, side)
    body = len(clouds[0].albedo)
    cloud = Cloud(*(np.concatenate(part, axis=-1) for part in zip(*clouds, strict=True)))
    (x, y, z), (nx, ny, nz) = cloud.points, cloud.normals
    seen = np.flatnonzero((shot.distance - z) * nz > x * nx + y * ny)
    u, v = camera.place(cloud.points[:, seen])  # in pixels
    left, top = (int(np.floor(k.min())) for k in (u, v))
    width, height = (int(k.max() - low) + 3 for k, low in ((u, left), (v, top)))
    names = np.full((height * finer, width * finer), -1, np.int32)
    u, v = ((k - low) * np.float32(finer) for k, low in ((u, left), (v, top)))
    u, v = u.astype(np.int32), v.astype(np.int32)
    split = np.searchsorted(seen, body)
    for part, reach in ((slice(split), 3), (slice(split, None), 2)):
        _zbuffer(names, u[part], v[part], z[seen[part]], seen[part], reach)
    _mend(names)
    covered = names >= 0
    arriving, leaving = _shade(cloud, names[covered], shot, spacing)
    picture = np.zeros(names.shape, np.float32)
    picture[covered] = leaving * _exposure(person, shot, arriving)
    alpha, grey = _average(covered.astype(np.float32), finer), _average(picture, finer)
    grey = _developed(grey / np.maximum(alpha, 1e-3), shot.contrast)
    middle = np.array([left, top])
    low = -side / 2 - middle
    marks = {name: tuple((spot - middle).tolist()) for name, spot in camera.marks.items()}
    box = (*low.tolist(), *(low + side).tolist())
    return Head(grey.astype(np.float32), alpha, box, marks)


def _check(shot, side):
    if not 6 <= side <= 400:
        raise ValueError(f"A face is drawn 6 to 400 pixels wide, not {side!r}.")
    for field, known in (("glasses", GLASSES), ("occlusion", OCCLUSIONS), ("hat", HATS)):
        if getattr(shot, field) not in known:
            raise ValueError(f"{field}={getattr(shot, field)!r} isn't one of {', '.join(known)}.")


def _average(picture, count):
    """The means of count x count blocks."""
    rows = sum(picture[k::count] for k in range(count))
    return sum(rows[:, k::count] for k in range(count)) / count**2


def _exposure(person, shot, arriving):
    """What the camera multiplies light with.

    As automatic exposure does, it makes up for most of a dim light and for a part of a dark skin.
    """
    dim, dark = 0.7 / np.median(arriving), 0.25 / person.tone
    return 1.35 * 2**shot.exposure * dim**0.85 * dark**0.35


def _developed(linear, contrast):
    """Display values from linear light: a shoulder that saves the highlights, gamma, contrast."""
    grey = (linear * (1 + linear / 4) / (1 + linear)).clip(0, 1) * 1.25
    return (0.45 + (grey ** (1 / GAMMA) - 0.45) * 1.35 * contrast).clip(0, 1)


def _zbuffer(buffer, u, v, depth, names, reach):
    """Write the names [n] of points into buffer [h, w], the nearest on top, reach x reach each."""
    order = light.depth_order(depth)
    width = buffer.shape[1]
    flat = (v * width + u)[order]
    steps = (np.arange(reach)[:, None] * width + np.arange(reach)).ravel().astype(np.int32)
    # Of writes to one place numpy keeps the last, the nearest to the camera.
    buffer.reshape(-1)[(flat[:, None] + steps).ravel()] = np.repeat(names[order], reach * reach)


def _mend(names):
    """Close the cracks of one or two places that open where a slope stretches the mesh."""
    above, below = names[:-3], (names[2:-1] >= 0) | (names[3:] >= 0)
    crack = (names[1:-2] < 0) & (above >= 0) & below
    names[1:-2][crack] = above[crack]
    left, right = names[:, :-3], (names[:, 2:-1] >= 0) | (names[:, 3:] >= 0)
    crack = (names[:, 1:-2] < 0) & (left >= 0) & right
    names[:, 1:-2][crack] = left[crack]


def _shade(cloud, shown, shot, spacing):
    """Light that reaches the points `shown` [n], and what of it goes to the camera: [n] each."""
    points, normals = cloud.points[:, shown], cloud.normals[:, shown]
    way = light.main_light(shot)
    facing = way @ normals
    cell = max(2.0 * spacing, 2.5)
    bias = 1.5 + cell * (0.6 + 2.5 * np.clip(1 - facing, 0, 1))  # more where light grazes
    share = (1 - shot.ambient) * (1 - 0.8 * shot.softness)
    free = light.lit(points, cloud.points[:, ::2], way, 0.6 + shot.softness, cell, bias)
    arriving = 1.5 * share * np.clip(facing, 0, None) * free + np.clip(
        cloud.soft[shown], 0.03, None
    )
    half = way + np.array([0, 0, 1], np.float32)
    gleam = np.clip((half / np.linalg.norm(half)) @ normals, 0, 1) ** 20 * free * (1 - shot.ambient)
    leaving = arriving * cloud.albedo[shown] + 0.12 * shot.shine * cloud.gloss[shown] * gleam
    return arriving, leaving


def _head_mesh(person, shot, spacing):
    """The mesh with expression, hair on the skull, and colours."""
    rows = int(head.JAW_DROP / spacing) + 2 if shot.mouth_open > 0 else 0
    mesh = head.express(head.resting(person, spacing, rows), person, shot)
    albedo, gloss = skin.paint_skin(mesh, person, shot, spacing)
    shaggy = hair.beard(person, spacing, rows)
    if shaggy is not None:
        albedo += (min(person.hair_color, 0.8 * person.tone) - albedo) * shaggy
        gloss *= 1 - 0.8 * shaggy
        if person.beard == "full":
            mesh["points"] *= 1 + 0.05 * person.beard_dense * shaggy
    mask, push, color = hair.on_head(person, spacing, rows)
    # A hat presses hair flat.
    mesh["points"] += (
        push * (1 - 0.7 * head.smooth(40, 70, mesh["y"])) if shot.hat != "none" else push
    )
    albedo += (color - albedo) * mask
    gloss += (np.minimum(8 * color, 0.8) - gloss) * mask
    if shot.occlusion in ("mask", "scarf"):
        worn.cloth(mesh, person, shot, albedo, gloss)
    elif shot.occlusion == "hair":
        hair.lock(mesh, person, shot, albedo, gloss)
    mesh["albedo"], mesh["gloss"] = albedo, gloss
    return mesh


def _clouds(person, shot, spacing, mesh):
    """Every piece as a Cloud: the body first, then all that is before it."""
    turn, body_turn = rotation(shot.yaw, shot.pitch, shot.roll), rotation(0.4 * shot.yaw)

    def placed(points, normals, albedo, gloss, turn=turn, shelter=0.75):
        normals = turn @ normals
        gloss = np.full(albedo.shape, gloss, np.float32)
        soft = shelter * light.open_air(shot, normals)
        return Cloud(turn @ (points - NECK) + NECK, normals, albedo, gloss, soft)

    # The neck is where the head's turn fades into the body's.
    stiff = head.smooth(head.NECK_BASE - 0.2, head.THROAT - 0.8, mesh["t"])[:, None]
    shape = mesh["x"].shape
    flat = mesh["points"].reshape(3, -1) - NECK
    turned = (turn @ flat).reshape(3, *shape) * stiff + (body_turn @ flat).reshape(3, *shape) * (
        1 - stiff
    )
    turned += NECK[:, None]
    normals = head.grid_normals(turned)
    mesh["turned"] = turned
    soft = np.einsum("ijk,ijk->jk", light.surroundings(person, mesh, shot, turn), normals)
    rows = [part.reshape(3, -1) for part in (turned, normals)]
    clouds = [placed(*worn.body(person, shot, spacing), 0.1, body_turn)]
    clouds.append(Cloud(*rows, mesh["albedo"].ravel(), mesh["gloss"].ravel(), soft.ravel()))
    if person.hair_style not in hair.HANGING:
        clouds += [placed(*worn.ear(person, side, spacing), 0.8) for side in (-1, 1)]
    curtain = hair.hanging(person, spacing)
    if curtain is not None:
        clouds.append(placed(*worn.flat(*curtain), min(5 * person.hair_color, 0.8)))
    if shot.glasses != "none":
        clouds.append(placed(*worn.glasses(person, shot, spacing), 2.0))
    if shot.occlusion in ("hand", "object"):
        clouds.append(placed(*held.before_face(person, shot, spacing), 0.5))
    if shot.hat != "none":
        clouds.append(placed(*worn.hat(person, shot, spacing), 0.1, shelter=0.9))
    return clouds


class Camera:
    """From millimetres before the lens to pixels of the picture, and the face's box."""

    def __init__(self, mesh, person, shot, side):
        self.distance = shot.distance
        turned, found = mesh["turned"], _landmarks(mesh, person)
        spots = {name: self.flat(turned[:, row, column]) for name, (row, column) in found.items()}
        # The box is measured with the roll undone, and stands upright again afterwards.
        tilt = rotation(roll=-shot.roll)[:2, :2]
        top, chin = tilt @ spots["forehead"], tilt @ spots["chin"]
        rows = slice(found["forehead"][0], found["chin"][0], 3)
        face = turned[:, rows, np.abs(mesh["a"]) < 78].reshape(3, -1)
        across = tilt[0] @ self.flat(face)
        middle = np.array([(across.min() + across.max()) / 2, (top[1] + chin[1]) / 2], np.float32)
        self.center = tilt.T @ middle
        self.scale = side / (top[1] - chin[1])  # pixels a mm
        flip = np.array([self.scale, -self.scale])
        self.marks = {name: (spot - self.center) * flip for name, spot in spots.items()}

    def flat(self, points):
        """x and y in mm as the lens sees them: nearer is larger."""
        return points[:2] * (self.distance / (self.distance - points[2]))

    def place(self, points):
        """(u, v) of points [3, n]: pixels from the box's centre, to the right and down."""
        x, y = self.flat(points)
        return (x - self.center[0]) * self.scale, (self.center[1] - y) * self.scale


def _landmarks(mesh, person):
    """Grid places (row, column) of the face's landmarks."""
    base, lips, chin = head.landmarks_y(person)
    eye, corner = person.eye_distance / 2, person.mouth_width / 2
    places = {
        "left_eye": (-eye, 0),
        "right_eye": (eye, 0),
        "nose": (0, base + 7),
        "left_mouth": (-corner, lips),
        "right_mouth": (corner, lips),
        "chin": (0, chin),
        "forehead": (
            0,
            person.brow_height + FOREHEAD * (person.eye_to_hairline - person.brow_height),
        ),
    }
    columns = np.flatnonzero(np.abs(mesh["a"]) < 60)
    rows = np.flatnonzero((mesh["level"] < person.eye_to_hairline) & (mesh["level"] > chin - 20))
    face = slice(rows[0], rows[-1]), slice(columns[0], columns[-1] + 1)
    x, y = mesh["x"][face], mesh["y"][face]
    found = {}
    for name, (px, py) in places.items():
        row, column = np.unravel_index(np.argmin((x - px) ** 2 + (y - py) ** 2), x.shape)
        found[name] = int(rows[0] + row), int(columns[0] + column)
    return found
