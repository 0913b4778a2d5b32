"""When water is given, against water.h in words."""

import growing
import numpy as np
import pytest

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.node import Node, Settings

QUIET = Settings(start="2020-06-15T16", hour=9)


def hours(**changes):
    return Node(growing.tflite(), QUIET._replace(**changes)).push(growing.healthy())


@pytest.mark.parametrize("quantile", c_node.QUANTILES)
@pytest.mark.parametrize("lead", c_node.LEAD_HOURS)
def test_water_is_given_at_its_hour_if_the_quantile_falls_below_the_line(lead, quantile):
    row, column = c_node.LEAD_HOURS.index(lead), c_node.QUANTILES.index(quantile)
    dry = list(hours(dose=0.0, line=1.0, lead=lead, quantile=quantile))
    then = np.array([hour.level + hour.changes[row, column] for hour in dry])
    line = float(np.median(then[17::24]).round(2))
    made = hours(dose=0.1, line=line, lead=lead, quantile=quantile)
    for hour in made:
        due = (16 + hour.number) % 24 == 9 and (
            round(100 * (hour.level + hour.changes[row, column])) < round(100 * line)
        )
        assert hour.water == (0.1 if due else 0)
    assert 0 < sum(hour.water > 0 for hour in made) < 10


def test_without_a_line_there_is_no_water():
    assert not any(hour.water for hour in hours(line=0.0))
    assert sum(hour.water for hour in hours(line=100.0, dose=12.3)) == pytest.approx(10 * 12.3)


def test_a_cautious_grower_waters_more():
    given = [
        sum(hour.water for hour in hours(line=23.0, lead=72, quantile=q)) for q in c_node.QUANTILES
    ]
    assert given[0] >= given[1] >= given[2] and given[0] > given[2]


def test_water_that_a_node_gave_counts_as_rain_of_the_next_hour():
    given = hours(line=100.0, dose=7.0)
    wet = growing.healthy()
    for hour in given:
        if hour.water and hour.number + 1 < len(wet):
            wet[hour.number + 1, 2] += round(10 * hour.water)
    rained = Node(growing.tflite(), QUIET).push(wet)
    for one, other in zip(given, rained, strict=True):
        np.testing.assert_array_equal(one.changes, other.changes)
    assert any((a.changes != b.changes).any() for a, b in zip(given, hours(), strict=True))
