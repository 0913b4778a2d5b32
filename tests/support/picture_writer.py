"""Pictures for tests, as arrays and as files' bytes."""

import io

import numpy as np
from PIL import Image


def photograph(height, width, seed=0):
    """Something smooth in colour, uint8 [height, width, 3]."""
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 5, 3), np.uint8)
    return np.array(Image.fromarray(coarse).resize((width, height)))


def encoded(image, kind="jpeg"):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, kind, quality=95)
    return buffer.getvalue()


def noise(height, width, seed=0):
    """Grey noise, uint8 [height, width]."""
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


def write(path, image, **options):
    """Write an image to a file, and make its folder; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, **options)
    return path
