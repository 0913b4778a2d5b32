"""Photographs of people in rooms, with a box around each face: from Caltech 101.

Source: F.-F. Li, M. Andreetto, M. Ranzato and P. Perona, Caltech 101, CaltechDATA, 2022,
doi 10.22002/D1.20086. Its datasheet is `data/boxed_faces.md`.
"""

import io
import re
import tarfile
import zlib
from pathlib import Path, PurePosixPath

import numpy as np

from tinyml_helpers.datasets.catalogue import downloaded
from tinyml_helpers.datasets.pictures.photographs import Photographs, read_picture, scaled, shrunk

#: The photographs and their outlines: the archive they are in, the folder in there, and their
#: names. The category `Faces` is called `Faces_2` among the annotations.
_PHOTOGRAPHS = "101_ObjectCategories.tar.gz", "101_ObjectCategories/Faces", r"image_(\d+)\.jpg"
_OUTLINES = "Annotations.tar", "Annotations/Faces_2", r"annotation_(\d+)\.mat"

#: The numbers of the photographs of each part. They seem to come person by person, some 16 each,
#: and nobody noted whom they show: 20 between the parts are in neither, to keep people apart.
_NUMBERS = {"train": range(1, 281), "test": range(301, 1000), "all": range(1, 1000)}


def boxed_faces(folder=None, part="test", square=True, largest=None):
    """Photographs of the category "Faces" of Caltech 101: one person each, with a box.

    The published box spans the outline that somebody drew around the head, and is taller than it
    is wide. A detector's box here is a square from the forehead to the chin: `square` makes it
    one, as wide as the narrower side, from the published box's bottom edge up, in its middle.

    Args:
        folder: where `caltech-101.zip` was unpacked, with the two archives in it unpacked or not;
            None for what was downloaded.
        part: "train" (the first 280), "test" (from number 301 on) or "all".
        square: False gives the boxes as they were published.
        largest: photographs with a longer side than this are shrunk to it, with their boxes, in
            pixels; None for none. They have about 300 by 200.

    Returns:
        Photographs.

    Raises:
        ValueError: there is no such part, nothing is downloaded, or the folder doesn't hold the
            photographs and their boxes, undamaged.
    """
    if part not in _NUMBERS:
        raise ValueError(f"there is no part {part!r}: there are {', '.join(_NUMBERS)}")
    folder = downloaded("boxed_faces") if folder is None else Path(folder)
    pictures, outlines = _files(folder, *_PHOTOGRAPHS), _files(folder, *_OUTLINES)
    numbers = [number for number in sorted(pictures) if number in _NUMBERS[part]]
    if not numbers or not all(number in outlines for number in numbers):
        raise ValueError(
            f"{folder} doesn't hold the faces of Caltech 101 with a box for each: give the folder "
            "that caltech-101.zip was unpacked to"
        )
    images, boxes, paths = [], [], []
    for number in numbers:
        path = folder / "101_ObjectCategories" / "Faces" / f"image_{number:04d}.jpg"
        whole = read_picture(io.BytesIO(pictures[number]), path)
        box = _box(outlines[number], path, square)
        image = shrunk(whole, largest)
        images.append(image)
        boxes.append(scaled([box], whole.shape, image.shape))
        paths.append(path)
    return Photographs(images, boxes, paths)


def _files(folder, archive, place, pattern):
    """Files of one kind, in a folder or still in their archive: their numbers to their bytes."""
    inner = folder / "caltech-101" if (folder / "caltech-101").is_dir() else folder
    files = {}
    if (inner / place).is_dir():
        for path in (inner / place).iterdir():
            if match := re.fullmatch(pattern, path.name):
                files[int(match[1])] = path.read_bytes()
    elif (inner / archive).is_file():
        try:
            with tarfile.open(inner / archive) as tar:
                for member in tar:
                    path = PurePosixPath(member.name)
                    match = re.fullmatch(pattern, path.name)
                    if match and path.parent == PurePosixPath(place) and member.isfile():
                        files[int(match[1])] = tar.extractfile(member).read()
        except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
            raise ValueError(
                f"{inner / archive} is damaged: delete {folder} and fetch it again"
            ) from error
    return files


def _box(outline, path, square):
    """left, top, right, bottom of the `box_coord` in a .mat file's bytes.

    That is top, bottom, left, right, counted from 1 at the middle of the first pixel. Source:
    `show_annotation.m` of the archive.
    """
    from scipy.io import loadmat

    try:
        coordinates = loadmat(io.BytesIO(outline), variable_names=["box_coord"])["box_coord"]
        top, bottom, left, right = np.asarray(coordinates, np.float64).ravel() - 0.5
    except Exception as error:  # damaged files make scipy raise nearly anything
        raise ValueError(
            f"the box of {path.name} can't be read: fetch the archive again"
        ) from error
    if not square:
        return left, top, right, bottom
    side, middle = min(right - left, bottom - top), (left + right) / 2
    return middle - side / 2, bottom - side, middle + side / 2, bottom
