"""Activations are known by what they compute, whoever wrote the function."""

import numpy as np
import pytest

from tinyml_helpers import compress, model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import litert

with quiet():
    import keras
    import tensorflow as tf
    from keras import layers

SAME = {
    "tf.nn.relu": (lambda: tf.nn.relu, "relu"),
    "tf.nn.relu6": (lambda: tf.nn.relu6, "relu6"),
    "tf.nn.leaky_relu": (lambda: tf.nn.leaky_relu, "leaky_relu"),
    "tf.sigmoid": (lambda: tf.sigmoid, "sigmoid"),
    "tf.math.tanh": (lambda: tf.math.tanh, "tanh"),
    "tf.nn.softmax": (lambda: tf.nn.softmax, "softmax"),
    "tf.identity": (lambda: tf.identity, "linear"),
    "keras.ops.relu": (lambda: keras.ops.relu, "relu"),
    "keras.ops.sigmoid": (lambda: keras.ops.sigmoid, "sigmoid"),
    "keras.ops.softmax": (lambda: keras.ops.softmax, "softmax"),
    "ReLU()": (layers.ReLU, "relu"),
    "ReLU(6)": (lambda: layers.ReLU(6), "relu6"),
    "Softmax()": (layers.Softmax, "softmax"),
    "Activation": (lambda: layers.Activation(tf.nn.tanh), "tanh"),
}
same = pytest.mark.parametrize("make, name", SAME.values(), ids=SAME)
x = np.random.default_rng(0).normal(size=(40, 6)).astype("float32")


def net(activation, last=None):
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation=activation, name="hidden"),
            layers.Dense(4, activation=last, name="last"),
        ]
    )


@same
@pytest.mark.parametrize("mode", ["float32", "int8"])
def test_it_makes_the_bytes_of_the_activation_by_name(make, name, mode):
    assert compress.quantize(net(make()), mode, x) == compress.quantize(net(name), mode, x)


@same
def test_the_rest_of_compression_takes_it(make, name):
    def both(change):
        one, other = (change(net(activation, activation)) for activation in (make(), name))
        np.testing.assert_array_equal(one(x), other(x))

    both(compress.fold_batch_norm)
    both(lambda model: compress.prune_channels(model, 0.5))
    both(lambda model: compress.cluster_weights(model, 4))
    both(lambda model: compress.quantization_aware(model, x))


@pytest.mark.parametrize("slope", [0.05, 0.2])
def test_a_leaky_relu_keeps_its_slope(slope):
    by_itself = net("linear")
    through = layers.LeakyReLU(slope)(by_itself.layers[0].output)
    wanted = keras.Model(by_itself.inputs[0], by_itself.layers[1](through))
    for activation in (layers.LeakyReLU(slope), layers.Activation(layers.LeakyReLU(slope))):
        data = compress.quantize(net(activation), "float32")
        np.testing.assert_allclose(litert.predict(data, x), wanted(x), atol=1e-5)


OPERATIONS = {
    "keras.ops.relu": lambda y: keras.ops.relu(y),
    "keras.activations.relu": lambda y: keras.activations.relu(y),
    "keras.ops.relu6": lambda y: keras.ops.relu6(y),
    "keras.ops.leaky_relu": lambda y: keras.ops.leaky_relu(y, 0.3),
    "keras.ops.sigmoid": lambda y: keras.ops.sigmoid(y),
    "keras.activations.tanh": lambda y: keras.activations.tanh(y),
    "keras.ops.softmax": lambda y: keras.ops.softmax(y),
}


@pytest.mark.parametrize("call", OPERATIONS.values(), ids=OPERATIONS)
def test_an_activation_called_between_layers(call):
    keras.utils.set_random_seed(0)
    source = keras.Input((6,))
    hidden = call(layers.Dense(5)(source))
    model = keras.Model(source, layers.Dense(3)(hidden))
    result = litert.predict(compress.quantize(model, "float32"), x)
    np.testing.assert_allclose(result, model(x), atol=1e-5)
    operators = model_file.read(compress.quantize(model, "int8", x)).operator_names
    assert "FULLY_CONNECTED" in operators and "DEQUANTIZE" not in operators


@pytest.mark.parametrize("setting", [{"threshold": 0.5}, {"negative_slope": 0.1}, {"max_value": 4}])
def test_a_relu_called_with_settings_that_no_kernel_has_is_refused(setting):
    source = keras.Input((6,))
    hidden = keras.activations.relu(layers.Dense(5)(source), **setting)
    with pytest.raises(compress.UnsupportedModel, match="is not one TFLM has an operator for"):
        compress.quantize(keras.Model(source, layers.Dense(3)(hidden)), "float32")


def relu(values):
    return keras.ops.sin(values)


UNKNOWN = {
    "a name of ours": (lambda: relu, r"test_activations\.relu'"),
    "gelu": (lambda: tf.nn.gelu, "'gelu'"),
    "PReLU": (layers.PReLU, "'PReLU'"),
    "another axis": (lambda: layers.Softmax(axis=1), "'Softmax'"),
    "ReLU(4)": (lambda: layers.ReLU(4), "'ReLU'"),
}


@pytest.mark.parametrize("make, message", UNKNOWN.values(), ids=UNKNOWN)
def test_others_are_refused_by_name(make, message):
    with pytest.raises(compress.UnsupportedModel, match=f"'hidden'.*{message}.*use linear, relu"):
        compress.quantize(net(make()), "float32")
