"""The model of face unlock: a small residual network that turns a face into 64 numbers."""

from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

#: Pixels of a crop's sides, and numbers of an embedding: crop.h, verify.h.
SIDE, NUMBERS = 48, 64


def embedder(widths=(16, 32, 64), numbers=NUMBERS):
    """An untrained network from a crop of a face to its embedding.

    | part | its output | what it does |
    |---|---|---|
    | stem | 24 × 24 × 16 | a 5 × 5 convolution, every second place |
    | down_1 | 12 × 12 × 32 | a 3 × 3 convolution, every second place |
    | block_1 | 12 × 12 × 32 | a 3 × 3 convolution, plus its input |
    | down_2 | 6 × 6 × 64 | as down_1 |
    | block_2, block_3 | 6 × 6 × 64 | 3 × 3 depthwise, then 1 × 1, plus its input |
    | whole | 1 × 1 × 256 | depthwise over all 36 places, each channel in four ways |
    | embedding | 64 | a fully-connected layer |

    Two faces are compared by the cosine of the angle between their embeddings. A mean over all
    places, which other networks end with, would forget where on the face something was; so the
    last places are weighed, as in MobileFaceNets. As embedder() comes it has 70,288 parameters
    and takes 3.25 million MACs.

    Sources: He et al., Deep Residual Learning for Image Recognition, arXiv:1512.03385 (the blocks);
    Chen et al., MobileFaceNets, arXiv:1804.07573 (`whole`).

    Args:
        widths: channels of the stem, at 12 × 12 and at 6 × 6 places.
        numbers: of an embedding.

    Returns:
        A `keras.Model` from float32 [n, 48, 48, 1], codes of the crop / 64, to float32
        [n, numbers], of any length.
    """
    inputs = keras.Input((SIDE, SIDE, 1), name="crop")
    x = _relu(_conv(inputs, widths[0], 5, 2, "stem"))
    x = _relu(_conv(x, widths[1], 3, 2, "down_1"))
    x = _added(_conv(x, widths[1], 3, 1, "block_1"), x)
    x = _relu(_conv(x, widths[2], 3, 2, "down_2"))
    for name in ("block_2", "block_3"):
        depthwise = layers.DepthwiseConv2D(
            3, padding="same", use_bias=False, name=f"{name}_depthwise"
        )
        x = _added(_conv(_relu(_norm(depthwise(x))), widths[2], 1, 1, name), x)
    whole = layers.DepthwiseConv2D(x.shape[1], depth_multiplier=4, use_bias=False, name="whole")
    x = layers.Flatten(name="flat")(_norm(whole(x)))
    return keras.Model(inputs, layers.Dense(numbers, name="embedding")(x), name="embedder")


def _added(new, x):
    """What a block makes, added to what came in: the shape stays."""
    name = new._keras_history.operation.name.replace("_norm", "")
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([new, x]))


def _conv(x, width, kernel, stride, name):
    conv = layers.Conv2D(width, kernel, stride, padding="same", use_bias=False, name=name)
    return _norm(conv(x))


def _norm(x):
    """Batch normalization by the layer before; about the last 20 batches count at inference."""
    name = x._keras_history.operation.name
    return layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(x)


def _relu(x):
    name = x._keras_history.operation.name
    return layers.ReLU(name=name.replace("_norm", "_relu"))(x)
