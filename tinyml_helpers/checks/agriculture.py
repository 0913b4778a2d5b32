"""Checks for the lesson Agriculture."""

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.hints import near, refuse
from tinyml_helpers.checks.answers.kinds import NUMBER, PLACES, function, several
from tinyml_helpers.checks.answers.words import shown


@exercise(
    1,
    function(NUMBER),
    why="Soil hardly moves from one day to the next, so saying that nothing changes looks clever "
    "by any other measure. Skill asks what you add to it",
)
def skill(answer):
    """1 less the forecast's mean absolute error over persistence's, on days that are whole."""
    rng = np.random.default_rng(8)
    for missing in ((), (5, 11), (2,)):
        now = 20 + rng.normal(0, 4, 40)
        truth = now + rng.normal(0.5, 2, 40)
        forecast = now + 0.6 * (truth - now) + rng.normal(0, 0.3, 40)
        truth[list(missing)] = np.nan
        if len(missing) == 1:
            now[7], forecast[9] = np.nan, np.nan
        given = answer(forecast.copy(), truth.copy(), now.copy())
        whole = ~np.isnan(truth + now + forecast)
        error, usual = np.abs(forecast - truth), np.abs(now - truth)
        right = 1 - error[whole].mean() / usual[whole].mean()
        if near(given, right):
            continue
        squares = np.sum(error[whole] ** 2)
        roots = squares / np.sum(usual[whole] ** 2)
        all_there_is = 1 - np.nanmean(error) / np.nanmean(usual)
        about_mean = np.sum((truth[whole] - truth[whole].mean()) ** 2)
        ways = {
            "that is percent: 1 is perfect, not 100": 100 * right,
            "that is the share of the error that is left: how much is gone?": 1 - right,
            "the sign: less error than persistence is above 0": -right,
            "that is one error over the other the wrong way round": 1 - 1 / (1 - right),
            "that is R², which compares with the mean": 1 - squares / about_mean,
            "take absolute errors, not their squares": 1 - roots,
            "take absolute errors, not roots of their squares": 1 - np.sqrt(roots),
            "first both means, then one over the other": 1 - (error / usual)[whole].mean(),
            "where one of the three is NaN, leave that day out of both errors": all_there_is,
        }
        gaps = f", of which {40 - whole.sum()} have a NaN" if missing else ""
        said = f"for 40 days{gaps}, you give {given:.4g}"
        refuse(said, given, ways, "two mean absolute errors, one over the other, less than 1")


#: T, u, Rn, Δ, γ and lacking: FAO-56's example 18, and a day of ours.
_DAYS = (
    (16.9, 2.078, 13.28, 0.122, 0.0666, 0.589),
    (28.0, 3.5, 17.0, 0.220, 0.0660, 1.900),
)


@exercise(
    2,
    function(NUMBER),
    why="Radiation brings the energy, dry wind takes the vapour away. A few millimetres a day is "
    "all that a field loses, and it is what irrigation has to give back",
)
def penman_monteith(answer):
    """Reference evapotranspiration of a day, mm."""
    for celsius, wind, net, slope, gamma, lacking in _DAYS:
        given = answer(celsius, wind, net, slope, gamma, lacking)
        sun, air = 0.408 * slope * net, gamma * 900 / (celsius + 273) * wind * lacking
        below = slope + gamma * (1 + 0.34 * wind)
        if np.isclose(given, (sun + air) / below, rtol=1e-3):  # 0 °C may be 273.15 K
            continue
        ways = {
            "0.408 turns megajoules into millimetres": (sun / 0.408 + air) / below,
            "all above the line is divided by all below it: brackets": sun + air / below,
            "where is what the wind does?": sun / below,
            "where is what the sun does?": air / below,
            "both parts add up": (sun - air) / below,
            "900 is divided by kelvins, °C and 273": (sun + air * (1 + 273 / celsius)) / below,
            "T + 273 wants a bracket": (sun + gamma * 900 / celsius + 273 * wind * lacking) / below,
            "Δ + γ (1 + 0.34 u) wants a bracket": (sun + air) / slope + below - slope,
            "where is the vapour that the air lacks?": (sun + air / lacking) / below,
            "the wind is missing in the numerator": (sun + air / wind) / below,
            "the wind is missing in the denominator": (sun + air) / (slope + gamma),
            "γ stands before the bracket": (sun + air) / (slope + gamma + 0.34 * wind),
            "and divided by Δ + γ (1 + 0.34 u)?": sun + air,
        }
        said = f"for {celsius:g} °C, {wind:g} m/s, {net:g} MJ, Δ {slope:g}, γ {gamma:g} and "
        said += f"{lacking:g} kPa you give {given:.4g} mm"
        refuse(said, given, ways, "compare with the formula, term by term")


#: Level, water, what the crop would drink, capacity; mm.
_BUCKETS = ((50, 0, 5, 100), (50, 20, 5, 100), (95, 20, 5, 100), (3, 0, 5, 100), (0, 2, 6, 80))


@exercise(
    3,
    function(several(NUMBER, 2, "two numbers: the level in the evening, and what drained, in mm")),
    why="A few lines of arithmetic follow a summer, for water comes from somewhere and goes "
    "somewhere",
)
def next_day(answer):
    """The bucket's level after a day, and what drained."""
    for level, water, wanted, capacity in _BUCKETS:
        given = answer(level, water, wanted, capacity)
        full = min(level + water, capacity)
        evening, drained = max(full - wanted, 0), level + water - full
        if near(given, [evening, drained]):
            continue
        late = level + water - wanted
        over = max(late - capacity, 0)
        ways = {
            "the level comes first, then what drained": [drained, evening],
            "there can't be less than nothing in it, nor more than fits": [late, 0],
            "what drained is no longer there": [late, drained],
            "what is too much drains before the crop drinks": [late - over, over],
            "the crop hasn't drunk yet": [full, drained],
            "nothing drains while there is room": [evening, level + water - capacity],
            "what the crop drinks doesn't drain": [evening, full - evening],
        }
        said = f"from {level} mm in a bucket of {capacity}, with {water} mm of water and a crop "
        said += f"that wants {wanted}, you give a level of {given[0]:.4g}, {given[1]:.4g} drained"
        refuse(said, given, ways, "water in, what is too much out, then the crop's share")


@exercise(
    4,
    function(PLACES),
    why="The hour before has the same weather and the same soil: whoever has seen it knows the "
    "answer. Keep whole sites and whole years, and nothing of them on the other side",
)
def training_rows(answer):
    """Places of rows to learn from: neither of a kept site nor of a kept year."""
    cases = (
        (["a", "a", "b", "b", "c", "c"], [2018, 2019, 2018, 2019, 2018, 2019], ["c"], [2019]),
        ([7, 7, 7, 12, 12, 12], [2017, 2018, 2019, 2017, 2018, 2019], [12], [2017, 2018]),
    )
    for sites, years, kept_sites, kept_years in cases:
        given = answer(sites, years, kept_sites, kept_years)
        rows = zip(sites, years, strict=True)
        off = [(site in kept_sites, year in kept_years) for site, year in rows]
        if sorted(given) == [place for place, which in enumerate(off) if not any(which)]:
            continue
        said = f"of the sites {shown(sites)} in the years {shown(years)}, with {shown(kept_sites)} "
        said += f"and {shown(kept_years)} kept, "
        said += f"you learn from {shown(given)}"
        if len(set(given) & set(range(len(off)))) < len(given):
            raise Wrong(f"{said}: places go from 0 to {len(off) - 1}, each once at most")
        for place in sorted(given):
            if any(off[place]):
                what = " and of a ".join(np.array(["kept site", "kept year"])[list(off[place])])
                raise Wrong(f"{said}: row {place} is of a {what}")
        raise Wrong(f"{said}, and leave out some whose site and year aren't kept")


@exercise(
    5,
    function(NUMBER),
    why="A quantile can be tested like anything else: below the 10% line should lie one truth in "
    "ten. Where it doesn't, who trusts the risk is deceived",
)
def share_below(answer):
    """The share of truths that aren't above their quantile."""
    rng = np.random.default_rng(3)
    for count, gaps, lift in ((20, 0, 1.0), (50, 8, -0.7), (40, 3, 0.2)):
        truths = rng.normal(0, 1, count)
        quantiles = np.round(rng.normal(lift, 0.3, count), 1)
        truths[1] = quantiles[1]
        truths[3 : 3 + gaps] = np.nan
        known = count - gaps
        below = int(np.count_nonzero(truths <= quantiles))  # a NaN is not
        given = answer(truths.copy(), quantiles.copy())
        if near(given, below / known):
            continue
        ways = {
            "that is percent: give a share, 0 to 1": 100 * below / known,
            "that is the share above: which are below?": 1 - below / known,
            "that is how many: which share is it?": below,
            "one truth lies on its quantile: it counts, too": (below - 1) / known,
            "a truth that is NaN counts neither here nor there": below / count,
        }
        said = f"of {count} truths, {gaps} of them NaN, {below} aren't above their quantile"
        said += f", and you give {given:.4g}"
        refuse(said, given, ways, "of those that are known, which share isn't above?")


#: Stressed days and mm of water as somebody turns a rule's screw, and at which stress to compare.
_SWEEPS = (
    ([30, 20, 12, 5], [380, 430, 470, 560], 10),
    ([25, 5, 15], [400, 500, 440], 12),
)


@exercise(
    6,
    function(NUMBER),
    why="Any rule saves water if its crop may suffer, and any rule spares the crop if water is "
    "free. Compare rules where the crop suffers alike, or you compare how they were set",
)
def water_at_stress(answer):
    """Water at which a rule has so many stressed days, between the settings that were tried."""
    for stress, water, days in _SWEEPS:
        given = answer(stress, water, days)
        order, ranked = np.argsort(stress), sorted(stress)
        nearest = np.argmin(np.abs(np.array(stress) - days))
        if near(given, np.interp(days, ranked, np.array(water)[order])):
            continue
        ways = {
            "np.interp wants its x in rising order: sort first": np.interp(days, stress, water),
            "that is the nearest setting's; go between two of them": water[nearest],
            "that is the mean of all; which two lie on either side?": np.mean(water),
            "water belongs to its stress: sort both together": np.interp(days, ranked, water),
        }
        said = f"settings with {shown(stress)} stressed days took {shown(water)} mm; "
        said += f"at {days} days you give {given:.5g} mm"
        refuse(said, given, ways, "a straight line between the two settings on either side")


@exercise(
    7,
    function(PLACES),
    why="The gateway knows the last level that was sent, and that is what a new one must be "
    "compared with: many small steps are a long way",
)
def to_send(answer):
    """Which hours to send: the first, and each that is too far from the last that was sent."""
    cases = (
        ([20, 20.25, 20.75, 21, 21.25, 21.5], 0.5),
        ([20, 19.75, 19.25, 22, 22.25, 20], 0.5),
        ([20, 20.25, 20.5, 20.75, 21, 21.25, 21.5, 21.75, 22], 0.5),
    )
    for levels, delta in cases:
        given = answer(list(levels), delta)
        if given == _sent(levels, delta):
            continue
        said = f"of the levels {shown(levels)}, with {delta}, you send hours {shown(given)}"
        if 0 not in given:
            raise Wrong(f"{said}. Hint: nobody knows a level before the first is sent")
        steps = 1 + np.flatnonzero(np.abs(np.diff(levels)) > delta)
        away = np.flatnonzero(np.abs(np.array(levels) - levels[0]) > delta)
        ways = {
            "compare with the last that was sent, not with the hour before": [0, *steps],
            "once a level is sent, it is the one to compare with": [0, *away],
            f"it takes more than {delta}, not just as much": _sent(levels, 0.99 * delta),
            "drier is a change, too": _sent(levels, delta, lambda change: change),
        }
        hints = [hint for hint, hours in ways.items() if given == hours]
        hints.append(f"hours go from 0 to {len(levels) - 1}; compare each with the last sent")
        raise Wrong(f"{said}. Hint: {hints[0]}")


def _sent(levels, delta, size=abs):
    hours = [0]
    for hour in range(len(levels)):
        hours += [hour] * (size(levels[hour] - levels[hours[-1]]) > delta)
    return hours


#: Joules in the battery, messages a day, joules of one, watts of all the rest.
_NODES = ((20_000, 24, 0.14, 30e-6), (20_000, 2, 0.14, 30e-6), (9_000, 24, 0.006, 12e-6))


@exercise(
    8,
    function(NUMBER),
    why="What isn't sent makes a battery last, and a model that saves one message a day has paid "
    "for itself",
)
def battery_days(answer):
    """How many days a battery lasts."""
    for joules, messages, each, rest in _NODES:
        given = answer(joules, messages, each, rest)
        sent, day = messages * each, messages * each + 86_400 * rest
        if near(given, joules / day):
            continue
        ways = {
            "the rest takes power all day, too": joules / sent,
            "a watt is a joule a second: how many a day?": joules / (sent + rest),
            "a watt is a joule a second, not an hour": joules / (sent + 24 * rest),
            "that is the rest's hour, not its day": joules / (sent + 3600 * rest),
            "messages are by the day already": joules / (day + 23 * sent),
            "where are the messages?": joules / (day - sent),
            "that is years": joules / day / 365,
            "don't round: leave the fraction": joules // day,
            "upside down: the joules there are, over those of a day": day / joules,
        }
        said = f"with {joules:,} J, {messages} messages a day of {each:g} J and "
        said += f"{1e6 * rest:g} µW for the rest, you give {given:.4g} days"
        refuse(said, given, ways, "how many joules does a day take, messages and rest?")
