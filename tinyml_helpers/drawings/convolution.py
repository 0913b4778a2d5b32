"""A convolution at one place: the window, the weights, their products and the sum."""

import numpy as np

from tinyml_helpers.drawings.sketch import Sketch

CELL = 0.6


def convolution(image, kernel, row=0, column=0):
    """Draw how one number of a feature map comes about, and which comes next.

    Args:
        image: numbers [height, width].
        kernel: the window's weights [rows, columns], no larger than the image.
        row, column: the window's upper left corner in the image; beyond the last place, the last.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: the kernel doesn't fit into the image.
    """
    image, kernel = np.asarray(image, float), np.asarray(kernel, float)
    if image.ndim != 2 or kernel.ndim != 2 or min(np.subtract(image.shape, kernel.shape)) < 0:
        raise ValueError(
            f"a kernel {list(kernel.shape)} doesn't fit into an image {list(image.shape)}"
        )
    rows, columns = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    sums = (windows * kernel).sum(axis=(2, 3))
    row, column = min(row, sums.shape[0] - 1), min(column, sums.shape[1] - 1)
    # Adding 0.0 makes a plain 0 of -0.0.
    products, total = windows[row, column] * kernel + 0.0, sums[row, column]
    known = np.arange(sums.size).reshape(sums.shape) <= row * sums.shape[1] + column

    height = max(image.shape[0], sums.shape[0]) * CELL
    wide, narrow = image.shape[1] * CELL, columns * CELL
    at_weights = 0.1 + wide + 0.9
    at_products = at_weights + narrow + 0.9
    at_map = at_products + narrow + 1.9
    sketch = Sketch(
        f"Row {row}, column {column}: the nine products add up to {total:g}"
        if kernel.size == 9
        else f"Row {row}, column {column}: the products add up to {total:g}",
        f"A convolution: a window of {rows} by {columns} at row {row}, column {column} of the "
        f"image, times the weights; the products add up to {total:g}, one number of the feature "
        "map. Dotted: where the window goes next",
        width=at_map + sums.shape[1] * CELL + 0.1,
        height=height + 1.7,
    )
    middle = 0.9 + height / 2
    top = middle - rows * CELL / 2
    sketch.grid(0.1, 0.9, image, CELL, size=8)
    sketch.grid(at_weights, top, kernel, CELL, size=9)
    sketch.grid(at_products, top, products, CELL, size=8)
    at_row = middle - sums.shape[0] * CELL / 2
    sketch.grid(at_map, at_row, np.where(known, sums, np.nan), CELL, size=8)
    here = sketch.window(0.1, 0.9, (row, column, rows, columns), CELL)
    done = sketch.window(at_map, at_row, (row, column, 1, 1), CELL)
    following = _after(row, column, sums.shape)
    if following:
        sketch.frame(
            sketch.window(0.1, 0.9, (*following, rows, columns), CELL), "#0072B2", style=":"
        )
        sketch.frame(sketch.window(at_map, at_row, (*following, 1, 1), CELL), "#0072B2", style=":")
    sketch.frame(here)
    sketch.frame(done)
    for x, text in (
        (0.1 + wide / 2, "image, and the window"),
        (at_map + sums.shape[1] * CELL / 2, "feature map"),
    ):
        sketch.note(x, 0.45, text, 10, weight="bold")
    sketch.note(at_weights + narrow / 2, top - 0.35, "weights", 10, weight="bold")
    sketch.note(at_products + narrow / 2, top - 0.35, "products", 10, weight="bold")
    sketch.note(at_weights - 0.45, middle, "×", 15)
    sketch.note(at_products - 0.45, middle, "=", 15)
    sketch.arrow((at_products + narrow + 0.1, middle), (at_map - 0.2, middle), f"sum: {total:g}")
    sketch.note(
        at_weights, height + 1.2, "solid: here;  dotted: the next place", 9, horizontal="left"
    )
    return sketch.figure


def _after(row, column, places):
    """The place after one, line by line as one reads; None after the last."""
    if column + 1 < places[1]:
        return row, column + 1
    return (row + 1, 0) if row + 1 < places[0] else None
