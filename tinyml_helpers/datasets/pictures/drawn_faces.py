"""Faces this project draws, and the real photographs that ship inside packages.

The datasheet, `data/faces.md`, says how they are drawn, how they are split, and what they can't
teach.
"""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.pictures.photographs import Photographs, read_picture

#: Where the files are.
FOLDER = Path(__file__).resolve().parents[3] / "data" / "faces"

#: How far people turn in `drawn_pairs`, and the four lights there.
PAIR_YAWS = (0, 30, 60)
PAIR_LIGHTS = ("even", "side", "back", "dim")

#: The sides of a portrait, a scene and one of a pair, in pixels.
_PORTRAIT, _SCENE, _PAIR = 64, 160, 96

#: The conditions that are words; the others are numbers.
_WORDS = ("glasses", "occlusion", "hat", "light")

#: Real photographs with faces, and without any, by package and file. The boxes, noted by eye: left,
#: top, right, bottom. The photographer in `camera` is seen from the side, in profile.
_REAL = {
    ("skimage", "data/astronaut.png"): [(169, 67, 279, 177)],
    ("skimage", "data/camera.png"): [(184, 119, 260, 195)],
    ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"): [(160, 122, 366, 328)],
    ("skimage", "data/coffee.png"): [],
    ("skimage", "data/rocket.jpg"): [],
    ("sklearn", "datasets/images/flower.jpg"): [],
}


class Portraits(NamedTuple):
    """Pictures of one face each.

    Attributes:
        images: uint8 [n, 64, 64], 0 black to 255 white; in `drawn_pairs` [n, 96, 96].
        boxes: the faces' boxes, float32 [n, 4]: left, top, right, bottom in pixels.
        who: the persons' numbers, int64 [n].
        conditions: how each was taken: float32 [n] or str [n] by name. `yaw`, `pitch`, `roll`,
            `azimuth` and `elevation` of the light in degrees, `exposure` in stops, `ambient`,
            `softness`, `smile`, `mouth_open`, `eyes_closed` 0 to 1, `tone` the share of light the
            skin sends back, `glasses`, `occlusion` and `hat` in words ("none" for none).
    """

    images: np.ndarray
    boxes: np.ndarray
    who: np.ndarray
    conditions: dict[str, np.ndarray]

    def take(self, index):
        """The portraits at `index` (an int array, a bool array or a slice), as Portraits."""
        conditions = {name: values[index] for name, values in self.conditions.items()}
        return Portraits(self.images[index], self.boxes[index], self.who[index], conditions)


class Scenes(NamedTuple):
    """Pictures with any number of faces.

    Attributes:
        images: uint8 [n, 160, 160], 0 black to 255 white.
        boxes: a list of n float32 [k, 4]: left, top, right, bottom of each face in pixels. A face
            that the edge cuts has its whole box.
        who: a list of n int64 [k], the persons' numbers.
        hidden: a list of n float32 [m, 4]: boxes of faces that are more than half hidden, neither
            faults to find nor to miss.
        conditions: by name, a list of n float32 [k] or str [k]; see Portraits.
    """

    images: np.ndarray
    boxes: list[np.ndarray]
    who: list[np.ndarray]
    hidden: list[np.ndarray]
    conditions: dict[str, list[np.ndarray]]

    def take(self, index):
        """The scenes at `index` (an int array, a bool array or a slice), as Scenes."""
        chosen = np.arange(len(self.images))[index]
        lists = ([field[n] for n in chosen] for field in self[1:4])
        conditions = {name: [values[n] for n in chosen] for name, values in self.conditions.items()}
        return Scenes(self.images[chosen], *lists, conditions)

    def at(self, size):
        """The same scenes, smaller: each pixel is the mean of the area it takes up.

        Args:
            size: the new side in pixels, at most the old one.

        Returns:
            Scenes with images uint8 [n, size, size], the same on every machine.

        Raises:
            ValueError: the size isn't from 1 to the old one.
        """
        old = self.images.shape[1]
        if not 1 <= size <= old:
            raise ValueError(f"scenes of {old} pixels can shrink to 1 to {old}, not to {size}")
        factor = np.float32(size / old)
        boxes, hidden = ([box * factor for box in field] for field in (self.boxes, self.hidden))
        return self._replace(images=_shrunk(self.images, size), boxes=boxes, hidden=hidden)


def drawn_faces():
    """Portraits of drawn people, one face each, as a camera before a door might take them.

    Returns:
        Two Portraits, to train on (200 people, 8 pictures each) and to test on (60 others, 10
        each).

    Raises:
        FileNotFoundError: `data/faces` isn't there; the message says where it should be.
    """
    return _portraits("train_portraits", _PORTRAIT), _portraits("test_portraits", _PORTRAIT)


def drawn_scenes():
    """Scenes with 0 to 4 drawn people among other things.

    Returns:
        Two Scenes, 800 to train on and 300 to test on. Nobody is in both.

    Raises:
        FileNotFoundError: `data/faces` isn't there; the message says where it should be.
    """
    return _scenes("train_scenes"), _scenes("test_scenes")


def drawn_pairs():
    """The same 40 test people again and again, with one thing changed at a time.

    A person's head, expression, background and noise stay; what changes is skin (`shade`, 0 the
    darkest to 5 the lightest) with each of four lights (`light`), or how far the head is
    turned (`yaw`, in even light with skin of shade 3).

    Returns:
        Portraits of 96×96 pixels with faces of about 30: 26 for each person, in the same order.

    Raises:
        FileNotFoundError: `data/faces` isn't there; the message says where it should be.
    """
    return _portraits("pairs", _PAIR)


def real_scenes():
    """Real photographs that ship with scikit-image, scikit-learn and matplotlib.

    Three show one person each (an astronaut, a photographer in profile, an admiral), three nobody
    (coffee, a rocket, a flower). None was used to draw or to train anything.

    Returns:
        Photographs, those with a face first, at their own size.

    Raises:
        ValueError: a package doesn't have the photograph any more; the message names it.
    """
    import importlib

    paths, boxes = [], []
    for (package, name), its_boxes in _REAL.items():
        paths.append(Path(importlib.import_module(package).__file__).parent / name)
        boxes.append(np.array(its_boxes, np.float32).reshape(-1, 4))
    return Photographs([read_picture(path) for path in paths], boxes, paths)


def _portraits(name, side):
    """Pictures with one face each, from their sheet and their table."""
    images, rows = _sheet(name, side), _rows(name)
    return Portraits(images, _boxes(rows), _who(rows), _conditions(rows))


def _scenes(name):
    """Scenes from their sheet and the table of the faces in them."""
    images, rows = _sheet(name, _SCENE), _rows(name)
    of = [[] for _ in images]
    behind = [[] for _ in images]
    for row in rows:
        (behind if row["hidden"] == "1" else of)[int(row["scene"])].append(row)
    taken = [_conditions(some, rows[0]) for some in of]
    return Scenes(
        images,
        [_boxes(some) for some in of],
        [_who(some) for some in of],
        [_boxes(some) for some in behind],
        {name: [some[name] for some in taken] for name in taken[0]},
    )


def _sheet(name, side):
    """All pictures of one JPEG file, in which they lie row by row: uint8 [n, side, side]."""
    file = FOLDER / f"{name}.jpg"
    if not file.exists():
        raise FileNotFoundError(
            f"there is no {file}: get the whole workbook, its data folder lies beside "
            "tinyml_helpers"
        )
    sheet = read_picture(file)
    rows, columns = sheet.shape[0] // side, sheet.shape[1] // side
    tiles = sheet.reshape(rows, side, columns, side).swapaxes(1, 2)
    return np.ascontiguousarray(tiles).reshape(-1, side, side)


def _rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _boxes(rows):
    corners = [[row[side] for side in ("left", "top", "right", "bottom")] for row in rows]
    return np.array(corners, np.float32).reshape(-1, 4)


def _who(rows):
    return np.array([row["who"] for row in rows], np.int64)


def _conditions(rows, head=None):
    """What else the table says, by name; `head` is a row to take the names from."""
    names = (head or rows[0]).keys() - {"scene", "hidden", "who", "left", "top", "right", "bottom"}
    return {
        name: np.array([row[name] for row in rows], str if name in _WORDS else np.float32)
        for name in sorted(names)
    }


def _shrunk(images, size):
    """Each picture's area means: uint8 [n, size, size], with no rounding that a machine decides."""
    old = images.shape[1]
    small = np.empty((len(images), size, size), np.uint8)
    for out, image in zip(small, images, strict=True):
        sums = _summed(_summed(image.astype(np.int64), size).T, size).T
        out[:] = (sums + old * old // 2) // (old * old)
    return small


def _summed(rows, size):
    """Rows cut into `size` equal parts, each part's sum: int64 [height, size], times `size`.

    Where a part ends within a pixel, each side gets its share of it.
    """
    width = rows.shape[1]
    whole, rest = np.divmod(np.arange(size + 1) * width, size)  # where the cuts are
    before = np.pad(np.cumsum(rows, axis=1), ((0, 0), (1, 0)))[:, whole]
    cut = np.pad(rows, ((0, 0), (0, 1)))[:, whole]
    return np.diff(before * size + cut * rest, axis=1)
