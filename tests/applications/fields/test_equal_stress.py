"""Families of rules at equal stress: on curves made up, and on a few fields."""

import numpy as np
import pytest

from tinyml_helpers.applications.fields import equal_stress, rules
from tinyml_helpers.applications.fields.equal_stress import Sweep, compare, water_at

STRESSED = [40.0, 20.0, 10.0, 4.0]
MM = [100.0, 200.0, 300.0, 600.0]


def made_up(mm, stressed, sites=50):
    """A Sweep whose sites differ in water, the same way under all rules, and not in days."""
    own = np.linspace(-1, 1, sites)
    return Sweep(np.add.outer(mm, 20 * own), np.add.outer(stressed, np.zeros(sites)))


def test_water_at_equal_stress_lies_on_the_line_between_neighbours():
    assert water_at(MM, STRESSED, 30) == 150
    assert water_at(MM, STRESSED, 12.5) == 275
    assert water_at(MM, STRESSED, 10) == 300
    assert water_at(MM[::-1], STRESSED[::-1], 30) == 150


def test_stress_that_no_setting_reaches_has_no_water():
    assert np.isnan(water_at(MM, STRESSED, 3))
    assert np.isnan(water_at(MM, STRESSED, 41))


def test_where_a_curve_has_the_same_stress_again_the_least_water_counts():
    assert water_at([100, 200, 300, 400], [30, 10, 30, 10], 20) == 150
    assert water_at([100, 200, 180, 400], [30, 10, 10, 5], 10) == 180


def test_curves_are_read_side_by_side():
    both = water_at([MM, MM[::-1]], [STRESSED, STRESSED], 30)
    assert both.tolist() == [150, 450]


def test_a_family_that_takes_a_tenth_more_takes_a_tenth_more_at_equal_stress():
    found = compare(
        {"one": made_up(MM, STRESSED), "more": made_up(np.multiply(MM, 1.1), STRESSED)}, 30, "one"
    )
    assert found["one"].mm == pytest.approx(150) and found["one"].more == 0
    assert found["more"].more == pytest.approx(15)
    low, high = found["one"].mm_interval
    # Sites are even from -20 to 20 mm: a mean of 50 has a standard error of 1.67.
    assert low == pytest.approx(150 - 1.96 * 1.67, abs=0.4)
    assert high == pytest.approx(150 + 1.96 * 1.67, abs=0.4)


def test_what_all_families_share_at_a_site_is_no_doubt_about_their_difference():
    found = compare(
        {"one": made_up(MM, STRESSED), "more": made_up(np.add(MM, 30), STRESSED)}, 30, "one"
    )
    assert found["more"].more_interval == pytest.approx((30, 30))


def test_a_family_that_never_has_such_days_is_nan_and_others_are_not():
    found = compare({"one": made_up(MM, STRESSED), "few": made_up(MM[2:], STRESSED[2:])}, 30, "one")
    assert found["one"].mm == pytest.approx(150)
    assert np.isnan(np.hstack(found["few"])).all()


def test_a_sweep_has_a_row_a_rule_and_a_column_a_site():
    made = equal_stress.sweep([rules.timer(20, 10), rules.timer(20, 2)], range(5), 2021)
    assert made.mm.shape == made.stressed_days.shape == (2, 5)
    assert (made.mm[1] > 3 * made.mm[0]).all()
    assert made.stressed_days[0].sum() > made.stressed_days[1].sum()


def test_in_hindsight_each_site_has_what_is_best_for_it():
    mm = np.array([[0.0, 0.0], [100.0, 100.0], [200.0, 200.0]])
    stressed = np.array([[0.0, 20.0], [0.0, 20.0], [0.0, 0.0]])  # only the second needs water
    sweep = Sweep(mm, stressed)
    assert equal_stress.in_hindsight(sweep, 0) == 100
    assert water_at(mm.mean(1), stressed.mean(1), 0) == 200
    assert np.isnan(equal_stress.in_hindsight(sweep, 15))


def test_what_makes_no_sense_is_said():
    one, other = made_up(MM, STRESSED), made_up(MM, STRESSED, sites=7)
    with pytest.raises(ValueError, match="there is no family 'timer': there are one, other"):
        compare({"one": one, "other": one}, 10, "timer")
    with pytest.raises(ValueError, match=r"families have \[7, 50\] sites: sweep all of them on"):
        compare({"one": one, "other": other}, 10, "one")
    with pytest.raises(ValueError, match="a family of 1 rules can't be swept: give two or more"):
        equal_stress.sweep([rules.timer(20, 5)], range(5), 2021)
