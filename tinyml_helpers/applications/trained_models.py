"""Trained models that come with this project: a .tflite and a .keras file each, and figures."""

import json

from tinyml_helpers.quiet import quiet


class TrainedModels:
    """The trained models of one folder.

    Args:
        folder: where they are, a Path.
        names: a tuple of str.
        prefix: what their files' names begin with, before the model's name.
    """

    def __init__(self, folder, names, prefix=""):
        self._folder, self._names, self._prefix = folder, names, prefix

    def committed(self, name):
        """A trained model in int8: the bytes of its .tflite.

        Args:
            name: the model's.

        Raises:
            ValueError: there is no such model; the message lists those there are.
        """
        return self.path(name, ".tflite").read_bytes()

    def committed_keras(self, name):
        """The same model in Keras and float32, to train further or to look into; args as there."""
        path = self.path(name, ".keras")
        with quiet():
            import keras

            return keras.models.load_model(path, compile=False)

    def metrics(self):
        """How good the models are, as measured when they were made: a dict, from a JSON file."""
        return json.loads((self._folder / "metrics.json").read_text(encoding="utf-8"))

    def path(self, name, ending):
        """The path of one of a model's files, whether or not it is there; raises as `committed`."""
        if name not in self._names:
            known = ", ".join(self._names)
            raise ValueError(f"there is no trained model {name!r}: there are {known}")
        return self._folder / f"{self._prefix}{name}{ending}"
