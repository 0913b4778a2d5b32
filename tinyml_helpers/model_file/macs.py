"""How many multiply-accumulates (MACs) an operator of a .tflite model takes, from its shapes.

A MAC is one multiplication whose product is added to a sum. It is the unit models are compared in:
the operators below spend nearly all their time on them. Biases, activations and everything else
are left out, and products with the zeros of "SAME" padding are counted as the others are.
"""

import math

from tinyml_helpers.model_file.flatbuffer import FlatBufferError


def count(operator_name, inputs, output, options):
    """MACs of one run of an operator; 0 for operators that multiply no matrix.

    Args:
        operator_name: such as "CONV_2D".
        inputs: the shape of each input, in the order the operator takes them; None where absent.
        output: the shape of its first output.
        options: its options, as `Operator.options`.

    Raises:
        FlatBufferError: an input it can't do without is missing or has another rank.
    """
    if operator_name not in _FORMULAS:
        return 0
    formula, ranks = _FORMULAS[operator_name]
    for place, rank in enumerate(ranks):
        if len(inputs) <= place or inputs[place] is None or len(inputs[place]) < rank:
            raise FlatBufferError(f"input {place} of a {operator_name} isn't what it takes")
    return formula(inputs, output, options)


def _conv_2d(inputs, output, options):
    """Each output value: a window of kh·kw·ci weights. Weights: [co, kh, kw, ci]."""
    return math.prod(output) * math.prod(inputs[1][1:])


def _depthwise_conv_2d(inputs, output, options):
    """Each output value: a window of kh·kw weights, in one channel. Weights: [1, kh, kw, c]."""
    return math.prod(output) * math.prod(inputs[1][1:3])


def _transpose_conv(inputs, output, options):
    """Each input value meets every weight of its channel. Weights: [co, kh, kw, ci]."""
    return math.prod(inputs[2]) * math.prod(inputs[1][:3])


def _fully_connected(inputs, output, options):
    """Each output value: one weight for every input. Weights: [outputs, inputs]."""
    return math.prod(output) * inputs[1][-1]


def _batch_matmul(inputs, output, options):
    """Each output value: a row times a column. First factor: [..., rows, shared], or transposed."""
    return math.prod(output) * inputs[0][-2 if options.get("adj_x") else -1]


def _svdf(inputs, output, options):
    """Each filter: over the features, then over time. Weights: [filters, features] and
    [filters, steps]; input: [batch, features]."""
    (batch, features), (filters, steps) = inputs[0][:2], inputs[2][:2]
    return batch * filters * (features + steps)


def _lstm(inputs, output, options):
    """Each time step: every weight once. Inputs 1 to 8 are the gates' weights for the input and
    for the previous output, 9 to 11 the peepholes, 16 the projection; input 0: [batch, time, n]."""
    weights = [shape for shape in (*inputs[1:12], *inputs[16:17]) if shape is not None]
    return math.prod(inputs[0][:-1]) * sum(math.prod(shape) for shape in weights)


#: The formula of each operator, and the least rank of the inputs it can't do without.
_FORMULAS = {
    "CONV_2D": (_conv_2d, (4, 4)),
    "DEPTHWISE_CONV_2D": (_depthwise_conv_2d, (4, 4)),
    "TRANSPOSE_CONV": (_transpose_conv, (1, 4, 4)),
    "FULLY_CONNECTED": (_fully_connected, (1, 2)),
    "BATCH_MATMUL": (_batch_matmul, (2, 2)),
    "SVDF": (_svdf, (2, 2, 2)),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": (_lstm, (3,)),
}
