"""Models of four shapes that TinyML benchmarks use, with random weights: for speed, not for sense.

    python benchmarks/shapes.py --out FOLDER

writes each in int8 (NAME.tflite) and in float32 (NAME_float.tflite) and prints their sizes.

Three shapes are those of MLPerf Tiny (C. Banbury et al., "MLPerf Tiny Benchmark", 2021,
arXiv:2106.07597), one is TensorFlow Lite Micro's person detector: MobileNet v1 (A. Howard et al.,
2017, arXiv:1704.04861) at a quarter of its width.
"""

import argparse
import functools
from pathlib import Path

import numpy as np

from tinyml_helpers import compress, model_file
from tinyml_helpers.files import write_whole
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

_SAMPLES = 64


def _normalized(x, layer, activation=None, spread=1.0):
    """A layer, batch normalization to a standard deviation of `spread`, and an activation.

    So random weights make activations that neither vanish nor saturate, at any depth. The small
    epsilon is for depthwise layers, whose sums are small: Keras's He-normal counts all channels in
    their fan-in.
    """
    gamma = keras.initializers.Constant(spread)
    normalize = layers.BatchNormalization(momentum=0, epsilon=1e-6, gamma_initializer=gamma)
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
    x = _normalized(spectrogram, _conv(64, (10, 4), strides=2), "relu")
    for _ in range(4):
        x = _normalized(x, _depthwise(), "relu")
        x = _normalized(x, _conv(64, 1), "relu")
    x = layers.Flatten()(layers.AveragePooling2D((25, 5))(x))
    return keras.Model(spectrogram, layers.Softmax()(_normalized(x, _dense(12))))


def person_detector():
    """Is there a person: a grey image [96, 96, 1], 2 classes, depthwise separable, ReLU6."""
    image = keras.Input((96, 96, 1))
    # A spread of 2 takes some values past 6.
    x = _normalized(image, _depthwise(strides=2, multiplier=8), "relu6", spread=2)
    blocks = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *5 * [(128, 1)])
    for filters, strides in (*blocks, (256, 2), (256, 1)):
        x = _normalized(x, _depthwise(strides), "relu6", spread=2)
        x = _normalized(x, _conv(filters, 1), "relu6", spread=2)
    x = layers.AveragePooling2D(3, strides=2)(x)
    x = layers.Reshape((2,))(_normalized(x, _conv(2, 1)))
    return keras.Model(image, layers.Softmax()(x))


def autoencoder():
    """Anomaly detection in sound: 5 spectra of 128 bands [640], through 8 numbers and back."""
    spectra = x = keras.Input((640,))
    for units in (*4 * [128], 8, *4 * [128]):
        x = _normalized(x, _dense(units), "relu")
    return keras.Model(spectra, _normalized(x, _dense(640)))


def resnet():
    """What is in the picture: a colour image [32, 32, 3], 10 classes, three residual blocks."""
    image = keras.Input((32, 32, 3))
    x = _normalized(image, _conv(16, 3), "relu")
    for filters, strides in ((16, 1), (32, 2), (64, 2)):
        y = _normalized(x, _conv(filters, 3, strides), "relu")
        y = _normalized(y, _conv(filters, 3))
        short_cut = x if strides == 1 else _conv(filters, 1, strides)(x)
        x = layers.ReLU()(layers.Add()([short_cut, y]))
    x = layers.Flatten()(layers.AveragePooling2D(8)(x))
    return keras.Model(image, layers.Softmax()(_normalized(x, _dense(10))))


#: The shapes by name.
BUILDERS = {build.__name__: build for build in (ds_cnn, person_detector, autoencoder, resnet)}


@functools.cache
def _made(name):
    """The Keras model, its weights and averages seeded, and the inputs it was normalized on.

    Inputs: float32 [64, ...], uniform in -1...1.
    """
    if name not in BUILDERS:
        raise ValueError(f"there is no shape {name!r}: use one of {', '.join(BUILDERS)}.")
    with quiet():
        keras.utils.clear_session()  # layers are named by counting: names are bytes too
        keras.utils.set_random_seed(0)
        model = BUILDERS[name]()
        shape = (_SAMPLES, *model.input_shape[1:])
        x = np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")
        model(x, training=True)  # at momentum 0, one batch's statistics become the averages
    return model, x


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
    random, codes = np.random.default_rng(seed), np.arange(-128, 128, dtype=np.int8)
    shapes = [tensor.shape for tensor in model_file.read(tflite(name)).inputs]
    return [random.permutation(np.resize(codes, np.prod(s))).reshape(s) for s in shapes]


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
