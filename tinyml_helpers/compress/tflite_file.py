"""Writes a .tflite file operator by operator, for layers that TensorFlow's converter doesn't know.

    file = TfliteFile("a model that keeps state")
    x = file.tensor("input", (1, 8), np.int8, scale=1 / 32, zero_point=0)
    y = file.tensor("output", (1, 8), np.int8, scale=1 / 16, zero_point=-128)
    file.operator("RELU", [x], [y])
    data = file.pack([x], [y])

The names and numbers are those of TensorFlow Lite's schema, schema.fbs.
"""

import numpy as np

from tinyml_helpers.quiet import quiet

with quiet():
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

_TYPES = {
    np.dtype(np.int8): schema.TensorType.INT8,
    np.dtype(np.int16): schema.TensorType.INT16,
    np.dtype(np.int32): schema.TensorType.INT32,
}


class TfliteFile:
    """A .tflite file in the making.

    Args:
        description: what the file says of itself.
    """

    def __init__(self, description):
        self._model, self._graph = schema.ModelT(), schema.SubGraphT()
        self._model.version, self._model.description = 3, description
        self._model.subgraphs, self._model.operatorCodes = [self._graph], []
        self._model.buffers = [schema.BufferT()]  # the first is empty, for all without data
        self._graph.tensors, self._graph.operators = [], []

    def tensor(self, name, shape, dtype, scale, zero_point=0, dimension=0):
        """Add a tensor without values; its place.

        Args:
            name: a str.
            shape: ints.
            dtype: int8, int16 or int32.
            scale: a float, or one for each channel.
            zero_point: an int, of all channels.
            dimension: which one the channels are.
        """
        made, scales = schema.TensorT(), np.atleast_1d(np.float32(scale))
        made.name, made.shape, made.type = name, list(shape), _TYPES[np.dtype(dtype)]
        made.quantization = schema.QuantizationParametersT()
        made.quantization.scale = scales
        made.quantization.zeroPoint = np.full(len(scales), zero_point, np.int64)
        made.quantization.quantizedDimension = dimension
        self._graph.tensors.append(made)
        return len(self._graph.tensors) - 1

    def constant(self, name, values, scale, dimension=0):
        """Add a tensor with values, an array of codes around 0; its place."""
        place = self.tensor(name, values.shape, values.dtype, scale, dimension=dimension)
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        self._graph.tensors[place].buffer = len(self._model.buffers) - 1
        return place

    def state(self, name, shape, dtype, scale):
        """Add a tensor that keeps its values from one inference to the next; its place."""
        place = self.tensor(name, shape, dtype, scale)
        self._graph.tensors[place].isVariable = True
        return place

    def operator(self, name, inputs, outputs, options=None, version=1):
        """Add an operator.

        Args:
            name: as in schema.fbs.
            inputs, outputs: places of tensors.
            options: an object of the schema such as `SVDFOptionsT`; None if it has none.
            version: of the operator.
        """
        made = schema.OperatorT()
        made.opcodeIndex = self._code_of(getattr(schema.BuiltinOperator, name), version)
        made.inputs, made.outputs = inputs, outputs
        if options is not None:
            union = type(options).__name__.removesuffix("T")
            made.builtinOptionsType = getattr(schema.BuiltinOptions, union)
            made.builtinOptions = options
        self._graph.operators.append(made)

    def pack(self, inputs, outputs):
        """The file's bytes, given the places of the model's inputs and outputs."""
        self._graph.inputs, self._graph.outputs = inputs, outputs
        return bytes(flatbuffer_utils.convert_object_to_bytearray(self._model))

    def _code_of(self, number, version):
        """The place of an operator's kind among those of the file, where it is added if missing."""
        codes = self._model.operatorCodes
        known = [(one.builtinCode, one.version) for one in codes]
        if (number, version) in known:
            return known.index((number, version))
        kind = schema.OperatorCodeT()
        kind.builtinCode, kind.version = number, version
        kind.deprecatedBuiltinCode = min(number, 127)  # where readers of old files look
        codes.append(kind)
        return len(codes) - 1
