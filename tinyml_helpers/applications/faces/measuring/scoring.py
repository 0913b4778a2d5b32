"""How well scores tell two kinds apart: faces from others, a person from everybody else.

    print(auc(labels, scores))
    rates = false_accepts(genuine, impostor)
    print(equal_error_rate(rates), threshold_at(rates, 0.001))

Higher scores mean "a face" or "the same person", and a score that equals a threshold passes.
"""

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np


class Roc(NamedTuple):
    """A receiver operating characteristic: one point for each threshold, the highest first.

    Attributes:
        false: share of the others that pass, float64 [k], from 0 to 1.
        true: share of the positives that pass, float64 [k], from 0 to 1.
        thresholds: float64 [k], the first infinite, so that nothing passes.
    """

    false: np.ndarray
    true: np.ndarray
    thresholds: np.ndarray


def roc(labels, scores):
    """The ROC of scores.

    Args:
        labels: 1 (or True) for a positive, 0 for another, [n].
        scores: [n].

    Returns:
        A `Roc` with a point for each different score, so ties are one step.

    Raises:
        ValueError: the lengths differ, a score is no number, or one kind is missing.
    """
    labels, scores = np.asarray(labels).astype(bool), np.asarray(scores, np.float64)
    if labels.ndim != 1 or labels.shape != scores.shape or not np.isfinite(scores).all():
        raise ValueError(
            f"give one label and one finite score each, not {labels.shape} and {scores.shape}"
        )
    if labels.all() or not labels.any():
        raise ValueError("a ROC needs positives and others; one kind is missing")
    thresholds, index = np.unique(-scores, return_inverse=True)
    true = np.bincount(index[labels], minlength=len(thresholds)).cumsum() / labels.sum()
    false = np.bincount(index[~labels], minlength=len(thresholds)).cumsum() / (~labels).sum()
    start = np.zeros(1)
    return Roc(
        np.concatenate([start, false]),
        np.concatenate([start, true]),
        np.concatenate([[np.inf], -thresholds]),
    )


def auc(labels, scores):
    """The area under the ROC: how often a positive scores above another; ties count half.

    Args, Raises: as `roc`.

    Returns:
        A float, 0 to 1; 0.5 is chance.
    """
    curve = roc(labels, scores)
    return float(np.sum(np.diff(curve.false) * (curve.true[1:] + curve.true[:-1]) / 2))


def auc_interval(labels, scores, confidence=0.95):
    """Between which two areas the truth lies, of an `auc` of few positives or others.

    All areas the one seen isn't too far from, by their own standard error, as Wilson's `interval`
    does for shares: so an area of 1 has an interval too. It is method 5 of R. G. Newcombe,
    "Confidence intervals for an effect size measure based on the Mann-Whitney statistic. Part 2",
    Statistics in Medicine 25, 2006; the error is J. A. Hanley's and B. J. McNeil's, Radiology 143,
    1982.

    Args, Raises: as `roc`.

    Returns:
        (low, high), two floats 0 to 1.
    """
    area, positives = auc(labels, scores), int(np.asarray(labels).astype(bool).sum())
    others = len(labels) - positives
    z, mean = NormalDist().inv_cdf((1 + confidence) / 2), (positives + others) / 2 - 1

    def too_far(truth):
        spread = 1 + mean * (1 - truth) / (2 - truth) + mean * truth / (1 + truth)
        return abs(truth - area) > z * math.sqrt(truth * (1 - truth) * spread / positives / others)

    return _edge(too_far, area, 0.0), _edge(too_far, area, 1.0)


def _edge(too_far, near, far):
    """Where it begins to be too far between two numbers, by halving; `far` if nowhere."""
    for _ in range(50):
        middle = (near + far) / 2
        near, far = (near, middle) if too_far(middle) else (middle, far)
    return far


class Rates(NamedTuple):
    """Errors of "is it the same person?" at each threshold, the lowest first.

    Attributes:
        thresholds: float64 [k]: each different similarity, and infinity last.
        accepts: share of the impostors that pass, the *false accept rate*, float64 [k], falling.
        rejects: share of the genuine that don't, the *false reject rate*, float64 [k], rising.
    """

    thresholds: np.ndarray
    accepts: np.ndarray
    rejects: np.ndarray


def false_accepts(genuine, impostor):
    """False accept and false reject rates against the threshold.

    Args:
        genuine: similarities of a person with their own template, [n].
        impostor: similarities of people with somebody else's, [m].

    Returns:
        `Rates`.

    Raises:
        ValueError: one of them is empty, or has no numbers.
    """
    genuine, impostor = (
        np.sort(np.asarray(one, np.float64).ravel()) for one in (genuine, impostor)
    )
    both = np.concatenate([genuine, impostor])
    if not len(genuine) or not len(impostor) or not np.isfinite(both).all():
        raise ValueError("give finite similarities of both kinds, genuine and impostor")
    thresholds = np.append(np.unique(both), np.inf)
    return Rates(
        thresholds,
        (len(impostor) - np.searchsorted(impostor, thresholds)) / len(impostor),
        np.searchsorted(genuine, thresholds) / len(genuine),
    )


def equal_error_rate(rates):
    """Where false accepts and false rejects are equally frequent.

    Args:
        rates: of `false_accepts`.

    Returns:
        The rate, a float 0 to 1: between two thresholds the straight line of the ROC.
    """
    gap = rates.accepts - rates.rejects  # falls from 1 to -1
    after = int(np.argmax(gap <= 0))
    share = gap[after - 1] / (gap[after - 1] - gap[after])
    return float(rates.rejects[after - 1] + share * np.diff(rates.rejects)[after - 1])


def threshold_at(rates, false_accept_rate):
    """The lowest threshold at which few enough impostors pass.

    Args:
        rates: of `false_accepts`.
        false_accept_rate: the most that is borne, 0 to 1.

    Returns:
        A float; infinite if only that keeps enough of them out. It flatters on the pairs it was
        chosen on.

    Raises:
        ValueError: that isn't a share.
    """
    if not 0 <= false_accept_rate <= 1:
        raise ValueError(f"a false accept rate is a share, 0 to 1, not {false_accept_rate}")
    return float(rates.thresholds[np.argmax(rates.accepts <= false_accept_rate)])


def rates_at(rates, threshold):
    """(false accept rate, false reject rate) at any threshold, two floats."""
    at = np.searchsorted(rates.thresholds, threshold)
    return float(rates.accepts[at]), float(rates.rejects[at])


def interval(hits, of, confidence=0.95):
    """Between which two shares the truth lies, of a share seen in few trials.

    Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession, and
    statistical inference", JASA 22, 1927). It takes the trials for independent, which pictures of
    one person aren't.

    Args:
        hits: how many of them, 0 to `of`.
        of: trials, above 0.
        confidence: 0 to 1.

    Returns:
        (low, high), two floats 0 to 1.

    Raises:
        ValueError: there are no trials, or more hits than trials.
    """
    if not 0 <= hits <= of or of <= 0:
        raise ValueError(f"{hits} of {of} is no share")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = hits / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return float(max(centre - half, 0)), float(min(centre + half, 1))
