"""GATHER with positions that are computed, and SPACE_TO_BATCH_ND with padding."""

import numpy as np
import pytest
import tflm_batch
from random_models.graph import Graph

from tinyml_helpers import micro


def picked():
    """A GATHER of rows of an int8 table, by an input of three positions."""
    g = Graph(0)
    table = g.constant(np.arange(8, dtype=np.int8).reshape(4, 2), 0.5, 0)
    positions = g.input((3,), "int32", 1.0, 0)
    output = g.tensor((3, 2), "int8", 0.5, 0)
    return g.pack(g.operator("GATHER", (table, positions), [output], "GatherOptions"))


def test_positions_may_be_an_input(needs_tflm):
    model, positions = picked(), np.array([3, 0, 2], np.int32)
    found = micro.Interpreter(model).invoke(positions)
    assert found.tolist() == [[6, 7], [0, 1], [4, 5]]
    with tflm_batch.Batch() as batch:
        answer = batch.run(model, (positions,))
    assert answer.outcome == "ran", answer.said
    np.testing.assert_array_equal(found, answer.outputs[0])


def test_of_positions_that_are_not_there_the_nearest_is_taken():
    found = micro.Interpreter(picked()).invoke(np.array([4, -1, 2**31 - 1], np.int32))
    assert found.tolist() == [[6, 7], [0, 1], [6, 7]]


def blocks(padding):
    """A SPACE_TO_BATCH_ND of int8 [1, 4, 1] in blocks of two."""
    g = Graph(0)
    x = g.input((1, 4, 1), "int8", 0.5, 3)
    output = g.tensor((2, 2 + sum(padding) // 2, 1), "int8", 0.5, 3)
    inputs = (x, g.integers([2]), g.integers([padding]))
    return g.pack(g.operator("SPACE_TO_BATCH_ND", inputs, [output], "SpaceToBatchNDOptions"))


def test_blocks_that_are_padded_are_refused_as_tflm_pads_with_anything():
    micro.Interpreter(blocks([0, 0]))
    for padding in ([2, 0], [0, 2], [1, 1]):
        with pytest.raises(micro.CannotRun, match="numbers it never set"):
            micro.Interpreter(blocks(padding))
