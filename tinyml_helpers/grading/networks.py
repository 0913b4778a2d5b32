"""A Keras network, carried to the grader as words and numbers, and built there anew.

An exercise asks for a network, whose check quantizes it. Keras' own formats can name any code to
run when they are read, so a network is told as a list of layers that are known here, each with what
its constructor takes. Its weights stay behind: no check looks at them.

A network in words is a list of layers, each [class, name, settings, names of the layers before it].
"""

import inspect
import math
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


#: The most weights, and the most values of a layer's output, that are built here: ten times what
#: fits on a board.
_MOST_WEIGHTS, _MOST_VALUES = 10_000_000, 10_000_000


class TooLarge(Exception):  # noqa: N818 - a finding about a network
    """A network is too large to be built; the message says by what."""


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
    """The network that `in_words` told.

    Raises:
        Nonsense: it told none.
        TooLarge: it is far larger than what fits on a board.
    """
    import keras

    if words == []:
        return keras.Sequential()
    tensors, inputs, last, left = {}, [], None, _MOST_WEIGHTS
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
                left -= _weights(settings, given)
                if left < 0:
                    raise TooLarge(f"one of more than {_MOST_WEIGHTS:,} weights")
                given = given if len(given) > 1 else given[0]
                if math.prod(_known(made.compute_output_shape(_shapes(given)))) > _MOST_VALUES:
                    raise TooLarge(f"one with more than {_MOST_VALUES:,} values behind a layer")
                last = made(given)
            tensors[name] = last
        return keras.Model(inputs, last)
    except (Nonsense, TooLarge):
        raise
    except Exception as error:  # Keras refuses in many ways
        raise Nonsense(f"{error}"[:200]) from None


def _weights(settings, given):
    """How many weights a layer has, or some more."""
    window = settings.get("kernel_size", 1)
    window = math.prod(window) if isinstance(window, list) else window
    sizes = [abs(settings.get(name) or 1) for name in ("filters", "units", "depth_multiplier")]
    return math.prod(sizes) * window * sum(one.shape[-1] or 1 for one in given)


def _shapes(given):
    return [one.shape for one in given] if isinstance(given, list) else given.shape


def _known(shape):
    return [size or 1 for size in shape]


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
