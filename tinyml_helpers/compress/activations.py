"""Which activation a layer has, by what it computes and not by who wrote the function.

Keras has each of them in `keras.activations`, in `keras.ops` and as a layer, TensorFlow in `tf.nn`.
A model may use any, as a layer, as a layer's `activation` or as an operation between layers.
"""

from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf

#: The activations that can be compressed, by their names in `keras.activations`.
ACTIVATIONS = ("linear", "relu", "relu6", "leaky_relu", "sigmoid", "tanh", "softmax")

#: Every function that computes one of them. Called with nothing else, all leaky ones have the
#: slope 0.2.
_NAME_OF = {
    getattr(library, name): name
    for library in (keras.activations, keras.ops, tf.nn)
    for name in ACTIVATIONS
    if hasattr(library, name)
} | {tf.identity: "linear"}

#: The operations Keras records where such a function is called on a layer's output, by their
#: class, and the layer that computes the same.
_OPERATIONS = {
    "relu": lambda op: keras.layers.ReLU(
        getattr(op, "max_value", None),
        getattr(op, "negative_slope", 0.0),
        getattr(op, "threshold", 0.0),
    ),
    "relu6": lambda op: keras.layers.ReLU(6.0),
    "leakyrelu": lambda op: keras.layers.LeakyReLU(op.negative_slope),
    "sigmoid": lambda op: keras.layers.Activation("sigmoid"),
    "tanh": lambda op: keras.layers.Activation("tanh"),
    "softmax": lambda op: keras.layers.Softmax(op.axis),
}


def activation_name(layer):
    """The name in `keras.activations` of what a layer does to its results one by one.

    Args:
        layer: a Keras layer, with an activation, that is one, or that has none ("linear").

    Returns:
        One of `ACTIVATIONS`, or None for any other. "leaky_relu" may have any slope.
    """
    if isinstance(layer, keras.layers.ReLU):
        if layer.negative_slope or layer.threshold:
            return None
        return {None: "relu", 6: "relu6"}.get(layer.max_value)
    if isinstance(layer, keras.layers.LeakyReLU):
        return "leaky_relu"
    if isinstance(layer, keras.layers.Softmax):
        return "softmax"
    activation = getattr(layer, "activation", None)
    if activation is None:
        return "linear"
    if isinstance(activation, keras.layers.Softmax):
        return "softmax" if activation.axis == -1 else None
    if isinstance(activation, (keras.layers.ReLU, keras.layers.LeakyReLU, keras.layers.Activation)):
        return activation_name(activation)
    return _NAME_OF.get(activation) if callable(activation) else None


def standard(layer):
    """A layer's activation, for a layer to be made: a name, or a `LeakyReLU` with its slope."""
    activation = layer.activation
    while isinstance(activation, keras.layers.Activation):
        activation = activation.activation
    if isinstance(activation, keras.layers.LeakyReLU):
        return keras.layers.LeakyReLU(activation.negative_slope, dtype="float32")
    return activation_name(layer) or activation


def described(layer):
    """What an activation that can't be compressed is called, for messages; a str."""
    activation = layer.activation
    if isinstance(activation, keras.layers.Layer):
        return type(activation).__name__
    name = getattr(activation, "__name__", str(activation))
    return name if name not in ACTIVATIONS else f"{activation.__module__}.{name}"


def as_layer(operation):
    """The layer that computes what an operation does, if that is an activation.

    `keras.ops.relu(x)` in a functional model leaves an operation there, not a layer.
    """
    make = _OPERATIONS.get(type(operation).__name__.lower())
    if make is None or isinstance(operation, keras.layers.Layer):
        return operation
    layer = make(operation)
    layer.name = operation.name
    return layer
