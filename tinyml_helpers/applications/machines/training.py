"""Training of the fault model: looks at simulated machines in, a model in int8 out.

train_looks, test_looks = machine_looks()
model, history = train(train_looks)
tflite = to_int8(model, train_looks)
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers import micro
from tinyml_helpers.applications.machines import offline
from tinyml_helpers.applications.machines.c_watcher import CLASSES, INPUT_SCALE
from tinyml_helpers.applications.machines.model import order_cnn
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.compress import quantize
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: Order codes are cut to this on either side, as faults.c does.
_MOST_CODE = 64

#: How often a spectrum gets foreign lines on average, and how strong at most, in codes.
_FOREIGN_LINES, _STRONGEST = 2, 40

#: How far the background bends along the orders, in codes, at five places.
_BEND, _BENDS = 6, 5


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: passes over all looks, each time changed in another way.
        learning_rate: at the start; it falls to 0 along a cosine.
        batch_size: looks a step.
    """

    epochs: int = 25
    learning_rate: float = 3e-3
    batch_size: int = 64


#: About a minute on two cores.
DEFAULT = Recipe()


def inputs(looks):
    """What the fault model is shown of looks, each with its own bearing.

    Args:
        looks: `datasets.machines.looks.Looks`.

    Returns:
        int8 [n, 192, 4], × 1/32: order codes, and combs for the inner race, outer race and ball.
    """
    seen = np.empty((len(looks.kinds), len(looks.orders[0]), len(CLASSES)), np.int8)
    bearings, which = np.unique(looks.bearings, axis=0, return_inverse=True)
    for number, (inner, outer, ball, _) in enumerate(bearings):
        rows = np.flatnonzero(which.ravel() == number)
        settings = Settings(inner=float(inner), outer=float(outer), ball=float(ball))
        seen[rows] = offline.inputs(looks.orders[rows], settings)
    return seen


def train(looks, recipe=DEFAULT, seed=0, callbacks=(), build=order_cnn, teacher=None):
    """Train a model on looks.

    Each epoch sees each look changed: its background bent, foreign lines in it; and healthy looks
    with the combs of another bearing, since a machine in health is in health for any bearing. What
    is left to learn from is whether lines and combs agree.

    Args:
        looks: `datasets.machines.looks.Looks`.
        recipe: a `Recipe`.
        seed: for initial weights, order and changes. Even so two machines don't train the same
            model: their sums of floats differ in the order.
        callbacks: Keras callbacks; each epoch is a `fit` of its own to them.
        build: called for the untrained model, when the seed is set.
        teacher: a Keras model; if there is one, the loss is half of what looks say they are, and
            half of what it thinks they are (Hinton, Vinyals and Dean, arXiv:1503.02531, at a
            temperature of 1, where a look's classes are as likely as the teacher finds them).

    Returns:
        The model, and its history: {"loss": [...], "accuracy": [...]}, one value an epoch.

    Raises:
        ValueError: there are no looks.
    """
    if not len(looks.kinds):
        raise ValueError("there are no looks to train on")
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    seen, model = inputs(looks), build()
    steps = recipe.epochs * -(-len(seen) // recipe.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-3),
        loss="categorical_crossentropy" if teacher else "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    history = {"loss": [], "accuracy": []}
    for _ in range(recipe.epochs):
        x = changed(seen, looks.kinds == 0, rng)
        y = _taught(teacher, x, looks.kinds) if teacher else looks.kinds
        new = model.fit(
            x, y, batch_size=recipe.batch_size, verbose=0, callbacks=list(callbacks)
        ).history
        for name, values in history.items():
            values += new[name]
    return model, history


def _taught(teacher, x, kinds):
    """What a student is to answer: float32 [n, 4]."""
    said = np.eye(len(CLASSES), dtype=np.float32)[kinds]
    return (said + teacher.predict(x, batch_size=256, verbose=0)) / 2


def changed(seen, healthy, rng):
    """Another version of what the model is shown, for training.

    Args:
        seen: int8 [n, 192, 4], of `inputs`.
        healthy: bool [n].
        rng: a NumPy generator.

    Returns:
        float32 [n, 192, 4], as the model takes it.
    """
    count, orders, _ = seen.shape
    codes, combs = seen[..., 0].astype(np.float32), seen[..., 1:].copy()
    combs[healthy] = combs[rng.integers(count, size=np.count_nonzero(healthy))]
    places = np.linspace(0, _BENDS - 1, orders)
    below = np.minimum(places.astype(int), _BENDS - 2)
    part = (places - below).astype(np.float32)
    bends = rng.normal(0, _BEND, (count, _BENDS)).astype(np.float32)
    codes += bends[:, below] * (1 - part) + bends[:, below + 1] * part
    lines = rng.poisson(_FOREIGN_LINES, count)
    for number in range(lines.max()):
        rows = np.flatnonzero(lines > number)
        at, strong = rng.integers(orders - 1, size=len(rows)), rng.uniform(0, _STRONGEST, len(rows))
        for place, size in ((at, strong), (at + 1, strong * rng.random(len(rows)))):
            codes[rows, place] = np.maximum(codes[rows, place], size)
    codes -= np.median(codes, axis=1, keepdims=True)
    codes = np.clip(codes, -_MOST_CODE, _MOST_CODE)
    return INPUT_SCALE * np.concatenate([codes[..., np.newaxis], combs], axis=2, dtype=np.float32)


def to_int8(model, looks):
    """Quantize a model; its input gets scale 1/32 and zero point 0, the codes themselves.

    Args:
        model: a trained Keras model.
        looks: `Looks` it was trained on, for the ranges of its activations.

    Returns:
        The .tflite model, bytes.

    Raises:
        ValueError: there are no looks.
    """
    return quantize(model, "int8", representative(looks))


def representative(looks, count=500):
    """What to quantize with, so that the input gets scale 1/32 and zero point 0.

    Args:
        looks: `Looks` the model was trained on.
        count: how many of them to use, evenly chosen.

    Returns:
        float32 [n, 192, 4], as the model takes it.
    """
    x = _real(inputs(looks.take(slice(None, None, max(1, len(looks.kinds) // count)))))
    # The least code and the largest among them make the input's range all of int8.
    x[:1, :2, 0] = np.array([-128, 127]) * INPUT_SCALE
    return x


def predict(model, seen):
    """Probabilities of c_watcher.CLASSES: float32 [n, 4].

    Args:
        model: a Keras model, or the bytes of a .tflite one, which the micro-interpreter runs.
        seen: int8 [n, 192, 4], of `inputs`.
    """
    x = _real(seen)
    if isinstance(model, bytes):
        return micro.predict(model, x)
    return model.predict(x, batch_size=256, verbose=0)


def _real(seen):
    return seen.astype(np.float32) * INPUT_SCALE
