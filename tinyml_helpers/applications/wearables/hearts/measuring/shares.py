"""Shares of beats, and how well they are known: by beats, and by persons."""

from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest

#: Resamplings of the bootstrap, and the seed of its generator.
_RESAMPLINGS, _SEED = 2000, 0x6865_6172

#: Of how many persons at least an interval by persons is made; and a person has a share of their
#: own from so many beats on.
LEAST_PERSONS, LEAST_BEATS = 5, 10


class Share(NamedTuple):
    """So many of so many beats, of several persons.

    Beats of one person are alike, so `by_beats` is too sure of itself: `by_persons` is what to
    quote of people.

    Attributes:
        hits, of: ints.
        value: hits / of; NaN of no beats.
        by_beats: (low, high), 95%, as if each beat were of another person.
        by_persons: (low, high), 95%, as the same would come out with other persons; None of fewer
            than LEAST_PERSONS who have such beats.
        least, most: shares of the persons with the lowest and the highest, of those with
            LEAST_BEATS or more such beats; NaN if there is none.
        persons: how many have such beats.
    """

    hits: int
    of: int
    value: float
    by_beats: tuple
    by_persons: tuple | None
    least: float
    most: float
    persons: int


def exact(hits, of, confidence=0.95):
    """Between which two shares the truth lies, if beats are independent.

    C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the
    case of the binomial", Biometrika 26 (1934), 404-413.

    Args:
        hits: how many, an int from 0 to `of`.
        of: an int.
        confidence: between 0 and 1.

    Returns:
        (low, high), floats from 0 to 1; (0, 1) of no beats.

    Raises:
        ValueError: there are more hits than beats, or fewer than none.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} beats is no share")
    if of == 0:
        return 0.0, 1.0
    low, high = binomtest(int(hits), int(of)).proportion_ci(confidence, method="exact")
    return float(low), float(high)


def share(hits, of):
    """The share of all persons' beats.

    `by_persons` is a percentile bootstrap (B. Efron, "Bootstrap methods: another look at the
    jackknife", Annals of Statistics 7 (1979), 1-26) that draws persons with all their beats. Where
    hardly anyone has a hit, or a miss, it sees no spread; so it is never narrower than `by_beats`.

    Args:
        hits: int [persons], how many of each person's beats.
        of: int [persons], how many beats.

    Returns:
        A Share.

    Raises:
        ValueError: someone has more hits than beats, or fewer than none.
    """
    hits, of = np.asarray(hits, np.int64), np.asarray(of, np.int64)
    if (hits < 0).any() or (hits > of).any():
        raise ValueError(f"of {of.tolist()} beats {hits.tolist()} are no shares")
    hits, of = hits[of > 0], of[of > 0]
    by_beats = exact(int(hits.sum()), int(of.sum()))
    by_persons = None
    if len(of) >= LEAST_PERSONS:
        rng = np.random.default_rng(_SEED)
        drawn = rng.integers(len(of), size=(_RESAMPLINGS, len(of)))
        low, high = np.quantile(hits[drawn].sum(axis=1) / of[drawn].sum(axis=1), (0.025, 0.975))
        by_persons = min(float(low), by_beats[0]), max(float(high), by_beats[1])
    own = hits[of >= LEAST_BEATS] / of[of >= LEAST_BEATS]
    return Share(
        hits=int(hits.sum()),
        of=int(of.sum()),
        value=float(hits.sum() / of.sum()) if len(of) else float("nan"),
        by_beats=by_beats,
        by_persons=by_persons,
        least=float(own.min(initial=1)) if len(own) else float("nan"),
        most=float(own.max(initial=0)) if len(own) else float("nan"),
        persons=len(of),
    )
