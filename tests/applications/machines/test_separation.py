"""How well scores tell faulty machines from healthy ones."""

import numpy as np
import pytest

from tinyml_helpers.applications.machines.measuring.separation import (
    auc,
    partial_auc,
)

RNG = np.random.default_rng(0)
HEALTHY, FAULTY = RNG.normal(0, 1, 400).round(1), RNG.normal(1, 1.5, 300).round(1)  # with ties


def test_the_area_is_the_chance_that_a_faulty_one_scores_higher():
    higher = FAULTY[:, np.newaxis] > HEALTHY
    alike = FAULTY[:, np.newaxis] == HEALTHY
    assert auc(HEALTHY, FAULTY) == pytest.approx((higher + alike / 2).mean(), abs=1e-12)


def test_all_apart_is_1_and_all_alike_is_guessing():
    assert auc([1, 2], [3, 4]) == partial_auc([1, 2], [3, 4]) == 1
    assert auc([3, 4], [1, 2]) == 0 and partial_auc([3, 4], [1, 2]) < 0.5
    assert auc([5, 5], [5]) == 0.5
    assert partial_auc([5, 5], [5]) == pytest.approx(0.5)


def test_few_false_alarms_are_harder():
    assert 0.5 < partial_auc(HEALTHY, FAULTY, 0.01) < partial_auc(HEALTHY, FAULTY, 0.2)
    assert partial_auc(HEALTHY, FAULTY, 0.2) < auc(HEALTHY, FAULTY)
    assert partial_auc(HEALTHY, FAULTY, 1) == auc(HEALTHY, FAULTY)


@pytest.mark.parametrize("measure", [auc, partial_auc])
def test_nothing_to_compare_with_is_said(measure):
    with pytest.raises(ValueError, match="there are no healthy looks"):
        measure([], [1.0])
    with pytest.raises(ValueError, match="there are no faulty looks"):
        measure([1.0], [])


@pytest.mark.parametrize("most", [0, -0.1, 1.1])
def test_a_false_positive_rate_is_a_share(most):
    with pytest.raises(ValueError, match="more than 0"):
        partial_auc([1.0], [2.0], most)
