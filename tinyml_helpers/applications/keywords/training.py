"""Training of keyword spotting: clips in, a model in int8 out.

model, history = train(clips)
tflite = to_int8(model, clips)
accuracy(tflite, others)
"""

import numpy as np

from tinyml_helpers.applications.keywords import sessions
from tinyml_helpers.applications.keywords.c_spotter import INPUT_SCALE
from tinyml_helpers.applications.keywords.clip_answers import (
    accuracy,
    confusion,
    features,
    model_input,
    predict,
)
from tinyml_helpers.applications.keywords.clips import join, with_word
from tinyml_helpers.applications.keywords.model import ds_cnn
from tinyml_helpers.applications.keywords.trained import (
    FILES,
    MODELS,
    committed,
    metrics,
    speakers,
)
from tinyml_helpers.applications.keywords.versions import Recipe, ahead, backgrounds, version
from tinyml_helpers.compress import quantize
from tinyml_helpers.datasets.sounds.speech import Clips, speech
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

__all__ = [
    "DEFAULT",
    "FINE_TUNING",
    "MODELS",
    "REAL",
    "REAL_STREAMS",
    "STREAMS",
    "THOROUGH",
    "Recipe",
    "accuracy",
    "backgrounds",
    "committed",
    "committed_keras",
    "confusion",
    "features",
    "fine_tune",
    "join",
    "metrics",
    "predict",
    "speakers",
    "to_int8",
    "train",
    "version",
    "with_word",
]

committed_keras = FILES.committed_keras

#: For the bundled speech, which comes with noise and echo: under a minute on two cores.
DEFAULT = Recipe()

#: The same, longer and with more variety: for the trained model that comes with this project.
THOROUGH = Recipe(epochs=40, speed=0.2, shift=3200)

#: For some thousand recordings of real people, from that model on: ten minutes on two cores.
REAL = Recipe(
    epochs=40, learning_rate=2e-3, start="synthetic", speed=0.2, shift=2400, noise=0.3, echo=0.2,
    bundled=1500, spliced=0.1, label_smoothing=0.05, words=0.3,
    average=2,
)  # fmt: skip

#: To listen to streams, from windows of sessions as well as from clips: for the bundled speech, and
#: for real people.
STREAMS = Recipe(
    epochs=12, learning_rate=2e-3, start="synthetic", speed=0.2, shift=2400, noise=0.3, echo=0.2,
    spliced=0.15, label_smoothing=0.05, words=0.0, others=2,
)  # fmt: skip
REAL_STREAMS = STREAMS._replace(epochs=25, bundled=1000, others=5)

#: For some recordings of one person, see `fine_tune`. The last layer alone bears a high rate.
FINE_TUNING = Recipe(epochs=6, learning_rate=0.03, speed=0.15, noise=0.3, label_smoothing=0.0)


def train(clips, recipe=DEFAULT, model=None, seed=0, callbacks=(), teacher=None):
    """Train a model on clips, each epoch on another version of every one.

    While one version is learned, a second thread makes the next.

    Args:
        clips: Clips.
        recipe: a `Recipe`.
        model: the Keras model to train on; None for the one the recipe starts from.
        seed: for initial weights, order and augmentation. Even so two machines don't train the
            same model: their sums of floats differ in the order.
        callbacks: Keras callbacks; each epoch is a `fit` of its own to them.
        teacher: called with what the model is shown, float32 [n, 49, 40, 1], for how likely it
            finds each class, float32 [n, classes]; if there is one, half of the target is what it
            finds (Hinton, Vinyals and Dean, arXiv:1503.02531, at a temperature of 1).

    Returns:
        The model, and its history: {"loss": [...], "accuracy": [...]}, one value an epoch, of the
        changed clips; of all trainings one after the other if the recipe averages several.

    Raises:
        ValueError: there are no clips, or the model has other classes than they.
    """
    if not len(clips.labels):
        raise ValueError("there are no clips to train on")
    keras.utils.set_random_seed(seed)
    if model is None:
        fresh = not recipe.start
        model = ds_cnn(classes=len(clips.names)) if fresh else committed_keras(recipe.start)
    if model.output_shape[-1] != len(clips.names):
        raise ValueError(
            f"the model tells {model.output_shape[-1]} classes apart and the clips have "
            f"{len(clips.names)}: give the model as many."
        )
    more = speech()[0] if recipe.bundled else None
    start, ends, history = model.get_weights(), [], {"loss": [], "accuracy": []}
    for run in range(recipe.average):
        model.set_weights(start)
        _train_once(model, clips, more, recipe, seed + run, history, callbacks, teacher)
        ends.append(model.get_weights())
    model.set_weights([np.mean(same, axis=0) for same in zip(*ends, strict=True)])
    return model, history


def _train_once(model, clips, more, recipe, seed, history, callbacks, teacher):
    """Train a model on every clip for the recipe's epochs, and add them to the history."""
    keras.utils.set_random_seed(seed)
    words = sorted({*clips.words.tolist(), *(more.words.tolist() if more else ())})
    student = _with_words(model, len(words))
    random = np.random.default_rng(seed)
    sounds = backgrounds(clips, random)

    def next_version():
        chosen = clips
        if more:
            chosen = join(clips, more.take(random.permutation(len(more.labels))[: recipe.bundled]))
        made = version(chosen, recipe, random, sounds)
        if recipe.others:
            heard = sessions.version(sessions.Maker(chosen, recipe), random)
            made = tuple(map(np.concatenate, zip(made, heard, strict=True)))
        return made

    for epoch, (codes, labels, said) in enumerate(ahead(next_version, recipe.epochs)):
        if epoch == 0:
            _compile(student, recipe, steps=-(-len(codes) // recipe.batch_size))
        # A word nobody says isn't in the list: its row is all zeros, which weighs nothing.
        seen, said_to_be = model_input(codes), np.eye(len(clips.names), dtype=np.float32)[labels]
        targets = [
            (said_to_be + teacher(seen)) / 2 if teacher else said_to_be,
            (said[:, np.newaxis] == words).astype(np.float32),
        ]
        new = student.fit(
            seen,
            targets,
            batch_size=recipe.batch_size,
            verbose=0,
            callbacks=list(callbacks),
        ).history
        history["loss"] += new["loss"]
        history["accuracy"] += new[f"{model.layers[-1].name}_accuracy"]


def fine_tune(model, clips, recipe=FINE_TUNING, seed=0, callbacks=()):
    """Train a copy of a model a little further: for a new voice, or for a new word.

    Only the last layer learns: a few recordings are too little for the others, which know
    speech from many people already.

    Args:
        model: a trained Keras model, not changed; `committed_keras` has two.
        clips: Clips, for a new word those of `with_word`. With other classes than the model's 12
            the copy gets a new last layer.
        recipe: a `Recipe`; its `start` isn't used.
        seed, callbacks: as for `train`.

    Returns:
        The new model, and its history: as `train`.

    Raises:
        ValueError: there are no clips.
    """
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    for layer in twin.layers:
        layer.trainable = False
    keras.utils.set_random_seed(seed)
    last = keras.layers.Dense(len(clips.names), activation="softmax", name="scores")
    twin = keras.Model(twin.inputs, last(twin.layers[-2].output), name=model.name)
    if clips.names == Clips._field_defaults["names"]:
        last.set_weights(model.layers[-1].get_weights())
    return train(clips, recipe, twin, seed, callbacks)


def to_int8(model, clips):
    """Quantize a model; its input gets scale 1/32 and zero point 0, the front end's own codes.

    Args:
        model: a trained Keras model.
        clips: Clips it was trained on, for the ranges of its activations.

    Returns:
        The .tflite model, bytes.

    Raises:
        ValueError: there are no clips.
    """
    return quantize(model, "int8", representative(clips))


def representative(clips, count=300):
    """What to quantize with, so that the input gets scale 1/32 and zero point 0.

    Args:
        clips: Clips the model was trained on.
        count: how many of them to use, evenly chosen.

    Returns:
        float32 [n, 49, 40, 1], as the model takes it.
    """
    x = features(clips.audio[:: max(1, len(clips.audio) // count)])
    # One softest and one loudest code among them make the input's range all of int8.
    x[:1, 0, :2, 0] = np.array([-128, 127]) * INPUT_SCALE
    return x


def _with_words(model, count):
    """The model with a second output beside its classes: which word it is, of `count`.

    Naming every word, the unknown ones too, is a harder task, which makes the layers below learn
    more. The output shares them, and is left out after training.
    """
    words = keras.layers.Dense(count, activation="softmax", name="words")
    return keras.Model(model.inputs, [model.output, words(model.layers[-2].output)])


def _compile(model, recipe, steps):
    """Prepare a model for `fit`, with `steps` batches an epoch."""
    model.compile(
        optimizer=optimizer(recipe, recipe.epochs * steps),
        loss=[
            keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
            keras.losses.CategoricalCrossentropy(),
        ],
        loss_weights=[1.0, recipe.words],
        metrics=[["accuracy"], []],
    )


def optimizer(recipe, steps):
    """AdamW at the learning rate of a recipe over so many steps in all: it rises and falls."""
    rise = steps // 10
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - rise, warmup_target=recipe.learning_rate, warmup_steps=rise
    )
    return keras.optimizers.AdamW(rate, weight_decay=1e-3)
