"""Distillation: a small model learns what a large one answers, doubts included."""

import numpy as np

from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    from keras import ops

#: The smallest normal float32, so that the logarithm of a probability of 0 stays finite.
_SMALLEST = np.finfo(np.float32).tiny

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
        x: inputs for both, float32 [n, ...].
        labels: the true classes, integers [n] in 0..classes-1; without them `alpha` counts as 0.
        temperature: T, above 0.
        alpha: the weight of the labels, 0..1; the paper found a low one best.
        epochs, batch_size, optimizer, verbose: as in Keras.
        seed: makes shuffling and dropout repeat themselves (it seeds Python, NumPy and TensorFlow);
            initial weights were drawn before.

    Returns:
        The `keras.callbacks.History`: "loss", "agreement" (the share of inputs for which student
        and teacher choose the same class) and, given labels, "accuracy".

    Raises:
        ValueError: student and teacher answer with different shapes or fewer than two classes;
            labels don't fit; temperature or alpha out of range; `x` empty or not finite.
    """
    x = np.asarray(x, np.float32)
    if len(x) == 0 or not np.isfinite(x).all():
        raise ValueError("x has to hold at least one input, and only finite numbers.")
    if temperature <= 0 or not 0 <= alpha <= 1:
        raise ValueError(
            f"temperature={temperature}, alpha={alpha}: the first has to be above 0, "
            "the second between 0 and 1."
        )
    batches = [x[i : i + _BATCH] for i in range(0, len(x), _BATCH)]
    answers = np.concatenate([_answers(teacher, batch) for batch in batches])
    trial = _answers(student, x[:_BATCH])
    classes = _classes(answers, trial)
    hard = np.zeros_like(answers) if labels is None else _one_hot(labels, len(x), classes)
    if labels is None:
        alpha = 0.0

    with_softmax = _are_probabilities(trial)
    soft = _softened(answers, _are_probabilities(answers), temperature)

    def loss(targets, student_answers):
        soft_targets, hard_targets = targets[:, 0], targets[:, 1]
        logits = _logits(student_answers, with_softmax)
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
    history = student.fit(x, targets, epochs=epochs, batch_size=batch_size, verbose=verbose)
    student.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=not with_softmax),
        metrics=["accuracy"],
    )
    return history


def _answers(model, x):
    """What a model answers outside of training, as an array; without tracing a graph for it."""
    return ops.convert_to_numpy(model(x, training=False))


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
    return bool((answers >= 0).all() and np.allclose(answers.sum(axis=1), 1, atol=1e-3))


def _logits(answers, with_softmax):
    """A model's logits, but for a constant an input, from its answers [n, classes]."""
    return ops.log(ops.maximum(answers, _SMALLEST)) if with_softmax else answers


def _softened(answers, with_softmax, temperature):
    """A model's probabilities at a temperature, float32 [n, classes], from its answers."""
    return ops.convert_to_numpy(ops.softmax(_logits(answers, with_softmax) / temperature))
