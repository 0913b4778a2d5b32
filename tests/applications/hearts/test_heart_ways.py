"""What a way to call beats early is said to find, on beats that are counted by hand."""

import numpy as np
import pytest

from tinyml_helpers.applications.wearables.hearts.examples import Record
from tinyml_helpers.applications.wearables.hearts.measuring import ways


def record(classes, marked, person="a", rr=(), usual=(), scores=None):
    classes = np.array(list(classes), "U1")
    count = len(classes)
    return Record(
        person=person,
        inputs=np.zeros((count, 104), np.int8),
        scores=np.full((count, 3), -128, np.int8) if scores is None else scores,
        rr=np.array(rr or [800] * count, np.int64),
        usual=np.array(usual or [800] * count, np.int64),
        classes=classes,
        marked=marked,
    )


def test_intervals_are_as_suspicious_as_the_monitors_rule_finds_them():
    one = record("NNNNN", {}, rr=[639, 640, 641, 0, 500], usual=[800, 800, 800, 800, 0])
    suspicion = ways.by_intervals(one)
    for early in (79, 80, 81, 50, 99):
        rule = (one.rr > 0) & (one.usual > 0) & (100 * one.rr < early * one.usual)
        assert (suspicion >= 100 - early).tolist() == rule.tolist()


def test_scores_of_s_and_v_count_together():
    scores = np.array([[127, -128, -127], [-128, 0, -1], [0, -10, -128]], np.int8)
    assert ways.by_scores(scores).tolist() == [1, 255, 118]


def test_a_beat_that_was_not_found_was_not_called():
    one = record("NSVN", {"N": 3, "S": 2, "V": 1})
    made = ways.measured([np.array([0, 9, 9, 0])], [one], threshold=5)
    assert (made.atrial.hits, made.atrial.of) == (1, 2)
    assert (made.ventricular.hits, made.ventricular.of) == (1, 1)


def test_a_call_where_nothing_is_marked_is_a_false_alarm_and_one_on_a_paced_beat_is_nothing():
    one = record(["N", "", "Q", "S"], {"N": 1, "Q": 1, "S": 1})
    made = ways.measured([np.array([9, 9, 9, 9])], [one], threshold=5)
    assert (made.precision.hits, made.precision.of) == (1, 3)
    assert (made.false_alarms.hits, made.false_alarms.of) == (2, 2)


def test_records_of_one_person_are_one_person():
    two = [record("NS", {"N": 1, "S": 1}), record("NS", {"N": 1, "S": 1})]
    other = record("NS", {"N": 1, "S": 1}, person="b")
    made = ways.measured([np.array([0, 9])] * 3, [*two, other], threshold=5)
    assert made.atrial.persons == 2 and made.atrial.of == 3


def test_a_threshold_allows_as_many_false_alarms_as_asked_for():
    rng = np.random.default_rng(0)
    one = record("N" * 5000 + "S", {"N": 5000, "S": 1})
    suspicion = np.append(rng.integers(0, 200, 5000), 255)
    for a_day in (0, 100, 1000, 20_000):
        threshold = ways.threshold_for([suspicion], [one], "both", a_day)
        alarms = ways.measured([suspicion], [one], threshold).false_alarms
        assert alarms.value * ways.BEATS_A_DAY <= a_day
        if a_day:
            lower = ways.measured([suspicion], [one], threshold - 1).false_alarms
            assert lower.value * ways.BEATS_A_DAY > a_day


def test_a_threshold_is_one_that_a_monitor_takes():
    calm, wild = np.full(10, -50), np.full(10, 90)
    one = record("N" * 10, {"N": 10})
    assert ways.threshold_for([calm], [one], "intervals", 100) == 1
    assert ways.threshold_for([wild], [one], "intervals", 100) == 50
    assert ways.threshold_for([wild], [one], "shape", 100) == 91
    with pytest.raises(ValueError, match="no normal beats"):
        ways.threshold_for([np.array([3])], [record("S", {"S": 1})], "both", 100)
    with pytest.raises(ValueError, match="no normal beats"):
        ways.threshold_for([], [], "both", 100)


def test_names_of_beats_are_counted_by_class():
    scores = np.array(
        [[9, -128, -128], [-90, 27, -128], [-90, 20, 20], [90, -90, -128], [-90, -128, 90]], np.int8
    )
    one = record(["N", "N", "S", "V", ""], {"N": 3, "S": 1, "V": 1}, scores=scores)
    table = ways.named([one], threshold=39)
    assert table["N"] == {"N": 1, "S": 1, "V": 0, "not found": 1}
    assert table["S"] == {"N": 0, "S": 0, "V": 1, "not found": 0}
    assert table["V"] == {"N": 1, "S": 0, "V": 0, "not found": 0}
    assert table["none"] == {"N": 0, "S": 0, "V": 1}
    assert ways.named([one], threshold=38)["V"] == {"N": 0, "S": 1, "V": 0, "not found": 0}
