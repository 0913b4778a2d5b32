"""The sound of `streams`, made twenty seconds at a time: rooms, noises, music, talk, a keyword."""

import functools
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.keywords import augment
from tinyml_helpers.signals import SAMPLE_RATE

SAMPLES = 20 * SAMPLE_RATE  # of a scene

#: Kinds of scenes, and how large a share of a stream each is. `talk` is one person at a time,
#: `babble` six at once; `quiet` has nothing but the room.
KINDS = {"quiet": 0.25, "noise": 0.2, "music": 0.15, "talk": 0.25, "babble": 0.15}

_NOISES = tuple(kind for kind in augment.NOISES if kind != "babble")
_KEYWORD_SHARE = 0.5  # of the scenes: 1.5 keywords a minute
_LOUDNESS = -40, -20  # of keywords and of talk, in dB of full scale
_ROOM = -68, -52
_ABOVE = 5, 25  # keywords over what else sounds, in dB
_CLEAR = 8_000  # samples before and after a keyword in which the talker is silent
_FADE = 160
_FRAME = 160


class Plan(NamedTuple):
    """What happens in a scene.

    Attributes:
        kind: one of KINDS.
        clip: the clip that says the keyword, an index, or None: no keyword.
        start, length: where, in samples.
        loudness: of the keyword (or who talks), in dB of full scale.
        above: how far that is above noise, music or babble, in dB.
    """

    kind: str
    clip: int | None
    start: int
    length: int
    loudness: float
    above: float


class Maker:
    """Makes scenes by number, each from its own random numbers.

    Args:
        words: a `datasets.sounds.speech.Clips`.
        seed: an int.

    Raises:
        ValueError: there are no keywords or no unknown words among them.
    """

    def __init__(self, words, seed):
        self._words, self._seed = words, seed
        keywords = [np.flatnonzero(words.labels == i) for i in range(2, len(words.names))]
        self._keywords = [clips for clips in keywords if len(clips)]
        unknown = np.flatnonzero(words.labels == 1)
        if not self._keywords or not len(unknown):
            missing = "no unknown words" if self._keywords else "no keywords"
            raise ValueError(f"there are {missing} among the clips to make a stream of")
        voices = [unknown[words.speakers[unknown] == who] for who in set(words.speakers[unknown])]
        # Who says few words would repeat them all the time: those share a voice.
        many = [clips for clips in voices if len(clips) >= 5]
        few = [clips for clips in voices if len(clips) < 5]
        together = [np.sort(np.concatenate(few))] if few else []
        self._voices = sorted([*many, *together], key=lambda clips: clips[0])
        self._room = _noise("pink", np.random.default_rng(seed))
        self.plan = functools.cache(self.plan)
        self._dry = functools.lru_cache(maxsize=500)(self._dry)

    def plan(self, number):
        """The Plan of a scene."""
        random = np.random.default_rng([self._seed, number])
        kind = str(random.choice(list(KINDS), p=list(KINDS.values())))
        loudness, above = random.uniform(*_LOUDNESS), random.uniform(*_ABOVE)
        if random.random() >= _KEYWORD_SHARE:
            return Plan(kind, None, 0, 0, loudness, above)
        clip = int(random.choice(self._keywords[random.integers(len(self._keywords))]))
        length = len(self._dry(clip))
        start = int(random.integers(SAMPLE_RATE, SAMPLES - 3 * SAMPLE_RATE))
        return Plan(kind, clip, start, length, loudness, above)

    def sound(self, number):
        """A scene, int16 [SAMPLES]."""
        plan = self.plan(number)
        random = np.random.default_rng([self._seed, number, 1])
        sound = _gain(random.uniform(*_ROOM)) * np.roll(self._room, random.integers(SAMPLES))
        loud, behind = _gain(plan.loudness), _gain(plan.loudness - plan.above)
        if plan.kind == "noise":
            sound += behind * _noise(str(random.choice(_NOISES)), random)
        elif plan.kind == "music":
            sound += behind * _music(random)
        elif plan.kind == "babble":
            sound += behind / 6**0.5 * sum(self._talk(random, 0.2) for _ in range(6))
        elif plan.kind == "talk":
            talk = self._talk(random, 2)
            if plan.clip is not None:
                talk[max(plan.start - _CLEAR, 0) : plan.start + plan.length + _CLEAR] = 0
            sound += loud * talk
        if plan.clip is not None:
            sound[plan.start : plan.start + plan.length] += loud * self._dry(plan.clip)
        return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)

    def _talk(self, random, pause):
        """Sentences of unknown words with pauses of up to `pause` seconds, float32 [SAMPLES]."""
        sound = np.zeros(SAMPLES, np.float32)
        at = int(random.integers(SAMPLE_RATE))
        while at < SAMPLES:
            clips = self._voices[random.integers(len(self._voices))]
            speed = random.uniform(0.9, 1.1)
            for clip in random.choice(clips, random.integers(3, 9)):
                word = self._dry(int(clip))
                word = np.interp(np.arange(0, len(word) - 1, speed), np.arange(len(word)), word)
                piece = word[: max(SAMPLES - at, 0)]
                sound[at : at + len(piece)] += piece
                at += len(word) + int(random.integers(500, 3000))
            at += int(random.uniform(0, pause) * SAMPLE_RATE)
        return sound

    def _dry(self, clip):
        """A clip's word without the silence around it, float32, of a mean square of 1."""
        audio = self._words.audio[clip].astype(np.float32)
        start, end = extent(self._words.audio[clip])
        word = audio[start:end] - audio[start:end].mean()
        fade = min(_FADE, len(word) // 4)
        word[:fade] *= np.arange(fade) / max(fade, 1)
        word[len(word) - fade :] *= np.arange(fade)[::-1] / max(fade, 1)
        return _unit(word)


def extent(audio):
    """Where the word of a clip starts and ends: (first sample, sample after the last).

    A frame of 10 ms is part of it if its mean magnitude is over 5 % of what the loudest tenth of
    the frames have, and twice what the quietest tenth have. Words begin and end faintly, so 20 ms
    on either side are added: on the bundled speech half of the lengths are then right to 50 ms.

    Args:
        audio: int16 [samples].
    """
    frames = audio[: len(audio) // _FRAME * _FRAME].astype(np.float32).reshape(-1, _FRAME)
    level = np.abs(frames - frames.mean()).mean(1)
    quiet, loud = np.quantile(level, [0.1, 0.9])
    loud = np.flatnonzero(level > max(0.05 * loud, 2 * quiet))
    if not len(loud):
        return 0, len(audio)
    start, end = (int(loud[0]) - 2) * _FRAME, (int(loud[-1]) + 3) * _FRAME
    return max(start, 0), min(end, len(audio))


def _gain(decibels):
    """The root mean square, in samples' units, of a loudness in dB of full scale."""
    return np.float32(32768 * 10 ** (decibels / 20))


def _unit(sound):
    """Scaled to a mean square of 1, float32."""
    power = float(np.mean(np.square(sound, dtype=np.float64)))
    return (sound / max(power, 1e-12) ** 0.5).astype(np.float32)


def _noise(kind, random):
    """One of `augment.NOISES`, of a mean square of 1, float32 [SAMPLES]."""
    return _unit(augment.noises(kind, SAMPLES, random))


def _music(random):
    """A tune with a bass, of a mean square of 1, float32 [SAMPLES]."""
    sound = np.zeros(SAMPLES, np.float32)
    beat = int(random.uniform(0.15, 0.4) * SAMPLE_RATE)
    key = random.uniform(110, 220)
    for at in range(0, SAMPLES, beat):
        scale = random.choice([0, 2, 4, 7, 9, 12, 14, 16])  # pentatonic, in semitones
        for pitch, strength in ((key * 2 ** (scale / 12), 1), (key / 2, 0.6)):
            ring = np.arange(min(3 * beat, SAMPLES - at), dtype=np.float32) / SAMPLE_RATE
            tone = 2 * np.pi * np.float32(pitch) * ring
            wave = sum(np.sin(k * tone) / k for k in range(1, 6)) * np.exp(-4 * ring)
            sound[at : at + len(ring)] += np.float32(strength) * wave
    return _unit(sound)
