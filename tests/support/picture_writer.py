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
