"""A detector whose faces are bright spots, and a verifier, for tests: what is found is known."""

import functools

import numpy as np

from tinyml_helpers import compress
from tinyml_helpers.quiet import quiet

with quiet():
    import keras


@functools.cache
def detector(height=96, width=96):
    """Bytes of a model whose score is how bright a cell is, its other codes how it slopes."""
    frame = keras.Input((height, width, 1), batch_size=1)
    layer = keras.layers.Conv2D(4, 8, 8, activation="sigmoid")
    model = keras.Model(frame, layer(frame))
    slope = np.linspace(-1, 1, 8)
    weights = np.zeros((8, 8, 1, 4))
    weights[..., 0, 0] = 8 / 64
    weights[..., 0, 1] = slope / 32
    weights[..., 0, 2] = slope[:, np.newaxis] / 32
    weights[..., 0, 3] = 1 / 64
    layer.set_weights([weights, np.array([-3.0, 0, 0, -0.2])])
    return compress.quantize(model, "int8", representative=_full_range((height, width), 1))


@functools.cache
def verifier(seed=0):
    """Bytes of a model with random weights."""
    keras.utils.set_random_seed(seed)
    face = keras.Input((48, 48, 1), batch_size=1)
    features = keras.layers.Conv2D(6, 5, 4, activation="relu6")(face)
    features = keras.layers.DepthwiseConv2D(3, 2, activation="relu6")(features)
    features = keras.layers.Flatten()(features)
    model = keras.Model(face, keras.layers.Dense(64, bias_initializer="random_normal")(features))
    return compress.quantize(model, "int8", representative=_full_range((48, 48), 2))


def _full_range(size, most):
    """Inputs from -most to most * 127/128, for a scale of most / 128: float32 [20, ...]."""
    x = np.random.default_rng(0).random((20, *size, 1), np.float32) * 2 * most - most
    x[:, 0, 0], x[:, 0, 1] = -most, most * 127 / 128
    return np.clip(x, -most, most * 127 / 128)


def frame(*spots, seed=0, size=(96, 96)):
    """A dark frame with noise, and textured bright spots over the cells (row, column)."""
    rng = np.random.default_rng(seed)
    made = rng.integers(10, 40, size)
    texture = np.random.default_rng(7).integers(0, 90, (8, 8))
    for row, column in spots:
        made[8 * row :, 8 * column :][:8, :8] = 165 + texture
    return made.astype(np.uint8)


def mixed_frames(count, size=(96, 96), seed=1):
    """Frames of many kinds, with none to many spots: uint8 [count, height, width]."""
    rng = np.random.default_rng(seed)
    height, width = size
    made = []
    for index in range(count):
        cells = rng.integers(0, [height // 8, width // 8], (index % 7, 2))
        one = frame(*cells, seed=index, size=size)
        made.append([one, rng.integers(0, 256, size), np.roll(one, 3, 1)][index % 3])
    return np.array(made, np.uint8)


def random_grids(count, seed):
    """Noise of all kinds: few or many levels of score, small or large boxes."""
    rng = np.random.default_rng(seed)
    grids = rng.integers(-128, 128, (count, 12, 12, 4)).astype(np.int8)
    grids[::3, ..., 0] = rng.integers(-3, 3, grids[::3, ..., 0].shape) * 40  # many are equal
    grids[1::2, ..., 3] //= 8
    grids[1::2, ..., 3] -= 100  # small boxes: more than 16 are left
    return grids


def box_of(left, top, side):
    """A box in pixels, of one in 1/16 pixel."""
    return left / 16, top / 16, (left + side) / 16, (top + side) / 16


def random_boxes(count, seed=0):
    """Boxes in 1/16 pixel, some beyond every edge: int [count, 3]."""
    rng = np.random.default_rng(seed)
    side = rng.integers(1, 2600, count)
    return np.stack([rng.integers(-900, 1500, count), rng.integers(-900, 1500, count), side], 1)
