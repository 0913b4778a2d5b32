"""What the model learns from: windows of hours and of days, and nothing of what comes in them."""

import numpy as np
import pytest

from tinyml_helpers.applications.fields import c_node, examples, offline
from tinyml_helpers.datasets.fields.series import Soil

#: Weather of a station that never changes but for its rain.
DAYS = 40


def station(step_hours=24, moisture=None, **more):
    """A Soil of DAYS days from 2020-05-01: moisture counts up a percent a day, unless given."""
    steps = DAYS * 24 // step_hours
    times = np.datetime64("2020-05-01T00") + np.arange(steps) * np.timedelta64(step_hours, "h")
    if moisture is None:
        moisture = 10 + np.arange(steps, dtype=float) * step_hours / 24
    made = {
        "rain": np.zeros(steps),
        "temperature": np.full(steps, 15.0),
        "coldest": np.full(steps, 10.0),
        "warmest": np.full(steps, 20.0),
    }
    return Soil("there", times, step_hours, moisture[:, None], (5,), **(made | more))


def test_a_days_target_is_what_came_after_it():
    days = examples.of_days(station())
    assert days.changes.shape == (DAYS, 4)
    np.testing.assert_array_equal(days.changes[10], [np.nan, 1, 3, 7])
    assert np.isnan(days.changes[-1]).all() and np.isnan(days.changes[-2, 2])
    assert np.isnan(days.changes[:, 0]).all()


def test_a_day_is_shown_its_own_past_and_not_its_future():
    moisture = np.full(DAYS, 20.0)
    moisture[25:] = 30
    days = examples.of_days(station(moisture=moisture))
    same = examples.of_days(station(moisture=np.full(DAYS, 20.0)))
    np.testing.assert_array_equal(days.inputs[:25, :10], same.inputs[:25, :10])
    assert (days.inputs[25, 4:8] > 0).all()
    np.testing.assert_array_equal(days.changes[24], [np.nan, 10, 10, 10])


def test_rain_to_come_is_that_of_the_days_after():
    rain = np.zeros(DAYS)
    rain[20] = 16.0
    days = examples.of_days(station(rain=rain))
    np.testing.assert_array_equal(days.rain[19], [16, 16, 16])
    np.testing.assert_array_equal(days.rain[18], [0, 16, 16])
    np.testing.assert_array_equal(days.rain[20], [0, 0, 0])
    code = int(4 * np.sqrt(160))
    np.testing.assert_array_equal(days.inputs[19, c_node.RAIN_AHEAD], [64, code, code, code])
    # Today's rain is the weather's, and none to come.
    assert days.inputs[20, 16] == code and not days.inputs[20, 21:].any()


def test_a_missing_day_is_neither_shown_nor_asked_for():
    moisture = 10 + np.arange(DAYS, dtype=float)
    moisture[20] = np.nan
    days = examples.of_days(station(moisture=moisture))
    assert not days.sound[:7].any() and days.sound[7:20].all()
    assert not days.sound[20:28].any() and days.sound[28:].all()
    assert np.isnan(days.changes[19, 1]) and days.changes[19, 2] == 3
    some = days.examples()
    assert len(some.inputs) == days.sound[: DAYS - 7].sum() == len(some.changes)


def test_hours_make_the_same_days():
    by_day = examples.of_days(station())
    held = np.repeat(10 + np.arange(DAYS, dtype=float), 24)
    by_hour = examples.of_days(station(1, held))
    np.testing.assert_array_equal(by_hour.levels, by_day.levels)
    np.testing.assert_array_equal(by_hour.changes, by_day.changes)
    np.testing.assert_array_equal(by_hour.times, by_day.times)


def test_hours_from_noon_on_make_whole_days_only():
    soil = station(1)
    cut = {name: getattr(soil, name)[12:] for name in ("times", "moisture", "rain", "temperature")}
    days = examples.of_days(soil._replace(**cut, coldest=None, warmest=None))
    assert days.times[0] == np.datetime64("2020-05-02") and len(days.times) == DAYS - 1


@pytest.mark.parametrize(
    ("change", "depth", "says"),
    [
        ({"rain": None}, 0, "there has no rain"),
        ({"temperature": None}, 0, "there has no temperature"),
        ({}, 1, "there has 1 depths, from 0 on: not 1"),
        ({"moisture": np.full((DAYS, 1), np.nan)}, 0, "no day of moisture at depth 0"),
    ],
)
def test_a_station_that_will_not_do_is_told_so(change, depth, says):
    with pytest.raises(ValueError, match=says):
        examples.of_days(station()._replace(**change), depth)


def test_simulated_examples_are_the_same_with_the_same_seed_and_others_with_another():
    some = examples.simulated(range(3), [2018], hours=50)
    again = examples.simulated(range(3), [2018], hours=50)
    other = examples.simulated(range(3), [2018], hours=50, seed=1)
    np.testing.assert_array_equal(some.inputs, again.inputs)
    np.testing.assert_array_equal(some.changes, again.changes)
    assert not np.array_equal(some.inputs[:50], other.inputs[:50])
    assert some.inputs.dtype == np.int8 and some.inputs.shape[1] == c_node.INPUTS
    # By the hour all leads are known; by the day all but six hours.
    assert not np.isnan(some.changes[:50]).any()
    assert not np.isnan(some.changes[:, 1:]).any() and np.isnan(some.changes[:, 0]).mean() > 0.5


def test_progress_is_told():
    told = []
    examples.simulated(range(2), [2018, 2019], hours=5, watch=told.append)
    assert told == [0.5, 1.0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"levels": [20.0, np.nan]}, "levels has NaN"),
        ({"levels": [400.0, 20.0]}, "levels reaches from 20 to 400: give -327.68 to 327.67"),
        ({"water": [0.0, -1.0]}, "water reaches from -1 to 0: give 0 to 6553.5"),
        ({"water": None}, "both known or both not"),
        ({"water": [0.0], "temperature": [1.0]}, "levels has 2 hours, and the weather another"),
        ({"ahead": [[0.0, 1.0]]}, r"ahead is \[1, 2\]: give \[2, 3\]"),
    ],
)
def test_hours_that_c_cannot_count_are_refused(change, says):
    given = {"levels": [20.0, 20.0], "water": [0.0, 0.0], "temperature": [9.0, 9.0]} | change
    with pytest.raises(ValueError, match=says):
        offline.inputs(start="2020-05-01", **given)
