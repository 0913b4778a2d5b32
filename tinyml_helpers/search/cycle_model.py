"""Cycles of an operator from its shapes alone: what a model will take of a board, without a board.

    cycles = predict(model_file.read(tflite_bytes), "nano33ble")

An operator's cycles are taken to be a sum of counts, each times a constant of the board: so many
for every tile of four columns that a convolution fills, for every four weights it multiplies, for
every output it writes. What is counted follows from how the kernels work (`micro/c/src/kernels`);
the constants are fitted to emulated runs by least squares of the relative error, none below zero
(C. L. Lawson and R. J. Hanson, Solving Least Squares Problems, 1974, the method NNLS).
`benchmarks/search_cycles.py` makes the models for it, fits, and says how far off it is for others.
"""

import functools
import json
import math
from pathlib import Path

import numpy as np

from tinyml_helpers import firmware

#: In front of the tables that weights are looked up in, of 2**bits codes each.
_HEADER_BYTES = 16

#: The constants of each board and operator: made by `benchmarks/search_cycles.py --write`.
FILE = Path(__file__).with_suffix(".json")


class UnknownOperator(ValueError):  # noqa: N818 - it names a state, not a failure
    """Nothing is known of what an operator takes; the message says of which."""


def predict(model, board_id):
    """Cycles of one inference.

    Args:
        model: a `model_file.ModelFile` in int8.
        board_id: of an emulated board, as of `emulator.Board`.

    Returns:
        A float.

    Raises:
        UnknownOperator: the model has an operator, or the board is one, that nothing was fitted to.
    """
    return sum(predict_each(model, board_id))


def predict_each(model, board_id):
    """Cycles of each operator, in the order they run: a list of floats; as `predict`."""
    # Boards with the same firmware take the same cycles.
    known = _constants().get(firmware.BOARDS.get(board_id))
    if known is None:
        raise UnknownOperator(f"no cycles were fitted for {board_id}: emulate it")
    found = []
    for operator in model.operators:
        if operator.name not in known:
            raise UnknownOperator(
                f"no cycles of {operator.name} were fitted for {board_id}: emulate the model"
            )
        found.append(float(np.dot(known[operator.name], counts(model, operator))))
    return found


def counts(model, operator):
    """What an operator's cycles are a sum of.

    Args:
        model: a `model_file.ModelFile`.
        operator: one of its operators.

    Returns:
        A list of numbers, as long for all operators of a name; the first is 1, for what any takes.
    """
    read = [model.tensors[index].shape for index in operator.inputs if index >= 0]
    output = model.tensors[operator.outputs[0]].shape
    return [1, *_COUNTS.get(operator.name, _elementwise)(read, output, operator.options)]


def fit(rows):
    """Constants from runs.

    Args:
        rows: of one operator: a list of (counts, cycles).

    Returns:
        A list of floats of six digits, as long as the counts.
    """
    from scipy.optimize import nnls

    each = np.array([row for row, _ in rows], np.float64)
    cycles = np.array([taken for _, taken in rows], np.float64)
    most = each.max(axis=0)
    most[most == 0] = 1
    constants, _ = nnls(each / most / cycles[:, np.newaxis], np.ones(len(rows)))
    return [float(f"{constant:.6g}") for constant in constants / most]


def _conv_2d(inputs, output, options):
    """Four output pixels at a time: what they see is copied into columns, which meet the weights of
    two filters at a time. What lies inside the picture, in rows of whole words, is copied directly,
    the rest by way of a window.
    """
    _, height, width, channels = output
    _, tall, wide, deep = inputs[1]
    run, length = wide * deep, tall * wide * deep
    seen = _inside(inputs, output, options, tall, wide)
    direct = seen if run % 4 == 0 else 0
    packed, edge = (seen - direct) / 4, (height * width - seen) / 4
    direct /= 4
    tiles, pairs = math.ceil(height * width / 4), math.ceil(channels / 2)
    return [
        channels,
        tiles,
        *(direct * tall, direct * length),
        *(packed, packed * tall, packed * tall * math.ceil(run / 4), packed * length),
        *(edge, edge * tall, edge * length),
        tiles * pairs,
        tiles * pairs * math.ceil(length / 4),
    ]


def _inside(inputs, output, options, tall, wide):
    """How many output pixels' windows lie wholly on the picture."""
    (_, high, broad, _), (_, height, width, _) = inputs[0], output
    count = 1
    for has, outputs, window, step in (
        (high, height, tall, options.get("stride_h", 1)),
        (broad, width, wide, options.get("stride_w", 1)),
    ):
        before = max((outputs - 1) * step + window - has, 0) // 2
        count *= sum(0 <= i * step - before <= has - window for i in range(outputs))
    return count


def _depthwise_conv_2d(inputs, output, options):
    """Each channel by itself: its rows are copied, and then four neighbouring outputs made at a
    time, or one where a row has fewer, of two weights each; a single column is taken for a row. A
    filter of 3 × 3 has code of its own, which makes two outputs of two rows at a time.
    """
    (_, high, broad, lanes), (_, height, width, channels) = inputs[0], output
    _, tall, wide, _ = inputs[1]
    if broad == wide == 1:
        high, broad, height, width, tall, wide = 1, high, 1, height, 1, tall
    groups = channels * height * (math.ceil(width / 4) if width >= 4 else width)
    any_made = [groups, groups * tall, groups * tall * math.ceil(wide / 2)]
    blocks = channels * math.ceil(height / 2) * math.ceil(width / 2)
    is_near = options.get("stride_h", 1) == options.get("stride_w", 1) == 1
    three_made = [channels * height * width, blocks * is_near, blocks * (not is_near)]
    three = tall == wide == 3
    used = (not three and width >= 4, not three and width < 4, three)
    made = zip(used, (any_made, any_made, three_made), strict=True)
    return [
        channels,
        channels * tall * wide,
        channels * height,
        lanes * high,
        lanes * high * broad,
        *(count if yes else 0 for yes, counts in made for count in counts),
    ]


def _fully_connected(inputs, output, options):
    """Four outputs at a time, four inputs at a time; fewer outputs than four one by one."""
    outputs, deep = inputs[1]
    rows = math.prod(output) / outputs
    few = outputs < 4
    fours = 0 if few else rows * math.ceil(outputs / 4)
    return [
        *(rows * outputs, outputs),
        *(fours, fours * math.ceil(deep / 4), fours * (deep % 4 > 0)),
        rows * outputs * deep * few,
    ]


def _pool(inputs, output, options):
    """Each output: a window."""
    window = options.get("filter_height", 1) * options.get("filter_width", 1)
    return [math.prod(output), math.prod(output) * window, math.prod(output[:3])]


def _tflm_decode(inputs, output, options):
    """Each weight: of 2 or 4 bits those of a byte together, where they are of one channel."""
    (indices,), (tables,) = inputs[:2]
    weights = math.prod(output)
    bits = 8 * indices // weights
    channels = (tables - _HEADER_BYTES) // 2**bits
    in_turn = output[0] == 1 < channels  # a depthwise filter, whose channels come last
    by_byte = bits in (2, 4) and not in_turn
    apart = 0 if by_byte else weights
    return [
        weights // channels if in_turn else channels,
        *(apart, apart * bits),
        *(weights if by_byte and bits == width else 0 for width in (2, 4)),
    ]


def _elementwise(inputs, output, options):
    """Each value read or written."""
    return [math.prod(output), math.prod(inputs[0]) if inputs else 0, output[-1] if output else 0]


_COUNTS = {
    "CONV_2D": _conv_2d,
    "DEPTHWISE_CONV_2D": _depthwise_conv_2d,
    "FULLY_CONNECTED": _fully_connected,
    "AVERAGE_POOL_2D": _pool,
    "MAX_POOL_2D": _pool,
    "TFLM_DECODE": _tflm_decode,
}


@functools.cache
def _constants():
    return json.loads(FILE.read_text(encoding="utf-8"))
