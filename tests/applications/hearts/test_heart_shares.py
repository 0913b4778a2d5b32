"""Shares of beats, and their intervals."""

import math

import pytest
from scipy.stats import binom

from tinyml_helpers.applications.wearables.hearts.measuring.shares import exact, share


@pytest.mark.parametrize(("hits", "of"), [(1, 10), (33, 40), (5, 2000)])
def test_at_either_end_of_an_exact_interval_what_was_seen_has_a_chance_of_one_in_forty(hits, of):
    low, high = exact(hits, of)
    assert low < hits / of < high
    assert binom.sf(hits - 1, of, low) == pytest.approx(0.025)
    assert binom.cdf(hits, of, high) == pytest.approx(0.025)


def test_all_of_33_may_still_be_nine_in_ten():
    """One patient's 33 early beats, all found."""
    low, high = exact(33, 33)
    assert high == 1.0 and low == pytest.approx(0.025 ** (1 / 33))
    assert exact(0, 33) == (0.0, pytest.approx(1 - low))
    assert exact(0, 0) == (0.0, 1.0)


def test_more_hits_than_beats_are_refused():
    with pytest.raises(ValueError, match="3 of 2 beats"):
        exact(3, 2)
    with pytest.raises(ValueError, match="are no shares"):
        share([1, 3], [5, 2])


def test_persons_who_differ_make_the_interval_wider_than_their_beats_alone():
    alike = share([80] * 10, [100] * 10)
    apart = share([100] * 8 + [0] * 2, [100] * 10)
    assert alike.value == apart.value == 0.8
    assert alike.by_beats == apart.by_beats == exact(800, 1000)
    assert alike.by_persons == alike.by_beats  # never narrower
    low, high = apart.by_persons
    assert low < 0.6 and high == 1.0
    assert (apart.least, apart.most) == (0.0, 1.0)


def test_of_few_persons_no_interval_by_persons_is_made():
    one = share([30], [33])
    assert one.by_persons is None and one.persons == 1
    assert share([3] * 4 + [0], [3] * 4 + [0]).by_persons is None  # the fifth has no such beat


def test_whoever_has_few_beats_is_not_the_worst():
    made = share([0, 9, 20], [1, 10, 20])
    assert made.least == 0.9 and made.most == 1.0
    assert math.isnan(share([0], [3]).least)


def test_of_no_beats_nothing_is_known():
    made = share([0, 0], [0, 0])
    assert math.isnan(made.value) and made.by_beats == (0.0, 1.0) and made.persons == 0
