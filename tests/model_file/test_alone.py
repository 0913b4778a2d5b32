"""One operator of a model as a model of its own."""

import models
import numpy as np
import pytest
from models import OPERATOR, hand_made, pack, schema

from tinyml_helpers import micro, model_file


@pytest.mark.parametrize("number_format", models.FORMATS)
def test_it_is_the_operator_with_its_tensors_and_nothing_else(tiny_models, number_format):
    whole = model_file.read(tiny_models[number_format])
    for operator in whole.operators:
        cut = model_file.operator_alone(tiny_models[number_format], operator.index)
        alone = model_file.read(cut)
        (only,) = alone.operators
        assert (only.name, only.version, only.options, only.macs) == (
            operator.name,
            operator.version,
            operator.options,
            operator.macs,
        )
        assert len(alone.tensors) == len({*operator.inputs, *operator.outputs} - {-1})
        for here, there in zip(
            (*only.inputs, *only.outputs), (*operator.inputs, *operator.outputs), strict=True
        ):
            assert (here < 0) == (there < 0)
            if here >= 0:
                assert alone.tensors[here].described == whole.tensors[there].described
                assert np.array_equal(alone.tensors[here].data, whole.tensors[there].data)
        assert [t.index for t in alone.inputs] == [
            only.inputs[operator.inputs.index(t.index)]
            for t in model_file.operands(whole, operator.index)
        ]


def test_alone_it_computes_what_it_does_in_the_model(int8_model):
    codes = np.random.default_rng(0).integers(-128, 127, (1, 8, 8, 1), np.int8, endpoint=True)
    whole = micro.Interpreter(int8_model)
    values = whole.tensors(codes)
    for operator in whole.model.operators:
        alone = micro.Interpreter(model_file.operator_alone(int8_model, operator.index))
        given = [values[t.index] for t in model_file.operands(whole.model, operator.index)]
        np.testing.assert_array_equal(alone.invoke(*given), values[operator.outputs[0]])


def test_what_is_read_twice_is_one_input():
    model = hand_made(OPERATOR["ADD"], [{"shape": [3]}, {"shape": [3]}], [0, 0], [1])
    model.subgraphs[0].inputs = [0]
    alone = model_file.operator_alone(pack(model), 0)
    assert len(model_file.read(alone).inputs) == 1
    np.testing.assert_array_equal(micro.Interpreter(alone).invoke(np.float32([1, 2, 3])), [2, 4, 6])


def test_state_is_no_input_and_what_is_left_out_stays_so():
    alone = model_file.read(model_file.operator_alone(models.memory_model(bias=-1), 0))
    assert [tensor.shape for tensor in alone.inputs] == [(1, 1)]
    assert alone.operators[0].inputs[3] == -1
    assert alone.tensors[alone.operators[0].inputs[4]].is_variable


def test_what_an_operator_keeps_in_between_comes_along():
    shapes = [[1], [7], [2], [3]]
    model = hand_made(OPERATOR["RELU"], [{"shape": shape} for shape in shapes], [2], [0])
    model.subgraphs[0].operators[0].intermediates = [3]
    alone = model_file.operator_alone(pack(model), 0)
    table = schema.ModelT.InitFromPackedBuf(alone, 0).subgraphs[0]
    (kept,) = table.operators[0].intermediates
    assert list(table.tensors[kept].shape) == [3]
    model.subgraphs[0].operators[0].intermediates = [4]
    with pytest.raises(model_file.ModelFileError, match="in a tensor that isn't in the file"):
        model_file.operator_alone(pack(model), 0)


def test_a_model_without_a_list_of_inputs_cannot_give_one():
    model = hand_made(OPERATOR["RELU"], [{"shape": [1]}] * 2, [0], [1])
    model.subgraphs[0].inputs = None
    with pytest.raises(model_file.ModelFileError, match="has no list of inputs"):
        model_file.operator_alone(pack(model), 0)


def test_dimensions_left_open_are_told():
    fields = {"shape": [1, 1, 4], "shapeSignature": [-1, -1, 4]}
    model = model_file.read(pack(hand_made(OPERATOR["RELU"], [fields, {"shape": [1]}], [0], [1])))
    assert [tensor.open_dimensions for tensor in model.tensors] == [(0, 1), ()]
