"""One voice made into another: pitch, vocal tract, breath, tempo."""

from fractions import Fraction

import numpy as np
import pyworld
from engines import RATE
from scipy.signal import resample_poly

#: A frame of the vocoder, in milliseconds.
_FRAME_MS = 5.0


def reshape(samples, random, *, tract, bends, tilt, pitch, liveliness, breath, tempo):
    """Say the same in another voice, by the WORLD vocoder.

    Args:
        samples: float64 [n] at 16 kHz.
        random: a numpy Generator, for what differs from word to word.
        tract: how much higher the formants lie; a child's are 1.2 to 1.4 times a man's.
        bends: three numbers near 1: the same about 500, 1500 and 3000 Hz on top of `tract`.
        tilt: dB an octave from 1 kHz: negative is duller.
        pitch: the voice's usual pitch in Hz; 0 whispers.
        liveliness: how much the pitch moves; 1 leaves it.
        breath: 0 leaves the voice clear, 1 makes it all breath.
        tempo: how much longer.

    Returns:
        float64 [m].
    """
    samples = np.ascontiguousarray(samples, dtype=np.float64)
    f0, time = pyworld.dio(samples, RATE, f0_floor=60, f0_ceil=500, frame_period=_FRAME_MS)
    f0 = pyworld.stonemask(samples, f0, time, RATE)
    envelope = pyworld.cheaptrick(samples, f0, time, RATE)  # [frames, 513]
    noise = pyworld.d4c(samples, f0, time, RATE)  # [frames, 513]

    where = _stretched(len(f0), tempo, random)
    nearest = np.round(where).astype(int)
    f0, noise = f0[nearest], noise[nearest]
    low = np.minimum(where.astype(int), len(envelope) - 2)
    share = (where - low)[:, None]
    spectrum = np.log(envelope + 1e-16)
    spectrum = spectrum[low] * (1 - share) + spectrum[low + 1] * share

    source = _bent_axis(spectrum.shape[1], tract, bends)  # [513]: the bin each bin is taken from
    spectrum = _taken(spectrum, source)
    noise = _taken(noise, source)
    hertz = np.maximum(np.arange(spectrum.shape[1]) * RATE / 2 / (spectrum.shape[1] - 1), 100)
    spectrum = spectrum + tilt * np.log2(hertz / 1000) * np.log(10) / 10

    f0 = _melody(f0, pitch, liveliness, random)
    noise = np.clip(noise + breath * (1 - noise), 0, 1)
    return pyworld.synthesize(
        f0,
        np.ascontiguousarray(np.exp(spectrum)),
        np.ascontiguousarray(noise),
        RATE,
        _FRAME_MS,
    )


def resized(samples, factor):
    """Play faster: formants and pitch `factor` times as high, and that much shorter.

    Unlike the vocoder this leaves a stop's burst as sharp as it was.
    """
    ratio = Fraction(factor).limit_denominator(40)
    return resample_poly(samples, ratio.denominator, ratio.numerator)


def _stretched(frames, tempo, random):
    """Where each new frame comes from: slower and faster by turns, `tempo` as a whole."""
    count = max(8, round(frames * tempo))
    speed = np.exp(np.interp(np.linspace(0, 4, count), range(5), random.normal(0, 0.18, 5)))
    where = np.cumsum(speed)
    return (where - where[0]) / (where[-1] - where[0]) * (frames - 1)


def _bent_axis(bins, tract, bends):
    """The bin that each bin of the new spectrum is taken from."""
    target = np.array([0, 500, 1500, 3000, 8000]) * tract * np.array([1, *bends, bends[-1]])
    target = np.maximum.accumulate(target)
    hertz = np.arange(bins) * RATE / 2 / (bins - 1)
    source = np.interp(hertz, target, [0, 500, 1500, 3000, 8000])
    return np.minimum(source / (RATE / 2) * (bins - 1), bins - 1.001)


def _taken(rows, source):
    low = source.astype(int)
    share = source - low
    return rows[:, low] * (1 - share) + rows[:, low + 1] * share


def _melody(f0, pitch, liveliness, random):
    """The pitch moved to a new height and range, with a slope and a tremble of its own."""
    if pitch == 0:
        return np.zeros_like(f0)
    voiced = f0 > 0
    if not voiced.any():
        return f0
    usual = np.exp(np.log(f0[voiced]).mean())
    course = liveliness * np.log(np.where(voiced, f0, usual) / usual)
    course += np.linspace(0.5, -0.5, len(f0)) * random.normal(0.12, 0.18)
    course += np.interp(
        np.arange(len(f0)), np.arange(0, len(f0) + 6, 6),
        random.normal(0, 0.015, len(np.arange(0, len(f0) + 6, 6))),
    )  # fmt: skip
    height = pitch * np.exp(random.normal(0, 0.06))
    return np.where(voiced, np.clip(height * np.exp(course), 60, 480), 0.0)


def trimmed(samples, below_db=45, margin=0.012):
    """`samples` without the silence around the word: what is `below_db` under the loudest 10 ms."""
    hop = RATE // 100
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop)
    power = (frames**2).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10 ** (-below_db / 10))
    first = max(0, loud[0] * hop - round(margin * RATE))
    last = min(len(samples), (loud[-1] + 1) * hop + round(margin * RATE))
    word = samples[first:last].copy()
    fade = hop // 2
    word[:fade] *= np.linspace(0, 1, fade)
    word[-fade:] *= np.linspace(1, 0, fade)
    return word
