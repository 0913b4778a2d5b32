"""Drawings of a network's layers show the numbers that the layers compute."""

import keras
import numpy as np
import pytest

from tinyml_helpers import alt_text, drawings
from tinyml_helpers.drawings.kinds_of_convolution import KINDS, weights_of
from tinyml_helpers.drawings.padding import PANELS, SIZE, WINDOW


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def title(figure):
    """Wherever the style puts it."""
    return "".join(figure.axes[0].get_title(place) for place in ("left", "center"))


def test_a_neuron_shows_products_sum_and_what_relu_leaves():
    shown = written(drawings.neuron([2.0, 1.0], [3.0, -8.0], 0.5))
    assert {"6", "−8", "−1.5", "0", "0.5", "× 3"} <= set(shown)


@pytest.mark.parametrize("row, column", [(0, 0), (1, 2), (3, 1)])
def test_a_convolution_shows_the_sum_at_its_place_and_those_before(row, column):
    rng = np.random.default_rng(1)
    image, kernel = rng.integers(-9, 9, (6, 7)), rng.integers(-3, 3, (3, 3))
    figure = drawings.convolution(image, kernel, row, column)
    total = (image[row : row + 3, column : column + 3] * kernel).sum()
    assert f"add up to {total:g}" in title(figure)
    numbers = 6 * 7 + 9 + 9 + row * 5 + column + 1
    assert sum(text.lstrip("-").isdigit() for text in written(figure)) == numbers


def test_a_convolution_beyond_the_last_place_shows_the_last():
    figure = drawings.convolution(np.ones((4, 4)), np.ones((2, 2)), 99, 99)
    assert "row 2, column 2" in alt_text.of(figure)


def test_a_convolution_shows_no_negative_zero():
    assert "-0" not in written(drawings.convolution(np.zeros((4, 4)), -np.ones((3, 3))))


def test_padding_and_stride_say_the_sizes_that_keras_gives():
    shown = written(drawings.padding_and_stride())
    for rim, stride in PANELS.values():
        padded = keras.layers.ZeroPadding2D(rim)(np.zeros((1, SIZE, SIZE, 1), "float32"))
        size = keras.layers.Conv2D(1, WINDOW, strides=stride)(padded).shape[1]
        assert f"{size} × {size}" in shown


@pytest.mark.parametrize(
    "kind, layer",
    [
        ("ordinary", keras.layers.Conv2D(4, 3, use_bias=False)),
        ("depthwise", keras.layers.DepthwiseConv2D(3, use_bias=False)),
        ("pointwise", keras.layers.Conv2D(4, 1, use_bias=False)),
    ],
)
def test_kinds_of_convolution_have_the_weights_that_keras_counts(kind, layer):
    layer.build((None, 5, 5, 3))
    assert kind in KINDS and weights_of(kind)[1] == layer.count_params()
    assert f"{weights_of(kind)[0]} = {layer.count_params()} weights" in written(
        drawings.kinds_of_convolution()
    )


@pytest.mark.parametrize("windows, seen", [((3, 3), 5), ((3, 3, 3), 7), ((5, 3), 7), ((1,), 1)])
def test_a_receptive_field_is_as_wide_as_the_windows_reach(windows, seen):
    figure = drawings.receptive_field(9, windows)
    assert f"{seen} × {seen} pixels" in title(figure)


def test_a_skip_connection_names_what_it_skips():
    assert "goes into one, then two, is" in alt_text.of(drawings.skip_connection("one", "two"))
