"""Another version of every clip, each time it is trained on: augmentation as a recipe says."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.keywords import augment
from tinyml_helpers.signals import CLIP_SAMPLES, SAMPLE_RATE, log_mel

#: Words that share their vowel: half of one and half of the other may be one of the two.
ALIKE = ({"no", "go"}, {"on", "off"})

#: Clips changed at once; their samples stay in the processor's cache.
_BLOCK = 64

SILENCE, UNKNOWN = "_silence_", "_unknown_"


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: how often every clip is heard, each time in another version.
        learning_rate: the highest, reached in a tenth of all steps; it falls to 0 along a cosine.
        batch_size: clips a step.
        start: the trained model to start from, one of `trained.MODELS`; "" for a fresh one.
        average: so many trainings begin at the same start, in different orders, and the model gets
            the mean of their weights: often better than each, at the cost of one at inference
            (Wortsman et al., Model Soups, arXiv:2203.05482).
        speed: clips are played up to this much faster or slower (0.25: 1/1.25 to 1.25 times).
        shift: they come up to so many samples earlier or later.
        gain: they are up to so many dB louder or quieter.
        noise: the share of clips that get noise, 5 to 35 dB below them.
        echo: the share of clips that get an echo.
        bundled: how many clips of the bundled synthetic speech are heard besides, others each time.
        spliced: how many words nobody ever said become `_unknown_`, for each clip.
        hidden: frames and bands that `spec_augment` hides, at most.
        words: how much naming the word counts beside telling its class.
        label_smoothing: as in Keras: keeps a model from being surer than it can be.
        others: 0 learns from clips alone. More learns from windows of `sessions` besides, streams
            of many words, in which each keyword is said once and each other word so many times;
            there `speed`, `spliced` and `hidden` count of the above, and all below.
        above: how far who speaks is above what else sounds in a session, a range of dB.
        far: the share of sessions heard from afar in a room.
        partial: how many parts of words are said, for each word.
        sentences: how often it is a sentence of `datasets.speech_sentences` that is said next, and
            no word; if ever, half of those who talk behind say sentences, too.
        warp: `augment.warp` makes each sequence of a voice up to exp(warp) times as large or small.
    """

    epochs: int = 5
    learning_rate: float = 3e-3
    batch_size: int = 64
    start: str = ""
    average: int = 1
    speed: float = 0.0
    shift: int = 1600
    gain: float = 10.0
    noise: float = 0.0
    echo: float = 0.0
    bundled: int = 0
    spliced: float = 0.0
    hidden: tuple[int, int] = (5, 4)
    words: float = 1.0
    label_smoothing: float = 0.1
    others: int = 0
    above: tuple[float, float] = (3, 35)
    far: float = 0.3
    partial: float = 0.15
    sentences: float = 0.0
    warp: float = 0.0


def version(clips, recipe, random, sounds):
    """Every clip once more, changed, in another order, with spliced words among them.

    Args:
        clips: Clips.
        recipe: a `Recipe`.
        random: `numpy.random.Generator`.
        sounds: noise to mix in, see `backgrounds`.

    Returns:
        The front end's codes, int8 [n, 49, 40]; labels, int64 [n]; and words, str [n], of spliced
        ones "?".
    """
    audio, labels, words = clips.audio, clips.labels, clips.words
    if recipe.spliced:
        new = _spliced(clips, round(recipe.spliced * len(labels)), random)
        audio = np.concatenate([audio, new])
        labels = np.concatenate([labels, np.full(len(new), clips.names.index(UNKNOWN))])
        words = np.concatenate([words, np.full(len(new), "?")])
    order = random.permutation(len(labels))
    blocks = [order[start : start + _BLOCK] for start in range(0, len(order), _BLOCK)]
    codes = [log_mel(_changed(audio[block], recipe, random, sounds)) for block in blocks]
    hidden = augment.spec_augment(np.concatenate(codes), random, *recipe.hidden, times=1)
    return hidden, labels[order], words[order]


def ahead(make, count):
    """Yield so many versions, of which a second thread makes the next while one is learned.

    Args:
        make: a function that makes one.
        count: how many.
    """
    with ThreadPoolExecutor(1) as worker:
        coming = worker.submit(make)
        for left in reversed(range(count)):
            made = coming.result()
            if left:
                coming = worker.submit(make)
            yield made


def backgrounds(clips, random, seconds=30):
    """Noise of every kind, and the clips' own silences end to end.

    Args:
        clips: Clips; babble is made of their speech.
        random: `numpy.random.Generator`.
        seconds: how much of each kind.

    Returns:
        int16 [kinds, samples]; a third of them are silences, if there are any.
    """
    silent = clips.labels == clips.names.index(SILENCE)
    speech, silence = clips.audio[~silent], clips.audio[silent]
    kinds = [kind for kind in augment.NOISES if kind != "babble" or len(speech)]
    sounds = [augment.noises(kind, seconds * SAMPLE_RATE, random, speech) for kind in kinds]
    if len(silence):
        several = random.integers(0, len(silence), (len(kinds) // 2, seconds))
        sounds += list(silence[several].reshape(len(several), -1))
    return np.stack(sounds)


def _changed(audio, recipe, random, sounds):
    """Clips, each changed in its own way: int16 [n, 16000]."""
    count = len(audio)
    if recipe.speed:
        audio = augment.speed(audio, (1 + recipe.speed) ** random.uniform(-1, 1, count))
    audio = augment.shift(audio, random.integers(-recipe.shift, recipe.shift + 1, count))
    echoing = np.flatnonzero(random.random(count) < recipe.echo)
    audio[echoing] = augment.echo(audio[echoing], random.uniform(0.1, 0.6), random)
    noisy = np.flatnonzero(random.random(count) < recipe.noise)
    kind = random.integers(0, len(sounds), len(noisy))
    start = random.integers(0, sounds.shape[1] - CLIP_SAMPLES, len(noisy))
    noise = sounds[kind[:, np.newaxis], start[:, np.newaxis] + np.arange(CLIP_SAMPLES)]
    audio[noisy] = augment.add_noise(audio[noisy], noise, random.uniform(5, 35, len(noisy)))
    return augment.gain(audio, random.uniform(-recipe.gain, recipe.gain, count))


def _spliced(clips, count, random):
    """Words nobody ever said, each made of two words of one speaker: int16 [count, 16000]."""
    spoken = np.flatnonzero(clips.speakers != "")
    same = {name: spoken[clips.speakers[spoken] == name] for name in set(clips.speakers[spoken])}
    first = random.choice(spoken, count)
    second = np.array([random.choice(same[name]) for name in clips.speakers[first]], int)
    fits = [
        one != other and {one, other} not in ALIKE
        for one, other in zip(clips.words[first], clips.words[second], strict=True)
    ]
    return augment.splice(clips.audio[first[fits]], clips.audio[second[fits]])
