"""Cutouts put into a picture: heads, and whatever else has a shape of its own."""

import numpy as np


def put(picture, head, middle, bright=1.0):
    """Put a drawn head into a picture, in place.

    Args:
        picture: float32 [height, width], changed.
        head: a Head, as `draw` gives it.
        middle: where the middle of its box goes, to the nearest pixel: x and y.
        bright: what its greys are multiplied by.

    Returns:
        the face's box in the picture, float32 [4], and what `pasted` returns.
    """
    left = round(middle[0] - (head.box[0] + head.box[2]) / 2)
    top = round(middle[1] - (head.box[1] + head.box[3]) / 2)
    over = pasted(picture, head.grey * np.float32(bright), head.alpha, left, top, body=True)
    return np.float32(head.box) + np.float32([left, top, left, top]), over


def pasted(picture, grey, alpha, left, top, body=False):
    """Put a cutout into a picture, in place; what is outside the picture is left out.

    Args:
        picture: float32 [height, width], changed.
        grey: float32 [h, w].
        alpha: float32 [h, w].
        left, top: where the cutout's corner goes, int.
        body: True for somebody's body that goes on down to the picture's lower edge: the lowest row
            about as wide as any is repeated.

    Returns:
        the share of each pixel that the cutout covers, float32 [height, width].
    """
    height, width = picture.shape
    if body:
        widths = alpha.sum(axis=1)
        last = int(np.flatnonzero(widths >= 0.97 * widths.max())[-1])
        below = ((0, max(height - top - last, 0)), (0, 0))
        grey, alpha = (np.pad(part[: last + 1], below, mode="edge") for part in (grey, alpha))
    over = np.zeros_like(picture)
    rows = slice(max(top, 0), min(top + alpha.shape[0], height))
    columns = slice(max(left, 0), min(left + alpha.shape[1], width))
    if rows.start < rows.stop and columns.start < columns.stop:
        part = np.s_[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        over[rows, columns] = alpha[part]
        picture[rows, columns] += (grey[part] - picture[rows, columns]) * alpha[part]
    return over
