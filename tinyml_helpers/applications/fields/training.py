"""Training of the model of soil moisture: examples in, a model in int8 out.

some = examples.simulated(range(40), [2018])
model, history = train(some)
tflite = to_int8(model, some)
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.model import quantile_mlp
from tinyml_helpers.compress import quantize
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import ops

#: How often, in training, weather is forgotten, and the rain to come.
_NO_WEATHER, _NO_RAIN_AHEAD = 0.35, 0.6

#: A usual change at each lead, percent by volume: what makes errors of a week count as much as
#: those of six hours.
_USUAL = np.array([0.4, 1.5, 3.0, 4.0], np.float32)

#: Larger changes are learned as this share of the largest that the model can tell: where a tanh is
#: flat its input would grow without end, and int8 would have few codes left for small changes.
_REACH = 0.8

#: Of AdamW.
_WEIGHT_DECAY = 1e-2

#: The time of day: an input that can be anything without much of an effect.
_MATTERS_LEAST = 11

#: How many examples the ranges of activations are found with.
_REPRESENTATIVE = 4000


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: passes over all examples, each time other things forgotten.
        learning_rate: at the start; it falls to 0 along a cosine.
        batch_size: examples a step.
    """

    epochs: int = 12
    learning_rate: float = 4e-3
    batch_size: int = 256


#: That of the models that come along.
DEFAULT = Recipe()


def train(examples, recipe=DEFAULT, seed=0, callbacks=()):
    """Train a model.

    Weather and rain to come are forgotten at random, so that one model serves a node that knows
    them and a gateway that doesn't. The loss is the pinball loss of each quantile (R. Koenker and
    G. Bassett, *Regression Quantiles*, Econometrica 46 (1978), 33-50).

    Args:
        examples: `examples.Examples`.
        recipe: a `Recipe`.
        seed: for initial weights, order and what is forgotten. Even so two machines don't train
            the same model: their sums of floats differ in the order.
        callbacks: Keras callbacks; each epoch is a `fit` of its own to them.

    Returns:
        The model, and its history: {"loss": [...]}, one value an epoch.

    Raises:
        ValueError: there are no examples.
    """
    if not len(examples.inputs):
        raise ValueError("there are no examples to train on")
    keras.utils.set_random_seed(seed)
    rng, model = np.random.default_rng(seed), quantile_mlp()
    steps = recipe.epochs * -(-len(examples.inputs) // recipe.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=_WEIGHT_DECAY)
    model.compile(optimizer, pinball, jit_compile=False)
    known = ~np.isnan(examples.changes)
    most = _REACH * np.float32(c_node.MOST_CHANGE)
    changes = np.clip(np.nan_to_num(examples.changes), -most, most)
    wanted = np.stack([changes, known], axis=-1).astype(np.float32)
    history = {"loss": []}
    for _ in range(recipe.epochs):
        x = real(forgetful(examples.inputs, rng))
        new = model.fit(
            x, wanted, batch_size=recipe.batch_size, verbose=0, callbacks=list(callbacks)
        ).history
        history["loss"] += new["loss"]
    return model, history


def real(inputs):
    """What int8 inputs stand for: float32."""
    return inputs.astype(np.float32) * np.float32(c_node.INPUT_SCALE)


def forgetful(inputs, rng):
    """Inputs with the weather forgotten in some, and the rain to come in others: int8 [n, 24]."""
    made = inputs.copy()
    made[rng.random(len(made)) < _NO_WEATHER, c_node.WEATHER] = 0
    made[rng.random(len(made)) < _NO_RAIN_AHEAD, c_node.RAIN_AHEAD] = 0
    return made


def knowing(inputs, weather=True, rain_ahead=False):
    """Inputs as who knows only these things sees them: int8 [n, 24]."""
    made = inputs.copy()
    for known, place in ((weather, c_node.WEATHER), (rain_ahead, c_node.RAIN_AHEAD)):
        if not known:
            made[:, place] = 0
    return made


def pinball(wanted, given):
    """The mean pinball loss, each lead's in units of its usual change.

    Args:
        wanted: [n, 4, 2], changes in percent by volume, and whether they are known.
        given: [n, 12], the model's.
    """
    most = np.float32(c_node.MOST_CHANGE)[:, None]
    levels = np.float32(c_node.QUANTILES)
    shape = (-1, len(c_node.LEAD_HOURS), len(c_node.QUANTILES))
    error = (wanted[..., :1] - ops.reshape(given, shape) * most) / _USUAL[:, None]
    return ops.mean(wanted[..., 1:] * ops.maximum(levels * error, (levels - 1) * error))


def predicted(model, inputs):
    """What a Keras model says of int8 inputs: float [n, 4, 3], percent by volume.

    As `offline.forecasts`, in float32; quantiles may cross.
    """
    given = model.predict(real(inputs), batch_size=8192, verbose=0)
    return given.reshape(len(inputs), -1, len(c_node.QUANTILES)) * np.array(
        c_node.MOST_CHANGE
    ).reshape(-1, 1)


def to_int8(model, examples, seed=0):
    """A model as the node takes it.

    Args:
        model: of `train`.
        examples: what ranges of activations are found with.
        seed: which of them, and what is forgotten.

    Returns:
        Bytes of the .tflite.
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(examples.inputs), _REPRESENTATIVE)
    seen = forgetful(examples.inputs[rows], rng)
    # Both ends of the codes, so that the input's scale is that of the codes; in one input, since
    # ends everywhere would stretch the ranges of all activations.
    seen[:2, _MATTERS_LEAST] = -128, 127
    return quantize(model, "int8", real(seen))
