"""The trained fault model that comes with this project, and what is known about it."""

from pathlib import Path

from tinyml_helpers.applications.trained_models import TrainedModels

#: Where it is; `data/machine_models/faults.md` is its card.
FOLDER = Path(__file__).parents[3] / "data" / "machine_models"

_MODELS = TrainedModels(FOLDER, ("faults",))
metrics = _MODELS.metrics


def committed():
    """The fault model in int8: the bytes of its .tflite."""
    return _MODELS.committed("faults")


def committed_keras():
    """The same model in Keras and float32."""
    return _MODELS.committed_keras("faults")
