"""The last weeks of a simulated machine: healthy at first, then failing, seen every few hours."""

import math
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.machines.recording import Recording, check_rate
from tinyml_helpers.datasets.machines.simulated.faults import SENSOR_FAULTS, Fault, check_kind
from tinyml_helpers.datasets.machines.simulated.machine import Machine, machine
from tinyml_helpers.datasets.machines.simulated.vibration import RATE, recording

#: A fault's level over the healthy noise when it begins and at the end, in decibels.
BEGINS, ENDS = -30.0, 14.0

#: A sensor's fault comes at once, at a level of these, in decibels.
_SENSOR_LEVELS = 0.0, 12.0

#: Samples over which one look fades into the next where looks are joined.
_FADE = 240


class Life(NamedTuple):
    """Weeks of a machine, seen now and then.

    Attributes:
        machine: the Machine.
        days: float [n], when it is looked at; the first time at 0.
        faults: a list of n: the Fault as far as it has grown, or None while there is none.
        loads: float [n], 0 to 1.
        onset: the day the fault began; None if the machine stays healthy.
        seed: which life.
    """

    machine: Machine
    days: np.ndarray
    faults: list
    loads: np.ndarray
    onset: float | None
    seed: int

    @property
    def end(self):
        """The day of the last look, at which a machine with a fault fails."""
        return float(self.days[-1])

    def look(self, i, seconds=2.0, rate=12_000):
        """What the sensor gives at look i: a Recording.

        Raises:
            ValueError: there is no such look, or a number makes no sense.
        """
        if not isinstance(i, int | np.integer) or not 0 <= i < len(self.days):
            raise ValueError(f"there is no look {i!r}: give one from 0 to {len(self.days) - 1}")
        return recording(
            self.machine, seconds, self.faults[i], float(self.loads[i]), [self.seed, int(i)], rate
        )

    def joined(self, looks, samples, rate=12_000):
        """Looks one after another, as a board gets them that lives through weeks in a minute.

        Each fades into the next within 240 samples, as loud in between, so that no joint knocks.

        Args:
            looks: their numbers, an iterable of ints.
            samples: of each look, an int, 1 or above.
            rate: samples a second, an int.

        Returns:
            A Recording of len(looks) × samples; its `shaft_hz` is None: look by look it differs.

        Raises:
            ValueError: there is no look, no such look, or a number makes no sense.
        """
        check_rate(rate)
        if not isinstance(samples, int | np.integer) or samples < 1:
            raise ValueError(f"samples is {samples!r}: give a whole number a look above 0")
        seconds = (samples + _FADE) / rate + 1 / RATE
        parts = [self.look(i, seconds, rate) for i in looks]
        if not parts:
            raise ValueError("there is no look to join: give the numbers of one or more")
        way = np.linspace(0, np.pi / 2, _FADE)
        made, tail = [], None
        for part in parts:
            x = part.samples[: samples + _FADE].astype(np.float64)
            if tail is not None:
                x[:_FADE] = np.clip(x[:_FADE] * np.sin(way) + tail * np.cos(way), -32768, 32767)
            made.append(np.rint(x[:samples]).astype(np.int16))
            tail = x[samples:]
        first = parts[0]
        return Recording(
            f"{self.machine.name}, its life",
            np.concatenate(made),
            rate,
            sensor=first.sensor,
            machine=first.machine,
            orders=first.orders,
        )


def life(number, fault=None, days=28.0, looks=240, seed=0):
    """A life of machine `number`.

    A fault's vibration grows exponentially, so its level in decibels grows about as time does
    (N. Z. Gebraeel, M. A. Lawley, R. Li and J. K. Ryan, "Residual-life distributions from component
    degradation signals: a Bayesian approach", IIE Transactions 37 (2005), 543-557), with ups and
    downs: an edge that breaks out is rolled smooth again. A sensor's fault is there at once and
    doesn't grow.

    Args:
        number: the machine's.
        fault: a kind of faults.FAULTS, or None: it stays healthy.
        days: how long it is watched, above 0.
        looks: how often, an int, 2 or more, evenly over these days.
        seed: which life, an int; it decides when the fault begins and how fast it grows.

    Returns:
        A Life.

    Raises:
        ValueError: there is no such fault, or a number makes no sense.
    """
    one = machine(number)
    if fault is not None:
        check_kind(fault)
    if not isinstance(looks, int | np.integer) or looks < 2 or not 0 < days < math.inf:
        raise ValueError(f"{looks} looks in {days} days: give 2 or more, in more than 0 days")
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed is {seed!r}: give a whole number from 0 up")
    rng = np.random.default_rng([one.number, 3, int(seed)])
    when = np.linspace(0, days, looks)
    onset = days * rng.uniform(0.3, 0.7) if fault else None
    faults = [None] * looks
    if fault:
        progress = (when - onset) / (days - onset)
        grown = np.clip(progress, 0, 1) ** rng.uniform(0.7, 1.5)
        level = BEGINS + (ENDS - BEGINS) * grown + 1.5 * _wandering(looks, rng)
        if fault in SENSOR_FAULTS:
            level = np.full(looks, rng.uniform(*_SENSOR_LEVELS))
        which = int(rng.integers(1 << 30))
        faults = [
            Fault(fault, float(level[i]), which) if progress[i] >= 0 else None for i in range(looks)
        ]
    day = 0.5 + 0.25 * np.sin(2 * np.pi * (when + rng.random()))
    loads = np.clip(day + 0.15 * _wandering(looks, rng), 0, 1)
    return Life(one, when, faults, loads, onset, int(seed))


def _wandering(count, rng, memory=0.9):
    """Noise of mean square 1 that remembers: each value is mostly the one before."""
    steps = rng.standard_normal(count + 50)
    value, made = 0.0, []
    for step in steps:
        value = memory * value + (1 - memory**2) ** 0.5 * step
        made.append(value)
    return np.array(made[50:])
