"""Training of the fault model, and the trained one that comes with the project."""

import numpy as np
import pytest

from tinyml_helpers import model_file
from tinyml_helpers.applications.machines import c_watcher, offline, trained, training
from tinyml_helpers.applications.machines.measuring.separation import auc
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.datasets.machines.looks import KINDS, machine_looks


@pytest.fixture(scope="module")
def some():
    return machine_looks()[0].take(slice(0, 240))


def test_classes_are_those_of_the_watcher():
    assert KINDS == c_watcher.CLASSES


def test_each_look_is_shown_with_the_combs_of_its_own_bearing(some):
    seen = training.inputs(some)
    for row in (0, 100, 239):
        inner, outer, ball, _ = (float(order) for order in some.bearings[row])
        alone = offline.inputs(
            some.orders[row : row + 1], Settings(inner=inner, outer=outer, ball=ball)
        )
        np.testing.assert_array_equal(seen[row], alone[0])


def test_a_change_keeps_a_faulty_looks_combs_and_gives_a_healthy_one_others(some):
    seen = training.inputs(some)
    healthy = some.kinds == 0
    made = training.changed(seen, healthy, np.random.default_rng(0))
    assert made.dtype == np.float32 and made.shape == seen.shape
    combs = np.rint(made[..., 1:] * 32)
    np.testing.assert_array_equal(combs[~healthy], seen[~healthy][..., 1:])
    assert (combs[healthy] != seen[healthy][..., 1:]).any(axis=(1, 2)).mean() > 0.9
    assert np.abs(made[..., 0]).max() <= 2
    assert np.abs(np.median(made[..., 0], axis=1)).max() < 0.1
    assert (np.rint(made[..., 0] * 32) != seen[..., 0]).mean() > 0.5


def test_training_is_the_same_with_the_same_seed_and_learns(some):
    recipe = training.Recipe(epochs=3)
    one, history = training.train(some, recipe)
    two, _ = training.train(some, recipe)
    seen = training.inputs(some)
    np.testing.assert_allclose(training.predict(one, seen), training.predict(two, seen), atol=1e-3)
    assert len(history["loss"]) == 3 and history["loss"][-1] < history["loss"][0]
    tflite = training.to_int8(one, some)
    c_watcher.MODEL.check(tflite)
    # The watcher's C and the micro-interpreter's Python run the same model on the same codes.
    scores = offline.scores(tflite, seen[:20])
    np.testing.assert_allclose(
        training.predict(tflite, seen[:20]), (scores + 128.0) / 256, atol=1e-6
    )


def test_nothing_to_train_on_is_said(some):
    with pytest.raises(ValueError, match="no looks"):
        training.train(some.take(slice(0)))


def test_the_trained_model_is_as_its_card_says():
    others = machine_looks()[1]
    seen = training.inputs(others)
    card = trained.metrics()["simulated machines held out"]
    areas = {}
    for name, model in (("float", trained.committed_keras()), ("int8", trained.committed())):
        suspicion = 1 - training.predict(model, seen)[:, 0]
        areas[name] = auc(suspicion[others.kinds == 0], suspicion[others.kinds > 0])
        assert areas[name] == pytest.approx(card[name]["all"]["AUC"], abs=2e-3)
    assert areas["int8"] > areas["float"] - 0.01
    assert areas["int8"] > 0.9


def test_the_trained_model_is_small_enough():
    tflite = trained.committed()
    assert len(tflite) <= 30_000
    assert model_file.read(tflite).macs <= 150_000
