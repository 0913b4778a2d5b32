"""Pruned channels: which ones leave, and that nothing else changes."""

from random import Random

import keras
import numpy as np
import pytest
import topologies
from keras import layers
from random_network import random_network

from tinyml_helpers.compress import UnsupportedModel, prune_channels, quantize
from tinyml_helpers.runtimes import litert

MAKERS = (layers.Conv1D, layers.Conv2D, layers.SeparableConv2D, layers.Dense)


def randomize(model, seed):
    """Random weights everywhere, no two alike: a channel's bias says which channel it is."""
    random = np.random.default_rng(seed)
    for layer in model.layers:
        weights = [random.normal(0, 0.5, weight.shape) for weight in layer.get_weights()]
        if isinstance(layer, layers.BatchNormalization):
            weights[3] = np.abs(weights[3]) + 0.5  # a variance
        layer.set_weights(weights)
    return model


def last(layer):
    """A layer's last weight: a bias for all but BatchNormalization, whose it is the variance."""
    return layer.get_weights()[-1]


def leaving(model, pruned):
    """For each layer, by name, which of its channels the pruned model lacks."""
    return {
        layer.name: ~np.isin(last(layer), last(pruned.get_layer(layer.name)))
        for layer in model.layers
        if layer.weights
    }


def silence(model, gone):
    """Make these channels of every layer zero, whatever the layer reads."""
    for layer in model.layers:
        if not layer.weights:
            continue
        weights = layer.get_weights()
        if isinstance(layer, layers.BatchNormalization):
            weights[1][gone[layer.name]] = 0  # beta
            weights[2][gone[layer.name]] = 0  # mean
        elif isinstance(layer, layers.DepthwiseConv2D):
            weights[-1][gone[layer.name]] = 0
        else:
            weights[-2][..., gone[layer.name]] = 0
            weights[-1][gone[layer.name]] = 0
        layer.set_weights(weights)


@pytest.mark.parametrize("seed", range(24))
def test_removing_channels_that_are_zero_changes_no_output(seed):
    random = Random(seed)
    model, keep = randomize(random_network(random), seed), random.choice((0.25, 0.5, 0.75))
    gone = leaving(model, prune_channels(model, keep))
    silence(model, gone)
    before = model.get_weights()
    pruned = prune_channels(model, keep)
    x = np.random.default_rng(seed).normal(size=(5, *model.input_shape[1:])).astype(np.float32)
    wanted = model(x)
    np.testing.assert_allclose(pruned(x), wanted, rtol=1e-5, atol=1e-5)
    for weight, was in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, was)
    for layer in model.layers:
        if isinstance(layer, MAKERS):
            left = np.sum(~gone[layer.name])
            assert last(pruned.get_layer(layer.name)).size == left
            assert left >= max(1, round(keep * last(layer).size))


def chain():
    return randomize(
        keras.Sequential(
            [
                keras.Input((6, 6, 2)),
                layers.Conv2D(8, 3, name="first"),
                layers.BatchNormalization(name="norm"),
                layers.ReLU(),
                layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise"),
                layers.SeparableConv2D(6, 2, name="separable"),
                layers.Flatten(),
                layers.Dense(5, name="hidden"),
                layers.Dense(4, name="last", activation="softmax"),
            ]
        ),
        seed=7,
    )


def test_a_chain_gets_exactly_as_narrow_as_asked():
    pruned = prune_channels(chain(), 0.5)
    shapes = {layer.name: [w.shape for w in layer.get_weights()] for layer in pruned.layers}
    assert shapes["first"] == [(3, 3, 2, 4), (4,)]
    assert shapes["norm"] == [(4,)] * 4
    assert shapes["depthwise"] == [(3, 3, 4, 2), (8,)]
    assert shapes["separable"] == [(2, 2, 8, 1), (1, 1, 8, 3), (3,)]
    assert shapes["hidden"] == [(1 * 1 * 3, 2), (2,)]  # round(2.5) = 2
    assert shapes["last"] == [(2, 4), (4,)]


def test_the_filters_with_the_smallest_l1_norm_leave():
    model = chain()
    kernel, bias = model.get_layer("first").get_weights()
    norms = np.abs(kernel).sum(axis=(0, 1, 2))
    stay = np.sort(np.argsort(norms)[4:])
    found_kernel, found_bias = prune_channels(model, 0.5).get_layer("first").get_weights()
    np.testing.assert_array_equal(found_kernel, kernel[..., stay])
    np.testing.assert_array_equal(found_bias, bias[stay])


def test_flatten_takes_a_channel_away_at_every_position():
    model = randomize(
        keras.Sequential(
            [
                keras.Input((3, 2, 1)),
                layers.Conv2D(3, 1, name="c"),
                layers.Flatten(),
                layers.Dense(2),
            ]
        ),
        seed=1,
    )
    kernel = np.ones((1, 1, 1, 3))
    kernel[..., 1] = 0.1
    model.get_layer("c").set_weights([kernel, np.zeros(3)])
    whole = model.layers[-1].get_weights()[0]
    left = prune_channels(model, {"c": 2 / 3}).layers[-1].get_weights()[0]
    np.testing.assert_array_equal(left, whole.reshape(6, 3, 2)[:, [0, 2]].reshape(12, 2))


def test_added_branches_lose_the_same_channels_by_their_summed_norms():
    image = keras.Input((4, 4, 1))
    one = layers.Conv2D(4, 1, name="one")(image)
    two = layers.Conv2D(4, 1, name="two")(one)
    total = layers.Add()([one, two])
    model = keras.Model(image, layers.Dense(2)(layers.GlobalAveragePooling2D()(total)))
    bias = np.arange(4.0)
    one = np.array([1.0, 9, 2, 3]).reshape(1, 1, 1, 4)
    two = np.array([0.0, 0, 4, 5]).reshape(1, 1, 1, 4) / 4 * np.ones((1, 1, 4, 1))
    model.get_layer("one").set_weights([one, bias])  # sums with "two": 1, 9, 6, 8
    model.get_layer("two").set_weights([two, bias])
    pruned = prune_channels(model, 0.5)
    for name in ("one", "two"):
        np.testing.assert_array_equal(last(pruned.get_layer(name)), [1, 3])
    wider = prune_channels(model, {"one": 0.75, "two": 0.25})  # the larger share holds for both
    for name in ("one", "two"):
        np.testing.assert_array_equal(last(wider.get_layer(name)), [1, 2, 3])


def test_a_dict_leaves_the_layers_it_does_not_name_whole():
    pruned = prune_channels(chain(), {"first": 0.25})
    widths = {layer.name: last(layer).size for layer in pruned.layers if layer.weights}
    assert widths == {
        "first": 2, "norm": 2, "depthwise": 4, "separable": 6, "hidden": 5, "last": 4
    }  # fmt: skip


def test_keep_all_is_a_copy():
    model = chain()
    copy = prune_channels(model, 1)
    for new, old in zip(copy.weights, model.weights, strict=True):
        np.testing.assert_array_equal(new, old)
        assert new is not old


def test_one_channel_always_stays():
    assert prune_channels(chain(), 0.01).get_layer("first").filters == 1


def test_what_reaches_outputs_inputs_or_a_softmax_stays():
    image = keras.Input((4, 4, 3))
    added = layers.Add()([image, layers.Conv2D(3, 1, name="added")(image)])
    attention = layers.Conv2D(4, 1, name="attention", activation="softmax")(added)
    free = layers.Conv2D(4, 1, name="free")(attention)
    twice = layers.Conv2D(4, 1, name="broadcast")(free)
    twice = layers.Add()([twice, layers.Conv2D(1, 1, name="narrow")(free)])
    outputs = [layers.Conv2D(4, 1, name="one_output")(twice), layers.ReLU(name="r")(attention)]
    pruned = prune_channels(keras.Model(image, outputs), 0.25)
    found = {layer.name: layer.filters for layer in pruned.layers if isinstance(layer, MAKERS)}
    assert found == {
        "added": 3, "attention": 4, "free": 1, "broadcast": 4, "narrow": 1, "one_output": 4
    }  # fmt: skip


@pytest.mark.parametrize(
    "left, scale, offset", [(2, 0.5, 1.0), (4, [1, 2, 3, 4], 0.0), (4, 1, [1] * 4)]
)
def test_only_a_rescaling_with_a_number_for_each_channel_keeps_them_all(left, scale, offset):
    model = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Conv2D(4, 1, name="rescaled"),
            layers.Rescaling(scale, offset),
            layers.Conv2D(2, 1),
        ]
    )
    assert prune_channels(model, 0.5).get_layer("rescaled").filters == left


def test_reshape_ties_what_it_puts_in_one_channel():
    model = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(6, name="wide"),
            layers.Reshape((3, 2)),  # channel 0 is made of units 0, 2, 4
            layers.Conv1D(2, 1, name="out"),
        ]
    )
    randomize(model, 0)
    kernel = np.array([[1, 0.1, 1, 0.1, 1, 0.1]] * 2)
    model.get_layer("wide").set_weights([kernel, np.arange(6.0)])
    pruned = prune_channels(model, 0.5)
    np.testing.assert_array_equal(last(pruned.get_layer("wide")), [0, 2, 4])
    assert pruned.output_shape == (None, 3, 2)
    assert prune_channels(model, 0.6).get_layer("wide").units == 6  # 3 leave together or none


@pytest.mark.parametrize("build", topologies.ALL)
def test_every_supported_layer_goes_through_and_converts(build):
    model = topologies.make(build)
    inputs = topologies.inputs_for(model, samples=4)
    pruned = prune_channels(model, 0.5)
    assert pruned.count_params() < model.count_params()
    assert pruned.output_shape == model.output_shape
    whole, small = (quantize(net, "float32") for net in (model, pruned))
    assert len(small) < len(whole)
    if len(inputs) == 1 and not isinstance(pruned.output, list):
        wanted = pruned(inputs[0])
        np.testing.assert_allclose(litert.predict(small, inputs[0]), wanted, atol=1e-4)


@pytest.mark.parametrize(
    ("keep", "says"),
    [
        (0, "above 0"),
        (1.5, "up to 1"),
        ({"first": -1}, "above 0"),
        ({"nonsense": 0.5}, "'nonsense': only those of first, separable, hidden can"),
        ({"last": 0.5}, "'last'"),
        ({"depthwise": 0.5}, "'depthwise'"),
    ],
)
def test_bad_shares(keep, says):
    with pytest.raises(ValueError, match=says):
        prune_channels(chain(), keep)


def test_unsupported_layers_are_named():
    model = keras.Sequential([keras.Input((4, 2)), layers.LSTM(3, name="memory"), layers.Dense(2)])
    with pytest.raises(UnsupportedModel, match=r"'memory' \(LSTM\)"):
        prune_channels(model)
