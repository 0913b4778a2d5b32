"""Small Keras models that between them hold every layer compression supports, for its tests."""

from functools import cache

import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import tflm

with quiet():
    import keras
    import tensorflow as tf
    from keras import layers


def sequential_image():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )


def dense():
    # The converter leaves out a bias that is all 0.
    return keras.Sequential([keras.Input((6,)), layers.Dense(4, bias_initializer="normal")])


def batch_normalized():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(6),
            layers.SeparableConv2D(6, 3, strides=2, padding="same", depth_multiplier=2),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.1),
            layers.SpatialDropout2D(0.2),
            layers.GlobalAveragePooling2D(),
            layers.Dense(6),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Dense(4),
            layers.Softmax(),
        ]
    )


def lone_batch_norm():
    """BatchNormalization with no linear convolution before it, and Rescaling."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Rescaling(2.0, offset=-1.0),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.GlobalMaxPooling2D(),
            layers.BatchNormalization(),
            layers.Dense(3, activation="sigmoid"),
        ]
    )


def signal():
    return keras.Sequential(
        [
            keras.Input((32, 3)),
            layers.ZeroPadding1D(2),
            layers.Conv1D(6, 5, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling1D(),
            layers.Conv1D(8, 3, padding="same", dilation_rate=2),
            layers.BatchNormalization(),
            layers.Activation("relu6"),
            layers.SpatialDropout1D(0.1),
            layers.AveragePooling1D(2),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2, activation="tanh"),
        ]
    )


def signal_peak():
    return keras.Sequential(
        [
            keras.Input((30, 2)),
            layers.Conv1D(6, 5, strides=2, activation="leaky_relu"),
            layers.GlobalMaxPooling1D(),
            layers.Dense(3),
        ]
    )


def lone_relu():
    """ReLU after layers it can't be merged with."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3),
            layers.LeakyReLU(0.3),
            layers.ReLU(),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(4, 3),
            layers.GlobalAveragePooling2D(),
            layers.Activation("relu"),
            layers.Dense(3),
        ]
    )


def residual():
    """A skip connection, a branch that is added, and ReLU after the sum."""
    image = keras.Input((8, 8, 3))
    stem = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    branch = layers.Conv2D(4, 3, padding="same", use_bias=False)(stem)
    branch = layers.BatchNormalization()(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(4, 1)(branch)
    total = layers.ReLU()(layers.Add()([stem, branch]))
    total = layers.Add()([total, layers.AveragePooling2D(3, strides=1, padding="same")(stem)])
    return keras.Model(image, layers.Dense(5)(layers.GlobalAveragePooling2D()(total)))


def inception():
    """Concatenated branches: of very different range, pooled, reused, and concatenated again."""
    image = keras.Input((8, 8, 1))
    padded = layers.ZeroPadding2D(1)(image)
    small = layers.Conv2D(2, 3, activation="relu", name="small")(padded)
    large = layers.Conv2D(2, 3, name="large", bias_initializer="ones")(padded)
    both = layers.Concatenate()([small, large])
    gate = layers.Conv2D(1, 1, activation="sigmoid")(both)
    again = layers.Concatenate()([layers.MaxPooling2D(3, strides=1, padding="same")(small), gate])
    joined = layers.Concatenate()([both, again, small])
    flat = layers.Flatten()(layers.MaxPooling2D(2)(joined))
    return keras.Model(image, layers.Dense(4)(flat))


def two_inputs():
    """Two inputs, two outputs, Reshape, and a model inside the model."""
    wave, image = keras.Input((16,), name="wave"), keras.Input((4, 4, 2), name="image")
    inner = keras.Sequential(
        [keras.Input((4, 4, 2)), layers.Conv2D(3, 3), layers.BatchNormalization(), layers.Flatten()]
    )
    folded = layers.Conv2D(2, 3, activation="relu")(layers.Reshape((4, 4, 1))(wave))
    joined = layers.Concatenate()([layers.Flatten()(folded), inner(image)])
    return keras.Model([wave, image], [layers.Dense(3)(joined), layers.Dense(2)(folded)])


ALL = (
    sequential_image,
    batch_normalized,
    lone_batch_norm,
    signal,
    signal_peak,
    lone_relu,
    residual,
    inception,
    two_inputs,
)


def make(build, seed=0):
    """Build a model with reproducible weights and batch-norm averages that aren't 0 and 1."""
    keras.utils.set_random_seed(seed)
    model = build()
    random = np.random.default_rng(seed)
    for layer in model._flatten_layers():
        if isinstance(layer, layers.BatchNormalization):
            size = layer.gamma.shape
            layer.set_weights(
                [
                    random.uniform(0.5, 2, size),
                    random.normal(0, 0.3, size),
                    random.normal(0, 0.3, size),
                    random.uniform(0.3, 2, size),
                ]
            )
    return model


@cache
def made(build):
    """The same model each time, which nobody may change."""
    return make(build)


def inputs_for(model, samples=64, seed=1):
    """Random inputs in 0...1, float32 [samples, ...]: a list of arrays, one an input."""
    random = np.random.default_rng(seed)
    return [
        random.uniform(0, 1, (samples, *tensor.shape[1:])).astype("float32")
        for tensor in model.inputs
    ]


def as_list(x):
    """What a Keras model takes or makes, as a list of arrays."""
    return list(x) if isinstance(x, (list, tuple)) else [x]


def predict(model, arrays):
    """A Keras model's outputs for a list of input arrays: a list of arrays."""
    return as_list(model.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0))


def run(data, arrays):
    """LiteRT's reference kernels on a list of input arrays: a list of arrays of codes."""
    with quiet():
        interpreter = tf.lite.Interpreter(
            model_content=data,
            experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
        )
        interpreter.allocate_tensors()
    results = []
    for codes in input_codes(data, arrays):
        for tensor, code in zip(interpreter.get_input_details(), codes, strict=True):
            interpreter.set_tensor(tensor["index"], code)
        interpreter.invoke()
        results.append(
            [interpreter.get_tensor(t["index"]) for t in interpreter.get_output_details()]
        )
    return [np.concatenate(output) for output in zip(*results, strict=True)]


def run_tflm(data, arrays):
    """TFLM on a list of input arrays: a list of arrays of codes."""
    interpreter = tflm.Interpreter(data)
    results = [as_list(interpreter.invoke(*codes)) for codes in input_codes(data, arrays)]
    return [np.concatenate(output) for output in zip(*results, strict=True)]


def input_codes(data, arrays):
    """Yield the model's input codes for one sample after the other, by the affine formula."""
    for sample in zip(*arrays, strict=True):
        codes = []
        for tensor, x in zip(model_file.read(data).inputs, sample, strict=True):
            if tensor.scale.size:
                limits = np.iinfo(tensor.dtype)
                x = np.round(x / tensor.scale[0]) + tensor.zero_point[0]
                x = np.clip(x, limits.min, limits.max)
            codes.append(x[np.newaxis].astype(tensor.dtype))
        yield codes


def real_outputs(data, arrays):
    """LiteRT's outputs as real numbers, with the size of one step of each: two lists."""
    outputs, steps = [], []
    for tensor, codes in zip(model_file.read(data).outputs, run(data, arrays), strict=True):
        step = float(tensor.scale[0]) if tensor.scale.size else 1.0
        zero = int(tensor.zero_point[0]) if tensor.scale.size else 0
        outputs.append((codes.astype(float) - zero) * step)
        steps.append(step)
    return outputs, steps
