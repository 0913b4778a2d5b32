"""Receptive field: the part of the image that one number further on depends on."""

import numpy as np

from tinyml_helpers.drawings.sketch import Sketch

CELL = 0.5


def receptive_field(size=7, windows=(3, 3)):
    """Draw, from right to left, what one number of the last feature map looks at.

    Args:
        size: the image's side in pixels.
        windows: the sides of the windows of the convolutions one after another; odd, stride 1,
            no padding.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: the windows leave no number of the image.
    """
    sizes = [size]
    for window in windows:
        sizes.append(sizes[-1] - window + 1)
    if sizes[-1] < 1:
        raise ValueError(f"windows {list(windows)} leave nothing of {size} pixels: give a larger")
    seen = [1]
    for window in reversed(windows):
        seen.append(seen[-1] + window - 1)
    seen.reverse()
    sketch = Sketch(
        f"One number looks at {seen[0]} × {seen[0]} pixels",
        f"An image of {size} by {size}, and the feature maps of convolutions one after another; "
        "what one number of the last depends on is, from the image on, "
        + ", ".join(f"{side} by {side}" for side in seen),
        width=0.4 + sum(sizes) * CELL + 2.6 * len(windows),
        height=size * CELL + 1.8,
    )
    x, before = 0.2, None
    for number, (side, window) in enumerate(zip(sizes, seen, strict=True)):
        y = 0.9 + (size - side) * CELL / 2
        start = (side - window) // 2
        shades = np.zeros((side, side))
        shades[start : start + window, start : start + window] = 1
        place = sketch.grid(x, y, shades, CELL, (start, start, window, window), form="")
        name = "image" if number == 0 else f"feature map {number}"
        sketch.note(x + place.width / 2, y - 0.4, name, 10, weight="bold")
        sketch.note(x + place.width / 2, y + place.height + 0.4, f"{window} × {window}", 10)
        if before:
            text = f"{windows[number - 1]} × {windows[number - 1]}"
            sketch.arrow(before.right, (place.x, before.right[1]), text)
        before, x = place, x + place.width + 2.6
    return sketch.figure
