"""Recordings of simulated hearts, as MIT-BIH has those of real ones."""

import math

import numpy as np

from tinyml_helpers.datasets.hearts.ecg import Note, ecg
from tinyml_helpers.datasets.hearts.simulated.heart import Heart
from tinyml_helpers.datasets.hearts.simulated.noise import Noise, disturbance
from tinyml_helpers.datasets.hearts.simulated.rhythm import beats
from tinyml_helpers.datasets.hearts.simulated.waves import peak, trace

#: The converter of MIT-BIH: counts a mV, counts at 0 mV, the largest count.
GAIN, ZERO, MOST = 200, 1024, 2047

#: How a change of the signal's quality is marked: subtype of one that can't be read, and of a good.
_UNREADABLE, _GOOD = -1, 0

#: A recording has at most so many seconds, and samples a second from and to: mains have to fit.
LONGEST, RATES = 21_600, (150, 1000)

#: Hearts beat so often a minute, and their intervals vary by so many seconds at most.
RATE, MOST_SDNN = (30, 180), 0.3


def recording(heart, seconds, rate=360, noise=None, seed=0):
    """An electrocardiogram of a heart, in one lead.

    The same seed is the same rhythm at any rate and noise, and the same noise at any rate but
    for muscles' and the mains' harmonics. Signals are clipped at ±5.12 mV.

    Args:
        heart: a Heart.
        seconds: how long, from 1 to 21,600 (six hours); more hours are more seeds.
        rate: samples a second, an int from 150 to 1,000.
        noise: a Noise; None for the heart's own. `Noise()` is none at all.
        seed: which recording of this heart, an int from 0.

    Returns:
        An Ecg of one lead, "MLII". A beat is marked where its QRS is farthest from 0: "N", "A" (an
        early atrial one) or "V" (an early ventricular one). While the lead is off there are no
        marks of beats, but a "~" of subtype -1 at its begin, and one of subtype 0 at its end.

    Raises:
        ValueError: an argument isn't as above.
    """
    _check(heart, seconds, rate, noise, seed)
    rhythm, disturbed = np.random.default_rng([heart.number, int(seed)]).spawn(2)
    noise = heart.noise if noise is None else noise
    count = round(seconds * rate)
    made = beats(heart, seconds, rhythm)
    volts = trace([beat for beat, _ in made], (heart.breath, heart.respiration), count, rate)
    added, gaps = disturbance(noise, heart.mains, seconds, rate, disturbed)
    counts = np.clip(np.round(GAIN * (volts + added)) + ZERO, 0, MOST).astype(np.int16)
    marks = []
    for begin, end in gaps:
        first, last = math.ceil(begin * rate), math.ceil(end * rate)
        counts[first:last] = MOST
        marks.append(Note(first, "~", _UNREADABLE))
        marks.append(Note(last, "~", _GOOD))
    peaks = {shape: peak(shape) for shape in {beat.shape for beat, _ in made}}
    for beat, symbol in made:
        time = beat.time + peaks[beat.shape]
        if not any(begin - 0.1 <= time <= end + 0.1 for begin, end in gaps):
            marks.append(Note(round(time * rate), symbol))
    marks = sorted(mark for mark in marks if 0 <= mark.place < count)
    return ecg(
        marks,
        record=f"heart {heart.number}",
        person=f"heart {heart.number}",
        rate=int(rate),
        samples=counts[:, None],
        gains=np.array([float(GAIN)]),
        zeros=np.array([ZERO]),
        leads=("MLII",),
    )


def _check(heart, seconds, rate, noise, seed):
    if not isinstance(heart, Heart):
        raise ValueError(f"the heart is {heart!r}: give a Heart, such as heart(7)")
    _check_heart(heart)
    if not _number(seconds) or not 1 <= seconds <= LONGEST:
        raise ValueError(f"seconds is {seconds!r}: give a number from 1 to {LONGEST:,}")
    if not _whole(rate) or not RATES[0] <= rate <= RATES[1]:
        raise ValueError(f"rate is {rate!r}: give a whole number, {RATES[0]} to {RATES[1]:,}")
    if not _whole(seed) or seed < 0:
        raise ValueError(f"seed is {seed!r}: give a whole number from 0 up")
    if noise is not None and not isinstance(noise, Noise):
        raise ValueError(f"noise is {noise!r}: give a Noise, or None for the heart's own")
    for name, amount in (noise or heart.noise)._asdict().items():
        if not _number(amount) or not 0 <= amount < math.inf:
            raise ValueError(f"noise has a {name} of {amount!r}: give a number from 0 up")


def _check_heart(heart):
    if not (RATE[0] <= heart.rate <= RATE[1] and 0 <= heart.sdnn <= MOST_SDNN):
        raise ValueError(
            f"the heart beats {heart.rate} times a minute with an sdnn of {heart.sdnn} s: give "
            f"{RATE[0]} to {RATE[1]}, and at most {MOST_SDNN} s"
        )
    for name in ("atrial", "ventricular", "couplet", "bigeminy"):
        chance = getattr(heart, f"{name}_chance")
        if not 0 <= chance <= 1:
            raise ValueError(f"the heart's {name}_chance is {chance!r}: give 0 to 1")
    if not (heart.atrial and heart.ventricular):
        raise ValueError("the heart has no shape of an early beat: give a chance of 0 instead")


def _whole(value):
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _number(value):
    return _whole(value) or isinstance(value, float | np.floating)
