"""What of the fault model is searched for: how many convolutions, how wide, how long, and how their
channels are summed up.

    study = search.Study(searching.Faults(), "nano33ble", folder, rungs=(3, 9, 27))
"""

import functools

import numpy as np

from tinyml_helpers import compress, search
from tinyml_helpers.applications.machines import training
from tinyml_helpers.applications.machines.c_watcher import INPUT
from tinyml_helpers.applications.machines.measuring.separation import auc
from tinyml_helpers.applications.machines.model import POOLINGS, order_cnn
from tinyml_helpers.datasets.machines.looks import machine_looks

#: One of so many machines is kept for choosing.
_CHOOSING = 5


class Faults(search.Task):
    """A `search.Task`: the fault model. Its score is the area under the curve (AUC) of single looks
    at machines that it hasn't learned from.

    The front end stays as it is, since looks are bundled as codes.
    """

    space = search.Space(
        convolutions=(2, 3, 4, 5),
        filters=(4, 6, 8, 12, 16, 24),
        growth=(1.0, 1.25, 1.5),
        first_kernel=(3, 5, 7, 9),
        kernel=(3, 5),
        first_stride=(1, 2, 4),
        pooling=POOLINGS,
    )

    def untrained(self, choice):
        """See `search.Task`."""
        codes = np.random.default_rng(0).uniform(-4, 127 / 32, (8, *INPUT[1:])).astype(np.float32)
        return compress.quantize(search.unlike(self._build(choice)), "int8", codes)

    def trained(self, choice, epochs, seed):
        """See `search.Task`."""
        looks, _ = _looks()
        recipe = training.DEFAULT._replace(epochs=epochs)
        model, _ = training.train(looks, recipe, seed, build=lambda: self._build(choice))
        return training.to_int8(model, looks)

    def score(self, tflite_bytes):
        """See `search.Task`."""
        return _auc(tflite_bytes, _looks()[1])

    def test(self, tflite_bytes):
        """See `search.Task`."""
        return _auc(tflite_bytes, machine_looks()[1])

    def _build(self, choice):
        """The untrained Keras model of a choice."""
        self.space.check(choice)
        convolutions = []
        for number in range(choice["convolutions"]):
            filters = round(choice["filters"] * choice["growth"] ** number)
            first = number == 0
            kernel = choice["first_kernel"] if first else choice["kernel"]
            convolutions.append((filters, kernel, choice["first_stride"] if first else 2))
        return order_cnn(convolutions, choice["pooling"])


@functools.cache
def _looks():
    """(to train on, to choose by): `Looks` of the bundled training machines, by machine."""
    looks, _ = machine_looks()
    numbers = np.unique(looks.machines)
    choosing = np.isin(looks.machines, numbers[::_CHOOSING])
    return looks.take(~choosing), looks.take(choosing)


def _auc(tflite_bytes, looks):
    faulty = 1 - training.predict(tflite_bytes, training.inputs(looks))[:, 0]
    return auc(faulty[looks.kinds == 0], faulty[looks.kinds > 0])
