"""What disturbs a lead: muscles, mains, a wandering baseline, movement, an electrode that is off.

The kinds are those of G. B. Moody, W. E. Muldrow and R. G. Mark, "A noise stress test for
arrhythmia detectors", Computers in Cardiology 11 (1984), 381-384, and mains.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.signal import butter, lfilter

#: Muscles' frequencies, Hz; and how much their strength changes by (standard deviation of its
#: logarithm) and how fast, Hz.
_MUSCLE, _SWELLS, _SWELLING = (15.0, 120.0), 0.5, 0.3

#: Of a wandering baseline, Hz, and by how many sines it is made.
_WANDER, _SINES = (0.03, 0.5), 12

#: A movement's step fades within seconds, and its bump lasts seconds.
_FADES, _BUMP = (0.2, 1.5), (0.08, 0.4)

#: A lead is off for seconds.
_OFF = (1.0, 6.0)


class Noise(NamedTuple):
    """How much of each; all are 0 unless given.

    Attributes:
        muscle: mV, root mean square.
        mains: mV, root mean square, with two harmonics.
        wander: mV, root mean square, of the baseline.
        movement: mV, middle height of a movement's artefact.
        movements: how many a minute.
        lead_off: how many times a minute an electrode loses touch.
    """

    muscle: float = 0.0
    mains: float = 0.0
    wander: float = 0.0
    movement: float = 0.0
    movements: float = 0.0
    lead_off: float = 0.0

    def louder(self, decibels):
        """The same noise by decibels louder, or softer if below 0; as often as before."""
        factor = 10 ** (decibels / 20)
        return self._replace(
            muscle=factor * self.muscle,
            mains=factor * self.mains,
            wander=factor * self.wander,
            movement=factor * self.movement,
        )


def disturbance(noise, mains, seconds, rate, rng):
    """What is added to a trace.

    All but muscles' noise and the mains' harmonics is the same at every rate. Each kind has a
    generator of its own, so that one more kind leaves the others as they are.

    Args:
        noise: a Noise.
        mains: Hz, 50 or 60.
        seconds: how long.
        rate: samples a second.
        rng: a NumPy Generator.

    Returns:
        float64 [n] in mV, and a list of (begin, end) in seconds of when the lead is off.
    """
    muscle, line, base, moves, lead = rng.spawn(5)
    times = np.arange(round(seconds * rate)) / rate
    made = _scaled(_muscle(len(times), rate, muscle), noise.muscle)
    made += _scaled(_line(times, mains, rate, line), noise.mains)
    made += _scaled(_baseline(times, base), noise.wander)
    made += _movement(noise, times, seconds, moves)
    begins = np.sort(lead.uniform(0, seconds, lead.poisson(noise.lead_off * seconds / 60)))
    return made, [(begin, begin + lead.uniform(*_OFF)) for begin in begins]


def _scaled(series, rms):
    """A series with that root mean square."""
    return series * (rms / np.sqrt(np.mean(series**2)))


def _muscle(count, rate, rng):
    band = butter(2, (_MUSCLE[0], min(_MUSCLE[1], 0.45 * rate)), "bandpass", fs=rate)
    noise = lfilter(*band, rng.standard_normal(count))
    knots = rng.standard_normal(math.ceil(count / rate * _SWELLING) + 2)
    swells = np.interp(np.arange(count) * _SWELLING / rate, np.arange(len(knots)), knots)
    return noise * np.exp(_SWELLS * swells)


def _line(times, mains, rate, rng):
    """The mains' frequency, off by some hundredths of a hertz, with its 2nd and 3rd harmonics."""
    frequency, made = mains + rng.normal(0, 0.03), 0.0
    for multiple, share in ((1, 1.0), (2, rng.uniform(0, 0.2)), (3, rng.uniform(0, 0.4))):
        phase = rng.uniform(0, 2 * np.pi)
        if multiple * frequency < 0.45 * rate:
            made = made + share * np.sin(2 * np.pi * multiple * frequency * times + phase)
    return made


def _baseline(times, rng):
    frequencies = np.exp(rng.uniform(*np.log(_WANDER), _SINES))
    phases = rng.uniform(0, 2 * np.pi, _SINES)
    made = np.zeros(len(times))
    for frequency, phase in zip(frequencies, phases, strict=True):
        made += np.sin(2 * np.pi * frequency * times + phase) / math.sqrt(frequency)
    return made


def _movement(noise, times, seconds, rng):
    """Steps that fade, as an electrode's voltage does after a pull, each with a bump before it."""
    made = np.zeros(len(times))
    for _ in range(rng.poisson(noise.movements * seconds / 60)):
        begin, height = rng.uniform(0, seconds), noise.movement * np.exp(rng.normal(0, 0.4))
        fades, lasts = rng.uniform(*_FADES), rng.uniform(*_BUMP)
        step, bump = rng.choice([-1, 1], 2) * rng.uniform(0.3, 1, 2)
        after = times - begin
        within = (after >= 0) & (after < lasts)
        made[within] += height * bump * np.sin(np.pi * after[within] / lasts) ** 2
        since = (after >= lasts) & (after < lasts + 8 * fades)
        made[since] += height * step * np.exp(-(after[since] - lasts) / fades)
    return made
