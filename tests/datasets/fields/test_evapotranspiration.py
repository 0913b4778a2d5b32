"""Evapotranspiration as FAO-56 works it out in its own examples, to the decimals it prints."""

import numpy as np
import pytest

from tinyml_helpers.datasets.fields.simulated import evapotranspiration as et


def printed(value, decimals):
    """As near as a number printed with so many decimals can be."""
    return pytest.approx(value, abs=0.5000001 * 10**-decimals)


def test_example_2_pressure_and_psychrometric_constant_at_1800_m():
    assert et.air_pressure(1800) == printed(81.8, 1)
    assert et.psychrometric_constant(81.8) == printed(0.054, 3)


def test_example_3_mean_saturation_pressure_is_above_that_of_the_mean():
    assert et.saturation_pressure(24.5) == printed(3.075, 3)
    assert et.saturation_pressure(15) == printed(1.705, 3)
    assert et.mean_saturation_pressure(15, 24.5) == printed(2.39, 2)
    assert et.saturation_pressure(19.75) == printed(2.30, 2)


def test_example_5_vapour_pressure_from_humidities():
    assert et.vapour_pressure(18, 25, 54, 82) == printed(1.70, 2)


def test_example_8_radiation_above_the_air_on_3_september_at_20_south():
    assert et.sun_distance(246) == printed(0.985, 3)
    assert et.declination(246) == printed(0.120, 3)
    assert et.sunset_angle(-20, 246) == printed(1.527, 3)
    assert et.extraterrestrial_radiation(-20, 246) == printed(32.2, 1)


def test_example_9_daylight_on_that_day():
    assert et.daylight_hours(-20, 246) == printed(11.7, 1)


def test_example_10_radiation_in_rio_from_hours_of_sun():
    above, daylight = et.extraterrestrial_radiation(-22.9, 135), et.daylight_hours(-22.9, 135)
    assert (above, daylight) == (printed(25.1, 1), printed(10.9, 1))
    assert et.solar_radiation(above, 220 / 31, daylight) == printed(14.5, 1)


def test_example_11_and_12_radiation_that_a_lawn_in_rio_keeps():
    clear = et.clear_sky_radiation(25.1, 0)
    assert clear == printed(18.8, 1)
    assert et.net_longwave(19.1, 25.1, 2.1, 14.5, clear) == printed(3.5, 1)
    assert et.net_radiation(19.1, 25.1, 2.1, 14.5, clear) == printed(7.6, 1)


def test_example_14_wind_measured_at_10_m():
    assert et.wind_at_2_m(3.2, 10) == printed(2.4, 1)


def test_example_17_bangkok_in_april():
    latitude = 13 + 44 / 60
    above, daylight = et.extraterrestrial_radiation(latitude, 105), et.daylight_hours(latitude, 105)
    assert (above, daylight) == (printed(38.06, 2), printed(12.31, 2))
    solar, clear = et.solar_radiation(above, 8.5, daylight), et.clear_sky_radiation(above, 2)
    assert (solar, clear) == (printed(22.65, 2), pytest.approx(28.54, abs=0.01))
    assert et.net_shortwave(solar) == printed(17.44, 2)
    assert et.net_longwave(25.6, 34.8, 2.85, solar, clear) == printed(3.11, 2)
    assert et.saturation_slope(30.2) == printed(0.246, 3)
    assert et.mean_saturation_pressure(25.6, 34.8) == printed(4.42, 2)
    pressure = et.air_pressure(2)
    assert et.psychrometric_constant(pressure) == pytest.approx(0.0674, abs=1e-4)
    net = et.net_radiation(25.6, 34.8, 2.85, solar, clear)
    assert net == pytest.approx(14.33, abs=0.01)
    et0 = et.penman_monteith(25.6, 34.8, 2.85, net, 2, pressure, into_soil=0.14)
    assert et0 == printed(5.72, 2)


def test_example_18_uccle_on_6_july():
    above, daylight = et.extraterrestrial_radiation(50.8, 187), et.daylight_hours(50.8, 187)
    assert (above, daylight) == (printed(41.09, 2), printed(16.1, 1))
    solar, clear = et.solar_radiation(above, 9.25, daylight), et.clear_sky_radiation(above, 100)
    assert (solar, clear) == (printed(22.07, 2), printed(30.90, 2))
    vapour = et.vapour_pressure(12.3, 21.5, 63, 84)
    assert vapour == printed(1.409, 3)
    assert et.mean_saturation_pressure(12.3, 21.5) == printed(1.997, 3)
    wind, pressure = et.wind_at_2_m(10 / 3.6, 10), et.air_pressure(100)
    assert (wind, pressure) == (printed(2.078, 3), printed(100.1, 1))
    assert et.saturation_slope(16.9) == printed(0.122, 3)
    assert et.psychrometric_constant(pressure) == printed(0.0666, 4)
    net = et.net_radiation(12.3, 21.5, vapour, solar, clear)
    assert et.net_longwave(12.3, 21.5, vapour, solar, clear) == printed(3.71, 2)
    assert net == printed(13.28, 2)
    assert et.penman_monteith(12.3, 21.5, vapour, net, wind, pressure) == printed(3.88, 2)


def test_example_19_an_hour_in_the_afternoon_in_senegal():
    hour = et.solar_hour(14.5, 274, longitude=16.25, zone=15)
    above = et.extraterrestrial_radiation_hour(16 + 13 / 60, 274, hour)
    assert above == printed(3.543, 3)
    assert et.clear_sky_radiation(above, 8) == printed(2.658, 3)
    night = et.solar_hour(2.5, 274, longitude=16.25, zone=15)
    assert et.extraterrestrial_radiation_hour(16 + 13 / 60, 274, night) == 0


def test_example_20_hargreaves_in_lyon_in_july():
    above = et.extraterrestrial_radiation(45 + 43 / 60, 196)
    assert above == printed(40.55, 2) and et.hargreaves(14.8, 26.6, above) == printed(5.0, 1)


@pytest.mark.parametrize("latitude", [-60, -20, 0, 35, 60, 75])
def test_hours_of_radiation_above_the_air_add_up_to_their_day(latitude):
    days = np.arange(1, 366)
    hours = np.arange(24) + 0.5
    made = et.extraterrestrial_radiation_hour(latitude, days[:, None], hours)
    assert made.min() >= 0 and made.shape == (365, 24)
    np.testing.assert_allclose(
        made.sum(1), et.extraterrestrial_radiation(latitude, days), atol=1e-9
    )


def test_the_sun_neither_rises_nor_sets_near_a_pole():
    assert et.daylight_hours(80, 355) == 0 and et.daylight_hours(80, 172) == pytest.approx(24)


def test_more_sun_than_a_clear_sky_gives_cools_no_more_than_that():
    clear = et.net_longwave(10, 20, 1.2, 30, 30)
    assert et.net_longwave(10, 20, 1.2, 33, 30) == clear > et.net_longwave(10, 20, 1.2, 27, 30)
