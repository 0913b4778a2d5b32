"""The sound of `streams`, made twenty seconds at a time: rooms, noises, music, talk, a keyword."""

import functools
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.keywords import augment, rooms
from tinyml_helpers.applications.keywords.conditions import BEHIND, KINDS, Conditions, check
from tinyml_helpers.signals import SAMPLE_RATE

__all__ = ["KINDS", "SAMPLES", "Maker", "Plan", "extent"]

SAMPLES = 20 * SAMPLE_RATE  # of a scene

_LOUDNESS = -40, -20  # of keywords and of talk, in dB of full scale
_ROOM = -68, -52
_CLEAR = 8_000  # samples before and after a keyword in which the talker is silent
_APART = 480, 1920  # samples between the words of a sentence, 30 to 120 ms
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
        beside: what the same voice says before and after the keyword: (clip, start) pairs in the
            order of time; none if it stands alone.
    """

    kind: str
    clip: int | None
    start: int
    length: int
    loudness: float
    above: float
    beside: tuple = ()


class Maker:
    """Makes scenes by number, each from its own random numbers.

    Args:
        words: a `datasets.sounds.speech.Clips`.
        seed: an int.
        conditions: a `Conditions`; or None: as `Conditions()`, but babble is a little softer than
            `above` says, the room sounds on top of what that says, and in the background each
            person with five clips or more talks as often as all the others together.

    Raises:
        ValueError: there are no keywords or no unknown words among them, or nothing can be made
            under such conditions.
    """

    def __init__(self, words, seed, conditions=None):
        self._words, self._seed = words, seed
        self._conditions, self._exact = conditions or Conditions(), conditions is not None
        check(self._conditions)
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
        self._unknown = unknown
        self._often = np.array([len(clips) for clips in self._voices]) / len(unknown)
        self._room = noise("pink", np.random.default_rng(seed))
        self.plan = functools.cache(self.plan)
        self._dry = functools.lru_cache(maxsize=500)(self._dry)

    def plan(self, number):
        """The Plan of a scene."""
        random = np.random.default_rng([self._seed, number])
        kinds = self._conditions.kinds
        shares = np.array(list(kinds.values())) / sum(kinds.values())
        kind = str(random.choice(list(kinds), p=shares))
        loudness = random.uniform(*_LOUDNESS)
        above = random.uniform(*self._conditions.above_range)
        if random.random() >= self._conditions.keyword_share:
            return Plan(kind, None, 0, 0, loudness, above)
        clip = int(random.choice(self._keywords[random.integers(len(self._keywords))]))
        length = len(self._dry(clip))
        start = int(random.integers(SAMPLE_RATE, SAMPLES - 3 * SAMPLE_RATE))
        beside = self._beside(clip, number) if self._conditions.in_sentence else []
        first = min([0, *(at for _, at in beside)])
        end = max([length, *(at + len(self._dry(word)) for word, at in beside)])
        start = min(max(start, -first), SAMPLES - end)
        beside = tuple((word, start + at) for word, at in beside)
        return Plan(kind, clip, start, length, loudness, above, beside)

    def sound(self, number):
        """A scene, int16 [SAMPLES]."""
        plan = self.plan(number)
        random = np.random.default_rng([self._seed, number, 1])
        sound = gain(random.uniform(*_ROOM)) * np.roll(self._room, random.integers(SAMPLES))
        loud, behind = gain(plan.loudness), gain(plan.loudness - plan.above)
        if plan.kind == "noise":
            sound += behind * noise(str(random.choice(self._conditions.noises)), random)
        elif plan.kind == "music":
            sound += behind * music(random)
        elif plan.kind == "babble":
            talks = (self._heard(self._talk(random, 0.2), number, place) for place in range(6))
            sound += behind / 6**0.5 * sum(talks)
        elif plan.kind == "talk":
            talk = self._talk(random, 2)
            if plan.clip is not None:
                first, end = self._said(plan)
                talk[max(first - _CLEAR, 0) : end + _CLEAR] = 0
            sound += loud * self._heard(talk, number, 0)
        if self._exact and plan.kind in BEHIND:
            while_said = sound[plan.start : plan.start + plan.length] if plan.length else sound
            sound *= np.float32(behind / max(level(while_said), level(sound) / 2))
        if plan.clip is not None:
            sound += loud * self._spoken(plan, number)
        return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)

    def _beside(self, clip, number):
        """Words to say around a keyword: (clip, samples after the keyword's start) pairs."""
        random = np.random.default_rng([self._seed, number, 2])
        speakers = self._words.speakers[self._unknown]
        who = self._words.speakers[clip]
        if who not in speakers:
            who = random.choice(speakers)
        clips = self._unknown[speakers == who]
        before, after = random.integers(1, 3, 2)
        words = random.choice(clips, before + after, replace=len(clips) < before + after)
        pauses = random.integers(*_APART, before + after, endpoint=True)
        beside, at = [], 0
        for word, pause in zip(words[:before].tolist(), pauses.tolist(), strict=False):
            at -= pause + len(self._dry(word))
            beside.insert(0, (word, at))
        at = len(self._dry(clip))
        for word, pause in zip(words[before:].tolist(), pauses[before:].tolist(), strict=True):
            beside.append((word, at + pause))
            at += pause + len(self._dry(word))
        return beside

    def _said(self, plan):
        """From where to where the voice speaks that says the keyword: two samples."""
        words = [(plan.clip, plan.start), *plan.beside]
        return min(at for _, at in words), max(at + len(self._dry(word)) for word, at in words)

    def _spoken(self, plan, number):
        """The keyword, and the words beside it: of a mean square of 1 while the keyword is said."""
        sound = np.zeros(SAMPLES, np.float32)
        for word, at in ((plan.clip, plan.start), *plan.beside):
            word = self._dry(word)
            sound[at : at + len(word)] += word
        if self._conditions.distance == "near":
            return sound
        sound = self._heard(sound, number, 6)
        return sound / level(sound[plan.start : plan.start + plan.length])

    def _heard(self, voice, number, place):
        """A voice, float32 [SAMPLES], as it is heard from a place of a scene's room."""
        if self._conditions.distance == "near":
            return voice
        return rooms.far(voice, [self._seed, number, 3], place)

    def _talk(self, random, pause):
        """Sentences of unknown words with pauses of up to `pause` seconds, float32 [SAMPLES]."""
        sound = np.zeros(SAMPLES, np.float32)
        at = int(random.integers(SAMPLE_RATE))
        while at < SAMPLES:
            count = len(self._voices)
            who = random.choice(count, p=self._often) if self._exact else random.integers(count)
            clips = self._voices[who]
            speed = random.uniform(0.9, 1.1)
            for clip in random.choice(clips, random.integers(3, 9)):
                word = played(self._dry(int(clip)), speed)
                piece = word[: max(SAMPLES - at, 0)]
                sound[at : at + len(piece)] += piece
                at += len(word) + int(random.integers(500, 3000))
            at += int(random.uniform(0, pause) * SAMPLE_RATE)
        return sound

    def _dry(self, clip):
        """A clip's word without the silence around it, float32, of a mean square of 1."""
        return dry(self._words.audio[clip])


def dry(audio):
    """A clip's word without the silence around it, float32 [n], of a mean square of 1.

    Args:
        audio: int16 [samples].
    """
    start, end = extent(audio)
    word = audio[start:end].astype(np.float32)
    word -= word.mean()
    fade = min(_FADE, len(word) // 4)
    word[:fade] *= np.arange(fade) / max(fade, 1)
    word[len(word) - fade :] *= np.arange(fade)[::-1] / max(fade, 1)
    return unit(word)


def played(word, factor):
    """A word played `factor` times as fast: float64 [n / factor], straight lines from samples."""
    return np.interp(np.arange(0, len(word) - 1, factor), np.arange(len(word)), word)


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


def gain(decibels):
    """The root mean square, in samples' units, of a loudness in dB of full scale."""
    return np.float32(32768 * 10 ** (decibels / 20))


def unit(sound):
    """Scaled to a mean square of 1, float32."""
    return (sound / level(sound)).astype(np.float32)


def level(sound):
    """The root mean square, a float above 0."""
    return max(float(np.mean(np.square(sound, dtype=np.float64))), 1e-12) ** 0.5


def noise(kind, random):
    """One of `augment.NOISES`, of a mean square of 1, float32 [SAMPLES]."""
    return unit(augment.noises(kind, SAMPLES, random))


def music(random):
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
    return unit(sound)
