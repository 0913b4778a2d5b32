"""What an electrode sees of beats: the dynamical model of McSharry and others, solved.

P. E. McSharry, G. D. Clifford, L. Tarassenko and L. A. Smith, "A dynamical model for generating
synthetic electrocardiogram signals", IEEE Transactions on Biomedical Engineering 50 (2003),
289-294. A point goes around a circle, once a beat, with ω = 2π / RR, and near the angle of each
wave it is pushed off it:

    x' = α x - ω y,   y' = α y + ω x,   α = 1 - √(x² + y²),   θ = atan2(y, x)
    z' = -Σ a Δθ exp(-Δθ² / 2b²) - (z - z₀),   Δθ = θ - θ of the wave,   z₀ = A sin(2π f t)

On the circle θ is known, so the sum can be integrated by hand: each wave is
(a b² / ω) exp(-Δθ² / 2b²), a Gaussian in time as well. So a `Wave` has a time θ/ω, a width b/ω and
a height a b²/ω. What is left, z pulled to z₀, is linear, and followed from sample to sample.

The paper stretches all waves with the interval that they are in. An early beat would squeeze
the T wave before it, which in a heart is the slower to follow, and its own P and QRS, which don't
change. So here each beat has its own clock, and T alone follows the heart's recent intervals.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

#: A beat is looked at from so many seconds before its place to so many after it.
_BEFORE, _AFTER = 0.5, 1.0

#: A QRS lasts while it is above this share of its largest deflection.
_SHARE = 0.05

#: Steps in which a QRS is looked at, seconds.
_FINE = 0.0005


class Wave(NamedTuple):
    """A Gaussian.

    Attributes:
        time: of its peak, seconds after the beat's place, which is that of its main deflection.
        width: standard deviation, seconds.
        height: mV.
    """

    time: float
    width: float
    height: float


class Shape(NamedTuple):
    """What a beat looks like at 60 a minute; tuples of Wave.

    Attributes:
        p: of the atria; empty if the beat begins in the ventricles.
        qrs: of the ventricles.
        t: of their repolarization.
    """

    p: tuple
    qrs: tuple
    t: tuple


class Beat(NamedTuple):
    """One beat.

    Attributes:
        time: of its place, seconds.
        shape: its Shape.
        stretch: of its T wave in time, 1 at 60 beats a minute.
        size: of all its heights, about 1.
    """

    time: float
    shape: Shape
    stretch: float
    size: float


def qrs(shape):
    """A QRS alone: seconds from the beat's place and mV, float64 [n] each."""
    reach = max(abs(wave.time) + 5 * wave.width for wave in shape.qrs)
    times = np.arange(-reach, reach, _FINE)
    return times, _gaussians(times, np.array(shape.qrs))


def qrs_width(shape):
    """How long a QRS is above 5% of its largest deflection, seconds."""
    times, volts = qrs(shape)
    (inside,) = np.nonzero(np.abs(volts) > _SHARE * np.abs(volts).max())
    return float(times[inside[-1]] - times[inside[0]])


def peak(shape):
    """When a QRS is farthest from 0, seconds from the beat's place."""
    times, volts = qrs(shape)
    return float(times[np.argmax(np.abs(volts))])


def trace(beats, breath, count, rate):
    """What an electrode sees, without noise.

    Args:
        beats: a list of Beat, those before and after the trace included.
        breath: (A, f) of z₀, mV and Hz.
        count: samples.
        rate: samples a second.

    Returns:
        z, float64 [count], mV.
    """
    waves = np.zeros(count)
    for beat in beats:
        first = max(math.ceil((beat.time - _BEFORE) * rate), 0)
        last = min(math.floor((beat.time + _AFTER) * rate), count)
        if first < last:
            times = np.arange(first, last) / rate - beat.time
            waves[first:last] += _gaussians(times, _all(beat))
    times = np.arange(count) / rate
    baseline = breath[0] * np.sin(2 * np.pi * breath[1] * times)
    return waves + _pulled(baseline - waves, rate)


def _all(beat):
    """All waves of a beat, float64 [waves, 3]."""
    p, ventricles, t = (np.reshape(part, (-1, 3)) for part in beat.shape)
    stretched = t * (beat.stretch, beat.stretch, 1)
    return np.concatenate([p, ventricles, stretched]) * (1, 1, beat.size)


def _gaussians(times, waves):
    """The sum of waves, float [waves, 3], at times, float [n]."""
    centres, widths, heights = waves.T[:, :, None]
    return (heights * np.exp(-0.5 * ((times - centres) / widths) ** 2)).sum(0)


def _pulled(to, rate):
    """h of h' = -h + to, exactly if `to` is straight from sample to sample; float [n]."""
    step = 1 / rate
    stays = math.exp(-step)
    new = 1 - (1 - stays) / step
    old = (1 - stays) - new
    start = to[: 3 * round(rate)].mean()  # where it has been long enough
    made, _ = lfilter([new, old], [1, -stays], to[1:], zi=[stays * start + old * to[0]])
    return np.concatenate([[start], made])
