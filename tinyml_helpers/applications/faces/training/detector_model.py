"""The model of face detection: a fully convolutional detector."""

from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import layers

#: Pixels of a frame from one cell of the detector's grid to the next.
STRIDE = 8

#: The farthest a box's centre is from its cell's, and the smallest and largest side, in pixels.
REACH = 8.0
SMALLEST_SIDE, LARGEST_SIDE = 12.0, 96.0


def detector(height=96, width=96, stem=16, middle=32, channels=64, blocks=6):
    """An untrained detector: one look at a frame, one answer for each cell of 8 × 8 pixels.

    | part | its output | what it does |
    |---|---|---|
    | stem | 48 × 48 × stem | a 3 × 3 convolution at every second pixel |
    | quarter | 24 × 24 × middle | depthwise 3 × 3 at every second place, then 1 × 1 |
    | fine | 24 × 24 × middle | depthwise 3 × 3, then 1 × 1, plus its input: for small faces |
    | eighth | 12 × 12 × channels | as quarter, once more |
    | block_1, ... | 12 × 12 × channels | depthwise 3 × 3, then 1 × 1, plus its input |
    | grid | 12 × 12 × 4 | 1 × 1 and a sigmoid: a cell's score, and the box there |

    Nothing in it knows the frame's size: weights learned at one serve every other. The blocks see
    8 pixels further to each side than the one before sees, so that a cell knows the head around
    a large face. As detector() comes it has 36,708 parameters and takes 5.88 million MACs.

    Cell (i, j) of the grid, u its four values from 0 to 1: u[0] is the chance that a face's centre
    is in this cell or next to it; the box is a square around x = 8 j + 4 + 16 (u[1] - 0.5),
    y = 8 i + 4 + 16 (u[2] - 0.5), and 12 × 2 ** (3 u[3]) pixels wide.

    Sources: Howard et al., MobileNets, arXiv:1704.04861 (depthwise, then 1 × 1); He et al.,
    arXiv:1512.03385 (adding a block's input to its output); Zhou, Wang and Krähenbühl, Objects as
    Points, arXiv:1904.07850 (a face is the cell of its centre, and no anchor boxes).

    Args:
        height, width: of the frames, multiples of 8 from 32 to 160.
        stem, middle, channels: channels of the parts.
        blocks: how many.

    Returns:
        A `keras.Model` from float32 [n, height, width, 1], (grey - 128) / 128, to
        [n, height / 8, width / 8, 4] from 0 to 1.

    Raises:
        ValueError: the frame can't have this size.
    """
    if any(side % STRIDE or not 32 <= side <= 160 for side in (height, width)):
        raise ValueError(
            f"a frame's sides are multiples of {STRIDE} from 32 to 160, not {height} x {width}"
        )
    inputs = keras.Input((height, width, 1), name="frame")
    stem = layers.Conv2D(stem, 3, 2, padding="same", use_bias=False, name="stem")
    x = _separable(_relu(_norm(stem(inputs))), middle, 3, 2, "quarter")
    x = _relu(x)
    x = layers.Add(name="fine_add")([_separable(x, middle, 3, 1, "fine"), x])
    x = _relu(_separable(x, channels, 3, 2, "eighth"))
    for block in range(1, blocks + 1):
        new = _separable(x, channels, 3, 1, f"block_{block}")
        x = layers.Add(name=f"block_{block}_add")([new, x])
    grid = layers.Conv2D(4, 1, activation="sigmoid", name="grid")
    return keras.Model(inputs, grid(x), name="face_detector")


def _separable(x, channels, side, stride, name):
    """Depthwise side × side, then 1 × 1 to so many channels, without the ReLU behind."""
    depthwise = layers.DepthwiseConv2D(
        side, stride, padding="same", use_bias=False, name=f"{name}_depthwise"
    )
    pointwise = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_pointwise")
    return _norm(pointwise(_relu(_norm(depthwise(x)))))


def _norm(x):
    """Batch normalization by the layer before; about the last 50 batches count at inference."""
    name = x._keras_history.operation.name
    return layers.BatchNormalization(momentum=0.98, name=f"{name}_norm")(x)


def _relu(x):
    """ReLU up to 6: a range that int8 divides into steps fine enough."""
    name = x._keras_history.operation.name
    return layers.ReLU(6, name=name.replace("_norm", "_relu"))(x)
