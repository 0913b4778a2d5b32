import keras
import numpy as np
import pytest
from keras import layers
from scipy.special import log_softmax, softmax

from tinyml_helpers.compress import distil

X = np.random.default_rng(0).normal(size=(60, 6)).astype(np.float32)
LABELS = np.random.default_rng(1).integers(0, 4, 60)


def net(units=4, activation=None, seed=0, hidden=()):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((6,)),
            *(layers.Dense(width, activation="relu") for width in hidden),
            layers.Dense(units, activation=activation, bias_initializer="glorot_normal"),
        ]
    )


def wanted_loss(student_logits, teacher_logits, temperature, alpha):
    """The paper's loss, by SciPy."""
    soft = softmax(teacher_logits / temperature, axis=1)
    soft_loss = -np.sum(soft * log_softmax(student_logits / temperature, axis=1), axis=1)
    hard_loss = -log_softmax(student_logits, axis=1)[np.arange(60), LABELS]
    return np.mean((1 - alpha) * temperature**2 * soft_loss + alpha * hard_loss)


@pytest.mark.parametrize(
    ("student_activation", "teacher_activation", "temperature", "alpha"),
    [
        (None, None, 3.0, 0.1),
        (None, "softmax", 1.0, 0.0),
        ("softmax", None, 0.5, 0.6),
        ("softmax", "softmax", 8.0, 0.3),
    ],
)
def test_the_loss_is_the_papers(student_activation, teacher_activation, temperature, alpha):
    student, teacher = net(seed=1), net(seed=2)
    wanted = wanted_loss(np.asarray(student(X)), np.asarray(teacher(X)), temperature, alpha)
    student.layers[-1].activation = keras.activations.get(student_activation)
    teacher.layers[-1].activation = keras.activations.get(teacher_activation)
    history = distil(student, teacher, X, LABELS, temperature, alpha, epochs=1, optimizer=frozen())
    assert history.history["loss"][0] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("logits", [[1.5, -0.5, 0, 0], [0.3, 0.3, 0.3, 0.3], [0.2, 0.2, 0.2, 0.3]])
def test_logits_that_could_almost_be_probabilities_are_taken_for_logits(logits):
    student, teacher = net(seed=1), net(seed=2)
    for model in (student, teacher):
        model.layers[-1].set_weights([np.zeros((6, 4)), np.array(logits)])
    both = np.tile(np.float32(logits), (60, 1))
    history = distil(student, teacher, X, LABELS, epochs=1, optimizer=frozen())
    assert history.history["loss"][0] == pytest.approx(wanted_loss(both, both, 4, 0.1), rel=1e-4)


def frozen():
    return keras.optimizers.SGD(0.0)


def test_the_metrics_count():
    student, teacher = net(seed=1), net(seed=2)
    history = distil(student, teacher, X, LABELS, epochs=1, optimizer=frozen()).history
    chosen, wanted = (np.asarray(model(X)).argmax(axis=1) for model in (student, teacher))
    assert history["agreement"][0] == pytest.approx(np.mean(chosen == wanted))
    assert history["accuracy"][0] == pytest.approx(np.mean(chosen == LABELS))


@pytest.mark.parametrize("activation", [None, "softmax"])
def test_the_student_learns_what_the_teacher_answers(activation):
    teacher = net(activation="softmax", seed=2, hidden=(8,))
    teacher.layers[-1].kernel.assign(3 * teacher.layers[-1].kernel)
    before = teacher.get_weights()
    student = net(activation=activation, seed=1, hidden=(16,))
    history = distil(
        student, teacher, X, epochs=30, optimizer=keras.optimizers.Adam(0.05), seed=0
    ).history
    assert "accuracy" not in history
    assert history["agreement"][-1] > 0.8 > history["agreement"][0]
    assert history["loss"][-1] < history["loss"][0]
    for weight, was in zip(teacher.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, was)


@pytest.mark.parametrize("activation", [None, "softmax"])
def test_afterwards_it_evaluates_against_labels(activation):
    student = net(activation=activation, seed=1)
    distil(student, net(seed=2), X, epochs=1)
    loss, accuracy = student.evaluate(X, LABELS, verbose=0)
    logits = np.asarray(student(X))
    logits = np.log(logits) if activation else logits
    right = -log_softmax(logits, axis=1)[np.arange(60), LABELS]
    assert loss == pytest.approx(right.mean(), rel=1e-4)
    assert accuracy == pytest.approx(np.mean(logits.argmax(axis=1) == LABELS))


def test_a_teacher_that_is_certain_gives_no_infinities():
    teacher = net(activation="softmax", seed=2)
    teacher.layers[-1].kernel.assign(1000 * teacher.layers[-1].kernel)  # probabilities of exactly 0
    assert (np.asarray(teacher(X)) == 0).any()
    student = net(activation="softmax", seed=1)
    student.layers[-1].kernel.assign(1000 * student.layers[-1].kernel)
    history = distil(student, teacher, X, LABELS, epochs=2)
    assert np.isfinite(history.history["loss"]).all()
    assert all(np.isfinite(weight).all() for weight in student.get_weights())


def test_a_seed_makes_it_repeat_itself():
    weights = []
    for _ in range(2):
        student = net(seed=1)
        distil(student, net(seed=2), X, LABELS, epochs=3, batch_size=7, seed=11)
        weights.append(student.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"teacher": net(5)}, r"\(4,\) an input and the teacher with \(5,\)"),
        ({"student": net(1), "teacher": net(1)}, "two outputs at least"),
        ({"labels": LABELS[:-1]}, "60 integers"),
        ({"labels": LABELS.astype(float)}, "60 integers"),
        ({"labels": LABELS + 1}, r"0\.\.3"),
        ({"labels": LABELS - 1}, r"0\.\.3"),
        ({"temperature": 0}, "above 0"),
        ({"alpha": 1.5}, "between 0 and 1"),
        ({"x": X[:0]}, "at least one input"),
        ({"x": np.where(X > 2, np.nan, X)}, "finite"),
    ],
)
def test_bad_arguments(change, says):
    arguments = {"student": net(seed=1), "teacher": net(seed=2), "x": X, "labels": LABELS}
    with pytest.raises(ValueError, match=says):
        distil(**(arguments | change))


def of_two_inputs(seed, names=None):
    keras.utils.set_random_seed(seed)
    one, other = keras.Input((6,)), keras.Input((3,))
    both = layers.Concatenate()([one, other])
    inputs = {"p": one, "q": other} if names else [one, other]
    return keras.Model(inputs, layers.Dense(4)(both))


@pytest.mark.parametrize("names", [False, True])
@pytest.mark.parametrize("form", ["arrays", "samples", "function"])
def test_models_of_two_inputs(form, names):
    other = X[:, :3] * 2
    x = {
        "arrays": [X, other],
        "samples": [[p, q] for p, q in zip(X, other, strict=True)],
        "function": lambda: ([p[None], q[None]] for p, q in zip(X, other, strict=True)),
    }[form]
    student, teacher = of_two_inputs(1, names), of_two_inputs(2, names)
    read = {"p": X, "q": other} if names else [X, other]
    wanted = wanted_loss(np.asarray(student(read)), np.asarray(teacher(read)), 4.0, 0.1)
    history = distil(student, teacher, x, LABELS, epochs=1, optimizer=frozen()).history
    assert history["loss"][0] == pytest.approx(wanted, rel=1e-4)


def test_two_inputs_that_do_not_belong_together():
    with pytest.raises(ValueError, match="differ in length"):
        distil(of_two_inputs(1), of_two_inputs(2), [X, X[:-1, :3]])
    with pytest.raises(ValueError, match="give a list of 2 arrays"):
        distil(of_two_inputs(1), of_two_inputs(2), X)
