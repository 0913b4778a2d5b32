"""The last weeks of a simulated machine: healthy at first, then failing, seen every few hours."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.machines.recording import Recording
from tinyml_helpers.datasets.machines.simulated.faults import FAULTS, Fault
from tinyml_helpers.datasets.machines.simulated.machine import Machine, machine
from tinyml_helpers.datasets.machines.simulated.vibration import recording

#: A fault's level over the healthy noise when it begins and at the end, in decibels.
BEGINS, ENDS = -30.0, 14.0

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
        """What the sensor gives at look i: a Recording."""
        return recording(
            self.machine, seconds, self.faults[i], float(self.loads[i]), [self.seed, i], rate
        )

    def joined(self, looks, samples, rate=12_000):
        """Looks one after another, as a board gets them that lives through weeks in a minute.

        Each fades into the next within 20 ms, so that no joint knocks.

        Args:
            looks: their numbers, an iterable of ints.
            samples: of each look, an int.
            rate: samples a second.

        Returns:
            A Recording of len(looks) × samples; its `shaft_hz` is None: look by look it differs.
        """
        parts = [self.look(i, (samples + _FADE) / rate, rate) for i in looks]
        up = np.linspace(0, 1, _FADE)
        made, tail = [], None
        for part in parts:
            x = part.samples[: samples + _FADE].astype(np.float64)
            if tail is not None:
                x[:_FADE] = x[:_FADE] * up + tail * (1 - up)
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
    downs: an edge that breaks out is rolled smooth again.

    Args:
        number: the machine's.
        fault: a kind of faults.FAULTS, or None: it stays healthy.
        days: how long it is watched, above 0.
        looks: how often, 2 or more, evenly over these days.
        seed: which life; it decides when the fault begins and how fast it grows.

    Returns:
        A Life.

    Raises:
        ValueError: there is no such fault, or a number makes no sense.
    """
    if fault is not None and fault not in FAULTS:
        raise ValueError(f"there is no fault {fault!r}: there are {', '.join(FAULTS)}")
    if looks < 2 or not days > 0:
        raise ValueError(f"{looks} looks in {days} days: give 2 or more, in more than 0 days")
    rng = np.random.default_rng([int(number), 3, seed])
    when = np.linspace(0, days, looks)
    onset = days * rng.uniform(0.3, 0.7) if fault else None
    faults = [None] * looks
    if fault:
        progress = (when - onset) / (days - onset)
        grown = np.clip(progress, 0, 1) ** rng.uniform(0.7, 1.5)
        level = BEGINS + (ENDS - BEGINS) * grown + 1.5 * _wandering(looks, rng)
        which = int(rng.integers(1 << 30))
        faults = [
            Fault(fault, float(level[i]), which) if progress[i] >= 0 else None for i in range(looks)
        ]
    day = 0.5 + 0.25 * np.sin(2 * np.pi * (when + rng.random()))
    loads = np.clip(day + 0.15 * _wandering(looks, rng), 0, 1)
    return Life(machine(number), when, faults, loads, onset, seed)


def _wandering(count, rng, memory=0.9):
    """Noise of mean square 1 that remembers: each value is mostly the one before."""
    steps = rng.standard_normal(count + 50)
    value, made = 0.0, []
    for step in steps:
        value = memory * value + (1 - memory**2) ** 0.5 * step
        made.append(value)
    return np.array(made[50:])
