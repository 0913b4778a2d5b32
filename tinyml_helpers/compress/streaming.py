"""Turn a Keras model of a stream into a .tflite model that keeps state: int8, a moment at a time.

A model of a stream, as `Svdf` layers make one, computes an answer for every moment of a sequence.
A chip has no sequence: it gets one moment, and knows the past from what its SVDF operators keep in
variable tensors. Both compute the same, but the chip each moment once.

TensorFlow's converter makes no SVDF, so the file is written here, by the rules that it has for
others: weights around 0, int8, with a scale for each output channel of a convolution and one for
each other tensor; biases int32 in steps of the sums; activations int8 over the range that
representative sequences have.
"""

from collections import namedtuple

import numpy as np

from tinyml_helpers.compress.activations import activation_name
from tinyml_helpers.compress.fold import channel_affine
from tinyml_helpers.compress.layers import UnsupportedModel, read, weights_of
from tinyml_helpers.compress.svdf import Svdf
from tinyml_helpers.compress.tflite_file import TfliteFile
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from tensorflow.lite.python import schema_py_generated as schema

SUPPORTED = (
    keras.layers.Conv2D,
    keras.layers.BatchNormalization,
    keras.layers.ReLU,
    keras.layers.Reshape,
    keras.layers.Dropout,
    Svdf,
    keras.layers.Add,
    keras.layers.Dense,
    keras.layers.Softmax,
)

_RELU = schema.ActivationFunctionType.RELU

#: A tensor of the file: its place, and what its codes stand for.
_Codes = namedtuple("_Codes", "place scale zero_point shape")


def quantize_streaming(model, representative):
    """Convert a model of a stream to one that takes a moment at a time, and keeps the past.

    Args:
        model: a functional Keras model from float [n, frames, ...] to [n, moments, classes], of
            the `SUPPORTED` layers: a Conv2D that looks at the frames of one moment, as many as
            its stride, comes first and a Reshape to [moments, features] behind it; what looks at
            several moments is `Svdf`. BatchNormalization directly follows a Conv2D or Svdf.
        representative: real sequences, float [n, frames, ...], longer than the model remembers:
            they tell the range of every activation.

    Returns:
        The model's bytes, a FlatBuffer: int8 [1, frames of a moment, ...] to int8 [1, classes].

    Raises:
        UnsupportedModel: a layer isn't supported, or not where it stands; the message names it.
        ValueError: the representative sequences aren't this model's inputs.
    """
    graph = read(model)
    _check(model, graph)
    representative = np.asarray(representative, np.float32)
    if representative.ndim != len(model.inputs[0].shape) or not len(representative):
        raise ValueError(
            f"representative sequences are float {list(model.inputs[0].shape)}, not "
            f"{list(representative.shape)}: give some of the training inputs"
        )
    return _Conversion(model, graph, representative).run()


def _check(model, graph):
    """Raise UnsupportedModel unless each layer is supported."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise UnsupportedModel(f"the model '{model.name}' has to have one input and one output.")
    for call in graph.calls:
        if not isinstance(call.layer, SUPPORTED):
            raise UnsupportedModel(
                f"the layer '{call.layer.name}' ({type(call.layer).__name__}) is not supported in "
                f"a stream: use {', '.join(kind.__name__ for kind in SUPPORTED)}."
            )
    first, *others = (call.layer for call in graph.calls)
    if not isinstance(first, keras.layers.Conv2D) or first.kernel_size[0] != first.strides[0]:
        raise UnsupportedModel(
            f"the layer '{first.name}' ({type(first).__name__}) comes first: make it a Conv2D "
            "whose kernel is as high as its stride, so that it sees each frame once."
        )
    for layer in (first, *others):
        why = _why_not(layer, layer is first)
        if why:
            raise UnsupportedModel(f"the layer '{layer.name}' ({type(layer).__name__}) {why}.")


def _why_not(layer, is_first):
    """What is wrong with a supported layer's settings, or None."""
    if isinstance(layer, keras.layers.Conv2D):
        if not is_first and (layer.kernel_size[0], layer.strides[0]) != (1, 1):
            return "looks at several moments: use Svdf for that"
        if layer.groups != 1 or tuple(layer.dilation_rate) != (1, 1):
            return "has groups or a dilation rate, which a stream's can't have: leave them out"
        if activation_name(layer) not in ("linear", "relu"):
            return "has an activation that isn't relu: a stream's is relu or none"
    if isinstance(layer, keras.layers.Reshape):
        moments, *features = layer.target_shape
        if moments != -1 or features != [int(np.prod(layer.input.shape[2:]))]:
            return "mixes moments: make it Reshape((-1, features)), with all features of a moment"
    return None


class _Conversion:
    """One conversion: writes the calls of a graph in their order, each with what follows it."""

    def __init__(self, model, graph, representative):
        self.graph, self.file = graph, TfliteFile("keeps what it remembers in variable tensors")
        self.codes = {}  # what a tensor of the graph is in the file
        self.merged = set()  # the tensors that are made on the way to another
        self.values = _values(model, graph, representative)
        frames = graph.calls[0].layer.kernel_size[0]
        shape = (1, frames, *model.inputs[0].shape[2:])
        self._activation("input", graph.inputs[0], shape)

    def run(self):
        """The file's bytes."""
        write = {
            keras.layers.Conv2D: self._conv,
            Svdf: self._svdf,
            keras.layers.Add: self._add,
            keras.layers.Dense: self._dense,
            keras.layers.Softmax: self._softmax,
            keras.layers.Reshape: self._reshape,
            keras.layers.Dropout: self._pass_on,
        }
        for call in self.graph.calls:
            if call.output in self.merged:
                continue
            if type(call.layer) not in write:
                raise UnsupportedModel(
                    f"the layer '{call.layer.name}' ({type(call.layer).__name__}) stands alone: "
                    "put it behind a Conv2D, Svdf or Add layer that nothing else reads."
                )
            write[type(call.layer)](call, *(self.codes[tensor] for tensor in call.inputs))
        taken, given = self.codes[self.graph.inputs[0]], self.codes[self.graph.outputs[0]]
        return self.file.pack([taken.place], [given.place])

    def _activation(self, name, tensor, shape):
        """Add the tensor of the file for a tensor of the graph, over the range it has."""
        low, high = min(0.0, self.values[tensor].min()), max(0.0, self.values[tensor].max())
        scale = max(high - low, 1e-6) / 255
        zero_point = int(np.clip(np.rint(-128 - low / scale), -128, 127))
        return self._tensor(name, tensor, shape, scale, zero_point)

    def _tensor(self, name, tensor, shape, scale, zero_point):
        place = self.file.tensor(name, shape, np.int8, scale, zero_point)
        self.codes[tensor] = _Codes(place, scale, zero_point, shape)
        return self.codes[tensor]

    def _with_followers(self, call):
        """Weights with a BatchNormalization behind the layer, and as `_with_relu`."""
        weights, last = weights_of(call.layer), call
        if not getattr(call.layer, "use_bias", False):
            weights.append(np.zeros(weights[-1].shape[-1], np.float32))
        if activation_name(call.layer) == "relu":
            return weights, call.output, True
        follower = self.graph.only_reader(call)
        if follower and isinstance(follower.layer, keras.layers.BatchNormalization):
            scale, offset = channel_affine(follower.layer)
            *kernels, bias = weights
            kernels[-1] = kernels[-1] * scale  # outputs, or units, are its last axis
            weights = [*kernels, offset + scale * bias]
            self.merged.add(follower.output)
            last = follower
        return weights, *self._with_relu(last)

    def _with_relu(self, call):
        """The tensor behind a ReLU that alone reads the call's, and whether there is one."""
        follower = self.graph.only_reader(call)
        is_relu = follower and isinstance(follower.layer, keras.layers.ReLU)
        if is_relu and activation_name(follower.layer) == "relu":
            self.merged.add(follower.output)
            return follower.output, True
        return call.output, False

    def _conv(self, call, x):
        (kernel, bias), last, relu = self._with_followers(call)
        layer = call.layer
        high, wide = (
            -(-size // stride) if layer.padding == "same" else (size - part) // stride + 1
            for size, part, stride in zip(
                x.shape[1:3], layer.kernel_size, layer.strides, strict=True
            )
        )
        out = self._activation(layer.name, last, (1, high, wide, layer.filters))
        kernel = kernel.transpose(3, 0, 1, 2)
        scales = np.maximum(np.abs(kernel).max(axis=(1, 2, 3)), 1e-9) / 127
        codes = np.rint(kernel / scales[:, np.newaxis, np.newaxis, np.newaxis]).astype(np.int8)
        options = schema.Conv2DOptionsT()
        options.padding = getattr(schema.Padding, layer.padding.upper())
        options.strideH, options.strideW = layer.strides
        options.fusedActivationFunction = _RELU * relu
        weights = self.file.constant(f"{layer.name}/kernel", codes, scales)
        bias = self._bias(layer.name, bias, x.scale * scales)
        self.file.operator("CONV_2D", [x.place, weights, bias], [out.place], options, version=3)

    def _svdf(self, call, x):
        (feature, time, bias), last, _ = self._with_followers(call)
        name, units, memory = call.layer.name, call.layer.units, call.layer.memory
        # One scale is for the weights of all units: each unit's are stretched to the same range,
        # and what it makes of them is weighed as much less.
        stretch = np.maximum(np.abs(feature).max(axis=0), 1e-9)
        feature, time = (feature / stretch).T, (time * stretch).T
        most = np.abs(self.values[call.inputs[0]] @ feature.T).max()
        state_scale, feature_scale = max(most, 1e-6) / 32767, 1 / 127
        # Sums are int32: these steps are the finest at which none overflows.
        sums = np.abs(time).sum(axis=1) * 32767 + np.abs(bias) / state_scale
        time_scale = max(sums.max() / (2**31 - 2**20), np.abs(time).max() / 32767, 1e-12)
        out = self._activation(name, last, (1, units))
        options = schema.SVDFOptionsT()
        options.rank = 1
        # In int8 no kernel applies it: they leave it to the range of the output, which begins at 0
        # where a ReLU follows. LiteRT insists on it.
        options.fusedActivationFunction = _RELU
        inputs = [
            x.place,
            self.file.constant(
                f"{name}/feature", np.rint(feature / feature_scale).astype(np.int8), feature_scale
            ),
            self.file.constant(
                f"{name}/time", np.rint(time / time_scale).astype(np.int16), time_scale
            ),
            self._bias(name, bias, state_scale * time_scale),
            self.file.state(f"{name}/state", (1, units * memory), np.int16, state_scale),
        ]
        self.file.operator("SVDF", inputs, [out.place], options, version=4)

    def _add(self, call, one, other):
        last, relu = self._with_relu(call)
        out = self._activation(call.layer.name, last, one.shape)
        options = schema.AddOptionsT()
        options.fusedActivationFunction = _RELU * relu
        self.file.operator("ADD", [one.place, other.place], [out.place], options, version=2)

    def _dense(self, call, x):
        kernel, *bias = weights_of(call.layer)
        scale = max(np.abs(kernel).max(), 1e-9) / 127
        bias = bias[0] if bias else np.zeros(kernel.shape[1], np.float32)
        if activation_name(call.layer) not in ("linear", "softmax"):
            raise UnsupportedModel(
                f"the layer '{call.layer.name}' (Dense) has another activation than softmax: in a "
                "stream it is the last."
            )
        sums = self.values[call.inputs[0]] @ kernel + bias
        softmax = activation_name(call.layer) == "softmax"
        logits = call.output if not softmax else -1
        self.values[logits] = sums
        out = self._activation(call.layer.name, logits, (1, kernel.shape[1]))
        options = schema.FullyConnectedOptionsT()
        weights = np.rint(kernel.T / scale).astype(np.int8)
        inputs = [
            x.place,
            self.file.constant(f"{call.layer.name}/kernel", weights, scale),
            self._bias(call.layer.name, bias, x.scale * scale),
        ]
        self.file.operator("FULLY_CONNECTED", inputs, [out.place], options, version=4)
        if softmax:
            self._softmax(call, out)

    def _softmax(self, call, x):
        out = self._tensor("scores", call.output, x.shape, 1 / 256, -128)
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        self.file.operator("SOFTMAX", [x.place], [out.place], options, version=2)

    def _reshape(self, call, x):
        shape = (1, int(np.prod(x.shape)))
        out = self._tensor(call.layer.name, call.output, shape, x.scale, x.zero_point)
        options = schema.ReshapeOptionsT()
        options.newShape = list(shape)
        self.file.operator("RESHAPE", [x.place], [out.place], options)

    def _pass_on(self, call, x):
        self.codes[call.output] = x

    def _bias(self, name, bias, scale):
        codes = np.clip(np.rint(bias / scale), -(2**31), 2**31 - 1).astype(np.int32)
        return self.file.constant(f"{name}/bias", codes, scale)


def _values(model, graph, representative):
    """What each tensor of the graph is over the sequences, arrays by the tensor's number."""
    outputs = {str(call.output): call.layer.output for call in graph.calls}
    made = keras.Model(model.inputs[0], outputs).predict(representative, verbose=0)
    return {graph.inputs[0]: representative} | {int(name): made[name] for name in made}
