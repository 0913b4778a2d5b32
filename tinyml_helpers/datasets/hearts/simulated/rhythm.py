"""When a heart beats: the sinus node's intervals, and the beats that come early.

Intervals of the sinus node are McSharry's and others' (see `waves`), section III: a series of given
mean and standard deviation, whose spectrum has two Gaussian peaks, at 0.1 Hz (blood pressure's
slow waves) and at the breath's frequency, with random phases. Early beats are made here.
"""

import math
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.hearts.simulated.waves import Beat

#: Of the slow peak, Hz; and the standard deviation of both peaks (the paper's values).
_SLOW, _SPREAD = 0.1, 0.01

#: Intervals are drawn at so many points a second, and for so many seconds at least: of fewer a
#: spectrum isn't one.
_GRID, _SPAN = 4, 300.0

#: Nothing beats in a shorter interval, seconds.
_SHORTEST = 0.3

#: Beats begin so many seconds before the recording.
_LEAD_IN = 5.0

#: After a ventricular beat the ventricles don't answer for this share of an interval.
_DEAF = 0.6

#: T follows intervals by this share of what is new in each beat (its lag is some beats).
_FOLLOWS = 0.15

#: Standard deviation of a beat's size.
_SIZES = 0.03


class _Marked(NamedTuple):
    """A beat and which it is: "N", "A" or "V"."""

    beat: Beat
    symbol: str


def intervals(heart, seconds, rng):
    """The sinus node's intervals as they change.

    Args:
        heart: a Heart.
        seconds: how long.
        rng: a NumPy Generator.

    Returns:
        float64 [n] in seconds, 4 values a second.
    """
    count = _GRID * math.ceil(max(seconds, _SPAN))
    frequencies = np.fft.rfftfreq(count, 1 / _GRID)
    low, high = (
        np.exp(-0.5 * ((frequencies - centre) / _SPREAD) ** 2)
        for centre in (_SLOW, heart.respiration)
    )
    amplitudes = np.sqrt(heart.lf_hf * low + high)
    phases = rng.uniform(0, 2 * np.pi, len(frequencies))
    series = np.fft.irfft(amplitudes * np.exp(1j * phases), count)
    series -= series.mean()
    return np.maximum(60 / heart.rate + heart.sdnn * series / series.std(), _SHORTEST)


def beats(heart, seconds, rng):
    """The beats of a recording, and those just before and after it.

    Args:
        heart: a Heart.
        seconds: how long.
        rng: a NumPy Generator.

    Returns:
        A list of (Beat, symbol), in their order.
    """
    series = intervals(heart, seconds + 2 * _LEAD_IN, rng)

    def interval(time):
        return series[min(max(int(_GRID * (time + _LEAD_IN)), 0), len(series) - 1)]

    made, usual = [], 60 / heart.rate

    def add(time, symbol, shape):
        nonlocal usual
        if made:
            usual += _FOLLOWS * (time - made[-1].beat.time - usual)
        size = 1 + _SIZES * rng.standard_normal()
        made.append(_Marked(Beat(time, shape, math.sqrt(usual), size), symbol))

    tick, every_second = -_LEAD_IN + rng.uniform(0, usual), 0
    while tick < seconds + 1:
        time = tick
        add(time, "N", heart.beat)
        rr = interval(time)
        tick = time + rr
        chance = rng.random()
        if every_second or chance < heart.ventricular_chance:
            time = _early(heart, time, rr, heart.ventricular_coupling, usual, rng)
            focus = heart.ventricular[int(rng.integers(len(heart.ventricular)))]
            add(time, "V", focus)
            if rng.random() < heart.couplet_chance:
                time += max(rng.uniform(0.5, 0.65) * rr, _SHORTEST)
                add(time, "V", focus)
            while tick < time + _DEAF * rr:  # the sinus node goes on, and isn't heard
                tick += interval(tick)
            if every_second:
                every_second -= 1
            elif rng.random() < heart.bigeminy_chance:
                every_second = int(rng.integers(2, 12))
        elif chance < heart.ventricular_chance + heart.atrial_chance:
            time = _early(heart, time, rr, heart.atrial_coupling, usual, rng)
            add(time, "A", heart.atrial[int(rng.integers(len(heart.atrial)))])
            tick = time + rng.uniform(1.0, 1.1) * interval(time)  # the sinus node begins anew
    return made


def _early(heart, time, rr, coupling, usual, rng):
    """When a beat comes early: after T, and at 85% of the interval at the latest."""
    last = max(wave.time + 2 * wave.width for wave in heart.beat.t) * math.sqrt(usual)
    share = coupling + rng.uniform(-0.04, 0.04)
    return time + min(max(share * rr, last + 0.06), 0.85 * rr)
