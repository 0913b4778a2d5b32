"""Checks for the lesson Agriculture."""

import math

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import NUMBER, PLACES, function, several
from tinyml_helpers.checks.answers.words import shown


@exercise(
    1,
    function(NUMBER),
    why="Soil hardly moves from one day to the next, so saying that nothing changes looks clever "
    "by any other measure. Skill asks what you add to it",
)
def skill(answer):
    """1 less the forecast's mean absolute error over persistence's, on rows that are whole."""
    rng = np.random.default_rng(8)
    for missing in ((), (5, 11), (2,)):
        now = 20 + rng.normal(0, 4, 40)
        truth = now + rng.normal(0.5, 2, 40)
        forecast = now + 0.6 * (truth - now) + rng.normal(0, 0.3, 40)
        truth[list(missing)] = np.nan
        if len(missing) == 1:
            now[7], forecast[9] = np.nan, np.nan
        whole = ~np.isnan(truth + now + forecast)
        error, usual = np.abs(forecast - truth), np.abs(now - truth)
        right = 1 - error[whole].mean() / usual[whole].mean()
        given = answer(forecast.copy(), truth.copy(), now.copy())
        if math.isclose(given, right, abs_tol=1e-6):
            continue
        known = truth[whole]
        squares = np.sum((forecast[whole] - known) ** 2) / np.sum((known - known.mean()) ** 2)
        roots = np.mean(error[whole] ** 2) / np.mean(usual[whole] ** 2)
        ways = (
            (100 * right, "that is percent: 1 is perfect, not 100"),
            (1 - right, "that is the share of the error that is left: how much is gone?"),
            (right - 1, "the sign: less error than persistence is above 0"),
            (1 - 1 / (1 - right), "that is one error over the other the wrong way round"),
            (1 - squares, "that is R², which compares with the mean: compare with persistence"),
            (1 - roots, "take absolute errors, not squares"),
            (1 - math.sqrt(roots), "take absolute errors, not squares"),
            (
                1 - np.nanmean(error) / np.nanmean(usual),
                "where one of the three is NaN, leave that place out of both errors",
            ),
        )
        hints = [hint for value, hint in ways if math.isclose(given, value, abs_tol=1e-6)]
        hint = hints[0] if hints else "two mean absolute errors, one over the other, less than 1"
        gaps = f", of which {40 - whole.sum()} have a NaN" if missing else ""
        raise Wrong(f"for 40 days{gaps}, you give {given:.4g}. Hint: {hint}")


#: °C, wind in m/s, net radiation in MJ/m² a day, Δ and γ in kPa/°C, kPa lacking: FAO-56's example
#: 18, and two days of ours.
_DAYS = (
    (16.9, 2.078, 13.28, 0.122, 0.0666, 0.589),
    (28.0, 3.5, 17.0, 0.220, 0.0660, 1.900),
    (4.0, 1.0, 5.0, 0.057, 0.0670, 0.150),
)


@exercise(
    2,
    function(NUMBER),
    why="Radiation brings the energy, dry wind takes the vapour away. A few millimetres a day is "
    "all that a field loses, and it is what irrigation has to give back",
)
def penman_monteith(answer):
    """Reference evapotranspiration of a day, mm."""
    for day in _DAYS:
        celsius, wind, net, slope, gamma, lacking = day
        given = answer(*day)
        sun, air = 0.408 * slope * net, gamma * 900 / (celsius + 273) * wind * lacking
        below = slope + gamma * (1 + 0.34 * wind)
        right = (sun + air) / below
        if math.isclose(given, right, rel_tol=2e-3):
            continue
        ways = (
            ((sun / 0.408 + air) / below, "0.408 turns megajoules into millimetres"),
            (sun + air / below, "the denominator stands below both parts: brackets"),
            (sun / below, "where is what the wind does?"),
            (air / below, "where is what the sun does?"),
            ((sun - air) / below, "both parts add up"),
            (
                (sun + gamma * 900 / celsius * wind * lacking) / below,
                "900 is divided by kelvins: 273 more than °C",
            ),
            ((sun + air / wind) / below, "the wind is missing in the numerator"),
            ((sun + air) / (slope + gamma), "the wind is missing in the denominator"),
            ((sun + air) / (slope + gamma + 0.34 * wind), "γ stands before the bracket"),
            (sun + air, "and divided by Δ + γ (1 + 0.34 u)?"),
        )
        hints = [hint for value, hint in ways if math.isclose(given, value, rel_tol=2e-3)]
        hint = hints[0] if hints else "compare with the formula, term by term"
        raise Wrong(
            f"for {celsius:g} °C, a wind of {wind:g} m/s, {net:g} MJ, Δ {slope:g}, γ {gamma:g} and "
            f"{lacking:g} kPa you give {given:.4g} mm. Hint: {hint}"
        )


#: Level, water, what the crop would take, capacity; mm.
_BUCKETS = (
    (50, 0, 5, 100),
    (50, 20, 5, 100),
    (95, 20, 5, 100),
    (3, 0, 5, 100),
    (0, 2, 6, 80),
    (80, 0, 0, 80),
)


@exercise(
    3,
    function(several(NUMBER, 2, "two numbers: the level in the evening, and what drained, in mm")),
    why="Three lines of arithmetic, and it knows more of soil than any model without them: water "
    "has to come from somewhere and go somewhere",
)
def next_day(answer):
    """The bucket's level after a day, and what drained."""
    for level, water, wanted, capacity in _BUCKETS:
        given = answer(level, water, wanted, capacity)
        full = min(level + water, capacity)
        right = [max(full - wanted, 0), max(level + water - capacity, 0)]
        if _near(given, right):
            continue
        said = (
            f"from {level} mm in a bucket of {capacity}, with {water} mm of water and a crop that "
            f"would take {wanted}, you give a level of {given[0]:.4g} and {given[1]:.4g} drained"
        )
        late = level + water - wanted
        ways = (
            (right[::-1], "the level comes first, then what drained"),
            ([late, 0], "can there be less than nothing in it, or more than fits?"),
            ([late, right[1]], "what drained is no longer there, and less than nothing can't be"),
            ([late, max(late - capacity, 0)], "what is above the rim is lost"),
            (
                [min(max(late, 0), capacity), max(late - capacity, 0)],
                "the water comes first, and what is too much drains before the crop drinks",
            ),
            ([full, right[1]], "the crop hasn't drunk yet"),
            ([right[0], -right[1]], "what drained is counted from 0 up"),
        )
        hints = [hint for value, hint in ways if _near(given, value)]
        hint = hints[0] if hints else "water in, what is too much out, then the crop's share"
        raise Wrong(f"{said}. Hint: {hint}")


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
        (["x1", "x10", "x2", "x10"], [2020, 2020, 2020, 2021], ["x1"], [2021]),
    )
    for sites, years, kept_sites, kept_years in cases:
        given = answer(sites, years, kept_sites, kept_years)
        rows = list(zip(sites, years, strict=True))
        off = [(site in kept_sites, year in kept_years) for site, year in rows]
        right = [place for place, which in enumerate(off) if not any(which)]
        if sorted(given) == right:
            continue
        said = f"of rows of {shown(rows)}, with {shown(kept_sites)} and {shown(kept_years)} kept, "
        said += f"you learn from {shown(given)}"
        if any(not 0 <= place < len(rows) for place in given):
            raise Wrong(f"{said}: places go from 0 to {len(rows) - 1}")
        if len(set(given)) < len(given):
            raise Wrong(f"{said}: one of them twice")
        for place in sorted(given):
            at_site, in_year = off[place]
            if at_site and in_year:
                raise Wrong(f"{said}: row {place} is one that is kept for the test")
            if at_site:
                raise Wrong(f"{said}: row {place} is of a site that is kept, in another year")
            if in_year:
                raise Wrong(f"{said}: row {place} is of a year that is kept, at another site")
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
        truths[1], quantiles[2] = quantiles[1], round(lift)
        truths[3 : 3 + gaps] = np.nan
        known = ~np.isnan(truths)
        below = int(np.count_nonzero(truths[known] <= quantiles[known]))
        right, total = below / known.sum(), int(known.sum())
        given = answer(truths.copy(), quantiles.copy())
        if math.isclose(given, right, abs_tol=1e-9):
            continue
        ways = (
            (100 * right, "that is percent: give a share, 0 to 1"),
            (1 - right, "that is the share above: how many are below?"),
            (below, "that is how many: which share is it?"),
            ((below - 1) / total, "one truth lies on its quantile: it counts, too"),
            (1 - right + 1 / total, "that is the share above, or on it: which are below?"),
            (below / count, "a truth that is NaN counts neither here nor there"),
        )
        hints = [hint for value, hint in ways if math.isclose(given, value, abs_tol=1e-9)]
        hint = hints[0] if hints else "of those that are known, which share isn't above?"
        missing = f", {gaps} of them NaN," if gaps else ""
        raise Wrong(
            f"of {count} truths{missing} {below} aren't above their quantile, and you give "
            f"{given:.4g}. Hint: {hint}"
        )


#: Stressed days and mm of water as somebody tunes a rule, and at which stress to compare.
_SWEEPS = (
    ([30, 20, 12, 5], [380, 430, 470, 560], 10),
    ([2, 8, 15, 40], [600, 500, 450, 300], 11.5),
    ([25, 5, 15], [400, 500, 440], 12),
)


@exercise(
    6,
    function(NUMBER),
    why="Any rule saves water if its crop may suffer, and any rule spares the crop if water is "
    "free. Compare rules where the crop suffers alike, or you compare how they were tuned",
)
def water_at_stress(answer):
    """Water at which a rule has so many stressed days, between the settings that were tried."""
    for stress, water, days in _SWEEPS:
        given = answer(list(stress), list(water), days)
        order = np.argsort(stress)
        right = float(np.interp(days, np.array(stress)[order], np.array(water)[order]))
        if math.isclose(given, right, rel_tol=1e-6):
            continue
        said = (
            f"settings with {shown(stress)} stressed days took {shown(water)} mm; at {days} days "
            f"you give {given:.5g} mm"
        )
        nearest = water[int(np.argmin(np.abs(np.array(stress) - days)))]
        naive = float(np.interp(days, stress, water))
        if math.isclose(given, naive, rel_tol=1e-6):
            raise Wrong(f"{said}. Hint: np.interp wants its x in rising order: sort first")
        if math.isclose(given, nearest, rel_tol=1e-6):
            raise Wrong(f"{said}. Hint: that is the nearest setting's; go between two of them")
        if math.isclose(given, float(np.mean(water)), rel_tol=1e-6):
            raise Wrong(f"{said}. Hint: that is the mean of all; which two lie on either side?")
        if not min(water) <= given <= max(water):
            raise Wrong(f"{said}, and no setting took that: is it days for water?")
        raise Wrong(f"{said}. Hint: a straight line between the two settings on either side")


@exercise(
    7,
    function(PLACES),
    why="The gateway knows the last level that was sent, and that is what a new one must be "
    "compared with: many small steps are a long way",
)
def to_send(answer):
    """Which hours to send: the first, and each that is too far from the last sent."""
    cases = (
        ([20, 20, 20, 20], 0.5),
        ([20, 20.25, 20.75, 21, 21.25, 21.5], 0.5),
        ([20, 19.75, 19.25, 22, 22.25, 20], 0.5),
        ([20, 20.25, 20.5, 20.75, 21, 21.25, 21.5, 21.75, 22], 0.5),
        ([10, 11, 12, 12, 13, 10], 1),
    )
    for levels, delta in cases:
        given = answer(list(levels), delta)
        right = _sent(levels, delta)
        if given == right:
            continue
        said = f"of the levels {shown(levels)}, with {delta}, you send hours {shown(given)}"
        steps = [i for i in range(1, len(levels)) if abs(levels[i] - levels[i - 1]) > delta]
        ups = _sent(levels, delta, lambda change: change)
        if sorted(given) == right:
            raise Wrong(f"{said}: give them in their order")
        if given and not any(isinstance(i, bool) for i in given) and 0 not in given:
            if [0, *given] in (right, steps, _sent(levels, delta, reach=True)):
                raise Wrong(f"{said}: nobody knows a level before the first is sent")
        if not given:
            raise Wrong(f"{said}: nobody knows a level before the first is sent")
        if given in ([0, *steps], steps):
            raise Wrong(f"{said}: compare with the last that was sent, not with the hour before")
        if given == _sent(levels, delta, reach=True):
            raise Wrong(f"{said}: it takes more than {delta}, not just as much")
        if given == ups:
            raise Wrong(f"{said}: drier is a change, too")
        if any(not 0 <= hour < len(levels) for hour in given):
            raise Wrong(f"{said}: hours go from 0 to {len(levels) - 1}")
        if given == [i for i, level in enumerate(levels) if abs(level - levels[0]) > delta or not i]:
            raise Wrong(f"{said}: once a level is sent, it is the one to compare with")
        raise Wrong(f"{said}. Hint: keep the level that was sent last, beginning with the first")


def _sent(levels, delta, size=abs, reach=False):
    """Hours that `to_send` should give; with reach also those that are just as far."""
    hours = [0]
    for hour, level in enumerate(levels):
        change = size(level - levels[hours[-1]])
        if hour and (change > delta or (reach and change == delta)):
            hours.append(hour)
    return hours


#: Joules in the battery, messages a day, joules of one, watts of all the rest.
_NODES = ((20_000, 24, 0.14, 30e-6), (20_000, 2, 0.14, 30e-6), (9_000, 24, 0.006, 12e-6))


@exercise(
    8,
    function(NUMBER),
    why="The radio is the budget: what isn't sent is what makes a battery last, and a model that "
    "saves one message a day has paid for itself",
)
def battery_days(answer):
    """How many days a battery lasts."""
    for joules, messages, each, rest in _NODES:
        given = answer(joules, messages, each, rest)
        day = messages * each + 86_400 * rest
        right = joules / day
        if math.isclose(given, right, rel_tol=1e-3):
            continue
        ways = (
            (joules / (messages * each), "the rest takes power all day, too"),
            (joules / (messages * each + rest), "a watt is a joule a second: how many a day?"),
            (joules / (messages * each + 24 * rest), "a watt is a joule a second, not an hour"),
            (joules / (messages * each + 3600 * rest), "that is the rest's hour, not its day"),
            (joules / (24 * messages * each + 86_400 * rest), "messages are already by the day"),
            (joules / (86_400 * (messages * each + rest)), "messages are already by the day"),
            (joules / (86_400 * rest), "where are the messages?"),
            (joules / day / 365, "that is years"),
            (24 * joules / day, "that is hours"),
            (day / joules, "upside down: joules there are, over joules a day"),
        )
        hints = [hint for value, hint in ways if math.isclose(given, value, rel_tol=1e-3)]
        hint = hints[0] if hints else "how many joules does a day take, messages and rest?"
        raise Wrong(
            f"with {joules:,} J, {messages} messages a day of {each:g} J and {1e6 * rest:g} µW for "
            f"the rest you give {given:.4g} days. Hint: {hint}"
        )


def _near(given, right):
    return all(math.isclose(one, two, abs_tol=1e-6) for one, two in zip(given, right, strict=True))
