"""Models of as many tensors as one likes: the planner has to find each a place."""

import models
import numpy as np
from models import schema

_CODES = {"type": 9, "scale": [1.0], "zero_point": [0]}


def variables(sizes):
    """A model with a variable tensor of each size, in bytes: all live as long as the model."""
    fields = {"shape": [1], **_CODES}
    model = models.hand_made(models.OPERATOR["RELU"], [fields, fields], [0], [1])
    for size in sizes:
        tensor = _tensor([int(size)])
        tensor.isVariable = True
        model.subgraphs[0].tensors.append(tensor)
    return models.pack(model)


def convolutions(count):
    """A model of `count` CONV_2D side by side: each output is the model's, each has scratch."""
    options = schema.Conv2DOptionsT()
    options.strideW = options.strideH = 1
    pixel = {"shape": [1, 1, 1, 1], **_CODES}
    weight = {**pixel, "data": np.ones(1, np.int8)}
    code = models.OPERATOR["CONV_2D"]
    model = models.hand_made(code, [pixel, weight, pixel], [0, 1], [2], (1, options))
    graph = model.subgraphs[0]
    for index in range(3, count + 2):
        tensor, operator = _tensor([1, 1, 1, 1]), schema.OperatorT()
        tensor.quantization = graph.tensors[0].quantization
        operator.opcodeIndex, operator.inputs, operator.outputs = 0, [0, 1], [index]
        operator.builtinOptionsType, operator.builtinOptions = 1, options
        graph.tensors.append(tensor)
        graph.operators.append(operator)
    graph.outputs = list(range(2, count + 2))
    return models.pack(model)


def _tensor(shape):
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.type = "", shape, 9
    return tensor
