"""Models as students make them, through the converter, on the micro-interpreter and on TFLM."""

import numpy as np
import pytest
import topologies
from topologies import inputs_for, layers

from tinyml_helpers import compress, micro
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import tflm

with quiet():
    import keras
    import tensorflow as tf


def any_batch():
    """Flatten, and Reshape, of a batch whose size isn't fixed: shapes are computed by operators."""
    return keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.Reshape((8, 8)),
            layers.Conv1D(4, 3),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def squeeze_and_excite():
    """A gate for each channel, computed from all of the picture."""
    image = keras.Input((6, 6, 2))
    features = layers.Conv2D(4, 3, activation="hard_swish")(image)
    gate = layers.Dense(4, activation="sigmoid")(layers.GlobalAveragePooling2D()(features))
    return keras.Model(image, layers.Multiply()([features, layers.Reshape((1, 1, 4))(gate)]))


def decoder():
    """Up again: nearest neighbours, and a transposed convolution."""
    image = keras.Input((6, 6, 2), batch_size=1)
    small = layers.Conv2D(3, 3, strides=2, padding="same", activation="relu")(image)
    large = layers.Conv2DTranspose(2, 3, strides=2, padding="same")(small)
    return keras.Model(image, layers.Activation("tanh")(large))


def grouped():
    """A convolution whose channels are in groups."""
    return keras.Sequential(
        [keras.Input((6, 6, 4)), layers.Conv2D(8, 3, groups=2), layers.GlobalAveragePooling2D()]
    )


def convert(model, examples):
    """The converter alone: it keeps what `compress.quantize` would refuse or simplify."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([x[np.newaxis]] for x in examples[0][:20])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    with quiet():
        return converter.convert()


def quantize(model, examples):
    data = examples if len(examples) > 1 else examples[0]
    return compress.quantize(model, "int8", representative=data)


@pytest.mark.parametrize(
    ("build", "make_tflite"),
    [
        *((build, quantize) for build in topologies.ALL),
        *((build, convert) for build in (any_batch, squeeze_and_excite, decoder, grouped)),
    ],
    ids=lambda function: function.__name__,
)
def test_every_tensor_equals_tflm(build, make_tflite, needs_tflm):
    model = topologies.make(build)
    tflite_bytes = make_tflite(model, inputs_for(model))
    ours, theirs = micro.Interpreter(tflite_bytes), tflm.Interpreter(tflite_bytes)
    for seed in range(3):
        random = np.random.default_rng(seed)
        codes = [
            random.integers(-128, 128, tensor.shape).astype(np.int8) for tensor in ours.model.inputs
        ]
        mine, reference = ours.tensors(*codes), theirs.tensors(*codes)
        assert len(mine) >= len(ours.model.operators)
        for index, values in mine.items():
            np.testing.assert_array_equal(values, reference[index], err_msg=f"tensor {index}")
