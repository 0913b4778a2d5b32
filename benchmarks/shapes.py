"""Models of the shapes that TinyML benchmarks use: for speed, not for sense.

    python benchmarks/shapes.py --out FOLDER

writes each in int8 (NAME.tflite) and in float32 (NAME_float.tflite) and prints their sizes.

The shapes are those of MLPerf Tiny (C. Banbury et al., "MLPerf Tiny Benchmark", 2021,
arXiv:2106.07597), a wake word's network along time, and TensorFlow Lite Micro's person detector:
MobileNet v1 (A. Howard et al., 2017, arXiv:1704.04861) at a quarter of its width.

Weights are random, but their sizes are as training leaves them: batch normalization and weight
decay make the scales of a layer's channels differ, and let some channels die: their weights
vanish, what is left of them is a constant.
"""

import argparse
import functools
import zlib
from pathlib import Path

import numpy as np

from tinyml_helpers import compress, model_file
from tinyml_helpers.files import write_whole
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

_SAMPLES = 64

#: Channels of a trained layer that are dead, and by how many powers of ten their weights are
#: smaller than the others'.
DEAD_SHARE, DEAD_POWERS = 0.08, (4.0, 9.0)


class Trained(keras.initializers.Initializer):
    """Batch normalization's gamma as training leaves it: uneven, and nearly nothing here and there.

    Args:
        spread: the median of the channels that are alive.
        seed: the same seed gives the same values.
        dead: the share of channels that are dead; at least one in a layer of eight or more.
    """

    def __init__(self, spread, seed, dead=DEAD_SHARE):
        self.spread, self.seed, self.dead = spread, seed, dead

    def __call__(self, shape, dtype=None):
        random = np.random.default_rng(self.seed)
        gamma = self.spread * random.lognormal(0, 0.4, shape)
        count = max(round(self.dead * len(gamma)), len(gamma) >= 8) if self.dead else 0
        dead = random.choice(len(gamma), count, replace=False)
        gamma[dead] *= 10.0 ** -random.uniform(*DEAD_POWERS, count)
        return keras.ops.convert_to_tensor(gamma, dtype)


def normalized(x, layer, activation=None, spread=1.0, dead=DEAD_SHARE):
    """A layer, batch normalization to a standard deviation of about `spread`, and an activation.

    So random weights make activations that neither vanish nor saturate, at any depth. The small
    epsilon is for depthwise layers, whose sums are small: Keras's He-normal counts all channels in
    their fan-in.
    """
    seed = zlib.crc32(layer.name.encode())
    normalize = layers.BatchNormalization(
        momentum=0,
        epsilon=1e-6,
        gamma_initializer=Trained(spread, seed, dead),
        beta_initializer=keras.initializers.RandomNormal(0, 0.1 * spread, seed),
    )
    x = normalize(layer(x))
    return layers.Activation(activation)(x) if activation else x


def _conv(filters, size, strides=1):
    return layers.Conv2D(filters, size, strides, padding="same", kernel_initializer="he_normal")


def _depthwise(strides=1, multiplier=1):
    return layers.DepthwiseConv2D(
        3, strides, "same", depth_multiplier=multiplier, depthwise_initializer="he_normal"
    )


def _dense(units):
    return layers.Dense(units, kernel_initializer="he_normal")


def ds_cnn():
    """Keyword spotting: a spectrogram [49, 10, 1], 12 classes, depthwise separable."""
    spectrogram = keras.Input((49, 10, 1))
    x = normalized(spectrogram, _conv(64, (10, 4), strides=2), "relu")
    for _ in range(4):
        x = normalized(x, _depthwise(), "relu")
        x = normalized(x, _conv(64, 1), "relu")
    x = layers.Flatten()(layers.AveragePooling2D((25, 5))(x))
    return keras.Model(spectrogram, layers.Softmax()(normalized(x, _dense(12), dead=0)))


def visual_wake_words():
    """Is there a person: a colour image [96, 96, 3], 2 classes, depthwise separable."""
    image = keras.Input((96, 96, 3))
    x = normalized(image, _conv(8, 3, strides=2), "relu")
    blocks = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *5 * [(128, 1)])
    for filters, strides in (*blocks, (256, 2), (256, 1)):
        x = normalized(x, _depthwise(strides), "relu")
        x = normalized(x, _conv(filters, 1), "relu")
    x = layers.Flatten()(layers.AveragePooling2D(3)(x))
    return keras.Model(image, layers.Softmax()(normalized(x, _dense(2), dead=0)))


def wake_word():
    """A word in a stream: 30 spectra of 40 bands [30, 1, 40], 3 classes, separable along time."""
    spectra = x = keras.Input((30, 1, 40))
    for length in (3, 5, 10):
        depthwise = layers.DepthwiseConv2D((length, 1), depthwise_initializer="he_normal")
        x = normalized(x, depthwise, "relu")
        x = normalized(x, _conv(128, 1), "relu")
    x = layers.Flatten()(layers.AveragePooling2D((15, 1))(x))
    return keras.Model(spectra, layers.Softmax()(normalized(x, _dense(3), dead=0)))


def person_detector():
    """Is there a person: a grey image [96, 96, 1], 2 classes, depthwise separable, ReLU6."""
    image = keras.Input((96, 96, 1))
    # A spread of 2 takes some values past 6.
    x = normalized(image, _depthwise(strides=2, multiplier=8), "relu6", spread=2)
    blocks = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *5 * [(128, 1)])
    for filters, strides in (*blocks, (256, 2), (256, 1)):
        x = normalized(x, _depthwise(strides), "relu6", spread=2)
        x = normalized(x, _conv(filters, 1), "relu6", spread=2)
    x = layers.AveragePooling2D(3, strides=2)(x)
    x = layers.Reshape((2,))(normalized(x, _conv(2, 1), dead=0))
    return keras.Model(image, layers.Softmax()(x))


def autoencoder():
    """Anomaly detection in sound: 5 spectra of 128 bands [640], through 8 numbers and back."""
    spectra = x = keras.Input((640,))
    for units in (*4 * [128], 8, *4 * [128]):
        x = normalized(x, _dense(units), "relu")
    return keras.Model(spectra, normalized(x, _dense(640), dead=0))


def resnet():
    """What is in the picture: a colour image [32, 32, 3], 10 classes, three residual blocks."""
    image = keras.Input((32, 32, 3))
    x = normalized(image, _conv(16, 3), "relu")
    for filters, strides in ((16, 1), (32, 2), (64, 2)):
        y = normalized(x, _conv(filters, 3, strides), "relu")
        y = normalized(y, _conv(filters, 3))
        short_cut = x if strides == 1 else _conv(filters, 1, strides)(x)
        x = layers.ReLU()(layers.Add()([short_cut, y]))
    x = layers.Flatten()(layers.AveragePooling2D(8)(x))
    return keras.Model(image, layers.Softmax()(normalized(x, _dense(10), dead=0)))


#: The shapes by name.
BUILDERS = {
    build.__name__: build
    for build in (ds_cnn, person_detector, visual_wake_words, wake_word, autoencoder, resnet)
}


def settled(build):
    """What a builder makes, its weights and averages seeded, and the inputs it was normalized on.

    Returns:
        The Keras model and its inputs, float32 [64, ...], uniform in -1...1.
    """
    with quiet():
        keras.utils.clear_session()  # layers are named by counting: names are bytes too
        keras.utils.set_random_seed(0)
        model = build()
        shape = (_SAMPLES, *model.input_shape[1:])
        x = np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")
        model(x, training=True)  # at momentum 0, one batch's statistics become the averages
    return model, x


@functools.cache
def _made(name):
    if name not in BUILDERS:
        raise ValueError(f"there is no shape {name!r}: use one of {', '.join(BUILDERS)}.")
    return settled(BUILDERS[name])


@functools.cache
def tflite(name):
    """The bytes of a shape's int8 model: input and output int8, batch normalization folded.

    Args:
        name: one of `BUILDERS`.

    Raises:
        ValueError: there is no such shape.
    """
    model, x = _made(name)
    return compress.quantize(model, "int8", representative=x)


@functools.cache
def float_tflite(name):
    """The bytes of the same model in float32; arguments and errors as `tflite`."""
    return compress.quantize(_made(name)[0], "float32")


def inputs(name, seed=0):
    """Random inputs of a shape's int8 model, in which every code occurs about equally often.

    Args:
        name: one of `BUILDERS`.
        seed: the same seed gives the same values.

    Returns:
        A list of int8 arrays, one for each input of the model, in its shape [1, ...].

    Raises:
        ValueError: there is no such shape.
    """
    return codes_for(model_file.read(tflite(name)), seed)


def codes_for(model, seed=0):
    """The same for any `model_file.ModelFile` with int8 inputs."""
    random, codes = np.random.default_rng(seed), np.arange(-128, 128, dtype=np.int8)
    sizes = [tensor.shape for tensor in model.inputs]
    return [random.permutation(np.resize(codes, np.prod(size))).reshape(size) for size in sizes]


def write(folder):
    """Write all models to a folder, which is made if need be; each appears there complete."""
    for name in BUILDERS:
        for file, data in ((name, tflite(name)), (f"{name}_float", float_tflite(name))):
            write_whole(folder / f"{file}.tflite", data)


def as_text():
    """A table of the models: operators, MACs, bytes of the files, and the kinds of operators."""
    rows = ["shape            operators        MACs  int8 bytes  float bytes  kinds of operators"]
    for name in BUILDERS:
        model = model_file.read(tflite(name))
        rows.append(
            f"{name:16} {len(model.operators):9} {model.macs:11,} {len(tflite(name)):11,} "
            f"{len(float_tflite(name)):12,}  {', '.join(model.operator_names)}"
        )
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the folder to write the models to")
    write(parser.parse_args().out)
    print(as_text())


if __name__ == "__main__":
    main()
