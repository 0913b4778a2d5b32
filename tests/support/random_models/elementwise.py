"""Operators that work value by value: arithmetic, activations, and changes of number format."""

import numpy as np


def add(g, x):
    """ADD of x and a tensor that broadcasts with it."""
    return _sum(g, x, "ADD", "AddOptions")


def sub(g, x):
    """SUB of x and a tensor that broadcasts with it."""
    return _sum(g, x, "SUB", "SubOptions")


def mul(g, x):
    """MUL of x and a tensor that broadcasts with it."""
    first, second, shape = _pair(g, x)
    # 255 * 255 << 14 stays inside 32 bits, and so does 2**30 of int16.
    far, *usual = (0, -18, -13) if x.dtype == "int16" else (14, -9, -5)
    effective = g.power(-34, far) if g.chance(0.15) else g.power(*usual)
    output = _output(g, x, shape, lambda: first.scale * second.scale / effective)
    return _arithmetic(g, "MUL", "MulOptions", (first, second), output)


def _sum(g, x, name, options):
    first, second, shape = _pair(g, x)

    def scale():
        largest = max(first.scale, second.scale)
        # TFLM ends the process unless 2 * largest / (2**20 * output's scale) is below 1; of int16
        # that is 2**15.
        finest = -13.9 if x.dtype == "int16" else -17
        return largest * (g.power(finest, 20) if g.chance(0.15) else g.power(-1, 2))

    return _arithmetic(g, name, options, (first, second), _output(g, x, shape, scale))


def _pair(g, x):
    """Two operands, x one of them, and the shape of what comes out."""
    meaning = ("float32", None, None) if x.dtype == "float32" else None
    same = {"meaning": meaning, "near": x.scale, "dtype": x.dtype}
    kind = g.rng.random()
    if kind < 0.5:
        other = x if g.chance(0.1) else g.another(x.shape, **same)
    elif kind < 0.65:
        other = g.another(g.pick(((1,) * x.rank, (1,), ())), constant=0.6, **same)
    elif kind < 0.85 or x.rank > 4:
        shape = [g.pick((1, length)) for length in x.shape]
        other = g.another(shape[g.integer(0, x.rank - 1) :], **same)
    else:
        # The other one has axes that x lacks, or has with length 1.
        shape = [g.integer(2, 4) if length == 1 else length for length in x.shape]
        other = g.another([g.integer(1, 3) for _ in range(4 - x.rank)] + shape, **same)
    pair = (other, x) if g.chance(0.4) else (x, other)
    return *pair, np.broadcast_shapes(x.shape, other.shape)


def _output(g, x, shape, scale):
    if x.dtype == "float32":
        return g.tensor(shape, "float32")
    return g.tensor(shape, x.dtype, bounded(scale()), g.zero_point(x.dtype))


def _arithmetic(g, name, options, pair, output):
    return g.operator(name, pair, [output], options, fusedActivationFunction=g.activation(output))


def bounded(scale):
    """A scale within 2**-24 to 2**8: a chain of operators would drive it far out."""
    return float(np.float32(np.clip(scale, 2.0**-24, 2.0**8)))


def softmax(g, x):
    """SOFTMAX. TFLM takes one scale and zero point for its output: 1/256 and -128 in int8, 1/65536
    and -32768 in int16, and 1/32768 and 0 if the input is int16 too. Of int8 it ends the process
    where the sum of the exponentials, the largest being 1, reaches 512, as over 512 equal values,
    or where beta times the input's scale isn't over 2**-26.
    """
    beta = g.pick((1.0, 1.0, 0.5, 2.0, 10.0, 0.037))
    if x.dtype == "float32":
        output = g.tensor(x.shape, "float32")
    elif x.dtype == "int16":
        output = g.tensor(x.shape, "int16", 1 / 32768, 0)
    elif g.chance(0.3):
        output = g.tensor(x.shape, "int16", 1 / 65536, -32768)
    else:
        output = g.tensor(x.shape, "int8", 1 / 256, -128)
    return g.operator("SOFTMAX", [x], [output], "SoftmaxOptions", beta=beta)


def logistic(g, x):
    """LOGISTIC; the kernel takes the output's scale to be 1/256 and zero point -128."""
    return g.operator("LOGISTIC", [x], [_fixed(g, x, 1 / 256, -128)])


def tanh(g, x):
    """TANH; the kernel takes the output's scale to be 1/128 and zero point 0."""
    return g.operator("TANH", [x], [_fixed(g, x, 1 / 128, 0)])


def _fixed(g, x, scale, zero_point):
    if x.dtype == "float32":
        return g.tensor(x.shape, "float32")
    if x.dtype == "int16":
        return g.tensor(x.shape, "int16", 1 / 32768, 0)
    return g.tensor(x.shape, "int8", scale, zero_point)


def relu(g, x):
    """RELU."""
    return g.operator("RELU", [x], [_rescaled(g, x)])


def relu6(g, x):
    """RELU6; TFLM copies codes between the input's 0 and 6, whatever the output's scale."""
    return g.operator("RELU6", [x], [_rescaled(g, x, same=0.7)])


def leaky_relu(g, x):
    """LEAKY_RELU."""
    alpha = g.pick((0.1, 0.2, 0.3, 0.01, 0.0, 1.0, 0.25, 0.5, 1.5, g.power(-12, 0)))
    return g.operator("LEAKY_RELU", [x], [_rescaled(g, x)], "LeakyReluOptions", alpha=alpha)


def prelu(g, x):
    """PRELU, with an alpha for each channel, for each element, or for all; of at most 4 axes."""
    shape = g.pick((x.shape[-1:], (1,) * (x.rank - 1) + x.shape[-1:], x.shape[1:], (1,)))
    if x.dtype == "float32":
        alpha = g.constant(g.rng.normal(0, 0.3, shape).astype(np.float32))
    else:
        meaning = "int8", float(np.float32(g.power(-10, -5))), g.zero_point()
        alpha = g.constant(g.values(shape, meaning), *meaning[1:])
    # TFLM shifts a product of 16 bits of int8, or of 24 of int16, to the left in 32.
    low = -6 if x.dtype == "int16" else -13
    return g.operator("PRELU", (x, alpha), [_rescaled(g, x, low=low)])


def maximum(g, x):
    """MAXIMUM of x and a tensor that broadcasts with it; TFLM compares codes, so scales are one."""
    return _extreme(g, x, "MAXIMUM")


def minimum(g, x):
    """MINIMUM of x and a tensor that broadcasts with it; TFLM compares codes, so scales are one."""
    return _extreme(g, x, "MINIMUM")


def _extreme(g, x, name):
    shape = g.pick((x.shape, x.shape[-1:], (1,), [g.pick((1, length)) for length in x.shape]))
    other = g.another(tuple(shape), x.meaning)
    pair = (other, x) if g.chance(0.4) else (x, other)
    return g.operator(name, pair, [g.tensor(x.shape, *x.meaning)], "MaximumMinimumOptions")


def hard_swish(g, x):
    """HARD_SWISH; the kernel shifts int16 by an exponent that must be 0 to 15 bits to the right,
    so that the input's scale over the output's lies between 2**-8 and 2**7."""
    if x.dtype == "int8" and g.chance(0.2):
        # The quotient is cut to 16 bits: one in the middle between two shows how it is computed.
        ratio = (g.integer(2**14, 2**15 - 1) + 0.5) / 2**15 * g.pick((1, 2))
        output = g.tensor(x.shape, "int8", bounded(x.scale / ratio), g.zero_point())
    else:
        output = _rescaled(g, x, low=-6.9, high=7.9)
    return g.operator("HARD_SWISH", [x], [output])


def _rescaled(g, x, same=0.2, low=-20, high=20):
    """An output of x's shape; its scale over x's is 2**low to 2**high."""
    if x.dtype == "float32":
        return g.tensor(x.shape, "float32")
    if g.chance(same):
        return g.tensor(x.shape, *x.meaning)
    ratio = g.power(low, high) if g.chance(0.15) else g.power(-1.5, 1)
    return g.tensor(x.shape, x.dtype, bounded(x.scale * ratio), g.zero_point(x.dtype))


def quantize(g, x):
    """QUANTIZE of float32 to int8 or int16, or of these to each other."""
    kind = g.pick(("int8", "int8", "int16"))
    if x.dtype == "float32":
        output = g.tensor(x.shape, kind, g.scale(), g.zero_point(kind))
        g.grids[x.index] = output.scale / 2  # halves are to be rounded
        return g.operator("QUANTIZE", [x], [output])
    ratio = g.power(-13, 13) if g.chance(0.15) else g.power(-1.5, 1)
    if x.dtype != kind:
        ratio *= 1 / 256 if kind == "int16" else 256
    output = g.tensor(x.shape, kind, bounded(x.scale * ratio), g.zero_point(kind))
    return g.operator("QUANTIZE", [x], [output])


def dequantize(g, x):
    """DEQUANTIZE of int8 or int16 to float32."""
    return g.operator("DEQUANTIZE", [x], [g.tensor(x.shape, "float32")])
