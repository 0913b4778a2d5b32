"""A model whose file ends with an operator's weights: who reads words there reads beyond it."""

import struct

from tinyml_helpers.model_file.flatbuffer import FlatBuffer
from tinyml_helpers.model_file.reader import IDENTIFIER

_ALIGNMENT = 16  # bytes, as in graph.py


def weights_last(tflite_bytes):
    """The same model with the weights of its first operator, a second input, copied to the end.

    Args:
        tflite_bytes: of a model as `Graph.pack` makes it.

    Returns:
        bytes.
    """
    root = FlatBuffer(tflite_bytes, IDENTIFIER).root()
    graph = root.tables(2)[0]
    weights = graph.tables(0)[graph.tables(3)[0].vector(1, "i4")[1]]
    buffer = root.tables(4)[weights.number(2, "I")]
    content, place = buffer.raw(0).tobytes(), buffer.place(0)
    file = bytearray(tflite_bytes)
    file += bytes(-(len(file) + 4) % _ALIGNMENT)
    struct.pack_into("<I", file, place, len(file) - place)
    return bytes(file + struct.pack("<I", len(content)) + content)
