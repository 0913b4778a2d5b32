"""Pictures with drawn heads in them: scenes to find faces in, portraits to tell people apart by.

A face's box is a square from the middle of the forehead to the tip of the chin, always upright.
People are numbers: `identity(number)` is the person. Numbers below `TEST_PEOPLE` are for training,
those from it on for tests.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.drawn import background, decoys, photo
from tinyml_helpers.applications.faces.drawn.cast import Drawn, drawn, many, person
from tinyml_helpers.applications.faces.drawn.identity import Identity
from tinyml_helpers.applications.faces.drawn.paste import pasted, put
from tinyml_helpers.applications.faces.drawn.render import draw
from tinyml_helpers.applications.faces.drawn.shot import Shot, random_shot

#: The first person kept for tests: no model trains on people from this number on.
TEST_PEOPLE = 1_000_000

#: A face has no box when more of it than this is hidden or outside the picture.
MOST_HIDDEN = 0.5

#: How often a scene has 0, 1, 2, 3, 4 faces.
_FACES = (0.2, 0.35, 0.22, 0.13, 0.1)

#: A face's box, as shares of the scene's side: smallest and largest. And in pixels, the smallest.
_SIDES = (0.1, 0.8)
_SMALLEST = 12

#: Larger boxes than this are drawn this large, in pixels, and blown up: drawing takes long.
_SHARPEST = 64


class Scene(NamedTuple):
    """A picture and who can be seen in it.

    Attributes:
        image: uint8 [size, size], 0 black to 255 white.
        boxes: float32 [k, 4], left, top, right, bottom of each face in pixels. A face at the
            picture's edge has its whole box, part of which is outside.
        who: the persons' numbers, int64 [k].
        shots: a list of k Shots.
        hidden: float32 [m, 4], the boxes of faces that are there but more than half hidden: neither
            a fault to find nor one to miss.
    """

    image: np.ndarray
    boxes: np.ndarray
    who: np.ndarray
    shots: list[Shot]
    hidden: np.ndarray


class Portrait(NamedTuple):
    """A picture of one face.

    Attributes:
        image: uint8 [size, size].
        box: float32 [4], left, top, right, bottom in pixels.
        who: the person's number.
        shot: the Shot.
    """

    image: np.ndarray
    box: np.ndarray
    who: int
    shot: Shot


def scene(random, people, size, faces=None, hard=1.0, photographs="all"):
    """A picture with some people and some things in it.

    Far things are drawn first, near ones over them. All heads are in the same light, which
    is brighter where the background is.

    Args:
        random: a numpy Generator.
        people: whom to choose from: a sequence of persons' numbers, or of Drawn heads, which is
            fast, though each head then brings the light it was drawn in.
        size: side of the picture in pixels.
        faces: how many people, or None for 0 to 4.
        hard: how far from a person before a webcam, 0 to 1; see `random_shot`.
        photographs: what backgrounds may be made of, "all", "free" or "none"; see `background`.

    Returns:
        a Scene. It may have fewer boxes than `faces`: people stand before each other.
    """
    picture = background.background(random, size, photographs)
    count = random.choice(len(_FACES), p=_FACES) if faces is None else faces
    count = min(count, len(people))
    cast = [people[n] for n in random.choice(len(people), count, replace=False)]
    light = _light(random, picture, hard)
    things = [(side, number) for number, side in enumerate(_sides(random, count, size))]
    for _ in range(random.poisson(2.5 if count == 0 else 0.8)):
        things.append((size * np.exp(random.uniform(np.log(0.08), np.log(0.9))), -1))
    things.sort()

    who, shots = [0] * count, [None] * count
    boxes = np.zeros((count, 4), np.float32)
    clear = np.zeros((count, size, size), np.float32)  # how much of each face can be seen
    for side, number in things:
        if number >= 0:
            head, shots[number], who[number] = _head(random, cast[number], side, hard, light)
            middle = _middle(random, size, side)
            bright = _surrounding(picture, middle, side)
            boxes[number], over = put(picture, head, middle, bright)
            clear *= 1 - over
            clear[number] = over
        else:
            thing = _decoy(random, people, side, light, photographs)
            top, left = random.integers(-side / 2, max(size - side / 2, 1), 2)
            grey = thing.grey * np.float32(np.exp(random.normal(0, 0.2)))
            clear *= 1 - pasted(picture, grey, thing.alpha, left, top, thing.body)

    seen = np.array([_share(mask, box) for mask, box in zip(clear, boxes, strict=True)])
    good = seen >= 1 - MOST_HIDDEN
    if random.random() < 0.12:
        picture = photo.shaded(picture, random)
    image = photo.codes(photo.taken(picture, random, blur=size / 120))
    shots = [shot for shot, shown in zip(shots, good, strict=True) if shown]
    # A face of which hardly anything shows is nothing to find or to miss.
    hidden = boxes[~good & (seen > 0.05)]
    return Scene(image, boxes[good], np.array(who, np.int64)[good], shots, hidden)


def portrait(
    random, who, shot=None, size=64, hard=0.6, sides=(36, 48), blur=0.6, photographs="all"
):
    """A picture of one face, as a camera before a door might take it.

    Args:
        random: a numpy Generator.
        who: the person: a number, an Identity, or a Drawn head.
        shot: a Shot, or None for one drawn at random.
        size: side of the picture in pixels.
        hard: how far the random shot is from a person before a webcam, 0 to 1.
        sides: the smallest and the largest box, in pixels.
        blur: how blurred; 0 is sharp.
        photographs: as in `scene`.

    Returns:
        a Portrait.
    """
    picture = background.background(random, size, photographs)
    side = random.uniform(*sides)
    head, shot, who = _head(random, who, side, hard, _light(random, picture, hard), shot)
    slack = (size - side) / 3
    middle = size / 2 + random.uniform(-slack, slack, 2)
    box, _ = put(picture, head, middle, _surrounding(picture, middle, side))
    return Portrait(photo.codes(photo.taken(picture, random, blur=blur)), box, who, shot)


def scenes(seed, count, size, people, workers=1, **options):
    """Many scenes: number n is the same whatever the count and the workers.

    Args:
        seed: int.
        count: how many.
        size: side in pixels.
        people: numbers of the persons to choose from, such as range(5000).
        workers: how many processes draw. More than one needs an importable main module.
        options: what else `scene` takes.

    Returns:
        a list of Scenes.
    """
    return many(partial(_scene, seed, size, people, options), range(count), workers)


def portraits(seed, people, each, size=64, workers=1, **options):
    """`each` Portraits of every person in turn, as a list.

    `people` are numbers, Identities or Drawn heads; `options` what else `portrait` takes; the rest
    is as in `scenes`.
    """
    jobs = [(place, one, number) for place, one in enumerate(people) for number in range(each)]
    return many(partial(_portrait, seed, size, options), jobs, workers)


def _scene(seed, size, people, options, number):
    return scene(np.random.default_rng([seed, 1, number]), people, size, **options)


def _portrait(seed, size, options, job):
    place, one, number = job
    random = np.random.default_rng([seed, 2, place, number])
    return portrait(random, one, size=size, **options)


def _head(random, who, side, hard, light, shot=None):
    """A Head `side` pixels wide, its shot, and the person's number."""
    if isinstance(who, Drawn):
        return who.at(side), who.shot, who.who
    who = who if isinstance(who, Identity) else person(int(who))
    shot = shot or random_shot(random, hard, **light)
    head = draw(who, shot, min(side, _SHARPEST))
    if side > _SHARPEST:
        head = drawn(head, shot, who.seed).at(side)
    return head, shot, who.seed


def _sides(random, count, size):
    """Box sides in pixels, small ones more often; smaller when there are many."""
    largest = _SIDES[1] if count < 2 else _SIDES[1] / 1.3**count
    smallest = max(_SIDES[0], _SMALLEST / size)
    return size * smallest * (largest / smallest) ** random.beta(1, 1.25, count)


def _middle(random, size, side):
    """Where a face's middle goes: anywhere, also where the picture's edge cuts a part off."""
    edge = min((0.45 if random.random() < 0.85 else 0.15) * side, 0.5 * size)
    return random.uniform(edge, size - edge, 2) if edge < 0.5 * size else np.full(2, size / 2)


def _light(random, picture, hard):
    """The light of all heads in a picture: mostly from where the background is brighter."""
    drawn = random_shot(random, hard)
    azimuth = abs(drawn.azimuth)
    half = picture.shape[1] // 2
    right = picture[:, half:].mean() - picture[:, :half].mean() + random.normal(0, 0.1)
    return {
        "azimuth": float(azimuth if right > 0 else -azimuth),
        "elevation": drawn.elevation,
        "ambient": drawn.ambient,
        "softness": drawn.softness,
        "exposure": drawn.exposure,
    }


def _surrounding(picture, middle, side):
    """How bright to draw a head, 0.75 (in a dark place) to 1.25: by what is behind it."""
    size = len(picture)
    rows = slice(int(max(middle[1] - side, 0)), int(min(middle[1] + side, size)) + 1)
    columns = slice(int(max(middle[0] - side, 0)), int(min(middle[0] + side, size)) + 1)
    return np.float32(0.75 + 0.5 * picture[rows, columns].mean())


def _decoy(random, people, side, light, photographs):
    """Something that is no face: a thing, or a person whose face can't be seen."""
    if random.random() < 0.65:
        return decoys.decoy(random, side, photographs)
    head = _head(random, people[random.integers(len(people))], max(side * 0.6, 7), 1, light)[0]
    return decoys.PEOPLE[random.integers(len(decoys.PEOPLE))](head, random)


def _share(clear, box):
    """How much of a face can be seen: the share of the ellipse in its box that `clear` shows."""
    size = len(clear)
    left, top, right, bottom = box
    x = np.arange(np.floor(left), np.ceil(right)) + 0.5
    y = np.arange(np.floor(top), np.ceil(bottom)) + 0.5
    side = right - left
    u = (x - (left + right) / 2) / (0.4 * side)
    v = ((y - (top + bottom) / 2) / (0.5 * side))[:, np.newaxis]
    face = u * u + v * v <= 1
    inside = (x >= 0) & (x < size) & ((y >= 0) & (y < size))[:, np.newaxis]
    rows, columns = (np.clip(axis, 0, size - 1).astype(int) for axis in (y, x))
    return (clear[np.ix_(rows, columns)] * inside * face).sum() / max(face.sum(), 1)
