"""What compression knows about Keras 3 models: the layers it supports, and how to walk and rebuild.

A model, Sequential or functional, is read into a flat `Graph`: the layers in the order they run,
each with the tensors it reads and the one it makes, models inside the model included.
`rebuild` makes a new model from it, asking about each layer what to put in its place.

What is made anew is float32, whatever dtype policy the model was trained with: a policy is for the
speed of a graphics card, and a chip knows float32 and integers.
"""

from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from tinyml_helpers.compress.activations import (
    ACTIVATIONS,
    activation_name,
    as_layer,
    described,
    standard,
)
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: The layers that can be compressed.
SUPPORTED = (
    keras.layers.Conv2D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
    keras.layers.Conv1D,
    keras.layers.Dense,
    keras.layers.BatchNormalization,
    keras.layers.MaxPooling1D,
    keras.layers.MaxPooling2D,
    keras.layers.AveragePooling1D,
    keras.layers.AveragePooling2D,
    keras.layers.GlobalMaxPooling1D,
    keras.layers.GlobalMaxPooling2D,
    keras.layers.GlobalAveragePooling1D,
    keras.layers.GlobalAveragePooling2D,
    keras.layers.Add,
    keras.layers.Concatenate,
    keras.layers.Flatten,
    keras.layers.Reshape,
    keras.layers.ZeroPadding1D,
    keras.layers.ZeroPadding2D,
    keras.layers.Rescaling,
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
    keras.layers.Softmax,
    keras.layers.Dropout,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
)


#: The dtypes an input may have: it is made float32.
_FLOATS = ("float16", "bfloat16", "float32", "float64")


class UnsupportedModel(ValueError):  # noqa: N818 - it says what the model is
    """The model, or a layer in it, is of a kind that can't be compressed; the message names it."""


@dataclass(frozen=True)
class Call:
    """One layer at its place in a model.

    Attributes:
        layer: the Keras layer.
        inputs: the numbers of the tensors it reads, in order.
        output: the number of the tensor it makes.
    """

    layer: object
    inputs: tuple
    output: int


@dataclass(frozen=True)
class Graph:
    """A model as a flat list of calls; its tensors have numbers, the model's inputs the first.

    Attributes:
        inputs: the numbers of the model's inputs.
        outputs: the numbers of the model's outputs.
        calls: every `Call`, each after those that make what it reads.
    """

    inputs: tuple
    outputs: tuple
    calls: tuple

    def maker(self, tensor):
        """The call that makes this tensor, or None for an input of the model."""
        return next((call for call in self.calls if call.output == tensor), None)

    def readers(self, tensor):
        """The calls that read this tensor, in the order they run."""
        return [call for call in self.calls if tensor in call.inputs]

    def only_reader(self, call):
        """The call that alone reads what `call` makes; None if others, or the model's user, do."""
        readers = self.readers(call.output)
        return readers[0] if len(readers) == 1 and call.output not in self.outputs else None


def read(model):
    """Read a model into a `Graph`, with the layers of models inside it in their places.

    Args:
        model: a built `keras.Sequential` or functional `keras.Model`.

    Raises:
        UnsupportedModel: not such a model, not built yet, or a layer is used twice.
    """
    if isinstance(model, keras.Sequential) and not getattr(model, "outputs", None):
        raise UnsupportedModel(
            f"the model '{model.name}' has no input shape yet: begin it with keras.Input(shape)."
        )
    check_is_model(model)
    if not hasattr(model, "outputs"):
        raise UnsupportedModel(
            f"expected a keras.Sequential or functional keras.Model, not {type(model).__name__}: "
            "a model written as a class doesn't say how its layers are connected."
        )
    calls, numbers, used = [], {}, []

    def visit(tensor):
        """Return the tensor's number, having first listed everything needed to make it."""
        if id(tensor) in numbers:
            return numbers[id(tensor)]
        operation, index, _ = tensor._keras_history
        node = operation._inbound_nodes[index]
        inputs = tuple(visit(source) for source in node.input_tensors)
        layer = as_layer(operation)
        if layer in used:
            raise UnsupportedModel(
                f"the layer '{layer.name}' ({type(layer).__name__}) is used twice: give each place "
                "a layer of its own."
            )
        used.append(layer)
        if isinstance(layer, keras.Model):
            for inner, outer in zip(layer.inputs, inputs, strict=True):
                numbers[id(inner)] = outer
            for outer, inner in zip(node.outputs, layer.outputs, strict=True):
                numbers[id(outer)] = visit(inner)
            return numbers[id(tensor)]
        output = numbers[id(tensor)] = len(model.inputs) + len(calls)
        calls.append(Call(layer, inputs, output))
        return output

    for number, tensor in enumerate(model.inputs):
        numbers[id(tensor)] = number
    outputs = tuple(visit(tensor) for tensor in model.outputs)
    return Graph(tuple(range(len(model.inputs))), outputs, tuple(calls))


def check_is_model(model):
    """Raise `UnsupportedModel` if this is no Keras model, but the name of a file or its bytes."""
    if isinstance(model, keras.Model):
        return
    advice = "."
    if isinstance(model, (bytes, bytearray)):
        advice = ": the bytes of a .tflite file are converted already, so give what they came from."
    elif isinstance(model, (str, PurePath)):
        advice = f': keras.models.load_model("{model}") reads a .keras or .h5 file.'
    raise UnsupportedModel(f"expected a keras.Model, not a {type(model).__name__}{advice}")


def check(model):
    """Read a model into a `Graph`, making sure that compression supports all of it.

    Raises:
        UnsupportedModel: as `read`, or a layer or its setting is not supported; the message names
            the layer, its class, and what is supported.
    """
    graph = read(model)
    for tensor in model.inputs:
        if None in tensor.shape[1:] or tensor.dtype not in _FLOATS:
            raise UnsupportedModel(
                f"the input '{tensor.name}' is {tensor.dtype} of shape {tensor.shape}: it has to "
                "be float32 with every size fixed but the first, as memory on a chip is."
            )
    for call in graph.calls:
        _check_layer(call.layer)
    return graph


def _check_layer(layer):
    """Raise `UnsupportedModel` unless this layer and its settings are supported."""
    what = f"the layer '{layer.name}' ({type(layer).__name__})"
    if type(layer) not in SUPPORTED:
        supported = ", ".join(kind.__name__ for kind in SUPPORTED)
        raise UnsupportedModel(f"{what} is not supported: use {supported}.")
    if layer.dtype_policy.quantization_mode:
        raise UnsupportedModel(
            f"{what} has the dtype policy '{layer.dtype_policy.name}', so its weights were "
            "quantized already: use the model as it was before."
        )
    if hasattr(layer, "activation") and not activation_name(layer):
        raise UnsupportedModel(
            f"{what} has the activation '{described(layer)}', which is not supported: "
            f"use {', '.join(ACTIVATIONS)}."
        )
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise UnsupportedModel(f"{what} has its channels first: use data_format='channels_last'.")
    if getattr(layer, "groups", 1) != 1:
        raise UnsupportedModel(f"{what} has groups, which TFLM doesn't run: use DepthwiseConv2D.")
    if isinstance(layer, keras.layers.ReLU) and not activation_name(layer):
        raise UnsupportedModel(
            f"{what} is not one TFLM has an operator for: use ReLU(), ReLU(6) or LeakyReLU(slope)."
        )
    if isinstance(layer, keras.layers.BatchNormalization) and layer.axis not in (
        -1,
        len(layer.input.shape) - 1,
    ):
        raise UnsupportedModel(f"{what} has to normalize the channels: use axis=-1.")


def rebuild(model, replace, graph=None):
    """Make a functional model out of another one, layer by layer, in the order they run.

    Args:
        model: what `read` takes.
        replace: `replace(call, *tensors) -> tensor` is given each `Call` and the new symbolic
            tensors to read; it returns the tensor that stands for the call's output from here on.
            `copy_call` there copies the layer, `return tensors[0]` leaves it out.
        graph: the model's `Graph`, if it has been read already.

    Returns:
        A `keras.Model` with float32 inputs named and shaped as the old ones (batch size free); it
        shares no weights with the old model unless `replace` made it so.

    Example:
        >>> without_dropout = rebuild(model, lambda call, *tensors:
        ...     tensors[0] if isinstance(call.layer, keras.layers.Dropout)
        ...     else copy_call(call, *tensors))
    """
    graph = graph or read(model)
    inputs = [keras.Input(old.shape[1:], dtype="float32", name=old.name) for old in model.inputs]
    tensors = dict(zip(graph.inputs, inputs, strict=True))
    for call in graph.calls:
        tensors[call.output] = replace(call, *(tensors[number] for number in call.inputs))
    outputs = [tensors[number] for number in graph.outputs]
    one = len(inputs) == len(outputs) == 1
    return keras.Model(*((inputs[0], outputs[0]) if one else (inputs, outputs)), name=model.name)


def copy_call(call, *tensors, weights=None, **changes):
    """Call a float32 copy of a call's layer, which shares nothing with the old, on new tensors.

    Args:
        call: a `Call`.
        tensors: the symbolic tensors the copy reads.
        weights: arrays for the copy, in the order of `layer.get_weights()`; the old layer's own
            values if absent.
        changes: what to change in the layer's `get_config()`, such as `filters=6`.

    Returns:
        The symbolic tensor the copy makes.
    """
    config = call.layer.get_config() | {"dtype": "float32"}
    if "activation" in config:
        config["activation"] = standard(call.layer)
    layer = type(call.layer).from_config(config | changes)
    output = layer(tensors[0] if len(tensors) == 1 else list(tensors))
    values = weights_of(call.layer) if weights is None else weights
    if values:
        layer.set_weights(values)
    return output


def weights_of(layer):
    """A layer's weights as `layer.get_weights()` has them, but float32."""
    return [np.asarray(weight).astype(np.float32) for weight in layer.get_weights()]
