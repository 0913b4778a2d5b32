"""Operators that move values and compute nothing; all outputs have their input's scale."""

import numpy as np


def pad(g, x):
    """PAD with the zero point."""
    output, paddings = _padded(g, x)
    return g.operator("PAD", (x, paddings), [output], "PadOptions")


def padv2(g, x):
    """PADV2 with a constant."""
    output, paddings = _padded(g, x)
    value = g.constant(g.values((1,), x.meaning), *x.meaning[1:])
    return g.operator("PADV2", (x, paddings, value), [output], "PadV2Options")


def _padded(g, x):
    most = 3 if x.size < 200 else 1
    paddings = [[g.pick((0, g.integer(0, most))) for _ in range(2)] for _ in x.shape]
    shape = [length + sum(more) for length, more in zip(x.shape, paddings, strict=True)]
    return g.tensor(shape, *x.meaning), g.integers(paddings)


def concatenation(g, x):
    """CONCATENATION of 2 to 5 tensors of one scale, along any axis; TFLM fuses no activation."""
    axis = g.integer(0, x.rank - 1)
    parts = [x]
    for _ in range(g.integer(1, 4)):
        shape = list(x.shape)
        shape[axis] = g.pick((shape[axis], g.integer(1, 5)))
        parts.insert(g.integer(0, len(parts)), g.another(shape, x.meaning))
    shape = list(x.shape)
    shape[axis] = sum(part.shape[axis] for part in parts)
    output = g.tensor(shape, *x.meaning)
    axis -= g.pick((0, x.rank))
    return g.operator("CONCATENATION", parts, [output], "ConcatenationOptions", axis=axis)


def reshape(g, x):
    """RESHAPE told by a tensor or by its options, one length perhaps left open as -1."""
    shape = _factors(g, x.size)
    told = list(shape)
    if g.chance(0.3):
        told[g.integer(0, len(told) - 1)] = -1
    output = g.tensor(shape, *x.meaning)
    inputs = (x,) if g.chance(0.3) else (x, g.integers(told))
    return g.operator("RESHAPE", inputs, [output], "ReshapeOptions", newShape=told)


def _factors(g, count):
    """A shape of 1 to 5 axes with `count` values."""
    shape = [count]
    for _ in range(g.integer(0, 4)):
        length = shape.pop()
        divisors = [n for n in range(1, length + 1) if length % n == 0]
        first = g.pick(divisors)
        shape += [first, length // first]
    return shape


def expand_dims(g, x):
    """EXPAND_DIMS at any place."""
    axis = g.integer(0, x.rank)
    shape = [*x.shape[:axis], 1, *x.shape[axis:]]
    told = axis - g.pick((0, x.rank + 1))
    output = g.tensor(shape, *x.meaning)
    return g.operator("EXPAND_DIMS", (x, g.integers([told])), [output], "ExpandDimsOptions")


def squeeze(g, x):
    """SQUEEZE of some axes of length 1, or of all of them."""
    ones = [axis for axis, length in enumerate(x.shape) if length == 1]
    gone = [axis for axis in ones if g.chance(0.6)]
    told = [axis - g.pick((0, x.rank)) for axis in gone]
    gone = gone or ones
    shape = [length for axis, length in enumerate(x.shape) if axis not in gone]
    return g.operator(
        "SQUEEZE", [x], [g.tensor(shape, *x.meaning)], "SqueezeOptions", squeezeDims=told
    )


def transpose(g, x):
    """TRANSPOSE by any permutation."""
    order = g.rng.permutation(x.rank).tolist()
    output = g.tensor([x.shape[axis] for axis in order], *x.meaning)
    return g.operator("TRANSPOSE", (x, g.integers(order)), [output], "TransposeOptions")


def strided_slice(g, x):
    """STRIDED_SLICE of up to 4 axes; TFLM ignores new_axis_mask and ellipsis_mask."""
    begins, ends, strides, shape = [], [], [], []
    masks = {"beginMask": 0, "endMask": 0, "shrinkAxisMask": 0}
    for axis, length in enumerate(x.shape):
        if g.chance(0.12):
            masks["shrinkAxisMask"] |= 1 << axis
            begins.append(g.integer(-length, length - 1))
            ends.append(begins[-1] + 1)
            strides.append(1)
            continue
        while True:
            # One place beyond either end is allowed, and means the end.
            begin, end = (g.integer(-length - 1, length + 1) for _ in range(2))
            stride = g.pick((1, 1, 1, 2, 3, -1, -2, -3))
            no_begin, no_end = g.chance(0.4), g.chance(0.4)
            kept = range(length)[None if no_begin else begin : None if no_end else end : stride]
            if len(kept):
                break
        begins.append(begin)
        ends.append(end)
        strides.append(stride)
        shape.append(len(kept))
        masks["beginMask"] |= no_begin << axis
        masks["endMask"] |= no_end << axis
    output = g.tensor(shape, *x.meaning)
    inputs = (x, g.integers(begins), g.integers(ends), g.integers(strides))
    return g.operator("STRIDED_SLICE", inputs, [output], "StridedSliceOptions", **masks)


def slice_(g, x):
    """SLICE; a size of -1 means up to the end."""
    begins = [g.integer(0, length - 1) for length in x.shape]
    sizes = [g.integer(1, n - b) for n, b in zip(x.shape, begins, strict=True)]
    output = g.tensor(sizes, *x.meaning)
    ends = zip(x.shape, begins, sizes, strict=True)
    told = [-1 if b + s == n and g.chance(0.3) else s for n, b, s in ends]
    return g.operator("SLICE", (x, g.integers(begins), g.integers(told)), [output], "SliceOptions")


def gather(g, x):
    """GATHER of any positions along any axis, perhaps others for each batch."""
    axis = g.integer(0, x.rank - 1)
    batch_dims = g.integer(0, axis) if g.chance(0.3) else 0
    shape = [*x.shape[:batch_dims], *[g.integer(1, 4) for _ in range(g.integer(0, 2))]]
    if x.rank - 1 + len(shape) - batch_dims > 5:
        shape = shape[: batch_dims + 1]
    positions = g.integers(g.rng.integers(0, x.shape[axis], shape))
    to = [*x.shape[:axis], *shape[batch_dims:], *x.shape[axis + 1 :]]
    return g.operator(
        "GATHER",
        (x, positions),
        [g.tensor(to, *x.meaning)],
        "GatherOptions",
        axis=axis - g.pick((0, x.rank)),
        batchDims=batch_dims,
    )


def space_to_batch_nd(g, x):
    """SPACE_TO_BATCH_ND of x [B, H, W, C] or [B, H, C]; what TFLM pads with, it never set."""
    blocks = [g.pick([n for n in range(1, 5) if length % n == 0]) for length in x.shape[1:-1]]
    sizes = [length // block for length, block in zip(x.shape[1:-1], blocks, strict=True)]
    shape = (x.shape[0] * int(np.prod(blocks)), *sizes, x.shape[-1])
    inputs = (x, g.integers(blocks), g.integers([[0, 0] for _ in blocks]))
    output = g.tensor(shape, *x.meaning)
    return g.operator("SPACE_TO_BATCH_ND", inputs, [output], "SpaceToBatchNDOptions")


def batch_to_space_nd(g, x):
    """BATCH_TO_SPACE_ND of x [B, H, W, C] or [B, H, C], whose B gives the blocks."""
    blocks, crops, sizes, batch = [], [], [], x.shape[0]
    for length in x.shape[1:-1]:
        block = g.pick([n for n in (1, 2, 3) if batch % n == 0])
        batch //= block
        before = g.integer(0, min(2, length * block - 1))
        behind = g.integer(0, min(2, length * block - 1 - before))
        blocks.append(block)
        crops.append([before, behind])
        sizes.append(length * block - before - behind)
    inputs = (x, g.integers(blocks), g.integers(crops))
    output = g.tensor((batch, *sizes, x.shape[-1]), *x.meaning)
    return g.operator("BATCH_TO_SPACE_ND", inputs, [output], "BatchToSpaceNDOptions")


def pack(g, x):
    """PACK of 1 to 4 tensors of one scale along a new axis."""
    axis = g.integer(0, x.rank)
    parts = [x]
    for _ in range(g.integer(0, 3)):
        parts.insert(g.integer(0, len(parts)), g.another(x.shape, x.meaning))
    output = g.tensor([*x.shape[:axis], len(parts), *x.shape[axis:]], *x.meaning)
    axis -= g.pick((0, x.rank + 1))
    return g.operator("PACK", parts, [output], "PackOptions", valuesCount=len(parts), axis=axis)


def unpack(g, x):
    """UNPACK along any axis."""
    axis = g.integer(0, x.rank - 1)
    shape = [*x.shape[:axis], *x.shape[axis + 1 :]]
    outputs = [g.tensor(shape, *x.meaning) for _ in range(x.shape[axis])]
    told = axis - g.pick((0, x.rank))
    return g.operator("UNPACK", [x], outputs, "UnpackOptions", num=len(outputs), axis=told)


def split(g, x):
    """SPLIT along any axis into equal parts."""
    axis = g.integer(0, x.rank - 1)
    count = g.pick([n for n in range(1, 9) if x.shape[axis] % n == 0])
    shape = list(x.shape)
    shape[axis] //= count
    outputs = [g.tensor(shape, *x.meaning) for _ in range(count)]
    told = g.integers(axis - g.pick((0, x.rank)))
    return g.operator("SPLIT", (told, x), outputs, "SplitOptions", numSplits=count)


def split_v(g, x):
    """SPLIT_V along any axis into parts of any length, one perhaps left open as -1."""
    axis = g.integer(0, x.rank - 1)
    length = x.shape[axis]
    cuts = {g.integer(1, length) for _ in range(g.integer(0, 3))}
    sizes = np.diff(sorted(cuts | {0, length})).tolist()
    outputs = []
    for size in sizes:
        outputs.append(g.tensor([*x.shape[:axis], size, *x.shape[axis + 1 :]], *x.meaning))
    told = list(sizes)
    if g.chance(0.2):
        told[g.integer(0, len(told) - 1)] = -1
    inputs = (x, g.integers(told), g.integers(axis - g.pick((0, x.rank))))
    return g.operator("SPLIT_V", inputs, outputs, "SplitVOptions", numSplits=len(sizes))


def shape(g, x):
    """SHAPE: the dimensions of x."""
    output = g.tensor((x.rank,), "int32")
    return g.operator("SHAPE", [x], [output], "ShapeOptions", outType=2)
