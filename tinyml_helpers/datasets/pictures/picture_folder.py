"""Folders of pictures of one's own: a folder for each person, or faces and other things."""

import unicodedata
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.pictures.photographs import read_picture, shrunk

#: What the name of a picture's file may end in; other files are left alone.
ENDINGS = {
    *(".png", ".jpg", ".jpeg", ".jfif", ".pgm", ".ppm", ".pnm", ".pbm"),
    *(".bmp", ".gif", ".webp", ".tif", ".tiff"),
}

#: The classes of `patch_folder`, called as in `lfw_patches`, and the folders they are in.
_PATCHES = {"other": "not a face", "face": "face"}


class Pictures(NamedTuple):
    """Grey pictures of any sizes, each of one class.

    Attributes:
        images: a list of uint8 [height, width], 0 black to 255 white.
        labels: int64 [n], an index into `names`.
        names: the classes' names, a tuple of str: people, or "not a face" and "face".
        paths: where each was read from, a list of Path.
    """

    images: list[np.ndarray]
    labels: np.ndarray
    names: tuple[str, ...]
    paths: list[Path]


def people_folder(folder, largest=None):
    """Pictures of people: a folder for each, named as they are; there may be folders in it.

    Args:
        folder: where the people's folders are, or where the one folder with all of them is.
        largest: pictures with a longer side than this are shrunk to it, in pixels; None for none.

    Returns:
        Pictures, person by person; `names` are the folders that hold pictures, sorted.

    Raises:
        ValueError: there is no such folder, no folder in it holds a picture, or a picture can't
            be read; the message says which.
    """
    places = {place: found for place in _folders(folder) if (found := picture_files(place))}
    if not places:
        raise ValueError(
            f"{folder} has no folders with pictures in them: put each person's pictures (.png, "
            ".jpg, .pgm, ...) into a folder with the person's name, in there"
        )
    if len(places) == 1:
        [(place, found)] = places.items()
        if all(path.parent != place for path in found):
            return people_folder(place, largest)
    # macOS may keep é as two characters.
    names = tuple(unicodedata.normalize("NFC", place.name) for place in places)
    return _read_all(places, names, largest)


def patch_folder(folder, largest=None):
    """Pictures of faces and of other things, in the folders `face` and `other`.

    Args:
        folder: where the two folders are.
        largest: pictures with a longer side than this are shrunk to it, in pixels; None for none.

    Returns:
        Pictures, those without a face first; label 1 is a face.

    Raises:
        ValueError: there is no such folder, one of the two holds no picture, or a picture can't
            be read; the message says which.
    """
    places = {place.name.lower(): place for place in _folders(folder)}
    files = {}
    for name in _PATCHES:
        files[name] = picture_files(places[name]) if name in places else []
        if not files[name]:
            raise ValueError(
                f"{folder} has no folder {name} with pictures in it (.png, .jpg, .pgm, ...): put "
                "faces into a folder face and whatever is none into a folder other, in there"
            )
    return _read_all(files, tuple(_PATCHES.values()), largest)


def picture_files(folder):
    """The pictures in a folder and the folders in it, by their files' endings.

    Returns:
        A list of Path, sorted. Hidden files and folders are left out.
    """
    found = [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in ENDINGS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    ]
    return sorted(found, key=lambda path: path.relative_to(folder).parts)


def _folders(folder):
    """The folders right in a folder, sorted by name."""
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return sorted(found, key=lambda path: path.name)


def _read_all(files, names, largest):
    """The pictures of lists of Path, one list for each of `names`, as Pictures."""
    paths = [path for some in files.values() for path in some]
    images = [shrunk(read_picture(path), largest) for path in paths]
    counts = [len(some) for some in files.values()]
    return Pictures(images, np.repeat(np.arange(len(counts)), counts), names, paths)
