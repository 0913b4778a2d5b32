"""Rules for watering, compared: how much water each needs for the same days of stress.

    sweeps = {name: equal_stress.sweep(rules, range(60), 2020) for name, rules in families.items()}
    equal_stress.compare(sweeps, days=10, reference="threshold")

One rule with a higher line gives more water and has less stress, so two rules are comparable only
where one of the two is equal. A family is one rule with many lines, or intervals.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.fields import irrigation

#: What a day of stress may be worth, from least to most, and in how many steps: mm of water.
_WORTH_MM = 0.1, 1000, 100


class Sweep(NamedTuple):
    """What the rules of a family did.

    Attributes:
        mm: float [rules, sites], water of a season.
        stressed_days: float [rules, sites].
    """

    mm: np.ndarray
    stressed_days: np.ndarray


class AtEqualStress(NamedTuple):
    """A family's water at so many days of stress, mean over sites; NaN where it isn't reached.

    Attributes:
        mm: of a season, a float.
        mm_interval: (low, high), where 95% of resamples of the sites lie.
        more: mm more than the reference family's.
        more_interval: the same for that: the sites are the same in both families.
    """

    mm: float
    mm_interval: tuple
    more: float
    more_interval: tuple


def sweep(rules, numbers, year):
    """The Sweep of a family's rules, a list from one end of their setting to the other, on sites.

    Raises:
        ValueError: there are fewer than two rules; or as `irrigation.seasons_under`.
    """
    rules = list(rules)
    if len(rules) < 2:
        raise ValueError(f"a family of {len(rules)} rules can't be swept: give two or more")
    made = [irrigation.seasons_under(rule, numbers, year) for rule in rules]
    return Sweep(
        np.array([[one.mm for one in seasons] for seasons in made]),
        np.array([[one.stressed_days for one in seasons] for seasons in made], np.float64),
    )


def water_at(mm, stressed_days, days):
    """The least water that a curve has at so many days of stress.

    Args:
        mm, stressed_days: float [..., rules], a point a rule; between neighbours lies a line.
        days: a float.

    Returns:
        float [...], mm; NaN where no line has as many days.
    """
    mm, above = np.asarray(mm, np.float64), np.asarray(stressed_days, np.float64) - days
    begin, end = above[..., :-1], above[..., 1:]
    step = np.where(begin == end, 1, end - begin)
    way = np.where(begin == end, mm[..., 1:] < mm[..., :-1], -begin / step)
    found = mm[..., :-1] + way * (mm[..., 1:] - mm[..., :-1])
    least = np.where(begin * end <= 0, found, np.inf)
    # A line along which stress is the same has those days only if both its ends do.
    least = np.where((begin == end) & (begin != 0), np.inf, least).min(-1)
    return np.where(np.isinf(least), np.nan, least)


def in_hindsight(sweep, days):
    """The water of a family whose setting is chosen for each site, after the season.

    Shows how much of what a rule saves is only that sites differ.

    Args:
        sweep: a Sweep.
        days: of stress, mean over sites.

    Returns:
        mm, mean over sites, a float: what is least for so many days, a day of stress being worth
        as much at any site. NaN if there are never so many.
    """
    everywhere = np.arange(sweep.mm.shape[1])
    curve = []
    for worth in np.geomspace(*_WORTH_MM):
        best = (sweep.mm + worth * sweep.stressed_days).argmin(0)
        curve.append([of[best, everywhere].mean() for of in sweep])
    return float(water_at(*np.transpose(curve), days))


def compare(sweeps, days, reference, resamples=2000, seed=0):
    """How much water families need for the same days of stress, and how sure that is.

    Args:
        sweeps: dict of a family's name to its Sweep, all of the same sites.
        days: of stress in a season, mean over sites.
        reference: the name of the family that others are held against.
        resamples: how often sites are drawn anew, with replacement, to see what chance does.
        seed: of these.

    Returns:
        dict of name to AtEqualStress. Resamples in which a family doesn't have such days are left
        out.

    Raises:
        ValueError: there is no such family, or sweeps have different sites.
    """
    if reference not in sweeps:
        raise ValueError(f"there is no family {reference!r}: there are {', '.join(sweeps)}")
    counts = {one.mm.shape[1] for one in sweeps.values()}
    if len(counts) != 1:
        raise ValueError(f"families have {sorted(counts)} sites: sweep all of them on the same")
    (count,) = counts
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), resamples)
    shares = np.vstack([np.ones(count), drawn]) / count  # the sites as they are come first
    water = {
        name: water_at(shares @ one.mm.T, shares @ one.stressed_days.T, days)
        for name, one in sweeps.items()
    }
    more = {name: values - water[reference] for name, values in water.items()}
    return {
        name: AtEqualStress(
            float(water[name][0]),
            _interval(water[name]),
            float(more[name][0]),
            _interval(more[name]),
        )
        for name in sweeps
    }


def _interval(values):
    """Where 95% of resamples lie; NaN if the sites themselves have no value."""
    if np.isnan(values[0]):
        return np.nan, np.nan
    return tuple(float(edge) for edge in np.nanquantile(values[1:], (0.025, 0.975)))
