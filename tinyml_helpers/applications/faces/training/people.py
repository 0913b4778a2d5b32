"""People to train the verifier on: drawn ones, and the faces put together from patches.

faces = join(drawn(range(1000), each=8), from_patches(patches, people=1000, each=8))
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.drawn import draw, photo, put, random_shot
from tinyml_helpers.applications.faces.drawn.background import background
from tinyml_helpers.applications.faces.drawn.identity import BEARDS, HAIR_STYLES, identity
from tinyml_helpers.applications.faces.training import composites

#: Pixels of a picture's sides.
SIZE = 64

#: The number of the first person put together from patches; drawn people have smaller ones.
FIRST_COMPOSITE = 10_000_000

#: Backgrounds are drawn once and used again: of a crop they are a tenth.
_BACKGROUNDS = 200


class Faces(NamedTuple):
    """Pictures of faces.

    Attributes:
        images: uint8 [n, h, w], one face each.
        boxes: its box, float32 [n, 4].
        who: whose face it is, int64 [n].
    """

    images: np.ndarray
    boxes: np.ndarray
    who: np.ndarray

    def take(self, index):
        """Faces of an index or a mask."""
        return Faces(self.images[index], self.boxes[index], self.who[index])


def join(*parts):
    """Faces one after the other."""
    return Faces(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))


def drawn(people, each, seed=0):
    """Sharp pictures of drawn people: `version` blurs them anew each time.

    Pose, light, expression and glasses are another in every picture; hair in every fifth, and
    sometimes the beard, so that it isn't these alone that a person is known by.

    Args:
        people: their numbers.
        each: pictures of each.
        seed: of the pictures; a person's don't depend on who else is drawn.

    Returns:
        `Faces`.
    """
    random = np.random.default_rng([seed, 0])
    pool = [background(random, SIZE) for _ in range(min(_BACKGROUNDS, each * len(people)))]
    made = []
    for number in people:
        random = np.random.default_rng([seed, 1, number])
        person = identity(number)
        for _ in range(each):
            made.append((*_picture(random, person, pool), number))
    images, boxes, who = zip(*made, strict=True)
    return Faces(np.array(images), np.array(boxes, np.float32), np.array(who))


def from_patches(patches, people, each, seed=0):
    """Faces put together from patches of photographs: see `composites`."""
    images, who = composites.composites(patches, people, each, np.random.default_rng(seed))
    edge = (composites.SIDE - composites.BOX) / 2
    box = np.float32([edge, edge, edge + composites.BOX, edge + composites.BOX])
    return Faces(images, np.tile(box, (len(who), 1)), FIRST_COMPOSITE + who)


def _picture(random, person, pool):
    """A picture of a person, uint8 [SIZE, SIZE], and the face's box in it, float32 [4]."""
    shot = random_shot(random, random.uniform(0.2, 1))
    shot = replace(shot, yaw=float(np.clip(shot.yaw, -40, 40)))
    if shot.occlusion in ("mask", "scarf"):
        shot = replace(shot, occlusion="none")
    if random.random() < 0.2:
        shot = replace(shot, glasses=str(random.choice(["thin", "thick"])))
    picture = pool[random.integers(len(pool))].copy()
    head = draw(_another_day(person, random), shot, random.uniform(36, 48))
    box, _ = put(picture, head, (SIZE / 2, SIZE / 2), 0.65 + 0.5 * picture.mean())
    return photo.codes(picture), box


def _another_day(person, random):
    """The person with other hair, a fifth of the time, and sometimes another beard."""
    if random.random() < 0.2:
        person = replace(
            person,
            hair_style=str(random.choice(HAIR_STYLES)),
            hair_color=float(np.clip(person.hair_color * np.exp(random.normal(0, 0.6)), 0.01, 0.5)),
            hair_volume=float(random.uniform(2, 24)),
            hair_parting=float(random.uniform(-30, 30)),
        )
    if random.random() < 0.1 and person.beard != "none":
        person = replace(person, beard=str(random.choice(BEARDS)))
    return person
