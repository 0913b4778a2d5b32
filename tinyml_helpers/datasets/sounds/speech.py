"""Spoken words: clips of one second, and the set this project synthesises.

The datasheets, `data/speech.md` and `data/sentences.md`, say which engines spoke, in which voices,
and what the sets can't teach.
"""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.sounds import acoustics
from tinyml_helpers.signals import CLIP_SAMPLES

#: The twelve classes of keyword spotting, in the order of TensorFlow's Speech Commands example.
CLASSES = (
    "_silence_", "_unknown_",
    "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go",
)  # fmt: skip

#: Where the files are.
FOLDER = Path(__file__).resolve().parents[3] / "data" / "speech"
SENTENCES = FOLDER.with_name("sentences")

#: How often a keyword of the training part is put into a clip, each time in another room.
_REPEATS = 2


class Clips(NamedTuple):
    """Clips of one second with what is said in them, and by whom.

    Attributes:
        audio: int16 [n, 16000], 16 kHz.
        labels: int64 [n], an index into `names`.
        words: the word that is really said, str [n]; "" where nobody speaks.
        speakers: who speaks, str [n]; "" where nobody does.
        names: the classes' names, a tuple of str.
    """

    audio: np.ndarray
    labels: np.ndarray
    words: np.ndarray
    speakers: np.ndarray
    names: tuple[str, ...] = CLASSES

    def take(self, index):
        """The clips at `index` (an int array, a bool array or a slice), as Clips."""
        chosen = (field[index] for field in self[:4])
        return Clips(*chosen, self.names)


class Words(NamedTuple):
    """Spoken words, or sentences, as long as they last: dry, without noise, as loud as can be.

    Attributes:
        audio: a list of int16 arrays, 16 kHz.
        words: the words, or sentences, str [n].
        speakers: whose voice it is, str [n].
    """

    audio: list[np.ndarray]
    words: np.ndarray
    speakers: np.ndarray


def speech_words():
    """The synthesised words as the engines left them, cut to their length.

    Returns:
        Two Words, to train on and to test on. No voice is in both.

    Raises:
        FileNotFoundError: `data/speech` isn't there; the message says where it should be.
    """
    return _read("train"), _read("test")


def speech_sentences():
    """Synthesised sentences without a keyword: what a keyword spotter has to let pass.

    Returns:
        Two Words, to train on and to test on, by voices of the same part of `speech_words`. No
        sentence is in both.

    Raises:
        FileNotFoundError: `data/sentences` isn't there; the message says where it should be.
    """
    return tuple(_read(part, SENTENCES, "sentence") for part in ("train", "test"))


def speech(noise=True, watch=None):
    """Synthesised words in clips of one second, as people's recordings of them would be.

    A word lies anywhere in its clip, in a small room, before one of many microphones, with some
    noise, loud or soft; the same on every machine. Takes some seconds.

    Args:
        noise: False leaves room, microphone and noise out: dry words, and noises for silence.
        watch: a function that is given the words to train on, a list, and gives them one by one:
            `panels.progress.over` shows how far it is; nothing is shown if None.

    Returns:
        Two Clips of 12 classes, to train on and to test on. No voice is in both.

    Raises:
        FileNotFoundError: `data/speech` isn't there; the message says where it should be.
    """
    train, test = speech_words()
    return _clips(train, noise, _REPEATS, 1, watch), _clips(test, noise, 1, seed=2)


def _read(part, folder=None, column="word"):
    """One part of a set, from its FLAC file and the list of what is in it."""
    import soundfile

    folder = folder or FOLDER
    table = folder / f"{part}.csv"
    if not table.exists():
        raise FileNotFoundError(
            f"there is no {table}: get the whole workbook, its data folder lies beside "
            "tinyml_helpers"
        )
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    samples, _ = soundfile.read(folder / f"{part}.flac", dtype="int16")
    ends = np.cumsum([int(row["samples"]) for row in rows])
    return Words(
        np.split(samples, ends[:-1]),
        np.array([row[column] for row in rows]),
        np.array([row["voice"] for row in rows]),
    )


def _clips(words, noise, repeats, seed, watch=None):
    """Every keyword `repeats` times, every other word once, silence as often as a keyword."""
    random = np.random.Generator(np.random.PCG64(seed))
    bank = acoustics.NoiseBank(words.audio, random)
    labels = [CLASSES.index(word) if word in CLASSES else 1 for word in words.words.tolist()]
    which = [n for n, label in enumerate(labels) for _ in range(repeats if label > 1 else 1)]
    silent = sum(label > 1 for label in labels) * repeats // (len(CLASSES) - 2)

    audio = np.empty((len(which) + silent, CLIP_SAMPLES), dtype=np.int16)
    for place, number in enumerate(watch(which) if watch else which):
        audio[place] = acoustics.recorded(words.audio[number], bank if noise else None, random)
    for place in range(len(which), len(audio)):
        audio[place] = bank.silence(random)
    nobody = np.full(silent, "")
    return Clips(
        audio,
        np.concatenate([np.array(labels, dtype=np.int64)[which], np.zeros(silent, np.int64)]),
        np.concatenate([words.words[which], nobody]),
        np.concatenate([words.speakers[which], nobody]),
    )
