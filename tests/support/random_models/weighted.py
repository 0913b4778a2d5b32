"""Operators with weights: convolutions, the fully-connected layer, and SVDF."""

import math

import numpy as np

from .wide import dying, wide_layer

_SAME, _VALID = 0, 1
_MOST = 2**31 - 1


def conv_2d(g, x):
    """CONV_2D of x [B, H, W, C], now and then with groups of channels."""
    channels = g.pick((1, 2, 3, 4, 5, 8, 12, 16, 17, 32, 40, *[x.shape[3]] * 5))
    height, width, options, sizes = _window(g, x)
    depth = x.shape[3]
    if g.chance(0.15):
        groups = g.pick([n for n in range(1, depth + 1) if depth % n == 0])
        depth, channels = depth // groups, groups * g.integer(1, 4)
    filters = (channels, height, width, depth)
    shape = x.shape[0], *sizes, channels
    weights, bias, output = _layer(g, x, filters, 0, height * width * depth, shape, narrow=True)
    inputs = (x, weights, bias) if bias or g.chance(0.5) else (x, weights)
    options["fusedActivationFunction"] = g.activation(output)
    return g.operator("CONV_2D", inputs, [output], "Conv2DOptions", **options)


def conv_2d_of_pixels(g, x, channels):
    """CONV_2D of x [B, H, W, C] with a window of one pixel, as it comes from the converter."""
    depth = x.shape[3]
    filters = (channels, 1, 1, depth)
    weights, bias, output = _layer(g, x, filters, 0, depth, (*x.shape[:3], channels))
    options = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
    inputs = (x, weights, bias) if bias else (x, weights)
    return g.operator("CONV_2D", inputs, [output], "Conv2DOptions", **options)


def depthwise_conv_2d(g, x):
    """DEPTHWISE_CONV_2D of x [B, H, W, C]. With a bias of -1, rather than none, TFLM crashes."""
    return _depthwise(g, x, g.pick((1, 1, 1, 2, 3, 8)), _window(g, x))


def depthwise_of_bands(g, x, length, stride, padding):
    """DEPTHWISE_CONV_2D with a square window over x, a picture too large to be copied at once.

    It has no activation: kernels made for a processor have a way of their own for those without.
    """
    options, sizes = {"padding": padding, "fusedActivationFunction": 0}, []
    for axis, letter in ((1, "H"), (2, "W")):
        options[f"stride{letter}"], options[f"dilation{letter}Factor"] = stride, 1
        sizes.append(window_length(x.shape[axis], length, stride, padding))
    return _depthwise(g, x, 1, (length, length, options, sizes))


def depthwise_of_rows(g, x, lengths, stride):
    """DEPTHWISE_CONV_2D of x [B, H, W, C] with a window of `lengths`, moved by `stride`, padded."""
    options, sizes = {"padding": _SAME}, []
    for length, axis, letter in zip(lengths, (1, 2), "HW", strict=True):
        options[f"stride{letter}"], options[f"dilation{letter}Factor"] = stride, 1
        sizes.append(window_length(x.shape[axis], length, stride, _SAME))
    return _depthwise(g, x, 1, (*lengths, options, sizes))


def depthwise_boosted(g, x, lengths, stride):
    """DEPTHWISE_CONV_2D of x with factors of 1/4 to 250: training boosts what it let die before.

    Few weights aren't 0, and most of those are small, so that not all outputs are at their ends.
    """
    channels, options, sizes = x.shape[3], {"padding": _SAME, "depthMultiplier": 1}, []
    for length, axis, letter in zip(lengths, (1, 2), "HW", strict=True):
        options[f"stride{letter}"], options[f"dilation{letter}Factor"] = stride, 1
        sizes.append(window_length(x.shape[axis], length, stride, _SAME))
    shape, scale = (1, *lengths, channels), g.scale()
    scales = (2.0 ** g.rng.uniform(-2, 8, channels) * scale / x.scale).astype(np.float32)
    values = g.rng.integers(-2, 3, shape) * (g.rng.random(shape) < 0.3)
    values = np.where(g.rng.random(shape) < 0.03, g.pick((-128, 127)), values)
    weights = g.constant(values.astype(np.int8), scales, 0, 3)
    values = g.rng.integers(-60, 60, channels).astype(np.int32)
    bias = g.constant(values, np.float32(x.scale) * scales, 0)
    zero_point = g.pick((-128, -128, -128, -127, 0))
    output = g.tensor((x.shape[0], *sizes, channels), "int8", scale, zero_point)
    options["fusedActivationFunction"] = g.activation(output)
    return g.operator(
        "DEPTHWISE_CONV_2D", (x, weights, bias), [output], "DepthwiseConv2DOptions", **options
    )


def _depthwise(g, x, multiplier, window):
    channels = x.shape[3] * multiplier
    height, width, options, sizes = window
    weights, bias, output = _layer(
        g, x, (1, height, width, channels), 3, height * width, (x.shape[0], *sizes, channels)
    )
    inputs = (x, weights, bias) if bias else (x, weights)
    options["depthMultiplier"] = multiplier
    if "fusedActivationFunction" not in options:
        options["fusedActivationFunction"] = g.activation(output)
    return g.operator("DEPTHWISE_CONV_2D", inputs, [output], "DepthwiseConv2DOptions", **options)


def transpose_conv(g, x):
    """TRANSPOSE_CONV of x [B, H, W, C]; it has a bias or not, and no fused activation."""
    channels = g.pick((1, 2, 3, 4, 5, 8, 13))
    height, width = (g.integer(1, 4) for _ in range(2))
    down, right = (g.integer(1, 3) for _ in range(2))
    padding = g.pick((_SAME, _VALID))
    sizes = []
    for length, window, stride in ((x.shape[1], height, down), (x.shape[2], width, right)):
        # Any length that a convolution with this window and stride makes `length` of.
        largest = length * stride if padding == _SAME else length * stride + window - 1
        sizes.append(largest - g.integer(0, stride - 1))
    shape = (x.shape[0], *sizes, channels)
    weights, bias, output = _layer(
        g, x, (channels, height, width, x.shape[3]), 0, height * width * x.shape[3], shape
    )
    inputs = [g.integers(shape), weights, x] + ([bias] if bias else [])
    return g.operator(
        "TRANSPOSE_CONV",
        inputs,
        [output],
        "TransposeConvOptions",
        padding=padding,
        strideH=down,
        strideW=right,
    )


def fully_connected(g, x):
    """FULLY_CONNECTED of x [..., n]; without keep_num_dims the leading axes become one."""
    units = g.pick((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 33))
    keep = g.chance(0.4)
    width = x.shape[-1]
    shape = (*x.shape[:-1], units) if keep else (x.size // width, units)
    weights, bias, output = _layer(g, x, (units, width), 0, width, shape)
    inputs = (x, weights, bias) if bias or g.chance(0.7) else (x, weights)
    return g.operator(
        "FULLY_CONNECTED",
        inputs,
        [output],
        "FullyConnectedOptions",
        keepNumDims=keep,
        fusedActivationFunction=g.activation(output),
    )


def svdf(g, x):
    """SVDF of x [B, n]. Without the bias TFLM crashes; in int8 it ignores the fused activation."""
    rank, units, memory = g.integer(1, 3), g.integer(1, 9), g.integer(1, 10)
    filters = rank * units
    batch, width = x.shape
    if x.dtype == "float32":
        shapes = (filters, width), (filters, memory), (units,)
        constants = [g.constant(g.rng.normal(0, 1, s).astype(np.float32)) for s in shapes]
        state = g.tensor((batch, memory * filters), "float32", variable=True)
        output = g.tensor((batch, units), "float32")
        options = {"rank": rank, "fusedActivationFunction": g.activation(output)}
        return g.operator("SVDF", (x, *constants, state), [output], "SVDFOptions", **options)
    state_type = g.pick(("int8", "int16"))
    state_most = float(np.iinfo(state_type).max)
    state_scale = g.scale()
    # The dot product spreads over a part of the state's range, or saturates it, or hardly shows.
    usual = math.log2(state_most / 2 / (75 * 75 * math.sqrt(width)))
    first = g.power(-30, usual) if g.chance(0.1) else g.power(usual - 2, usual + 2)
    state_zero = 0 if state_type == "int16" else g.pick((0, 0, g.zero_point()))
    feature = g.constant(g.weights((filters, width)), first * state_scale / x.scale, 0)
    time = g.rng.integers(-state_most, state_most + 1, (filters, memory)).astype(state_type)
    terms = rank * memory
    # An accumulator of products of 16 bits would overflow: time weights that keep it inside.
    limit = _MOST / 4 / terms / (2 * state_most)
    time = (time * min(1, limit / state_most)).astype(state_type)
    spread = np.abs(time).mean() * state_most / 3 * math.sqrt(terms) + 1
    usual = math.log2(40 / spread)
    second = g.power(-34, usual) if g.chance(0.1) else g.power(usual - 2, usual + 2)
    scale, zero_point = g.scale(), g.zero_point()
    time = g.constant(time, second * scale / state_scale, 0)
    bias = g.rng.normal(0, 20 / second, units).clip(-(2**29), 2**29).astype(np.int32)
    bias = g.constant(bias, np.float32(state_scale) * np.float32(time.scale), 0)
    state = g.tensor((batch, memory * filters), state_type, state_scale, state_zero, variable=True)
    output = g.tensor((batch, units), "int8", scale, zero_point)
    return g.operator(
        "SVDF",
        (x, feature, time, bias, state),
        [output],
        "SVDFOptions",
        rank=rank,
        fusedActivationFunction=g.pick((0, 1)),
    )


def window_length(length, window, stride, padding):
    """Output length of a (dilated) window that moves over an axis."""
    free = length if padding == _SAME else length - window + 1
    return -(-free // stride)


def _window(g, x):
    """A random window over x [B, H, W, C]: its height, width, options, and the output's sizes."""
    same_size = g.chance(0.3)
    options = {"padding": _SAME if same_size else g.pick((_SAME, _VALID))}
    lengths, sizes = [], []
    for axis, letter in ((1, "H"), (2, "W")):
        dilation = g.pick((1, 1, 1, 2, 3))
        stride = 1 if same_size else g.integer(1, 3)
        longest = x.shape[axis] if options["padding"] == _VALID else x.shape[axis] + 2
        length = g.integer(1, max(1, min(5, (longest - 1) // dilation + 1)))
        options[f"stride{letter}"] = stride
        options[f"dilation{letter}Factor"] = dilation
        lengths.append(length)
        span = (length - 1) * dilation + 1
        sizes.append(window_length(x.shape[axis], span, stride, options["padding"]))
    return *lengths, options, sizes


def _layer(g, x, filter_shape, axis, terms, output_shape, narrow=False):
    """Weights, a bias or None, and the output of a layer, with scales that suit each other.

    Args:
        x: its input.
        filter_shape: shape of the weights, quantized along `axis` or as one.
        terms: number of products an accumulator adds up.
        output_shape: shape of the output.
        narrow: whether a layer of int16 may have a bias of int32.
    """
    channels = filter_shape[axis]
    has_bias = g.chance(0.8)
    if x.dtype == "float32":
        weights = g.constant(g.rng.normal(0, 1, filter_shape).astype(np.float32))
        bias = g.constant(g.rng.normal(0, 3, channels).astype(np.float32)) if has_bias else None
        return weights, bias, g.tensor(output_shape, "float32")

    if x.dtype == "int16":
        weights, bias, scale = wide_layer(g, x, filter_shape, axis, terms, has_bias, narrow)
        return weights, bias, g.tensor(output_shape, "int16", scale, 0)
    scale, zero_point = g.scale(), g.zero_point()
    largest = terms * 128 * max(127 - x.zero_point, x.zero_point + 128)
    # Effective scales up to this one keep accumulator << shift inside 32 bits: outside, TFLM's C++
    # has no defined answer.
    limit = 2.0 ** (math.floor(math.log2(_MOST / largest)) - 1)
    kind = g.rng.random()
    if kind < 0.75:
        usual = math.log2(40 / (75 * 75 * math.sqrt(terms)))
        effective = g.power(usual - 2, usual + 2)
    elif kind < 0.85:
        effective = g.power(-23, -17)
    else:
        effective = g.pick((g.power(-34, -20), limit, 2.0 ** g.integer(-20, 0), g.power(-4, 6)))
    count = channels if g.chance(0.7) else 1
    spread = g.pick((0, 1, 1, 4, 10))
    effective = np.minimum(effective * 2 ** g.rng.uniform(-spread, spread / 4, count), limit)
    if count > 1:
        # Channels that training let die, beside those that live.
        luck = g.rng.spawn(1)[0]
        dead = luck.random(count) < luck.choice((0, 0, 0.1, 0.5))
        effective = np.where(dead, effective * 2 ** luck.uniform(-24, -6, count), effective)
    if g.dying:
        effective = dying(g, effective)
    scales = (effective * scale / x.scale).astype(np.float32)
    effective = scales * np.float64(x.scale) / scale
    values = g.weights(filter_shape)
    between = has_bias and 0.75 <= kind < 0.85
    if between:
        # Half the channels give their bias alone.
        silent = g.rng.random(_along(filter_shape, axis)) < 0.5
        values = np.where(silent, 0, values).astype(np.int8)
    weights = g.kernel(values, scales, axis)
    bias = None
    if has_bias:
        shift = np.maximum(np.frexp(effective)[1], 0)
        room = np.floor(_MOST / 2.0**shift) - largest
        if between:
            # As near to the middle between two codes as can be: the multiplier's last bit decides.
            codes = g.rng.integers(-100, 100, channels) + 0.5
            values = np.round(codes / effective)
        elif g.chance(0.1):
            values = g.rng.choice((-1.0, 1.0), channels) * _MOST
        else:
            values = g.rng.normal(0, 30, channels) / effective
        values = np.clip(values, -room, room).astype(np.int32)
        bias = g.constant(values, np.float32(x.scale) * scales, 0)
    return weights, bias, g.tensor(output_shape, "int8", scale, zero_point)


def _along(shape, axis):
    """The shape of one value for each place along an axis, to broadcast with `shape`."""
    return [length if place == axis else 1 for place, length in enumerate(shape)]
