"""A task to search for that takes no time: nothing is trained, and a formula says the score."""

import functools

import numpy as np

from tinyml_helpers import compress, search
from tinyml_helpers.quiet import quiet
from tinyml_helpers.search.task import Done


class Toy(search.Task):
    """Fully-connected networks; those of some 500 MACs score best, longer training is better,
    and each seed a little differently.
    """

    space = search.Space(width=(2, 4, 8, 16, 32), layers=(1, 2, 3), kind=("relu", "tanh"))

    def untrained(self, choice):
        """See `search.Task`."""
        return _network(**choice)

    def trained(self, choice, epochs, seed):
        """The untrained model, and behind it what the score is made of."""
        macs = choice["width"] * (8 + 2) + (choice["layers"] - 1) * choice["width"] ** 2
        return self.untrained(choice) + f"|{macs} {epochs} {seed}".encode()

    def score(self, tflite_bytes):
        """See `search.Task`."""
        macs, epochs, seed = map(int, tflite_bytes.rpartition(b"|")[2].split())
        return 1 - abs(np.log(macs / 500)) / 10 - 1 / (epochs + 1) + (seed * 7919 % 13) / 1000

    def test(self, tflite_bytes):
        """See `search.Task`."""
        return self.score(tflite_bytes)


@functools.cache
def _network(width, layers, kind):
    with quiet():
        import keras

    keras.utils.set_random_seed(0)
    dense = [keras.layers.Dense(width, activation=kind) for _ in range(layers)]
    model = keras.Sequential([keras.Input((8,)), *dense, keras.layers.Dense(2)])
    examples = np.random.default_rng(0).normal(size=(8, 8)).astype(np.float32)
    return compress.quantize(search.unlike(model), "int8", examples)


class Beside:
    """Workers that are this process; `order` says which job is done when.

    Args:
        order: called with a list of places for the same in another order.
        breaks_after: jobs after which a KeyboardInterrupt comes, as somebody's Ctrl-C.
    """

    def __init__(self, order=list, breaks_after=None):
        self.order, self.left = order, breaks_after
        self.jobs = []

    def each(self, function, jobs):
        """See `search.Here`."""
        for place in self.order(range(len(jobs))):
            if self.left == 0:
                raise KeyboardInterrupt
            self.left = None if self.left is None else self.left - 1
            job = jobs[place]
            self.jobs.append(job)
            tflite = job.task.trained(job.choice, job.epochs, job.seed)
            yield place, Done(job.task.score(tflite), tflite, 0.0)
