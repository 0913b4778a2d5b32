"""A .json file that names photographs and says where the faces in them are."""

import json
from pathlib import Path

from tinyml_helpers.datasets.pictures.photographs import Photographs, read_picture, scaled, shrunk

#: What a box's four numbers may mean, and the keys they may have instead of an order.
_FORMATS = {
    "corners": ["left top right bottom", "x1 y1 x2 y2", "x0 y0 x1 y1", "xmin ymin xmax ymax"],
    "xywh": ["x y width height", "left top width height", "x y w h"],
}

_IMAGE = ("image", "path", "file", "file_name", "filename")
_BOXES = ("boxes", "faces", "box", "bbox")
_PHOTOGRAPHS = ("photographs", "images", "scenes")

_EXPECTED = (
    'give [{"image": "photo.jpg", "boxes": [[left, top, right, bottom], ...]}, ...], with paths '
    "relative to this file, in pixels, and [] where there is no face"
)

#: A face at the edge may be boxed where it would go on: by this share of the photograph's side.
_BEYOND = 0.25


def boxes_file(path, largest=None):
    """Photographs and the boxes of the faces in them, as a .json file says.

    The file holds a list with `{"image": "photo.jpg", "boxes": [...]}` for each photograph, or one
    dict of paths to boxes. Paths are relative to the file. A box is `[left, top, right, bottom]`,
    or a dict with these keys, in pixels of the photograph as one sees it (turned as its EXIF tag
    says). `{"format": "xywh", "images": [that list]}` says that all boxes are
    `[x, y, width, height]`. Where no format is said, and they can't all be corners but can all
    be that, they are taken as that.

    Args:
        path: the .json file.
        largest: photographs with a longer side than this are shrunk to it, and their boxes with
            them, in pixels; None for none.

    Returns:
        Photographs, in the file's order.

    Raises:
        ValueError: the file isn't there or holds something else, a photograph can't be read, or a
            box is none; the message says which.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError(f"there is no file {path} that can be read") from error
    except ValueError as error:  # of json, or bytes that aren't text
        raise ValueError(f"{path} isn't JSON ({error}): {_EXPECTED}") from error
    said, entries = _entries(content, path)
    numbers = [_numbers(boxes, name, path) for name, boxes in entries]
    files = [path.parent / name for name, _ in entries]
    images, shapes = [], []
    for file in files:
        image = read_picture(file)
        shapes.append(image.shape)
        images.append(shrunk(image, largest))
    said = said or _most_likely(numbers, shapes)
    boxes = []
    for file, its_boxes, shape, image in zip(files, numbers, shapes, images, strict=True):
        for box, form in its_boxes:
            if not _fits(box, form or said, shape):
                raise ValueError(
                    f"{path} has a box {list(box)} for {file.name}, which is {shape[1]} pixels "
                    f"wide and {shape[0]} tall: {_EXPECTED}; for [x, y, width, height], put the "
                    'list into {"format": "xywh", "images": [...]}'
                )
        corners = [_corners(box, form or said) for box, form in its_boxes]
        boxes.append(scaled(corners, shape, image.shape))
    return Photographs(images, boxes, files)


def _entries(content, path):
    """What is in the file: (format or None, a list of (image's path, its boxes as they stand))."""
    said = None
    if isinstance(content, dict):
        content = dict(content)
        said = content.pop("format", None)
        if said is not None and said not in [*_FORMATS]:
            raise ValueError(
                f"{path} has boxes of the format {said!r}: there are {' and '.join(_FORMATS)}"
            )
        listed = _first(content, _PHOTOGRAPHS)
        if isinstance(listed, list):
            content = listed
        else:
            content = [
                value | {"image": name}
                if isinstance(value, dict) and _first(value, _BOXES) is not None
                else {"image": name, "boxes": value}
                for name, value in content.items()
            ]
    if not isinstance(content, list) or not content:
        raise ValueError(f"{path} names no photographs: {_EXPECTED}")
    entries = []
    for number, entry in enumerate(content, start=1):
        entry = entry if isinstance(entry, dict) else {}
        name, boxes = _first(entry, _IMAGE), _first(entry, _BOXES)
        if not isinstance(name, str) or not isinstance(boxes, list | dict):
            raise ValueError(
                f"{path} has an entry, number {number}, without an image or boxes: {_EXPECTED}"
            )
        entries.append((name, boxes))
    return said, entries


def _first(entry, keys):
    """The value of the first of `keys` that a dict has; None where it has none."""
    return next((entry[key] for key in keys if key in entry), None)


def _numbers(boxes, name, path):
    """A photograph's boxes as a list of (four floats, their format where keys tell it)."""
    if isinstance(boxes, dict) or (boxes and not isinstance(boxes[0], list | dict)):
        boxes = [boxes]  # one box, not in a list of its own
    found = []
    for box in boxes:
        form = None
        if isinstance(box, dict):
            form, keys = _named(box)
            box = [box[key] for key in keys]
        try:
            numbers = tuple(map(float, box))
        except (TypeError, ValueError):
            numbers = ()
        if len(numbers) != 4:
            raise ValueError(f"{path} has a box for {name} that isn't four numbers: {_EXPECTED}")
        found.append((numbers, form))
    return found


def _named(box):
    """(format, its four keys) of a box that is a dict; no keys where none are known."""
    for form, sets in _FORMATS.items():
        for keys in map(str.split, sets):
            if all(key in box for key in keys):
                return form, keys
    return None, []


def _most_likely(numbers, shapes):
    """The format of boxes that have none: corners, unless they fit only as the other one."""
    unsaid = [
        (box, shape)
        for its_boxes, shape in zip(numbers, shapes, strict=True)
        for box, form in its_boxes
        if form is None
    ]
    fitting = [form for form in _FORMATS if all(_fits(box, form, shape) for box, shape in unsaid)]
    return fitting[0] if fitting else "corners"


def _corners(numbers, form):
    """(left, top, right, bottom) of a box in either format."""
    left, top, right, bottom = numbers
    return (left, top, left + right, top + bottom) if form == "xywh" else numbers


def _fits(numbers, form, shape):
    """Whether it can be a box in a photograph of [height, width]: over a pixel, hardly beyond."""
    left, top, right, bottom = _corners(numbers, form)
    height, width = shape
    return (
        right - left > 1
        and bottom - top > 1
        and -_BEYOND * width <= left < right <= (1 + _BEYOND) * width
        and -_BEYOND * height <= top < bottom <= (1 + _BEYOND) * height
    )
