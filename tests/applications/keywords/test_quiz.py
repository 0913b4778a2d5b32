"""The quiz by ear asks for words of the ten and for others, as loud beside noise as it says."""

import numpy as np
import pytest

from tinyml_helpers.applications.keywords import quiz
from tinyml_helpers.datasets.sounds.speech import CLASSES, Clips


@pytest.fixture
def tones():
    """A second of tone for each word of the quiz, each of another pitch."""
    words = [word for word, _ in quiz.SAID]
    time = np.arange(16_000) / 16_000
    audio = [8000 * np.sin(2 * np.pi * 200 * n * time) for n in range(1, len(words) + 1)]
    labels = [CLASSES.index(word) if word in CLASSES else 1 for word in words]
    people = np.array(["somebody"] * len(words))
    return Clips(np.array(audio).astype(np.int16), np.array(labels), np.array(words), people)


def test_each_clip_is_its_word_in_so_much_noise(tones):
    for made, said, (_, decibels) in zip(
        quiz.clips_for(tones), tones.audio, quiz.SAID, strict=True
    ):
        assert made.dtype == np.int16 and made.shape == (16_000,)
        noise = made.astype(float) - said
        assert 20 * np.log10(said.std() / noise.std()) == pytest.approx(decibels, abs=0.5)


def test_the_quiz_is_the_same_every_time(tones):
    once, again = quiz.clips_for(tones), quiz.clips_for(tones)
    assert all(np.array_equal(*pair) for pair in zip(once, again, strict=True))


def test_some_words_are_none_of_the_ten():
    known = [word in CLASSES for word, _ in quiz.SAID]
    assert any(known) and not all(known)
