"""What is chosen of a candidate besides its shape: channels pruned, rounding trained, a teacher.

    class Pictures(Compressible):
        space = Space(filters=(8, 16, 32), **CHOICES)

Of the epochs that a training has, some come after the compression: a network that lost channels
learns again with those it kept, and one that is to round as int8 does (quantization-aware training)
learns with the rounding in it. So a candidate that is compressed costs no more than another.

Fewer bits a weight aren't among the choices: they need an operator, DECODE, that the boards'
interpreter hasn't.
"""

import abc

import numpy as np

from tinyml_helpers import compress
from tinyml_helpers.quiet import quiet
from tinyml_helpers.search.cost import unlike
from tinyml_helpers.search.task import Task

#: What may be chosen, to be given to a `Space`, whole or in part.
CHOICES = {"keep": (0.5, 0.75, 1.0), "aware": (False, True), "distilled": (False, True)}

#: The share of all epochs that come after pruning, and with rounding in it.
_AFTER_PRUNING, _ROUNDING = 0.3, 0.2

#: Learning rates of these, to that of a training from the start.
_RATE_AFTER_PRUNING, _RATE_ROUNDING = 0.3, 0.1


class Compressible(Task):
    """A `Task` whose candidates are Keras models; any of CHOICES may be in its space.

    Those that aren't are as in `keep=1.0, aware=False, distilled=False`.
    """

    @abc.abstractmethod
    def build(self, choice):
        """The untrained Keras model of a choice, before any compression.

        Its layers have names: Keras numbers those that have none, and a name's letters are bytes.

        Raises:
            ValueError: it is no choice of the space.
        """

    @abc.abstractmethod
    def fit(self, model, epochs, seed, rate=1.0, teacher=None):
        """Train a model in place.

        Args:
            model: a Keras model; not compiled, and perhaps not as `build` made it.
            epochs: passes over the data.
            seed: for order and changes of the data.
            rate: the learning rate, times that of a training from the start.
            teacher: what `teacher` returned, to learn from besides, or None.
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
        model = _pruned(unlike(self.build(choice)), choice)
        shape = (8, *model.input_shape[1:])
        anything = np.random.default_rng(0).uniform(-4, 4, shape).astype(np.float32)
        if choice.get("aware"):
            model = compress.quantization_aware(model, anything)
        return compress.quantize(model, "int8", anything)

    def trained(self, choice, epochs, seed):
        """See `Task`."""
        _seed(seed)
        model = self.build(choice)
        teacher = self.teacher() if choice.get("distilled") else None
        first, second, third = split(epochs, choice)
        self.fit(model, first, seed, teacher=teacher)
        smaller = _pruned(model, choice)
        if second:
            self.fit(smaller, second, seed + 1, _RATE_AFTER_PRUNING, teacher)
        x = self.representative()
        if choice.get("aware"):
            smaller = compress.quantization_aware(smaller, x)
            if third:
                self.fit(smaller, third, seed + 2, _RATE_ROUNDING, teacher)
            compress.fix_input_range(smaller, float(x.min()), float(x.max()))
        return compress.quantize(smaller, "int8", x)


def _seed(seed):
    with quiet():
        import keras

    keras.utils.set_random_seed(seed)


def split(epochs, choice):
    """How the epochs of a training are spent.

    Args:
        epochs: all of them, at least 1.
        choice: a dict, perhaps with "keep" and "aware".

    Returns:
        Epochs before pruning, after it, and with rounding, as ints: together as many as given. A
        training of very few has none of the latter.
    """
    after = round(epochs * _AFTER_PRUNING) if choice.get("keep", 1.0) < 1 else 0
    rounding = round(epochs * _ROUNDING) if choice.get("aware") else 0
    return epochs - after - rounding, after, rounding


def _pruned(model, choice):
    """The model with the share of its channels that is to stay; the same if all are."""
    keep = choice.get("keep", 1.0)
    return compress.prune_channels(model, keep) if keep < 1 else model
