"""Sequences to learn from: at every moment the answers that will do, and no others."""

import numpy as np
import pytest

from tinyml_helpers.applications.keywords import sequences, sessions
from tinyml_helpers.applications.keywords.versions import Recipe
from tinyml_helpers.datasets.sounds.speech import CLASSES, speech
from tinyml_helpers.signals import LogMel

YES, NO = CLASSES.index("yes"), CLASSES.index("no")


def session(*said, kind="quiet"):
    """Ten seconds in which these are said: (start, end, label), in seconds."""
    words = [
        sessions.Said(round(16000 * start), round(16000 * end), label, CLASSES[label])
        for start, end, label in said
    ]
    return sessions.Session(np.zeros(160_000, np.int16), words, kind)


def allowed(made, seconds):
    """Which classes will do at a time."""
    frames = (160_000 - 512) // 320 + 1
    moments = sequences.answers(made, frames, len(CLASSES))
    assert moments.shape == (frames // 2, 12) and moments.dtype == np.float32
    heard = 0.052 + 0.04 * np.arange(len(moments))
    return set(np.flatnonzero(moments[np.abs(heard - seconds).argmin()]).tolist())


def test_a_keyword_is_the_one_answer_while_its_end_is_fresh():
    made = session((2.0, 2.5, YES))
    assert allowed(made, 1.5) == {0}
    assert YES not in allowed(made, 2.2)  # it may become another word
    assert allowed(made, 2.4) == {0, 1, YES}
    assert allowed(made, 2.7) == {YES}
    assert allowed(made, 3.1) == {0, 1, YES}
    assert YES not in allowed(made, 3.4)
    assert allowed(made, 5) == {0}


def test_other_words_are_unknown_while_they_are_heard_and_may_be_for_a_while():
    made = session((2.0, 2.5, 1))
    assert allowed(made, 1.9) == {0}
    assert allowed(made, 2.05) == {0, 1}
    assert allowed(made, 2.4) == {1}
    assert allowed(made, 3.0) == {0, 1}
    assert allowed(made, 4.0) == {0}


def test_of_two_keywords_the_fresh_one_is_the_answer():
    made = session((2.0, 2.5, YES), (2.6, 3.0, NO))
    assert allowed(made, 2.7) == {YES}
    assert allowed(made, 2.95) == {0, 1, YES, NO}
    assert allowed(made, 3.2) == {NO}


@pytest.mark.parametrize("kind", sessions.BEHIND)
def test_where_somebody_talks_all_the_time_it_is_never_silent(kind):
    made = session((2.0, 2.5, YES), kind=kind)
    assert allowed(made, 1) == {1}
    assert allowed(made, 2.7) == {YES}


def some(count=240):
    clips, _ = speech()
    return clips.take(np.random.default_rng(0).permutation(len(clips.labels))[:count])


def test_clips_in_a_row_are_all_there_where_they_are_said_to_be():
    clips = some(45)
    rows = sequences.in_a_row(clips, np.random.default_rng(1))
    assert [len(row.sound) for row in rows] == [20 * 16000] * 2  # the last five are left out
    for row in rows:
        energy = np.square(row.sound.reshape(20, -1).astype(float)).mean(axis=1)
        for word in row.said:
            place = word.start // 16000
            assert place == (word.end - 1) // 16000
            heard = np.square(row.sound[word.start : word.end].astype(float)).mean()
            assert heard >= energy[place]


def test_a_version_has_pieces_of_every_kind_and_repeats_itself():
    recipe = Recipe(others=1, hidden=(0, 0))
    codes, may = sequences.version(some(), recipe, np.random.default_rng(3))
    assert codes.shape == (len(may), 240, 40) and codes.dtype == np.int8
    assert may.shape[1:] == (120, 12)
    assert (may.sum(axis=-1) >= 1).all()
    only = may.sum(axis=-1) == 1
    assert {*may[only].argmax(axis=-1).tolist()} == set(range(12))
    warm = (may[:, : sequences.WARM_UP] == 1).all(axis=(1, 2))
    assert 0.5 < warm.mean() < 1  # the first piece of each sequence begins as a spotter does
    again = sequences.version(some(), recipe, np.random.default_rng(3))
    assert (again[0] == codes).all() and (again[1] == may).all()


def test_the_answers_are_at_the_frames_they_are_for():
    """A piece's codes are the front end's, of the place its answers speak of."""
    made = session((2.0, 2.5, YES))
    random = np.random.default_rng(0)
    made.sound[32_000:40_000] = random.normal(0, 8000, 8000)
    frames = LogMel().push(made.sound)
    may = sequences.answers(made, len(frames), 12)
    pairs = frames[: 2 * len(may)].reshape(-1, 80)
    loud = np.flatnonzero(pairs.mean(axis=1) > pairs.mean())
    fresh = np.flatnonzero((may.sum(axis=1) == 1) & (may[:, YES] == 1))
    assert loud[-1] < fresh[0] + 1 and fresh[0] - loud[-1] <= 3
    assert len(fresh) == 6


def test_some_of_each_second_is_hidden():
    codes = np.random.default_rng(0).integers(-128, 128, (3, 240, 40)).astype(np.int8)
    made = sequences.hidden(codes, Recipe(hidden=(10, 10)), np.random.default_rng(1))
    assert made.shape == codes.shape
    changed = (made != codes).reshape(15, -1).mean(axis=1)
    assert (changed < 0.5).all() and (changed > 0).mean() > 0.8
    assert (sequences.hidden(codes, Recipe(hidden=(0, 0)), np.random.default_rng(1)) == codes).all()
