"""Models made elsewhere, where this computer has some."""

import os
from pathlib import Path


def models():
    """Paths of the .tflite files in the folder that `TINYML_MODELS` names, sorted."""
    folder = os.environ.get("TINYML_MODELS")
    return sorted(Path(folder).glob("*.tflite")) if folder else []
