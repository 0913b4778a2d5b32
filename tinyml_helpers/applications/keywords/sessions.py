"""Streams to learn from: words in rows, near and far, in noise, and the windows a spotter sees.

A clip holds one word, about its middle. A spotter on a stream sees a window wherever it happens to
be: half of a word, the end of one and the beginning of the next, a word that is no keyword but
begins like one. So a model that is to listen learns from such windows. `version` makes sessions of
twenty seconds with many words each, and cuts windows out of them:

- of a keyword where all of it is in the window, at any place;
- of `_unknown_` where other words are, or at most some half of a keyword;
- of `_silence_` where nobody speaks, whatever else sounds.

What lies between, a keyword of which more than half is heard but not all, is left out: there a
spotter may answer or not. So are windows with two keywords.
"""

from typing import NamedTuple

import numpy as np
from scipy.signal import fftconvolve

from tinyml_helpers.applications.keywords import augment, rooms, scenes
from tinyml_helpers.applications.keywords.conditions import NOISES
from tinyml_helpers.applications.keywords.versions import ALIKE
from tinyml_helpers.datasets.sounds.speech import speech_sentences
from tinyml_helpers.signals import FRAMES, HOP, SAMPLE_RATE, WINDOW, LogMel

#: Kinds of sessions, and how large a share each is. `voice` is one other person, who talks behind.
KINDS = {"quiet": 0.25, "noise": 0.3, "music": 0.15, "babble": 0.2, "voice": 0.1}

#: How many people talk behind the words in sessions of some kinds.
BEHIND = {"babble": 6, "voice": 1}

_SECONDS = 20
_LOUDNESS = -45, -15  # of who speaks, in dB of full scale
_ROOM = -70, -50
_LONGEST = 15_500  # samples of a word: it has to fit into a window
_NEAR, _APART = (0.03, 0.3), (0.1, 1.8)  # seconds between words: in a sentence, and one by one
_FADE = 160
_BREATH = 1000, 12_000  # samples between sentences
_HEARD, _HALF = 0.97, 0.55  # shares of a word in a window: all of it, and not enough of it
_WINDOWS = 3  # of a keyword
_WITHOUT = 20  # windows of a session without one

#: What `version` calls what is no whole word, or more than one.
NO_WORD = "?"


class Said(NamedTuple):
    """A word of a session.

    Attributes:
        start, end: its first sample, and the one after its last.
        label: its class.
        word: what is said; `NO_WORD` for a part of a word, or for what nobody ever said.
    """

    start: int
    end: int
    label: int
    word: str


class Session(NamedTuple):
    """Twenty seconds to learn from.

    Attributes:
        sound: int16 [320000], 16 kHz.
        said: the words, a list of `Said` in order.
        kind: one of `KINDS`; of `sequences`, "clips", too.
    """

    sound: np.ndarray
    said: list
    kind: str


class Maker:
    """Makes sessions of the words of clips.

    Args:
        clips: a `datasets.sounds.speech.Clips`.
        recipe: a `versions.Recipe`: `speed`, `above`, `far`, `spliced`, `partial`, `others` and
            `sentences` count.

    Raises:
        ValueError: nobody speaks in the clips.
    """

    def __init__(self, clips, recipe):
        spoken = np.flatnonzero(clips.labels > 0)
        if not len(spoken):
            raise ValueError("nobody speaks in these clips: give some with words")
        self.recipe = recipe
        self.words, self.labels = clips.words[spoken], clips.labels[spoken]
        self.dry = [scenes.dry(clips.audio[place]) for place in spoken]
        speakers = clips.speakers[spoken]
        self._of = {who: np.flatnonzero(speakers == who) for who in np.unique(speakers)}
        self._same = [self._of[who] for who in speakers]
        self._room = scenes.noise("pink", np.random.default_rng(0))
        sentences = speech_sentences()[0].audio if recipe.sentences else []
        self._sentences = [scenes.dry(audio) for audio in sentences]

    def all(self, random):
        """Yield sessions in which each keyword is said once, and other words `others` times each.

        Args:
            random: `numpy.random.Generator`.
        """
        other = self.labels == 1
        queue = [*np.flatnonzero(~other)]
        queue += [*random.permutation(np.tile(np.flatnonzero(other), self.recipe.others))]
        queue = list(random.permutation(np.array(queue, int)))
        while queue:
            yield self.session(queue, random)

    def session(self, queue, random):
        """A Session of the first words of a queue.

        Args:
            queue: words to say, a list of indices of `words`; those that are said are taken off.
            random: `numpy.random.Generator`.
        """
        kind = str(random.choice(list(KINDS), p=list(KINDS.values())))
        voice, said = self._speak(queue, random)
        if random.random() < self.recipe.far:
            rt60, direct = random.uniform(*rooms.RT60), random.uniform(-5, 12)
            response = rooms.impulse_response(rt60, direct, random)
            voice = fftconvolve(voice, response)[: len(voice)].astype(np.float32)
        loudness, above = random.uniform(*_LOUDNESS), random.uniform(*self.recipe.above)
        behind = scenes.gain(loudness - above)
        sound = scenes.gain(loudness) * voice
        sound += scenes.gain(random.uniform(*_ROOM)) * np.roll(
            self._room, random.integers(len(sound))
        )
        if kind == "noise":
            sound += behind * scenes.noise(str(random.choice(NOISES)), random)
        elif kind == "music":
            sound += behind * scenes.music(random)
        elif kind in BEHIND:
            talk = sum(self._talk(random, kind == "voice") for _ in range(BEHIND[kind]))
            softer = max(above, 5) if kind == "voice" else above
            sound += scenes.gain(loudness - softer) * scenes.unit(talk)
        return Session(np.clip(np.rint(sound), -32768, 32767).astype(np.int16), said, kind)

    def _speak(self, queue, random):
        """Words in a row: float32 [samples], and a list of Said."""
        sound, said = np.zeros(_SECONDS * SAMPLE_RATE, np.float32), []
        at = int(random.uniform(0.1, 1.5) * SAMPLE_RATE)
        pause = _NEAR if random.random() < 0.5 else _APART
        last = len(sound) - 1.3 * SAMPLE_RATE
        while queue and at < last:
            for samples, label, word in self._next(queue, random):
                if at + len(samples) > len(sound):
                    break
                level = np.float32(10 ** (random.uniform(-3, 3) / 20))
                sound[at : at + len(samples)] += level * samples
                said.append(Said(at, at + len(samples), label, word))
                seconds = np.exp(random.uniform(*np.log(pause)))
                at += len(samples) + int(seconds * SAMPLE_RATE)
        return sound, said

    def _next(self, queue, random):
        """What is said next, (samples, label, word)s: a sentence; or the queue's next word, in
        another version, and maybe a part of some other.
        """
        if self._sentences and random.random() < self.recipe.sentences:
            yield self._sentence(random), 1, NO_WORD
            return
        place = queue.pop()
        samples, label, word = self.dry[place], int(self.labels[place]), str(self.words[place])
        change = random.random()
        if change < self.recipe.spliced:
            other = random.choice(self._same[place])
            pair = {word, str(self.words[other])}
            if len(pair) == 2 and pair not in ALIKE:
                samples, label, word = _halves(samples, self.dry[other], random), 1, NO_WORD
        elif label == 1 and change < self.recipe.spliced + 0.1:
            samples, word = samples[::-1], NO_WORD  # a voice, and no word of any language
        factor = (1 + self.recipe.speed) ** random.uniform(-1, 1)
        yield scenes.played(samples, factor)[:_LONGEST], label, word
        if random.random() < self.recipe.partial:
            some = self.dry[random.integers(len(self.dry))]
            kept = int(random.uniform(0.25, 0.6) * len(some))
            part = (some[:kept] if random.random() < 0.5 else some[-kept:]).copy()
            fade = min(_FADE, kept // 2)
            part[kept - fade :] *= np.arange(fade)[::-1] / max(fade, 1)
            yield part, 1, NO_WORD

    def _sentence(self, random):
        """A sentence in another version, float32 [n]."""
        said = self._sentences[random.integers(len(self._sentences))]
        return scenes.played(said, (1 + self.recipe.speed) ** random.uniform(-1, 1))

    def _read(self, random):
        """Somebody who reads sentences out, float32 [samples]."""
        sound, at = np.zeros(_SECONDS * SAMPLE_RATE, np.float32), int(random.integers(SAMPLE_RATE))
        while at < len(sound):
            said = self._sentence(random)[: len(sound) - at]
            sound[at : at + len(said)] += said
            at += len(said) + int(random.integers(*_BREATH))
        return sound

    def _talk(self, random, only_others):
        """Somebody who talks without a pause, float32 [samples]."""
        if self._sentences and random.random() < 0.5:
            return self._read(random)
        sound = np.zeros(_SECONDS * SAMPLE_RATE, np.float32)
        at, voices = int(random.integers(SAMPLE_RATE)), list(self._of)
        while at < len(sound):
            clips = self._of[voices[random.integers(len(voices))]]
            for place in random.choice(clips, random.integers(3, 9)):
                if only_others and self.labels[place] != 1:
                    at += SAMPLE_RATE // 10
                    continue
                word = self.dry[place][: max(len(sound) - at, 0)]
                sound[at : at + len(word)] += word
                at += len(self.dry[place]) + int(random.integers(500, 3000))
        return sound


def version(maker, random):
    """Every word once more in sessions, and windows of them, in another order.

    Args:
        maker: a `Maker`; of its recipe `hidden` counts here.
        random: `numpy.random.Generator`.

    Returns:
        The front end's codes, int8 [n, 49, 40]; labels, int64 [n]; and words, str [n], `NO_WORD`
        for windows that don't hold one word and nothing else.
    """
    codes, labels, words = [], [], []
    for session in maker.all(random):
        frames = LogMel().push(session.sound)
        ends, label, word = windows(session, len(frames), random)
        codes.append(frames[ends[:, np.newaxis] + np.arange(1 - FRAMES, 1)])
        labels.append(label)
        words.append(word)
    order = random.permutation(sum(map(len, labels)))
    codes = augment.spec_augment(np.concatenate(codes), random, *maker.recipe.hidden, times=1)
    return codes[order], np.concatenate(labels)[order], np.concatenate(words)[order]


def windows(session, hops, random):
    """Windows of a session to learn from: some of each keyword, and some without.

    Args:
        session: a `Session`.
        hops: how many frames its sound has.
        random: `numpy.random.Generator`.

    Returns:
        The last hop of each, int64 [n]; labels, int64 [n]; words, str [n].
    """
    hop = np.arange(hops)
    first, last = HOP * (hop - FRAMES + 1), HOP * hop + WINDOW
    label = np.full(hops, int(session.kind in BEHIND))
    count, keywords = np.zeros((2, hops), int)
    which = np.full(hops, -1)
    left_out = hop < FRAMES - 1
    for place, word in enumerate(session.said):
        shown = np.minimum(last, word.end) - np.maximum(first, word.start)
        share = shown / (word.end - word.start)
        whole = share >= _HEARD
        count += share > 0.5
        label[(share > 0.3) & (label == 0)] = 1
        which[whole & (keywords == 0)] = place
        if word.label > 1:
            label[whole], which[whole] = word.label, place
            keywords += whole
            left_out |= (share > _HALF) & ~whole
    left_out |= keywords > 1
    names = np.array([*(word.word for word in session.said), NO_WORD])[which]
    names[(keywords == 0) & (count != 1)] = NO_WORD
    chosen = []
    for place, word in enumerate(session.said):
        if word.label > 1:
            there = np.flatnonzero((which == place) & (keywords == 1) & ~left_out)
            chosen += [*random.choice(there, min(_WINDOWS, len(there)), replace=False)]
    without = np.flatnonzero((keywords == 0) & ~left_out)
    chosen += [*random.choice(without, min(_WITHOUT, len(without)), replace=False)]
    chosen = np.array(chosen, int)
    return chosen, label[chosen], names[chosen]


def _halves(first, second, random):
    """The beginning of one word and the end of another, joined over 10 ms: float32 [n]."""
    cut, other = (int(len(word) * random.uniform(0.35, 0.65)) for word in (first, second))
    fade = min(_FADE, cut, len(second) - other)
    share = np.arange(fade, dtype=np.float32) / max(fade, 1)
    seam = first[cut - fade : cut] * (1 - share) + second[other : other + fade] * share
    return np.concatenate([first[: cut - fade], seam, second[other + fade :]])
