"""Which operators there are, and which tensors each of them can read."""

from collections.abc import Callable
from dataclasses import dataclass

from . import coded, elementwise, movement, recurrent, reductions, weighted

_LONGEST = {0: 1, 1: 40, 2: 20, 3: 9, 4: 7, 5: 4}


@dataclass(frozen=True)
class Operator:
    """An operator of random models.

    Attributes:
        step: function of a `Graph` and a `Tensor` that adds the operator and returns its outputs.
        ranks: lowest and highest number of axes of the tensor.
        dtypes: types of the tensor, the usual ones more than once.
        scales: lowest and highest scale of the tensor, where the kernel needs that.
        longest: length an axis may have at most.
        tolerance: of a `Case` of it.
        usual: scales of a new input, as powers of two, with which int8 results vary; None if all.
        dying: whether layers have channels whose weights nearly vanish.
    """

    step: Callable
    ranks: tuple[int, int]
    dtypes: tuple[str, ...] = ("int8",)
    scales: tuple[float, float] = (0, 2**8)
    longest: int = 4096
    tolerance: str = "exact"
    usual: tuple[float, float] | None = None
    dying: bool = False

    def start(self, g):
        """A new input of the model for this operator to read."""
        g.dying = self.dying
        shape = _picture(g) if self.ranks == _PICTURE else _shape(g, g.integer(*self.ranks))
        shape = [min(length, self.longest) for length in shape]
        if self.step is movement.squeeze:
            shape.insert(g.integer(0, len(shape)), 1)
        dtype = g.pick(self.dtypes)
        if self.dtypes == ("int16",):
            low, high = self.usual or (-17, -10)
            return g.input(shape, dtype, g.power(low, high) if g.chance(0.8) else g.scale(dtype))
        if self.usual and dtype == "int8" and g.chance(0.8):
            return g.input(shape, dtype, g.power(*self.usual), g.zero_point())
        return g.input(shape, dtype)

    @property
    def accepts_pictures(self):
        """Whether it can read any int8 tensor of four axes."""
        return self.ranks[1] >= 4 and "int8" in self.dtypes and self.step is not movement.squeeze

    def accepts(self, tensor):
        """Whether it can read this tensor."""
        low, high = self.ranks
        return (
            low <= tensor.rank <= high
            and tensor.dtype in self.dtypes
            and max(tensor.shape, default=0) <= self.longest
            and (tensor.scale is None or self.scales[0] <= tensor.scale <= self.scales[1])
            and (self.step is not movement.squeeze or 1 in tensor.shape)
        )


_PICTURE = (4, 4)


def _picture(g):
    """[B, H, W, C]; B is 1 most of the time."""
    if g.chance(0.1):
        return [1, g.integer(1, 3), g.integer(1, 3), g.pick((64, 96, 100, 128))]
    channels = g.pick((1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 24, 33, 40))
    most = 12 if channels < 10 else 6
    return [g.pick((1, 1, 1, 1, 2)), g.integer(1, most), g.integer(1, most), channels]


def _shape(g, rank):
    longest = _LONGEST[rank]
    shape = [1 if g.chance(0.2) else g.integer(1, longest) for _ in range(rank)]
    if rank == 1 and g.chance(0.3):
        return [256]  # room for every int8 code
    if rank == 2 and g.chance(0.2):
        shape[1] = g.pick((64, 100, 128, 255, 640))
    return shape


#: In int8 and in float32.
_BOTH = {
    "CONV_2D": (weighted.conv_2d, _PICTURE),
    "DEPTHWISE_CONV_2D": (weighted.depthwise_conv_2d, _PICTURE),
    "FULLY_CONNECTED": (weighted.fully_connected, (2, 4)),
    "AVERAGE_POOL_2D": (reductions.average_pool_2d, _PICTURE),
    "MAX_POOL_2D": (reductions.max_pool_2d, _PICTURE),
    "MEAN": (reductions.mean, (1, 4)),
    "REDUCE_MAX": (reductions.reduce_max, (1, 4)),
    "ADD": (elementwise.add, (1, 5)),
    "SUB": (elementwise.sub, (1, 5)),
    "MUL": (elementwise.mul, (1, 5)),
    "LOGISTIC": (elementwise.logistic, (1, 5)),
    "TANH": (elementwise.tanh, (1, 5)),
    "RELU": (elementwise.relu, (1, 5)),
    "RELU6": (elementwise.relu6, (1, 5)),
    "LEAKY_RELU": (elementwise.leaky_relu, (1, 5)),
    "HARD_SWISH": (elementwise.hard_swish, (1, 5)),
    "PAD": (movement.pad, (1, 5)),
    "CONCATENATION": (movement.concatenation, (1, 5)),
    "RESHAPE": (movement.reshape, (0, 5)),
}
_INT8 = {
    "TRANSPOSE_CONV": (weighted.transpose_conv, _PICTURE),
    "SVDF": (weighted.svdf, (2, 2)),
    "RESIZE_NEAREST_NEIGHBOR": (reductions.resize_nearest_neighbor, _PICTURE),
    "PADV2": (movement.padv2, (1, 5)),
    "EXPAND_DIMS": (movement.expand_dims, (0, 4)),
    "SQUEEZE": (movement.squeeze, (1, 4)),
    "TRANSPOSE": (movement.transpose, (1, 5)),
    "STRIDED_SLICE": (movement.strided_slice, (1, 4)),
    "SLICE": (movement.slice_, (1, 5)),
    "SHAPE": (movement.shape, (1, 5)),
    "PACK": (movement.pack, (1, 4)),
    "SPLIT": (movement.split, (1, 5)),
    "SPLIT_V": (movement.split_v, (1, 5)),
}
#: int8 (or the types given), by name.
INTEGER = {name: Operator(*facts) for name, facts in (_BOTH | _INT8).items()} | {
    "SOFTMAX": Operator(
        elementwise.softmax, (1, 5), scales=(2**-20, 2**8), longest=511, usual=(-5, 1)
    ),
    "QUANTIZE": Operator(elementwise.quantize, (1, 4), ("float32", "int8", "int8", "int16")),
    "DEQUANTIZE": Operator(elementwise.dequantize, (1, 4), ("int8", "int8", "int16")),
}
#: In int8, float32 and int16, and not in chains.
_MORE = {
    "PRELU": (elementwise.prelu, (1, 4)),
    "MAXIMUM": (elementwise.maximum, (1, 5)),
    "MINIMUM": (elementwise.minimum, (1, 5)),
}
#: The same, without int16.
_MORE_WITHOUT_INT16 = {
    "RESIZE_BILINEAR": (reductions.resize_bilinear, _PICTURE),
    "GATHER": (movement.gather, (1, 4)),
    "SPACE_TO_BATCH_ND": (movement.space_to_batch_nd, (3, 4)),
    "BATCH_TO_SPACE_ND": (movement.batch_to_space_nd, (3, 4)),
}
#: The same, without float32.
_LSTM = {"UNIDIRECTIONAL_SEQUENCE_LSTM": (recurrent.lstm, (3, 3))}
#: int8, by name.
MORE = {name: Operator(*facts) for name, facts in (_MORE | _MORE_WITHOUT_INT16 | _LSTM).items()} | {
    "TFLM_DECODE": Operator(coded.decoded, _PICTURE, ("int8", "int8", "int16"))
}
#: int16, with int8 weights, by name.
_WIDE = (
    *("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "SUB", "MUL"),
    *("RELU", "RELU6", "LEAKY_RELU", "AVERAGE_POOL_2D", "MAX_POOL_2D", "MEAN"),
    *("TRANSPOSE_CONV", "PAD", "PADV2", "CONCATENATION", "RESHAPE", "EXPAND_DIMS", "SQUEEZE"),
    *("TRANSPOSE", "STRIDED_SLICE", "SLICE", "PACK", "SPLIT", "SPLIT_V", "SHAPE"),
    "RESIZE_NEAREST_NEIGHBOR",
)
WIDE = {
    f"{name}_INT16": Operator(*(_BOTH | _INT8 | _MORE | _LSTM)[name], ("int16",))
    for name in (*_WIDE, *_MORE, *_LSTM)
} | {
    f"{name}_INT16": Operator(step, (1, 5), ("int16",), usual=(-14, -8))
    for name, step in (
        ("SOFTMAX", elementwise.softmax),
        ("LOGISTIC", elementwise.logistic),
        ("TANH", elementwise.tanh),
    )
}
#: int8 with channels that training let die, by name.
DYING = {
    f"{name}_DYING": Operator(*(_BOTH | _INT8)[name], dying=True)
    for name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")
}
#: What float32 results of these may differ in; the others compute nothing, or round once.
_TOLERANCE = dict.fromkeys(
    (
        "CONV_2D",
        "DEPTHWISE_CONV_2D",
        "FULLY_CONNECTED",
        "AVERAGE_POOL_2D",
        "MEAN",
        "TRANSPOSE_CONV",
        "SVDF",
    ),
    "sums",
) | dict.fromkeys(("SOFTMAX", "LOGISTIC", "TANH", "HARD_SWISH"), "functions")
#: int8's others that are in float32 as well.
_FLOAT_TOO = {"SOFTMAX": (elementwise.softmax, (1, 5))} | {
    name: facts for name, facts in _INT8.items() if name != "SHAPE"
}
_FLOAT_TOO |= _MORE | _MORE_WITHOUT_INT16
#: float32, by name.
FLOAT = {
    f"{name}_FLOAT32": Operator(*facts, ("float32",), tolerance=_TOLERANCE.get(name, "exact"))
    for name, facts in (_BOTH | _FLOAT_TOO).items()
}
