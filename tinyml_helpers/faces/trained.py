"""The trained models of faces that come with this project, and what is known about them."""

import json
from pathlib import Path

from tinyml_helpers.quiet import quiet

#: Where they are.
FOLDER = Path(__file__).parents[2] / "data" / "face_models"

#: Their names: `detector.md` and `verifier.md` in their folder say more.
MODELS = ("detector", "verifier")


def committed(name):
    """A trained model in int8: the bytes of its .tflite.

    Args:
        name: one of `MODELS`.

    Raises:
        ValueError: there is no such model.
    """
    return _file(name, ".tflite").read_bytes()


def committed_keras(name):
    """The same model in Keras and float32, to train further or to look into; args as there."""
    path = _file(name, ".keras")
    with quiet():
        import keras

        return keras.models.load_model(path, compile=False)


def metrics():
    """How good the trained models are, as measured when they were made: a dict, from a JSON file.

    metrics()["detector"]["threshold"] is the score from which a box is a face, and
    metrics()["verifier"]["threshold"] the similarity from which two are one person.
    """
    return json.loads((FOLDER / "metrics.json").read_text(encoding="utf-8"))


def _file(name, ending):
    """The path of one of a model's files."""
    if name not in MODELS:
        raise ValueError(f"there is no trained model {name!r}: there are {', '.join(MODELS)}")
    return FOLDER / f"{name}{ending}"
