"""Clips shared out so that nobody speaks in both parts."""

import numpy as np
import pytest

from tinyml_helpers.datasets.sounds.speech import CLASSES, Clips
from tinyml_helpers.datasets.sounds.speech_commands import split_by_speaker


def invented(people, generator):
    """Clips of people who say some of the words, each word a few times; and silence."""
    labels = [
        (person, label)
        for person in range(people)
        for label in range(1, 12)
        for _ in range(generator.integers(4))
    ]
    speakers = [f"{person:08x}" for person, _ in labels] + [""] * 40
    labels = [label for _, label in labels] + [0] * 40
    audio = np.arange(len(labels), dtype=np.int16)[:, np.newaxis]  # as short as they may be here
    words = np.array(CLASSES)[labels]
    return Clips(audio, np.array(labels), words, np.array(speakers))


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.8])
def test_a_split_keeps_people_together_and_classes_in_balance(share):
    clips = invented(80, np.random.default_rng(1))
    train, test = split_by_speaker(clips, share)
    assert set(train.speakers) & set(test.speakers) == {""}
    got = np.concatenate([train.audio, test.audio])
    assert np.array_equal(np.sort(got, axis=0), clips.audio)
    for part in (train, test):
        assert (np.diff(part.audio[:, 0]) > 0).all()
        assert np.array_equal(part.words, np.array(CLASSES)[part.labels])
    shares = np.bincount(test.labels) / np.bincount(clips.labels)
    assert shares[0] == share
    assert np.abs(shares - share).max() < 0.03


def test_a_split_depends_on_its_seed():
    clips = invented(30, np.random.default_rng(2))
    held_out = [set(split_by_speaker(clips, 0.3, seed)[1].speakers) for seed in (0, 0, 1)]
    assert held_out[0] == held_out[1] != held_out[2]


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.99])
@pytest.mark.parametrize("people", [2, 3, 5])
def test_few_people_are_split_too(share, people):
    clips = invented(people, np.random.default_rng(3))
    train, test = split_by_speaker(clips, share)
    assert set(train.speakers) - {""} and set(test.speakers) - {""}


def test_one_who_says_most():
    labels = np.array([2] * 90 + [2] * 5 + [3] * 5)
    speakers = np.array(["a"] * 90 + ["b"] * 5 + ["c"] * 5)
    clips = Clips(np.zeros((100, 16_000), np.int16), labels, np.array(CLASSES)[labels], speakers)
    assert "a" in split_by_speaker(clips, 0.1)[0].speakers
    assert "a" in split_by_speaker(clips, 0.9)[1].speakers


@pytest.mark.parametrize("share", [0, 1, -0.5, 25, float("nan")])
def test_silly_shares(share):
    with pytest.raises(ValueError, match="above 0 and below 1"):
        split_by_speaker(invented(3, np.random.default_rng(4)), share)


def test_nobody_to_split():
    clips = invented(2, np.random.default_rng(5))
    for speakers, count in ((np.full_like(clips.speakers, "me"), 1), ([""] * len(clips.words), 0)):
        with pytest.raises(ValueError, match=f"name {count} speakers and .* at least two"):
            split_by_speaker(clips._replace(speakers=np.array(speakers)), 0.5)
