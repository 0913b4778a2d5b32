"""TFLM_DECODE: weights stored as short indices into tables of their codes."""

import numpy as np

from . import weighted

_HEADER_BYTES = 16
_WIDEST = 7  # bits


def decoded(g, x):
    """A layer of x [B, H, W, C] whose weights an operator TFLM_DECODE makes, with others or not."""
    g.coded = True
    layers = [weighted.conv_2d, weighted.depthwise_conv_2d, weighted.fully_connected]
    outputs = g.pick([*layers, weighted.transpose_conv])(g, x)
    return [*outputs, *g.unread()[:-1]]


def weights(g, values, scales, axis):
    """An operator that makes weights; now and then others along with them, which nobody reads.

    Args:
        g: the `Graph`.
        values: int8 array, whose values are replaced by some of them.
        scales: float32 [1], or one for each place along `axis`, the first or the last.
        axis: of the scales.

    Returns:
        The `Tensor`.
    """
    axis = axis if len(scales) > 1 else 0  # TFLM looks at it even then
    inputs, outputs = _coded(g, values, scales, axis)
    if g.chance(0.3):
        shape = (g.integer(1, 9), g.integer(1, 9))
        more = _coded(g, g.weights(shape), np.full(g.pick((1, shape[0])), 0.5, np.float32), 0)
        inputs, outputs = inputs + more[0], outputs + more[1]
    return g.operator("TFLM_DECODE", inputs, outputs)[0]


def _coded(g, values, scales, axis):
    """Inputs and outputs of the operator, each a list of `Tensor`s."""
    bits = g.integer(1, _WIDEST)
    codes = g.integer(1, 2**bits)  # of a table
    channels = len(scales)
    tables = g.rng.choice(values.ravel(), (channels, codes)).astype(np.int8)
    indices = g.rng.integers(0, codes, values.size)
    header = np.zeros(_HEADER_BYTES, np.uint8)
    one_table = 15
    header[[1, 4, 5, 6]] = 1, 1, bits | (axis if channels > 1 else one_table) << 4, codes
    each = np.unpackbits(indices.astype(np.uint8)[:, np.newaxis], axis=1)[:, -bits:]
    packed = g.constant(np.packbits(each))
    ancillary = g.constant(np.concatenate([header, tables.view(np.uint8).ravel()]))
    return [packed, ancillary], [g.tensor(values.shape, "int8", scales, 0, axis)]
