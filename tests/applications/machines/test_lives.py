"""Whole lives of simulated machines, watched."""

import numpy as np
import pytest

from tinyml_helpers.applications.machines.measuring import lives
from tinyml_helpers.applications.machines.watcher import Settings

SETTINGS = Settings(learn=64, settle=16)


@pytest.fixture(scope="module")
def watched():
    return lives.watch([5, 6], (None, "inner"), looks=24, settings=SETTINGS)


def test_an_alarm_takes_so_many_looks_in_a_row():
    scores = [0, 9, 9, 0, 9, 9, 9, 9, 0]
    assert lives.alarms(scores, 5, 1).tolist() == [score > 5 for score in scores]
    assert np.flatnonzero(lives.alarms(scores, 5, 3)).tolist() == [6, 7]
    assert not lives.alarms(scores, 9, 1).any()
    assert len(lives.alarms(scores, 5, 3)) == len(scores)


@pytest.mark.parametrize("persist", [1, 3])
@pytest.mark.parametrize("rate", [0, 0.1])
def test_the_margin_is_the_least_that_keeps_to_the_rate(watched, persist, rate):
    healthy = [one for one in watched if one.fault is None]
    for watcher in lives.WATCHERS:
        margin = lives.margin_for(healthy, watcher, persist, rate)
        share, looks = lives.false_alarm_rate(healthy, watcher, margin, persist)
        assert looks == 48 and share <= rate
        lower = np.nextafter(margin, -np.inf)
        assert lives.false_alarm_rate(healthy, watcher, lower, persist)[0] > rate - 1 / looks


def test_days_of_warning_count_from_the_first_alarm_after_the_fault_began(watched):
    (one,) = [one for one in watched if one.fault and one.machine == 5]
    began = int(np.argmax(one.days >= one.onset))
    raised = np.zeros(len(one.days), bool)
    assert lives.days_of_warning(one, raised) == 0
    raised[0] = True  # a false one: the bearing is sound
    assert lives.days_of_warning(one, raised) == 0
    raised[began + 2 :] = True
    assert lives.days_of_warning(one, raised) == one.days[-1] - one.days[began + 2]


def test_a_failing_machine_gets_more_unusual_and_a_healthy_one_does_not(watched):
    for one in watched:
        scores = one.scores["anomaly"]
        assert len(scores) == len(one.days) == len(one.orders) == len(one.bands) == 24
        assert len(one.commissioning) == SETTINGS.learn + SETTINGS.settle
        if one.fault:
            assert scores[-3:].min() > scores[one.days < one.onset].max()
            assert one.decibels[-1] > 5 and one.decibels[0] == -np.inf
        else:
            assert one.onset is None and np.abs(scores).mean() < 10


def test_processes_see_what_one_sees(watched):
    again = lives.watch([5, 6], (None, "inner"), looks=24, settings=SETTINGS, workers=2)
    for one, other in zip(watched, again, strict=True):
        np.testing.assert_array_equal(one.bands, other.bands)
        np.testing.assert_array_equal(one.scores["kurtosis"], other.scores["kurtosis"])
