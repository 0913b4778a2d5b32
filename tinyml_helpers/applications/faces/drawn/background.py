"""What lies behind the heads: parts of photographs without a face, and drawn clutter.

All pictures here are float32 [height, width], 0 black to 1 white.
"""

from functools import cache
from pathlib import Path

import numpy as np
from scipy import ndimage

from tinyml_helpers.applications.faces.drawn import photo
from tinyml_helpers.datasets.bundled import lfw_patches

#: Photographs without a person's face that lie in the installed packages scikit-image and
#: scikit-learn. `coins` is left out (coins show faces), `coffee`, `rocket` and `flower.jpg` are
#: kept for tests. Of the free ones, the licence is known and lets anybody pass on what is made
#: of them: CC0, public domain, no known restrictions, or CC BY 2.0 (`china.jpg`).
FREE = (
    "brick.png", "cell.png", "chelsea.png", "clock_motion.png", "grass.png", "gravel.png",
    "horse.png", "hubble_deep_field.jpg", "ihc.png", "retina.jpg", "text.png", "china.jpg",
)  # fmt: skip
OTHERS = ("color.png", "logo.png", "moon.png", "motorcycle_left.png", "page.png")

#: How often a photograph is taken for one crop: those of things and places more often.
_ODDS = {"motorcycle_left.png": 6, "china.jpg": 5, "chelsea.png": 4, "brick.png": 2, "page.png": 2}

#: Of the 75 backgrounds among the LFW patches to train on, two that show half a face.
_HALF_FACES = (25, 30)


def background(random, size, photographs="all"):
    """A picture without a face to put heads before, of any brightness and contrast.

    Args:
        random: a numpy Generator.
        size: its side in pixels.
        photographs: parts of which photographs to use: "all"; "free", those whose licences let
            anybody pass on the result; or "none".

    Returns:
        float32 [size, size], 0 to 1.

    Raises:
        ValueError: `photographs` is none of these.
    """
    if photographs not in ("all", "free", "none"):
        raise ValueError(f"photographs is 'all', 'free' or 'none', not {photographs!r}")
    picture = _picture(random, size, photographs)
    if random.random() < 0.2:  # two that meet: a wall and what is beside it
        other = _picture(random, size, photographs)
        picture = np.where(_half(random, size), picture, other)
    if random.random() < 0.1:  # a turned picture has black corners
        picture = _turned(picture, random)
    low = random.uniform(0, 0.5) * random.random()
    high = max(1 - random.uniform(0, 0.7) * random.random(), low + 0.1)
    if random.random() < 0.3:
        picture = 1 - picture
    picture = photo.toned(picture, np.exp(random.normal(0, 0.3)), low, high)
    if random.random() < 0.5:  # out of focus, as what is far behind a face often is
        picture = photo.defocused(picture, random.gamma(1.2, size / 50))
    return np.clip(picture, 0, 1).astype(np.float32)


def _picture(random, size, photographs):
    if photographs != "none" and random.random() < 0.55:
        if photographs == "all" and random.random() < 0.15:
            return lfw_background(random, size)
        return cropped(random, size, photographs)
    return CLUTTER[random.integers(len(CLUTTER))](random, size)


def cropped(random, size, photographs="all"):
    """A square part of a photograph without faces, at any scale, turned and mirrored at random."""
    pictures, odds = _photographs(photographs)
    picture = pictures[random.choice(len(pictures), p=odds)]
    largest = min(picture.shape)
    side = int(np.exp(random.uniform(np.log(min(24, largest)), np.log(largest))))
    top = random.integers(picture.shape[0] - side + 1)
    left = random.integers(picture.shape[1] - side + 1)
    part = picture[top : top + side, left : left + side]
    if random.random() < 0.5:
        part = part[:, ::-1]
    if random.random() < 0.25:
        part = np.rot90(part, random.integers(1, 4))
    return _stretched(photo.resized(part, size, size))


def lfw_background(random, size):
    """A background patch of Labeled Faces in the Wild (the training part), blown up."""
    patches = _lfw_backgrounds()
    patch = patches[random.integers(len(patches))]
    side = random.integers(10, 26)
    top, left = random.integers(0, 26 - side, 2)
    part = patch[top : top + side, left : left + side]
    return photo.resized(part[:, :: random.choice([-1, 1])], size, size)


@cache
def _photographs(which):
    """The photographs, "all" or "free", grey, and the odds of each."""
    import skimage.data
    import sklearn.datasets
    from PIL import Image

    folders = (
        Path(skimage.data.__file__).parent,
        Path(sklearn.datasets.__file__).parent / "images",
    )
    names = FREE + OTHERS if which == "all" else FREE
    pictures = []
    for name in names:
        file = next(folder / name for folder in folders if (folder / name).exists())
        with Image.open(file) as picture:
            grey = np.asarray(picture.convert("RGB").convert("L"), dtype=np.float32) / 255
        pictures.append(photo.resized(grey, 480, 480) if name == "retina.jpg" else grey)
    odds = np.array([_ODDS.get(name, 1) for name in names], dtype=float)
    return pictures, odds / odds.sum()


@cache
def _lfw_backgrounds():
    split = lfw_patches()
    patches = split.x_train[split.y_train == 0, :, :, 0]
    return np.delete(patches, _HALF_FACES, axis=0)


def _stretched(picture):
    """The picture with its darkest grey at 0 and its brightest at 1, unless it is nearly flat."""
    low, high = np.percentile(picture, [1, 99])
    return np.clip((picture - low) / max(high - low, 0.15), 0, 1)


def _grid(size):
    """x and y of every pixel, -1 to 1: two float32 [size, size]."""
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    return np.meshgrid(axis, axis)


def _along(random, size):
    """Where every pixel lies along a random direction, about -1 to 1: float32 [size, size]."""
    x, y = _grid(size)
    angle = random.choice([0, np.pi / 2, random.uniform(0, np.pi)])
    return (x * np.cos(angle) + y * np.sin(angle)).astype(np.float32)


def _half(random, size):
    return _along(random, size) > random.uniform(-0.7, 0.7)


def _turned(picture, random):
    """The picture turned about a corner as LFW's were: black where nothing was."""
    angle = random.normal(0, 10)
    turned = ndimage.rotate(picture, angle, reshape=False, order=1, mode="constant")
    shift = random.normal(0, picture.shape[0] / 10, 2)
    return ndimage.shift(turned, shift, order=1, mode="constant")


# Drawn clutter: each takes (random, size) and gives float32 [size, size], 0 to 1.


def gradient(random, size):
    """A wall or a sky: brightness that changes evenly."""
    return 0.5 + 0.5 * _along(random, size) * random.uniform(0, 1)


def clouds(random, size):
    """1/f noise: like foliage, stone, or cloth, by how fast it falls off with frequency."""
    frequency = np.hypot(*np.meshgrid(np.fft.rfftfreq(size), np.fft.fftfreq(size)))
    frequency[0, 0] = 1 / size
    waves = np.exp(2j * np.pi * random.random(frequency.shape)) / frequency ** random.uniform(
        0.8, 2.2
    )
    return _stretched(np.fft.irfft2(waves, (size, size)).astype(np.float32))


def stripes(random, size):
    """Blinds, curtains, fences, shirts."""
    wave = np.sin(_along(random, size) * random.uniform(3, 60) + clouds(random, size) * 2)
    sharp = random.uniform(1, 12)
    return 0.5 + 0.5 * np.clip(wave * sharp, -1, 1) * random.uniform(0.2, 1)


def tiles(random, size):
    """A grid of tiles, windows or shelves with a joint between, each of its own grey."""
    wide, tall = random.integers(2, 14, 2)
    x, y = _grid(size)
    x, y = (x + 1) / 2 * wide, (y + 1) / 2 * tall
    if random.random() < 0.4:
        x = x + 0.5 * (np.floor(y) % 2)  # bricks
    shades = random.uniform(0, 1, (tall + 1, wide + 2)).astype(np.float32)
    picture = shades[np.floor(y).astype(int), np.floor(x).astype(int)] * random.uniform(0, 0.6)
    joint = random.uniform(0.03, 0.2)
    return np.where((x % 1 < joint) | (y % 1 < joint), random.random(), picture + 0.3)


def furniture(random, size):
    """Boxes of one grey or shaded before a wall: shelves, doors, screens, houses."""
    picture = gradient(random, size)
    for _ in range(random.integers(3, 18)):
        height, width = np.exp(random.uniform(np.log(3), np.log(size), 2)).astype(int)
        top, left = random.integers(-height // 2, size, 2)
        rows, columns = slice(max(top, 0), top + height), slice(max(left, 0), left + width)
        shade = random.uniform(0, 1)
        slope = np.linspace(0, random.normal(0, 0.3), size, dtype=np.float32)
        picture[rows, columns] = shade + slope[columns][np.newaxis]
        if random.random() < 0.4:  # a frame
            inner = slice(max(top, 0) + 2, max(top + height - 2, 0))
            picture[inner, max(left, 0) + 2 : max(left + width - 2, 0)] = random.uniform(0, 1)
    return np.clip(picture, 0, 1)


def blobs(random, size):
    """Ellipses of all sizes over each other, hard or soft: leaves, stones, fruit, lamps."""
    x, y = _grid(size)
    picture = gradient(random, size)
    for _ in range(random.integers(5, 40)):
        wide, tall = np.exp(random.uniform(np.log(0.03), np.log(0.6), 2))
        angle, left, top = random.uniform(-1, 1, 3)
        u = (x - left) * np.cos(angle) + (y - top) * np.sin(angle)
        v = (y - top) * np.cos(angle) - (x - left) * np.sin(angle)
        inside = np.clip((1 - (u / wide) ** 2 - (v / tall) ** 2) * random.uniform(1, 20), 0, 1)
        shade = random.random() + random.normal(0, 0.3) * v / tall
        picture = picture + (shade - picture) * inside
    return np.clip(picture, 0, 1)


def writing(random, size):
    """Rows of strokes, bright on dark or dark on bright."""
    page = np.zeros((size, size), dtype=np.float32)
    height = random.integers(3, max(5, size // 6))
    for top in range(random.integers(0, height), size, int(height * random.uniform(1.4, 2.2))):
        left = random.integers(0, height * 2)
        while left < size:
            step = random.integers(1, max(2, height // 3) + 1)
            if random.random() < 0.15:
                left += height  # between two words
            elif random.random() < 0.5:
                page[top : top + height, left : left + max(1, height // 6)] = 1
            else:
                row = top + random.integers(0, height)
                page[row : row + max(1, height // 7), left : left + step + 1] = 1
            left += step + max(1, height // 6)
    page = photo.defocused(page, random.uniform(0, 0.6))
    return 0.5 + (page - 0.5) * random.choice([-1, 1]) * random.uniform(0.4, 1)


def lines(random, size):
    """Straight edges crossing: branches, cables, scaffolding, creases."""
    picture = gradient(random, size)
    for _ in range(random.integers(3, 25)):
        far = np.abs(_along(random, size) - random.uniform(-1, 1))
        width = random.uniform(0.005, 0.08)
        picture = np.where(far < width, random.random(), picture)
    return picture


CLUTTER = (gradient, clouds, clouds, stripes, tiles, furniture, furniture, blobs, writing, lines)
