"""Tensors without elements: RESHAPE's shape of a scalar is one, and any other use is refused."""

import numpy as np
import pytest
from models import OPERATOR, hand_made, pack
from tensorflow.lite.python import schema_py_generated as schema

from tinyml_helpers import emulator, micro, model_file
from tinyml_helpers.runtimes import litert, tflm

INT8 = {"type": 9, "scale": [0.5], "zero_point": [-3]}
EMPTY = {"shape": [0], "type": 2}
TO_A_SCALAR = {"float32": {"type": 0}, "int8": INT8}


def reshape(kind, shape=EMPTY, shape_of_output=()):
    """Bytes of a model of one RESHAPE of [1, 1]."""
    tensors = [{"shape": [1, 1], **kind}, dict(shape), {"shape": list(shape_of_output), **kind}]
    model = hand_made(OPERATOR["RESHAPE"], tensors, [0, 1], [2])
    model.subgraphs[0].inputs = [0]
    return pack(model)


@pytest.mark.parametrize("kind", TO_A_SCALAR.values(), ids=TO_A_SCALAR)
def test_a_reshape_to_a_scalar_equals_litert(kind):
    model, x = reshape(kind), np.array([[1.5], [-4.0]], np.float32)
    expected = litert.predict(model, x)
    np.testing.assert_array_equal(micro.predict(model, x), expected)
    assert expected.shape == (2,) and not np.array_equal(*expected)
    if tflm.available():
        np.testing.assert_array_equal(tflm.predict(model, x), expected)


@pytest.mark.parametrize("board_id", ["nano33ble", "pico"])
def test_a_reshape_to_a_scalar_runs_on_a_board(board_id):
    board = emulator.Board(board_id)
    board.flash(reshape(INT8))
    run = board.invoke(np.array([[7]], np.int8))
    assert run.output.shape == () and int(run.output) == 7


def refusal(model):
    with pytest.raises(micro.CannotRun) as refused:
        micro.Interpreter(model)
    return str(refused.value)


def test_an_operator_that_reads_an_empty_tensor_is_refused():
    tensors = [{"shape": [1], "type": 0}, {"shape": [0], "type": 0}, {"shape": [1], "type": 0}]
    options = (11, schema.AddOptionsT())
    model = hand_made(OPERATOR["ADD"], tensors, [0, 1], [2], options)
    model.subgraphs[0].inputs = [0]
    assert "tensor 1 of this model has a dimension that isn't 1 or more" in refusal(pack(model))


def test_an_operator_that_makes_an_empty_tensor_is_refused():
    tensors = [{"shape": [1, 0, 3]}, {"shape": [1, 0, 3]}]
    model = hand_made(OPERATOR["RELU"], tensors, [], [1])
    model.subgraphs[0].operators[0].inputs = [0]
    model.subgraphs[0].inputs = []
    assert "tensor 0 of this model has a dimension" in refusal(pack(model))
    model.subgraphs[0].tensors[0].shape = [1, 1, 3]
    model.subgraphs[0].inputs = [0]
    assert "tensor 1 of this model has a dimension" in refusal(pack(model))


def test_an_empty_input_or_output_of_a_model_is_refused():
    model = hand_made(OPERATOR["RESHAPE"], [{"shape": [1, 0]}, EMPTY, {"shape": []}], [0, 1], [2])
    model.subgraphs[0].inputs = [0]
    assert "tensor 0 of this model has a dimension" in refusal(pack(model))
    model = hand_made(OPERATOR["RELU"], [{"shape": [1]}, {"shape": [1]}, EMPTY], [0], [1])
    model.subgraphs[0].outputs = [2]
    assert "tensor 2 of this model has a dimension" in refusal(pack(model))


def test_an_empty_variable_is_refused_where_it_is_read():
    tensors = [{"shape": [0], "isVariable": True}, {"shape": [1]}]
    model = hand_made(OPERATOR["RELU"], tensors, [0], [1])
    model.subgraphs[0].inputs = []
    assert "tensor 0 of this model has a dimension" in refusal(pack(model))


def test_an_empty_tensor_with_data_is_damaged(monkeypatch):
    damaged = reshape({"type": 0}, {"shape": [0], "type": 2, "data": np.ones(1, np.int32)})
    with pytest.raises(model_file.ModelFileError, match="tensor 1 needs 0 bytes"):
        micro.Interpreter(damaged)
    sound = model_file.read(reshape({"type": 0}))
    monkeypatch.setattr(model_file, "read", lambda data: sound)  # a board has no reader but the C
    assert "tensor 1 of this model has a shape that doesn't fit its data" in refusal(damaged)


def test_a_reshape_of_another_number_of_elements_stays_refused():
    assert "operator 0" in refusal(reshape({"type": 0}, shape_of_output=(2,)))


def test_tensors_nobody_reads_may_be_empty():
    tensors = [{"shape": [1]}, {"shape": [1]}, EMPTY]
    model = pack(hand_made(OPERATOR["RELU"], tensors, [0], [1]))
    x = np.array([2.0], np.float32)
    np.testing.assert_array_equal(micro.predict(model, x), x)
