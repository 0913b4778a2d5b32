"""Weather that might have been, after WGEN, by the hour.

Rain, temperatures and radiation of days are those of C. W. Richardson and D. A. Wright, "WGEN: a
model for generating daily weather variables", USDA Agricultural Research Service ARS-8, 1984:
whether it rains depends on whether it rained the day before (a Markov chain of two states), how
much is gamma distributed; the other three are an autoregression of order one, around means that
depend on the season and on rain. Hours are made from days here.
"""

import datetime
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.fields.simulated import evapotranspiration as et

#: Correlations of residuals of highest and lowest temperature and radiation, after a day and on one
#: day, as matrices A and B of x(t) = A x(t - 1) + B e(t) (Richardson and Wright 1984).
_AFTER = np.array([[0.567, 0.086, -0.002], [0.253, 0.504, -0.050], [-0.006, -0.039, 0.244]])
_NOISE = np.array([[0.781, 0, 0], [0.328, 0.637, 0], [0.238, -0.341, 0.873]])

#: Days of the year in the middle of months.
_MIDDLES = np.array([15.5, 45, 74.5, 105, 135.5, 166, 196.5, 227.5, 258, 288.5, 319, 349.5])

#: Hours at which it is coldest and warmest.
_COLDEST, _WARMEST = 5.0, 15.0

#: Of a clear sky's radiation a day has at least this share.
_DARKEST = 0.1


class Climate(NamedTuple):
    """Weather as it usually is; float [12], a value a month, unless said.

    Attributes:
        latitude, elevation: a float each: degrees north, and metres above the sea.
        wind: m/s at 2 m, a float, the same all year.
        dew: °C that air must cool below the night's lowest for dew, a float; more where it is dry.
        wet_after_dry, wet_after_wet: chance of rain on a day, by the day before.
        shape, scale: of the gamma distribution of a wet day's rain; scale in mm.
        highest, lowest: of a dry day's temperatures the mean, °C.
        cooler: by how much a wet day's highest is lower, °C, a float.
        spread: standard deviation of both temperatures, °C.
        clear, clouded: of a dry and of a wet day, the mean share of a clear sky's radiation.
        clear_spread: its standard deviation, a float.
    """

    latitude: float
    elevation: float
    wind: float
    dew: float
    wet_after_dry: np.ndarray
    wet_after_wet: np.ndarray
    shape: np.ndarray
    scale: np.ndarray
    highest: np.ndarray
    lowest: np.ndarray
    cooler: float
    spread: np.ndarray
    clear: np.ndarray
    clouded: np.ndarray
    clear_spread: float


class Weather(NamedTuple):
    """A year by the hour; float [hours] but for `times`.

    Attributes:
        times: datetime64[h], the hour's begin, by the sun.
        rain: mm.
        temperature: °C, in the hour's middle.
        radiation: MJ/m².
        et0: reference evapotranspiration, mm.
    """

    times: np.ndarray
    rain: np.ndarray
    temperature: np.ndarray
    radiation: np.ndarray
    et0: np.ndarray


def climate(rng):
    """A Climate somewhere from 25 to 60° north, humid to semi-arid.

    Args:
        rng: a NumPy Generator; the same state is the same climate.
    """
    latitude, dryness = rng.uniform(25, 60), rng.random()
    elevation = rng.uniform(0, 800)
    north = (latitude - 25) / 35
    season = np.cos(2 * np.pi * (_MIDDLES - 201) / 365)  # 1 late in July
    mean = 23 - 17 * north - 0.005 * elevation + rng.normal(0, 1.2)
    swing = 7 + 5 * north + rng.uniform(-2, 3)
    day_night = 7.5 + 6 * dryness + rng.uniform(-1, 1) + 1.5 * season
    rainy = 1 + rng.uniform(-0.6, 0.6) * season  # above 1 in summer, or in winter
    after_dry = np.clip((0.34 - 0.24 * dryness + rng.normal(0, 0.02)) * rainy, 0.02, 0.6)
    after_wet = np.clip(after_dry + rng.uniform(0.15, 0.3), 0.1, 0.85)
    return Climate(
        latitude=latitude,
        elevation=elevation,
        wind=rng.uniform(1.5, 3),
        dew=3 * dryness,
        wet_after_dry=after_dry,
        wet_after_wet=after_wet,
        shape=np.full(12, rng.uniform(0.6, 0.9)),
        scale=rng.uniform(6, 10) * (1 + 0.3 * season),
        highest=mean + swing * season + day_night / 2,
        lowest=mean + swing * season - day_night / 2,
        cooler=rng.uniform(1, 4),
        spread=(3 + 2 * north) * (1 - 0.25 * season),
        clear=np.clip(0.72 + 0.16 * dryness + 0.05 * season, 0, 0.95),
        clouded=np.full(12, rng.uniform(0.4, 0.55)),
        clear_spread=rng.uniform(0.12, 0.18),
    )


def weather(place, year, rng):
    """A year's Weather.

    Args:
        place: a Climate.
        year: which, an int: its days are counted as the calendar has them.
        rng: a NumPy Generator; the same state is the same weather.
    """
    first = datetime.date(year, 1, 1)
    count = (datetime.date(year + 1, 1, 1) - first).days
    days = np.arange(1, count + 1)
    rain = _rain(place, days, rng)
    lowest, highest, share = _temperatures_and_share(place, days, rain > 0, rng)
    above = et.extraterrestrial_radiation(place.latitude, days)
    clear = et.clear_sky_radiation(above, place.elevation)
    solar, vapour = share * clear, et.saturation_pressure(lowest - place.dew)
    net = et.net_radiation(lowest, highest, vapour, solar, clear)
    pressure = et.air_pressure(place.elevation)
    et0 = np.maximum(et.penman_monteith(lowest, highest, vapour, net, place.wind, pressure), 0)
    hours = np.arange(24) + 0.5
    sun = et.extraterrestrial_radiation_hour(place.latitude, days[:, None], hours) / above[:, None]
    begins = np.datetime64(first, "h")
    return Weather(
        begins + np.arange(24 * count),
        (rain[:, None] * _storms(count, rng)).ravel(),
        _hourly_temperature(lowest, highest),
        (solar[:, None] * sun).ravel(),
        (et0[:, None] * sun).ravel(),  # water leaves while the sun shines
    )


def by_day(months, days):
    """Values of days of the year, float [days], between those of months, float [12]."""
    return np.interp(days, _MIDDLES, months, period=365)


def _rain(place, days, rng):
    """mm a day: a chain of wet and dry days, and gamma amounts on wet ones."""
    after_dry, after_wet, shape, scale = (
        by_day(months, days)
        for months in (place.wet_after_dry, place.wet_after_wet, place.shape, place.scale)
    )
    drawn = rng.random(len(days) + 1)
    wet = drawn[-1] < after_dry[0] / (1 + after_dry[0] - after_wet[0])
    made = np.zeros(len(days), bool)
    for i in range(len(days)):
        wet = drawn[i] < (after_wet[i] if wet else after_dry[i])
        made[i] = wet
    return np.where(made, rng.gamma(shape, scale), 0.0)


def _temperatures_and_share(place, days, wet, rng):
    """Lowest and highest °C of each day, and its share of a clear sky's radiation."""
    noise = rng.standard_normal((len(days) + 30, 3)) @ _NOISE.T
    state, residuals = np.zeros(3), np.empty((len(days) + 30, 3))
    for i, fresh in enumerate(noise):
        state = _AFTER @ state + fresh
        residuals[i] = state
    high, low, bright = residuals[30:].T
    spread = by_day(place.spread, days)
    highest = by_day(place.highest, days) - place.cooler * wet + spread * high
    lowest = by_day(place.lowest, days) + 0.8 * spread * low
    lowest, highest = np.minimum(lowest, highest - 1), np.maximum(highest, lowest + 1)
    usual = np.where(wet, by_day(place.clouded, days), by_day(place.clear, days))
    return lowest, highest, np.clip(usual + place.clear_spread * bright, _DARKEST, 1)


def _storms(count, rng):
    """Which share of a day's rain falls in each hour, float [count, 24]: one to three storms."""
    hours = np.arange(24)
    shares = np.zeros((count, 24))
    number = rng.integers(1, 4, count)
    for storm in range(3):
        begins = rng.integers(0, 24, count)[:, None]
        lasts = np.minimum(rng.geometric(0.3, count), 12)[:, None]
        size = rng.exponential(1, (count, 1)) * (storm < number)[:, None]
        falling = (hours >= begins) & (hours < begins + lasts)
        shares += size * falling * rng.exponential(1, (count, 24)) / lasts
    return shares / shares.sum(1, keepdims=True)


def _hourly_temperature(lowest, highest):
    """Half waves from each day's lowest to its highest and on to the next day's lowest."""
    count = len(lowest)
    when = (np.arange(count)[:, None] * 24 + np.array([_COLDEST, _WARMEST])).ravel()
    what = np.stack([lowest, highest], 1).ravel()
    when = np.concatenate([[when[1] - 24], when, [when[-2] + 24]])
    what = np.concatenate([highest[:1], what, lowest[-1:]])
    hours = np.arange(24 * count) + 0.5
    before = np.searchsorted(when, hours, side="right") - 1
    way = (hours - when[before]) / (when[before + 1] - when[before])
    return what[before] + (what[before + 1] - what[before]) * (1 - np.cos(np.pi * way)) / 2
