"""Sites: a climate, a soil and a crop each; and what a year on them is like, by the hour."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.fields.simulated.crops import CROPS, TEXTURES
from tinyml_helpers.datasets.fields.simulated.soil import Planting, Soil, SoilWater, soil
from tinyml_helpers.datasets.fields.simulated.weather import Climate, climate, weather

#: The first site kept for tests: no model trains on sites from this number on.
TEST_SITES = 1_000_000

#: A site's own generator starts from this and its number.
_SEED = 0x6669_656C

#: Years that there are.
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Site(NamedTuple):
    """A field that doesn't exist.

    Attributes:
        number: int; `site(number)` makes it again.
        climate: its Climate.
        soil: its Soil.
        planting: its Planting, the same every year.
        filled: how full its soil is on 1 January, 0 (wilting point) to 1 (field capacity).
    """

    number: int
    climate: Climate
    soil: Soil
    planting: Planting
    filled: float


class Year(NamedTuple):
    """What happened on a site; float [hours] each but for `site` and `times`.

    Attributes:
        site: the Site.
        times: datetime64[h], the hour's begin, by the sun.
        rain, irrigation: mm.
        temperature: of the air, °C.
        radiation: MJ/m².
        et0: reference evapotranspiration, mm.
        moisture_5cm, moisture_root: at the hour's end, percent by volume: of the upper 10 cm, and
            down to the deepest roots.
        stress: Ks, 1 for none to 0; 1 where nothing grows.
        evaporation, transpiration, drainage, runoff: mm.
    """

    site: Site
    times: np.ndarray
    rain: np.ndarray
    irrigation: np.ndarray
    temperature: np.ndarray
    radiation: np.ndarray
    et0: np.ndarray
    moisture_5cm: np.ndarray
    moisture_root: np.ndarray
    stress: np.ndarray
    evaporation: np.ndarray
    transpiration: np.ndarray
    drainage: np.ndarray
    runoff: np.ndarray


class Now(NamedTuple):
    """What a controller sees at the begin of an hour; arrays are float [sites].

    Attributes:
        hour: of the year, an int from 0.
        time: datetime64[h].
        moisture_5cm, moisture_root: percent by volume, at the begin of the hour.
        depletion, available: the roots' water that is missing, and all that they can have: Dr and
            TAW, mm. Only a simulator knows them; a real controller has sensors.
        rain, temperature, et0: float [sites, hours] up to and without this hour, mm and °C.
    """

    hour: int
    time: np.datetime64
    moisture_5cm: np.ndarray
    moisture_root: np.ndarray
    depletion: np.ndarray
    available: np.ndarray
    rain: np.ndarray
    temperature: np.ndarray
    et0: np.ndarray


def site(number):
    """The Site of a number, 0 or above: the same number is the same site.

    Raises:
        ValueError: the number isn't one.
    """
    if not isinstance(number, int | np.integer) or isinstance(number, bool) or number < 0:
        raise ValueError(f"a site's number is a whole number from 0 up, not {number!r}")
    rng = np.random.default_rng([_SEED, int(number)])
    where = climate(rng)
    ground = soil(str(rng.choice(list(TEXTURES))), rng.random())
    name = str(rng.choice(list(CROPS)))
    spring = 85 + (where.latitude - 25) * 1.4 + rng.uniform(-10, 10)
    planting = Planting(name, round(spring), rng.uniform(*CROPS[name].roots))
    return Site(int(number), where, ground, planting, rng.uniform(0.6, 1))


def season(number, year, irrigation=None):
    """A Year of one site; see `years`, to which one number is given.

    Args:
        number: the site's.
        year: which, an int from 1900 to 2100.
        irrigation: None, float [hours] in mm, or a callable of a Now (arrays of one value).
    """
    series = irrigation
    if irrigation is not None and not callable(irrigation):
        series = np.asarray(irrigation, np.float64)[None]
    return years([number], year, series)[0]


def years(numbers, year, irrigation=None):
    """The same year on some sites, side by side: that costs little more than one.

    A site's weather in a year is the same, however it is irrigated, and with whatever neighbours.

    Args:
        numbers: the sites', a list of ints, one or more.
        year: which, an int from 1900 to 2100.
        irrigation: how much water is given. None for none; float [sites, hours] in mm; or a
            callable that is asked at the begin of each hour with a Now, and answers with mm, one
            number or float [sites].

    Returns:
        A list of Year, one for each number.

    Raises:
        ValueError: a number or the year isn't one, or irrigation is of the wrong shape, below 0 or
            no number.
    """
    if not isinstance(year, int | np.integer) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year is {year!r}: give a whole number, {FIRST_YEAR} to {LAST_YEAR}")
    if not np.iterable(numbers):
        raise ValueError(f"numbers is {numbers!r}: give a list of sites' numbers, or use season")
    sites = [site(number) for number in numbers]
    if not sites:
        raise ValueError("there is no site: give the numbers of one or more")
    skies = [
        weather(one.climate, int(year), np.random.default_rng([_SEED, one.number, int(year)]))
        for one in sites
    ]
    times = skies[0].times
    rain, temperature, radiation, et0 = (
        np.array([getattr(sky, name) for sky in skies])
        for name in ("rain", "temperature", "radiation", "et0")
    )
    decide = irrigation if callable(irrigation) else _given(irrigation, rain.shape)
    water = SoilWater(
        [one.soil for one in sites],
        [one.planting for one in sites],
        np.array([one.filled for one in sites]),
    )
    made = np.empty((len(times), 8, len(sites)))
    for hour in range(len(times)):
        now = None
        if callable(irrigation):
            past = (series[:, :hour] for series in (rain, temperature, et0))
            levels = water.moisture_5cm, water.moisture_root, *water.root_water(1 + hour // 24)
            now = Now(hour, times[hour], *levels, *past)
        given = _checked(decide(now), hour, len(sites)) if now else decide[:, hour]
        flows = water.step(rain[:, hour], given, et0[:, hour], 1 + hour // 24)
        made[hour] = (given, water.moisture_5cm, water.moisture_root, flows.stress, *flows[:4])
    given, upper, root, stress, *gone = made.transpose(1, 2, 0)
    rows = zip(rain, given, temperature, radiation, et0, upper, root, stress, *gone, strict=True)
    return [Year(one, times, *row) for one, row in zip(sites, rows, strict=True)]


def _given(irrigation, shape):
    """Irrigation that is known beforehand, float [sites, hours]."""
    if irrigation is None:
        return np.zeros(shape)
    made = np.asarray(irrigation, np.float64)
    if made.shape != shape:
        raise ValueError(f"irrigation is {list(made.shape)}: give mm {list(shape)}, hour by hour")
    if not (made.min() >= 0 and np.isfinite(made).all()):
        raise ValueError("irrigation is below 0 or no number somewhere: give mm from 0 up")
    return made


def _checked(answer, hour, count):
    """What a controller decided, float [sites]."""
    made = np.asarray(answer, np.float64)
    if made.shape not in ((), (count,)) or not (np.isfinite(made).all() and np.all(made >= 0)):
        raise ValueError(
            f"the controller answered {answer!r} in hour {hour}: give mm from 0 up, one number or "
            f"one for each of {count} sites"
        )
    return np.broadcast_to(made, (count,))
