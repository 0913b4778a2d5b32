"""Sessions: exercises as they were recorded, and pauses in which nothing jumps."""

import numpy as np
import pytest

from tinyml_helpers import datasets
from tinyml_helpers.applications.wearables.exercises import c_coach, sessions
from tinyml_helpers.applications.wearables.exercises.coach import Settings, motions, samples

G_STEPS, RAD_STEPS = c_coach.STEPS_A_G, c_coach.STEPS_A_RADIAN


@pytest.fixture(scope="module")
def exercises():
    """What one person does with the right arm."""
    return [
        motion
        for motion in datasets.watch_exercises()
        if motion.person == "seglearn 7" and motion.place == "right"
    ]


@pytest.fixture(scope="module")
def made(exercises):
    return sessions.session(exercises, seed=4, pauses=(5, 9))


def test_series_are_the_recordings_and_truth_says_where(made, exercises):
    assert [series.exercise for series in made.series] == [m.activity for m in exercises]
    truth = np.full(len(made.samples), c_coach.NONE)
    for series, motion in zip(made.series, exercises, strict=True):
        np.testing.assert_array_equal(made.samples[series.start : series.end], samples(motion))
        truth[series.start : series.end] = c_coach.CLASSES.index(motion.activity)
        assert series.source == motion.source
    np.testing.assert_array_equal(made.truth, truth)
    assert (made.arm, made.samples.dtype, made.truth.dtype) == ("right", np.int16, np.uint8)


def pauses(made):
    """A session's pauses: slices."""
    ends = [0, *(series.end for series in made.series)]
    starts = [*(series.start for series in made.series), len(made.samples)]
    return [slice(*between) for between in zip(ends, starts, strict=True)]


def test_there_is_a_pause_before_between_and_after_all_series(made):
    lengths = [part.stop - part.start for part in pauses(made)]
    assert len(lengths) == 8 and 250 <= min(lengths) < max(lengths) <= 450


def test_nothing_jumps_where_a_pause_begins_and_ends(made):
    steps = np.abs(np.diff(made.samples.astype(int), axis=0))
    usual = np.quantile(steps, 0.99, axis=0)
    for series in made.series:
        assert (steps[series.start - 1] < 2 * usual).all()
        assert (steps[series.end - 1] < 2 * usual).all()


def test_in_a_pause_gravity_turns_with_the_rotation_and_is_one_g():
    rng = np.random.default_rng(0)
    ends = [np.tile(np.int16([0, 0, 4096, 0, 0, 0]), (50, 1)), None]
    ends[1] = np.tile(np.int16([-4096, 0, 0, 0, 0, 0]), (50, 1))
    changes, rests = [], []
    for before, after in 3 * (ends, ends[::-1], (ends[0], ends[0]), (None, ends[1])):
        part = sessions.pause(3000, rng, before, after)
        found = motions(part, Settings())
        g, turn = found["acceleration"] / G_STEPS, found["rotation"] / RAD_STEPS
        size = np.linalg.norm(g, axis=1)
        assert abs(size.mean() - 1) < 0.02 and size.std() < 0.12
        # Over half a second, where pushes and noise matter less: dg/dt = g × rotation.
        apart = 25
        changed = g[apart:] - g[:-apart]
        expected = np.cumsum(np.cross(g, turn), axis=0)[:-1] / c_coach.RATE
        expected = expected[apart - 1 :] - np.vstack([np.zeros((1, 3)), expected[:-apart]])
        changes.append(changed)
        rests.append(changed - expected[: len(changed)])
        for pose, at in ((before, g[:2]), (after, g[-2:])):
            if pose is not None:
                np.testing.assert_allclose(at.mean(0), pose[0, :3] / G_STEPS, atol=0.05)
    assert np.std(rests) < 0.4 * np.std(changes) and np.std(changes) > 0.1  # the rest are pushes


def test_opposite_poses_are_reached_too():
    up, down = (np.tile(np.int16([0, sign * 4096, 0, 0, 0, 0]), (50, 1)) for sign in (1, -1))
    part = sessions.pause(400, np.random.default_rng(1), up, down)
    np.testing.assert_allclose(part[[0, -1], 1] / G_STEPS, [1, -1], atol=0.05)


def test_pauses_are_now_still_now_lively(exercises):
    part = sessions.idle(exercises, 300, seed=2)
    turn = np.linalg.norm(part[:, 3:] / RAD_STEPS, axis=1)
    assert (turn < 0.1).mean() > 0.2 and 0.1 < (turn > 1).mean() < 0.6
    assert turn.max() < 15 and part.shape == (15_000, 6) and part.dtype == np.int16


def test_a_seed_gives_the_same_and_another_one_gives_other_pauses(exercises, made):
    again = sessions.session(exercises, seed=4, pauses=(5, 9))
    np.testing.assert_array_equal(again.samples, made.samples)
    other = sessions.session(exercises, seed=5, pauses=(5, 9))
    assert not np.array_equal(other.samples[:200], made.samples[:200])
    one, same, another = (sessions.idle(exercises, 20, seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, another)


def test_sessions_that_cannot_be(exercises):
    with pytest.raises(ValueError, match="one person's, with one arm: give such recordings"):
        sessions.session([])
    for other in ({"person": "me"}, {"place": "left"}):
        with pytest.raises(ValueError, match="one person's, with one arm"):
            sessions.session([exercises[0], exercises[1]._replace(**other)])
    with pytest.raises(ValueError, match="is of walking, which is none of pendulum, abduction"):
        sessions.session([exercises[0]._replace(activity="walking")])
    for wrong in ((2.9, 5), (9, 5)):
        with pytest.raises(ValueError, match=r"give seconds, the shortest \(3 at least\) first"):
            sessions.session(exercises, pauses=wrong)
    with pytest.raises(ValueError, match="no motions whose poses could be taken"):
        sessions.idle([], 10)
