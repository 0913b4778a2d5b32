"""Reading, checking, rebuilding and folding Keras models."""

import numpy as np
import pytest
import topologies

from tinyml_helpers.compress import UnsupportedModel, fold_batch_norm
from tinyml_helpers.compress.fold import lower
from tinyml_helpers.compress.layers import check, copy_call, read, rebuild
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers


@pytest.fixture(params=topologies.ALL, ids=lambda build: build.__name__)
def model(request):
    return topologies.make(request.param)


def same_outputs(one, other):
    arrays = topologies.inputs_for(one, samples=16)
    pairs = zip(topologies.predict(one, arrays), topologies.predict(other, arrays), strict=True)
    return all(np.allclose(a, b, atol=1e-5) for a, b in pairs)


def test_graph_lists_each_layer_after_what_it_reads():
    graph = read(topologies.residual())
    known = set(graph.inputs)
    for call in graph.calls:
        assert known.issuperset(call.inputs)
        known.add(call.output)
    assert known.issuperset(graph.outputs)
    first = graph.calls[0]
    assert graph.maker(first.output) is first
    assert graph.maker(graph.inputs[0]) is None
    assert len(graph.readers(first.output)) == 3
    assert graph.only_reader(first) is None


def test_graph_flattens_models_inside_the_model():
    kinds = [type(call.layer).__name__ for call in read(topologies.two_inputs()).calls]
    assert "Sequential" not in kinds
    assert kinds.count("BatchNormalization") == 1


def test_the_models_output_is_not_only_read_by_a_layer():
    image = keras.Input((4,))
    hidden = layers.Dense(3)(image)
    graph = read(keras.Model(image, [hidden, layers.ReLU()(hidden)]))
    assert graph.only_reader(graph.calls[0]) is None


def test_rebuilt_model_says_the_same_and_shares_no_weights(model):
    rebuilt = rebuild(model, copy_call)
    assert same_outputs(model, rebuilt)
    assert not {id(w) for w in rebuilt.weights} & {id(w) for w in model.weights}


def test_rebuild_can_leave_out_and_change_layers():
    def replace(call, *tensors):
        if isinstance(call.layer, layers.Dropout):
            return tensors[0]
        if isinstance(call.layer, layers.Conv2D):
            kernel, bias = call.layer.get_weights()
            return copy_call(call, *tensors, weights=[kernel * 0, bias + 1], activation="linear")
        return copy_call(call, *tensors)

    model = topologies.sequential_image()
    rebuilt = rebuild(model, replace)
    assert not any(isinstance(layer, layers.Dropout) for layer in rebuilt.layers)
    convolution = next(layer for layer in rebuilt.layers if isinstance(layer, layers.Conv2D))
    assert np.all(convolution(np.zeros((1, 8, 8, 1))) == 1)


def test_folding_changes_nothing_but_the_layers(model):
    folded = fold_batch_norm(model)
    assert same_outputs(model, folded)
    assert same_outputs(model, lower(model))
    assert len(folded.layers) <= len(read(model).calls) + len(model.inputs)


def test_folding_leaves_only_batch_norms_that_follow_no_linear_kernel():
    folded = fold_batch_norm(topologies.make(topologies.lone_batch_norm))
    assert sum(isinstance(layer, layers.BatchNormalization) for layer in folded.layers) == 2
    folded = fold_batch_norm(topologies.make(topologies.batch_normalized))
    assert not any(isinstance(layer, layers.BatchNormalization) for layer in folded.layers)


def test_folded_weights_follow_the_formula():
    model = topologies.make(
        lambda: keras.Sequential(
            [keras.Input((5,)), layers.Dense(3), layers.BatchNormalization(epsilon=0.01)]
        )
    )
    (kernel, bias), (gamma, beta, mean, variance) = (layer.get_weights() for layer in model.layers)
    factor = gamma / np.sqrt(variance + 0.01)
    folded_kernel, folded_bias = fold_batch_norm(model).layers[-1].get_weights()
    assert np.allclose(folded_kernel, kernel * factor, rtol=1e-6)
    assert np.allclose(folded_bias, (bias - mean) * factor + beta, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("scale, center", [(False, True), (True, False), (False, False)])
def test_batch_norm_without_scale_or_center_folds(scale, center):
    model = keras.Sequential(
        [
            keras.Input((6, 2)),
            layers.Conv1D(3, 3, padding="causal", dilation_rate=2, use_bias=False),
            layers.BatchNormalization(scale=scale, center=center),
        ]
    )
    keras.utils.set_random_seed(0)
    size = model.layers[-1].moving_mean.shape
    model.layers[-1].moving_mean.assign(np.random.default_rng(0).normal(size=size))
    assert same_outputs(model, fold_batch_norm(model))
    assert same_outputs(model, lower(model))


@pytest.mark.parametrize("relu6", [layers.ReLU(6), layers.Activation("relu6")])
def test_relu6_has_to_follow_a_sum(relu6):
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.Conv2D(2, 3), layers.MaxPooling2D(), relu6]
    )
    with pytest.raises(UnsupportedModel, match=r"relu6.*Add"):
        lower(model)


class Subclassed(keras.Model):
    def call(self, x):
        return x


class Doubling(layers.Dense):
    def call(self, x):
        return 2 * super().call(x)


def image_model(*parts):
    return keras.Sequential([keras.Input((8, 8, 2)), *parts])


def shared_layer():
    x, dense = keras.Input((4,)), layers.Dense(4)
    return keras.Model(x, dense(dense(x)))


def shared_model():
    x, inner = keras.Input((4,)), keras.Sequential([keras.Input((4,)), layers.Dense(4)])
    return keras.Model(x, inner(inner(x)))


def bare_sum():
    x = keras.Input((4,))
    return keras.Model(x, layers.Dense(4)(x) + x)


def test_the_channels_may_be_the_axis_counted_from_the_front():
    check(image_model(layers.BatchNormalization(axis=3), layers.BatchNormalization(axis=-1)))


UNSUPPORTED = {
    "a layer": (
        lambda: image_model(layers.UpSampling2D(name="grow")),
        "grow.*UpSampling2D.*Conv2D",
    ),
    "a student's layer": (lambda: image_model(Doubling(3, name="mine")), "mine.*Doubling"),
    "a bare operation": (bare_sum, "add.*not supported"),
    "activation": (lambda: image_model(layers.Conv2D(2, 3, activation="gelu")), "gelu.*relu6"),
    "own function": (lambda: image_model(layers.Activation(lambda x: x)), "Activation"),
    "groups": (lambda: image_model(layers.Conv2D(4, 3, groups=2)), "groups.*DepthwiseConv2D"),
    "channels first": (lambda: image_model(layers.Flatten("channels_first")), "channels_last"),
    "odd relu": (lambda: image_model(layers.ReLU(max_value=4)), "ReLU.6."),
    "leaky relu": (lambda: image_model(layers.ReLU(negative_slope=0.1)), "LeakyReLU"),
    "axis": (lambda: image_model(layers.BatchNormalization(axis=1)), "axis=-1"),
    "size open": (lambda: keras.Sequential([keras.Input((None, 2)), layers.Conv1D(2, 3)]), "fixed"),
    "integers": (
        lambda: keras.Sequential([keras.Input((4,), dtype="int32"), layers.Flatten()]),
        "int32",
    ),
    "not built": (lambda: keras.Sequential([layers.Dense(2)]), "input shape"),
    "a class": (Subclassed, "Subclassed"),
    "no model": (lambda: "model.keras", "str"),
    "used twice": (shared_layer, "twice"),
    "model twice": (shared_model, "twice"),
}


@pytest.mark.parametrize("build, message", UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_unsupported_models_are_refused_by_name(build, message):
    with pytest.raises(UnsupportedModel, match=message):
        check(build())
