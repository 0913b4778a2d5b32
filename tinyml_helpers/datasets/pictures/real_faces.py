"""Real people, each on several pictures: Labeled Faces in the Wild (LFW) and the Olivetti faces.

Sources: G. B. Huang, M. Ramesh, T. Berg and E. Learned-Miller, Labeled Faces in the Wild,
University of Massachusetts, Amherst, report 07-49, 2007; F. Samaria and A. Harter,
Parameterisation of a stochastic model for human face identification, IEEE Workshop on
Applications of Computer Vision, 1994. Their datasheets, `data/lfw.md` and `data/olivetti.md`, say
who is in them, who wasn't asked, and what they may be used for.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.catalogue import downloaded
from tinyml_helpers.datasets.pictures.photographs import read_picture, resized
from tinyml_helpers.datasets.pictures.picture_folder import picture_files

PARTS = ("train", "test", "all")

#: LFW's authors enlarged the square in which Viola and Jones' detector found a face by this much,
#: about its centre, and made the result 250×250 pixels. Source: LFW's README, section 1.
_ENLARGED = 2.2
_LFW_SIDE = 250

#: A verifier looks at a face's box enlarged by this much: all of an Olivetti picture.
_VERIFIER_SEES = 1.1

#: Of each ten of LFW's people this many are in the part "test".
_HELD_OUT_OF_TEN = 3

_OLIVETTI_PEOPLE, _OLIVETTI_TEST_START, _OLIVETTI_SIDE = 40, 30, 64


class People(NamedTuple):
    """Pictures of people, one face each.

    Attributes:
        images: uint8 [n, side, side], 0 black to 255 white.
        boxes: where the face is, float32 [n, 4]: left, top, right, bottom in pixels.
        who: int64 [n], an index into `names`.
        names: a tuple of str.
    """

    images: np.ndarray
    boxes: np.ndarray
    who: np.ndarray
    names: tuple[str, ...]

    def take(self, index):
        """The pictures at `index` (an int array, a bool array or a slice), as People."""
        return People(self.images[index], self.boxes[index], self.who[index], self.names)

    def __repr__(self):
        return f"People: {len(self.who):,} pictures of {len(self.names):,} people"


def lfw(folder=None, part="test", smallest=2, side=96):
    """Pictures of Labeled Faces in the Wild, each as a whole, shrunk to a camera's frame.

    No crop: all of the 250×250 pixels, area-averaged. The face is in the middle, in a box of
    1 / 2.2 of the side, because that is how the authors cut it out; where it really is was never
    noted. At 96 pixels that is 43.6, and a verifier's crop of 1.1 times the box is 48: it need
    not resample.

    Everybody is in the part "train" (70% of the people) or "test" by their name alone: by its
    SHA-1 modulo 10.

    Args:
        folder: where `lfw.tgz` was unpacked; None for what was downloaded. Any folder of folders
            `Name_Name` with `Name_Name_0001.jpg` of 250×250 pixels will do.
        part: "train", "test" or "all".
        smallest: people with fewer pictures are left out; 2 leaves 1,680 of the 5,749.
        side: pixels of the frame's side, at most 250.

    Returns:
        People, name by name. All take about 120 MB and some twenty seconds.

    Raises:
        ValueError: there is no such part, nothing is downloaded, the folder holds no such
            people, or a picture can't be read or has another size.
    """
    _check_part(part)
    folder = downloaded("lfw") if folder is None else Path(folder)
    place = next(
        (folder / name for name in ("lfw", "lfw_funneled") if (folder / name).is_dir()), folder
    )
    files = {}
    for path in sorted(place.iterdir() if place.is_dir() else [], key=lambda path: path.name):
        if path.is_dir() and part in ("all", _lfw_part(path.name)):
            found = [file for file in picture_files(path) if file.name.startswith(path.name)]
            if len(found) >= max(1, smallest):
                files[path.name] = found
    if not files:
        raise ValueError(
            f"{folder} has nobody of the part {part!r} with {smallest} pictures or more: give the "
            "folder that lfw.tgz was unpacked to"
        )
    paths = [path for some in files.values() for path in some]
    images = np.empty((len(paths), side, side), np.uint8)
    for image, path in zip(images, paths, strict=True):
        picture = read_picture(path)
        if picture.shape != (_LFW_SIDE, _LFW_SIDE):
            raise ValueError(
                f"{path} has {picture.shape[1]} by {picture.shape[0]} pixels and LFW's pictures "
                f"have {_LFW_SIDE} by {_LFW_SIDE}: use people_folder for other pictures"
            )
        image[:] = resized(picture, side, side)
    who = np.repeat(np.arange(len(files)), [len(some) for some in files.values()])
    return People(images, _middle(len(paths), side, _ENLARGED), who, tuple(files))


def olivetti(folder=None, part="test"):
    """The 400 Olivetti faces: 40 people, ten pictures each, 64×64 pixels.

    They are as Sam Roweis cut them from the AT&T Database of Faces: the face fills the picture.
    The box is set so that 1.1 times it, which a verifier looks at, is the whole picture; where
    exactly the face is was never noted. The first 30 people are "train", the last 10 "test".

    Args:
        folder: where `olivettifaces.mat` is; None for what was downloaded.
        part: "train", "test" or "all".

    Returns:
        People, ten pictures after ten; their names are "1" to "40", as they stand in the file.

    Raises:
        ValueError: there is no such part, nothing is downloaded, or the folder doesn't hold the
            file.
    """
    _check_part(part)
    from scipy.io import loadmat

    file = (downloaded("olivetti") if folder is None else Path(folder)) / "olivettifaces.mat"
    if not file.is_file():
        raise ValueError(f"there is no file {file}: give the folder it is in")
    side = _OLIVETTI_SIDE
    try:
        # A column for each picture, which is itself written column by column.
        faces = loadmat(file, variable_names=["faces"])["faces"]
        images = np.rint(faces).astype(np.uint8).reshape(side, side, 10 * _OLIVETTI_PEOPLE)
    except Exception as error:  # damaged files make scipy raise nearly anything
        raise ValueError(
            f"{file} doesn't hold the 400 Olivetti faces: delete it and fetch it again"
        ) from error
    images = images.transpose(2, 1, 0)
    first = _OLIVETTI_TEST_START if part == "test" else 0
    end = _OLIVETTI_TEST_START if part == "train" else _OLIVETTI_PEOPLE
    images = np.ascontiguousarray(images[10 * first : 10 * end])
    return People(
        images,
        _middle(len(images), side, _VERIFIER_SEES),
        np.repeat(np.arange(end - first), 10),
        tuple(str(number + 1) for number in range(first, end)),
    )


def _check_part(part):
    if part not in PARTS:
        raise ValueError(f"there is no part {part!r}: there are {', '.join(PARTS)}")


def _lfw_part(name):
    """The part a person of LFW belongs to by name."""
    digest = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
    return "test" if int(digest, 16) % 10 < _HELD_OUT_OF_TEN else "train"


def _middle(count, side, share):
    """`count` boxes of side / share pixels in the middle of pictures: float32 [count, 4]."""
    margin = side * (1 - 1 / share) / 2
    box = np.array([margin, margin, side - margin, side - margin], np.float32)
    return np.tile(box, (count, 1))
