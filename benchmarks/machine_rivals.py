"""What else could name a bearing's fault, for predictive_maintenance.py: two simpler models."""

import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.applications.machines import c_watcher, training


class Logistic:
    """Logistic regression on what the fault model sees."""

    def __init__(self, looks):
        from sklearn.linear_model import LogisticRegression

        self._fitted = LogisticRegression(C=0.01, max_iter=300)
        self._fitted.fit(_flat(training.inputs(looks)), looks.kinds)

    def predict(self, x, **_):
        return self._fitted.predict_proba(x.reshape(len(x), -1))


class Rule:
    """The rule of fault orders: how far the lines at a fault's teeth stick out, on average.

    Trained on nothing. A fault is as suspected as its teeth stand above those of no fault.
    """

    def predict(self, x, **_):
        codes, combs = 32 * x[..., 0], x[..., 1:]
        heights = np.maximum(codes, 0)[..., np.newaxis]
        stick_out = (heights * combs).sum(axis=1) / combs.sum(axis=1)
        found = np.exp((stick_out - heights.mean(axis=1)) / 8)
        found = np.concatenate([np.ones((len(x), 1)), found], axis=1)
        return found / found.sum(axis=1, keepdims=True)


def fitted(looks):
    """Both, by name."""
    return {"logistic regression": Logistic(looks), "rule": Rule()}


def sizes(models):
    """The committed model in bytes and multiplications."""
    tflite = models["int8"]
    read = model_file.read(tflite)
    return {
        "bytes": len(tflite),
        "macs": read.macs,
        "parameters": models["float"].count_params(),
        "classes": list(c_watcher.CLASSES),
    }


def _flat(seen):
    return seen.reshape(len(seen), -1) / 32
