"""How well scores tell faulty machines from healthy ones."""

import numpy as np


def auc(healthy, faulty):
    """The chance that a faulty look scores higher than a healthy one (ties count half).

    The area under the receiver operating characteristic; Hanley and McNeil, Radiology 143 (1982).

    Args:
        healthy, faulty: scores, [n] and [m], higher for more suspicious.

    Returns:
        0 to 1; a half is guessing.

    Raises:
        ValueError: there are none of one.
    """
    return _area(healthy, faulty, 1.0)


def partial_auc(healthy, faulty, most=0.1):
    """The same where few healthy looks raise an alarm: of false-positive rates up to `most`.

    Args:
        healthy, faulty: as for `auc`.
        most: the largest false-positive rate that counts, above 0 to 1.

    Returns:
        The area's share of what it could be at most, 0 to 1; `most` / 2 is guessing.

    Raises:
        ValueError: there are none of one, or `most` isn't such a rate.
    """
    if not 0 < most <= 1:
        raise ValueError(f"the largest false-positive rate is {most}: give more than 0, up to 1")
    return _area(healthy, faulty, most)


def threshold_for(healthy, rate):
    """The least score so that at most this share of healthy looks reaches it.

    Args:
        healthy: scores [n].
        rate: the share allowed, 0 to 1. To find 0.1% at all takes 1,000 scores, and 3,000 without
            one to claim it (with 95% certainty: no event in n leaves 3 / n possible).

    Returns:
        A float just above the score that is too much.

    Raises:
        ValueError: there are none.
    """
    ordered = np.sort(_scores(healthy, "healthy"))[::-1]
    allowed = int(rate * len(ordered))
    return -np.inf if allowed >= len(ordered) else float(np.nextafter(ordered[allowed], np.inf))


def _area(healthy, faulty, most):
    healthy, faulty = _scores(healthy, "healthy"), _scores(faulty, "faulty")
    steps = np.unique(np.concatenate([healthy, faulty]))[::-1]
    false = 1 - np.searchsorted(np.sort(healthy), steps) / len(healthy)
    true = 1 - np.searchsorted(np.sort(faulty), steps) / len(faulty)
    false, true = np.concatenate([[0.0], false]), np.concatenate([[0.0], true])
    at = np.append(false[false < most], most)
    return (
        float(np.trapezoid(np.interp(at, false, true), at)) / most
        if most < 1
        else float(np.trapezoid(true, false))
    )


def _scores(scores, what):
    scores = np.asarray(scores, np.float64).ravel()
    if not len(scores):
        raise ValueError(f"there are no {what} looks to compare with")
    return scores
