"""What is searched for: how a candidate is made from a choice, and how good it is.

An application's own are in `applications/NAME/searching.py`.
"""

import abc
import time
from typing import NamedTuple


class Task(abc.ABC):
    """What is searched for.

    Tasks travel to the processes that train: they must pickle, so they are small, and load their
    data when they first need it.

    Attributes:
        space: the `Space` of choices.
    """

    space = None

    @abc.abstractmethod
    def untrained(self, choice):
        """The int8 model of a choice before training, for its cost: bytes of a .tflite file."""

    @abc.abstractmethod
    def trained(self, choice, epochs, seed):
        """The same, trained: bytes of a .tflite file.

        Args:
            choice: a dict, one of `space`.
            epochs: passes over the data.
            seed: for initial weights, order and changes of the data.
        """

    @abc.abstractmethod
    def score(self, tflite_bytes):
        """How good a model is on the data kept for choosing: a float, more is better."""

    @abc.abstractmethod
    def test(self, tflite_bytes):
        """The same on the test data: for the one that was chosen, and once."""


class Job(NamedTuple):
    """A training to be done, by any process: what it needs.

    Attributes:
        task: the `Task`.
        choice: a dict, one of its space.
        epochs, seed: as of `Task.trained`.
    """

    task: Task
    choice: dict
    epochs: int
    seed: int


class Done(NamedTuple):
    """A training that was done.

    Attributes:
        score: as of `Task.score`.
        tflite: bytes of the model.
        seconds: that it took.
    """

    score: float
    tflite: bytes
    seconds: float


def do(job):
    """Train and judge one candidate: a `Done`.

    On one thread, and with kernels that add up in one order: the same job gives the same model on
    every processor of a kind, whoever does it and whatever runs beside it.
    """
    _one_thread()
    begun = time.monotonic()
    tflite = job.task.trained(job.choice, job.epochs, job.seed)
    return Done(float(job.task.score(tflite)), tflite, time.monotonic() - begun)


def _one_thread():
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() != 1:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.config.experimental.enable_op_determinism()
