"""Repetitions: what counts and what doesn't, and how soon, on wrists made for it and on people."""

import functools

import numpy as np
import pytest
from swinging import RATE, counted, still, swings, total

from tinyml_helpers import datasets
from tinyml_helpers.applications.wearables.exercises import c_coach, counting, sessions
from tinyml_helpers.applications.wearables.exercises.coach import Settings, samples
from tinyml_helpers.applications.wearables.exercises.measuring import repetitions as measuring


@functools.cache
def recordings():
    return datasets.watch_exercises()


def counts(motion, recording=None):
    recording = samples(motion) if recording is None else recording
    return counting.count(recording, Settings.of(arm=motion.place)).counts.astype(int)


@pytest.mark.parametrize("seconds", [0.8, 1.3, 2, 3, 4])
@pytest.mark.parametrize("axis", [3, 4, 5])
def test_each_swing_out_and_back_counts_once(seconds, axis):
    for count in (3, 4, 12):
        assert total(still(5), swings(count, seconds, axis=axis), still(5)) == count


@pytest.mark.parametrize("size", [0.5, 8])
def test_weak_and_strong_swings_count(size):
    assert total(still(3), swings(10, size=size), still(3)) == 10


def test_a_count_does_not_need_stillness_before():
    assert total(swings(10)) == 10


def test_the_way_out_may_be_either_way():
    assert total(still(3), swings(10, size=-2.0), still(3)) == 10


def test_a_single_swing_is_no_repetition():
    assert total(still(5), swings(1), still(8), swings(1), still(8)) == 0


def test_a_pause_between_out_and_back_is_part_of_the_repetition():
    one = swings(1, 1.6)
    held = [one[:40], still(0.8), one[40:], still(0.8)]
    assert total(still(3), *(held * 8), still(4)) == 8


def test_what_trembles_twice_as_fast_about_another_axis_does_not_count_twice():
    made = swings(12, 2.0)
    made[:, 3] += swings(24, 1.0, size=1.6, axis=3)[:, 3]
    assert total(still(3), made, still(3)) == 12


def test_nothing_is_forgotten_of_the_count_in_a_pause():
    after = counted(still(3), swings(5), still(6), swings(7, 1.2, axis=5), still(3)).counts
    assert (after[RATE * 18], after[-1]) == (5, 12)


def test_another_exercise_at_once_loses_two_at_most_and_is_counted_on():
    """The main axis has to turn first."""
    for seconds in (1.4, 2, 2.6):
        made = total(still(3), swings(12), swings(12, seconds, axis=5), still(3))
        assert 22 <= made <= 24


@pytest.mark.parametrize("seconds", [0.8, 2, 3.6])
def test_the_period_is_that_of_the_movement(seconds):
    made = counted(still(3), swings(8, seconds), still(1))
    assert made.periods[0] == 0
    assert abs(int(made.periods[-1]) - seconds * RATE) <= 4


def test_a_repetition_counts_within_half_a_second_of_the_turn_back():
    made = counted(still(3), swings(12)).counts.astype(int)
    turns = RATE * (3 + 2 * np.arange(12) + 1)
    for number in range(4, 12):
        assert turns[number] < np.argmax(made > number) <= turns[number] + RATE / 2


def test_what_is_counted_does_not_depend_on_what_comes():
    recording = samples(recordings()[0])
    whole = counting.count(recording, Settings())
    for end in (1, 3, 500, 1001):
        part = counting.count(recording[:end], Settings())
        np.testing.assert_array_equal(part.counts, whole.counts[:end])
        np.testing.assert_array_equal(part.periods, whole.periods[:end])


def test_stillness_does_not_count_and_fidgeting_hardly():
    assert total(still(600)) == 0
    strangers = [one for one in recordings() if one.person in measuring.STRANGERS]
    for seed in range(3):
        idle = sessions.idle(strangers, 600, seed)
        assert total(idle) <= 2 * 10


def test_twenty_of_strangers_are_counted_within_one_in_93_percent():
    strangers = [one for one in recordings() if one.person in measuring.STRANGERS]
    made = [counts(one) for one in strangers]
    assert len(made) == 70
    assert measuring.within_one([one[-1] for one in made]) >= 0.93
    assert measuring.within_one([one[len(one) // 2] for one in made], 10) >= 0.95


def test_fidgeting_before_and_after_a_series_hardly_counts():
    made = []
    for seed, motion in enumerate(recordings()[::3]):
        made.append(counts(motion, sessions.session([motion], seed).samples)[-1])
    assert measuring.within_one(made) >= 0.85


@pytest.mark.parametrize("share", [0.25, 0.4, 0.7])
def test_a_part_of_a_recording_has_a_part_of_twenty(share):
    """Neither 20 nor how long it lasts is what is counted."""
    off = []
    for motion in recordings()[::4]:
        recording = samples(motion)
        start = len(recording) // 5
        off.append(
            counts(motion, recording[start:][: int(share * len(recording))])[-1] - 20 * share
        )
    assert np.mean(np.abs(off) <= 1.5) >= 0.85


@pytest.mark.parametrize("speed", [0.7, 1.3])
def test_faster_and_slower_movements_count_the_same(speed):
    strangers = [one for one in recordings() if one.person in measuring.STRANGERS]
    made = [counts(one, measuring._played(samples(one), speed))[-1] for one in strangers]
    assert measuring.within_one(made) >= 0.9


@pytest.mark.parametrize("signs", [(-1, -1, 1), (1, -1, -1), (-1, 1, -1)])
def test_a_watch_put_on_upside_down_counts_the_same(signs):
    for motion in recordings()[::20]:
        recording = np.maximum(samples(motion), -(2**15) + 1)
        turned = recording * np.array(signs * 2, np.int16)
        assert abs(counts(motion, turned)[-1] - counts(motion)[-1]) <= 1


def test_the_other_arm_counts_the_same():
    for motion in recordings()[::20]:
        both = [
            counting.count(samples(motion), Settings(arm=arm)).counts for arm in ("left", "right")
        ]
        np.testing.assert_array_equal(*both)


def test_the_counter_takes_less_than_two_kilobytes():
    assert 0 < c_coach.load().ex_repetitions_bytes() <= 2048


def test_what_is_no_motion_is_refused():
    with pytest.raises(ValueError, match=r"motion is int16 \[samples, 6\]"):
        counting.count(np.zeros((10, 3), np.int16), Settings())
    with pytest.raises(ValueError, match="an arm is left or right"):
        counting.count(np.zeros((10, 6), np.int16), Settings(arm="both"))
    assert len(counting.count(np.zeros((0, 6), np.int16), Settings()).counts) == 0
