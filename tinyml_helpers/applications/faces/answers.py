"""What a detector and a verifier answer, of either kind: in int8 as on boards, or Keras' floats.

    grid = grids(model, frames)  # a Keras model, or the bytes of a .tflite one
    vectors = embeddings(model, crops)

Training and measuring ask both kinds alike, and compare what comes out.
"""

import numpy as np

from tinyml_helpers.applications.faces.detector import Detector
from tinyml_helpers.applications.faces.verifier import Verifier

#: A crop's codes over this are a verifier's input, about -2 to 2. The int8 model's input has this
#: scale and zero point 0, so that there the codes go in as they are.
CODES_PER_ONE = 64


def detector_input(images):
    """Frames as a float detector takes them: uint8 [n, h, w] to float32 [n, h, w, 1], -1 to 1."""
    return (images[..., np.newaxis].astype(np.float32) - 128) / 128


def grids(model, frames):
    """A detector's answers to frames: float32 [n, h / 8, w / 8, 4].

    Args:
        model: a Keras model, or the bytes of a .tflite one, which the micro-interpreter runs.
        frames: uint8 [n, h, w] of the model's size.
    """
    if isinstance(model, bytes):
        return (Detector(model).grids(frames).astype(np.float32) + 128) / 256
    return model.predict(detector_input(frames), batch_size=128, verbose=0)


def verifier_input(codes):
    """Crops as a float verifier takes them: int8 [n, 48, 48] to float32 [n, 48, 48, 1]."""
    return np.asarray(codes)[..., np.newaxis].astype(np.float32) / CODES_PER_ONE


def embeddings(model, codes):
    """What a verifier makes of crops: [n, 64], float32 of a Keras model, int16 of an int8 one.

    Args:
        model: as `grids`.
        codes: int8 [n, 48, 48].
    """
    if isinstance(model, bytes):
        return Verifier(model).embeddings(codes)
    return model.predict(verifier_input(codes), batch_size=256, verbose=0)
