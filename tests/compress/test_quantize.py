"""`compress.quantize` against NumPy, Keras, LiteRT's reference kernels and TFLM."""

import gc
import importlib
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import places
import pytest
import topologies

from tinyml_helpers import compress, model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import tflm

with quiet():
    import keras
    from keras import layers

#: How far an int8 model may be from the float one, in steps of its output.
STEPS = 8

#: TFLM's and LiteRT's kernels round differently: one step in an operator, a few along the way.
TFLM_STEPS = 4


@cache
def quantized(build, mode, per_channel=True):
    model = topologies.made(build)
    return compress.quantize(model, mode, topologies.inputs_for(model), per_channel)


def kernels(data):
    """The constant tensors with a scale that aren't biases."""
    tensors = model_file.read(data).tensors
    return [t for t in tensors if t.is_constant and t.dtype == "int8" and t.scale.size]


each_model = pytest.mark.parametrize("build", topologies.ALL, ids=lambda build: build.__name__)


@each_model
def test_float32_says_what_keras_says(build):
    model, data = topologies.made(build), quantized(build, "float32")
    arrays = topologies.inputs_for(model, samples=8, seed=3)
    outputs, _ = topologies.real_outputs(data, arrays)
    for output, expected in zip(outputs, topologies.predict(model, arrays), strict=True):
        assert np.allclose(output, expected, atol=1e-5)
    assert {t.dtype for t in model_file.read(data).tensors} <= {"float32", "int32"}


@each_model
@pytest.mark.parametrize("per_channel", [True, False])
def test_int8_is_integer_throughout_and_near_the_float_model(build, per_channel):
    model, data = topologies.made(build), quantized(build, "int8", per_channel)
    facts = model_file.read(data)
    assert {t.dtype for t in (*facts.inputs, *facts.outputs)} == {"int8"}
    assert {t.dtype for t in facts.tensors} <= {"int8", "int32"}
    arrays = topologies.inputs_for(model, samples=16)
    outputs, steps = topologies.real_outputs(data, arrays)
    expected = topologies.predict(model, arrays)
    for output, step, real in zip(outputs, steps, expected, strict=True):
        assert np.abs(output - real).max() <= STEPS * step


@each_model
def test_int16x8_has_int16_activations_and_int8_weights(build):
    model, data = topologies.made(build), quantized(build, "int16x8")
    facts = model_file.read(data)
    assert {t.dtype for t in (*facts.inputs, *facts.outputs)} == {"int16"}
    assert not any(t.zero_point.any() for t in facts.tensors if t.dtype == "int16")
    assert kernels(data)
    arrays = topologies.inputs_for(model, samples=16)
    outputs, _ = topologies.real_outputs(data, arrays)
    for output, real in zip(outputs, topologies.predict(model, arrays), strict=True):
        assert np.abs(output - real).max() <= 0.02 * np.ptp(real)


@pytest.mark.parametrize("place", [0, 7, 31])
def test_every_representative_sample_counts(place):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    x = np.random.default_rng(0).uniform(0, 1, (32, 3)).astype(np.float32)
    x[place, 1] = 10
    (tensor,) = model_file.read(compress.quantize(model, "int8", x)).inputs
    assert tensor.scale[0] == pytest.approx(10 / 255, rel=0.01)


@each_model
def test_shapes_are_fixed_for_one_input(build):
    facts = model_file.read(quantized(build, "int8"))
    assert all(tensor.shape[0] == 1 for tensor in (*facts.inputs, *facts.outputs))
    assert not {"SHAPE", "PACK", "STRIDED_SLICE", "EXPAND_DIMS"} & set(facts.operator_names)


@each_model
@pytest.mark.parametrize("mode", ["float32", "int8", "int16x8"])
def test_tflm_runs_it_as_litert_does(build, mode, needs_tflm):
    data = quantized(build, mode)
    arrays = topologies.inputs_for(topologies.made(build), samples=8)
    if mode == "int16x8" and "REDUCE_MAX" in model_file.read(data).operator_names:
        with pytest.raises(tflm.CannotRun):  # TFLM has no int16 kernel for global max pooling
            topologies.run_tflm(data, arrays)
        return
    both = zip(topologies.run_tflm(data, arrays), topologies.run(data, arrays), strict=True)
    for ours, reference in both:
        limit = 1e-5 if mode == "float32" else TFLM_STEPS
        assert np.abs(ours.astype(float) - reference).max() <= limit


@cache
def wide():
    """A model with one layer of 1,024 weights or more, and one of fewer."""
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((64,)), layers.Dense(32), layers.Dense(4)])


def test_dynamic_quantizes_only_large_weights():
    data = compress.quantize(wide(), "dynamic")
    facts = model_file.read(data)
    assert {t.dtype for t in (*facts.inputs, *facts.outputs)} == {"float32"}
    dtypes = {t.shape: t.dtype for t in facts.tensors if t.is_constant and len(t.shape) == 2}
    assert dtypes == {(32, 64): "int8", (4, 32): "float32"}
    x = topologies.inputs_for(wide(), samples=8)
    (output,), _ = topologies.real_outputs(data, x)
    (expected,) = topologies.predict(wide(), x)
    assert np.abs(output - expected).max() <= 0.02 * np.ptp(expected)


def test_tflm_refuses_dynamic(needs_tflm):
    with pytest.raises(tflm.CannotRun):
        topologies.run_tflm(compress.quantize(wide(), "dynamic"), topologies.inputs_for(wide(), 1))


def folded_kernels(model):
    """Kernels as TFLite lays them out, [output channels, ...]; depthwise last: by their values."""
    for layer in compress.fold_batch_norm(model).layers:
        if isinstance(layer, layers.DepthwiseConv2D):
            kernel = layer.get_weights()[0]
            yield layer, kernel.reshape(1, *kernel.shape[:2], -1), 3
        elif isinstance(layer, layers.Conv2D):
            yield layer, np.moveaxis(layer.get_weights()[0], -1, 0), 0
        elif isinstance(layer, layers.Dense):
            yield layer, layer.get_weights()[0].T, 0


def plain():
    return keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.Conv2D(4, 3, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.DepthwiseConv2D(3, depth_multiplier=2),
            layers.Flatten(),
            layers.Dense(5),
        ]
    )


@pytest.mark.parametrize("mode, per_channel", [("int8", True), ("int8", False), ("int16x8", True)])
def test_weights_are_rounded_symmetrically_by_their_largest(mode, per_channel):
    tensors = kernels(quantized(plain, mode, per_channel))
    expected = list(folded_kernels(topologies.made(plain)))
    assert len(tensors) == len(expected) == 3
    for layer, kernel, channel_axis in expected:
        (tensor,) = [t for t in tensors if t.shape == kernel.shape]
        one_scale = isinstance(layer, layers.Dense) or not per_channel
        axes = tuple(axis for axis in range(kernel.ndim) if one_scale or axis != channel_axis)
        scale = np.abs(kernel).max(axis=axes, keepdims=True) / 127
        assert tensor.scale.size == scale.size
        assert np.allclose(tensor.scale, scale.ravel(), rtol=1e-5)
        assert not tensor.zero_point.any()
        # A weight right between two codes may go either way.
        exact = kernel / scale
        assert np.abs(tensor.data - exact).max() <= 0.5 + 1e-3
        assert np.abs(tensor.data).max() == 127


def test_activation_ranges_are_those_of_the_representative_inputs():
    x = np.random.default_rng(5).uniform(-0.7, 2.1, (40, 6)).astype("float32")
    model = topologies.made(topologies.dense)
    facts = model_file.read(compress.quantize(model, "int8", x))
    for tensor, values in ((facts.inputs[0], x), (facts.outputs[0], model.predict(x))):
        scale = (values.max() - values.min()) / 255
        assert tensor.scale == pytest.approx([scale], rel=1e-3)
        assert tensor.zero_point == pytest.approx([np.round(-128 - values.min() / scale)], abs=1)
    facts = model_file.read(compress.quantize(model, "int16x8", x))
    assert facts.inputs[0].scale == pytest.approx([np.abs(x).max() / 32767], rel=1e-3)


def test_int8_codes_are_those_of_affine_arithmetic():
    x = np.random.default_rng(6).uniform(-1, 1, (50, 6)).astype("float32")
    data = compress.quantize(topologies.made(topologies.dense), "int8", x)
    facts = model_file.read(data)
    (operator,) = facts.operators
    source, kernel, bias, target = (facts.tensors[i] for i in (*operator.inputs, *operator.outputs))
    assert bias.scale == pytest.approx(source.scale * kernel.scale, rel=1e-6)
    codes = np.concatenate([code for (code,) in topologies.input_codes(data, [x])]).astype(int)
    sums = (codes - source.zero_point) @ kernel.data.T.astype(int) + bias.data
    steps = sums * (source.scale * kernel.scale / target.scale) + target.zero_point
    (output,) = topologies.run(data, [x])
    assert np.abs(output - np.clip(steps, -128, 127)).max() <= 0.5 + 1e-3


@pytest.mark.parametrize(
    "activation, scale, zero_point",
    [("softmax", 256, -128), ("sigmoid", 256, -128), ("tanh", 128, 0)],
)
def test_some_activations_have_fixed_ranges(activation, scale, zero_point):
    model = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation=activation)])
    (output,) = model_file.read(
        compress.quantize(model, "int8", np.eye(6, dtype=np.float32))
    ).outputs
    assert (output.scale[0], output.zero_point[0]) == (1 / scale, zero_point)


def test_several_inputs_keep_their_order():
    model = topologies.made(topologies.two_inputs)
    wave, image = topologies.inputs_for(model)
    facts = model_file.read(compress.quantize(model, "int8", [wave * 10, image]))
    assert [t.shape for t in facts.inputs] == [(1, 16), (1, 4, 4, 2)]
    assert [t.scale[0] > 0.03 for t in facts.inputs] == [True, False]


def test_the_same_model_makes_the_same_bytes_without_traces_of_this_computer():
    model = topologies.made(plain)
    data = compress.quantize(model, "int8", topologies.inputs_for(model))
    assert data == quantized(plain, "int8")
    for path in (
        tempfile.gettempdir(),
        str(Path.home()),
        str(Path.cwd()),
        str(places.ROOT),
    ):
        assert len(path) < 2 or path.encode() not in data


def test_a_fixed_batch_size_gives_way_to_one():
    model = keras.Sequential([keras.Input((6,), batch_size=32), layers.Dense(4)])
    facts = model_file.read(compress.quantize(model, "int8", np.eye(6, dtype=np.float32)))
    assert facts.inputs[0].shape == (1, 6)


def test_the_model_is_left_as_it_was():
    model = topologies.make(plain)
    before = [w.copy() for w in model.get_weights()]
    compress.quantize(model, "int8", topologies.inputs_for(model))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert topologies.predict(model, topologies.inputs_for(model, 2))[0].shape == (2, 5)


def test_double_precision_is_taken_as_representative():
    x = topologies.inputs_for(topologies.made(topologies.dense))[0]
    as_double = compress.quantize(topologies.made(topologies.dense), "int8", x.astype("float64"))
    assert as_double == compress.quantize(topologies.made(topologies.dense), "int8", x)


def test_a_garbage_collection_in_its_midst_changes_nothing(monkeypatch):
    """TensorFlow's functions don't keep the variables they use alive; the model has to."""
    module = importlib.import_module("tinyml_helpers.compress.quantize")
    model = topologies.make(topologies.batch_normalized)
    wanted, make = compress.quantize(model, "float32"), module._converter

    def make_and_collect(*arguments):
        converter = make(*arguments)
        gc.collect()
        return converter

    monkeypatch.setattr(module, "_converter", make_and_collect)
    assert compress.quantize(model, "float32") == wanted
