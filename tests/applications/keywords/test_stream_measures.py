"""Misses, wrong detections and delays of a whole stream, against cases counted by hand."""

import types

import numpy as np
import pytest

from tinyml_helpers.applications.keywords import spotter, stream_measures
from tinyml_helpers.applications.keywords.stream_measures import (
    Trial,
    at,
    best,
    by,
    interval,
    spread,
    trial,
)
from tinyml_helpers.applications.keywords.streams import Event
from tinyml_helpers.datasets.sounds.speech import CLASSES

YES, NO = 2, 3
#: "yes" from 1.0 s to 1.5 s, "no" from 10 s to 10.4 s, "yes" from 20 s to 20.5 s.
SAID = (
    Event("yes", YES, 16_000, 24_000, "a"),
    Event("no", NO, 160_000, 166_400, "b"),
    Event("yes", YES, 320_000, 328_000, "b"),
)
HALF_AN_HOUR = types.SimpleNamespace(events=SAID, hours=0.5)


def scores(spoken, rows=400):
    """Scores of an inference every 10 hops: `spoken` is (row, class, probability) triples."""
    probabilities = np.zeros((rows, len(CLASSES)))
    for row, label, probability in spoken:
        probabilities[row : row + 3, label] = probability
    return np.clip(np.rint(probabilities * 256) - 128, -128, 127).astype(np.int8)


@pytest.fixture
def tried():
    """Hears the first "yes" (0.9) and the "no" (0.6), misses the other, and hears a "no" (0.7)."""
    rows = scores([(2, YES, 0.9), (46, NO, 0.6), (146, NO, 0.7)])
    return trial(rows, HALF_AN_HOUR, thresholds=[100, 150, 170, 200, 240])


def test_a_trial_counted_by_hand(tried):
    # Row i is complete at (512 + 320 * (48 + 10 i)) / 16,000 s: row 3 at 1.592 s, row 4 at 1.792 s.
    # Averaged over three, 0.9 (230 of 256) passes 100 and 150 with its second row.
    assert tried.false_accepts.tolist() == [1, 1, 1, 0, 0]
    assert np.isnan(tried.delays).sum(axis=1).tolist() == [1, 1, 2, 2, 3]
    assert np.isnan(tried.delays[:, 2]).all()
    np.testing.assert_allclose(tried.delays[:, 0], [0.092, 0.092, 0.292, 0.292, np.nan], atol=1e-9)
    assert tried.hours == 0.5 and tried.events == SAID


def test_a_result_counted_by_hand(tried):
    one = at(tried, 100)
    assert (one.threshold, one.said, one.false_accepts_an_hour) == (100, 3, 2)
    assert one.missed == pytest.approx(1 / 3)
    assert one.at_most == pytest.approx(4.744 / 0.5, rel=1e-3)
    late = tried.delays[0, :2]
    assert one.delay == pytest.approx(late.mean())
    assert one.late == pytest.approx(late.min() + 0.95 * np.ptp(late))
    nothing = at(tried, 240)
    assert nothing.missed == 1 and np.isnan(nothing.delay) and np.isnan(nothing.late)
    with pytest.raises(ValueError, match="threshold 101 wasn't tried"):
        at(tried, 101)


def test_the_best_is_what_misses_least_at_a_rate(tried):
    assert best(tried, 5) == at(tried, 150)  # as 100, and the higher of them
    assert best(tried, 2) == at(tried, 150)
    assert best(tried, 1) == at(tried, 200)  # one in half an hour is two an hour
    assert best(tried._replace(false_accepts=tried.false_accepts + 3), 5) is None


def test_of_those_that_miss_alike_the_one_wrong_least_often_is_best():
    delays = np.array([[0.1, 0.2, np.nan]] * 3 + [[np.nan] * 3])
    tried = Trial(np.array([10, 20, 30, 40]), delays, np.array([2, 1, 1, 0]), SAID, 1)
    assert best(tried, 5).threshold == 30
    assert best(tried, 0).threshold == 40


def test_settings_are_those_of_the_trial():
    rows = scores([(2, YES, 0.9)])
    settings = spotter.Settings(average=1)
    one, three = (trial(rows, HALF_AN_HOUR, each, [200]) for each in (settings, None))
    assert three.delays[0, 0] - one.delays[0, 0] == pytest.approx(0.4)
    # With an inference every fifth hop, row 5 is that of hop 73.
    rows = scores([(5, YES, 0.9)])
    tried = trial(rows, HALF_AN_HOUR, settings._replace(hops_per_inference=5), [200])
    assert tried.delays[0, 0] == pytest.approx(spotter.seconds(48 + 5 * 5) - 1.5)


def test_by_word_and_by_person(tried):
    assert by("word", tried, 200) == {"no": (1, 1), "yes": (2, 1)}
    assert by("speaker", tried, 200) == {"a": (1, 0), "b": (2, 2)}


def people(counts):
    """A Trial of one threshold, 100: `counts` are (said, missed) of people "0", "1", ..."""
    who = [str(number) for number, (said, _) in enumerate(counts) for _ in range(said)]
    missed = [place < gone for said, gone in counts for place in range(said)]
    events = tuple(Event("yes", YES, 0, 1, one) for one in who)
    return Trial(np.array([100]), np.where([missed], np.nan, 0.1), np.array([0]), events, 1)


def test_how_people_differ():
    tried = people([(4, 0), (4, 1), (10, 5), (5, 3), (3, 3), (2, 2)])
    found = spread(tried, 100)
    assert found.people == 5
    assert found.mostly_missed == 2 / 5
    assert found.quarters == (0.25, 0.5, 0.6)
    assert spread(tried, 100, least=2).people == 6
    nobody = spread(tried, 100, least=11)
    assert nobody.people == 0 and np.isnan([nobody.mostly_missed, *nobody.quarters]).all()


def test_an_interval_by_people_is_wider_where_one_is_always_missed():
    """A fifth of the keywords is missed: all of one person of five, or one of each one's five."""
    alone = people([(20, 20)] + [(20, 0)] * 4)
    alike = people([(20, 4)] * 5)
    (low, high), (alike_low, alike_high) = at(alone, 100).interval, at(alike, 100).interval
    assert at(alone, 100).missed == at(alike, 100).missed == 0.2
    assert low == 0 and high == pytest.approx(0.6, abs=0.01)
    assert high - low > 2 * (alike_high - alike_low)
    # 20 of 100, Clopper and Pearson: 12.7 to 29.2 %.
    assert (alike_low, alike_high) == pytest.approx((0.1267, 0.2918), abs=1e-4)


def test_an_interval_of_few_is_wide_even_if_none_is_missed():
    assert interval([False] * 10, list("abcdefghij"))[1] == pytest.approx(0.3085, abs=1e-4)
    assert interval([], []) == (0, 1)
    assert interval([True, False], ["a", "a"]) == pytest.approx((0.0126, 0.9874), abs=1e-4)


def test_an_interval_is_where_nineteen_of_twenty_draws_of_people_are():
    """Of 40 people half are missed always, half never: the share is binomial, half of 40."""
    missed = np.repeat([True, False], 20)
    low, high = interval(np.repeat(missed, 10), np.repeat(np.arange(40).astype(str), 10))
    assert low == pytest.approx(0.35, abs=0.026) and high == pytest.approx(0.65, abs=0.026)


def test_a_stream_without_keywords_has_results_too():
    silent = types.SimpleNamespace(events=(), hours=0.5)
    tried = trial(scores([(46, NO, 0.6)]), silent, thresholds=[100, 200])
    found = best(tried, 5)
    assert (found.said, found.interval, found.false_accepts_an_hour) == (0, (0, 1), 0)
    assert np.isnan(found.missed) and np.isnan(found.delay)
    assert by("word", tried, 100) == {}
    assert stream_measures.spread(tried, 100).people == 0
