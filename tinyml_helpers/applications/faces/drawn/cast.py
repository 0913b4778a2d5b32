"""Heads drawn once and used often: drawing one takes a hundred times as long as pasting it."""

from functools import lru_cache, partial
from multiprocessing import Pool
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces.drawn import photo
from tinyml_helpers.applications.faces.drawn.identity import identity
from tinyml_helpers.applications.faces.drawn.render import Head, draw
from tinyml_helpers.applications.faces.drawn.shot import Shot, random_shot

#: `identity` that remembers.
person = lru_cache(maxsize=20000)(identity)


class Drawn(NamedTuple):
    """A head that has been drawn, small enough to keep thousands.

    Attributes:
        grey: uint8 [h, w].
        alpha: uint8 [h, w].
        box: the face's (left, top, right, bottom) in there.
        shot: the Shot.
        who: the person's number.
    """

    grey: np.ndarray
    alpha: np.ndarray
    box: tuple
    shot: Shot
    who: int

    def at(self, side, mirrored=False):
        """The Head with a box `side` pixels wide, mirrored or not; its landmarks are left out."""
        factor = side / (self.box[2] - self.box[0])
        height, width = (max(1, round(edge * factor)) for edge in self.grey.shape)
        grey, alpha = (
            photo.resized(part.astype(np.float32) / np.float32(255), height, width)
            for part in (self.grey, self.alpha)
        )
        left, top, _, _ = (edge * factor for edge in self.box)
        if mirrored:
            grey, alpha, left = grey[:, ::-1], alpha[:, ::-1], width - left - side
        return Head(grey, alpha, (left, top, left + side, top + side), {})


def drawn(head, shot, who):
    """A Head of person number `who` as a Drawn."""
    return Drawn(photo.codes(head.grey), photo.codes(head.alpha), head.box, shot, who)


def cast(seed, people, each, side=56, hard=1.0, workers=1):
    """`each` heads of every person, each in another shot.

    Args:
        seed: int.
        people: the persons' numbers, such as range(2000).
        each: how many of each person.
        side: width of the face's box in pixels; larger ones will be blurred.
        hard: how far from a person before a webcam, 0 to 1; see `random_shot`.
        workers: how many processes draw. More than one needs an importable main module.

    Returns:
        a list of Drawn, person by person.
    """
    jobs = [(number, n) for number in people for n in range(each)]
    return many(partial(_one, seed, side, hard), jobs, workers)


def _one(seed, side, hard, job):
    shot = random_shot(np.random.default_rng([seed, 3, *job]), hard)
    return drawn(draw(person(job[0]), shot, side), shot, job[0])


def many(function, jobs, workers):
    """[function(job) for job in jobs], by as many processes as `workers` says."""
    if workers == 1:
        return [function(job) for job in jobs]
    with Pool(workers) as pool:
        return pool.map(function, jobs, chunksize=16)
