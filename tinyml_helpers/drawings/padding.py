"""Padding and stride: where a window may stand, and how large the feature map becomes."""

import numpy as np

from tinyml_helpers.drawings.sketch import Sketch

CELL = 0.55
SIZE, WINDOW = 5, 3

#: Above a panel -> (pixels of padding on each side, stride).
PANELS = {
    "no padding, stride 1": (0, 1),
    "padding 1, stride 1": (1, 1),
    "padding 1, stride 2": (1, 2),
}


def padding_and_stride():
    """Draw a window of 3 × 3 on an image of 5 × 5: plain, with padding, and with stride 2.

    Returns:
        A matplotlib figure.
    """
    sizes = [(SIZE + 2 * rim - WINDOW) // stride + 1 for rim, stride in PANELS.values()]
    words = "; ".join(
        f"with {name} the feature map has {size} by {size} numbers"
        for name, size in zip(PANELS, sizes, strict=True)
    )
    sketch = Sketch(
        "Padding adds places for the window, stride skips places",
        f"A window of {WINDOW} by {WINDOW} on an image of {SIZE} by {SIZE}: {words}",
        width=17,
        height=9.3,
    )
    for number, ((name, (rim, stride)), size) in enumerate(zip(PANELS.items(), sizes, strict=True)):
        middle = 2.8 + 5.7 * number
        across = SIZE + 2 * rim
        x, y = middle - across * CELL / 2, 2.8 - across * CELL / 2
        sketch.note(middle, 0.4, name, 11, weight="bold")
        for row, column in np.ndindex(across, across):
            inside = rim <= min(row, column) and max(row, column) < SIZE + rim
            place = x + column * CELL, y + row * CELL
            sketch.box(*place, CELL, CELL, "" if inside else "0", "work" if inside else "data", 8)
        sketch.frame(sketch.window(x, y, (0, stride, WINDOW, WINDOW), CELL), "#0072B2", style=":")
        sketch.frame(sketch.window(x, y, (0, 0, WINDOW, WINDOW), CELL))
        below = middle - size * CELL / 2
        sketch.arrow((middle, 4.9), (middle, 5.7))
        sketch.grid(below, 5.8, np.full((size, size), np.nan), CELL)
        sketch.frame(sketch.window(below, 5.8, (0, 1, 1, 1), CELL), "#0072B2", style=":")
        sketch.frame(sketch.window(below, 5.8, (0, 0, 1, 1), CELL))
        sketch.note(middle, 9.0, f"{size} × {size}", 11)
    return sketch.figure
