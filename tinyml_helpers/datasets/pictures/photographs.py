"""Pictures from files, grey and upright, and photographs with the boxes of the faces in them."""

import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

#: What `letterbox` puts around a picture: the grey that is 0 to a model fed with (grey - 128).
_AROUND = 128


class Photographs(NamedTuple):
    """Grey photographs of any sizes, with the boxes of the faces in them.

    Attributes:
        images: a list of uint8 [height, width], 0 black to 255 white.
        boxes: a list of float32 [k, 4]: left, top, right, bottom in pixels, edges not centres.
        paths: where each was read from, a list of Path.
    """

    images: list[np.ndarray]
    boxes: list[np.ndarray]
    paths: list[Path]

    def take(self, index):
        """The photographs at `index` (an int array, a bool array or a slice), as Photographs."""
        chosen = np.arange(len(self.images))[index]
        return Photographs(*([field[i] for i in chosen] for field in self))

    def at(self, size):
        """All of them as frames of one size, each with `letterbox`.

        Args:
            size: pixels of the side, or (height, width).

        Returns:
            uint8 [n, height, width], and a list of float32 [k, 4]: the boxes in there.
        """
        height, width = _height_and_width(size)
        frames = np.empty((len(self.images), height, width), np.uint8)
        boxes = []
        for frame, image, its_boxes in zip(frames, self.images, self.boxes, strict=True):
            frame[:], fitted = letterbox(image, its_boxes, size)
            boxes.append(fitted)
        return frames, boxes


def read_picture(file, name=None):
    """A picture as grey pixels, turned upright as its EXIF tag says.

    Colours become grey by ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B); 16 bits a pixel become 8; of
    an animation it is the first frame; what is transparent shows the colour it has in the file.

    Args:
        file: the path of a picture of any kind that Pillow reads, or an open binary file.
        name: what an error message calls it; None for its path, or "the file".

    Returns:
        uint8 [height, width].

    Raises:
        ValueError: there is no such file, or it can't be read as a picture; the message names it.
    """
    from PIL import Image, ImageOps

    name = name or (file if isinstance(file, str | Path) else "the file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd tags and large pictures
            with Image.open(file) as image:
                return _grey(ImageOps.exif_transpose(image))
    except FileNotFoundError as error:
        raise ValueError(f"there is no picture {name}") from error
    except Exception as error:  # damaged files make Pillow raise nearly anything
        raise ValueError(
            f"{name} can't be read as a picture: leave it out, or save it as .png or .jpg"
        ) from error


def _grey(image):
    """A Pillow image as uint8 [height, width]."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would clip
        return (np.asarray(image).clip(0, 65_535) // 257).astype(np.uint8)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    return np.array(image.convert("L"))


def resized(image, height, width):
    """A picture at another size: area-averaged where it shrinks, bilinear where it grows.

    Args:
        image: uint8 [any, any].

    Returns:
        uint8 [height, width].
    """
    if height > image.shape[0] or width > image.shape[1]:
        from PIL import Image

        grown = Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR)
        return np.array(grown)
    averaged = _averaged(_averaged(image.astype(np.float64), height).T, width).T
    return np.rint(averaged).astype(np.uint8)


def _averaged(rows, count):
    """`count` rows in place of more of them, each the mean of those it covers, float64.

    A row on the border of two counts for both, by the share it has in each.
    """
    borders = np.linspace(0, len(rows), count + 1)
    whole = np.minimum(borders.astype(int), len(rows) - 1)
    sums = np.cumsum(rows, axis=0)[whole] - rows[whole]  # of all the rows before
    sums += (borders - whole)[:, np.newaxis] * rows[whole]
    return np.diff(sums, axis=0) * (count / len(rows))


def shrunk(image, largest):
    """A picture, scaled down if its longer side has more than `largest` pixels (None: never).

    Args:
        image: uint8 [height, width].

    Returns:
        uint8 [any, any].
    """
    if not largest or max(image.shape) <= largest:
        return image
    scale = largest / max(image.shape)
    return resized(image, *(max(1, round(side * scale)) for side in image.shape))


def scaled(boxes, before, after):
    """Boxes of a picture that has been scaled.

    Args:
        boxes: float [k, 4], in pixels of the picture as it was.
        before: the (height, width) it had.
        after: the (height, width) it has.

    Returns:
        float32 [k, 4].
    """
    down, across = np.divide(after, before)
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    return (boxes * [across, down, across, down]).astype(np.float32)


def letterbox(image, boxes, size):
    """A picture fitted into a frame: scaled as a whole, in its middle, mid-grey (128) around it.

    Args:
        image: uint8 [any, any].
        boxes: float [k, 4], in its pixels.
        size: pixels of the frame's side, or (height, width).

    Returns:
        uint8 [height, width], and the boxes in there, float32 [k, 4].
    """
    height, width = _height_and_width(size)
    scale = min(height / image.shape[0], width / image.shape[1])
    inner = [max(1, round(side * scale)) for side in image.shape]
    top, left = (height - inner[0]) // 2, (width - inner[1]) // 2
    frame = np.full((height, width), _AROUND, np.uint8)
    frame[top : top + inner[0], left : left + inner[1]] = resized(image, *inner)
    offset = np.array([left, top, left, top], np.float32)
    return frame, scaled(boxes, image.shape, inner) + offset


def _height_and_width(size):
    return (size, size) if np.ndim(size) == 0 else tuple(size)
