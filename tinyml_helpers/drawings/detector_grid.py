"""How a detector covers a frame: windows that slide, and the cells of a grid."""

import numpy as np

from tinyml_helpers.drawings.sketch import Box, Sketch

#: Units of a frame's side, and where the two frames begin.
_SIDE, _TOP, _LEFT, _RIGHT = 6.5, 0.7, 0.1, 7.3


def detector_grid(frame, box, window=25, step=4, cell=8):
    """Draw a frame twice: under a sliding window, and under a grid of cells with a face's box.

    Args:
        frame: grey, [side, side], 0 black to 255 white; the side is a multiple of `cell`.
        box: the face's (left, top, right, bottom), in pixels.
        window: a window's side, in pixels.
        step: pixels from one window to the next.
        cell: a cell's side, in pixels.

    Returns:
        A matplotlib figure.

    Raises:
        ValueError: the frame isn't square, cells don't fill it, or a window doesn't fit.
    """
    frame = np.asarray(frame)
    if frame.ndim != 2 or frame.shape[0] != frame.shape[1]:
        raise ValueError(f"the frame has shape {list(frame.shape)}: give a square one")
    side = len(frame)
    if side % cell or window > side:
        raise ValueError(
            f"a frame of {side} pixels takes no cells of {cell} or windows of {window}: give cells "
            "that divide it and windows that fit"
        )
    count, cells = (side - window) // step + 1, side // cell
    words = (
        f"A frame of {side} pixels, twice. Left: windows of {window} pixels, {step} apart, {count} "
        f"in a row; the middle of the first is at pixel {window // 2}. Right: {cells} by {cells} "
        f"cells of {cell} pixels; the one with the middle of the face's box is marked"
    )
    sketch = Sketch("Windows, and cells", words, height=8.2)
    _draw_windows(sketch, frame, window, step, count)
    _draw_cells(sketch, frame, box, cell)
    return sketch.figure


def _draw_windows(sketch, frame, window, step, count):
    unit = _picture(sketch, frame, _LEFT)
    sketch.note(_LEFT, 0.35, f"{count} × {count} windows", 10, "left", weight="bold")
    middles = unit * (window / 2 + step * np.arange(count))
    x, y = np.meshgrid(_LEFT + middles, _TOP + middles)
    sketch.figure.axes[0].plot(x.ravel(), y.ravel(), ".", markersize=2, color="white")
    size, last = unit * window, unit * step * (count - 1)
    sketch.frame(Box(_LEFT, _TOP, size, size))
    sketch.frame(Box(_LEFT + unit * step, _TOP, size, size), "white", ":")
    sketch.frame(Box(_LEFT + last, _TOP + last, size, size))
    sketch.note(
        _LEFT,
        _TOP + _SIDE + 0.45,
        f"{window} pixels each, one every {step} (the stride).\n"
        f"Dots: their middles, the first at pixel {window // 2}.",
        9,
        "left",
    )


def _draw_cells(sketch, frame, box, cell):
    unit = _picture(sketch, frame, _RIGHT)
    cells = len(frame) // cell
    sketch.note(_RIGHT, 0.35, f"{cells} × {cells} cells", 10, "left", weight="bold")
    for at in unit * cell * np.arange(cells + 1):
        for ends in (
            ((_RIGHT + at, _TOP), (_RIGHT + at, _TOP + _SIDE)),
            ((_RIGHT, _TOP + at), (_RIGHT + _SIDE, _TOP + at)),
        ):
            sketch.line(*ends, color="white", width=0.7)
    left, top, right, bottom = (unit * edge for edge in box)
    sketch.frame(Box(_RIGHT + left, _TOP + top, right - left, bottom - top), "white", "--")
    middle = _RIGHT + (left + right) / 2, _TOP + (top + bottom) / 2
    size = unit * cell
    column, row = (middle[0] - _RIGHT) // size, (middle[1] - _TOP) // size
    sketch.frame(Box(_RIGHT + column * size, _TOP + row * size, size, size))
    sketch.figure.axes[0].plot(
        *middle, "o", color="white", markeredgecolor="black", markersize=5, zorder=4
    )
    sketch.note(
        _RIGHT,
        _TOP + _SIDE + 0.45,
        f"{cell} pixels each. The middle of the face (dot)\n"
        "is in the marked one: that cell answers for it.",
        9,
        "left",
    )


def _picture(sketch, frame, x):
    """Put the frame on the page, in few greys for a small file; returns units of a pixel."""
    sketch.figure.axes[0].imshow(
        frame // 24 * 24, cmap="gray", vmin=0, vmax=255, extent=(x, x + _SIDE, _TOP + _SIDE, _TOP)
    )
    return _SIDE / len(frame)
