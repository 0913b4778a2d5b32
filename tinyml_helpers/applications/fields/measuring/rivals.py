"""Rivals of the network: what costs nothing, and what a straight line can do."""

import numpy as np

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.training import real

#: Of the ridge regression; inputs are of size 1.
_PENALTY = 10.0

#: The input that is the change since a day ago, as a root; see history.h.
_DAY_AGO = 4

#: 1 / √3.6 of history.h, in percent: a code stands for this times itself, squared.
_OF_ROOT = 1 / 360


class Ridge:
    """Linear regression of changes on the model's inputs, weights kept small.

    Args:
        examples: `examples.Examples` to learn from.
    """

    def __init__(self, examples):
        x = _with_one(examples.inputs)
        self._weights = np.zeros((x.shape[1], examples.changes.shape[1]))
        for lead, changes in enumerate(examples.changes.T):
            there = ~np.isnan(changes)
            if there.any():
                square = x[there].T @ x[there] + _PENALTY * np.eye(x.shape[1])
                self._weights[:, lead] = np.linalg.solve(square, x[there].T @ changes[there])

    def __call__(self, inputs):
        """Changes in percent by volume, the same for each quantile: float [n, 4, 3]."""
        return _alike(_with_one(inputs) @ self._weights)


def same_again(inputs):
    """That the change since a day ago comes again, each day: float [n, 4, 3], percent by volume.

    Args:
        inputs: int8 [n, 24] of days; see history.h.
    """
    root = inputs[:, _DAY_AGO].astype(np.float64)
    days = np.array(c_node.LEAD_HOURS) / 24
    return _alike(np.sign(root)[:, None] * root[:, None] ** 2 * _OF_ROOT * days)


def _with_one(inputs):
    return np.concatenate([real(inputs), np.ones((len(inputs), 1), np.float32)], axis=1).astype(
        np.float64
    )


def _alike(changes):
    return np.repeat(changes[:, :, None], len(c_node.QUANTILES), axis=2)
