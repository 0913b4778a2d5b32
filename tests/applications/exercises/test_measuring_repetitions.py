"""The measures of a counter: that they tell a good one from a bad one."""

import numpy as np
import pytest
from swinging import RATE, still, swings

from tinyml_helpers import datasets
from tinyml_helpers.applications.wearables.exercises import sessions
from tinyml_helpers.applications.wearables.exercises.measuring import repetitions as measuring


def test_within_one_and_mean_error_are_of_the_truth():
    assert measuring.within_one([19, 20, 21, 22]) == 0.75
    assert measuring.mean_error([18, 20, 23]) == pytest.approx(5 / 3)
    assert measuring.within_one([9, 12], 10) == 0.5


def test_plain_peaks_count_swings_and_a_pause_does_not_end_it():
    made = np.concatenate([still(3), swings(15), still(3)])
    assert abs(measuring.plain_peaks(made.astype(np.int16)) - 15) <= 1
    fidgeting = sessions.idle(datasets.watch_exercises()[:7], 60)
    assert measuring.plain_peaks(fidgeting) > 10


def test_delays_are_seconds_after_the_wrist_turned():
    made = np.concatenate([still(2), swings(10)]).astype(np.int16)
    late = np.zeros(len(made), int)
    turns = RATE * (2 + 2 * np.arange(10) + 1)
    for turn in turns[2:]:
        late[turn + 20 :] += 1
    late[turns[1] + 10 :] += 2  # at once: no one's delay
    delays = measuring._delays(made, late)
    assert len(delays) == 8
    np.testing.assert_allclose(delays, 0.4, atol=0.06)


def test_the_figures_are_of_the_recordings_given():
    some = [one for one in datasets.watch_exercises() if one.person in ("seglearn 1", "seglearn 2")]
    some = [one for one in some if one.place == "left"][::3]
    made = measuring.figures(some)
    assert set(made["by person"]) == {"seglearn 1", "seglearn 2"}
    assert set(made["within one"]) == {"strangers", "chosen on", "all"}
    rows = measuring.measured(some)
    assert made["mean error"]["all"]["whole"] == measuring.mean_error([r.whole for r in rows])
    assert made["within one"]["all"]["peaks"] == measuring.within_one([r.peaks for r in rows])
    assert made["rest"]["still"] == 0
