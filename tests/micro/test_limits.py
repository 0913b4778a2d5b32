"""Models just as large as an operator takes, and by one larger."""

import models
import numpy as np
import pytest
from models import OPERATOR, schema

from tinyml_helpers import micro, model_file
from tinyml_helpers.micro import binding
from tinyml_helpers.micro.loaded import Loaded

CODES = {"type": 9, "scale": [1.0], "zero_point": [0]}
PROBABILITIES = {"type": 9, "scale": [1 / 256], "zero_point": [-128]}
MOST = 1 << 24  # numbers that a convolution keeps side by side


def loads(model):
    """Load a model, or raise what the interpreter says."""
    tflite_bytes = models.pack(model)
    return Loaded(tflite_bytes, model_file.read(tflite_bytes))


def softmax(shape, scale=1.0):
    options = schema.SoftmaxOptionsT()
    options.beta = 1.0
    tensors = [{"shape": shape} | CODES | {"scale": [scale]}, {"shape": shape} | PROBABILITIES]
    return models.hand_made(OPERATOR["SOFTMAX"], tensors, [0], [1], (9, options))


def convolution(name, number, options, picture, filters):
    """A convolution of one pixel, whose window reaches beyond it."""
    options.strideW = options.strideH = 1
    weights = {"shape": filters, "data": np.ones(filters, np.int8)} | CODES
    pixel = {"shape": picture} | CODES
    output = {"shape": [1, 1, 1, filters[0] if name == "CONV_2D" else filters[3]]} | CODES
    return models.hand_made(
        OPERATOR[name], [pixel, weights, output], [0, 1], [2], (number, options)
    )


def wide(axis, dilation):
    """A depthwise convolution with a window of two cells, so far apart."""
    options = schema.DepthwiseConv2DOptionsT()
    options.dilationHFactor, options.dilationWFactor = (dilation, 1) if axis == 1 else (1, dilation)
    filters = [1, 2, 1, 1] if axis == 1 else [1, 1, 2, 1]
    return convolution("DEPTHWISE_CONV_2D", 2, options, [1, 1, 1, 1], filters)


def deep(channels):
    """A convolution of one pixel with so many channels."""
    options = schema.Conv2DOptionsT()
    options.dilationHFactor = options.dilationWFactor = 1
    return convolution("CONV_2D", 1, options, [1, 1, 1, channels], [1, 1, 1, channels])


@pytest.mark.parametrize(
    ("make", "most", "says"),
    [
        (lambda classes: softmax([2, classes]), 8191, "more than 8191 classes"),
        (lambda apart: wide(1, apart), MOST // 4 - 2, "a window that reaches too far"),
        (lambda apart: wide(2, apart), MOST // 4 - 2, "a window that reaches too far"),
        (deep, MOST, "a window that reaches too far"),
    ],
)
def test_the_largest_is_taken_and_one_more_is_not(make, most, says):
    loads(make(most))
    with pytest.raises(micro.CannotRun, match=says):
        loads(make(most + 1))


def test_a_softmax_of_a_single_number_has_no_classes():
    with pytest.raises(micro.CannotRun, match="needs tensors of rank 1 or more"):
        loads(softmax([]))
    loads(softmax([1]))


def test_a_softmax_of_codes_that_mean_next_to_nothing_is_refused():
    loads(softmax([1, 2], 2.0**-26))
    for scale in (2.0**-27 * 1.999, 2.0**-28, 2.0**-60):
        with pytest.raises(micro.CannotRun, match="a beta or an input scale too small"):
            loads(softmax([1, 2], scale))


def test_the_sum_of_the_most_classes_fits():
    """All equal: each is 1/8191, which is nothing of 1/256."""
    interpreter = micro.Interpreter(models.pack(softmax([1, 8191])))
    for code in (-128, 127):
        assert (interpreter.invoke(np.full((1, 8191), code, np.int8)) == -128).all()
    one = np.full((1, 8191), -128, np.int8)
    one[0, -1] = 127
    assert interpreter.invoke(one)[0, -2:].tolist() == [-128, 127]


@pytest.mark.parametrize("tensors", [16_000, 16_001])
def test_so_many_tensors_fit_16_bits(tensors):
    graph = models.hand_made(OPERATOR["RELU"], [{"shape": [1]} | CODES] * tensors, [0], [1])
    if tensors == 16_000:
        assert loads(graph).state.tensor_count == tensors
    else:
        with pytest.raises(micro.CannotRun, match="is cut short or damaged"):
            loads(graph)


@pytest.mark.parametrize("rank", [6, 7])
def test_a_tensor_has_six_dimensions_at_most(rank):
    graph = models.hand_made(OPERATOR["RELU"], [{"shape": [1] * rank} | CODES] * 2, [0], [1])
    if rank == 6:
        loads(graph)
    else:
        with pytest.raises(micro.CannotRun, match="has more than six dimensions"):
            loads(graph)


def test_behind_the_last_one_there_is_nothing():
    """Tensors, operators, inputs and outputs, asked for by their place."""
    loaded, code = loads(softmax([1, 2])), binding.load()
    for place in (2, 3, 2**32 - 1):
        assert code.tm_tensor_at(loaded.handle, place).bytes == 0
    for place in (1, 2, 2**32 - 1):
        assert code.tm_scratch_at(loaded.handle, place).bytes == 0
        assert code.tm_invoke_operator(loaded.handle, place) == binding.BAD_CALL
        assert code.tm_input_data(loaded.handle, place) is None
        assert code.tm_output_data(loaded.handle, place) is None
    assert code.tm_tensor_at(loaded.handle, 1).bytes == 2
    assert code.tm_invoke_operator(loaded.handle, 0) == binding.OK
