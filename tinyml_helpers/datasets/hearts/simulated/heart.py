"""Hearts by number: rate, variability, the shapes of their beats, and how often one comes early."""

import math
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.hearts.simulated.noise import Noise
from tinyml_helpers.datasets.hearts.simulated.waves import Shape, Wave, qrs_width

#: The first heart kept for tests: no model trains on hearts from this number on.
TEST_HEARTS = 1_000_000

#: A heart's own generator starts from this and its number.
_SEED = 0x6563_6721

#: The lead is II, or the modified II of a Holter: its direction in the frontal plane, degrees.
_LEAD = 60.0

#: A ventricular beat's QRS lasts seconds.
VENTRICULAR_QRS = (0.12, 0.22)


class Heart(NamedTuple):
    """A heart that doesn't exist. `_replace` changes what a lesson wants to be otherwise.

    Attributes:
        number: int; `heart(number)` makes it again.
        rate: of the sinus node, beats a minute.
        sdnn: standard deviation of the sinus node's intervals, seconds.
        lf_hf: power of their slow waves by that of the breath's.
        respiration: the breath's frequency, Hz.
        breath: the baseline's amplitude by breathing, mV.
        axis: of the QRS in the frontal plane, degrees.
        beat: the Shape of a normal beat.
        atrial, ventricular: the Shapes of early beats, a tuple each, one for each focus.
        atrial_chance, ventricular_chance: of an early beat after a normal one, 0 to 1.
        atrial_coupling, ventricular_coupling: when early beats come, as a share of the interval.
        couplet_chance: that an early ventricular beat brings another.
        bigeminy_chance: that from it on every second beat is one, for a while.
        mains: where the person lives, 50 or 60 Hz.
        noise: the Noise that is usual with this person and electrode.
    """

    number: int
    rate: float
    sdnn: float
    lf_hf: float
    respiration: float
    breath: float
    axis: float
    beat: Shape
    atrial: tuple
    ventricular: tuple
    atrial_chance: float
    ventricular_chance: float
    atrial_coupling: float
    ventricular_coupling: float
    couplet_chance: float
    bigeminy_chance: float
    mains: int
    noise: Noise


def heart(number):
    """The Heart of a number, 0 or above: the same number is the same heart.

    Raises:
        ValueError: the number isn't one.
    """
    if not isinstance(number, int | np.integer) or isinstance(number, bool) or number < 0:
        raise ValueError(f"a heart's number is a whole number from 0 up, not {number!r}")
    rng = np.random.default_rng([_SEED, int(number)])
    rate = rng.uniform(50, 100)
    axis = float(np.clip(rng.normal(45, 30), -30, 100))
    swapped = -1 if rng.random() < 0.05 else 1  # two electrodes
    beat = _beat(axis, swapped, rng)
    return Heart(
        number=int(number),
        rate=rate,
        sdnn=rng.uniform(0.02, 0.09) * 60 / rate,
        lf_hf=math.exp(rng.uniform(math.log(0.5), math.log(4))),
        respiration=rng.uniform(0.18, 0.33),
        breath=rng.uniform(0.01, 0.1),
        axis=axis,
        beat=beat,
        atrial=tuple(_atrial(beat, rng) for _ in range(rng.choice((1, 2), p=(0.8, 0.2)))),
        ventricular=tuple(
            _ventricular(rng) for _ in range(rng.choice((1, 2, 3), p=(0.7, 0.2, 0.1)))
        ),
        atrial_chance=_chance(rng),
        ventricular_chance=_chance(rng),
        atrial_coupling=rng.uniform(0.6, 0.78),
        ventricular_coupling=rng.uniform(0.5, 0.75),
        couplet_chance=rng.uniform(0, 0.1),
        bigeminy_chance=rng.uniform(0, 0.05),
        mains=int(rng.choice((50, 60))),
        noise=Noise(
            muscle=math.exp(rng.uniform(math.log(0.005), math.log(0.04))),
            mains=rng.uniform(0, 0.02),
            wander=rng.uniform(0.02, 0.15),
            movement=rng.uniform(0.2, 1.0),
            movements=rng.uniform(0, 1.5),
            lead_off=rng.uniform(0, 0.05),
        ),
    )


def _chance(rng):
    """Of early beats: none in one heart of five, else of any order from 3 in 10,000 to 1 in 10."""
    some, chance = rng.random(), 10 ** rng.uniform(-3.5, -1)
    return chance if some < 0.8 else 0.0


def _beat(axis, swapped, rng):
    """A normal beat in lead II: the more its axis points away, the less R and the more S."""
    seen = math.cos(math.radians(axis - _LEAD))
    size = rng.uniform(0.7, 1.7)
    r = size * max(seen, 0.25)
    s = rng.uniform(0.02, 0.25) * size + 0.6 * size * (1 - max(seen, 0.25))
    wide, end = rng.uniform(0.012, 0.0155), rng.uniform(0.24, 0.30)
    t_height = rng.uniform(0.1, 0.45) if rng.random() < 0.92 else -rng.uniform(0.05, 0.2)
    t_width = rng.uniform(0.032, 0.046)
    shape = Shape(
        p=(_p(rng.uniform(0.12, 0.20), rng.uniform(0.018, 0.025), rng.uniform(0.05, 0.2)),),
        qrs=(
            Wave(
                -rng.uniform(2.0, 2.5) * wide, rng.uniform(0.007, 0.010), -rng.uniform(0, 0.2) * r
            ),
            Wave(0.0, wide, r),
            Wave(rng.uniform(2.0, 2.6) * wide, rng.uniform(0.008, 0.013), -s),
        ),
        t=(
            Wave(end, t_width, t_height),
            Wave(end - 1.3 * t_width, 1.4 * t_width, rng.uniform(0.2, 0.4) * t_height),
        ),
    )
    return Shape(*(tuple(w._replace(height=swapped * w.height) for w in part) for part in shape))


def _p(pr, width, height):
    """A P wave whose begin is `pr` seconds before that of the QRS."""
    return Wave(-0.04 - pr + 2.2 * width, width, height)


def _atrial(beat, rng):
    """An early atrial beat: the ventricles' part is a normal beat's, P is of another place."""
    usual = beat.p[0].height
    kind = rng.integers(3)
    p = _p(rng.uniform(0.12, 0.20), rng.uniform(0.014, 0.024), usual * rng.uniform(0.3, 0.8))
    if kind == 1:  # the atria are passed from below
        p = p._replace(height=-usual * rng.uniform(0.4, 1.2))
    if kind == 2:  # up, then down
        half = 0.7 * p.width
        down = Wave(p.time + half, half, -usual * rng.uniform(0.4, 1.0))
        return beat._replace(p=(Wave(p.time - half, half, usual * rng.uniform(0.4, 1.0)), down))
    return beat._replace(p=(p,))


def _ventricular(rng):
    """A beat of the ventricles alone: wide, of any form and sign, T to the other side, and no P."""
    while True:
        sign, size = rng.choice((-1, 1)), rng.uniform(0.6, 2.4)
        wide = rng.uniform(0.018, 0.042)
        waves = [Wave(0.0, wide, sign * size)]
        if rng.random() < 0.7:  # it turns to the other side, before or after
            way = rng.choice((-1, 1)) * rng.uniform(1.6, 2.6) * wide
            waves.append(
                Wave(way, rng.uniform(0.6, 1.1) * wide, -sign * size * rng.uniform(0.1, 0.8))
            )
        if rng.random() < 0.4:  # a notch
            way = rng.choice((-1, 1)) * rng.uniform(1.2, 2.2) * wide
            waves.append(
                Wave(way, rng.uniform(0.4, 0.8) * wide, sign * size * rng.uniform(0.2, 0.7))
            )
        t = Wave(
            rng.uniform(0.28, 0.36), rng.uniform(0.045, 0.07), -sign * size * rng.uniform(0.15, 0.4)
        )
        shape = Shape((), tuple(waves), (t,))
        if VENTRICULAR_QRS[0] <= qrs_width(shape) <= VENTRICULAR_QRS[1]:
            return shape
