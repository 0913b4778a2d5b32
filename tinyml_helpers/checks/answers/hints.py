"""Hints for common slips: whoever made one gives a value that is known beforehand."""

import numpy as np

from tinyml_helpers.checks.answers.feedback import Wrong


def near(given, value):
    """Whether two numbers, or arrays of one shape, are equal but for rounding."""
    given, value = np.asarray(given, float), np.asarray(value, float)
    return given.shape == value.shape and np.allclose(given, value, rtol=1e-6, atol=1e-9)


def refuse(said, given, ways, otherwise):
    """Raise Wrong with the first hint that fits.

    Args:
        said: a sentence on what the answer gives, without its full stop.
        given: that value.
        ways: dict of a hint to the value of an answer that needs it.
        otherwise: the hint if none fits.
    """
    hint = next((hint for hint, value in ways.items() if near(given, value)), otherwise)
    raise Wrong(f"{said}. Hint: {hint}")
