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
