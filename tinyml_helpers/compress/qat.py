"""Quantization-aware training: train a model while it already rounds as int8 will.

The model is rebuilt with its weights and activations rounded (`fake_quant.py` does the rounding).
Training then moves the weights to where the rounding hurts least, and `quantize` has nothing left
to decide: the ranges learnt here are the scales of the int8 model.
"""

from tinyml_helpers.compress.activations import activation_name
from tinyml_helpers.compress.fake_quant import FakeQuant, QuantizedWeights
from tinyml_helpers.compress.fold import lower, relu_after
from tinyml_helpers.compress.layers import copy_call, read, rebuild
from tinyml_helpers.compress.representative import check_representative
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: The activations whose int8 range is the same in every model: LiteRT 8-bit quantization
#: specification, https://ai.google.dev/edge/litert/models/quantization_spec
_FIXED_RANGE = {
    "softmax": (0, 255 / 256),
    "sigmoid": (0, 255 / 256),
    "tanh": (-1, 127 / 128),
}

#: What the layer is called that rounds an input.
_INPUT_RANGE = "input_{}_range"

#: The layers that copy, compare or average codes without changing what a code stands for.
_SAME_RANGE = (
    keras.layers.Concatenate,
    keras.layers.MaxPooling1D,
    keras.layers.MaxPooling2D,
    keras.layers.AveragePooling1D,
    keras.layers.AveragePooling2D,
    keras.layers.GlobalMaxPooling1D,
    keras.layers.GlobalMaxPooling2D,
    keras.layers.Flatten,
    keras.layers.Reshape,
    keras.layers.ZeroPadding1D,
    keras.layers.ZeroPadding2D,
    keras.layers.Dropout,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
)


def quantization_aware(model, representative=None, per_channel=True):
    """Rebuild a trained model so that it computes with the rounding of int8.

    BatchNormalization is folded into the weights first (see `fold_batch_norm`), so it stands
    still from here on. Compile and fit the model like any other, at about a tenth of the learning
    rate it was trained with, then give it to `quantize`.

    Args:
        model: a trained Keras model of supported layers, with float32 inputs [batch, ...].
        representative: real inputs to set the first ranges of the activations with, as for
            `quantize`. Without them the first training batch sets the ranges, and until then the
            model says nothing of use.
        per_channel: one weight scale an output channel of a convolution, or one a tensor. Dense
            layers always have one a tensor, for the reason that `quantize` gives.

    Returns:
        A functional `keras.Model` with copies of the weights, to be compiled anew.

    Raises:
        UnsupportedModel: see `layers.check`.
        ValueError: the representative inputs are not real inputs of this model.
    """
    lowered = lower(model)
    graph = read(lowered)
    ranges = _Ranges(graph)

    def replace(call, *tensors):
        tensors = [
            ranges.round(number, tensor) if number in graph.inputs else tensor
            for number, tensor in zip(call.inputs, tensors, strict=True)
        ]
        if isinstance(call.layer, _SAME_RANGE):
            return copy_call(call, *tensors)
        has_kernel = hasattr(call.layer, "kernel")
        if has_kernel:
            output = _with_rounded_weights(call.layer, tensors[0], per_channel)
        else:
            output = copy_call(call, *tensors)
        # A sum and the ReLU after it are one operator: nothing is rounded between them.
        makes_sums = has_kernel or isinstance(call.layer, keras.layers.Add)
        if makes_sums and relu_after(graph, call):
            return output
        return ranges.round(call.output, output)

    aware = rebuild(lowered, replace, graph)
    if representative is not None:
        _set_ranges(aware, check_representative(model, representative))
    return aware


def fix_input_range(aware, low, high):
    """Give the input of a quantization-aware model all of a range, after it was trained.

    Training moves the range to where inputs mostly are. Where a front end's codes go in as they
    are, the scale and the zero point are the front end's own.

    Args:
        aware: a model of `quantization_aware` with one input; it is changed.
        low, high: the least and the largest input, low at most 0 and high above 0.

    Raises:
        ValueError: it isn't such a model, or has several inputs; or 0 isn't in the range.
    """
    inputs = [
        layer
        for layer in getattr(aware, "layers", ())
        if isinstance(layer, FakeQuant) and layer.name == _INPUT_RANGE.format(0)
    ]
    if not inputs or len(aware.inputs) > 1:
        raise ValueError("give a model that quantization_aware made, with one input.")
    if not low <= 0 < high:
        raise ValueError(f"a range from {low} to {high} hasn't 0 in it, which has to be exact.")
    for end, value in ((inputs[0].lows, low), (inputs[0].highs, high)):
        for one in end:
            one.assign(value)


def is_quantization_aware(model):
    """Whether a Keras model is one that `quantization_aware` made."""
    return any(isinstance(layer, FakeQuant) for layer in getattr(model, "layers", ()))


class _Ranges:
    """Which tensors of a model share a range, and the `FakeQuant` that rounds them.

    What a layer passes on as codes has the same range before and after, so those tensors form a
    group. A concatenation copies codes side by side: it makes one group of all it reads.
    """

    def __init__(self, graph):
        self.graph = graph
        self.groups = {number: {number} for number in graph.inputs}
        self.layers, self.rounded = {}, {}
        for call in graph.calls:
            self.groups[call.output] = {call.output}
            if isinstance(call.layer, _SAME_RANGE):
                joined = set().union(*(self.groups[n] for n in (*call.inputs, call.output)))
                self.groups |= dict.fromkeys(joined, joined)

    def round(self, number, tensor):
        """Round tensor `number` of the graph, an input or what a layer makes, once."""
        if number not in self.rounded:
            members = [n for n in sorted(self.groups[number]) if self._is_made_anew(n)]
            if members[0] not in self.layers:
                self.layers[members[0]] = self._fake_quant(members)
            layer = self.layers[members[0]]
            self.rounded[number] = layer(tensor, tensor=members.index(number))
        return self.rounded[number]

    def _is_made_anew(self, number):
        maker = self.graph.maker(number)
        return maker is None or not isinstance(maker.layer, _SAME_RANGE)

    def _fake_quant(self, members):
        """A `FakeQuant` for these tensors, named after the first."""
        maker = self.graph.maker(members[0])
        if maker is None:
            name = _INPUT_RANGE.format(members[0])
            return FakeQuant(tensors=len(members), name=name, dtype="float32")
        fixed = _FIXED_RANGE.get(activation_name(maker.layer)) if len(members) == 1 else None
        name = maker.layer.name + "_range"
        return FakeQuant(fixed, len(members), name=name, dtype="float32")


def _with_rounded_weights(layer, tensor, per_channel):
    """Run a copy of a Conv or Dense layer inside `QuantizedWeights`."""
    copy = type(layer).from_config(layer.get_config())
    per_channel = per_channel and not isinstance(layer, keras.layers.Dense)
    rounded = QuantizedWeights(copy, per_channel, name=layer.name, dtype="float32")
    output = rounded(tensor)
    copy.set_weights(layer.get_weights())
    return output


def _set_ranges(aware, arrays):
    """Set the ranges of the activations to what these inputs, [n, ...] each, make of them."""
    learners = [layer for layer in aware.layers if isinstance(layer, FakeQuant)]
    for layer in learners:
        layer.learns = True
    aware(arrays if len(arrays) > 1 else arrays[0], training=False)
    for layer in learners:
        layer.learns = False
