"""Look-up-table compression: weights stored as short indices into tables of their codes.

A clustered int8 kernel holds few distinct codes, so 4 bits a weight can do what 8 did. It is undone
while the model runs: TFLM's custom operator TFLM_DECODE, before each user of the kernel, writes the
weights out into the arena. Flash is saved and RAM is spent, about as much as the largest decoded
kernel has bytes, and every inference pays for the decoding. TFLM and the micro-interpreter know the
operator; LiteRT doesn't.

Format: TFLM's compression/decode.py and lut.py.
"""

import math
from collections import Counter

import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.compress.layers import check
from tinyml_helpers.compress.prune import is_depthwise, kernels_of
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

#: The widest index that TFLM_DECODE reads, in bits.
_WIDEST = 7

#: Bytes of the header in front of tables, and what else a decoded kernel adds to a file, at most:
#: an operator, two tensors, a buffer, and their padding.
_HEADER_BYTES, _OTHER_BYTES = 16, 256

#: Of a scale, float32, and a zero point, int64.
_QUANTIZATION_BYTES = 12

#: What the header says instead of an axis where one table is for all.
_NO_AXIS = 15


def lut_compress(tflite_bytes, bits=4):
    """Compress a model's weights with look-up tables, wherever that makes the file shorter.

    A tensor is eligible if it is constant, int8, of two or more dimensions, and has at most
    2**bits distinct codes: over all if it has one scale, in each channel if it has a scale for each
    (`cluster_weights` makes both so). It gets one table, or one for each channel, accordingly:
    TFLM_DECODE goes by the scales. Every table has 2**bits codes, used or not, so that how long the
    file gets follows from the shapes of what is eligible. A small tensor would grow, by its tables
    and its operator; it is left alone.

    Args:
        tflite_bytes: an int8 or int16x8 model, not compressed yet.
        bits: of an index, 1 to 7. Indices of 2 and 4 bits are decoded the quickest.

    Returns:
        The compressed .tflite, as bytes, with the same outputs.

    Raises:
        ModelFileError: not a .tflite file.
        ValueError: `bits` out of range, several subgraphs, or no tensor gains anything.
    """
    if not 1 <= bits <= _WIDEST:
        raise ValueError(f"bits={bits}: an index into a look-up table has 1 to {_WIDEST} bits.")
    read = model_file.read(tflite_bytes)
    if read.subgraph_count > 1:
        raise ValueError("a model of several subgraphs can't be compressed: convert it to one.")
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(tflite_bytes))
    chosen = _chosen(read, model, bits)
    if not chosen:
        raise ValueError(
            f"no weights of this model get shorter with {bits}-bit indices: "
            f"cluster_weights(model, {2**bits}) before quantizing, or the model is too small."
        )
    for tensor in chosen:
        _encode(model, tensor, bits)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def worth_tables(model, bits):
    """Which layers of a Keras model have kernels that tables shorten.

    Args:
        model: a built Sequential or functional model.
        bits: of an index, 1 to 7.

    Returns:
        A list of the layers' names; what is clustered besides loses accuracy for nothing.

    Raises:
        UnsupportedModel: the message names the layer.
    """
    found = []
    for call in check(model).calls:
        for kernel in kernels_of(call.layer):
            shape, tables = kernel.shape, kernel.shape[-1]
            if isinstance(call.layer, keras.layers.Dense):
                tables = 1
            elif is_depthwise(call.layer, kernel):
                tables = shape[-2] * shape[-1]
            if _saves(math.prod(shape), tables, bits) and call.layer.name not in found:
                found.append(call.layer.name)
    return found


def _saves(weights, tables, bits, users=1):
    """Whether so many weights take fewer bytes with tables, of which there may be one a channel."""
    coded = -(-weights * bits // 8) + _HEADER_BYTES + tables * 2**bits
    # Each further user has a tensor of its own, with scales and zero points.
    others = users * _OTHER_BYTES + (users - 1) * tables * _QUANTIZATION_BYTES
    return users > 0 and coded + others < weights


def _chosen(read, model, bits):
    """The tensors to compress, of a `model_file.ModelFile`; `model` is the same as an object."""
    users = Counter(index for operator in read.operators for index in {*operator.inputs})
    outputs = {tensor.index for tensor in read.outputs}
    tensors = model.subgraphs[0].tensors
    sharing = Counter(tensor.buffer for tensor in tensors)
    return [
        one
        for one in read.tensors
        if one.index not in outputs and _is_eligible(one, bits)
        if sharing[tensors[one.index].buffer] == 1  # else the buffer stays in the file
        if _saves(one.data.size, len(_rows(one)), bits, users[one.index])
    ]


def _is_eligible(tensor, bits):
    if not tensor.is_constant or tensor.dtype != "int8" or len(tensor.shape) < 2:
        return False
    ends = (0, len(tensor.shape) - 1)  # the axes that TFLM_DECODE knows
    if len(tensor.scale) > 1 and tensor.quantized_dimension not in ends:
        return False
    return max(len(np.unique(codes)) for codes in _rows(tensor)) <= 2**bits


def _rows(tensor):
    """The codes of each table: [channels, ...], or [1, ...]."""
    if len(tensor.scale) <= 1:
        return tensor.data[np.newaxis]
    return np.moveaxis(tensor.data, tensor.quantized_dimension, 0)


def _encode(model, tensor, bits):
    """Replace a tensor by its indices, and have an operator decode it before each of its users."""
    graph = model.subgraphs[0]
    encoded = graph.tensors[tensor.index]
    indices, tables = _look_up(tensor, bits)
    decoded = _tensor("decoded", encoded.shape, encoded.type)
    decoded.quantization = encoded.quantization
    if decoded.quantization is not None and len(tensor.scale) <= 1:
        decoded.quantization.quantizedDimension = 0  # TFLM looks at it even then
    graph.tensors.append(
        _tensor("tables", [tables.size], schema.TensorType.UINT8, _buffer(model, tables))
    )
    read = [tensor.index, len(graph.tensors) - 1]
    for user in [one for one in graph.operators if tensor.index in one.inputs]:
        graph.tensors.append(decoded)
        made = len(graph.tensors) - 1
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = _decode_code(model), read, [made]
        user.inputs = [made if place == tensor.index else place for place in user.inputs]
        graph.operators.insert(graph.operators.index(user), operator)
    model.buffers[encoded.buffer].data = indices
    encoded.shape, encoded.type = [indices.size], schema.TensorType.UINT8
    encoded.quantization = None


def _look_up(tensor, bits):
    """The packed indices of a tensor's codes, and header and tables: uint8 [n] each."""
    rows = _rows(tensor)
    tables, indices = np.zeros((len(rows), 2**bits), np.int8), np.empty(rows.shape, np.uint8)
    for table, row, places in zip(tables, rows, indices, strict=True):
        codes, found = np.unique(row, return_inverse=True)
        table[: len(codes)] = codes
        places[...] = found.reshape(row.shape)
    axis = tensor.quantized_dimension if len(rows) > 1 else _NO_AXIS
    in_order = indices[0] if axis == _NO_AXIS else np.moveaxis(indices, 0, axis)
    each = np.unpackbits(in_order.reshape(-1, 1), axis=1)[:, -bits:]
    header = np.zeros(_HEADER_BYTES, np.uint8)
    # Look-up tables are kind 0 of version 1, their tables version 1.
    header[1], header[4], header[5], header[6] = 1, 1, axis << 4 | bits, 2**bits
    return np.packbits(each), np.concatenate([header, tables.view(np.uint8).ravel()])


def _tensor(name, shape, kind, buffer=0):
    made = schema.TensorT()
    made.name, made.shape, made.type, made.buffer = name, shape, kind, buffer
    return made


def _buffer(model, data):
    """Add a buffer; its place."""
    made = schema.BufferT()
    made.data = data
    model.buffers.append(made)
    return len(model.buffers) - 1


def _decode_code(model):
    """The place of TFLM_DECODE among a model's kinds of operators, where it is added if missing."""
    codes = model.operatorCodes
    for place, code in enumerate(codes):
        if code.customCode in ("TFLM_DECODE", b"TFLM_DECODE"):
            return place
    made = schema.OperatorCodeT()
    made.builtinCode = made.deprecatedBuiltinCode = schema.BuiltinOperator.CUSTOM
    made.customCode, made.version = "TFLM_DECODE", 1
    codes.append(made)
    return len(codes) - 1
