"""Rewrite a model in the few layers that a chip has integer kernels for.

At inference BatchNormalization multiplies each channel by a number and adds another. Both can be
worked into the weights and bias of the convolution before it, exactly, so nothing of it is left
to compute; the weights that get quantized are the folded ones.
"""

import re

import numpy as np

from tinyml_helpers.compress.activations import activation_name, standard
from tinyml_helpers.compress.layers import (
    UnsupportedModel,
    check,
    copy_call,
    read,
    rebuild,
    weights_of,
)
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: The activations a kernel computes as it stores its sums.
FUSED = ("linear", "relu", "relu6")

_WITH_KERNEL = (
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
    keras.layers.Dense,
)

#: For layers made here, which the global dtype policy would otherwise decide on.
_FLOAT = {"dtype": "float32"}

#: What becomes a depthwise convolution.
_AFFINE = (keras.layers.Rescaling, keras.layers.BatchNormalization)


def fold_batch_norm(model):
    """Rebuild a model so that its BatchNormalization layers are in the weights before them.

    A BatchNormalization that doesn't directly follow a Conv or Dense layer without activation
    stays.

    Args:
        model: a Keras model of supported layers. Its state at inference is what counts: the
            moving averages of BatchNormalization are folded.

    Returns:
        A functional `keras.Model` that makes the same outputs, up to float rounding.

    Raises:
        UnsupportedModel: see `layers.check`.
    """
    graph = check(model)

    def folds(call):
        reader = graph.only_reader(call)
        return (
            isinstance(call.layer, _WITH_KERNEL)
            and activation_name(call.layer) == "linear"
            and reader is not None
            and isinstance(reader.layer, keras.layers.BatchNormalization)
        )

    def replace(call, *tensors):
        if folds(call):
            norm = graph.only_reader(call).layer
            weights = _folded(call.layer, *channel_affine(norm))
            return copy_call(call, *tensors, weights=weights, use_bias=True)
        maker = graph.maker(call.inputs[0])
        return tensors[0] if maker and folds(maker) else copy_call(call, *tensors)

    return rebuild(model, replace, graph)


def lower(model):
    """Rebuild a model in layers that each become one integer operator.

    BatchNormalization is folded. Conv1D becomes a Conv2D of height 1, SeparableConv2D its two
    convolutions, Rescaling and a BatchNormalization that couldn't be folded a 1×1
    DepthwiseConv2D. ReLU goes into the Conv or Dense layer before it; any other activation
    becomes a layer of its own. Names are plain ASCII.

    Args, returns: as `fold_batch_norm`.

    Raises:
        UnsupportedModel: see `layers.check`; or a relu6 is left on its own, which TFLM computes
            wrong in integers: its kernel takes the output to have the input's scale
            (`Relu6Prepare` in tflite-micro's activations_common.cc).
    """
    model = fold_batch_norm(model)
    graph = read(model)

    def takes_relu(call):
        return isinstance(call.layer, _WITH_KERNEL) and relu_after(graph, call)

    def replace(call, *tensors):
        layer, maker = call.layer, graph.maker(call.inputs[0])
        if maker and takes_relu(maker):
            return tensors[0]
        if activation_name(layer) == "relu6" and not isinstance(layer, _WITH_KERNEL):
            _check_merges(graph, call)
        if isinstance(layer, _AFFINE):
            return _as_depthwise(layer, tensors[0])
        if not isinstance(layer, _WITH_KERNEL):
            return copy_call(call, *tensors)
        name = relu_after(graph, call) or activation_name(layer)
        if name in FUSED:
            return _in_two_dimensions(call, tensors[0], name)
        linear = _in_two_dimensions(call, tensors[0], "linear")
        activation = keras.layers.Activation(standard(layer), name=f"{layer.name}_{name}", **_FLOAT)
        return activation(linear)

    return _named_plainly(rebuild(model, replace, graph))


def _named_plainly(model):
    """Rename a model and its layers where TensorFlow, which takes them for scopes, can't have it.

    The pattern is `_VALID_SCOPE_NAME_REGEX` in its framework/ops.py.
    """
    taken = {layer.name for layer in model.layers}
    for named in (model, *model.layers):
        plain = re.sub(r"^[^A-Za-z0-9.]", "x", re.sub(r"[^A-Za-z0-9_.>-]", "_", named.name))
        if plain != named.name:
            same = (f"{plain}_{number}" for number in range(2, len(taken) + 3))
            named.name = next(name for name in (plain, *same) if name not in taken)
            taken.add(named.name)
    return model


def relu_after(graph, call):
    """The name of the ReLU that alone reads what a call without activation makes, or None."""
    reader = graph.only_reader(call)
    if reader is None or activation_name(call.layer) != "linear":
        return None
    is_activation = isinstance(reader.layer, (keras.layers.ReLU, keras.layers.Activation))
    name = activation_name(reader.layer)
    return name if is_activation and name in ("relu", "relu6") else None


def _check_merges(graph, call):
    """Raise UnsupportedModel unless a ReLU becomes part of the sum that it alone reads."""
    maker = graph.maker(call.inputs[0])
    sums = isinstance(maker and maker.layer, (*_AFFINE, keras.layers.Add))
    if not (sums and relu_after(graph, maker)):
        raise UnsupportedModel(
            f"the layer '{call.layer.name}' ({type(call.layer).__name__}) is a relu6 that doesn't "
            "directly follow a Conv, Dense, BatchNormalization or Add layer: put it there or use "
            "relu, because TFLM computes it wrong on its own."
        )


def channel_affine(layer):
    """The `scale` and `offset`, float32 [channels], of y = scale * x + offset at inference.

    BatchNormalization: Ioffe and Szegedy, "Batch Normalization", 2015, algorithm 2.
    """
    if isinstance(layer, keras.layers.Rescaling):
        return np.float32(layer.scale), np.float32(layer.offset)

    def to_numpy(variable):
        return np.asarray(keras.ops.convert_to_numpy(variable)).astype(np.float32)

    mean, variance = map(to_numpy, (layer.moving_mean, layer.moving_variance))
    scale = 1 / np.sqrt(variance + layer.epsilon)
    if layer.scale:
        scale = scale * to_numpy(layer.gamma)
    offset = -mean * scale
    if layer.center:
        offset = offset + to_numpy(layer.beta)
    return scale, offset


def _folded(layer, scale, offset):
    """The weights with which a Conv or Dense layer also does y = scale * x + offset."""
    weights = weights_of(layer)
    bias = weights.pop() if layer.use_bias else 0
    kernel = weights.pop()  # of SeparableConv2D the 1×1 one, which comes last
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        scaled = kernel * scale.reshape(kernel.shape[2:])  # [height, width, channels, multiplier]
    else:
        scaled = kernel * scale  # [..., output channels]
    return [*weights, scaled, offset + scale * bias]


def _in_two_dimensions(call, tensor, activation):
    """Copy a layer with a kernel, Conv1D and SeparableConv2D as what they are made of."""
    layer = call.layer
    if isinstance(layer, keras.layers.Conv1D):
        return _conv1d(layer, tensor, activation)
    if isinstance(layer, keras.layers.SeparableConv2D):
        return _separable(layer, tensor, activation)
    return copy_call(call, tensor, activation=activation)


def _conv1d(layer, tensor, activation):
    """Do what a Conv1D does as a Conv2D over an image of height 1."""
    padding = layer.padding
    if padding == "causal":
        before = layer.dilation_rate[0] * (layer.kernel_size[0] - 1)
        past = keras.layers.ZeroPadding1D((before, 0), name=layer.name + "_past", **_FLOAT)
        tensor = past(tensor)
        padding = "valid"
    convolution = keras.layers.Conv2D(
        layer.filters,
        (1, *layer.kernel_size),
        strides=(1, *layer.strides),
        padding=padding,
        dilation_rate=(1, *layer.dilation_rate),
        activation=activation,
        use_bias=layer.use_bias,
        trainable=layer.trainable,
        name=layer.name,
        **_FLOAT,
    )
    image = keras.layers.Reshape((1, *tensor.shape[1:]), name=layer.name + "_in", **_FLOAT)(tensor)
    output = convolution(image)
    kernel, *bias = weights_of(layer)
    convolution.set_weights([kernel[np.newaxis], *bias])
    return keras.layers.Reshape(output.shape[2:], name=layer.name + "_out", **_FLOAT)(output)


def _separable(layer, tensor, activation):
    """Do what a SeparableConv2D does as a depthwise and a 1×1 convolution."""
    depthwise = keras.layers.DepthwiseConv2D(
        layer.kernel_size,
        strides=layer.strides,
        padding=layer.padding,
        dilation_rate=layer.dilation_rate,
        depth_multiplier=layer.depth_multiplier,
        use_bias=False,
        trainable=layer.trainable,
        name=layer.name + "_depthwise",
        **_FLOAT,
    )
    pointwise = keras.layers.Conv2D(
        layer.filters,
        1,
        activation=activation,
        use_bias=layer.use_bias,
        trainable=layer.trainable,
        name=layer.name + "_pointwise",
        **_FLOAT,
    )
    output = pointwise(depthwise(tensor))
    first, *rest = weights_of(layer)
    depthwise.set_weights([first])
    pointwise.set_weights(rest)
    return output


def _as_depthwise(layer, tensor):
    """Do what a BatchNormalization or Rescaling does as a 1×1 depthwise convolution."""
    shape = tensor.shape[1:]
    channels = shape[-1]
    settings = {"trainable": layer.trainable, "name": layer.name, **_FLOAT}
    depthwise = keras.layers.DepthwiseConv2D(1, **settings)
    if len(shape) == 3:
        output = depthwise(tensor)
    else:
        image = keras.layers.Reshape((-1, 1, channels), name=layer.name + "_in", **_FLOAT)(tensor)
        output = keras.layers.Reshape(shape, name=layer.name + "_out", **_FLOAT)(depthwise(image))
    scale, offset = (np.broadcast_to(part, channels) for part in channel_affine(layer))
    depthwise.set_weights([scale.reshape(1, 1, channels, 1), offset])
    return output
