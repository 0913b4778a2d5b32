"""Random small models, to compare the micro-interpreter with TFLM on.

    case = random_models.make("CONV_2D", seed=7)
    case = random_models.chain(seed=7)

`OPERATORS` lists what `make` takes: operators in int8; with "_FLOAT32" behind the name in float32,
with "_INT16" with int16 activations, with "_DYING" in int8 with channels that training let die.
A chain is a random graph of int8 ones. Everything is decided by the seed.

Scales, zero points and values go to their ends as far as TFLM takes them and its C++ defines the
result; the docstring of an operator says what TFLM refuses.
"""

import zlib
from dataclasses import dataclass, replace

import numpy as np

from .graph import Graph
from .last import weights_last
from .operators import DYING, FLOAT, INTEGER, MORE, WIDE
from .weighted import (
    conv_2d_of_pixels,
    depthwise_boosted,
    depthwise_of_bands,
    depthwise_of_rows,
)

OPERATORS = (*INTEGER, *FLOAT, *WIDE, *DYING, *MORE)

#: How often operators are in a chain, where not once. Few tensors are pictures.
_FREQUENT = {
    "CONV_2D": 9,
    "DEPTHWISE_CONV_2D": 6,
    "AVERAGE_POOL_2D": 2,
    "MAX_POOL_2D": 2,
    "FULLY_CONNECTED": 2,
    "ADD": 5,
    "CONCATENATION": 3,
    "SPLIT": 3,
    "RESHAPE": 2,
}
_NAMES = [name for name in INTEGER for _ in range(_FREQUENT.get(name, 1))]
_MOST_VALUES = 3000  # in a tensor of a chain


@dataclass(frozen=True)
class Case:
    """A model and inputs for it.

    Attributes:
        tflite_bytes: the model.
        inputs: tuple of arrays of codes, for one inference from a fresh start.
        later: further tuples of inputs, for inferences that follow that one.
        description: what it is, and its operators, one a line.
        tolerance: how far results may be from TFLM's: "exact", "sums" or "functions" (compare.py).
    """

    tflite_bytes: bytes
    inputs: tuple[np.ndarray, ...]
    later: tuple[tuple[np.ndarray, ...], ...]
    description: str
    tolerance: str = "exact"


def make(operator, seed):
    """A model of one operator.

    Args:
        operator: a name in `OPERATORS`.
        seed: int from 0.

    Returns:
        A `Case`.
    """
    kind = (INTEGER | FLOAT | WIDE | DYING | MORE)[operator]
    g = Graph((zlib.crc32(operator.encode()), seed))
    outputs = kind.step(g, kind.start(g))
    return _case(g, outputs, f'make("{operator}", seed={seed})', kind.tolerance)


def bands(seed):
    """A DEPTHWISE_CONV_2D of a picture of 48 x 48 or 48 x 47, whose rows are copied band by band.

    Both widths, strides of 1 and 2, windows of 3 and 5, both paddings: 16 seeds in a row have all.

    Args:
        seed: int from 0.

    Returns:
        A `Case`.
    """
    g = Graph((zlib.crc32(b"bands"), seed))
    x = g.input((1, 48, 47 + seed // 8 % 2, g.integer(1, 3)))
    window = 3 + 2 * (seed // 2 % 2), 1 + seed % 2, seed // 4 % 2
    return _case(g, depthwise_of_bands(g, x, *window), f"bands(seed={seed})")


def columns(seed):
    """A CONV_2D of one pixel a window, with 1 to 9 inputs and 1 to 6 channels, over 1 to 9 pixels.

    Nine seeds in a row have all numbers of inputs. Every second model ends with its weights.

    Args:
        seed: int from 0.

    Returns:
        A `Case`.
    """
    g = Graph((zlib.crc32(b"columns"), seed))
    x = g.input((1, *g.pick(((1, 1), (1, 2), (3, 1), (2, 2), (3, 3))), 1 + seed % 9))
    case = _case(g, conv_2d_of_pixels(g, x, g.integer(1, 6)), f"columns(seed={seed})")
    return replace(case, tflite_bytes=weights_last(case.tflite_bytes)) if seed % 2 else case


def rows(seed):
    """A DEPTHWISE_CONV_2D of 1 to 9 channels, with a window of 3 x 3, or one along an axis.

    Pictures of all sizes up to 7 x 7, some smaller than the window, some a single row or column;
    strides of 1 to 3. Nine seeds in a row have all numbers of channels, four all windows.

    Args:
        seed: int from 0.

    Returns:
        A `Case`.
    """
    g = Graph((zlib.crc32(b"rows"), seed))
    lengths = ((3, 3), (3, 3), (1, g.integer(2, 9)), (g.integer(2, 9), 1))[seed % 4]
    height, width = (1 if length == 1 else g.integer(1, 7) for length in lengths)
    x = g.input((1, height, width, 1 + seed % 9))
    return _case(g, depthwise_of_rows(g, x, lengths, g.integer(1, 3)), f"rows(seed={seed})")


def boosted(seed):
    """A DEPTHWISE_CONV_2D with factors of up to 250 and a window of 3 x 3, or one along an axis.

    Args:
        seed: int from 0.

    Returns:
        A `Case`.
    """
    g = Graph((zlib.crc32(b"boosted"), seed))
    lengths = ((3, 3), (3, 3), (1, 5), (4, 1))[seed % 4]
    height, width = (1 if length == 1 else g.integer(3, 7) for length in lengths)
    x = g.input((1, height, width, g.integer(1, 9)))
    return _case(g, depthwise_boosted(g, x, lengths, g.integer(1, 2)), f"boosted(seed={seed})")


def chain(seed):
    """A model of 3 to 12 operators, connected at random.

    There are branches that meet again, tensors read twice, several inputs and outputs, outputs
    that are read as well, results nobody reads, and constants that share a buffer.

    Args:
        seed: int from 0.

    Returns:
        A `Case`.
    """
    g = Graph((zlib.crc32(b"chain"), seed))
    wanted = g.integer(3, 12)
    while len(g.steps) < wanted:
        kind = INTEGER[g.pick(_NAMES)]
        fitting = [tensor for tensor in g.made if _may_read(kind, tensor)]
        if not g.steps:
            # A picture most of the time: more operators read one than make one.
            start = INTEGER["CONV_2D"] if kind.accepts_pictures and g.chance(0.8) else kind
            kind.step(g, start.start(g))
        elif g.chance(0.1) and len(g.steps) < wanted - 1:
            kind.step(g, kind.start(g))
        elif fitting:
            # One of the newest most of the time: a chain rather than a bush.
            kind.step(g, g.pick(fitting[-2:] if g.chance(0.6) else fitting))
    return _case(g, _outputs(g), f"chain(seed={seed})")


def _may_read(kind, tensor):
    # What DEQUANTIZE makes can be too large to quantize again.
    return tensor.size <= _MOST_VALUES and tensor.dtype != "float32" and kind.accepts(tensor)


def _outputs(g):
    """The newest tensor, half of the others nobody reads, a few that are read, seldom an input."""
    inputs = {tensor.index for tensor in g.inputs}
    unread = {tensor.index for tensor in g.unread()}
    outputs = [g.made[-1]]
    for tensor in g.made[:-1]:
        common = 0.5 if tensor.index in unread else 0.03 if tensor.index in inputs else 0.1
        if g.chance(common):
            outputs.append(tensor)
    return [outputs[place] for place in g.rng.permutation(len(outputs))]


def _case(g, outputs, call, tolerance="exact"):
    first, *later = (g.random_inputs() for _ in range(3))
    description = "\n".join([f"random_models.{call}", *g.steps])
    return Case(g.pack(outputs), first, tuple(later), description, tolerance)
