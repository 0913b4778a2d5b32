"""The rounding of quantization-aware training, against NumPy."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tinyml_helpers.compress.fake_quant import FakeQuant, QuantizedWeights
from tinyml_helpers.quiet import quiet

with quiet():
    import tensorflow as tf
    from keras import layers


def learnt_range(low, high):
    """A built FakeQuant with this range."""
    layer = FakeQuant()
    layer.build(())
    layer.lows[0].assign(low)
    layer.highs[0].assign(high)
    return layer


@settings(derandomize=True, deadline=None, max_examples=30)
@given(
    st.floats(-100, 0, width=32),
    st.floats(0.015625, 100, width=32),
    st.lists(st.floats(-300, 300, width=32), min_size=1, max_size=20),
)
@example(-1.0, 1.0, [0.0])
def test_fake_quant_rounds_to_the_affine_grid(low, high, values):
    # Jacob and others 2018, section 3: the range moves until 0 is one of the 256 values.
    scale = (high - low) / 255
    zero = np.round(-low / scale)
    exact = np.asarray(values) / scale + zero
    codes = np.array(learnt_range(low, high)(np.float32([values])))[0] / scale + zero
    # What lies between two values may be rounded to either; nothing else may be off.
    assert np.abs(codes - np.round(codes)).max() < 0.01
    assert np.abs(codes - np.clip(exact, 0, 255)).max() < 0.51


def test_fake_quant_passes_gradients_inside_its_range_only():
    x = tf.constant([-2.0, -0.5, 0.3, 0.9, 2.0])
    layer = learnt_range(-1.0, 1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(layer(x))
    assert tape.gradient(y, x).numpy().tolist() == [0, 1, 1, 1, 0]


def test_ranges_are_moving_averages_that_the_first_batch_sets():
    layer = FakeQuant()
    layer(np.float32([[-1, 3]]), training=True)
    assert (float(layer.lows[0]), float(layer.highs[0])) == (-1, 3)
    layer(np.float32([[-2, 13]]), training=True)
    assert (float(layer.lows[0]), float(layer.highs[0])) == pytest.approx((-1.01, 3.1))
    layer(np.float32([[-50, 50]]))
    assert (float(layer.lows[0]), float(layer.highs[0])) == pytest.approx((-1.01, 3.1))


def test_a_range_always_holds_zero_and_is_never_empty():
    layer = FakeQuant()
    layer(np.float32([[2, 3]]), training=True)
    assert float(layer.lows[0]) == 0
    layer = FakeQuant()
    assert np.array(layer(np.zeros((1, 3), "float32"), training=True)).tolist() == [[0, 0, 0]]
    assert float(layer.highs[0]) > 0


def test_tensors_that_share_a_range_span_it_together():
    layer = FakeQuant(tensors=2)
    layer(np.float32([[-4, 1]]), tensor=0, training=True)
    layer(np.float32([[0, 9]]), tensor=1, training=True)
    assert [float(end) for end in (*layer.lows, *layer.highs)] == [-4, 0, 1, 9]
    assert np.array(layer(np.float32([[-9, 99]]))).ravel() == pytest.approx([-4, 9], abs=0.03)


def test_a_fixed_range_rounds_at_inference_only():
    layer = FakeQuant(fixed=(0, 255 / 256))
    x = np.float32([[0.001, 0.5]])
    assert np.array_equal(layer(x, training=True), x)
    assert np.array(layer(x)).tolist() == [[0, 0.5]]


KERNELS = {
    "conv": (lambda: layers.Conv2D(4, 3), (1, 8, 8, 3), (0, 1, 2)),
    "depthwise": (lambda: layers.DepthwiseConv2D(3, depth_multiplier=2), (1, 8, 8, 3), (0, 1)),
    "dense": (lambda: layers.Dense(5), (1, 7), (0,)),
}


@pytest.mark.parametrize("make, shape, axes", KERNELS.values(), ids=KERNELS)
@pytest.mark.parametrize("per_channel", [True, False])
@pytest.mark.parametrize("trainable", [True, False])
def test_weights_are_rounded_by_their_largest(make, shape, axes, per_channel, trainable):
    layer = make()
    layer.trainable = trainable
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    rounding = QuantizedWeights(layer, per_channel)
    output = rounding(x)
    kernel, bias = layer.get_weights()
    scale = np.abs(kernel).max(axis=axes if per_channel else None, keepdims=True) / 127
    rounded = np.array(rounding.rounded_kernel())
    assert np.allclose(rounded, np.round(kernel / scale) * scale, atol=1e-6)
    layer.set_weights([rounded, bias])
    assert np.allclose(output, layer(x), atol=1e-5)


def test_a_kernel_of_zeros_stays_zero():
    layer = QuantizedWeights(layers.Dense(2, kernel_initializer="zeros"), per_channel=False)
    assert np.array(layer(np.ones((1, 3), "float32"))).tolist() == [[0, 0]]


@pytest.mark.parametrize("fixed", [None, (0, 1)])
def test_an_optimizer_does_not_train_the_ranges(fixed):
    layer = FakeQuant(fixed, tensors=2)
    layer.build((None, 3))
    assert layer.trainable_variables == [] and len(layer.non_trainable_variables) == 4
