"""What a stream says of a spotter, with how sure one may be: misses, wrong ones, delay; of whom.

    sound = streams.stream(test_clips, hours=4, seed=1)
    tried = trial(spotter.scores(tflite_bytes, sound.blocks()), sound)
    print(best(tried, false_accepts_an_hour=1))

Keywords of one person are alike: who is missed once is missed again. So intervals are over people,
not over keywords.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest

from tinyml_helpers import signals
from tinyml_helpers.applications.keywords import spotter, streams

#: Resamplings of the bootstrap, and the seed of its generator.
_RESAMPLINGS, _SEED = 2000, 0x6B77


class Trial(NamedTuple):
    """What a spotter made of a stream, threshold by threshold.

    Attributes:
        thresholds: int64 [t], rising.
        delays: float64 [t, events], seconds from a word's end to its detection; nan: missed.
        false_accepts: int64 [t].
        events, hours: of the stream.
    """

    thresholds: np.ndarray
    delays: np.ndarray
    false_accepts: np.ndarray
    events: tuple
    hours: float


def trial(
    scores,
    sound,
    settings=None,
    thresholds=range(20, 256),
    tolerance=0.75,
    first=signals.FRAMES - 1,
):
    """Judge the scores of a whole stream at each threshold.

    Args:
        scores: int8 [k, classes], of `spotter.scores` with the settings' hops_per_inference.
        sound: the `streams.Stream`.
        settings: `spotter.Settings` for all but the threshold; the usual ones if None.
        thresholds: rising ints, 0 to 255.
        tolerance: as `streams.match`.
        first: as `spotter.detect`.

    Returns:
        A `Trial`.

    Raises:
        ValueError: as `spotter.detect`.
    """
    settings = settings or spotter.Settings()
    place = {event: number for number, event in enumerate(sound.events)}
    thresholds = np.array(thresholds, np.int64)
    delays = np.full((len(thresholds), len(place)), np.nan)
    wrong = np.zeros(len(thresholds), np.int64)
    for row, threshold in enumerate(thresholds.tolist()):
        found = spotter.detect(scores, settings._replace(threshold=threshold), first)
        matched = streams.match(found, sound.events, tolerance)
        delays[row, [place[event] for event, _ in matched.hits]] = matched.latencies
        wrong[row] = len(matched.false_accepts)
    return Trial(thresholds, delays, wrong, tuple(sound.events), sound.hours)


class Result(NamedTuple):
    """What a spotter does at one threshold.

    Attributes:
        threshold: an int.
        said: how many keywords.
        missed: share of them that it misses, 0 to 1; nan if none was said.
        interval: (low, high), 95 %, of that share, were it other people: see `interval`.
        false_accepts_an_hour: how often it reports what nobody said.
        at_most: of that, the upper end of the 95 % interval, `streams.upper_bound`.
        delay, late: seconds from a word's end to its detection: the median, and what 95 % of the
            detections stay below; nan if there were none. Below 0: it knew before the end.
    """

    threshold: int
    said: int
    missed: float
    interval: tuple
    false_accepts_an_hour: float
    at_most: float
    delay: float
    late: float


def at(tried, threshold):
    """The `Result` at a threshold, one of the `Trial`'s.

    Raises:
        ValueError: it wasn't tried.
    """
    row = _row(tried, threshold)
    delays, wrong = tried.delays[row], int(tried.false_accepts[row])
    missed, late = np.isnan(delays), delays[~np.isnan(delays)]
    middle, most = np.quantile(late, [0.5, 0.95]).tolist() if len(late) else (float("nan"),) * 2
    return Result(
        threshold=int(threshold),
        said=len(missed),
        missed=float(missed.mean()) if len(missed) else float("nan"),
        interval=interval(missed, [event.speaker for event in tried.events]),
        false_accepts_an_hour=wrong / tried.hours,
        at_most=streams.upper_bound(wrong, tried.hours),
        delay=middle,
        late=most,
    )


def best(tried, false_accepts_an_hour):
    """The `Result` at the threshold that misses least among those wrong rarely enough.

    Of several alike it is the one wrong least often, and of these the highest. On the stream it
    was chosen on it flatters; so does its interval, which is made at this threshold.

    Args:
        tried: a `Trial`.
        false_accepts_an_hour: how many the application bears.

    Returns:
        A `Result`, or None: no threshold is good enough.
    """
    good = np.flatnonzero(tried.false_accepts <= false_accepts_an_hour * tried.hours)
    if not len(good):
        return None
    missed = np.isnan(tried.delays[good]).sum(axis=1)
    first = np.lexsort((-tried.thresholds[good], tried.false_accepts[good], missed))[0]
    return at(tried, tried.thresholds[good[first]])


def interval(missed, people):
    """Between which shares the misses would lie with other people, 95 % of the time.

    A percentile bootstrap (B. Efron, "Bootstrap methods: another look at the jackknife", Annals of
    Statistics 7, 1979) that draws people, with all their keywords. Where hardly anyone is missed it
    sees no spread, so it is never narrower than the interval of as many independent keywords
    (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934).

    Args:
        missed: bool [keywords].
        people: who said each, str [keywords].

    Returns:
        (low, high), floats from 0 to 1; (0, 1) of no keywords.
    """
    missed = np.asarray(missed, bool)
    if not len(missed):
        return 0.0, 1.0
    exact = binomtest(int(missed.sum()), len(missed)).proportion_ci(0.95, method="exact")
    _, person = np.unique(np.asarray(people), return_inverse=True)
    said, of_them = np.bincount(person), np.bincount(person, missed)
    drawn = np.random.default_rng(_SEED).integers(len(said), size=(_RESAMPLINGS, len(said)))
    shares = of_them[drawn].sum(axis=1) / said[drawn].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975)).tolist()
    return min(low, float(exact.low)), max(high, float(exact.high))


def by(field, tried, threshold):
    """Misses at a threshold by word or by person.

    Args:
        field: of the `streams.Event`s, "word" or "speaker".
        tried: a `Trial`.
        threshold: one of its.

    Returns:
        A dict from each value of the field, in order, to (said, missed), two ints.

    Raises:
        ValueError: the threshold wasn't tried.
    """
    missed = np.isnan(tried.delays[_row(tried, threshold)])
    values = np.array([getattr(event, field) for event in tried.events], str)
    return {
        str(value): (int((values == value).sum()), int(missed[values == value].sum()))
        for value in np.unique(values)
    }


class Spread(NamedTuple):
    """How differently people fare.

    Attributes:
        people: how many said enough.
        mostly_missed: share of them who are missed more than half of the time.
        quarters: shares of their keywords that are missed: of the person whom a quarter of people
            fare better than, of the middle one, and of the one whom three quarters fare better
            than. Floats; nan of nobody.
    """

    people: int
    mostly_missed: float
    quarters: tuple


def spread(tried, threshold, least=3):
    """How misses at a threshold spread over people who said at least so many keywords: `Spread`.

    Raises:
        ValueError: the threshold wasn't tried.
    """
    counts = by("speaker", tried, threshold).values()
    shares = np.array([missed / said for said, missed in counts if said >= least])
    if not len(shares):
        return Spread(0, float("nan"), (float("nan"),) * 3)
    quarters = tuple(np.quantile(shares, [0.25, 0.5, 0.75]).tolist())
    return Spread(len(shares), float((shares > 0.5).mean()), quarters)


def _row(tried, threshold):
    """The row of a threshold."""
    rows = np.flatnonzero(tried.thresholds == threshold)
    if not len(rows):
        raise ValueError(f"threshold {threshold} wasn't tried: give it to trial()")
    return int(rows[0])
