"""One operator of a model as a model of its own, to find out who can run it."""

import struct

import numpy as np

from tinyml_helpers.model_file.flatbuffer import FlatBuffer, FlatBufferError
from tinyml_helpers.model_file.reader import IDENTIFIER, as_bytes, not_sound, read

#: Fields of a subgraph, as the schema numbers them.
_TENSORS, _INPUTS, _OUTPUTS, _OPERATORS = range(4)
#: Fields of an operator that list tensors: what it reads, makes, and keeps in between.
_OPERATOR_TENSORS = (1, 2, 8)


def operands(model, index):
    """The inputs of a model of one operator: what the operator reads and the file has no value of.

    Args:
        model: a `ModelFile`.
        index: the operator's place in `model.operators`.

    Returns:
        A tuple of `Tensor`, each once; without the state that a runtime keeps.
    """
    read_by_it = dict.fromkeys(i for i in model.operators[index].inputs if i >= 0)
    tensors = (model.tensors[i] for i in read_by_it)
    return tuple(tensor for tensor in tensors if not tensor.is_constant and not tensor.is_variable)


def operator_alone(tflite_bytes, index):
    """A model of one of a model's operators.

    The bytes stay as they are, but for the lists of the first subgraph and of the operator, in
    which its tensors get places from 0 on. An entry of a FlatBuffer's list is a distance forwards:
    lists of tables are written over, as they get shorter without a change of order, and lists of
    places stand at the end. Other subgraphs, which an operator may call, stay.

    Args:
        tflite_bytes: the whole model.
        index: the operator's place in `ModelFile.operators`.

    Returns:
        bytes of a model whose inputs are `operands`, and whose outputs are the operator's.

    Raises:
        ModelFileError: the bytes are no sound .tflite file, or one without a list of inputs.
    """
    data = as_bytes(tflite_bytes)
    model = read(data)
    inputs = [tensor.index for tensor in operands(model, index)]
    try:
        return _Cut(data, index).alone(inputs, model.operators[index].outputs)
    except FlatBufferError as error:
        raise not_sound(data, error) from None


class _Cut:
    """A copy of a model's bytes, to be changed."""

    def __init__(self, data, index):
        self._original = FlatBuffer(data, IDENTIFIER)
        self._graph = self._original.root().tables(2)[0]
        self._operator = self._graph.tables(_OPERATORS)[index]
        self._bytes = bytearray(data)

    def alone(self, inputs, outputs):
        lists = {field: self._operator.vector(field, np.int32) for field in _OPERATOR_TENSORS}
        used = {int(place) for places in lists.values() for place in places if place >= 0}
        new = {place: count for count, place in enumerate(sorted(used))}
        tensors = self._graph.tables(_TENSORS)
        if max(used, default=-1) >= len(tensors):
            raise FlatBufferError("an operator keeps values in a tensor that isn't in the file")
        self._shorten(_OPERATORS, [self._operator])
        self._shorten(_TENSORS, [tensors[place] for place in new])
        for field, places in lists.items():
            if len(places):
                self._replace(self._operator, field, [new.get(int(p), -1) for p in places])
        self._replace(self._graph, _INPUTS, [new[place] for place in inputs])
        self._replace(self._graph, _OUTPUTS, [new[place] for place in outputs])
        return bytes(self._bytes)

    def _shorten(self, field, tables):
        """Leave only some tables in a list of the subgraph's."""
        start = self._original.follow(self._graph.place(field))
        struct.pack_into("<I", self._bytes, start, len(tables))
        for count, table in enumerate(tables):
            self._point(start + 4 + 4 * count, table.position)

    def _replace(self, table, field, places):
        """Write a list of places at the end, and let a table's field lead there."""
        at = table.place(field)
        if at is None:
            raise FlatBufferError("its first subgraph has no list of inputs, or none of outputs")
        self._bytes += bytes(-len(self._bytes) % 4)
        self._point(at, len(self._bytes))
        self._bytes += struct.pack("<I", len(places)) + np.array(places, "<i4").tobytes()

    def _point(self, at, target):
        struct.pack_into("<I", self._bytes, at, target - at)
