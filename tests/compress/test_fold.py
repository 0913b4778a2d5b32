"""`fold.lower`: what a layer does, done in the few layers with integer kernels; nothing is lost."""

import keras
import numpy as np
import pytest
import topologies
from keras import layers

from tinyml_helpers.compress.fold import lower

#: Layers that are rewritten, each with settings of its own that must come along.
REWRITTEN = {
    "separable": ((9, 9, 3), lambda: layers.SeparableConv2D(4, 3, dilation_rate=2)),
    "separable, same": ((9, 8, 2), lambda: layers.SeparableConv2D(4, 3, 2, "same")),
    "separable, wide": ((7, 7, 2), lambda: layers.SeparableConv2D(3, 2, depth_multiplier=3)),
    "separable, relu": ((7, 7, 2), lambda: layers.SeparableConv2D(3, 2, activation="relu")),
    "separable, no bias": ((7, 7, 2), lambda: layers.SeparableConv2D(3, (1, 3), use_bias=False)),
    "signal": ((20, 3), lambda: layers.Conv1D(4, 3, dilation_rate=3)),
    "signal, strides": ((20, 3), lambda: layers.Conv1D(4, 5, strides=3, padding="same")),
    "signal, causal": ((20, 3), lambda: layers.Conv1D(4, 3, padding="causal", dilation_rate=2)),
    "signal, relu": ((20, 3), lambda: layers.Conv1D(4, 3, activation="relu", use_bias=False)),
    "depthwise": ((9, 9, 3), lambda: layers.DepthwiseConv2D(3, dilation_rate=2)),
    "image": ((9, 9, 3), lambda: layers.Conv2D(4, 3, dilation_rate=(1, 3))),
}


@pytest.mark.parametrize("name", REWRITTEN)
@pytest.mark.parametrize("normalized", [False, True])
def test_settings_come_along(name, normalized):
    shape, layer = REWRITTEN[name]

    def build():
        after = [layers.BatchNormalization()] if normalized else []
        return keras.Sequential([keras.Input(shape), layer(), *after])

    model = topologies.make(build)
    arrays = topologies.inputs_for(model, samples=4)
    (expected,) = topologies.predict(model, arrays)
    (lowered,) = topologies.predict(lower(model), arrays)
    assert lowered.shape == expected.shape
    np.testing.assert_allclose(lowered, expected, atol=1e-5)


def named(*names):
    """A model of Dense layers of these names."""
    model = keras.Sequential([keras.Input((2,)), *(layers.Dense(2) for _ in names)])
    for layer, name in zip(model.layers, names, strict=True):
        layer.name = name
    return model


def test_names_become_plain_and_stay_apart():
    lowered = lower(named("a b", "a_b", "a?b", "_c", "größe", "d.e>f-9"))
    made = [layer.name for layer in lowered.layers if layer.weights]
    assert made == ["a_b_2", "a_b", "a_b_3", "xc", "gr__e", "d.e>f-9"]


@pytest.mark.parametrize("trainable", [True, False])
def test_what_is_frozen_stays_so_and_parts_are_named_after_their_layer(trainable):
    model = keras.Sequential(
        [
            keras.Input((9, 2), name="signal"),
            layers.Conv1D(3, 3, padding="causal", name="one"),
            layers.Reshape((3, 3, 3)),
            layers.SeparableConv2D(2, 2, name="two", activation="tanh"),
            layers.Rescaling(0.5, name="three"),
            layers.Flatten(),
            layers.Rescaling(0.5, name="four"),
        ],
        name="net",
    )
    for layer in model.layers:
        layer.trainable = trainable
    lowered = lower(model)
    assert lowered.name == "net" and lowered.inputs[0].name == "signal"
    names = [layer.name for layer in lowered.layers]
    for wanted in (
        ["one_past", "one_in", "one", "one_out"],
        ["two_depthwise", "two_pointwise", "two_tanh"],
        ["three"],
        ["four_in", "four", "four_out"],
    ):
        place = names.index(wanted[0])
        assert names[place : place + len(wanted)] == wanted
    assert "three_in" not in names  # an image needs no other shape
    trained = [layer.trainable for layer in lowered.layers if layer.weights]
    assert trained == [trainable] * 5


def test_all_that_is_made_is_float32_whatever_the_policy():
    model = topologies.make(topologies.signal)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        lowered = lower(model)
    finally:
        keras.config.set_dtype_policy(before)
    made = [layer for layer in lowered.layers if not isinstance(layer, layers.InputLayer)]
    assert {layer.dtype_policy.name for layer in made} == {"float32"}
