"""What of the fault model is searched for: how many convolutions, how wide, how long, how their
channels are summed up, and how it is made small.

    study = search.Study(searching.Faults(), "nano33ble", folder, rungs=(3, 9, 27))
"""

import functools

import numpy as np

from tinyml_helpers import search
from tinyml_helpers.applications.machines import training
from tinyml_helpers.applications.machines.measuring.separation import auc
from tinyml_helpers.applications.machines.model import CONVOLUTIONS, POOLINGS, order_cnn
from tinyml_helpers.datasets.machines.looks import machine_looks

#: One of so many machines is kept for choosing.
_CHOOSING = 5

#: What may be chosen.
SPACE = {
    "convolutions": (2, 3, 4, 5),
    "filters": (4, 6, 8, 12, 16, 24),
    "growth": (1.0, 1.25, 1.5),
    "first_kernel": (3, 5, 7, 9),
    "kernel": (3, 5),
    "first_stride": (1, 2, 4),
    "pooling": POOLINGS,
    **search.CHOICES,
}


class Faults(search.Compressible):
    """A `search.Task`: the fault model. Its score is the area under the curve (AUC) of single looks
    at machines that it hasn't learned from.

    The front end stays as it is, since looks are bundled as codes.

    Args:
        all_machines: True to learn from the machines kept for choosing as well, as the one that was
            chosen may in the end; its score then means nothing, and only its test does.
        bits: of a weight, to choose from, such as `search.BITS`; all have 8 if empty.
        narrower: other values than those of SPACE, by name, such as `distilled=[False]`, which
            spares the training of a teacher.

    Raises:
        ValueError: SPACE has no such name.
    """

    def __init__(self, all_machines=False, bits=(), **narrower):
        few = {"bits": bits} if bits else {}
        self.space = search.Space(**SPACE | few).narrowed(**narrower)
        self.all_machines = all_machines

    def build(self, choice):
        """See `search.Compressible`."""
        self.space.check(choice)
        convolutions = []
        for number in range(choice["convolutions"]):
            filters = round(choice["filters"] * choice["growth"] ** number)
            first = number == 0
            kernel = choice["first_kernel"] if first else choice["kernel"]
            convolutions.append((filters, kernel, choice["first_stride"] if first else 2))
        return order_cnn(convolutions, choice["pooling"])

    def fit(self, model, epochs, seed, rate=1.0, teacher=None, callbacks=()):
        """See `search.Compressible`."""
        recipe = training.Recipe(epochs, rate * training.DEFAULT.learning_rate)
        looks = _learned(self.all_machines)
        training.train(looks, recipe, seed, callbacks, lambda: model, teacher)

    def representative(self):
        """See `search.Compressible`."""
        return training.representative(_learned(self.all_machines))

    def teacher(self):
        """A network of twice the committed one's filters, trained as that one was."""
        return _teacher(self.all_machines)

    def score(self, tflite_bytes):
        """See `search.Task`."""
        return auc_of(tflite_bytes, _looks()[1])

    def test(self, tflite_bytes):
        """See `search.Task`."""
        return auc_of(tflite_bytes, machine_looks()[1])


@functools.cache
def _looks():
    """(to train on, to choose by): `Looks` of the bundled training machines, by machine."""
    looks, _ = machine_looks()
    numbers = np.unique(looks.machines)
    choosing = np.isin(looks.machines, numbers[::_CHOOSING])
    return looks.take(~choosing), looks.take(choosing)


def _learned(all_machines):
    return machine_looks()[0] if all_machines else _looks()[0]


@functools.cache
def _teacher(all_machines):
    twice = [(2 * filters, kernel, stride) for filters, kernel, stride in CONVOLUTIONS]
    model, _ = training.train(_learned(all_machines), build=lambda: order_cnn(twice))
    return model


def auc_of(tflite_bytes, looks):
    """How well a model tells faulty looks from healthy ones: the area under the curve, 0 to 1.

    Args:
        tflite_bytes: a fault model in int8.
        looks: `datasets.machines.looks.Looks`; some of each kind.
    """
    faulty = 1 - training.predict(tflite_bytes, training.inputs(looks))[:, 0]
    return auc(faulty[looks.kinds == 0], faulty[looks.kinds > 0])
