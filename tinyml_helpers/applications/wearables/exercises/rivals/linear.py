"""Logistic regression on the features: fitted by scikit-learn, decided in integers.

    rival, whole = fitted(features.of(windows), classes)

The chip's arithmetic is `c/rival_linear.c`; `Linear.classes` is the same in NumPy.
"""

import ctypes
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.exercises.rivals import c_rivals
from tinyml_helpers.applications.wearables.exercises.rivals.features import (
    check_examples,
    check_features,
)

#: A standard deviation in codes, and RV_STANDARD_SHIFT of rival_linear.h.
DEVIATION, _SHIFT = 16, 12

#: The most that (feature - mean) × multiplier may be multiplied with: their product fits int32.
_MOST = 32767

#: How much the mean loss weighs against half the weights' squares. Found by leaving one out of the
#: people 1 to 5.
_LOSS = 500


class _Tables(ctypes.Structure):
    """rv_linear of rival_linear.h."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("means", "multipliers", "weights", "biases")),
        ("classes", ctypes.c_uint32),
    )


class Linear(NamedTuple):
    """A regression in integers: the tables of `rv_linear`.

    Attributes:
        means: int16 [48].
        multipliers: uint16 [48].
        weights: int8 [classes, 48].
        biases: int32 [classes].
    """

    means: np.ndarray
    multipliers: np.ndarray
    weights: np.ndarray
    biases: np.ndarray

    @property
    def count(self):
        """How many classes there are."""
        return len(self.biases)

    def standard(self, seen):
        """Features as codes, 16 of them a standard deviation: int8 [n, 48] of int16 [n, 48]."""
        off = (seen.astype(np.int64) - self.means) * self.multipliers
        return np.clip((off + (1 << (_SHIFT - 1))) >> _SHIFT, -128, 127).astype(np.int8)

    def classes(self, seen):
        """The class of each window.

        Args:
            seen: int16 [n, 48].

        Returns:
            int64 [n].

        Raises:
            ValueError: these are no features.
        """
        check_features(seen)
        scores = self.standard(seen).astype(np.int64) @ self.weights.T.astype(np.int64)
        return np.argmax(scores + self.biases, axis=1)

    def classes_by_c(self, seen):
        """The same by the C."""
        addresses = [array.ctypes.data for array in self]
        return c_rivals.decided("rv_linear_all", _Tables(*addresses, self.count), seen)

    def by(self, whole, seen):
        """The classes by what scikit-learn fitted, in floats, from the same codes: int64 [n]."""
        return whole.predict(self.standard(seen) / DEVIATION)

    def c_source(self):
        """C with the tables, and `uint32_t rv_class(const int8_t *window)`; a str."""
        tables = "".join(c_rivals.table(name, array) for name, array in self._asdict().items())
        return (
            '#include "rival_linear.h"\n\n'
            f"{tables}\n"
            "static const rv_linear linear = {means, multipliers, weights, biases, "
            f"{self.count}}};\n\n"
            "uint32_t rv_class(const int8_t *window);\n\n"
            "uint32_t rv_class(const int8_t *window)\n"
            "{\n"
            "    int16_t features[RV_FEATURES];\n"
            "    rv_features(window, features);\n"
            "    return rv_linear_class(&linear, features);\n"
            "}\n"
        )


def fitted(seen, classes):
    """Fit a regression, and bring it into integers.

    Mean and deviation are those of these windows, so give none of a person to be tested.

    Args:
        seen: int16 [n, 48].
        classes: int64 [n], from 0 on, each with examples.

    Returns:
        A `Linear`, and what scikit-learn fitted, for `Linear.by`.

    Raises:
        ValueError: these are no such examples.
    """
    from sklearn.linear_model import LogisticRegression

    count = check_examples(seen, classes)
    deviations = np.maximum(seen.std(axis=0), 1e-3)
    rival = Linear(
        np.rint(seen.mean(axis=0)).astype(np.int16),
        np.minimum(np.rint((DEVIATION << _SHIFT) / deviations), _MOST).astype(np.uint16),
        weights=np.zeros((count, seen.shape[1]), np.int8),
        biases=np.zeros(count, np.int32),
    )
    whole = LogisticRegression(C=_LOSS / len(seen), max_iter=1000)
    whole.fit(rival.standard(seen) / DEVIATION, classes)
    # All weights share a scale, by which the scores are larger than scikit-learn's.
    scale = 127 / np.abs(whole.coef_).max()
    weights = np.rint(whole.coef_ * scale).astype(np.int8, order="C")
    biases = np.rint(whole.intercept_ * scale * DEVIATION).astype(np.int32)
    return rival._replace(weights=weights, biases=biases), whole
