"""Reference evapotranspiration ET₀: how much water a lawn that lacks none gives to the air.

From the equations of R. G. Allen, L. S. Pereira, D. Raes and M. Smith, "Crop evapotranspiration:
guidelines for computing crop water requirements", FAO Irrigation and Drainage Paper 56, Rome 1998;
their numbers stand with each function. All take and give floats or arrays of them, broadcast as
NumPy does. Temperatures are in °C, pressures in kPa, radiation in MJ/m² a day (or an hour, where
that is said), depths of water in mm, latitudes in degrees with north above 0.
"""

import numpy as np

#: MJ/m² a minute, above the air.
SOLAR_CONSTANT = 0.0820

#: MJ/m² a day and K⁴.
STEFAN_BOLTZMANN = 4.903e-9

#: Of short waves, the share that a lawn throws back.
ALBEDO = 0.23

#: mm of water that one MJ/m² evaporates (equation 20).
MM_PER_MJ = 0.408


def saturation_pressure(celsius):
    """Vapour pressure of saturated air, kPa (equation 11)."""
    return 0.6108 * np.exp(17.27 * celsius / (celsius + 237.3))


def mean_saturation_pressure(lowest, highest):
    """Of a day with these temperatures, kPa (equation 12): the mean of both, for it bends."""
    return (saturation_pressure(lowest) + saturation_pressure(highest)) / 2


def saturation_slope(celsius):
    """How steeply saturation pressure rises, kPa/°C (equation 13)."""
    return 4098 * saturation_pressure(celsius) / (celsius + 237.3) ** 2


def vapour_pressure(lowest, highest, least_humidity, most_humidity):
    """Of a day, kPa (equation 17), from relative humidities in percent.

    Air is most humid when it is coldest.
    """
    cold = saturation_pressure(lowest) * most_humidity / 100
    warm = saturation_pressure(highest) * least_humidity / 100
    return (cold + warm) / 2


def air_pressure(metres):
    """At a height above the sea, kPa (equation 7)."""
    return 101.3 * ((293 - 0.0065 * metres) / 293) ** 5.26


def psychrometric_constant(pressure):
    """kPa/°C (equation 8), from air pressure in kPa."""
    return 0.665e-3 * pressure


def wind_at_2_m(speed, metres):
    """Wind 2 m above ground, m/s (equation 47), from one measured at another height."""
    return speed * 4.87 / np.log(67.8 * metres - 5.42)


def sun_distance(day):
    """Inverse relative distance from earth to sun (equation 23); `day` of the year, 1 to 366."""
    return 1 + 0.033 * np.cos(2 * np.pi * day / 365)


def declination(day):
    """Of the sun, radians (equation 24)."""
    return 0.409 * np.sin(2 * np.pi * day / 365 - 1.39)


def sunset_angle(latitude, day):
    """How far the sun turns from noon to sunset, radians (equation 25).

    Where it never rises, 0; where it never sets, π.
    """
    cosine = -np.tan(np.radians(latitude)) * np.tan(declination(day))
    return np.arccos(np.clip(cosine, -1, 1))


def extraterrestrial_radiation(latitude, day):
    """Ra, above the air, MJ/m² a day (equation 21)."""
    sunset = sunset_angle(latitude, day)
    return 720 * _flux(latitude, day, -sunset, sunset)


def extraterrestrial_radiation_hour(latitude, day, hour):
    """Ra of the hour around `hour`, MJ/m² an hour (equation 28).

    Args:
        latitude: degrees.
        day: of the year.
        hour: its middle by the sun, 0 to 24: at 12 the sun is highest.
    """
    middle, sunset = np.pi / 12 * (hour - 12), sunset_angle(latitude, day)
    start, end = (
        np.clip(middle + half, -sunset, sunset) for half in (-np.pi / 24, np.pi / 24)
    )  # the part of the hour in which the sun is up
    return 720 * _flux(latitude, day, start, end)


def solar_hour(clock, day, longitude, zone):
    """Middle of an hour by the sun (equations 31 to 33), from its middle by the clock.

    Args:
        clock: hours, 0 to 24; from 14:00 to 15:00 it is 14.5.
        day: of the year.
        longitude, zone: of the place, and of the middle of its time zone, degrees *west*.
    """
    b = 2 * np.pi * (day - 81) / 364
    correction = 0.1645 * np.sin(2 * b) - 0.1255 * np.cos(b) - 0.025 * np.sin(b)
    return clock + 0.06667 * (zone - longitude) + correction


def daylight_hours(latitude, day):
    """From sunrise to sunset, hours (equation 34)."""
    return 24 / np.pi * sunset_angle(latitude, day)


def solar_radiation(above, sunshine, daylight):
    """Rs, at the ground, MJ/m² a day (equation 35), from Ra and hours of sun and of day."""
    return (0.25 + 0.50 * sunshine / daylight) * above


def clear_sky_radiation(above, metres):
    """Rso, at the ground without clouds, MJ/m² (equation 37), from Ra and height above the sea."""
    return (0.75 + 2e-5 * metres) * above


def net_shortwave(solar):
    """Rns, what a lawn keeps of Rs, MJ/m² (equation 38)."""
    return (1 - ALBEDO) * solar


def net_longwave(lowest, highest, vapour, solar, clear):
    """Rnl, what is lost as heat radiation, MJ/m² a day (equation 39).

    Args:
        lowest, highest: of the day, °C.
        vapour: vapour pressure, kPa.
        solar, clear: Rs and Rso, MJ/m² a day; of their ratio at most 1 counts.
    """
    warmth = ((highest + 273.16) ** 4 + (lowest + 273.16) ** 4) / 2
    clouds = 1.35 * np.minimum(np.divide(solar, clear), 1) - 0.35
    return STEFAN_BOLTZMANN * warmth * (0.34 - 0.14 * np.sqrt(vapour)) * clouds


def net_radiation(lowest, highest, vapour, solar, clear):
    """Rn, MJ/m² a day (equation 40); arguments as of net_longwave."""
    return net_shortwave(solar) - net_longwave(lowest, highest, vapour, solar, clear)


def penman_monteith(lowest, highest, vapour, net, wind, pressure, into_soil=0.0):
    """ET₀ of a day, mm (equation 6).

    Args:
        lowest, highest: temperatures of the day, °C.
        vapour: vapour pressure, kPa.
        net: net radiation, MJ/m² a day.
        wind: 2 m above ground, m/s.
        pressure: of the air, kPa.
        into_soil: heat that goes into the ground, MJ/m² a day; hardly any from day to day.
    """
    mean = (lowest + highest) / 2
    slope, gamma = saturation_slope(mean), psychrometric_constant(pressure)
    lacking = mean_saturation_pressure(lowest, highest) - vapour
    by_sun = MM_PER_MJ * slope * (net - into_soil)
    by_wind = gamma * 900 / (mean + 273) * wind * lacking
    return (by_sun + by_wind) / (slope + gamma * (1 + 0.34 * wind))


def hargreaves(lowest, highest, above):
    """ET₀ of a day, mm (equation 52), from temperatures alone and Ra in MJ/m² a day."""
    mean = (lowest + highest) / 2
    return 0.0023 * (mean + 17.8) * np.sqrt(highest - lowest) * above * MM_PER_MJ


def _flux(latitude, day, start, end):
    """Of equations 21 and 28 what they share: MJ/m² a minute × radians, × 1/π, from sun's angle
    `start` to `end`."""
    high = np.sin(np.radians(latitude)) * np.sin(declination(day))
    wide = np.cos(np.radians(latitude)) * np.cos(declination(day))
    turned = (end - start) * high + wide * (np.sin(end) - np.sin(start))
    return SOLAR_CONSTANT * sun_distance(day) * turned / np.pi
