"""Beats found against beats marked."""

import numpy as np
import pytest

from tinyml_helpers.applications.wearables.hearts.matching import matched


def test_a_beat_found_is_the_mark_within_150_ms():
    assert matched([100, 300, 515, 716], [100, 285, 500, 700], rate=100).tolist() == [0, 1, 2, -1]


def test_the_nearest_pair_goes_first_and_nothing_is_taken_twice():
    assert matched([90, 101, 112], [100], rate=100).tolist() == [-1, 0, -1]
    assert matched([100], [90, 101, 112], rate=100).tolist() == [1]
    # The middle one is nearest to the mark at 110, so what is left for the last is none.
    assert matched([100, 109, 111], [99, 110], rate=100).tolist() == [0, 1, -1]


def test_distance_is_in_seconds():
    assert matched([1000], [1060], rate=360).tolist() == [-1]
    assert matched([1000], [1050], rate=360).tolist() == [0]
    assert matched([1000], [1060], rate=500).tolist() == [0]


def test_nothing_found_or_nothing_marked_is_nothing_matched():
    assert matched([], [5], rate=200).tolist() == []
    assert matched([5, 6], [], rate=200).tolist() == [-1, -1]


def test_each_mark_is_given_once_whatever_is_found():
    rng = np.random.default_rng(0)
    found, marked = np.sort(rng.integers(0, 9000, (2, 300)))
    given = matched(found, marked, rate=100)
    taken = given[given >= 0]
    assert len(set(taken)) == len(taken) > 100
    assert np.abs(found[given >= 0] - marked[taken]).max() <= 15
    # Whoever has none has no free mark in reach.
    free = np.setdiff1d(np.arange(300), taken)
    assert np.abs(found[given < 0][:, None] - marked[free]).min() > 15


def test_marks_out_of_order_are_refused():
    with pytest.raises(ValueError, match="marked go back in time"):
        matched([1], [3, 2], rate=100)
    with pytest.raises(ValueError, match="found go back in time"):
        matched([3, 2], [1], rate=100)
