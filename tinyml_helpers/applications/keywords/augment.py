"""Augmentation: many versions of a recorded word, so that a model learns what they share.

Functions on audio take int16 [..., samples] at 16 kHz and return int16 of the same shape; what they
add to the clips may be one value for all or one a clip. Nothing is changed in place, and nothing is
random unless a `numpy.random.Generator` is passed: the same seed makes the same versions.
"""

import numpy as np

from tinyml_helpers.datasets.sounds.noises import KINDS, noise
from tinyml_helpers.signals import BINS, HIGHEST_HZ, LOWEST_HZ, SAMPLE_RATE, tables

#: The kinds of noise `noises` makes.
NOISES = tuple(KINDS)

_LARGEST = np.iinfo(np.int16).max


def shift(audio, samples):
    """Move clips in time; what is missing at an end is filled with the background there.

    It is the end's 100 ms, played backwards and forwards by turns. Zeros would be a silence no
    microphone records, which a model might learn to look for.

    Args:
        audio: int16 [..., samples].
        samples: how much later, earlier if negative; an int, or an int array [...].
    """
    last = audio.shape[-1] - 1
    time = np.arange(last + 1)
    samples = np.broadcast_to(samples, audio.shape[:-1])
    moved = np.empty_like(audio)
    for clip in np.ndindex(audio.shape[:-1]):
        moved[clip] = audio[clip][_within(time - samples[clip], last)]
    return moved


def speed(audio, factor):
    """Play clips faster or slower around their middle: tempo, pitch and the voice itself change.

    A vocal tract of another length scales all resonances alike, and so does this, which makes
    other people of one speaker. Between two samples lies a straight line (linear interpolation).
    Source: Ko et al., Audio Augmentation for Speech Recognition, Interspeech 2015.

    Args:
        audio: int16 [..., samples].
        factor: 2 is twice as fast and an octave higher; a number, or an array [...]. A slower
            clip loses its ends; a faster one goes on with the background, as in `shift`.
    """
    last = audio.shape[-1] - 1
    time = np.arange(last + 1, dtype=np.float32) - np.float32(last / 2)
    factor = np.broadcast_to(np.asarray(factor, np.float32), audio.shape[:-1])
    played = np.empty_like(audio)
    for clip in np.ndindex(audio.shape[:-1]):
        at = _within(factor[clip] * time + np.float32(last / 2), last)
        left = np.minimum(at.astype(np.int32), last - 1)
        before, after = audio[clip][left].astype(np.float32), audio[clip][left + 1]
        played[clip] = np.rint(before + (at - left) * (after - before))
    return played


def gain(audio, decibels):
    """Make clips louder or quieter; what gets too loud is clipped, as in a microphone.

    Args:
        audio: int16 [..., samples].
        decibels: a number, or an array [...].
    """
    return _to_int16(audio * _per_clip(10 ** (np.asarray(decibels, np.float32) / 20)))


def add_noise(audio, sound, snr):
    """Mix noise into clips at a signal-to-noise ratio.

    Args:
        audio: int16 [..., samples].
        sound: the noise, int16, of a shape that broadcasts to the audio's; its loudness changes.
        snr: the audio's mean power over the noise's, in dB; a number, or an array [...].
    """
    wanted = _rms(audio) / 10 ** (_per_clip(snr) / 20)
    return _to_int16(audio + sound * (wanted / np.maximum(_rms(sound), 1)))


def echo(audio, seconds, rng, reflections=6):
    """Play clips in a room: a few walls answer, each later and quieter.

    The reflections come at random times in the first 80 ms, the same for all clips, and lose 60 dB
    in `seconds`: the room's reverberation time, RT60 (about 0.3 in a living room, 1 in a hall).

    Args:
        audio: int16 [..., samples].
        seconds: RT60, a number above 0.
        rng: `numpy.random.Generator`.
        reflections: how many.
    """
    heard = audio.astype(np.float32)
    for delay in rng.integers(1, SAMPLE_RATE * 80 // 1000, reflections):
        loudness = rng.choice([-1, 1]) * 10 ** (-3 * delay / SAMPLE_RATE / seconds)
        heard[..., delay:] += np.float32(loudness) * audio[..., :-delay]
    return _to_int16(heard)


def splice(first, second):
    """Words nobody ever said: the first half of one and the second half of another.

    Each word is cut where half of its energy is behind it; the halves meet there, over 10 ms.

    Args:
        first, second: int16 [n, samples].
    """
    middle, second_middle = _middle(first), _middle(second)
    second = shift(second, middle - second_middle)
    time = np.arange(first.shape[-1], dtype=np.float32) - _per_clip(middle)
    share = np.clip(0.5 + time / (0.01 * SAMPLE_RATE), 0, 1)
    return _to_int16(first * (1 - share) + second * share)


def spec_augment(features, rng, frames=8, bins=6, times=2):
    """SpecAugment: hide random frames and random bands behind the clip's mean value.

    A model that has to do without some of them learns to look at all of them.
    Source: Park et al., arXiv:1904.08779.

    Args:
        features: int8 (or float32) [n, frames, bins]; not changed.
        rng: `numpy.random.Generator`.
        frames, bins: at most this many neighbours are hidden at once; 0 to all equally likely.
        times: how often, along each axis.
    """
    hidden = np.zeros(features.shape, bool)
    for axis, most in ((1, frames), (2, bins)):
        place = np.arange(features.shape[axis])
        for _ in range(times):
            width = rng.integers(0, most + 1, (len(features), 1))
            start = rng.integers(0, features.shape[axis] - width + 1)
            inside = (place >= start) & (place < start + width)  # [n, frames] or [n, bins]
            hidden |= inside[:, :, None] if axis == 1 else inside[:, None, :]
    mean = features.mean(axis=(1, 2), keepdims=True).astype(features.dtype)
    return np.where(hidden, mean, features)


def warp(features, factor):
    """Log-mel features of the same words by a voice of another size.

    In a vocal tract of another length all resonances are so many times as high, which in the
    front end's bands is a shift that depends on the band. Unlike `speed` it leaves tempo alone.
    Source: Jaitly and Hinton, Vocal Tract Length Perturbation (VTLP) improves speech recognition,
    ICML Workshop on Deep Learning for Audio, Speech and Language Processing, 2013.

    Args:
        features: int8 [n, frames, 40], of `signals.log_mel`; not changed.
        factor: how many times as high, [n].

    Returns:
        int8 [n, frames, 40].
    """
    edges = np.linspace(*(tables.mel(hz) for hz in (LOWEST_HZ, HIGHEST_HZ)), BINS + 2)
    middle = 700 * np.expm1(edges[1:-1] / 1127)  # Hz, the inverse of tables.mel
    warped = np.empty_like(features)
    for place, each in enumerate(np.broadcast_to(factor, len(features))):
        heard = 1127 * np.log1p(middle / each / 700)  # where a band's sound was before
        at = np.interp(heard, edges[1:-1], np.arange(BINS))
        left = np.minimum(at.astype(int), BINS - 2)
        share = (at - left).astype(np.float32)
        mixed = features[place][:, left] * (1 - share) + features[place][:, left + 1] * share
        warped[place] = np.rint(mixed)
    return warped


def noises(kind, samples, rng, speech=None):
    """Background noise, as loud as a voice: RMS 2,000 of 32,767.

    Args:
        kind: one of `NOISES`; `datasets.noises` says what each is like.
        samples: how many.
        rng: `numpy.random.Generator`.
        speech: for babble, many voices at once: some clips of speech, int16 [n, any].

    Returns:
        int16 [samples].

    Raises:
        ValueError: there is no such kind, or babble has no speech to be made of.
    """
    if kind == "babble" and (speech is None or not len(speech)):
        raise ValueError("babble is made of speech: give some clips of it")
    sound = noise(kind, samples, rng, speech).astype(np.float32)
    return _to_int16(sound * (2000 / np.maximum(_rms(sound), 1e-9)))


def _within(at, last):
    """Times [n] with those beyond 0 and `last` folded into the 100 ms at that end; changes `at`."""
    end = min(SAMPLE_RATE // 10, last)
    for beyond, edge in ((at < 0, 0), (at > last, last)):
        away = np.abs(at[beyond] - edge) % (2 * end)
        at[beyond] = np.abs(edge - (end - np.abs(end - away)))
    return at


def _per_clip(value):
    """A number, or one a clip [...], as float32 with an axis for the samples."""
    return np.asarray(value, np.float32)[..., np.newaxis]


def _rms(audio):
    """Root mean square of each clip, with an axis for the samples."""
    return np.sqrt(np.mean(np.square(audio, dtype=np.float32), axis=-1, keepdims=True))


def _middle(audio):
    """The sample before which each clip [n, samples] has half of its energy, to 10 ms: int [n]."""
    block = SAMPLE_RATE // 100
    blocks = audio[:, : audio.shape[1] // block * block].reshape(len(audio), -1, block)
    energy = np.cumsum(np.square(blocks, dtype=np.float32).sum(axis=2), axis=1)
    return block * np.argmax(energy >= energy[:, -1:] / 2, axis=1)


def _to_int16(values):
    return np.clip(np.rint(values), -_LARGEST - 1, _LARGEST).astype(np.int16)
