"""How well scores tell faulty machines from healthy ones."""

import numpy as np


def auc(healthy, faulty):
    """The chance that a faulty look scores higher than a healthy one (ties count half).

    The area under the receiver operating characteristic: `sklearn.metrics.roc_auc_score`.

    Args:
        healthy, faulty: scores, [n] and [m], higher for more suspicious.

    Returns:
        0 to 1; a half is guessing.

    Raises:
        ValueError: there are none of one.
    """
    return _area(healthy, faulty, None)


def partial_auc(healthy, faulty, most=0.1):
    """The same where few healthy looks raise an alarm: for false-positive rates up to `most`.

    Scaled so that a half is guessing and 1 is perfect (McClish, Medical Decision Making 9, 1989),
    as scikit-learn does.

    Args:
        healthy, faulty: as for `auc`.
        most: the largest false-positive rate that counts, above 0 to 1.

    Returns:
        0 to 1.

    Raises:
        ValueError: there are none of one, or `most` isn't such a rate.
    """
    if not 0 < most <= 1:
        raise ValueError(f"the largest false-positive rate is {most}: give more than 0, up to 1")
    return _area(healthy, faulty, most)


def _area(healthy, faulty, most):
    from sklearn.metrics import roc_auc_score

    healthy, faulty = _scores(healthy, "healthy"), _scores(faulty, "faulty")
    truth = np.repeat([0, 1], [len(healthy), len(faulty)])
    return float(roc_auc_score(truth, np.concatenate([healthy, faulty]), max_fpr=most))


def _scores(scores, what):
    scores = np.asarray(scores, np.float64).ravel()
    if not len(scores):
        raise ValueError(f"there are no {what} looks to compare with")
    return scores
