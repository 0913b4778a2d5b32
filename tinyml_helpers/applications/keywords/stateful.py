"""Training of a keyword spotter that keeps state: sequences in, a model in int8 out.

    model, history = train(clips)
    tflite = to_int8(model, clips)
    training.accuracy(tflite, others)

What `training` is for a model that sees a whole second.
"""

import numpy as np

from tinyml_helpers.applications.keywords import sequences
from tinyml_helpers.applications.keywords.clip_answers import model_input
from tinyml_helpers.applications.keywords.clips import join
from tinyml_helpers.applications.keywords.model import svdf_net
from tinyml_helpers.applications.keywords.training import optimizer
from tinyml_helpers.applications.keywords.versions import Recipe, ahead
from tinyml_helpers.compress import quantize_streaming
from tinyml_helpers.datasets.sounds.speech import speech
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: For the bundled speech, and for real people with some of it: about twelve minutes on two cores.
SYNTHETIC = Recipe(
    epochs=24, learning_rate=3e-3, batch_size=12, speed=0.2, spliced=0.15, others=2,
)  # fmt: skip
REAL = SYNTHETIC._replace(epochs=40, bundled=2000, others=5, sentences=0.12, warp=0.12)

#: Each version of the clips is learned so often, with other parts hidden: making one takes long.
_USES = 3

_LEAST = 1e-6  # likelihood, so that a loss is never infinite


def train(clips, recipe=REAL, model=None, seed=0, callbacks=()):
    """Train a model on sequences of clips, each epoch on others.

    While one version is learned, a second thread makes the next.

    Args:
        clips: Clips.
        recipe: a `Recipe`: its epochs, learning_rate, batch_size and bundled count here, and what
            `sequences.version` says.
        model: the Keras model to train on, as `svdf_net` makes it; a new one if None.
        seed, callbacks: as for `training.train`.

    Returns:
        The model, and its history: {"loss": [...]}, one value an epoch.

    Raises:
        ValueError: nobody speaks in the clips.
    """
    keras.utils.set_random_seed(seed)
    model = model or svdf_net(classes=len(clips.names))
    student = keras.Model(model.inputs, model.outputs)  # the model is saved without its optimizer
    more = speech()[0] if recipe.bundled else None
    random, hides = (np.random.default_rng([seed, use]) for use in range(2))
    history = []

    def next_version():
        chosen = clips
        if more:
            chosen = join(clips, more.take(random.permutation(len(more.labels))[: recipe.bundled]))
        return sequences.version(chosen, recipe, random)

    for epoch, made in enumerate(ahead(next_version, recipe.epochs)):
        codes, allowed = _whole_batches(made, recipe.batch_size)
        if epoch == 0:
            _compile(student, recipe, _USES * -(-len(codes) // recipe.batch_size))
        for _ in range(_USES):
            new = student.fit(
                model_input(sequences.hidden(codes, recipe, hides)),
                allowed,
                batch_size=recipe.batch_size,
                verbose=0,
                callbacks=list(callbacks),
            ).history
        history += new["loss"]
    return model, {"loss": history}


def to_int8(model, clips, count=300):
    """Quantize a model; its input gets scale 1/32 and zero point 0, the front end's own codes.

    Args:
        model: a trained Keras model.
        clips: Clips it was trained on: in sessions and in rows they give the ranges.
        count: how many of them to use, evenly chosen.

    Returns:
        The .tflite model, bytes.

    Raises:
        ValueError: nobody speaks in the clips.
    """
    some = clips.take(np.arange(0, len(clips.labels), max(1, len(clips.labels) // count)))
    codes, _ = sequences.version(some, Recipe(others=1), np.random.default_rng(0))
    # One softest and one loudest code among them make the input's range all of int8.
    codes[:1, 0, :2] = -128, 127
    return quantize_streaming(model, model_input(codes))


def _compile(model, recipe, steps):
    """Prepare a model for `fit`, with `steps` batches an epoch."""
    rate = optimizer(recipe, recipe.epochs * steps)
    model.compile(optimizer=rate, loss=_loss, jit_compile=True)


def _whole_batches(arrays, size):
    """Arrays without the rest of the last batch: for another size all would be compiled anew."""
    count = max(len(arrays[0]) // size * size, min(size, len(arrays[0])))
    return [array[:count] for array in arrays]


def _loss(allowed, likely):
    """How unlikely the model thinks the answers that will do, together: its logarithm."""
    together = keras.ops.sum(allowed * likely, axis=-1)
    return -keras.ops.log(keras.ops.clip(together, _LEAST, 1.0))
