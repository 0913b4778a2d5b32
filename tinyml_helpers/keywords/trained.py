"""The trained models that come with this project, and what is known about them."""

import json
from pathlib import Path

from tinyml_helpers.quiet import quiet

#: Where they are.
FOLDER = Path(__file__).parents[2] / "data" / "keywords"

#: Their names. "synthetic" was trained on the bundled speech, "real" on recordings of people:
#: `data/keywords/synthetic.md` and `real.md` say more.
MODELS = ("synthetic", "real")


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


def speakers(name):
    """The people a trained model was trained on: a frozenset of str, empty if "synthetic"."""
    path = _file(name, "_speakers.txt")
    return frozenset(path.read_text(encoding="utf-8").split() if path.exists() else ())


def metrics():
    """How good the trained models are, as measured when they were made: a dict, from a JSON file.

    metrics()[name][tested on]["int8" or "float"]["12 classes" or "ten words"] is a share, 0 to 1.
    """
    return json.loads((FOLDER / "metrics.json").read_text(encoding="utf-8"))


def _file(name, ending):
    """The path of one of a model's files."""
    if name not in MODELS:
        raise ValueError(f"there is no trained model {name!r}: there are {', '.join(MODELS)}")
    return FOLDER / f"keyword_{name}{ending}"
