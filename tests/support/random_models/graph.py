"""Builds a .tflite model operator by operator, with random quantization and values.

`Graph` holds the model; the modules beside this one add operators to it.
"""

from dataclasses import dataclass

import flatbuffers
import numpy as np

from tinyml_helpers.model_file.schema import OPERATORS, TENSOR_TYPES
from tinyml_helpers.quiet import quiet

from . import coded
from .chooser import Chooser

with quiet():
    from tensorflow.lite.python import schema_py_generated as schema

_OPERATOR = {name: code for code, name in enumerate(OPERATORS)}
_TYPE = {name: number for number, name in enumerate(TENSOR_TYPES)}
_MOST_INPUTS = 4
_BUFFER_ALIGNMENT = 16  # bytes, as schema.fbs asks for: values are read in place


@dataclass(frozen=True)
class Tensor:
    """A tensor of the model.

    Attributes:
        index: its place in the model.
        shape: tuple of int.
        dtype: name of a NumPy type.
        scale, zero_point: of its codes, a float and an int; None if it isn't quantized.
        constant: whether its values are in the file.
    """

    index: int
    shape: tuple[int, ...]
    dtype: str
    scale: float | None
    zero_point: int | None
    constant: bool

    @property
    def rank(self):
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self):
        """Number of values."""
        return int(np.prod(self.shape))

    @property
    def meaning(self):
        """What two tensors share if the same code is the same real number in both."""
        return self.dtype, self.scale, self.zero_point


class Graph(Chooser):
    """A model being made.

    Args:
        seed: of everything random in it, as np.random.default_rng takes it.

    Attributes:
        inputs: the model's, as `Tensor`s.
        made: the `Tensor`s operators can read: model inputs and outputs of earlier operators.
        steps: one line of text for each operator.
        grids: for places of float32 inputs, a step that half of their values are multiples of.
        dying: whether layers have channels whose weights nearly vanish, as training leaves them.
        coded: whether an operator TFLM_DECODE makes the weights of layers.
    """

    def __init__(self, seed):
        super().__init__(seed)
        self.inputs = []
        self.made = []
        self.steps = []
        self.grids = {}
        self.dying = self.coded = False
        self._read = set()
        self._buffers = {}
        self._model, self._graph = schema.ModelT(), schema.SubGraphT()
        self._graph.tensors, self._graph.operators = [], []
        self._model.version, self._model.subgraphs = 3, [self._graph]
        self._model.description = "random"
        self._model.buffers, self._model.operatorCodes = [schema.BufferT()], []
        self._codes = {}

    def input(self, shape, dtype="int8", scale=None, zero_point=None):
        """A new input of the model, quantized at random unless told how."""
        if dtype != "float32":
            scale = float(np.float32(scale or self.scale()))
            zero_point = self.zero_point(dtype) if zero_point is None else zero_point
        tensor = self.tensor(shape, dtype, scale, zero_point)
        self.inputs.append(tensor)
        self.made.append(tensor)
        return tensor

    def constant(self, values, scale=None, zero_point=0, axis=0):
        """A constant; tensors of equal bytes share their buffer, as converters do it.

        Args:
            values: NumPy array.
            scale: None, a float, or one for each place along `axis`.
            zero_point: of all.
        """
        values = np.asarray(values, order="C")
        content = values.tobytes()
        if content not in self._buffers:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(content, np.uint8)
            self._buffers[content] = len(self._model.buffers)
            self._model.buffers.append(buffer)
        kind = values.dtype.name
        return self.tensor(
            values.shape, kind, scale, zero_point, axis=axis, buffer=self._buffers[content]
        )

    def kernel(self, values, scales, axis):
        """A layer's weights: a constant, unless the model is `coded`.

        Args:
            values: int8 array.
            scales: float32 [1], or one for each place along `axis`.
        """
        if self.coded:
            return coded.weights(self, values, scales, axis)
        return self.constant(values, scales, 0, axis)

    def integers(self, values):
        """A constant of int32, such as the axes of an operator."""
        return self.constant(np.array(values, np.int32))

    def tensor(
        self, shape, dtype="int8", scale=None, zero_point=None, axis=0, buffer=0, variable=False
    ):
        """A tensor, which an operator will make unless it has a buffer or is a variable."""
        record = schema.TensorT()
        record.name = f"tensor {len(self._graph.tensors)}"
        record.shape = [int(length) for length in shape]
        record.type, record.buffer, record.isVariable = _TYPE[dtype], buffer, variable
        if scale is not None:
            scales = np.atleast_1d(np.asarray(scale, np.float32))
            record.quantization = schema.QuantizationParametersT()
            record.quantization.scale = scales
            record.quantization.zeroPoint = np.full(len(scales), zero_point, np.int64)
            record.quantization.quantizedDimension = axis
            scale = float(scales[0])
        self._graph.tensors.append(record)
        index = len(self._graph.tensors) - 1
        return Tensor(index, tuple(record.shape), dtype, scale, zero_point, buffer > 0)

    def another(self, shape, meaning=None, constant=0.35, near=None, dtype="int8"):
        """A second operand: a tensor the model has, a new input of it, or a constant.

        Args:
            shape: its shape.
            meaning: the `meaning` it must have; None for codes of any scale.
            constant: probability of a constant.
            near: a scale to be near to most of the time, where any will do.
            dtype: of the codes, where any scale will do.
        """

        def fits(tensor):
            same = tensor.dtype == dtype if meaning is None else tensor.meaning == meaning
            return same and tensor.shape == tuple(shape)

        found = [tensor for tensor in self.made if fits(tensor)]
        # The only one there is would most often be the first operand itself.
        if found and self.chance(0.6 if len(self.made) > 1 else 0.1):
            return self.pick(found)
        if meaning is None:
            usual = near and self.chance(0.8)
            scale = near * self.power(-2, 2) if usual else self.scale(dtype)
            scale = float(np.float32(scale))
            meaning = dtype, scale, self.zero_point(dtype)
        if self.chance(constant) or len(self.inputs) >= _MOST_INPUTS:
            return self.constant(self.values(shape, meaning), *meaning[1:])
        return self.input(shape, *meaning)

    def operator(self, name, inputs, outputs, options=None, **fields):
        """Add an operator.

        Args:
            name: in the schema, such as "CONV_2D"; others are custom operators.
            inputs: `Tensor`s; None for one that is left out.
            outputs: `Tensor`s.
            options: name of the schema's table of its options, such as "Conv2DOptions".
            fields: the options, by the names of the schema's object API.

        Returns:
            The list of outputs.
        """
        record = schema.OperatorT()
        record.opcodeIndex = self._operator_code(name)
        record.inputs = [-1 if tensor is None else tensor.index for tensor in inputs]
        record.outputs = [tensor.index for tensor in outputs]
        if options:
            record.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            record.builtinOptions = getattr(schema, options + "T")()
            for field, value in fields.items():
                setattr(record.builtinOptions, field, value)
        self._graph.operators.append(record)
        self._read.update(record.inputs)
        self.made.extend(outputs)
        told = ", ".join(f"{field}={value}" for field, value in fields.items())
        read = ", ".join("none" if tensor is None else _text(tensor) for tensor in inputs)
        made = ", ".join(_text(tensor) for tensor in outputs)
        self.steps.append(f"{name}({told}): {read} -> {made}")
        return list(outputs)

    def _operator_code(self, name):
        if name not in self._codes:
            record = schema.OperatorCodeT()
            record.builtinCode, record.version = _OPERATOR.get(name, _OPERATOR["CUSTOM"]), 1
            record.customCode = None if name in _OPERATOR else name
            record.deprecatedBuiltinCode = min(record.builtinCode, 127)
            self._codes[name] = len(self._codes)
            self._model.operatorCodes.append(record)
        return self._codes[name]

    # The finished model

    def random_inputs(self):
        """Random values for each of the model's inputs."""
        return tuple(self._random_input(tensor) for tensor in self.inputs)

    def _random_input(self, tensor):
        if tensor.index in self.grids and self.chance(0.5):
            steps = self.rng.integers(-400, 400, tensor.shape)
            return (steps * self.grids[tensor.index]).astype(np.float32)
        return self.values(tensor.shape, tensor.meaning)

    def unread(self):
        """The tensors operators made and none reads."""
        inputs = {tensor.index for tensor in self.inputs}
        return [t for t in self.made if t.index not in self._read and t.index not in inputs]

    def pack(self, outputs):
        """The bytes of a .tflite file with these `Tensor`s as the model's outputs."""
        self._graph.inputs = [tensor.index for tensor in self.inputs]
        self._graph.outputs = [tensor.index for tensor in outputs]
        builder = _Builder(4096)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


class _Builder(flatbuffers.Builder):
    """The object API forgets that the values of a buffer are aligned."""

    def CreateNumpyVector(self, x):  # noqa: N802 - flatbuffers names it
        if x.dtype == np.uint8:
            self.Prep(_BUFFER_ALIGNMENT, x.size)
        return super().CreateNumpyVector(x)


def _text(tensor):
    text = f"{tensor.index}:{tensor.dtype}{list(tensor.shape)}"
    return text if tensor.scale is None else f"{text}*{tensor.scale:.4g}@{tensor.zero_point}"
