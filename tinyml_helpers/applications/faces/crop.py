"""Faces cut out of pictures for the verifier, by the C that does it on a board.

    codes = crop(frame, (left, top, right, bottom))  # int8 [48, 48]

A verifier is trained on what this gives, and on a board sees the same.
"""

import numpy as np

from tinyml_helpers.applications.faces import c_looker

SIDE = c_looker.CROP_SIDE

_UNIT = 16  # a pixel, as the C counts
_LONGEST = 2047  # pixels a side that a picture may have


def crop(frame, box):
    """Cut a face out, bring it to one size, and take its light out.

    The square cut out has the box's middle and 1.1 times its side; beyond the frame's edge the
    nearest pixels go on. It is resampled to 48 by 48, each pixel the mean of 2 by 2 points between
    the frame's pixels (bilinear). Then the mean is taken off and the standard deviation made 40
    codes, with a gain of 8 at most.

    Args:
        frame: uint8 [height, width], up to 2,047 a side.
        box: (left, top, right, bottom) in pixels, edges; more, such as a score, is ignored. If it
            is no square, one with its middle and the mean of its sides is taken. Rounded to 1/16
            pixel.

    Returns:
        int8 [48, 48]: what a verifier takes, 64 codes to 1.

    Raises:
        ValueError: the frame or the box is something else.
    """
    return _crops(check_frame(frame)[np.newaxis], [box])[0]


def crops(frames, boxes):
    """As `crop`, a face in each of many pictures.

    Args:
        frames: uint8 [n, height, width]; or a list of n pictures, which may differ in size.
        boxes: [n, 4], the face in each.

    Returns:
        int8 [n, 48, 48].

    Raises:
        ValueError: as `crop`; also if there aren't as many boxes as frames.
    """
    if len(frames) != len(boxes):
        raise ValueError(
            f"each frame has one box: there are {len(frames)} frames and {len(boxes)} boxes"
        )
    if isinstance(frames, np.ndarray) and frames.ndim == 3 and len(frames):
        check_frame(frames[0])
        return _crops(np.ascontiguousarray(frames), boxes)
    made = [crop(frame, box) for frame, box in zip(frames, boxes, strict=True)]
    return np.stack(made) if made else np.zeros((0, SIDE, SIDE), np.int8)


def check_frame(frame):
    """A frame as a contiguous uint8 array [height, width].

    Raises:
        ValueError: it is something else.
    """
    frame = np.asarray(frame)
    if frame.dtype != np.uint8 or frame.ndim != 2 or not min(frame.shape) > 0:
        raise ValueError(
            f"a frame is uint8 [height, width], grey, not {frame.dtype} {list(frame.shape)}"
        )
    if max(frame.shape) > _LONGEST:
        raise ValueError(
            f"a frame has up to {_LONGEST:,} pixels a side, not {list(frame.shape)}: make it "
            "smaller first"
        )
    return np.ascontiguousarray(frame)


def _crops(frames, boxes):
    records = _records(boxes)
    made = np.zeros((len(frames), SIDE, SIDE), np.int8)
    c_looker.load().fd_crop_all(
        frames.ctypes.data, *frames.shape, records.ctypes.data, made.ctypes.data
    )
    return made


def _records(boxes):
    """Boxes as the C has them: an array of `c_looker.BOX`."""
    edges = np.array([[float(edge) for edge in box[:4]] for box in boxes])
    if edges.shape != (len(boxes), 4) or not np.isfinite(edges).all():
        raise ValueError("a box is four numbers: left, top, right and bottom, in pixels")
    if (edges[:, 2:] <= edges[:, :2]).any() or np.abs(edges).max() > _LONGEST:
        raise ValueError(
            f"a box has its left before its right and its top above its bottom, none further than "
            f"{_LONGEST:,} pixels from the picture's corner"
        )
    side = np.round(_UNIT * (edges[:, 2:] - edges[:, :2]).mean(axis=1))
    middle = _UNIT * (edges[:, :2] + edges[:, 2:]) / 2
    records = np.zeros(len(boxes), c_looker.BOX)
    records["side"] = np.maximum(side, 1)
    for axis, name in enumerate(("left", "top")):
        records[name] = np.round(middle[:, axis] - side / 2)
    return records
