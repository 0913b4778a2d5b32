"""Pictures of what is inside: a model's file, its arena, and what its layers say.

    xray.file(tflite_bytes)
    xray.arena(micro.Interpreter(tflite_bytes))

Each function returns a matplotlib figure. What matters differs in grey, too: by lightness, hatching
or place.
"""

import matplotlib.pyplot as plt
import numpy as np

from tinyml_helpers.model_file.flatbuffer import FlatBuffer, FlatBufferError
from tinyml_helpers.model_file.reader import IDENTIFIER, as_bytes, not_sound

#: What the bytes of a .tflite file are for.
PARTS = (
    "weights, other constants",
    "scales and zero points",
    "tensors",
    "operators",
    "names",
    "the rest",
)
_REST = len(PARTS) - 1

_LOOKS = {
    "records": {"facecolor": "0.6"},
    "tensor": {"facecolor": "#A9D5EF"},
    "scratch": {"facecolor": "white", "hatch": "///"},
}
_LARGE_ENOUGH = 0.035  # of the arena's height, to write into a piece


class _Noting(FlatBuffer):
    """A FlatBuffer that notes what each of its bytes was first read for: `part`."""

    def __init__(self, data):
        self.part = "the rest"
        self.bytes = np.full(len(data), _REST)
        super().__init__(data, IDENTIFIER)

    def check(self, position, size):
        super().check(position, size)
        noted = self.bytes[position : position + size]
        noted[noted == _REST] = PARTS.index(self.part)


def parts(tflite_bytes):
    """Find out what each byte of a .tflite file is for.

    Args:
        tflite_bytes: the file; of its subgraphs the first is read.

    Returns:
        An int array [bytes of the file] of places in PARTS. "tensors" are shapes, types and which
        buffer holds the values; "the rest" is the root, other lists, metadata, and gaps.

    Raises:
        model_file.ModelFileError: the bytes are no sound .tflite file.
    """
    data = as_bytes(tflite_bytes)
    try:
        file = _Noting(data)
        root = file.root()
        graph = root.tables(2)[0]
        file.part = "operators"
        root.tables(1)
        for operator in graph.tables(3):
            operator.raw(1, np.int32)
            operator.raw(2, np.int32)
            operator.table(4)
        file.part = "tensors"
        tensors, buffers = graph.tables(0), root.tables(4)
        for tensor in tensors:
            _read_tensor(file, tensor)
        file.part = "weights, other constants"
        for buffer in buffers:
            buffer.raw(0)
    except (FlatBufferError, IndexError) as error:
        raise not_sound(data, error) from None
    return file.bytes


def _read_tensor(file, tensor):
    tensor.raw(0, np.int32)
    file.part = "names"
    tensor.raw(3)
    file.part = "scales and zero points"
    quantization = tensor.table(4)
    if quantization:
        quantization.raw(2, np.float32)
        quantization.raw(3, np.int64)
    file.part = "tensors"


def file(tflite_bytes):
    """Draw which part of a .tflite file lies where.

    Args:
        tflite_bytes: the file.

    Raises:
        As `parts`.
    """
    found = parts(tflite_bytes)
    figure, axes = plt.subplots(figsize=(7.6, 3.2))
    for part in range(len(PARTS)):
        edges = np.flatnonzero(np.diff(found == part, prepend=False, append=False))
        stretches = [(start, end - start) for start, end in edges.reshape(-1, 2)]
        axes.broken_barh(stretches, (part - 0.4, 0.8), color=f"C{part}", lw=0)
        axes.text(1.01 * len(found), part, f"{(found == part).sum():,}", va="center")
    axes.set(xlim=(0, len(found)), xlabel="byte of the file")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_yticks(range(len(PARTS)), PARTS)
    axes.invert_yaxis()
    axes.set_title(f"What {len(found):,} bytes are for (on the right: how many)")
    return figure


def arena(interpreter):
    """Draw who lies where in a model's arena, and when.

    Args:
        interpreter: a `micro.Interpreter`.
    """
    model = interpreter.model
    count, height = len(model.operators), interpreter.arena_used_bytes
    figure, axes = plt.subplots(figsize=(8, 5))
    plan = interpreter.arena_plan()
    for piece in plan:
        start, end = _lifetime(piece, plan, count)
        look = {"edgecolor": "black", "lw": 0.8, **_LOOKS[piece.what]}
        axes.broken_barh([(start, end - start)], (piece.offset, piece.bytes), **look)
        if piece.bytes > _LARGE_ENOUGH * height:
            box = {"facecolor": look["facecolor"], "edgecolor": "none", "pad": 1}
            place = (start + end) / 2, piece.offset + piece.bytes / 2
            label = f"{_name(piece, model)}: {piece.bytes:,}"
            axes.text(*place, label, ha="center", va="center", fontsize=8, bbox=box)
    names = [f"{operator.index}\n{operator.name.replace('_', ' ')}" for operator in model.operators]
    names = [name.replace(" CONV", "\nCONV").replace(" CONN", "\nCONN") for name in names]
    axes.set_xticks([index + 0.5 for index in range(count)], names, fontsize=8)
    axes.set(xlim=(0, count), ylim=(0, 1.02 * height), ylabel="place in the arena (byte)")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("operator that runs: time goes to the right")
    axes.axhline(height, color="black", ls="--", lw=1)
    axes.grid(axis="x", visible=False)
    axes.set_title(f"An arena of {height:,} bytes: who lies where, and when")
    return figure


def _lifetime(piece, plan, count):
    """From when to when to draw a piece, in operators; halfway where another overwrites it."""
    start, end = piece.first, min(piece.last + 1, count)
    for other in plan:
        if other.what == piece.what == "tensor" and other.offset == piece.offset:
            if piece.first < other.first <= piece.last:
                end = min(end, other.first + 0.5)
            if other.first < piece.first <= other.last:
                start = piece.first + 0.5
    return start, end


def _name(piece, model):
    if piece.what != "tensor":
        return piece.what
    if piece.index in [tensor.index for tensor in model.inputs]:
        return "input"
    made_by = [one.index for one in model.operators if piece.index in one.outputs]
    return f"output of {made_by[0]}" if made_by else "state"


def layers(picture, steps, most_channels=16):
    """Draw what a picture becomes on its way through a network.

    Args:
        picture: the codes that go in, int8 [1, height, width, channels].
        steps: pairs of an operator and the codes of its output, as `micro.Interpreter.steps`
            yields them. Outputs of four dimensions are drawn, the others left out.
        most_channels: how many channels of each to draw.
    """
    rows = [("the input", picture)]
    rows += [(f"{op.index} {op.name}", codes) for op, codes in steps if codes.ndim == 4]
    tallest = max(codes.shape[1] for _, codes in rows)
    figure, axes = plt.subplots(len(rows), 1, figsize=(9, 0.95 * len(rows)), squeeze=False)
    for axis, (name, codes) in zip(axes[:, 0], rows, strict=True):
        strip = _side_by_side(codes[0, :, :, :most_channels], tallest, most_channels)
        axis.imshow(strip, cmap="gray_r", vmin=-128, vmax=max(codes.max(), -127))
        shape = " × ".join(map(str, codes.shape[1:]))
        axis.set_title(f"{name}: {shape}", fontsize=10)
        axis.axis("off")
    return figure


def _side_by_side(codes, height, places):
    """Channels [height, width, channels] as one picture, each enlarged to about `height` rows."""
    times = max(height // codes.shape[0], 1)
    large = codes.astype(float).repeat(times, axis=0).repeat(times, axis=1)
    framed = np.pad(large, ((0, 0), (0, 1), (0, 0)), constant_values=np.nan)
    strip = framed.transpose(0, 2, 1).reshape(len(framed), -1)
    missing = places * framed.shape[1] - strip.shape[1]
    return np.pad(strip, ((0, 0), (0, missing)), constant_values=np.nan)
