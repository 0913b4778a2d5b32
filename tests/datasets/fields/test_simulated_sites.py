"""Simulated sites: the same number is the same site, and its water adds up over a year."""

import functools

import numpy as np
import pytest

from tinyml_helpers.datasets.fields import simulated
from tinyml_helpers.datasets.fields.simulated import TEST_SITES, season, site, years

NUMBERS = range(16)


@functools.cache
def dry():
    """A year that nobody irrigates."""
    return years(NUMBERS, 2021)


@functools.cache
def held():
    """The same year, watered with 15 mm when half of the roots' water is gone."""
    return years(NUMBERS, 2021, lambda now: 15.0 * (now.depletion > 0.5 * now.available))


def test_rain_and_irrigation_are_what_left_the_soil_and_what_it_kept():
    for year in (*dry(), *held()):
        came = year.rain + year.irrigation
        left = year.evaporation + year.transpiration + year.drainage + year.runoff
        depth = year.site.planting.roots * 10  # mm of water in a percent of moisture
        soil = year.site.soil
        begun = soil.wilting_point + year.site.filled * (soil.field_capacity - soil.wilting_point)
        kept = depth * (year.moisture_root[-1] - 100 * begun)
        assert kept == pytest.approx((came - left).sum(), abs=1e-6)
        in_hours = depth * np.diff(year.moisture_root)
        np.testing.assert_allclose(in_hours, (came - left)[1:], atol=1e-6)


def test_moisture_stays_between_half_the_wilting_point_and_saturation():
    for year in (*dry(), *held()):
        least, most = 50 * year.site.soil.wilting_point, 100 * year.site.soil.saturation
        for moisture in (year.moisture_5cm, year.moisture_root):
            assert moisture.min() >= least - 1e-9 and moisture.max() <= most + 1e-9


def test_a_controller_that_waters_has_fewer_stressed_hours_for_its_water():
    stressed = [[(year.stress < 0.95).sum() for year in made] for made in (dry(), held())]
    given = [year.irrigation.sum() for year in held()]
    assert sum(stressed[1]) < 0.5 * sum(stressed[0])
    assert all(one <= other for other, one in zip(*stressed, strict=True))
    assert min(given) >= 0 and np.median(given) > 100
    assert all(year.irrigation.sum() == 0 for year in dry())


def test_irrigation_changes_the_soil_and_not_the_weather():
    for one, other in zip(dry(), held(), strict=True):
        for name in ("times", "rain", "temperature", "radiation", "et0"):
            assert np.array_equal(getattr(one, name), getattr(other, name))
    assert not np.array_equal(dry()[0].moisture_5cm, held()[0].moisture_5cm)


def test_what_a_controller_gave_gives_the_same_year_as_a_series():
    again = years(NUMBERS, 2021, np.array([year.irrigation for year in held()]))
    for one, other in zip(again, held(), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one[1:], other[1:], strict=True))


def test_a_site_alone_is_what_it_is_among_others():
    alone, among = season(5, 2021), dry()[5]
    assert alone.site.number == among.site.number == 5
    assert all(np.array_equal(a, b) for a, b in zip(alone[1:], among[1:], strict=True))


def test_a_controller_sees_this_hours_soil_and_the_past_weather_only():
    seen = []
    year = season(3, 2021, lambda now: seen.append(now) or 0.0)
    assert [now.hour for now in seen] == list(range(365 * 24))
    for hour in (1, 4000):
        now = seen[hour]
        assert now.time == year.times[hour] and now.rain.shape == (1, hour)
        assert np.array_equal(now.temperature[0], year.temperature[:hour])
        assert now.moisture_5cm[0] == year.moisture_5cm[hour - 1]
        assert now.moisture_root[0] == year.moisture_root[hour - 1]
        assert 0 <= now.depletion[0] <= now.available[0]


def test_water_given_once_is_known_and_wets_the_soil_in_that_hour():
    plan = np.zeros(365 * 24)
    plan[5000] = 8.0
    wet, without = season(2, 2021, plan), dry()[2]
    assert np.array_equal(wet.irrigation, plan)
    assert np.array_equal(wet.moisture_5cm[:5000], without.moisture_5cm[:5000])
    assert wet.moisture_5cm[5000] > without.moisture_5cm[5000] + 2


def test_the_same_number_is_the_same_site_and_year_and_others_differ():
    assert str(site(7)) == str(site(np.int64(7))) != str(site(8))
    again, next_year = years(NUMBERS, 2021), years(NUMBERS, 2022)
    for one, same, other in zip(dry(), again, next_year, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one[1:], same[1:], strict=True))
        assert not np.array_equal(one.rain, other.rain)
    rains = {float(year.rain.sum()) for year in dry()}
    assert len(rains) == len(NUMBERS) and site(TEST_SITES).number == TEST_SITES


def test_sites_have_every_soil_and_crop_and_plantings_that_end_within_their_year():
    many = [site(number) for number in range(200)]
    assert {one.soil.texture for one in many} == set(simulated.TEXTURES)
    assert {one.planting.crop for one in many} == set(simulated.CROPS)
    for one in many:
        crop = simulated.CROPS[one.planting.crop]
        assert one.planting.day > 60 and one.planting.day + sum(crop.stages) < 366
        assert crop.roots[0] <= one.planting.roots <= crop.roots[1]


def test_the_crop_starts_to_take_water_on_the_day_it_is_sown_and_ends_with_its_stages():
    for year in held():
        days = 1 + np.flatnonzero(year.transpiration.reshape(-1, 24).sum(1))
        planting = year.site.planting
        assert days[0] == planting.day
        assert days[-1] == planting.day + sum(simulated.CROPS[planting.crop].stages) - 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: site(-1), "a site's number is a whole number from 0 up, not -1"),
        (lambda: site(True), "a site's number is a whole number from 0 up, not True"),
        (lambda: site("7"), "a site's number is a whole number from 0 up, not '7'"),
        (lambda: season(1, 2021.5), "year is 2021.5: give a whole number, 1900 to 2100"),
        (lambda: season(1, 1600), "year is 1600: give a whole number, 1900 to 2100"),
        (lambda: years(5, 2021), "numbers is 5: give a list of sites' numbers, or use season"),
        (lambda: years([], 2021), "there is no site: give the numbers of one or more"),
        (lambda: season(1, 2021, [1, 2]), "irrigation is [1, 2]: give mm [1, 8760], hour by hour"),
        (
            lambda: season(1, 2021, np.full(8760, -1)),
            "irrigation is below 0 or no number somewhere",
        ),
        (lambda: season(1, 2021, lambda now: -3), "the controller answered -3 in hour 0: give mm"),
        (lambda: season(1, 2021, lambda now: [1, 2]), "the controller answered [1, 2] in hour 0"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, says):
    with pytest.raises(ValueError) as caught:
        call()
    assert says in str(caught.value)
