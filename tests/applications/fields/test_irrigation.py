"""Watering by rule on simulated fields: what rules see, when they water, and what that costs."""

import functools

import numpy as np
import pytest

from tinyml_helpers.applications.fields import irrigation, offline, rules, trained
from tinyml_helpers.datasets.fields import simulated

NUMBERS, YEAR = range(8), 2021


@pytest.fixture(scope="module")
def model():
    return trained.committed(trained.SIMULATED)


@functools.cache
def under_threshold():
    return irrigation.seasons_under(rules.threshold(0.6, 8), NUMBERS, YEAR)


def spied(rule, numbers=NUMBERS):
    """The mornings and answers of a rule, and the seasons under it."""
    seen = []

    def waters(morning):
        seen.append((morning, rule.waters(morning)))
        return seen[-1][1]

    return seen, irrigation.seasons_under(rule._replace(waters=waters), numbers, YEAR)


def test_water_is_in_doses_at_six_in_the_season_alone_and_all_of_it_counts():
    for season in under_threshold():
        given = season.year.irrigation.reshape(-1, 24)
        assert set(np.unique(given)) == {0.0, 8.0}
        assert not np.delete(given, irrigation.HOUR, axis=1).any()
        assert not given[~season.growing].any()
        assert season.mm == given.sum() > 0


def test_the_season_is_from_sowing_through_the_crops_stages():
    for season in under_threshold():
        (days,) = np.nonzero(season.growing)
        planting = season.year.site.planting
        assert days[0] + 1 == planting.day
        assert len(days) == days[-1] - days[0] + 1
        assert len(days) == sum(simulated.CROPS[planting.crop].stages)


def test_days_of_stress_are_those_whose_mean_ks_is_below_95_percent():
    for season in irrigation.seasons_under(None, NUMBERS, YEAR):
        daily = season.year.stress.reshape(-1, 24).mean(1)
        assert np.array_equal(season.stressed, daily < 0.95)  # Ks is 1 where nothing grows
        assert season.stressed_days == season.stressed.sum()
        assert season.mm == 0


def test_readings_are_of_the_hour_before_in_steps_and_off_by_little():
    for season in under_threshold():
        np.testing.assert_allclose(season.readings, np.rint(season.readings * 10) / 10)
        off = season.readings[1:] - season.year.moisture_root[:-1]
        assert abs(off.mean()) < 0.01 and 0.09 < off.std() < 0.12


def test_a_threshold_waters_exactly_when_the_reading_is_below_its_line():
    for season in under_threshold():
        readings = season.readings.reshape(-1, 24)[:, irrigation.HOUR]
        low = readings < season.dry + 0.6 * (season.full - season.dry)
        watered = season.year.irrigation.reshape(-1, 24)[:, irrigation.HOUR] > 0
        assert np.array_equal(watered, low & season.growing)


def test_the_fastest_fall_is_the_worst_day_of_seven_taken_off_the_reading():
    mornings, _ = spied(rules.fastest_fall(0.6, 8))
    for morning, answer in mornings[::20]:
        for row, readings in enumerate(morning.readings):
            falls = [readings[-25 - 24 * ago] - readings[-1 - 24 * ago] for ago in range(7)]
            tomorrow = readings[-1] - max(0, *falls)
            line = morning.dry[row] + 0.6 * (morning.full[row] - morning.dry[row])
            assert answer[row] == (tomorrow < line)


def test_a_timer_waters_every_so_many_days_from_the_day_of_sowing():
    for season in irrigation.seasons_under(rules.timer(10, 5), NUMBERS, YEAR):
        (watered,) = np.nonzero(season.year.irrigation)
        (growing,) = np.nonzero(season.growing)
        assert np.array_equal(watered // 24, growing[::5])


def test_a_rule_with_a_line_at_the_wilting_point_never_waters(model):
    plain = rules.threshold(0, 10), rules.fastest_fall(0, 10)
    for rule in (*plain, rules.forecast(model, 0, 10, hours=168)):
        assert all(one.mm == 0 for one in irrigation.seasons_under(rule, NUMBERS, YEAR))


def test_a_higher_line_gives_more_water_and_less_stress(model):
    for make in (rules.threshold, functools.partial(rules.forecast, model)):
        low, high = (irrigation.seasons_under(make(line, 10), NUMBERS, YEAR) for line in (0.3, 0.7))
        assert sum(one.mm for one in low) < sum(one.mm for one in high)
        assert sum(one.stressed_days for one in low) > sum(one.stressed_days for one in high)


def test_the_model_is_shown_what_it_would_be_of_all_hours_since_january(model):
    rule = rules.forecast(model, 0.5, 10, rain=irrigation.KNOWN)
    mornings, (season,) = spied(rule, [3])
    year, days = season.year, np.flatnonzero(season.growing)
    levels = np.append(season.readings[1:], season.readings[-1])  # at each hour's end
    rain = np.append(year.rain, np.zeros(168))
    ahead = np.array([[rain[h + 1 : h + 1 + n].sum() for n in (24, 72, 168)] for h in range(8760)])
    water = year.rain + year.irrigation
    ever = offline.inputs(levels, year.times[0], water, year.temperature, ahead)
    assert len(mornings) == len(days)
    for day, (morning, _) in zip(days, mornings, strict=True):
        assert np.array_equal(rules.seen(morning)[0], ever[24 * day + irrigation.HOUR - 1])
    assert water.sum() > year.rain.sum()


def test_a_forecast_waters_where_its_quantile_of_what_comes_is_below_the_line(model):
    rule = rules.forecast(model, 0.6, 10, quantile=0.5, hours=72)
    mornings, _ = spied(rule)
    for morning, answer in mornings[::20]:
        change = offline.forecasts(model, rules.seen(morning))[:, 2, 1]
        low = morning.readings[:, -1] + change
        assert np.array_equal(answer, low < morning.dry + 0.6 * (morning.full - morning.dry))


def test_who_knows_of_rain_waters_less_before_it(model):
    for make in (rules.threshold, rules.fastest_fall, functools.partial(rules.forecast, model)):
        before = {}
        for rain in (irrigation.UNKNOWN, irrigation.KNOWN):
            made = irrigation.seasons_under(make(0.6, 10, rain=rain), range(20), YEAR)
            watered = np.array([one.year.irrigation[irrigation.HOUR :: 24] > 0 for one in made])
            ahead = np.array([irrigation.rain_ahead(one.year.rain)[:, 0] for one in made])
            before[rain] = watered[ahead > 10].mean() / watered.mean()
        assert before[irrigation.KNOWN] < 0.9 * before[irrigation.UNKNOWN]


def test_known_rain_is_what_falls_after_six():
    rain = np.zeros(24 * 10)
    rain[[5, 6, 29, 30, 24 * 3 + 6, 24 * 8]] = 1, 2, 4, 8, 16, 32
    ahead = irrigation.rain_ahead(rain)
    assert ahead.shape == (10, 3)
    assert ahead[0].tolist() == [6, 14, 30]
    assert ahead[1].tolist() == [8, 24, 56]
    assert ahead[9].tolist() == [0, 0, 0]


def test_foretold_rain_is_about_as_much_as_falls_and_often_wrong():
    rain = simulated.season(5, YEAR).rain
    known = irrigation.rain_ahead(rain)
    told = irrigation.rain_ahead(rain, np.random.default_rng(1))
    assert 0.8 < told.mean() / known.mean() < 1.5
    right = np.corrcoef(known[:, 0], told[:, 0])[0, 1]
    assert 0.3 < right < 0.95
    assert (told >= 0).all() and (np.diff(told, axis=1) >= 0).all()


def test_who_stands_beside_a_field_changes_nothing(model):
    rule = rules.forecast(model, 0.5, 10, rain=irrigation.FORETOLD)
    alone = irrigation.season_under(rule, 5, YEAR)
    beside = irrigation.seasons_under(rule, [2, 5, 9], YEAR)[1]
    for name in ("irrigation", "moisture_root", "stress"):
        np.testing.assert_allclose(getattr(alone.year, name), getattr(beside.year, name))
    assert np.array_equal(alone.readings, beside.readings)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda _: rules.timer(0, 3), "dose_mm is 0: give mm above 0"),
        (lambda _: rules.timer(10, 0.5), "every_days is 0.5: give a whole number of days"),
        (lambda _: rules.threshold(18, 10), "line is 18: give a share from 0, the wilting point"),
        (lambda _: rules.threshold(0.5, float("nan")), "dose_mm is nan: give mm above 0"),
        (lambda _: rules.threshold(0.5, 10, "sunny"), "give one of unknown, known, foretold"),
        (lambda _: rules.threshold(0.5, 10, wait_mm=0), "wait_mm is 0: give mm above 0"),
        (lambda _: rules.threshold(0.5, 10, hours=6), r"hours is 6: give one of \(24, 72, 168\)"),
        (lambda model: rules.forecast(model, 0.5, 10, 0.2), "quantile is 0.2: give one of"),
        (lambda model: rules.forecast(model, 0.5, 10, hours=5), "hours is 5: give one of"),
        (lambda _: rules.forecast(b"no model", 0.5, 10), "no sound .tflite file"),
        (lambda _: irrigation.season_under(0.5, 7, YEAR), "the rule is 0.5: give one of rules.py"),
        (lambda _: irrigation.season_under(None, -1, YEAR), "a site's number is"),
    ],
)
def test_what_makes_no_sense_is_said(make, sentence, model):
    with pytest.raises(ValueError, match=sentence):
        make(model)
