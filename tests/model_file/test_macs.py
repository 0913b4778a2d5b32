"""Multiply-accumulates, against what a net of ones adds up to, and by hand."""

import numpy as np
import pytest
from models import OPERATOR, hand_made, pack, schema, tf

from tinyml_helpers import model_file
from tinyml_helpers.model_file import ModelFileError
from tinyml_helpers.quiet import quiet


def options(type_name, **values):
    """Options of the schema, without padding, with strides of 2 down and 1 across."""
    made = getattr(schema, f"{type_name}OptionsT")()
    if hasattr(made, "padding"):
        made.padding, made.strideH, made.strideW = schema.Padding.VALID, 2, 1
    for name, value in values.items():
        setattr(made, name, value)
    return getattr(schema.BuiltinOptions, f"{type_name}Options"), made


@pytest.mark.parametrize(
    ("name", "options", "input_shape", "weights_shape", "output_shape"),
    [
        ("CONV_2D", options("Conv2D"), (1, 9, 8, 3), (5, 3, 2, 3), (1, 4, 7, 5)),
        ("CONV_2D", options("Conv2D"), (1, 9, 8, 4), (6, 3, 2, 2), (1, 4, 7, 6)),  # in two groups
        (
            "DEPTHWISE_CONV_2D",
            options("DepthwiseConv2D", depthMultiplier=2),
            *((1, 9, 8, 3), (1, 3, 2, 6), (1, 4, 7, 6)),
        ),
        ("TRANSPOSE_CONV", options("TransposeConv"), (1, 4, 5, 3), (2, 3, 2, 3), (1, 9, 6, 2)),
        ("FULLY_CONNECTED", options("FullyConnected"), (3, 7), (4, 7), (3, 4)),
        ("BATCH_MATMUL", options("BatchMatMul"), (2, 3, 7), (2, 7, 5), (2, 3, 5)),
        ("BATCH_MATMUL", options("BatchMatMul", adjX=True), (2, 7, 3), (2, 7, 5), (2, 3, 5)),
    ],
)
def test_macs_are_what_a_net_of_ones_adds_up(
    name, options, input_shape, weights_shape, output_shape
):
    """Without padding or bias, the sum of all outputs is the number of products in them."""
    tensors = [
        {"shape": input_shape},
        {"shape": weights_shape, "data": np.ones(weights_shape, np.float32)},
        {"shape": output_shape[-1:], "data": np.zeros(output_shape[-1], np.float32)},
        {"shape": [len(output_shape)], "type": 2, "data": np.array(output_shape, np.int32)},
        {"shape": output_shape},
    ]
    order = {"TRANSPOSE_CONV": [3, 1, 0, 2], "BATCH_MATMUL": [0, 1]}.get(name, [0, 1, 2])
    model = pack(hand_made(OPERATOR[name], tensors, order, [4], options))
    with quiet():
        interpreter = tf.lite.Interpreter(model_content=model)
        interpreter.allocate_tensors()
    interpreter.set_tensor(0, np.ones(input_shape, np.float32))
    interpreter.invoke()
    result = interpreter.get_tensor(4)
    assert result.shape == output_shape
    assert model_file.read(model).macs == result.sum()


@pytest.mark.parametrize(
    ("name", "shapes", "macs"),
    [
        # 2 examples, 4 filters: 10 features, then 8 steps
        ("SVDF", [(2, 10), (4, 10), (4, 8), None, (2, 32)], 2 * 4 * (10 + 8)),
        # 5 steps: 4 gates, each with weights for 3 inputs and 6 outputs before
        (
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            [(1, 5, 3), *[(6, 3)] * 4, *[(6, 6)] * 4, *[None] * 3, *[(6,)] * 4],
            5 * 4 * (6 * 3 + 6 * 6),
        ),
        ("ADD", [(4, 4), (4, 4)], 0),
    ],
)
def test_macs_by_hand(name, shapes, macs):
    tensors = [{"shape": shape} for shape in shapes if shape is not None]
    places = iter(range(len(tensors)))
    order = [-1 if shape is None else next(places) for shape in shapes]
    model = hand_made(OPERATOR[name], [*tensors, {"shape": [1]}], order, [len(tensors)])
    assert model_file.read(pack(model)).macs == macs


@pytest.mark.parametrize("name", ["CONV_2D", "SVDF", "TRANSPOSE_CONV"])
@pytest.mark.parametrize("inputs", [[], [0], [0, -1, 0], [1, 1, 1]])
def test_macs_without_the_inputs_they_need(name, inputs):
    model = hand_made(OPERATOR[name], [{"shape": [1, 2, 2, 1]}, {"shape": []}], inputs, [0])
    with pytest.raises(ModelFileError, match=f"of a {name} isn't what it takes"):
        model_file.read(pack(model))
