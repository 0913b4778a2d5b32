"""What lies between a mouth and a file: a room, a microphone, noise, and how loud it all is.

The figures are those of people's recordings: they follow the levels, signal-to-noise ratios,
places and spectra of the words in Speech Commands. Like `noises`, the same on every machine.
"""

import numpy as np

from tinyml_helpers.datasets.sounds.noises import (
    KINDS,
    RATE,
    bell,
    coloured,
    echoed,
    gain,
    noise,
    smoothed,
)
from tinyml_helpers.signals import CLIP_SAMPLES

#: What may be heard behind a word. Clicks and chirps are silence's own.
_BEHIND = ("white", "pink", "pink", "brown", "brown", "fan", "hum", "tap", "babble", "babble")

#: Samples around a word that a running mean or an echo may fill.
_BEFORE, _AFTER = 100, 2400

_FULL_SCALE = 32768.0


class NoiseBank:
    """Long noises of every kind, made once, to cut short ones from.

    Attributes:
        sounds: for each kind, a list of float64 arrays of 8 s.
    """

    def __init__(self, words, random):
        """Make the noises; `words` are arrays of speech for the babble, `random` a Generator."""
        self.sounds = {
            kind: [coloured(noise(kind, 8 * RATE, random, words), random, 6.0) for _ in range(4)]
            for kind in KINDS
        }

    def cut(self, kind, random):
        """One second of a kind; float64 [16000]."""
        sounds = self.sounds[kind]
        sound = sounds[random.integers(len(sounds))]
        start = random.integers(len(sound) - CLIP_SAMPLES)
        return sound[start : start + CLIP_SAMPLES]

    def silence(self, random):
        """A clip in which nobody speaks: any noise, from very soft to very loud; int16 [16000]."""
        kinds = tuple(KINDS)
        sound = self.cut(kinds[random.integers(len(kinds))], random)
        if random.random() < 0.3:
            other = self.cut(_BEHIND[random.integers(len(_BEHIND))], random)
            sound = sound + other * (level(sound) / level(other) * gain(-25 * random.random()))
        return _as_int16(_at_level(sound, -65 + 58 * random.random()))


def level(samples):
    """The loudness of a sound's loudest part: the root mean square of its loudest 50 ms.

    Args:
        samples: float64 [n] of at most a million, n at least 800.

    Returns:
        A float in the units of `samples`, at least 1e-9.
    """
    whole = np.rint(samples[: len(samples) // 800 * 800]).astype(np.int64)
    energy = (whole * whole).reshape(-1, 800).sum(axis=1)  # whole numbers: exact in any order
    return max(float(np.sqrt(energy.max() / 800)), 1e-9)


def recorded(word, bank, random):
    """A word in a clip, as somebody's recording of it.

    Args:
        word: int16 [n], dry and without noise.
        bank: a NoiseBank, or None to only place the word.
        random: a numpy Generator.

    Returns:
        int16 [16000].
    """
    if bank is None:
        return _as_int16(_placed(word, len(word), 0, random))
    sound = np.concatenate([np.zeros(_BEFORE), word, np.zeros(_AFTER)])
    if random.random() < 0.6:
        sound = echoed(sound, random)
    sound = coloured(sound, random, 5.5)
    if random.random() < 0.15:  # a narrow channel
        sound = smoothed(sound, 1 + random.integers(2))
    loudness = -15.5 + 5 * bell(random)
    clip = _placed(_at_level(sound, loudness), len(word), _BEFORE, random)
    if random.random() < 0.92:  # the others come from devices that mute what isn't speech
        behind = bank.cut(_BEHIND[random.integers(len(_BEHIND))], random)
        clip += _at_level(behind, loudness - _signal_to_noise(random))
    peak = max(clip.max(), -clip.min())
    if peak > 32000 and random.random() < 0.8:  # the others are overdriven
        clip *= 32000 / peak
    return _as_int16(clip)


def _placed(sound, length, before, random):
    """A word somewhere about the middle of a clip; rarely an end of it is cut off.

    Args:
        sound: float64 or int16 [n]: `before` samples, the word, and its echo.
        length: the word's samples.
        before: see above.
        random: a numpy Generator.

    Returns:
        float64 [16000].
    """
    middle = CLIP_SAMPLES / 2 + (random.random() + random.random() - 1) * 6500
    start = int(middle - length / 2)
    if random.random() < 0.93 and length <= CLIP_SAMPLES:
        start = max(0, min(start, CLIP_SAMPLES - length))
    start -= before
    sound = sound[max(0, -start) : CLIP_SAMPLES - start]
    clip = np.zeros(CLIP_SAMPLES)
    clip[max(0, start) : max(0, start) + len(sound)] = sound
    return clip


def _signal_to_noise(random):
    """A ratio in dB, from the loudest of the word to the loudest of the noise."""
    share = random.random()
    if share < 0.12:
        return 6 + 16 * random.random()
    if share < 0.4:
        return 22 + 20 * random.random()
    return 42 + 40 * random.random()


def _at_level(samples, decibels):
    """Samples made as loud as `decibels` says, against full scale."""
    return samples * (gain(decibels) * _FULL_SCALE / level(samples))


def _as_int16(samples):
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
