"""The Pareto front: against a search through all pairs, and against what one can check by eye."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml_helpers.search import front

SMALL = st.integers(0, 4)
POINTS = st.lists(st.tuples(SMALL, SMALL, SMALL), min_size=1, max_size=12)


@given(POINTS)
def test_beaten_as_the_definition_says(points):
    beaten = front.beaten([p[0] for p in points], [p[1:] for p in points])
    for place, one in enumerate(points):
        by = [
            other
            for other in points
            if other[0] >= one[0] and other[1] <= one[1] and other[2] <= one[2] and other != one
        ]
        assert beaten[place] == bool(by)


@given(POINTS)
def test_nobody_is_ranked_before_who_beats_them(points):
    scores, costs = [p[0] for p in points], [p[1:] for p in points]
    order = front.ranked(scores, costs)
    assert sorted(order) == list(range(len(points)))
    for first, second in itertools.pairwise(order):
        pair = [scores[first], scores[second]], [costs[first], costs[second]]
        assert not front.beaten(*pair)[0]


def test_fronts_come_one_after_the_other_and_in_each_the_better_score_first():
    scores = [0.9, 0.8, 0.9, 0.5]
    costs = [[10], [5], [20], [1]]
    assert front.ranked(scores, costs) == [0, 1, 3, 2]


def test_covered_by_hand():
    # Two steps: from cost 2 on 0.5 above the corner, from cost 6 on 0.3 more.
    assert front.covered([0.5, 0.8, 0.4], [2, 6, 7], 0, 10) == pytest.approx(0.5 * 8 + 0.3 * 4)
    assert front.covered([0.5], [12], 0, 10) == 0
    assert front.covered([-1], [2], 0, 10) == 0
    assert front.covered([], [], 0, 10) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=8))
def test_covered_as_often_as_points_by_chance_are_beaten(points):
    random = np.random.default_rng(0)
    scores, costs = random.random((2, 4000))
    hit = np.zeros(4000, bool)
    for score, cost in points:
        hit |= (scores <= score) & (costs >= cost)
    area = front.covered([p[0] for p in points], [p[1] for p in points], 0, 1)
    assert area == pytest.approx(hit.mean(), abs=0.04)
