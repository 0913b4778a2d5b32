"""What is chosen besides a shape: channels pruned, bits a weight, rounding trained, a teacher.

    class Pictures(Compressible):
        space = Space(filters=(8, 16, 32), **CHOICES, bits=BITS)

Of the epochs that a training has, some come after the compression: a network that lost channels
learns again with those it kept, one whose weights have few values learns better values, and one
that is to round as int8 does (quantization-aware training) learns with the rounding in it. So a
candidate that is compressed costs no more than another.
"""

import abc
from typing import NamedTuple

import numpy as np

from tinyml_helpers import compress
from tinyml_helpers.quiet import quiet
from tinyml_helpers.search.cost import unlike
from tinyml_helpers.search.task import Task

#: What may be chosen, to be given to a `Space`, whole or in part.
CHOICES = {"keep": (0.5, 0.75, 1.0), "aware": (False, True), "distilled": (False, True)}

#: Bits a weight, to be given to a `Space` besides, as `bits`. Of 8 they are stored as they are, of
#: fewer as indices into tables of codes (`compress.lut_compress`), where that takes less flash; it
#: takes more RAM and time.
BITS = (2, 4, 8)

#: The share of all epochs that come after pruning, with few values, and with rounding.
_AFTER_PRUNING, _CLUSTERED, _ROUNDING = 0.3, 0.2, 0.2

#: Learning rates of these, to that of a training from the start.
_RATE_AFTER_PRUNING, _RATE_CLUSTERED, _RATE_ROUNDING = 0.3, 0.3, 0.1


class Compressible(Task):
    """A `Task` whose candidates are Keras models; any of CHOICES, and `bits`, may be in its space.

    Those that aren't are as in `keep=1.0, aware=False, distilled=False, bits=8`.
    """

    @abc.abstractmethod
    def build(self, choice):
        """The untrained Keras model of a choice, before any compression.

        Its layers have names: Keras numbers those that have none, and a name's letters are bytes.

        Raises:
            ValueError: it is no choice of the space.
        """

    @abc.abstractmethod
    def fit(self, model, epochs, seed, rate=1.0, teacher=None, callbacks=()):
        """Train a model in place.

        Args:
            model: a Keras model; not compiled, and perhaps not as `build` made it.
            epochs: passes over the data.
            seed: for order and changes of the data.
            rate: the learning rate, times that of a training from the start.
            teacher: what `teacher` returned, to learn from besides, or None.
            callbacks: Keras callbacks, for the model's `fit`.
        """

    @abc.abstractmethod
    def representative(self):
        """Inputs from the training data for the ranges of activations: float32 [n, ...].

        The least and the largest of them are the input's range.
        """

    def teacher(self):
        """What a distilled candidate learns from: a trained Keras model, or whatever `fit` takes,
        which knows nothing of the data kept for choosing.

        Raises:
            ValueError: the task has none.
        """
        name = type(self).__name__
        raise ValueError(f"{name} has no teacher: leave `distilled` out of its space")

    def untrained(self, choice):
        """See `Task`; the same bytes each time."""
        _seed(0)
        model = _clustered(_pruned(unlike(self.build(choice)), choice), choice)
        shape = (8, *model.input_shape[1:])
        anything = np.random.default_rng(0).uniform(-4, 4, shape).astype(np.float32)
        if choice.get("aware"):
            model = compress.quantization_aware(model, anything)
        return _quantized(model, anything, choice)

    def trained(self, choice, epochs, seed):
        """See `Task`."""
        _seed(seed)
        model = self.build(choice)
        teacher = self.teacher() if choice.get("distilled") else None
        parts = split(epochs, choice)
        self.fit(model, parts.whole, seed, teacher=teacher)
        smaller = _pruned(model, choice)
        if parts.pruned:
            self.fit(smaller, parts.pruned, seed + 1, _RATE_AFTER_PRUNING, teacher)
        smaller = _clustered(smaller, choice)
        held = [compress.WeightClustering()] if _few(smaller, choice) else []
        if parts.clustered:
            self.fit(smaller, parts.clustered, seed + 3, _RATE_CLUSTERED, teacher, held)
        x = self.representative()
        if choice.get("aware"):
            smaller = compress.quantization_aware(smaller, x)
            if parts.rounding:
                self.fit(smaller, parts.rounding, seed + 2, _RATE_ROUNDING, teacher, held)
            compress.fix_input_range(smaller, float(x.min()), float(x.max()))
        return _quantized(smaller, x, choice)


def _seed(seed):
    with quiet():
        import keras

    keras.utils.set_random_seed(seed)


class Parts(NamedTuple):
    """Epochs of a training.

    Attributes:
        whole: before any compression.
        pruned: after pruning.
        clustered: with few values.
        rounding: with rounding, and few values if those were chosen.
    """

    whole: int
    pruned: int
    clustered: int
    rounding: int


def split(epochs, choice):
    """How the epochs of a training are spent.

    Args:
        epochs: all of them, at least 1.
        choice: a dict, perhaps with "keep", "bits" and "aware".

    Returns:
        `Parts`, together as many as given. A training of very few has none of the later ones.
    """
    pruned = round(epochs * _AFTER_PRUNING) if choice.get("keep", 1.0) < 1 else 0
    # Rounded down, so that three epochs leave one for the whole network.
    clustered = int(epochs * _CLUSTERED) if _has_few_values(choice) else 0
    rounding = round(epochs * _ROUNDING) if choice.get("aware") else 0
    return Parts(epochs - pruned - clustered - rounding, pruned, clustered, rounding)


def _pruned(model, choice):
    """The model with the share of its channels that is to stay; the same if all are."""
    keep = choice.get("keep", 1.0)
    return compress.prune_channels(model, keep) if keep < 1 else model


def _has_few_values(choice):
    return choice.get("bits", 8) < 8


def _clustered(model, choice):
    """The model with as few values a channel as its bits can tell apart, where that saves bytes."""
    few = _few(model, choice)
    if not few:
        return model
    return compress.cluster_weights(model, 2 ** choice["bits"], per_channel=True, only=few)


def _few(model, choice):
    """Names of the layers whose weights get few values."""
    return compress.worth_tables(model, choice["bits"]) if _has_few_values(choice) else []


def _quantized(model, representative, choice):
    """The model in int8, with tables where they were chosen and shorten it."""
    tflite_bytes = compress.quantize(model, "int8", representative)
    if not _has_few_values(choice):
        return tflite_bytes
    try:
        return compress.lut_compress(tflite_bytes, choice["bits"])
    except ValueError:  # nothing gains: see `compress.lut_compress`
        return tflite_bytes
