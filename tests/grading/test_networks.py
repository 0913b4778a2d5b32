"""A Keras network told in words and built anew is the same network, and can do nothing else."""

import json

import keras
import pytest

from tinyml_helpers.grading import networks
from tinyml_helpers.grading.plain import Nonsense

layers = keras.layers


def _branches():
    x = keras.Input((8, 8, 1))
    one = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
    other = layers.DepthwiseConv2D(1, depth_multiplier=4)(x)
    y = layers.ReLU(max_value=6)(layers.Add()([one, other]))
    return keras.Model(x, layers.Dense(2)(layers.Flatten()(y)))


def _chain():
    return keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(8, 3, strides=2, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Dropout(0.5),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )


@pytest.mark.parametrize("make", [_branches, _chain])
def test_a_network_told_and_built_is_the_same_but_for_its_weights(make):
    network = make()
    built = networks.built(json.loads(json.dumps(networks.in_words(network))))
    assert built.input_shape == network.input_shape and built.output_shape == network.output_shape
    assert [one.shape for one in built.weights] == [one.shape for one in network.weights]
    before = [type(one) for one in network.layers if not isinstance(one, layers.InputLayer)]
    assert [type(one) for one in built.layers if not isinstance(one, layers.InputLayer)] == before


def test_a_network_without_shapes_is_built_without():
    words = networks.in_words(keras.Sequential([layers.Dense(2)]))
    assert words == [] and networks.built(words).layers == []


def test_a_layer_that_runs_code_of_its_own_is_not_told():
    network = keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x)])
    assert networks.in_words(network) is None

    class Dense(layers.Layer):
        def call(self, x):
            return x

    assert networks.in_words(keras.Sequential([keras.Input((3,)), Dense()])) is None


@pytest.mark.parametrize(("units", "what"), [(10**9, "weights"), (10**4, "values behind a layer")])
def test_a_network_that_is_far_too_large_is_not_built(units, what):
    words = [["InputLayer", "x", {"batch_shape": [None, 96, 96, 1]}, []]]
    words.append(["Dense", "big", {"units": units}, ["x"]])
    with pytest.raises(networks.TooLarge, match=f"10,000,000 {what}"):
        networks.built(words)


@pytest.mark.parametrize(
    "words",
    [
        [["Lambda", "x", {}, []]],
        [["InputLayer", "x", {"batch_shape": [None, 3]}, []], ["Dense", "d", {"units": 2}, ["y"]]],
        [["InputLayer", "x", {"batch_shape": [None, 3], "sparse": True}, []]],
        [["InputLayer", "x", {"batch_shape": "?"}, []]],
        [5],
        "Dense",
    ],
)
def test_nonsense_is_refused(words):
    with pytest.raises(Nonsense):
        networks.built(words)
