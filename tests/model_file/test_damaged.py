"""Bytes that are no model: an error that says so, and nothing else."""

import struct

import models
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tinyml_helpers import model_file
from tinyml_helpers.model_file import ModelFileError

few = settings(derandomize=True, deadline=None, max_examples=150)


@pytest.mark.parametrize(
    "data",
    [b"", b"TFL3", b"\0\0\0\0TFL3", b"\x89PNG\r\n\x1a\n" + bytes(99), b"\xff" * 99, "a.tflite", 3],
)
def test_not_a_model(data):
    with pytest.raises(ModelFileError):
        model_file.read(data)


def test_other_kinds_of_bytes(int8_model):
    for kind in (bytearray, memoryview):
        assert model_file.read(kind(int8_model)).macs == model_file.read(int8_model).macs


def survives(data):
    """Read bytes that may be damaged: a model that can be used, or ModelFileError."""
    try:
        model = model_file.read(data)
    except ModelFileError as error:
        assert "\n" not in str(error) and len(str(error)) < 200
        return False
    assert str(model) and model.macs >= 0 and repr(model.tensors)
    return True


def test_cut_short_anywhere(int8_model):
    for length in [*range(0, 400), *range(400, len(int8_model), 11)]:
        # What can be read all the same has only lost padding.
        assert not survives(int8_model[:length]) or length > len(int8_model) - 8


def test_cut_short_at_every_length():
    small = models.memory_model()
    read = [survives(small[:length]) for length in range(len(small))]
    assert sum(read[:-8]) == 0
    assert survives(small)


def test_every_byte_damaged(int8_model):
    for position in range(0, len(int8_model), 7):
        data = bytearray(int8_model)
        data[position] ^= 0xFF
        survives(bytes(data))


@few
@given(
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.sampled_from(["<b", "<H", "<I"])),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.sampled_from([0, 1, 4, 127, -1, 255, 2**16 - 1, 2**31, 2**32 - 1, 8, 100, 1000])),
)
def test_damaged_numbers(int8_model, places, numbers):
    data = bytearray(int8_model)
    for (place, code), number in zip(places, [*numbers, *[3] * 8], strict=False):
        size = struct.calcsize(code)
        position = int(place * (len(data) - size))
        data[position : position + size] = (number % 256**size).to_bytes(size, "little")
    survives(bytes(data))


@few
@given(st.binary(max_size=300))
@example(bytes(200))
def test_noise(noise):
    survives(noise)
    survives(noise[:4] + b"TFL3" + noise[4:])


def test_parts_that_overlap_end_soon():
    """A list of 100,000 buffers that are all the same one; of tensors, it could take hours."""

    def file(count):
        vtable = struct.pack("<7H", 14, 12, 4, 0, 0, 0, 8)  # of the root's fields 0, 4 are there
        head = struct.pack("<I4s", 24, b"TFL3") + vtable + b"\0\0"
        root = struct.pack("<iII", 24 - 8, 3, 4)  # back to its vtable; version; on to the buffers
        empty_table = struct.pack("<2Hi", 4, 4, 4)  # a vtable without fields, and back to it
        places = 40 + 4 * np.arange(count)
        leads_to = 40 + 4 * count + 4
        return (
            head
            + root
            + struct.pack("<I", count)
            + (leads_to - places).astype("<u4").tobytes()
            + empty_table
        )

    with pytest.raises(ModelFileError, match="no subgraph"):
        model_file.read(file(1))
    with pytest.raises(ModelFileError, match="its parts overlap"):
        model_file.read(file(100_000))
