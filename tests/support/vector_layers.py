"""Layers that fill no vector: channels and lengths of any number, and what training leaves behind.

    case = vector_layers.make("CONV_2D", seed=3)

makes a model of several layers, each with an input and an output of its own. A third of the
channels of some are dead: requantization factors of 1e-8 to 1e-11 beside neighbours of 1e-3.
"""

import math
import zlib

import numpy as np
from random_models import Case
from random_models.graph import Graph
from random_models.weighted import window_length

OPERATORS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
LAYERS = 4

_MOST = 2**31 - 1
_NUMBERS = (1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23, 24, 31, 32, 33, 40)


def make(operator, seed):
    """A model of `LAYERS` layers.

    Args:
        operator: one of `OPERATORS`.
        seed: int from 0.

    Returns:
        A `random_models.Case`.
    """
    g = Graph((zlib.crc32(operator.encode()), 7, seed))
    outputs = [_MAKERS[operator](g) for _ in range(LAYERS)]
    inputs = tuple(_codes(g, tensor.shape) for tensor in g.inputs)
    told = "\n".join([f'vector_layers.make("{operator}", seed={seed})', *g.steps])
    return Case(g.pack(outputs), inputs, (), told)


def wide(seed):
    """A model of one DEPTHWISE_CONV_2D whose window reaches over more than is kept on the stack.

    Args:
        seed: int from 0: a picture of 1,000 columns, or a filter of 17 by 16, in turn.

    Returns:
        A `random_models.Case`.
    """
    g = Graph((zlib.crc32(b"wide"), seed))
    shape, window = (((1, 4, 1000, 2), (3, 3)), ((1, 20, 18, 9), (17, 16)))[seed % 2]
    output = _depthwise(g, shape, 1, window, (1, 1), (1, 1))
    told = "\n".join([f"vector_layers.wide(seed={seed})", *g.steps])
    return Case(g.pack([output]), (_codes(g, shape),), (), told)


def _codes(g, shape):
    return g.rng.integers(-128, 128, shape).astype(np.int8)


def _input(g, shape):
    return g.input(shape, "int8", None, g.pick((-128, 127, 0, g.integer(-128, 127))))


def _convolution(g):
    depth, groups = g.pick(_NUMBERS), 1
    if g.chance(0.15):
        groups = g.integer(2, 3)
    channels = groups * g.integer(1, 5) if groups > 1 else g.pick(_NUMBERS)
    x = _input(g, (g.integer(1, 2), g.integer(1, 7), g.integer(1, 7), groups * depth))
    window = g.pick(((1, 1), (1, 1), (3, 3), (g.integer(1, 4), g.integer(1, 4))))
    options, sizes = _moved(g, x, window)
    filters, terms = (channels, *window, depth), depth * math.prod(window)
    weights, bias, output = _layer(g, x, filters, 0, terms, (x.shape[0], *sizes, channels))
    return g.operator("CONV_2D", (x, weights, bias), [output], "Conv2DOptions", **options)[0]


def _depthwise_convolution(g):
    multiplier = g.pick((1, 1, 1, 1, 2, 3, 8, 16))
    channels = g.pick(_NUMBERS if multiplier == 1 else (1, 2, 3, 5))
    window = g.pick(((3, 3), (3, 3), (g.integer(1, 6), 1), (g.integer(1, 5), g.integer(1, 5))))
    shape = (g.integer(1, 2), g.integer(1, 9), g.integer(1, 9), channels)
    return _depthwise(g, shape, multiplier, window)


def _depthwise(g, shape, multiplier, window, strides=None, dilations=None):
    x = _input(g, shape)
    options, sizes = _moved(g, x, window, strides, dilations)
    channels = shape[3] * multiplier
    sizes = (shape[0], *sizes, channels)
    weights, bias, output = _layer(g, x, (1, *window, channels), 3, math.prod(window), sizes)
    # With a bias of -1, rather than none, TFLM crashes.
    inputs = (x, weights, bias) if bias else (x, weights)
    options["depthMultiplier"] = multiplier
    name = "DEPTHWISE_CONV_2D"
    return g.operator(name, inputs, [output], "DepthwiseConv2DOptions", **options)[0]


def _fully_connected(g):
    length, units = g.pick((*_NUMBERS, 47, 48, 63, 64, 65, 129)), g.pick(_NUMBERS)
    x = _input(g, (g.integer(1, 3), length))
    weights, bias, output = _layer(g, x, (units, length), 0, length, (x.shape[0], units))
    inputs, options = (x, weights, bias), {"fusedActivationFunction": g.activation(output)}
    return g.operator("FULLY_CONNECTED", inputs, [output], "FullyConnectedOptions", **options)[0]


_MAKERS = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise_convolution,
    "FULLY_CONNECTED": _fully_connected,
}


def _moved(g, x, window, strides=None, dilations=None):
    """How a window moves over x: the options, and the output's height and width."""
    strides = strides or (g.integer(1, 3), g.integer(1, 3))
    dilations = dilations or (g.pick((1, 1, 1, 2)), g.pick((1, 1, 1, 3)))
    if g.chance(0.4):
        strides = 1, 1
    spans = [(n - 1) * gap + 1 for n, gap in zip(window, dilations, strict=True)]
    fits = all(span <= length for span, length in zip(spans, x.shape[1:], strict=False))
    padding = g.integer(0, 1) if fits else 0
    sizes = [
        window_length(x.shape[1 + axis], spans[axis], strides[axis], padding) for axis in (0, 1)
    ]
    options = {
        "padding": padding,
        "strideH": strides[0],
        "strideW": strides[1],
        "dilationHFactor": dilations[0],
        "dilationWFactor": dilations[1],
        "fusedActivationFunction": g.pick((0, 0, 1, 3)),
    }
    return options, sizes


def _layer(g, x, filter_shape, axis, terms, output_shape):
    """Weights, a bias or None, and the output of a layer."""
    channels = filter_shape[axis]
    # From there on a sum that is shifted would leave 32 bits: TFLM's C++ has no answer then.
    largest = terms * 128 * 255
    limit = 2.0 ** (math.floor(math.log2(_MOST / largest)) - 1)
    factors = 40 / (75 * 75 * math.sqrt(terms)) * 2.0 ** g.rng.uniform(-2, 2, channels)
    kind = g.rng.random()
    if kind < 0.5:
        dead = g.rng.random(channels) < 0.35
        factors = np.where(dead, 10.0 ** g.rng.uniform(-11, -8, channels), factors)
    elif kind < 0.7:
        factors = 2.0 ** g.rng.uniform(-12, 3, channels)
    elif kind < 0.8:
        factors = 2.0 ** g.rng.integers(-10, 2, channels)  # ties, and factors that shift nothing
    scale, zero_point = float(np.float32(g.power(-8, -2))), g.pick((-128, 127, 0, g.zero_point()))
    scales = (np.minimum(factors, limit) * scale / x.scale).astype(np.float32)
    factors = scales * np.float64(x.scale) / scale
    weights = g.constant(g.rng.integers(-128, 128, filter_shape).astype(np.int8), scales, 0, axis)
    bias = None
    if g.chance(0.7):
        room = np.floor(_MOST / 2.0 ** np.maximum(np.frexp(factors)[1], 0)) - largest
        values = np.clip(g.rng.normal(0, 30, channels) / factors, -room, room).astype(np.int32)
        bias = g.constant(values, np.float32(x.scale) * scales, 0)
    return weights, bias, g.tensor(output_shape, "int8", scale, zero_point)
