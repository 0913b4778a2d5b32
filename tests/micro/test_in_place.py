"""Which operators write their output over their input, and so need its memory only once."""

import numpy as np
import pytest
from random_models.graph import Graph

from tinyml_helpers import micro

PLAIN = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}


def is_in_place(graph, outputs):
    """Whether input and output of a model of one operator lie in the same place."""
    pieces = micro.Interpreter(graph.pack(outputs)).arena_plan()
    places = {piece.index: piece.offset for piece in pieces if piece.what == "tensor"}
    return places[graph.inputs[0].index] == places[outputs[0].index]


def convolution(filters=4, window=(1, 1), depth=4, size=(4, 4), **options):
    """A CONV_2D of [1, 4, 4, 4]; whether it is in place."""
    g = Graph(0)
    x = g.input((1, 4, 4, 4), "int8", 0.5, 0)
    weights = g.constant(np.ones((filters, *window, depth), np.int8), 0.5)
    out = g.tensor((1, *size, filters), "int8", 0.5, 0)
    made = g.operator("CONV_2D", [x, weights, None], [out], "Conv2DOptions", **PLAIN | options)
    return is_in_place(g, made)


@pytest.mark.parametrize("filters", [1, 3, 4])
def test_a_convolution_that_looks_at_one_pixel_is_in_place(filters):
    assert convolution(filters)


@pytest.mark.parametrize(
    "different",
    [
        {"filters": 5},
        {"window": (1, 2)},
        {"window": (2, 1)},
        {"strideH": 2, "size": (2, 4)},
        {"strideW": 2, "size": (4, 2)},
        {"depth": 2},  # two groups
    ],
)
def test_any_other_convolution_is_not(different):
    assert not convolution(**different)


@pytest.mark.parametrize("size", [(4, 4), (2, 2)])
def test_a_depthwise_convolution_of_the_same_shape_is(size):
    g = Graph(0)
    x = g.input((1, 4, 4, 4), "int8", 0.5, 0)
    weights = g.constant(np.ones((1, 3, 3, 4), np.int8), 0.5)
    stride = 4 // size[0]
    options = PLAIN | {"strideH": stride, "strideW": stride, "depthMultiplier": 1}
    out = g.tensor((1, *size, 4), "int8", 0.5, 0)
    inputs = [x, weights, None]
    made = g.operator("DEPTHWISE_CONV_2D", inputs, [out], "DepthwiseConv2DOptions", **options)
    assert is_in_place(g, made) == (size == (4, 4))


@pytest.mark.parametrize("name", ["RELU", "LOGISTIC", "TANH", "HARD_SWISH", "RELU6", "RESHAPE"])
def test_what_works_value_by_value_is(name):
    g = Graph(0)
    x = g.input((1, 12), "int8", 0.0625, 0)
    scale, zero_point = (1 / 256, -128) if name == "LOGISTIC" else (1 / 128, 0)
    meaning = x.meaning[1:] if name == "RESHAPE" else (scale, zero_point)
    made = g.operator(name, [x], [g.tensor((1, 12), "int8", *meaning)])
    assert is_in_place(g, made)
