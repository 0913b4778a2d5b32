"""UNIDIRECTIONAL_SEQUENCE_LSTM: a layer with a state, over the steps of a sequence."""

import math

import numpy as np

_TANH = 4  # the schema's number


def lstm(g, x):
    """UNIDIRECTIONAL_SEQUENCE_LSTM of x [B, T, n], or [T, B, n]; TFLM has none with peepholes, a
    projection, layer normalization, or coupled gates."""
    units, width = g.integer(1, 8), x.shape[2]
    time_first = g.chance(0.3)
    batch = x.shape[1 if time_first else 0]
    scale, zero_point = float(np.float32(g.power(-9, -6))), g.zero_point(x.dtype)
    if x.dtype == "int16":
        scale /= 256
    bias_type = np.int64 if x.dtype == "int16" else np.int32
    weights, recurrent, biases = [], [], []
    for _ in range(4):
        weights.append(_weights(g, x.dtype, x.scale, (units, width)))
        recurrent.append(_weights(g, x.dtype, scale, (units, units)))
        step = np.float32(x.scale) * np.float32(weights[-1].scale)
        values = (g.rng.normal(0, 1, units) / step).clip(-(2**29), 2**29).astype(bias_type)
        biases.append(g.constant(values, step, 0))
    state = g.tensor((batch, units), x.dtype, scale, zero_point, variable=True)
    cells = g.tensor((batch, units), "int16", 2.0 ** -g.integer(9, 15), 0, variable=True)
    output = g.tensor((*x.shape[:2], units), x.dtype, scale, zero_point)
    nothing = [None] * 3
    inputs = (x, *weights, *recurrent, *nothing, *biases, None, None, state, cells, *[None] * 4)
    return g.operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        inputs,
        [output],
        "UnidirectionalSequenceLSTMOptions",
        fusedActivationFunction=_TANH,
        cellClip=g.pick((0.0, 0.0, 0.5, 10.0)),
        timeMajor=time_first,
    )


def _weights(g, dtype, scale, shape):
    """Weights whose sums go through the bend of the gates' activations, or far beyond."""
    step = 75 * math.sqrt(shape[1]) * (75 if dtype == "int8" else 19000) * scale
    usual = math.log2(2 / step)
    factor = g.power(usual - 4, usual + 4) if g.chance(0.2) else g.power(usual - 1, usual + 1)
    return g.constant(g.weights(shape), factor, 0)
