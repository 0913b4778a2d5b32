"""What a .tflite file holds: its operators, its tensors, its weights and its work, from the bytes.

    model = model_file.read(Path("model.tflite").read_bytes())
    print(model)

The file is a FlatBuffer (see flatbuffer.py) laid out by TensorFlow Lite's schema.fbs, version 3:
a Model has a list of buffers, which hold the weights, and subgraphs; a subgraph has tensors, each
naming its buffer, and operators, each naming the tensors it reads and writes. Things are named by
their place in a list. The field numbers below are those of the schema.
"""

import math
import os
from dataclasses import dataclass, field

import numpy as np

from tinyml_helpers.model_file import macs
from tinyml_helpers.model_file.flatbuffer import FlatBuffer, FlatBufferError
from tinyml_helpers.model_file.lookalikes import what_it_is
from tinyml_helpers.model_file.schema import (
    OPAQUE_TYPES,
    OPERATORS,
    PACKED_BITS,
    TENSOR_TYPES,
    name_of,
    read_options,
)
from tinyml_helpers.model_file.tensor import Tensor

_HIGHEST_RANK = 32

#: What stands at bytes 4 to 7 of every .tflite file.
IDENTIFIER = b"TFL3"


class ModelFileError(ValueError):
    """The bytes are not a sound .tflite file; the message says what is off."""


@dataclass(frozen=True)
class Operator:
    """One step of the model.

    Attributes:
        index: its place in `ModelFile.operators`, which is the order they run in.
        name: such as "CONV_2D"; of a custom operator the name it was registered under.
        version: the oldest version of the kernel that can run it.
        inputs, outputs: places in `ModelFile.tensors`; -1 for an input that was left out.
        macs: multiply-accumulates of one inference, as macs.py counts them.
        options: padding, strides, activation and so on, by the schema's names, for the operators
            TinyML models use; empty for others.
    """

    index: int
    name: str
    version: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    macs: int
    options: dict = field(hash=False)


@dataclass(frozen=True, eq=False)
class ModelFile:
    """What the first subgraph of a .tflite file holds; `print` shows its operators as a table.

    Attributes:
        operators, tensors: all of them, in the file's order.
        inputs, outputs: the model's, as tuples of `Tensor`.
        weight_bytes: bytes of all constants; a buffer that tensors share counts once.
        total_bytes: bytes of the file: the weights, and what says how to use them.
        description: what the converter wrote about itself.
        version: of the schema.
        subgraph_count: more than 1 if the model has control flow or several signatures; the rest
            isn't read.
    """

    operators: tuple[Operator, ...]
    tensors: tuple[Tensor, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    weight_bytes: int
    total_bytes: int
    description: str
    version: int
    subgraph_count: int

    @property
    def macs(self):
        """Multiply-accumulates of one inference."""
        return sum(operator.macs for operator in self.operators)

    @property
    def operator_names(self):
        """Sorted tuple of the operators an interpreter must have to run this model."""
        return tuple(sorted({operator.name for operator in self.operators}))

    def check_inputs(self, inputs):
        """The arrays for an inference, if they fit.

        Args:
            inputs: an array of codes for each of the model's inputs.

        Returns:
            A list of NumPy arrays.

        Raises:
            ValueError: there are too many or too few, or one has another shape or dtype.
        """
        if len(inputs) != len(self.inputs):
            raise ValueError(f"the model takes {len(self.inputs)} inputs, not {len(inputs)}")
        arrays = [np.asarray(values) for values in inputs]
        for place, (values, tensor) in enumerate(zip(arrays, self.inputs, strict=True)):
            if values.dtype != tensor.dtype or values.shape != tensor.shape:
                raise ValueError(
                    f"input {place} is {tensor.dtype} {list(tensor.shape)}, "
                    f"not {values.dtype} {list(values.shape)}"
                )
        return arrays

    def __str__(self):
        width = max((len(operator.name) for operator in self.operators), default=8)
        lines = [f"{'#':>3}  {'operator':{width}}  {'output':>14}  {'MACs':>12}  {'weights':>9}"]
        for operator in self.operators:
            shape = self.tensors[operator.outputs[0]].shape if operator.outputs else ()
            read = (self.tensors[index] for index in operator.inputs if index >= 0)
            weights = sum(tensor.byte_count for tensor in read if tensor.is_constant)
            lines.append(
                f"{operator.index:3}  {operator.name:{width}}  {'×'.join(map(str, shape)):>14}"
                f"  {operator.macs:12,}  {weights:9,}"
            )
        lines.append(
            f"{self.macs:,} MACs; {self.weight_bytes:,} bytes of weights"
            f" in a file of {self.total_bytes:,} bytes"
        )
        return "\n".join(lines)


def read(tflite_bytes):
    """Read what a .tflite file holds.

    Args:
        tflite_bytes: the whole file, as bytes.

    Returns:
        A `ModelFile`.

    Raises:
        ModelFileError: the bytes are empty, cut short, damaged, or something else altogether.
    """
    data = as_bytes(tflite_bytes)
    try:
        return _read(data)
    except FlatBufferError as error:
        raise not_sound(data, error) from None


def as_bytes(tflite_bytes):
    """What was given, as bytes.

    Raises:
        ModelFileError: it is something else, such as a file's name.
    """
    if isinstance(tflite_bytes, bytes | bytearray | memoryview):
        return bytes(tflite_bytes)
    message = f"give the bytes of a .tflite file, not a {type(tflite_bytes).__name__}"
    if isinstance(tflite_bytes, str | os.PathLike):
        message += ": Path(file).read_bytes() reads them"
    elif hasattr(tflite_bytes, "layers"):
        message += ": compress.quantize makes them of a Keras model"
    raise ModelFileError(message)


def not_sound(data, error):
    """The ModelFileError for bytes that the reader gave up at, with its FlatBufferError."""
    what = None if data[4:8] == IDENTIFIER else what_it_is(data)
    why = f", but {what}" if what else f": {error}"
    return ModelFileError(f"these bytes are no sound .tflite file{why}")


def _read(data):
    file = FlatBuffer(data, identifier=IDENTIFIER)
    root = file.root()
    version = root.number(0, "I")
    if version != 3:
        raise FlatBufferError(f"its schema has version {version}, not 3")
    buffers = [_read_buffer(file, table) for table in root.tables(4)]
    kinds = [_read_kind(table) for table in root.tables(1)]
    subgraphs = root.tables(2)
    if not subgraphs:
        raise FlatBufferError("it has no subgraph")
    graph = subgraphs[0]
    tensors = tuple(_read_tensor(i, table, buffers) for i, table in enumerate(graph.tables(0)))
    used = {table.number(2, "I") for table in graph.tables(0)}
    return ModelFile(
        operators=tuple(
            _read_operator(i, table, kinds, tensors) for i, table in enumerate(graph.tables(3))
        ),
        tensors=tensors,
        inputs=tuple(tensors[i] for i in _indices(graph, 1, tensors, "an input of the model")),
        outputs=tuple(tensors[i] for i in _indices(graph, 2, tensors, "an output of the model")),
        weight_bytes=sum(len(buffers[index]) for index in used),
        total_bytes=len(data),
        description=root.text(3),
        version=version,
        subgraph_count=len(subgraphs),
    )


def _read_buffer(file, table):
    """A buffer's bytes, uint8 [n]; in files over 2 GB they stand behind the FlatBuffer."""
    offset, size = table.number(1, "Q"), table.number(2, "Q")
    if offset > 1:  # the converter writes 1 where it means "not outside"
        file.check(offset, size)
        return np.frombuffer(file.data, np.uint8, size, offset)
    return table.raw(0)


def _read_kind(table):
    """Name and version of an operator code."""
    # Codes outgrew the first field, a byte: it stays at 127 for those in the second.
    code = max(table.number(0, "b"), table.number(3, "i"))
    name = name_of("operator code", OPERATORS, code)
    return (table.text(1) or name) if name == "CUSTOM" else name, table.number(2, "i", default=1)


def _read_tensor(index, table, buffers):
    shape = tuple(table.vector(0, np.int32).tolist())
    if len(shape) > _HIGHEST_RANK or min(shape, default=0) < 0:
        raise FlatBufferError(f"tensor {index} has a shape no tensor can have")
    dtype = name_of("tensor type", TENSOR_TYPES, table.number(1, "b"))
    if table.number(2, "I") >= len(buffers) or table.number(10, "I"):
        raise FlatBufferError(f"tensor {index} keeps its values in a buffer that isn't in the file")
    content = buffers[table.number(2, "I")]
    scale, zero_point, dimension = _read_quantization(index, table.table(4))

    is_sparse = table.table(6) is not None
    count = math.prod(shape)
    if dtype in OPAQUE_TYPES or is_sparse:
        byte_count, view = len(content), content
    elif dtype in PACKED_BITS:
        byte_count, view = (count * PACKED_BITS[dtype] + 7) // 8, content
    else:
        byte_count, view = count * np.dtype(dtype).itemsize, None
    if len(content) not in (0, byte_count):
        raise FlatBufferError(
            f"tensor {index} needs {byte_count} bytes and its buffer has {len(content)}"
        )
    if view is None and len(content):
        view = content.view(np.dtype(dtype).newbyteorder("<")).reshape(shape)
    return Tensor(
        index=index,
        name=table.text(3),
        shape=shape,
        dtype=dtype,
        scale=scale,
        zero_point=zero_point,
        quantized_dimension=dimension,
        byte_count=byte_count,
        is_variable=table.number(5, "?"),
        data=view if len(content) else None,
        open_dimensions=tuple(np.flatnonzero(table.vector(7, np.int32) < 0).tolist()),
    )


def _read_quantization(index, table):
    """Scale, zero point and quantized dimension; empty arrays for a tensor that isn't quantized."""
    if table is None:
        return np.empty(0, np.float32), np.empty(0, np.int64), 0
    scale, zero_point = table.vector(2, np.float32), table.vector(3, np.int64)
    dimension = table.number(6, "i")
    if not (np.isfinite(scale).all() and (scale >= 0).all()):
        raise FlatBufferError(f"tensor {index} has a scale that is no positive number")
    if len(zero_point) not in (0, 1, len(scale)):
        raise FlatBufferError(f"tensor {index} has {len(zero_point)} zero points for its scales")
    zero_point = zero_point if len(zero_point) else np.zeros(1, np.int64)
    return scale, np.broadcast_to(zero_point, scale.shape), dimension


def _read_operator(index, table, kinds, tensors):
    kind = table.number(0, "I")
    if kind >= len(kinds):
        raise FlatBufferError(f"operator {index} has a code that isn't in the file")
    name, version = kinds[kind]
    inputs = _indices(table, 1, tensors, f"an input of operator {index}", absent=-1)
    outputs = _indices(table, 2, tensors, f"an output of operator {index}")
    options = read_options(name, table.number(3, "B"), table.table(4))
    input_shapes = [tensors[i].shape if i >= 0 else None for i in inputs]
    output_shape = tensors[outputs[0]].shape if outputs else (0,)
    work = macs.count(name, input_shapes, output_shape, options)
    return Operator(index, name, version, inputs, outputs, work, options)


def _indices(table, field_number, tensors, what, absent=0):
    """A vector of places in `tensors`, checked; `absent` is the lowest number allowed."""
    indices = tuple(table.vector(field_number, np.int32).tolist())
    if any(not absent <= index < len(tensors) for index in indices):
        raise FlatBufferError(f"{what} is a tensor that isn't in the file")
    return indices
