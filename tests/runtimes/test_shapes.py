"""Shapes that TFLM believes, though they aren't so: when it is wrong, and that it is told."""

import warnings

import foreign
import numpy as np
import pytest

from tinyml_helpers import model_file
from tinyml_helpers.runtimes import litert, shapes, tflm

#: Shapes with a fixed batch of 1, block and edges of a SPACE_TO_BATCH_ND.
BLOCKS = [
    ((8, 8, 3), [2, 2], [[0, 0], [0, 0]]),
    ((8, 8, 4), [2, 2], [[2, 2], [2, 2]]),
    ((9, 9, 4), [2, 2], [[2, 3], [2, 3]]),
    ((8, 8, 1), [2, 3], [[1, 1], [1, 0]]),
    ((8, 8, 2), [2, 1], [[1, 1], [0, 0]]),
    ((20, 4), [2], [[0, 2]]),
]


def difference(model, *shape):
    x = foreign.random_inputs(2, *shape)
    return np.abs(tflm.predict(model, x) - litert.predict(model, x)).max()


@pytest.mark.usefixtures("needs_tflm")
@pytest.mark.parametrize(("shape", "block", "edges"), BLOCKS)
def test_with_a_fixed_batch_tflm_is_right_and_nobody_warns(shape, block, edges):
    model = foreign.blocks((1, *shape), block, edges)
    assert "SPACE_TO_BATCH_ND" in model_file.read(model).operator_names
    with warnings.catch_warnings():
        warnings.simplefilter("error", shapes.WrongNumbers)
        assert difference(model, *shape) == 0


@pytest.mark.usefixtures("needs_tflm")
@pytest.mark.parametrize(("shape", "block", "edges"), BLOCKS)
def test_with_an_open_batch_tflm_is_wrong_and_says_so(shape, block, edges):
    model = foreign.blocks((None, *shape), block, edges)
    with pytest.warns(
        shapes.WrongNumbers, match=r"0 \(SPACE_TO_BATCH_ND\) gives \[.*a fixed batch"
    ):
        assert not difference(model, *shape) < 0.5  # it may be NaN


@pytest.mark.usefixtures("needs_tflm")
def test_a_dilated_convolution_of_keras_needs_a_fixed_batch():
    net = foreign.dilated()
    with pytest.warns(shapes.WrongNumbers):
        assert not difference(foreign.convert(net), 8, 8, 1) < 0.01  # it may be NaN
    fixed = foreign.dilated(batch=1)
    fixed.set_weights(net.get_weights())
    with warnings.catch_warnings():
        warnings.simplefilter("error", shapes.WrongNumbers)
        assert difference(foreign.convert(fixed), 8, 8, 1) < 1e-5


@pytest.mark.parametrize(("shape", "block", "edges"), BLOCKS)
def test_an_open_batch_is_misread_also_where_there_is_no_tflm(shape, block, edges):
    sentence = shapes.misread(model_file.read(foreign.blocks((None, *shape), block, edges)))
    assert "wrong numbers" in sentence
    assert shapes.misread(model_file.read(foreign.blocks((1, *shape), block, edges))) is None


def test_a_batch_that_cannot_be_taken_apart_is_misread():
    whole = foreign.blocks((None, 8, 8, 3), [2, 2], [[0, 0], [0, 0]])
    last = model_file.read(whole).operators[-1]
    assert last.name == "BATCH_TO_SPACE_ND"
    alone = model_file.read(model_file.operator_alone(whole, last.index))
    assert "can't take [1, 4, 4, 3]" in shapes.misread(alone)
