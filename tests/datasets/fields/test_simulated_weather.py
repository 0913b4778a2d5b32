"""Simulated weather: what its climate says, over many years, and hours that make up their days."""

import functools

import numpy as np
import pytest

from tinyml_helpers.datasets.fields.simulated import evapotranspiration as et
from tinyml_helpers.datasets.fields.simulated.weather import by_day, climate, weather

YEARS = 60


@functools.cache
def place(number=1):
    return climate(np.random.default_rng([number, 0]))


@functools.cache
def days(name, number=1):
    """Of many years of 365 days, a series by [year, day, hour]."""
    made = [getattr(weather(place(number), 2001, rng), name) for rng in _generators()]
    return np.array(made).reshape(YEARS, 365, 24)


def _generators():
    return [np.random.default_rng([year, 5]) for year in range(YEARS)]


def month_of(values, month):
    return values[:, 15 + 30 * month : 15 + 30 * month + 15]


def test_a_day_is_wet_as_often_after_a_wet_and_after_a_dry_one_as_the_climate_says():
    wet = days("rain").sum(2) > 0
    for before, months in ((True, place().wet_after_wet), (False, place().wet_after_dry)):
        after = wet[:, :-1] == before
        happened = wet[:, 1:][after].mean()
        expected = np.broadcast_to(by_day(months, np.arange(2, 366)), after.shape)[after].mean()
        assert happened == pytest.approx(expected, abs=0.025)


def test_a_wet_days_rain_has_the_mean_and_the_spread_of_its_gamma_distribution():
    rain = days("rain").sum(2)
    for month in (0, 6):
        falls = month_of(rain, month)
        falls, at = falls[falls > 0], np.arange(16 + 30 * month, 31 + 30 * month)
        shape, scale = (by_day(months, at).mean() for months in (place().shape, place().scale))
        assert len(falls) > 50
        assert falls.mean() == pytest.approx(shape * scale, rel=0.2)
        assert falls.std() == pytest.approx(shape**0.5 * scale, rel=0.3)


def test_temperatures_have_their_season_and_stay_warm_or_cold_for_days():
    highest = days("temperature").max(2)
    dry = days("rain").sum(2) == 0
    expected = by_day(place().highest, np.arange(1, 366))
    beyond = np.where(dry, highest - expected, np.nan)
    assert np.nanmean(beyond) == pytest.approx(0, abs=0.5)
    both = dry[:, 1:] & dry[:, :-1]
    assert 0.5 < np.corrcoef(beyond[:, 1:][both], beyond[:, :-1][both])[0, 1] < 0.8


def test_a_wet_day_is_darker_and_its_highest_lower():
    wet = days("rain").sum(2) > 0
    bright, highest = days("radiation").sum(2)[:, 150:240], days("temperature").max(2)[:, 150:240]
    wet = wet[:, 150:240]
    assert bright[wet].mean() < 0.75 * bright[~wet].mean()
    assert highest[wet].mean() < highest[~wet].mean() - 0.5 * place().cooler


def test_it_is_never_brighter_than_under_a_clear_sky_and_dark_at_night():
    radiation = days("radiation")
    at, hours = np.arange(1, 366)[:, None], np.arange(24) + 0.5
    above = et.extraterrestrial_radiation_hour(place().latitude, at, hours)
    assert (radiation <= et.clear_sky_radiation(above, place().elevation) + 1e-9).all()
    assert radiation.min() == 0 and (radiation[:, :, 0] == 0).all()


def test_rain_falls_in_a_few_hours_of_a_wet_day():
    rain = days("rain")
    wet = rain.sum(2) > 0
    hours = (rain > 0).sum(2)[wet]
    assert hours.min() >= 1 and 3 < hours.mean() < 10 and np.mean(hours < 24) > 0.99


def test_temperature_is_lowest_in_the_morning_highest_in_the_afternoon_and_never_jumps():
    temperature = days("temperature")
    assert np.median(temperature.argmin(2)) in (4, 5)
    assert np.median(temperature.argmax(2)) in (14, 15)
    assert np.abs(np.diff(temperature.reshape(YEARS, -1))).max() < 8


def test_evapotranspiration_is_that_of_the_day_spread_by_the_sun():
    et0, radiation = days("et0"), days("radiation")
    assert et0.min() == 0 and (et0[radiation == 0] == 0).all()
    per_day = et0.sum(2)
    assert per_day[:, 170:220].mean() > 2 * per_day[:, :30].mean()
    assert 0 < per_day.max() < 15


def test_climates_are_from_humid_to_semi_arid_and_cooler_in_the_north():
    some = [climate(np.random.default_rng([number, 1])) for number in range(60)]
    rain = [weather(one, 2001, np.random.default_rng(3)).rain.sum() for one in some]
    assert min(rain) < 350 and max(rain) > 900 and min(rain) > 80 and max(rain) < 2000
    latitude = np.array([one.latitude for one in some])
    warmth = np.array([(one.highest + one.lowest).mean() / 2 for one in some])
    assert (latitude >= 25).all() and (latitude <= 60).all()
    assert np.corrcoef(latitude, warmth)[0, 1] < -0.9
    assert all((one.highest > one.lowest + 3).all() for one in some)


def test_the_same_generator_is_the_same_weather_and_a_leap_year_has_its_day():
    one, same, other = (weather(place(), 2004, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one.rain, other.rain)
    assert len(one.times) == 366 * 24 and str(one.times[-1]) == "2004-12-31T23"


def test_drier_air_takes_more_water():
    dry, humid = (
        weather(place()._replace(dew=dew), 2001, np.random.default_rng(1)).et0.sum()
        for dew in (3.0, 0.0)
    )
    assert 1.03 * humid < dry < 1.5 * humid


def test_nights_stray_from_their_season_by_the_climates_spread():
    lowest = days("temperature").min(2)
    at = np.arange(1, 366)
    strayed = (lowest - by_day(place().lowest, at)) / by_day(place().spread, at)
    assert 0.65 < strayed.std() < 0.95
