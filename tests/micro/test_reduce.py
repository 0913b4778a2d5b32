"""REDUCE_MAX and MEAN over every choice of axes, also apart from each other, against NumPy."""

import itertools

import numpy as np
import pytest
from random_models.graph import Graph

from tinyml_helpers import micro

SHAPE = (3, 2, 4, 2)
AXES = [axes for n in range(1, 5) for axes in itertools.combinations(range(4), n)]


def reduced(name, dtype, axes, x):
    """What the interpreter makes of x."""
    g = Graph(0)
    given = g.input(SHAPE, dtype, 0.5, 0)
    shape = [length for axis, length in enumerate(SHAPE) if axis not in axes]
    made = g.tensor(shape, *given.meaning)
    g.operator(name, (given, g.integers(axes)), [made], "ReducerOptions", keepDims=False)
    return micro.Interpreter(g.pack([made])).invoke(x)


def numbers(dtype):
    """Different ones, half below 0, the largest somewhere in the middle."""
    count = np.prod(SHAPE)
    return (np.random.default_rng(5).permutation(count) - count // 2).reshape(SHAPE).astype(dtype)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@pytest.mark.parametrize("axes", AXES)
def test_the_largest(dtype, axes):
    for x in (numbers(dtype), -numbers(dtype), numbers(dtype) - 60):
        found = reduced("REDUCE_MAX", dtype, axes, x.astype(dtype))
        np.testing.assert_array_equal(found, x.max(axis=axes))


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@pytest.mark.parametrize("axes", AXES)
def test_the_mean(dtype, axes):
    x = numbers(dtype)
    found = reduced("MEAN", dtype, axes, x)
    step = 0.75 if dtype == "int8" else 1e-5  # 17 / 4 is rounded twice, as TFLM does: 8.5, 4.5, 5
    np.testing.assert_allclose(found, x.astype(float).mean(axis=axes), atol=step, rtol=0)
