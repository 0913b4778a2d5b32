"""Training of the models of beats: examples in, a model in int8 out.

some = examples.joined([examples.of(ecg) for ecg in examples.varied(range(300))])
model, history = train(some)
tflite = to_int8(model, some)

model, tflite = train_twice(list(examples.varied(range(300))))  # the second time on what it sees
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers import micro
from tinyml_helpers.applications.wearables.hearts import examples
from tinyml_helpers.applications.wearables.hearts.c_monitor import CLASSES, INPUT_SCALE
from tinyml_helpers.applications.wearables.hearts.model import INTERVALS, beat_mlp
from tinyml_helpers.compress import quantize
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: So many simulated hearts, from number 0 on, the models that come along have learnt from.
HEARTS = 800

#: A class counts for each of its beats as if there were this power of them fewer.
_BALANCE = 0.5

#: Of AdamW.
_WEIGHT_DECAY = 1e-3

#: How many examples the ranges of activations are found with.
_REPRESENTATIVE = 4000


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: passes over all examples.
        learning_rate: at the start; it falls to 0 along a cosine.
        batch_size: examples a step.
    """

    epochs: int = 12
    learning_rate: float = 3e-3
    batch_size: int = 256


#: That of the models that come along.
DEFAULT = Recipe()


def train(some, intervals=True, recipe=DEFAULT, seed=0, callbacks=()):
    """Train a model.

    Early beats are rare: each beat counts by the square root of how rare its class is, halfway
    between all beats alike, which leaves early ones unlearnt, and all classes alike, which rings
    too often.

    Args:
        some: `examples.Examples`.
        intervals: whether the model sees intervals; one that doesn't has no weights for them, so a
            monitor may show them to it all the same.
        recipe: a `Recipe`.
        seed: for initial weights and order. Even so two machines don't train the same model: their
            sums of floats differ in the order.
        callbacks: Keras callbacks.

    Returns:
        The model, and its history: {"loss": [...]}, one value an epoch.

    Raises:
        ValueError: there are no examples of some class.
    """
    counts = np.bincount(some.classes, minlength=len(CLASSES))
    if not counts.all():
        told = ", ".join(f"{n:,} of {name}" for name, n in zip(CLASSES, counts, strict=True))
        raise ValueError(f"examples are {told}: give some of each")
    keras.utils.set_random_seed(seed)
    model = beat_mlp()
    steps = recipe.epochs * -(-len(some.inputs) // recipe.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=_WEIGHT_DECAY),
        loss="sparse_categorical_crossentropy",
        jit_compile=False,
    )
    weights = counts**-_BALANCE
    weights *= counts.sum() / (weights @ counts)
    inputs = real(some.inputs)
    if not intervals:
        inputs[:, INTERVALS] = 0
    history = model.fit(
        inputs,
        some.classes,
        sample_weight=weights[some.classes],
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        verbose=0,
        callbacks=list(callbacks),
    ).history
    if not intervals:
        kernel, bias = model.layers[1].get_weights()
        kernel[INTERVALS] = 0
        model.layers[1].set_weights([kernel, bias])
    return model, {"loss": history["loss"]}


def train_twice(recordings, intervals=True, recipe=DEFAULT, seed=0):
    """Train a model, and then another on what a monitor with the first one sees.

    What a beat is shown beside, the heart's usual one, is learnt from beats that the model itself
    calls normal. So the rule on intervals, which is there without a model, shows others than it
    will see.

    Args:
        recordings: a list of `datasets.Ecg`.
        intervals, recipe, seed: as of `train`.

    Returns:
        The model, and the bytes of its .tflite.

    Raises:
        ValueError: no early beats of some kind are marked.
    """
    tflite = None
    for _ in range(2):
        some = examples.joined([examples.of(ecg, tflite) for ecg in recordings])
        model, _ = train(some, intervals, recipe, seed)
        tflite = to_int8(model, some)
    return model, tflite


def real(inputs):
    """What int8 inputs stand for: float32."""
    return inputs.astype(np.float32) * np.float32(INPUT_SCALE)


def predict(model, inputs):
    """Probabilities of CLASSES: float32 [n, 3].

    Args:
        model: a Keras model, or the bytes of a .tflite one, which the micro-interpreter runs.
        inputs: int8 [n, 104].
    """
    if isinstance(model, bytes):
        return micro.predict(model, real(inputs))
    return keras.ops.convert_to_numpy(model(real(inputs), training=False))


def to_int8(model, some, seed=0):
    """Quantize a model; its input gets scale 1/32 and zero point 0, the codes themselves.

    Args:
        model: of `train`.
        some: `examples.Examples`, those it was trained on, for the ranges of its activations.
        seed: which of them.

    Returns:
        Bytes of the .tflite.
    """
    rng = np.random.default_rng(seed)
    seen = some.inputs[rng.integers(0, len(some.inputs), _REPRESENTATIVE)]
    # Both ends of the codes, so that the input's scale is that of the codes; in one input, since
    # ends everywhere would stretch the ranges of all activations.
    seen[:2, INTERVALS.stop - 1] = -128, 127
    return quantize(model, "int8", real(seen))
