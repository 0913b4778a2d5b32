"""Checks for the lesson Quantization."""

import math

import numpy as np

from tinyml_helpers import datasets
from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import ARRAY, NUMBER, function, several


@exercise(
    1,
    function(ARRAY),
    why="These three steps, scale, round and saturate, are what every int8 sensor reading goes "
    "through before a network sees it",
)
def quantize(answer):
    """Real values to int8 codes: `clip(round(real / scale) + zero_point)`."""
    scale, zero_point = 0.02, -68
    real = np.array([0.0, 0.5, -1.0, 1.226, 2.496])
    codes = answer(real, scale, zero_point)
    if codes.shape != real.shape:
        raise Wrong(f"for 5 values it returns an array of shape {codes.shape}")
    if codes[0] != zero_point:
        raise Wrong(f"0.0 should become the zero point, {zero_point}, and becomes {codes[0]}")
    if (codes != np.floor(codes)).any():
        raise Wrong("a code is a whole number, and yours have fractions")
    exact = real / scale + zero_point
    if (np.abs(codes - exact) > 0.51).any():
        raise Wrong(
            "some codes are more than half a gap off: round to the nearest mark, "
            "don't cut the fraction off"
        )
    beyond = answer(np.array([100.0, -100.0]), scale, zero_point)
    if beyond.shape != (2,):
        raise Wrong(f"for 2 values it returns an array of shape {beyond.shape}")
    if beyond[0] != 127 or beyond[1] != -128:
        raise Wrong(
            f"far beyond the ruler it gives {beyond[0]} and {beyond[1]}, "
            "where int8 has its ends at 127 and -128"
        )
    if codes.dtype != np.int8:
        raise Wrong(f"the values are right; now return them as int8, not {codes.dtype}")


@exercise(
    2,
    function(ARRAY),
    why="A narrow channel next to a wide one keeps its detail, for a few bytes a channel",
)
def channel_scales(answer):
    """The symmetric int8 scale of each output channel of a kernel [h, w, in, out]."""
    kernel = np.random.default_rng(5).normal(size=(3, 3, 4, 6)) * np.geomspace(0.1, 10, 6)
    kernel[..., 0] = -np.abs(kernel[..., 0])
    scales, right = answer(kernel), np.abs(kernel).max(axis=(0, 1, 2)) / 127
    if scales.shape != (6,):
        raise Wrong(f"a kernel with 6 output channels gives scales of shape {scales.shape}")
    if np.allclose(scales, right):
        return
    if any(np.allclose(scales * steps, 127 * right) for steps in (127.5, 128, 255)):
        raise Wrong("the largest magnitude should land on 127: count the gaps from 0 to there")
    if np.allclose(scales * 127, kernel.max(axis=(0, 1, 2))):
        raise Wrong(
            "one channel has only negative weights: what matters is how large, not which sign"
        )
    if np.allclose(scales, np.ptp(kernel, axis=(0, 1, 2)) / 255):
        raise Wrong(
            "that is the affine scale, from lowest to highest; symmetric rulers centre on 0"
        )
    raise Wrong(f"for the widest channel you give {scales[-1]:.4g}: divide what by what?")


@exercise(
    3,
    NUMBER,
    why="No TinyML layer comes near, so the inner loop needs no overflow check: "
    "that is why int8 kernels sum in 32 bits, not in 16",
)
def safe_products(answer):
    """How many products of at most 127 × 255 fit into an int32."""
    right = (2**31 - 1) // (127 * 255)
    if answer == right:
        return
    if int(answer) == right:
        raise Wrong("how many whole products?")
    if int(answer) in (2**32 // (127 * 255), (2**32 - 1) // (127 * 255)):
        raise Wrong("the accumulator is signed: one of its 32 bits is the sign")
    raise Wrong("divide the largest int32 by the size of the largest product, and keep whole ones")


@exercise(
    4,
    function(several(NUMBER, 2, "two numbers: the multiplier and the shift")),
    why="This pair is how every integer-only runtime stores a fraction; "
    "you can find yours again in the chip's memory",
)
def multiplier_and_shift(answer):
    """A factor as a 31-bit multiplier and a power of two."""
    for factor in (0.5, 0.0057, 0.75, 1.0, 3.3, 1e-6, 1 - 2.0**-40):
        multiplier, shift = answer(factor)
        if multiplier != int(multiplier) or shift != int(shift):
            raise Wrong(f"for {factor} your {multiplier} and {shift} are not both whole numbers")
        if not 2**30 <= multiplier < 2**31:
            raise Wrong(
                f"for the factor {factor!r} your multiplier is {int(multiplier)}, "
                "which is not from 2**30 to 2**31 - 1"
            )
        exponent = max(-99, min(int(shift) - 31, 99))  # beyond, a float can't hold the power
        if not math.isclose(math.ldexp(multiplier, exponent), factor, rel_tol=2.0**-30):
            raise Wrong(f"multiplier × 2 ** (shift - 31) doesn't come back to {factor!r}")
        if abs(float(multiplier) - math.ldexp(factor, 31 - int(shift))) > 0.5:
            raise Wrong(f"for {factor!r} another multiplier comes closer")


@exercise(
    5,
    function(ARRAY),
    why="Nothing warned you: shape, pixels and ink were all in order. Pictures from a room too "
    "dark do this to a product, so compare the accuracy before and after quantizing, every time",
)
def spoiled(answer):
    """A representative set that looks in order and ruins an int8 network."""
    digits = datasets.digits()
    images = digits.x_train[:200]
    given = answer(images)
    if given.ndim != 4 or given.shape[1:] != (8, 8, 1) or not len(given):
        raise Wrong(
            f"200 pictures [8, 8, 1] come back as an array of shape {list(given.shape)}: "
            "compress.quantize would refuse them"
        )
    if given.min() < 0 or given.max() > 1:
        raise Wrong(
            f"pixels from {given.min():g} to {given.max():g} would be noticed: "
            "those of real pictures go from 0 to 1"
        )
    blank = int((np.ptp(given, axis=(1, 2, 3)) == 0).sum())
    if blank:
        raise Wrong(f"{blank} of the pictures show nothing at all, which would be noticed")
    read = round(100 * _share_read(digits, given))
    if read >= 30:
        raise Wrong(
            f"an int8 network with rulers from your pictures still reads {read} of 100 digits: "
            "which ruler could end far from where real pictures end?"
        )


def _share_read(digits, representative):
    """Share of test digits that a linear network reads whose activations are int8.

    Its weights are least squares; its rulers, of the input and of the scores, are as long as what
    these pictures [n, 8, 8, 1] make of them.
    """

    def flat(images):
        return np.hstack([images.reshape(len(images), -1), np.ones((len(images), 1))])

    inputs = flat(digits.x_train)
    weights = np.linalg.solve(inputs.T @ inputs + np.eye(65), inputs.T @ np.eye(10)[digits.y_train])
    seen = _on_ruler(digits.x_test, representative)
    scores = _on_ruler(flat(seen) @ weights, flat(representative) @ weights)
    return np.mean(scores.argmax(axis=1) == digits.y_test)


def _on_ruler(values, seen):
    """Values rounded to 256 marks that reach as far as those seen, and saturated there."""
    low, high = min(seen.min(), 0), max(seen.max(), 0)
    scale = max(high - low, 1e-9) / 255
    zero_point = np.round(-128 - low / scale)
    return (np.clip(np.round(values / scale) + zero_point, -128, 127) - zero_point) * scale
