"""Shapes that TFLM believes, though they aren't so: it runs such a model and gives wrong numbers.

TFLM takes every tensor's shape from the file; LiteRT computes shapes from those of the inputs. A
converter that leaves the batch open writes a 1 where a shape depends on it. The 1 is right where a
batch of 1 stays one, but SPACE_TO_BATCH_ND, with which a dilated convolution begins in such a
model, makes a batch of several.
"""

import math

import numpy as np

_BLOCKS = ("SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND")


class WrongNumbers(UserWarning):
    """TFLM runs this model, but its results are wrong."""


def misread(model):
    """What is wrong with the first operator whose shapes TFLM shouldn't believe.

    Args:
        model: a `model_file.ModelFile`.

    Returns:
        A sentence, or None where there is no such operator.
    """
    for operator in model.operators:
        if operator.name not in _BLOCKS or len(operator.inputs) != 3:
            continue
        read, made = model.tensors[operator.inputs[0]], model.tensors[operator.outputs[0]]
        block, edges = (model.tensors[index].data for index in operator.inputs[1:])
        if block is None or edges is None:
            continue
        shape = _computed(operator.name, read.shape, block, edges)
        if shape != made.shape:
            gives = f"gives {list(shape)}" if shape else f"can't take {list(read.shape)}"
            return (
                f"TFLM returns wrong numbers for this model: its operator {operator.index} "
                f"({operator.name}) {gives}, but the file says {list(made.shape)}, which TFLM "
                "believes: convert the model again with a fixed batch, as "
                "keras.Input(shape, batch_size=1) gives it"
            )
    return None


def _computed(name, shape, block, edges):
    """The shape of the output, as a tuple; None where no input has this shape.

    Args:
        name: one of the two operators'.
        shape: of its input: batch, as many dimensions as there are blocks, the rest.
        block: int array [dimensions].
        edges: int array [dimensions, 2]: how much is added to a dimension's ends, or cut off.
    """
    count, factor = block.size, math.prod(block.ravel().tolist())
    if len(shape) <= count or edges.size != 2 * count or factor < 1:
        return None
    batch, sizes, rest = shape[0], np.array(shape[1 : count + 1]), shape[count + 1 :]
    added = edges.reshape(count, 2).sum(axis=1)
    if name == "SPACE_TO_BATCH_ND":
        batch, sizes, remainder = batch * factor, *np.divmod(sizes + added, block.ravel())
        whole = not remainder.any()
    else:
        sizes = sizes * block.ravel() - added
        batch, remainder = divmod(batch, factor)
        whole = remainder == 0
    return (batch, *sizes.tolist(), *rest) if whole else None
