"""What is wrong with a simulated machine, and how that makes it vibrate.

A fault of a bearing is a place that is rolled over: a knock each time, at the fault's order of the
shaft's speed (P. D. McFadden and J. D. Smith, "Model for the vibration produced by a single point
defect in a rolling element bearing", Journal of Sound and Vibration 96 (1984), 69-82). Knocks don't
come like a clock: balls slip, so the way from one to the next wanders (J. Antoni and R. B. Randall,
"A stochastic model for simulation and diagnostics of rolling element bearings with localized
faults", Journal of Vibration and Acoustics 125 (2003), 282-289).
"""

import math
from typing import NamedTuple

import numpy as np

BEARING_FAULTS = ("inner", "outer", "ball")
SHAFT_FAULTS = ("imbalance", "misalignment")
SENSOR_FAULTS = ("loose", "clipping", "dead")

#: All kinds there are.
FAULTS = (*BEARING_FAULTS, *SHAFT_FAULTS, *SENSOR_FAULTS)

#: Lines of the shaft that a fault adds: order to amplitude.
_SHAFT_LINES = {"imbalance": {1: 1.0}, "misalignment": {1: 0.4, 2: 1.0, 3: 0.3}}


class Fault(NamedTuple):
    """Something wrong.

    Attributes:
        kind: of FAULTS.
        decibels: its vibration's level over the machine's noise before that swells, both over all
            frequencies. Of sensor faults: how much softer than at 0 the sensor is held ("loose"),
            or how far the largest sample would be beyond the end of the scale, at least 1
            ("clipping"); a dead sensor has no level.
        number: which fault of this kind: where it is, how rough, how even. The same number is the
            same fault, however far it has grown.
    """

    kind: str
    decibels: float = 0.0
    number: int = 0


def check(fault):
    """Raise ValueError unless `fault` is None or a Fault that makes sense."""
    if fault is None:
        return
    if not isinstance(fault, Fault):
        raise ValueError(f'a fault is {fault!r}: give None or a Fault, such as Fault("inner", 6)')
    check_kind(fault.kind)
    number = fault.number
    if not math.isfinite(fault.decibels) or not isinstance(number, int | np.integer) or number < 0:
        raise ValueError(f"{fault} makes no sense: give decibels, and a whole number from 0 up")


def check_kind(kind):
    """Raise ValueError unless `kind` is of FAULTS."""
    if kind not in FAULTS:
        raise ValueError(f"there is no fault {kind!r}: there are {', '.join(FAULTS)}")


def knocks(machine, fault, turns, rng):
    """The knocks of a bearing's fault.

    Args:
        machine: a Machine.
        fault: a Fault of BEARING_FAULTS.
        turns: float [n], rising: turns of the shaft at each sample.
        rng: for what differs from one second to the next.

    Returns:
        float [n]: the force at each sample, mean square not normalised.
    """
    own = np.random.default_rng([machine.number, BEARING_FAULTS.index(fault.kind), fault.number])
    cage = machine.orders.cage * (1 - machine.cage_slip)
    order = _order(machine, fault.kind, cage)
    count = int((turns[-1] - turns[0]) * order) + 2
    ways = (1 + rng.normal(0, machine.slip * 10 ** own.uniform(-0.3, 0.3), count)) / order
    places = turns[0] + np.cumsum(ways) - rng.random() / order
    sizes = rng.lognormal(0, own.uniform(0.05, 0.6), count)
    places, sizes = _UNEVEN[fault.kind](places, sizes, cage, order, own, rng)
    force = np.zeros(len(turns))
    at = np.interp(places, turns, np.arange(len(turns)), left=-1, right=len(turns))
    inside = (at >= 0) & (at < len(turns) - 1)
    whole, part = at[inside].astype(int), at[inside] % 1
    np.add.at(force, whole, sizes[inside] * (1 - part))
    np.add.at(force, whole + 1, sizes[inside] * part)
    if own.random() < 0.35:
        force = _rough(force, len(turns) / max(count, 1), own, rng)
    return force


def shaft_lines(fault):
    """dict of an order of the shaft to the amplitude that a fault of SHAFT_FAULTS adds to it.

    The sum of their mean squares is 1. Imbalance is heard once a turn, a bent or misaligned
    coupling most of all twice (Scheffer and Girdhar, as in machine.py).
    """
    lines = _SHAFT_LINES[fault.kind]
    size = np.sqrt(sum(amplitude**2 for amplitude in lines.values()) / 2)
    return {order: amplitude / size for order, amplitude in lines.items()}


def _order(machine, kind, cage):
    """How often the fault is rolled over in a turn, if the cage turns so much more slowly."""
    balls = machine.orders.inner + machine.orders.outer
    if kind == "outer":
        return balls * cage
    if kind == "inner":
        return balls * (1 - cage)
    return machine.orders.ball * (1 - machine.cage_slip)


def _inner(places, sizes, cage, order, own, rng):
    """An inner race's fault turns with the shaft, in and out of the load."""
    depth = own.uniform(0.2, 1)
    return places, sizes * _load(1 - depth + depth * _wave(places, own, rng))


def _outer(places, sizes, cage, order, own, rng):
    """An outer race's fault stays in the load, unless imbalance or looseness moves that."""
    if own.random() < 0.6:
        depth, twice = own.uniform(0, 1), own.uniform(0, 0.6)
        swing = _wave(places, own, rng) + twice * _wave(2 * places, own, rng)
        sizes = sizes * _load(1 + depth * swing)
    return places, sizes


def _ball(places, sizes, cage, order, own, rng):
    """A ball's fault turns with the cage, hits both races, and may spin out of their way."""
    depth = own.uniform(0.2, 1)
    sizes = sizes * _load(1 - depth + depth * _wave(cage * places, own, rng))
    sizes[::2] *= 1 - own.uniform(0, 1)
    if own.random() < 0.5:
        knots = np.linspace(places[0], places[-1], 12)
        sizes = sizes * _load(np.interp(places, knots, rng.uniform(-0.5, 1, 12)))
    if own.random() < 0.4:
        places = np.sort(places + rng.normal(0, own.uniform(0.03, 0.4), len(places)) / order)
    return places, sizes


_UNEVEN = {"inner": _inner, "outer": _outer, "ball": _ball}


def _wave(turns, own, rng):
    """A cosine once a turn. The fault's place is its own, the time it is looked at is not."""
    return np.cos(2 * np.pi * (turns + own.random() + rng.random()))


def _load(size):
    """What presses: a load, never less than none."""
    return np.maximum(0, size)


def _rough(force, between, own, rng):
    """A spalled patch instead of a place: each knock lasts, and is noise."""
    length = max(3, int(own.uniform(0.05, 0.4) * between))
    from scipy import signal

    spread = signal.fftconvolve(force, np.hanning(length + 2)[1:-1])[: len(force)]
    return spread * rng.standard_normal(len(force))
