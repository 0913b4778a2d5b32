"""Distillation: a small model learns what a large one answers, doubts included."""

import numpy as np

from tinyml_helpers.compress.layers import check_is_model
from tinyml_helpers.compress.representative import arrays_of
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import ops

#: The smallest normal float32, so that the logarithm of a probability of 0 stays finite.
_SMALLEST = np.finfo(np.float32).tiny

#: How far a softmax's probabilities may be from adding up to 1, by what they were computed in.
_OFF_ONE = {"float16": 5e-3, "bfloat16": 3e-2}

#: Inputs the teacher answers at once.
_BATCH = 256


def distil(
    student,
    teacher,
    x,
    labels=None,
    temperature=4.0,
    alpha=0.1,
    epochs=20,
    batch_size=32,
    optimizer="adam",
    seed=None,
    verbose=0,
    callbacks=None,
):
    """Train a student on a teacher's softened answers: Hinton, Vinyals and Dean, arXiv:1503.02531.

    At temperature T a model's class probabilities are softmax(logits / T): the higher T, the more
    the unlikely classes show. The loss is a weighted mean of two cross-entropies,

        (1 - alpha) · T² · H(teacher at T, student at T)  +  alpha · H(labels, student at 1),

    where T² makes up for the first one's gradients, which shrink by 1/T² (section 2 there).

    Either model may end in a softmax or in logits; which, is seen from its answers. A softmax loses
    nothing: the logarithm of its probabilities is the logits but for a constant, and softmax
    doesn't see a constant.

    Afterwards the student is compiled for `evaluate(x, labels)`: cross-entropy and accuracy. How it
    was compiled before is lost; its weights are where training starts from.

    Args:
        student: the `keras.Model` to train; answers [n, classes].
        teacher: a trained `keras.Model`, not changed; answers [n, classes].
        x: inputs for both, float32 [n, ...]; for several inputs, a list of such arrays, or any
            other form that `representative.arrays_of` lists.
        labels: the true classes, integers [n] in 0..classes-1; without them `alpha` counts as 0.
        temperature: T, above 0.
        alpha: the weight of the labels, 0..1; the paper found a low one best.
        epochs, batch_size, optimizer, verbose, callbacks: as in Keras.
        seed: makes shuffling and dropout repeat themselves (it seeds Python, NumPy and TensorFlow);
            initial weights were drawn before.

    Returns:
        The `keras.callbacks.History`: "loss", "agreement" (the share of inputs for which student
        and teacher choose the same class) and, given labels, "accuracy".

    Raises:
        ValueError: student and teacher answer with different shapes or fewer than two classes;
            labels don't fit; temperature or alpha out of range; `x` empty, not finite, or no
            inputs of the student; one of the two is no Keras model (`UnsupportedModel`).
    """
    check_is_model(student)
    check_is_model(teacher)
    x = _inputs(student, x)
    if temperature <= 0 or not 0 <= alpha <= 1:
        raise ValueError(
            f"temperature={temperature}, alpha={alpha}: the first has to be above 0, "
            "the second between 0 and 1."
        )
    count = len(x[0])
    answers = np.concatenate([_answers(teacher, x, i) for i in range(0, count, _BATCH)])
    trial = _answers(student, x, 0)
    classes = _classes(answers, trial)
    hard = (
        np.zeros(answers.shape, np.float32) if labels is None else _one_hot(labels, count, classes)
    )
    if labels is None:
        alpha = 0.0

    with_softmax = _are_probabilities(trial)
    soft = _softened(answers.astype(np.float32), _are_probabilities(answers), temperature)

    def loss(targets, student_answers):
        soft_targets, hard_targets = targets[:, 0], targets[:, 1]
        logits = _logits(ops.cast(student_answers, "float32"), with_softmax)
        return (1 - alpha) * temperature**2 * ops.categorical_crossentropy(
            soft_targets, logits / temperature, from_logits=True
        ) + alpha * ops.categorical_crossentropy(hard_targets, logits, from_logits=True)

    def agreement(targets, student_answers):
        return keras.metrics.categorical_accuracy(targets[:, 0], student_answers)

    def accuracy(targets, student_answers):
        return keras.metrics.categorical_accuracy(targets[:, 1], student_answers)

    if seed is not None:
        keras.utils.set_random_seed(seed)
    metrics = [agreement] if labels is None else [agreement, accuracy]
    student.compile(optimizer=optimizer, loss=loss, metrics=metrics)
    targets = np.stack([soft, hard], axis=1)
    history = student.fit(
        _for(student, x),
        targets,
        epochs=epochs,
        batch_size=batch_size,
        verbose=verbose,
        callbacks=callbacks,
    )
    student.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=not with_softmax),
        metrics=["accuracy"],
    )
    return history


def _inputs(student, x):
    """Inputs as a list of float32 arrays [n, ...], once they are known to be finite and some."""
    one_array = len(getattr(student, "inputs", None) or [student]) == 1 and not callable(x)
    try:
        arrays = [np.asarray(x, np.float32)] if one_array else None
    except (TypeError, ValueError):  # lists of samples, a data set and so on
        arrays = None
    if arrays is None:
        arrays = [array.astype(np.float32) for array in arrays_of(student, x, "x")]
    if any(not array.size or not np.isfinite(array).all() for array in arrays):
        raise ValueError("x has to hold at least one input, and only finite numbers.")
    if len({len(array) for array in arrays}) > 1:
        raise ValueError("the arrays of x differ in length: give each as many inputs.")
    return arrays


def _for(model, arrays):
    """Arrays as a model takes them: by name, as a list, or the only one by itself."""
    named = getattr(model, "input", None) if getattr(model, "inputs", None) else None
    if isinstance(named, dict):
        places = {id(tensor): place for place, tensor in enumerate(model.inputs)}
        return {name: arrays[places[id(tensor)]] for name, tensor in named.items()}
    return arrays if len(arrays) > 1 else arrays[0]


def _answers(model, arrays, start):
    """What a model answers outside of training to a batch, without tracing a graph for it."""
    batch = [array[start : start + _BATCH] for array in arrays]
    return np.asarray(ops.convert_to_numpy(model(_for(model, batch), training=False)))


def _classes(answers, trial):
    """The number of classes both models tell apart, from their answers."""
    if answers.ndim != 2 or trial.shape[1:] != answers.shape[1:]:
        raise ValueError(
            f"the student answers with shape {trial.shape[1:]} an input and the teacher with "
            f"{answers.shape[1:]}: both need [classes], and the same ones."
        )
    if answers.shape[1] < 2:
        raise ValueError("distillation compares classes: two outputs at least, not one.")
    return answers.shape[1]


def _one_hot(labels, count, classes):
    """Labels [n] as float32 [n, classes], once they are known to fit."""
    labels = np.asarray(labels)
    if labels.shape != (count,) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels have to be {count} integers, one an input, not {labels.dtype} of shape "
            f"{labels.shape}."
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels have to lie in 0..{classes - 1}, as the models have {classes}.")
    return np.eye(classes, dtype=np.float32)[labels]


def _are_probabilities(answers):
    """Whether answers [n, classes] are a softmax's: none negative, every sum 1."""
    off, answers = _OFF_ONE.get(answers.dtype.name, 1e-3), answers.astype(np.float32)
    return bool((answers >= 0).all() and np.allclose(answers.sum(axis=1), 1, atol=off))


def _logits(answers, with_softmax):
    """A model's logits, but for a constant an input, from its answers [n, classes]."""
    return ops.log(ops.maximum(answers, _SMALLEST)) if with_softmax else answers


def _softened(answers, with_softmax, temperature):
    """A model's probabilities at a temperature, float32 [n, classes], from its answers."""
    return ops.convert_to_numpy(ops.softmax(_logits(answers, with_softmax) / temperature))
