"""Watering by a rule: once a day, on many simulated fields at once, from a probe among the roots.

    rule = rules.threshold(line=0.5, dose_mm=15)
    irrigation.season_under(rule, 7, 2020)             # one field: what a panel draws
    irrigation.seasons_under(rule, range(60), 2020)    # many, in a second or two

At 6 o'clock each day of its crop's season a field is watered or not. What a rule may go by is in a
Morning: nothing of it is known to the simulator alone, but where rain to come is called known.
"""

import functools
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.datasets.fields import simulated

#: When fields are watered: this hour of the day.
HOUR = 6

#: The probe is calibrated in its soil: its noise (standard deviation) and steps, percent by volume.
NOISE, STEP = 0.1, 0.1

#: Ks of a day, on average, below which the crop is under stress.
STRESS = 0.95

#: What is known of rain to come: nothing, all of it, or what a forecast says that is often wrong.
UNKNOWN, KNOWN, FORETOLD = "unknown", "known", "foretold"
RAIN = (UNKNOWN, KNOWN, FORETOLD)

#: The foretold rain of each of the next seven times 24 hours: with this chance it is that of some
#: other day of the year, and it is off by a factor whose logarithm has this standard deviation.
WRONG_DAY, WRONG_AMOUNT = 0.2, 0.5

#: Hours of a Morning: the model's week, two more for what was before it, in whole days.
WINDOW = 192

_SEED = 0x77617465


class Rule(NamedTuple):
    """When to water; see rules.py.

    Attributes:
        waters: a callable of a Morning, to bool [fields].
        dose_mm: how much.
        rain: of RAIN, what is known of rain to come.
    """

    waters: object
    dose_mm: float
    rain: str = UNKNOWN


class Morning(NamedTuple):
    """What a rule may go by, of the fields in season alone; the last of WINDOW hours just ended.

    Attributes:
        days: int [fields], since the crop was sown.
        start: datetime64[h], when the first hour began.
        readings: float [fields, WINDOW], of the probe at each hour's end, percent by volume.
        lowest, highest: float [fields], of all its readings since 1 January.
        water: float [fields, WINDOW], rain and irrigation, mm.
        temperature: float [fields, WINDOW], of the air, °C.
        ahead: float [fields, 3], mm of rain of the next 24, 72 and 168 hours; None if unknown.
        dry, full: float [fields], the soil's wilting point and field capacity, percent by volume.
    """

    days: np.ndarray
    start: np.datetime64
    readings: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    water: np.ndarray
    temperature: np.ndarray
    ahead: np.ndarray | None
    dry: np.ndarray
    full: np.ndarray

    def share(self, moisture):
        """Percent by volume, float [fields], as what plants can use of it: 0 at the wilting point
        and below, 1 at field capacity. A farmer who knows the soil's kind knows both from a table.
        """
        return np.maximum((moisture - self.dry) / (self.full - self.dry), 0)


class Season(NamedTuple):
    """A field's year under a rule.

    Attributes:
        year: the simulated Year: times, rain, irrigation, moisture_root, stress, ..., by the hour.
        readings: float [hours], of the probe, when the hour begins; percent by volume.
        growing: bool [days], the crop's season.
        stressed: bool [days], Ks below STRESS on average while something grows.
        mm: water given, a float.
        stressed_days: how many, an int.
        dry, full: the soil's wilting point and field capacity, percent by volume: lines at 0 and 1.
    """

    year: simulated.Year
    readings: np.ndarray
    growing: np.ndarray
    stressed: np.ndarray
    mm: float
    stressed_days: int
    dry: float
    full: float


def season_under(rule, number, year):
    """The Season of one site; see `seasons_under`."""
    return seasons_under(rule, [number], year)[0]


def seasons_under(rule, numbers, year):
    """The same year on some sites, each watered by one rule.

    A site's weather, and what its probe is off by in each hour, is the same under all rules.

    Args:
        rule: a Rule of rules.py; None for no water at all.
        numbers: the sites', a list of ints.
        year: which, an int.

    Returns:
        A list of Season, one for each number.

    Raises:
        ValueError: rule is no Rule, or a number or the year is none.
    """
    if rule is not None and not isinstance(rule, Rule):
        raise ValueError(f"the rule is {rule!r}: give one of rules.py, such as threshold(0.5, 15)")
    rule = rule or Rule(lambda morning: np.zeros(len(morning.days), bool), 0.0)
    watering = _Watering(rule, _unwatered(tuple(numbers), year))
    made = simulated.years(numbers, year, watering)
    return [_season(*of) for of in zip(made, watering.readings, watering.growing, strict=True)]


class _Watering:
    """A controller of simulated.years that follows a rule.

    Attributes:
        readings: float [fields, hours], NaN where there was none yet.
        growing: bool [fields, days].
    """

    def __init__(self, rule, unwatered):
        hours = len(unwatered[0].times)
        sites = [one.site for one in unwatered]
        days = np.arange(1, 1 + hours // 24)
        sown = np.array([one.planting.day for one in sites])
        last = sown + [sum(simulated.CROPS[one.planting.crop].stages) for one in sites]
        self.growing = (days >= sown[:, None]) & (days < last[:, None])
        self.readings = np.full((len(sites), hours), np.nan)
        self._rule, self._sown = rule, sown
        self._given = np.zeros((len(sites), hours))
        year = unwatered[0].times[0].astype("datetime64[Y]").astype(int) + 1970
        rngs = [np.random.default_rng([_SEED, one.number, int(year)]) for one in sites]
        self._noise = np.array([rng.normal(0, NOISE, hours) for rng in rngs])
        self._ahead = None
        if rule.rain != UNKNOWN:
            ahead = [
                rain_ahead(one.rain, rng if rule.rain == FORETOLD else None)
                for one, rng in zip(unwatered, rngs, strict=True)
            ]
            self._ahead = np.array(ahead)
        self._dry, self._full = (
            np.array([100 * getattr(one.soil, name) for one in sites])
            for name in ("wilting_point", "field_capacity")
        )

    def __call__(self, now):
        reading = np.rint((now.moisture_root + self._noise[:, now.hour]) / STEP) * STEP
        self.readings[:, now.hour] = np.maximum(reading, 0)
        day, hour = divmod(now.hour, 24)
        (rows,) = np.nonzero(self.growing[:, day])
        if hour != HOUR or not len(rows):
            return 0.0
        mm = self._given[:, now.hour]
        mm[rows] = self._rule.dose_mm * self._rule.waters(self._morning(now, rows))
        return mm

    def _morning(self, now, rows):
        day, end = now.hour // 24, now.hour
        until = self.readings[rows, : end + 1]
        return Morning(
            days=day + 1 - self._sown[rows],
            start=now.time - np.timedelta64(WINDOW, "h"),
            readings=until[:, -WINDOW:],
            lowest=until.min(1),
            highest=until.max(1),
            water=now.rain[rows, -WINDOW:] + self._given[rows, end - WINDOW : end],
            temperature=now.temperature[rows, -WINDOW:],
            ahead=None if self._ahead is None else self._ahead[rows, day],
            dry=self._dry[rows],
            full=self._full[rows],
        )


def rain_ahead(rain, rng=None):
    """Rain to come, each day at HOUR.

    Args:
        rain: float [hours], mm, of whole days.
        rng: a NumPy Generator, to have it wrong as foretold rain is; None for the truth.

    Returns:
        float [days, 3], mm of the next 24, 72 and 168 hours. After the last hour it is dry.
    """
    days = len(rain) // 24
    longest = c_node.AHEAD_HOURS[-1] // 24
    daily = np.append(rain[HOUR:], np.zeros(HOUR)).reshape(days, 24).sum(1)
    which = np.arange(days)[:, None] + np.arange(longest)
    told = np.append(daily, np.zeros(longest))[which]
    if rng is not None:
        wrong = rng.random(told.shape) < WRONG_DAY
        told = np.where(wrong, rng.choice(daily, told.shape), told)
        told = told * np.exp(rng.normal(0, WRONG_AMOUNT, told.shape))
    return told.cumsum(1)[:, [hours // 24 - 1 for hours in c_node.AHEAD_HOURS]]


@functools.lru_cache(maxsize=4)
def _unwatered(numbers, year):
    """Years of sites with rain only: what rain falls doesn't depend on who waters."""
    return simulated.years(numbers, year)


def _season(year, readings, growing):
    stressed = growing & (year.stress.reshape(-1, 24).mean(1) < STRESS)
    soil = year.site.soil
    return Season(
        year=year,
        readings=readings,
        growing=growing,
        stressed=stressed,
        mm=float(year.irrigation.sum()),
        stressed_days=int(stressed.sum()),
        dry=100 * soil.wilting_point,
        full=100 * soil.field_capacity,
    )
