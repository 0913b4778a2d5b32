"""A student's own pictures: kept as 96×96 grey PNG files, read again, and deleted."""

import io
import itertools
import re
from pathlib import Path

import numpy as np
from PIL import Image

from tinyml_helpers.datasets.names import plain_name

#: What a name may have besides letters and digits.
_SIGNS = {"-": "hyphens", "_": "underscores"}

#: Pixels on each side of a camera's frame.
SIDE = 96


def own_faces(folder):
    """The pictures in a folder, by the name of whom they show.

    Args:
        folder: where `save_face` kept them.

    Returns:
        dict: name -> uint8 [n, 96, 96], 0 black to 255 white; {} if there are none.

    Raises:
        ValueError: a file can't be read, or isn't a grey picture of 96×96.
    """
    files = face_files(folder)
    return {
        name: np.stack([_read(file) for file in group])
        for name, group in itertools.groupby(files, key=lambda file: file.parent.name)
    }


def face_files(folder):
    """The pictures in a folder, a sorted list of Path.

    Only files that are named as `save_face` names them, in folders that aren't links: nothing
    else is read, and nothing else is deleted.
    """
    folder = Path(folder)
    if not folder.is_dir():
        return []
    places = sorted(place for place in folder.iterdir() if place.is_dir())
    return [
        file
        for place in places
        if not place.is_symlink()
        for file in sorted(place.iterdir())
        # Some systems don't tell "Ada" from "ada": the folder then has the name it got first.
        if re.fullmatch(re.escape(place.name) + r"_\d{4,}\.png", file.name, re.IGNORECASE)
    ]


def save_face(folder, name, frame):
    """Keep a picture as `<folder>/<name>/<name>_<number>.png`, as LFW names its own.

    The number is the first that is free, from 0001; no file is written over.

    Args:
        folder: where the folders of names are, or will be.
        name: whom it shows: letters, digits, hyphens and underscores, at most 40.
        frame: uint8 [96, 96].

    Returns:
        The file's Path.

    Raises:
        ValueError: the name or the frame isn't as above, or the file can't be written.
    """
    name = plain_name(name.strip(), "folder", _SIGNS)
    data = io.BytesIO()
    Image.fromarray(checked_frames([frame])[0]).save(data, format="png")
    place = Path(folder) / name
    try:
        place.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            path = place / f"{name}_{number:04}.png"
            try:
                file = path.open("xb")
            except FileExistsError:
                continue
            with file:
                file.write(data.getvalue())
            return path
    except OSError as error:
        raise ValueError(
            f"the picture can't be kept in {place} ({error.strerror}): choose a folder that "
            "this computer lets you write to"
        ) from error


def delete_faces(folder):
    """Delete all pictures of a folder, and its folders of names that are empty then.

    Args:
        folder: where `save_face` kept them.

    Returns:
        How many files were deleted.

    Raises:
        ValueError: a file can't be deleted; those before it are.
    """
    files = face_files(folder)
    for number, file in enumerate(files):
        try:
            file.unlink()
        except OSError as error:
            raise ValueError(
                f"{number} of {len(files)} files were deleted, and then {file} couldn't be "
                f"({error.strerror}): close what shows it, then delete again"
            ) from error
    for place in {file.parent for file in files}:
        if not any(place.iterdir()):
            place.rmdir()
    return len(files)


def checked_frames(frames):
    """Frames as an array.

    Args:
        frames: uint8 [n, 96, 96], or a sequence of uint8 [96, 96].

    Returns:
        uint8 [n, 96, 96]; a copy.

    Raises:
        ValueError: they are something else.
    """
    try:
        array = np.array(frames)
    except ValueError:  # of different shapes
        array = np.array(None)
    if array.shape[:1] == (0,):
        return np.zeros((0, SIDE, SIDE), np.uint8)
    if array.dtype != np.uint8 or array.shape[1:] != (SIDE, SIDE):
        raise ValueError(
            f"frames are uint8 [n, {SIDE}, {SIDE}], 0 black to 255 white, not {array.dtype} "
            f"{list(array.shape)}"
        )
    return array


def _read(file):
    """A kept picture, uint8 [96, 96]."""
    try:
        with Image.open(file) as image:
            kind, pixels = image.mode, np.array(image)
    except (OSError, SyntaxError) as error:  # Pillow calls a broken PNG a SyntaxError
        raise ValueError(f"{file} can't be read as a picture: delete it") from error
    if kind != "L" or pixels.shape != (SIDE, SIDE):
        raise ValueError(
            f"{file} isn't a grey picture of {SIDE}×{SIDE} pixels: delete it, and upload the "
            "picture through the camera's panel instead"
        )
    return pixels
