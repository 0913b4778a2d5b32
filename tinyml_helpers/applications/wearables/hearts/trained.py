"""The trained models of beats that come with this project, and what is known about them."""

from pathlib import Path

from tinyml_helpers.applications.trained_models import TrainedModels

#: Where they are; `data/heart_models/beats.md` is their card.
FOLDER = Path(__file__).parents[4] / "data" / "heart_models"

#: One that sees shapes and intervals, and one that sees shapes alone.
BOTH, SHAPE = "both", "shape"

_MODELS = TrainedModels(FOLDER, (BOTH, SHAPE))
metrics = _MODELS.metrics


def committed(name=BOTH):
    """A model of beats in int8: the bytes of its .tflite.

    Args:
        name: BOTH, the one a monitor takes, or SHAPE.

    Raises:
        ValueError: there is no such model; the message lists those there are.
    """
    return _MODELS.committed(name)


def committed_keras(name=BOTH):
    """The same model in Keras and float32; args and errors as there."""
    return _MODELS.committed_keras(name)


def thresholds():
    """From which suspicion on a beat is called early, by how many false alarms that may bring.

    Returns:
        A dict: of false alarms a day, "100" or "1000", to a dict of `measuring.ways.WAYS` to an
        int: a monitor's `threshold`, or 100 - its `early` for the rule on intervals. They were
        chosen on simulated hearts that no model was trained on and that none is tested on.
    """
    return metrics()["thresholds"]
