"""Models as other people's scripts make them: with what a small runtime may lack."""

import numpy as np

from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf

layers = keras.layers


def keras_model(shape, *chain, batch=None):
    """A Keras model of layers in a row; the batch is left open, as Keras does, if it is None."""
    return keras.Sequential([keras.Input(shape, batch_size=batch), *chain])


def convert(model, float16=False):
    """The bytes of a .tflite file of a Keras model, in float32 or with weights in float16."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if float16:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    with quiet():
        return converter.convert()


def convert_function(function, shape, owner=None, select=False):
    """The bytes of a .tflite file of a function of one float32 tensor.

    Args:
        function: of a tensor of `shape`.
        owner: a tf.Module with the function's variables.
        select: whether TensorFlow's own operators pass, as Flex operators, and not as custom ones.
    """
    compiled = tf.function(function, input_signature=[tf.TensorSpec(shape)])
    with quiet():
        converter = tf.lite.TFLiteConverter.from_concrete_functions(
            [compiled.get_concrete_function()], owner or tf.Module()
        )
        converter.allow_custom_ops = not select
        if select:
            kinds = tf.lite.OpsSet
            converter.target_spec.supported_ops = [kinds.TFLITE_BUILTINS, kinds.SELECT_TF_OPS]
        return converter.convert()


def blocks(shape, block, edges):
    """SPACE_TO_BATCH_ND, RELU and BATCH_TO_SPACE_ND, as around a dilated convolution."""

    def function(x):
        small = tf.nn.relu(tf.space_to_batch_nd(x, block, edges))
        return tf.batch_to_space(small, block, edges)

    return convert_function(function, shape)


def dilated(batch=None):
    """A Keras model of a dilated convolution on [8, 8, 1] and a classifier of three."""
    convolution = layers.Conv2D(4, 3, dilation_rate=2, padding="same", activation="relu")
    return keras_model((8, 8, 1), convolution, layers.Flatten(), layers.Dense(3), batch=batch)


def recurrent(kind, batch=None, unroll=False):
    """A Keras model of a recurrent layer, "LSTM" or "GRU", on [3, 2] and two outputs."""
    layer = getattr(layers, kind)(4, unroll=unroll)
    return keras_model((3, 2), layer, layers.Dense(2), batch=batch)


def random_inputs(count, *shape):
    """float32 [count, ...] from a standard normal distribution, the same each time."""
    return np.random.default_rng(0).standard_normal((count, *shape)).astype(np.float32)
