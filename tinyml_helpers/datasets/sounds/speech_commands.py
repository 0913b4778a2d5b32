"""Speech Commands v0.02: one-second clips of real people, read from the official archives.

Source: P. Warden, Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, 2018,
arXiv:1804.03209. Its datasheet is `data/speech_commands.md`.
"""

import hashlib
import math
from pathlib import Path

import numpy as np

from tinyml_helpers.datasets.catalogue import get
from tinyml_helpers.datasets.sounds.speech import CLASSES
from tinyml_helpers.datasets.sounds.wav_folder import (
    KEYWORDS,
    SILENCE,
    UNKNOWN,
    read_clips,
    read_wav,
    wav_files,
)
from tinyml_helpers.signals import CLIP_SAMPLES

PARTS = ("train", "validation", "test", "all")

#: Which stretch of each noise recording a part's silence is cut from: no part hears another's.
#: The shares are those of `official_part`.
_STRETCHES = {"train": (0, 0.8), "validation": (0.8, 0.9), "test": (0.9, 1), "all": (0, 1)}

#: How often a split goes over the people: after that it hardly gets better.
_PASSES = 5


def speech_commands(folder=None, part="test", unknown_share=0.1, silence_share=0.1, seed=0):
    """Clips of Speech Commands v0.02, or of any folder laid out like one of its two archives.

    - The test archive has chosen already: a folder for each of the twelve classes. All of it is
      the part "test"; none of its people is in the other parts.
    - The training archive has a folder for each of 35 words, and minutes of noise in
      `_background_noise_`. `validation_list.txt` and `testing_list.txt` say which clip is in
      which part; where they are missing `official_part` does, by the same rule. As in
      TensorFlow's example (`speech_commands/input_data.py`), a random few of the 25 other words
      are `_unknown_`, and `_silence_` is random seconds of the noise at a random volume; each part
      gets them from a stretch of noise of its own. Without that folder there is no silence.

    Only the clips asked for are read. They take 32 KB each: 157 MB for the test part, 1.2 GB for
    "train" as it is by default, 3.4 GB for every word there is. Clips shorter than a second get
    zeros at their end, longer ones are cut there.

    Args:
        folder: where the archive was unpacked; None for the one downloaded (the test archive if
            it is here and has the part, else the training archive).
        part: "train", "validation", "test" or "all".
        unknown_share: training archive: `_unknown_` clips for each clip of the ten words; 0.1
            makes them as many as a word's. The archive has 1.7 of them, and more gives all.
        silence_share: training archive: `_silence_` clips for each clip of the ten words.
        seed: for the choice of both.

    Returns:
        Clips, in the order of their classes.

    Raises:
        ValueError: an argument makes no sense, nothing is downloaded, the folder has none of the
            ten words or nothing of that part, or a file isn't 16 kHz mono 16-bit PCM.
    """
    if part not in PARTS:
        raise ValueError(f"there is no part {part!r}: there are {', '.join(PARTS)}")
    for name, share in (("unknown_share", unknown_share), ("silence_share", silence_share)):
        if not 0 <= share < math.inf:
            raise ValueError(f"{name} is {share}: give a number from 0 up")
    folder = _downloaded(part) if folder is None else Path(folder)
    files = wav_files(folder)
    if not files.keys() & set(KEYWORDS):
        raise ValueError(
            f"{folder} has no folder with .wav files for any of the ten words ({KEYWORDS[0]}, "
            f"{KEYWORDS[1]}, ...): give the folder that Speech Commands was unpacked to"
        )
    noises = files.pop("_background_noise_", [])
    if SILENCE in files or UNKNOWN in files:
        if part not in ("test", "all"):
            raise ValueError(
                f"{folder} is laid out like the test archive, which has no part {part!r}: load "
                'all of it with part="test", then share it out with split_by_speaker'
            )
        clips = read_clips(files, CLASSES)
    else:
        generator = np.random.default_rng(seed)
        clips = _from_training_archive(
            folder, files, noises, part, unknown_share, silence_share, generator
        )
    if not len(clips.labels):
        raise ValueError(f"no clip in {folder} is in the part {part!r}")
    return clips


def split_by_speaker(clips, share, seed=0):
    """Share clips out so that nobody speaks in both parts.

    People are taken in random order, a few times over; one changes to the other part if that
    brings the classes nearer to `share`, all told. Clips without a speaker (silence) are shared
    out at random, class by class.

    Args:
        clips: Clips.
        share: how much of each class the second part should get, above 0 and below 1. With few
            people it can't be met exactly; each part has at least one.
        seed: for the order.

    Returns:
        Two Clips: the one to train on, and the one of people held out. Both keep the order.

    Raises:
        ValueError: `share` isn't between 0 and 1, or fewer than two people speak.
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}: give a number above 0 and below 1, like 0.25")
    speakers, speaker = np.unique(clips.speakers, return_inverse=True)
    counts = np.zeros((len(speakers), len(clips.names)))
    np.add.at(counts, (speaker, clips.labels), 1)
    people = np.flatnonzero(speakers != "")
    if len(people) < 2:
        raise ValueError(
            f"the clips name {len(people)} speakers and a split by speaker needs at least two"
        )
    generator = np.random.default_rng(seed)
    held_out = np.zeros(len(speakers), bool)
    held_out[_choose(counts[people], people, share, generator)] = True
    second = held_out[speaker]
    for label in range(len(clips.names)):
        nobodys = np.flatnonzero((clips.speakers == "") & (clips.labels == label))
        second[generator.permutation(nobodys)[: round(share * len(nobodys))]] = True
    return clips.take(~second), clips.take(second)


def _choose(counts, people, share, generator):
    """Some of `people`, at least one and not all, with about `share` of every class's counts."""
    portions = counts / np.maximum(counts.sum(axis=0), 1)  # [people, classes]
    spoken = counts.any(axis=0)

    def distance(portion):
        return np.square(portion - share)[..., spoken].sum(axis=-1)

    chosen, have = np.zeros(len(people), bool), np.zeros(len(spoken))
    order = generator.permutation(len(people))
    for person in np.tile(order, _PASSES):
        changed = have + np.where(chosen[person], -1, 1) * portions[person]
        if distance(changed) < distance(have):
            chosen[person], have = not chosen[person], changed
    if chosen.all() or not chosen.any():
        flip = np.where(chosen, -1, 1)[:, np.newaxis] * portions
        chosen[np.argmin(distance(have + flip))] ^= True
    return people[chosen]


def official_part(name):
    """The part a clip belongs to by its speaker alone: "train", "validation" or "test".

    Source: `which_set` in TensorFlow's `speech_commands/input_data.py`, with 10% each for
    validation and test: SHA-1 of what stands before `_nohash_`, modulo 2^27, in percent.

    Args:
        name: the file's name, such as "022cd682_nohash_0.wav".
    """
    digest = hashlib.sha1(name.split("_nohash_")[0].encode(), usedforsecurity=False).hexdigest()
    percent = int(digest, 16) % 2**27 * (100 / (2**27 - 1))
    return "validation" if percent < 10 else "test" if percent < 20 else "train"


def _downloaded(part):
    """The folder of the archive that is on this computer and has the part."""
    able = ["speech_commands_test", "speech_commands"][part not in ("test", "all") :]
    for dataset in map(get, able):
        if dataset.present:
            return dataset.where
    raise ValueError(
        f"Speech Commands' part {part!r} isn't on this computer: run `python course.py data "
        f"{able[0]}` once ({get(able[0]).size_bytes / 1e6:,.0f} MB), or name the folder it is in"
    )


def _from_training_archive(folder, files, noises, part, unknown_share, silence_share, generator):
    """Clips of a part, with as many unknown and silent ones as the shares say."""
    of_part = _membership(folder, part)
    files = {word: list(filter(of_part, paths)) for word, paths in files.items()}
    chosen = {word: files.pop(word) for word in KEYWORDS if word in files}
    unknown = [(word, path) for word, paths in files.items() for path in paths]
    count = sum(map(len, chosen.values()))
    for index in sorted(generator.permutation(len(unknown))[: _ceil(count * unknown_share)]):
        word, path = unknown[index]
        chosen.setdefault(word, []).append(path)
    chosen[SILENCE] = _cut(noises, _ceil(count * silence_share), _STRETCHES[part], generator)
    return read_clips(
        chosen, CLASSES, lambda clip: read_wav(clip) if isinstance(clip, Path) else clip
    )


def _ceil(number):
    """Rounded up, but not because 70 * 0.1 is 7.000000000000001."""
    return math.ceil(round(number, 6))


def _membership(folder, part):
    """A function that says whether a Path in the training archive is in the part."""
    lists = {"validation": "validation_list.txt", "test": "testing_list.txt"}
    if part == "all":
        return lambda path: True
    if not all((folder / name).exists() for name in lists.values()):
        return lambda path: official_part(path.name) == part
    listed = {
        listed_part: set((folder / name).read_text(encoding="utf-8").split())
        for listed_part, name in lists.items()
    }
    if part == "train":
        held_out = listed["validation"] | listed["test"]
        return lambda path: f"{path.parent.name}/{path.name}" not in held_out
    return lambda path: f"{path.parent.name}/{path.name}" in listed[part]


def _cut(noises, count, stretch, generator):
    """Random seconds out of a stretch of noise recordings, at random volumes.

    Returns:
        `count` arrays, int16 [16000]; none where there are no recordings.

    Raises:
        ValueError: no recording's stretch lasts longer than a second.
    """
    if not noises or not count:
        return []
    start, end = stretch
    samples = map(read_wav, noises)
    samples = [noise[int(len(noise) * start) : int(len(noise) * end)] for noise in samples]
    samples = [noise for noise in samples if len(noise) > CLIP_SAMPLES]
    if not samples:
        raise ValueError(
            f"the recordings in {noises[0].parent} are too short to cut seconds of silence from: "
            "unpack the archive again, or ask for silence_share=0"
        )
    cuts = []
    for _ in range(count):
        noise = samples[generator.integers(len(samples))]
        offset = generator.integers(len(noise) - CLIP_SAMPLES)
        cut = noise[offset:][:CLIP_SAMPLES] * generator.uniform()
        cuts.append(np.rint(cut).astype(np.int16))
    return cuts
