"""Finding faces on this computer: the C that runs on the boards.

    detector = Detector(tflite_bytes, threshold=0.5)
    for face in detector.look(frame):  # uint8 [height, width]
        print(face.left, face.top, face.right, face.bottom, face.score)

For thousands of frames there are `grids` and `look_all`, on all of this computer's cores; boxes of
grids that are there already, with one threshold after the other, give `boxes_of` and
`all_boxes_of`.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.faces import c_looker
from tinyml_helpers.applications.faces.c_looker import WrongModel

__all__ = ["Detector", "Face", "WrongModel", "all_boxes_of", "boxes_of"]

_UNIT = 16  # a pixel, as the C counts


class Face(NamedTuple):
    """A face that was found.

    Attributes:
        left, top, right, bottom: edges of its box, a square, in pixels; a box may reach beyond the
            frame.
        score: how sure the detector is, 0 to 255/256.
    """

    left: float
    top: float
    right: float
    bottom: float
    score: float


class Detector:
    """A detector on this computer.

    Args:
        tflite_bytes: the model: int8 [1, height, width, 1] with scale 1/128 in, a sigmoid int8
            [1, height / 8, width / 8, 4] out (see boxes.h).
        threshold: score from which a box is a face, 0 to 1; rounded to 1/256.

    Raises:
        model_file.ModelFileError, WrongModel, micro.CannotRun: the model won't do.
        ValueError: the threshold is out of its range.

    Attributes:
        threshold: as given.
        frame_size: (height, width) of its frames.
    """

    def __init__(self, tflite_bytes, threshold=0.5):
        check_threshold(threshold)
        self.threshold = threshold
        self.frame_size = c_looker.check_detector(tflite_bytes)
        self._bytes = bytes(tflite_bytes)
        self._model = c_looker.loaded(self._bytes)

    def look(self, frame):
        """Find the faces in a frame.

        Args:
            frame: uint8 [height, width], of `frame_size`.

        Returns:
            A list of `Face`, the best first, at most 16.

        Raises:
            ValueError: the frame is of another dtype or size.
        """
        return boxes_of(self.grid(frame), self.threshold)

    def grid(self, frame):
        """What the model gives for a frame: int8 [height / 8, width / 8, 4]; see boxes.h.

        Raises:
            ValueError: as `look`.
        """
        return _run(self._model, self._check_frames(np.asarray(frame)[np.newaxis]))[0]

    def grids(self, frames):
        """As `grid`, for many frames, on all of this computer's cores.

        Args:
            frames: uint8 [n, height, width].

        Returns:
            int8 [n, height / 8, width / 8, 4].

        Raises:
            ValueError: as `look`.
        """
        return on_all_cores(
            lambda share: _run(c_looker.loaded(self._bytes), share),
            self._check_frames(frames),
        )

    def look_all(self, frames):
        """As `look`, for many frames.

        Args:
            frames: uint8 [n, height, width].

        Returns:
            A list of n lists of `Face`.

        Raises:
            ValueError: as `look`.
        """
        return all_boxes_of(self.grids(frames), self.threshold)

    def _check_frames(self, frames):
        return check_frames(frames, self.frame_size)


def boxes_of(grid, threshold):
    """The faces a grid tells of: its peaks, one a face.

    Args:
        grid: int8 [rows, columns, 4], as from `Detector.grid`.
        threshold: score from which a box is a face, 0 to 1; rounded to 1/256.

    Returns:
        A list of `Face`, the best first, at most 16.

    Raises:
        ValueError: the grid has another dtype or shape, or the threshold is out of its range.
    """
    return all_boxes_of(np.asarray(grid)[np.newaxis], threshold)[0]


def all_boxes_of(grids, threshold):
    """As `boxes_of`, for many grids.

    Args:
        grids: int8 [n, rows, columns, 4].
        threshold: as `boxes_of`.

    Returns:
        A list of n lists of `Face`.

    Raises:
        ValueError: as `boxes_of`.
    """
    code = check_threshold(threshold)
    grids = np.ascontiguousarray(grids)
    most = c_looker.LARGEST_FRAME // c_looker.STRIDE
    if (
        grids.dtype != np.int8
        or grids.ndim != 4
        or grids.shape[3] != c_looker.CHANNELS
        or not all(1 <= cells <= most for cells in grids.shape[1:3])
    ):
        raise ValueError(
            f"a detector's grid is int8 [rows, columns, {c_looker.CHANNELS}], of up to {most} rows "
            f"and columns, not {grids.dtype} {list(grids.shape[1:])}: give it as the model does"
        )
    boxes = np.zeros((len(grids), c_looker.MAX_FACES), c_looker.BOX)
    found = np.zeros(len(grids), np.uint32)
    c_looker.load().fd_boxes_all(
        grids.ctypes.data, *grids.shape[:3], code, boxes.ctypes.data, found.ctypes.data
    )
    return [faces_of(row[:count]) for row, count in zip(boxes, found.tolist(), strict=True)]


def faces_of(records):
    """A list of `Face` from an array of `c_looker.BOX`."""
    return [
        Face(
            left / _UNIT,
            top / _UNIT,
            (left + side) / _UNIT,
            (top + side) / _UNIT,
            score / 256,
        )
        for left, top, side, score, _ in records.tolist()
    ]


def check_threshold(threshold):
    """A detector's threshold as the C has it, 0 to 255.

    Raises:
        ValueError: it isn't from 0 to 1.
    """
    if not 0 <= threshold <= 1:
        raise ValueError(f"a threshold of scores is from 0 to 1, not {threshold!r}")
    return min(round(256 * float(threshold)), 255)


def check_frames(frames, size):
    """Frames as a contiguous uint8 array [n, height, width].

    Raises:
        ValueError: they are something else, or not of this size.
    """
    frames = np.asarray(frames)
    if frames.dtype != np.uint8 or frames.ndim != 3 or frames.shape[1:] != tuple(size):
        raise ValueError(
            f"this detector looks at frames of uint8 {list(size)}, grey, not at {frames.dtype} "
            f"{list(frames.shape[1:])}"
        )
    return np.ascontiguousarray(frames)


def on_all_cores(function, rows):
    """Apply a function to shares of an array's rows at once, and put together what it gives.

    C runs without Python's lock, so that threads are enough.
    """
    shares = np.array_split(rows, max(1, min(len(rows), os.cpu_count() or 1)))
    with ThreadPoolExecutor(len(shares)) as threads:
        return np.concatenate(list(threads.map(function, shares)))


def _run(model, frames):
    rows, columns = (side // c_looker.STRIDE for side in frames.shape[1:])
    made = np.zeros((len(frames), rows, columns, c_looker.CHANNELS), np.int8)
    c_looker.load().fd_detect_all(model.handle, frames.ctypes.data, len(frames), made.ctypes.data)
    return made
