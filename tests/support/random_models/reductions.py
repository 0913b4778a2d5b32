"""Operators that reduce or resize pictures: pooling, MEAN, nearest-neighbour resizing."""

import itertools
import math

from .elementwise import bounded
from .weighted import window_length


def average_pool_2d(g, x):
    """AVERAGE_POOL_2D of x [B, H, W, C]."""
    return _pool(g, x, "AVERAGE_POOL_2D")


def max_pool_2d(g, x):
    """MAX_POOL_2D of x [B, H, W, C]."""
    return _pool(g, x, "MAX_POOL_2D")


def _pool(g, x, name):
    """Pooling never rescales: input and output have the same scale and zero point."""
    padding = g.pick((0, 1))
    lengths, strides, sizes = [], [], []
    whole = g.chance(0.2)
    for length in x.shape[1:3]:
        window = length if whole else g.integer(1, min(5, length if padding else length + 2))
        lengths.append(window)
        strides.append(g.integer(1, 3))
        sizes.append(window_length(length, window, strides[-1], padding))
    output = g.tensor((x.shape[0], *sizes, x.shape[3]), *x.meaning)
    return g.operator(
        name,
        [x],
        [output],
        "Pool2DOptions",
        padding=padding,
        filterHeight=lengths[0],
        filterWidth=lengths[1],
        strideH=strides[0],
        strideW=strides[1],
        fusedActivationFunction=g.activation(output),
    )


def reduce_max(g, x):
    """REDUCE_MAX over any axes; it never rescales."""
    told, shape, keep = _axes(g, x)
    meaning = ("float32",) if x.dtype == "float32" else x.meaning
    output = g.tensor(shape, *meaning)
    return g.operator(
        "REDUCE_MAX", (x, g.integers(told)), [output], "ReducerOptions", keepDims=keep
    )


def _axes(g, x):
    """Axes to reduce, some told as negative numbers; the output's shape; whether they stay as 1."""
    choices = [c for n in range(1, x.rank + 1) for c in itertools.combinations(range(x.rank), n)]
    axes = (1, 2) if x.rank == 4 and g.chance(0.4) else g.pick(choices)
    keep = g.chance(0.5)
    if keep:
        shape = [1 if axis in axes else length for axis, length in enumerate(x.shape)]
    else:
        shape = [length for axis, length in enumerate(x.shape) if axis not in axes]
    told = [axis - x.rank if g.chance(0.2) else axis for axis in g.rng.permutation(axes)]
    return told, shape, keep


def mean(g, x):
    """MEAN over any axes."""
    told, shape, keep = _axes(g, x)
    if x.dtype == "float32":
        output = g.tensor(shape, "float32")
    elif g.chance(0.2):
        output = g.tensor(shape, *x.meaning)
    else:
        count = math.prod(x.shape) // math.prod(shape)
        # The sum of the codes, shifted, stays inside 32 bits.
        step = 255 if x.dtype == "int8" else 65535
        most = math.floor(math.log2(2**31 / (step * count))) - 1
        usual = -math.log2(count) / 2
        ratio = g.power(-most, 13) if g.chance(0.15) else g.power(usual - 1, usual + 1)
        output = g.tensor(shape, x.dtype, bounded(x.scale * ratio), g.zero_point(x.dtype))
    return g.operator("MEAN", (x, g.integers(told)), [output], "ReducerOptions", keepDims=keep)


def resize_bilinear(g, x):
    """RESIZE_BILINEAR of x [B, H, W, C]. To sizes over 40 TFLM may read beyond the input."""
    return _resize(g, x, "RESIZE_BILINEAR", "ResizeBilinearOptions")


def resize_nearest_neighbor(g, x):
    """RESIZE_NEAREST_NEIGHBOR of x [B, H, W, C]."""
    return _resize(g, x, "RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions")


def _resize(g, x, name, options):
    most = 30 if x.shape[0] * x.shape[3] < 6 else 9
    sizes = [g.pick((g.integer(1, most), 2 * length)) for length in x.shape[1:3]]
    align, half = g.pick(((False, False), (True, False), (False, True)))
    output = g.tensor((x.shape[0], *sizes, x.shape[3]), *x.meaning)
    return g.operator(
        name,
        (x, g.integers(sizes)),
        [output],
        options,
        alignCorners=align,
        halfPixelCenters=half,
    )
