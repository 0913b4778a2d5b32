"""Turn a Keras model into the bytes of a .tflite model, in float32 or in integers."""

import re

import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.compress.fake_quant import FakeQuant, QuantizedWeights
from tinyml_helpers.compress.fold import lower
from tinyml_helpers.compress.layers import UnsupportedModel, check
from tinyml_helpers.compress.qat import is_quantization_aware
from tinyml_helpers.compress.representative import check_representative
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import limits

with quiet():
    import tensorflow as tf
    from tensorflow.lite.tools import flatbuffer_utils

#: The ways to quantize, and what each makes of weights, activations, inputs and outputs.
MODES = {
    "float32": "nothing is quantized",
    "dynamic": "int8 weights; activations, inputs and outputs stay float32",
    "int8": "everything is int8",
    "int16x8": "int8 weights; activations, inputs and outputs are int16",
}

#: The dtype of activations, inputs and outputs in the modes that have integers everywhere.
_CODES = {"int8": "int8", "int16x8": "int16"}

#: What each of these weights is before training.
_INITIAL = {"bias": 0, "moving_mean": 0, "moving_variance": 1}

#: The scale of activations that are 0 but for rounding: the converter takes them to reach 1e-6 to
#: either side, in 255 steps.
_SCALE_OF_NOTHING = 1e-8


def quantize(model, mode="int8", representative=None, per_channel=True):
    """Convert a Keras model to a .tflite model for one input at a time.

    Every shape in it is fixed, as TensorFlow Lite Micro (TFLM) asks. The same model makes the same
    bytes. A model from `quantization_aware` brings its own ranges and scales: for it the mode is
    "int8", and `representative` and `per_channel` are not used.

    Args:
        model: a Keras model of supported layers, Sequential or functional, with inputs of floats.
            Under whatever dtype policy it was trained, it is converted as float32.
        mode: one of `MODES`. TFLM runs all but "dynamic": it has no kernels for float32
            activations with int8 weights. "dynamic" leaves weights of fewer than 1,024 values
            in float32.
        representative: real inputs, float [n, ...] as the model takes them, or a list of such
            arrays for several inputs, or any other form that `representative.arrays_of` lists,
            such as a generator function or a `tf.data.Dataset`. "int8" and "int16x8" run all of
            them to find the range of every activation; the other modes don't use them.
        per_channel: one weight scale an output channel of a convolution, or one a tensor, which
            the converter can't do for "int16x8". Dense layers always have one a tensor: TFLM
            releases before September 2024 read only the first of several and computed wrong
            outputs (tflite-micro pull requests 2602, 2673).

    Returns:
        The model's bytes, a FlatBuffer.

    Raises:
        UnsupportedModel: see `layers.check`; the message names the layer.
        ValueError: an unknown mode; "int16x8" with one scale a tensor, or with equal biases in
            two layers (see `_check_biases`); representative inputs are missing, or empty, or not
            real inputs of this model; activations so small that no kernel has codes for them, as
            those of an untrained model or of inputs that are all 0; a quantization-aware model
            that has no ranges yet.
    """
    if mode not in MODES:
        raise ValueError(f"there is no mode {mode!r}: use one of {', '.join(MODES)}.")
    if mode == "int16x8" and not per_channel:
        raise ValueError("mode 'int16x8' has one scale a channel only: leave per_channel=True.")
    aware = is_quantization_aware(model)
    if aware:
        _check_aware(model, mode)
        per_channel = any(
            layer.per_channel for layer in model.layers if isinstance(layer, QuantizedWeights)
        )
    else:
        check(model)
    arrays = None if representative is None else check_representative(model, representative)
    if mode in _CODES and not aware and arrays is None:
        raise ValueError(
            f"mode {mode!r} needs representative inputs, to find the range of every activation: "
            "give it a few hundred of the training inputs."
        )
    with quiet():
        flat = model if aware else lower(model)  # has to live on: it owns what is converted
        converter = _converter(flat)
        converter.exclude_conversion_metadata = True
        converter._experimental_disable_per_channel = not per_channel
        converter._experimental_disable_per_channel_quantization_for_dense_layers = True
        if mode != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if mode in _CODES:
            io_type = tf.int8 if mode == "int8" else tf.int16
            converter.inference_input_type = converter.inference_output_type = io_type
        if mode in _CODES and not aware:
            operators = tf.lite.OpsSet
            converter.target_spec.supported_ops = [
                operators.TFLITE_BUILTINS_INT8
                if mode == "int8"
                else operators.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
            ]
            converter.representative_dataset = lambda: (
                [array[i : i + 1] for array in arrays] for i in range(len(arrays[0]))
            )
        data = _shorten_names(converter.convert())
    if mode in _CODES:
        facts = _check_scales(data, model, mode, arrays)
        _check_codes(facts, model, mode)
        if mode == "int16x8":
            _check_biases(facts)
    return data


def _converter(flat):
    """A converter for a model as a function of fixed shapes, its weights made constants.

    Converting the Keras model itself would keep the batch size open, and with it operators that
    ask for shapes while running; its tensors would be named after a temporary folder's export.
    The function doesn't keep the model's variables alive.
    """

    def infer(*inputs):
        return flat(list(inputs) if len(inputs) > 1 else inputs[0], training=False)

    specs = [
        tf.TensorSpec((1, *tensor.shape[1:]), tf.float32, name=f"input_{number}")
        for number, tensor in enumerate(flat.inputs)
    ]
    function = tf.function(infer).get_concrete_function(*specs)
    # Given the function itself as what it belongs to, the converter freezes its variables.
    return tf.lite.TFLiteConverter.from_concrete_functions([function], function)


def _shorten_names(data):
    """Cut the tensors' names to "layer/operation".

    The converter joins the names of all operations that it merged, each under the model's and the
    layer's name with a counter. That makes a fifth of a small model's bytes, which no kernel reads.
    """
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(data))
    for tensor in model.subgraphs[0].tensors:
        first = tensor.name.decode().split(";")[0]
        tensor.name = re.sub(r"^[^/]+/([^/]+?)(_[0-9]+)?/", r"\1/", first)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _check_codes(facts, model, mode):
    """Raise UnsupportedModel if the converter left an input or output in float32."""
    if any(tensor.dtype != _CODES[mode] for tensor in (*facts.inputs, *facts.outputs)):
        raise UnsupportedModel(
            f"the model '{model.name}' passes an input on as it is, which mode {mode!r} has "
            "nothing to quantize in: give it a layer that computes, such as Dense or Conv2D."
        )


def _check_scales(data, model, mode, arrays):
    """What is in the file; ValueError if activations are too small for codes, or for training."""
    untrained = _looks_untrained(model)
    still = arrays is not None and all(array.min() == array.max() for array in arrays)
    try:
        facts = model_file.read(data)
        why = limits.unworkable(facts)
    except (
        model_file.ModelFileError
    ) as error:  # for "int16x8" the converter can end at a scale of 0
        why = str(error)
    if why is None and (untrained or still):
        made = [facts.tensors[index] for operator in facts.operators for index in operator.outputs]
        looked_at = made if untrained else facts.outputs
        none = [t.name for t in looked_at if t.scale.size and t.scale.max() < _SCALE_OF_NOTHING]
        why = f"{none[0]} is 0 for every representative input" if none else None
    if why is None:
        return facts
    advice = []
    if still:
        advice.append(
            f"Every number of the representative inputs is {arrays[0].flat[0]:g}, and what never "
            "moves makes no scale: give some of the training inputs"
        )
    if untrained:
        advice.append("Its biases are all 0, so it looks untrained: train it, or load its weights")
    if not advice:
        advice.append("Give representative inputs as it was trained on, or see what shrinks to 0")
    raise ValueError(f"mode {mode!r} has no codes for this model: {why}. {'. '.join(advice)}.")


def _looks_untrained(model):
    """Whether every bias and every average of BatchNormalization is what it began as."""
    known = [weight for weight in model.weights if weight.name in _INITIAL]
    return bool(known) and all(
        (np.asarray(weight).astype(np.float32) == _INITIAL[weight.name]).all() for weight in known
    )


def _check_biases(model):
    """Raise ValueError if a bias isn't in the steps of the sums it is added to.

    The converter of TensorFlow 2.21 stores equal biases of two layers once, for "int16x8" in the
    steps of the first layer, and so computes wrong outputs in the second.
    """
    for operator in model.operators:
        if operator.name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
            x, weights, *biases = (model.tensors[index] for index in operator.inputs if index >= 0)
            steps = x.scale * weights.scale
            for bias in biases:
                if np.any(bias.data) and not np.allclose(bias.scale, steps, rtol=1e-3):
                    raise ValueError(
                        "two layers have equal biases, and in mode 'int16x8' the converter would "
                        f"get those of {bias.name} wrong: train the model first, or leave the "
                        "biases out."
                    )


def _check_aware(model, mode):
    """Raise ValueError unless this quantization-aware model is ready for the mode."""
    if mode != "int8":
        raise ValueError(
            f"the model was made for int8 by quantization_aware, not for mode {mode!r}: "
            "quantize the float model that it was made from."
        )
    for layer in model.layers:
        if isinstance(layer, FakeQuant) and not float(layer.highs[0]):
            raise ValueError(
                f"the quantization-aware layer '{layer.name}' has seen no activations yet: fit "
                "the model first, or give quantization_aware some representative inputs."
            )
