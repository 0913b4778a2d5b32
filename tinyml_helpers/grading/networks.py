"""A Keras network, carried to the grader as words and numbers, and built there anew.

An exercise asks for a network, whose check quantizes it. Keras' own formats can name any code to
run when they are read, so a network is told as a list of layers that are known here, each with what
its constructor takes. Its weights stay behind: no check looks at them.

A network in words is a list of layers, each [class, name, settings, names of the layers before it].
"""

import inspect
import sys

from tinyml_helpers.grading.plain import Nonsense

#: The layers a network may have, of those that `compress` and the micro-interpreter know.
LAYERS = {
    *("InputLayer", "Conv1D", "Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense"),
    *("Activation", "ReLU", "Softmax", "BatchNormalization", "Dropout", "SpatialDropout2D"),
    *("AveragePooling2D", "MaxPooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D"),
    *("Add", "Multiply", "Concatenate", "Flatten", "Reshape", "ZeroPadding2D"),
}

#: Settings of a layer that say what it computes; those of training stay behind.
_SETTINGS = {
    *("batch_shape", "data_format", "filters", "kernel_size", "strides", "padding", "groups"),
    *("dilation_rate", "depth_multiplier", "units", "activation", "use_bias", "pool_size"),
    *("max_value", "negative_slope", "threshold", "axis", "center", "scale", "epsilon"),
    *("momentum", "rate", "target_shape"),
}


def in_words(value):
    """A network in words.

    Args:
        value: a network of a student's program, of whatever kind.

    Returns:
        A list; empty where the network has no shapes yet, None where a layer is unknown here.
    """
    try:
        if isinstance(value, sys.modules["keras"].Sequential) and not value.built:
            return []
        return [_layer(layer, number) for number, layer in enumerate(_layers(value))]
    except Exception:  # a network of the student's own kind may do anything when it is asked
        return None


def is_network(value):
    """Whether a value is a Keras network."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def built(words):
    """The network that `in_words` told; raises Nonsense where it told none."""
    import keras

    if words == []:
        return keras.Sequential()
    tensors, inputs, last = {}, [], None
    try:
        for kind, name, settings, before in words:
            if kind not in LAYERS or not set(settings) <= _SETTINGS:
                raise Nonsense(f"no layer {kind!r} is known"[:80])
            made = getattr(keras.layers, kind)(**settings)
            if kind == "InputLayer":
                last = made.output
                inputs.append(last)
            else:
                given = [tensors[one] for one in before]
                last = made(given if len(given) > 1 else given[0])
            tensors[name] = last
        return keras.Model(inputs, last)
    except Nonsense:
        raise
    except Exception as error:  # Keras refuses in many ways
        raise Nonsense(f"{error}"[:200]) from None


def _layers(model):
    """Its layers, the input first."""
    inner = getattr(model, "_functional", None)  # what a Sequential is, once it has shapes
    return model.layers if inner is None else inner.layers


def _layer(layer, number):
    kind = type(layer).__name__
    if kind not in LAYERS or type(layer).__module__.split(".")[0] != "keras":
        raise ValueError(kind)
    takes = inspect.signature(type(layer).__init__).parameters
    config = layer.get_config()
    settings = {
        name: _plain(value)
        for name, value in config.items()
        if name in _SETTINGS and (name in takes or kind == "InputLayer")
    }
    nodes = layer._inbound_nodes[0].input_tensors if number else []
    return [kind, layer.name, settings, [one._keras_history.operation.name for one in nodes]]


def _plain(value):
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"{value!r} is no plain setting")
