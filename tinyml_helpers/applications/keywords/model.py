"""Models of keyword spotting: one that sees a second at once, and one that keeps state.

ds_cnn is a depthwise separable convolutional network; it computes most of what it sees several
times, for the next window has it, too. svdf_net computes each moment once.
"""

from tinyml_helpers.applications.keywords.sequences import NEW_FRAMES
from tinyml_helpers.compress import Svdf
from tinyml_helpers.quiet import quiet
from tinyml_helpers.signals import BINS, FRAMES

with quiet():
    import keras
    from keras import layers

CLASSES = 12


def ds_cnn(
    width=64, blocks=4, stem=32, classes=CLASSES, *, seen=(10, 8), stride=2, kernel=7,
    averaged=(1, 1),
):  # fmt: skip
    """An untrained DS-CNN: first it looks at sounds, then at how they follow each other.

    As ds_cnn() comes:

    | part | its output | what it does |
    |---|---|---|
    | stem | 25 × 10 × stem | a convolution over 10 frames (0.2 s) × 8 bands |
    | bands | 23 × 1 × width | depthwise over all bands of 3 places in time, then 1 × 1 |
    | block_1, ... | 23 × 1 × width | depthwise over 7 places in time, then 1 × 1, plus its input |
    | mean, scores | classes | the mean over time, and a fully-connected layer |

    A depthwise convolution looks at each channel by itself, the 1 × 1 convolution after it mixes
    the channels: together they take an eighth of the MACs of a full convolution. As ds_cnn() comes
    it has 33,356 parameters and takes 1.27 million MACs.

    Sources: Zhang et al., Hello Edge: Keyword Spotting on Microcontrollers, arXiv:1711.07128 (the
    DS-CNN); Howard et al., MobileNets, arXiv:1704.04861 (its blocks); Choi et al., Temporal
    Convolution for Real-time Keyword Spotting on Mobile Devices, arXiv:1904.03814 (blocks along
    time alone); He et al., arXiv:1512.03385 (adding a block's input to its output).

    Args:
        width: channels of the blocks.
        blocks: how many.
        stem: channels of the convolution in front.
        classes: outputs.
        seen: frames and bands that the convolution in front sees at once.
        stride: frames that it moves by; it moves by 4 bands.
        kernel: places in time that a block sees.
        averaged: over so many frames and bands the input is averaged first, as if the front end
            gave fewer; `seen` and `stride` are of these then.

    Returns:
        A `keras.Model` from float32 [n, 49, 40, 1], codes of the front end / 32, to probabilities
        [n, classes].
    """
    inputs = keras.Input((FRAMES, BINS, 1), name="log_mel")
    x = inputs
    if tuple(averaged) != (1, 1):
        x = layers.AveragePooling2D(averaged, name="averaged")(x)
    strides = (stride, 4)
    x = layers.Conv2D(stem, seen, strides, padding="same", use_bias=False, name="stem")(x)
    x = _relu(_norm(x))
    bands = layers.DepthwiseConv2D(
        (3, x.shape[2]), depth_multiplier=3, use_bias=False, name="bands_depthwise"
    )
    x = _relu(_norm(bands(x)))
    x = _relu(_norm(layers.Conv2D(width, 1, use_bias=False, name="bands_pointwise")(x)))
    for block in range(1, blocks + 1):
        x = _block(x, kernel, f"block_{block}")
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    scores = layers.Dense(classes, activation="softmax", name="scores")(x)
    return keras.Model(inputs, scores, name="ds_cnn")


def svdf_net(width=76, memories=(7, 5, 5, 7, 7, 9), stem=16, classes=CLASSES):
    """An untrained network of SVDF layers, for sequences; on a chip it keeps state.

    | part | its output at a moment | what it does |
    |---|---|---|
    | stem | 10 × stem | a convolution over 2 new frames (40 ms) × 8 bands |
    | memory_1 | width | `Svdf`: all bands of the last moments |
    | memory_2, ... | width | `Svdf` over what came before, plus its input |
    | scores | classes | a fully-connected layer |

    As svdf_net() comes it has 47,148 parameters and takes 47,552 MACs a moment, 1.19 million a
    second of sound; its answer depends on the last 35 moments, 1.4 s.

    Sources: Nakkiran et al., Interspeech 2015 (SVDF); Choi et al., arXiv:1904.03814 (convolution
    along time alone); Rybakov et al., Streaming Keyword Spotting on Mobile Devices,
    arXiv:2005.06720 (training on sequences, running with state); He et al., arXiv:1512.03385.

    Args:
        width: units of the SVDF layers.
        memories: how many moments each of them sees.
        stem: channels of the convolution in front.
        classes: outputs.

    Returns:
        A `keras.Model` from float32 [n, 2 * moments, 40, 1], codes of the front end / 32, to
        probabilities [n, moments, classes].
    """
    inputs = keras.Input((None, BINS, 1), name="log_mel")
    stride = (NEW_FRAMES, 4)
    x = layers.Conv2D(stem, (NEW_FRAMES, 8), stride, padding="same", use_bias=False, name="stem")(
        inputs
    )
    x = layers.Reshape((-1, x.shape[2] * stem), name="bands")(_relu(_norm(x)))
    x = _relu(_norm(Svdf(width, memories[0], name="memory_1")(x)))
    for number, memory in enumerate(memories[1:], 2):
        new = _norm(Svdf(width, memory, name=f"memory_{number}")(x))
        added = layers.Add(name=f"memory_{number}_add")([new, x])
        x = layers.ReLU(name=f"memory_{number}_relu")(added)
    scores = layers.Dense(classes, activation="softmax", name="scores")(x)
    return keras.Model(inputs, scores, name="svdf_net")


def _block(x, kernel, name):
    """Depthwise along time, then pointwise, then added to what came in: [n, 23, 1, width]."""
    depthwise = layers.DepthwiseConv2D(
        (kernel, 1), padding="same", use_bias=False, name=f"{name}_depthwise"
    )
    pointwise = layers.Conv2D(x.shape[-1], 1, use_bias=False, name=f"{name}_pointwise")
    new = _norm(pointwise(_relu(_norm(depthwise(x)))))
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([new, x]))


def _norm(x):
    """Batch normalization by the layer before; about the last 20 batches count at inference."""
    name = x._keras_history.operation.name
    return layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x)


def _relu(x):
    name = x._keras_history.operation.name
    return layers.ReLU(name=name.replace("_norm", "_relu"))(x)
