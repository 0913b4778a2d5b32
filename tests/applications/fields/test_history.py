"""What the model is shown, against history.h in words and whole numbers."""

import math

import numpy as np
import pytest

from tinyml_helpers.applications.fields import offline

START = np.datetime64("2021-03-04T05")
HOURS = 400


def weather(hours=HOURS, seed=0):
    """Levels, water, temperature and rain to come, in the C's steps."""
    rng = np.random.default_rng(seed)
    levels = 2000 + np.cumsum(rng.normal(0, 40, hours)).astype(int)
    water = np.where(rng.random(hours) < 0.1, rng.integers(0, 300, hours), 0)
    temperature = (150 + 80 * np.sin(np.arange(hours) / 4) + rng.normal(0, 20, hours)).astype(int)
    ahead = rng.integers(0, 2500, (hours, 3))
    return levels, water, temperature, ahead


def cut(number):
    return max(-127, min(127, number))


def toward_zero(number, divisor):
    return int(math.copysign(abs(number) // divisor, number))


def root(number):
    return math.isqrt(number)


def inputs(hour, levels, water, temperature, ahead):
    """Inputs 0 to 10 and 15 to 23 of an hour; before the first all was as it was then."""

    def at(lag):
        return int(levels[max(0, hour - lag)])

    made = {}
    for place, lag in enumerate((1, 3, 6, 12, 24, 48, 72, 168)):
        d = at(0) - at(lag)
        made[place] = cut(int(math.copysign(root(abs(d) * 18 // 5), d)))
    so_far = levels[: hour + 1]
    made[8] = cut(toward_zero(at(0) - int(so_far.min()), 40))
    made[9] = cut(toward_zero(int(so_far.max()) - at(0), 40))
    made[10] = cut(toward_zero(at(0), 40))
    if water is not None:
        padded = np.concatenate([np.zeros(72, int), water[: hour + 1]])
        degrees = np.concatenate([np.full(24, temperature[0]), temperature[: hour + 1]])[-24:]
        day, before = int(padded[-24:].sum()), int(padded[-72:-24].sum())
        made[15] = 64
        made[16], made[17] = (cut(root(min(w, 2000) * 16)) for w in (day, before))
        made[18] = cut(toward_zero(int(degrees.sum()), 96))
        made[19] = cut(int(degrees.max() - degrees.min()) // 4)
    else:
        made |= dict.fromkeys(range(15, 20), 0)
    if ahead is not None:
        made[20] = 64
        made |= {21 + i: cut(root(min(int(w), 2000) * 16)) for i, w in enumerate(ahead[hour])}
    else:
        made |= dict.fromkeys(range(20, 24), 0)
    return made


@pytest.mark.parametrize("known", ["all", "no rain to come", "moisture only"])
def test_inputs_are_as_the_header_says(known):
    levels, water, temperature, ahead = weather()
    if known != "all":
        ahead = None
    if known == "moisture only":
        water = temperature = None
    made = offline.inputs(
        levels / 100,
        START,
        water=None if water is None else water / 10,
        temperature=None if temperature is None else temperature / 10,
        ahead=None if ahead is None else ahead / 10,
    )
    for hour in range(HOURS):
        expected = inputs(hour, levels, water, temperature, ahead)
        found = {place: int(made[hour, place]) for place in expected}
        assert found == expected, hour


def test_clocks_are_sines_of_the_day_and_the_year():
    hours = 366 * 24
    made = offline.inputs(np.full(hours, 20.0), START)
    now = START.astype(int) + np.arange(hours)
    for place, period, shift in ((11, 24, 0), (12, 24, 6), (13, 8766, 0), (14, 8766, 2191.5)):
        wave = 64 * np.sin(2 * np.pi * (now + shift) / period)
        assert np.abs(made[:, place] - wave).max() < 2


def test_every_nth_hour_is_what_it_is_among_all():
    levels, water, temperature, ahead = weather()
    given = {"water": water / 10, "temperature": temperature / 10, "ahead": ahead / 10}
    everything = offline.inputs(levels / 100, START, **given)
    days = offline.inputs(levels / 100, START, **given, every=24)
    np.testing.assert_array_equal(days, everything[23::24])


def test_rain_to_come_that_is_known_in_part_is_not_known():
    ahead = np.zeros((3, 3))
    ahead[1, 2] = np.nan
    made = offline.inputs([20.0, 20, 20], START, ahead=ahead)
    assert made[:, 20].tolist() == [64, 0, 64]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"levels": [1.0, np.nan]}, "levels has NaN"),
        ({"levels": [[1.0]]}, "levels has NaN, or no hours, or not one dimension"),
        ({"levels": [400.0]}, "levels reaches from 400 to 400: give -327.68 to 327.67"),
        ({"levels": [1.0], "water": [1.0]}, "both known or both not"),
        ({"levels": [1.0], "water": [-1.0], "temperature": [1.0]}, "water reaches from -1"),
        ({"levels": [1.0], "water": [1, 2.0], "temperature": [1, 2.0]}, "levels has 1 hours"),
        ({"levels": [1.0], "ahead": [[1.0]]}, r"ahead is \[1, 1\]: give \[1, 3\]"),
    ],
)
def test_what_does_not_fit_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        offline.inputs(start=START, **given)
