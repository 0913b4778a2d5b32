"""Weights and biases of layers with int16 activations, and of channels that training let die."""

import math

import numpy as np

_MOST = 2**31 - 1


def dying(g, factors):
    """Factors of a layer's channels as training with weight decay leaves them.

    Args:
        g: the `Graph`.
        factors: float64 [channels], or [1]: input scale * filter scale / output scale.

    Returns:
        The same, but about a third is 1e-5 to 1e-11 times as large, and some seldom larger.
    """
    kinds = g.rng.random(len(factors))
    small = 10 ** g.rng.uniform(-11, -5, len(factors))
    return factors * np.where(kinds < 0.35, small, 1.0)


def wide_layer(g, x, filter_shape, axis, terms, has_bias, narrow):
    """Weights, a bias or None, and the scale of the output of a layer that reads int16.

    Args:
        g: the `Graph`.
        x: the layer's input.
        filter_shape: shape of the weights, quantized along `axis` or as one.
        terms: number of products an accumulator adds up.
        has_bias: whether there is one.
        narrow: whether the operator may add up in 32 bits: with a bias of int32.
    """
    channels = filter_shape[axis]
    scale = float(np.float32(g.scale("int16")))
    largest = terms * 2**22
    fits = largest < 2**29  # a sum of 32 bits, with room for a bias
    narrow = narrow and fits and g.chance(0.4)
    usual = math.log2(8000 / (75 * 19000 * math.sqrt(terms)))
    limit = 2.0**29 / largest  # sums << shift, or results, keep within 32 bits
    kind = g.rng.random()
    effective = g.power(-36, usual) if kind > 0.85 else g.power(usual - 2, usual + 2)
    spread = g.pick((0, 1, 1, 4, 10))
    count = channels if g.chance(0.8) else 1
    effective = np.minimum(effective * 2 ** g.rng.uniform(-spread, spread / 4, count), limit)
    if g.chance(0.4):
        effective = dying(g, effective)
    scales = (effective * scale / x.scale).astype(np.float32)
    effective = scales * np.float64(x.scale) / scale
    weights = g.kernel(g.weights(filter_shape), scales, axis)
    if not has_bias:
        return weights, None, scale
    most = np.minimum(2.0**29 / effective, 2.0**29 if narrow else 2.0**45)
    values = g.rng.normal(0, 8000, channels) / effective
    if g.chance(0.1):
        values = g.rng.choice((-1.0, 1.0), channels) * most
    values = np.clip(values, -most, most).astype(np.int32 if narrow else np.int64)
    return weights, g.constant(values, np.float32(x.scale) * scales, 0), scale
