"""The fault model as a search sees it: every choice gives a model that runs, and none is judged by
machines that it learned from, or chosen by those it is tested on.
"""

import itertools

import numpy as np
import pytest

from tinyml_helpers import model_file, search
from tinyml_helpers.applications import machines
from tinyml_helpers.applications.machines import searching, trained, training
from tinyml_helpers.applications.machines.c_watcher import INPUT
from tinyml_helpers.datasets.machines.looks import machine_looks

FAULTS = searching.Faults()
#: The smallest choice and the largest, by all names.
LEAST, MOST = (
    {name: values[end] for name, values in FAULTS.space.values.items()} for end in (0, -1)
)


@pytest.fixture
def few(monkeypatch):
    """A search's looks, but few of them."""
    train, choosing = searching._looks()
    parts = train.take(slice(0, 400)), choosing.take(slice(0, 400))
    monkeypatch.setattr(searching, "_looks", lambda: parts)


def test_machines_to_choose_by_are_none_that_are_trained_or_tested_on():
    train, choosing = searching._looks()
    _, test = machine_looks()
    numbers = [set(looks.machines.tolist()) for looks in (train, choosing, test)]
    assert all(numbers)
    assert not any(one & other for one, other in itertools.combinations(numbers, 2))
    assert len(numbers[1]) == 240
    assert set(choosing.kinds.tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize("choice", [LEAST, MOST])
def test_the_ends_of_the_space_run_on_a_board(choice):
    tflite = FAULTS.untrained(choice)
    model = model_file.read(tflite)
    assert model.inputs[0].shape == INPUT
    cost = search.Costs("nano33ble").of(tflite)
    assert cost.flash_bytes < 1_000_000 and cost.ram_bytes < 256_000


def test_a_choice_of_another_space_is_refused():
    with pytest.raises(ValueError, match="filters is one of"):
        FAULTS.untrained(LEAST | {"filters": 5})


def test_a_space_may_be_made_narrower():
    narrow = searching.Faults(distilled=[False], filters=(4, 5))
    assert len(FAULTS.space) == 6 * len(narrow.space)
    narrow.build(LEAST | {"filters": 5})
    with pytest.raises(ValueError, match="distilled is one of"):
        narrow.build(LEAST | {"distilled": True})
    with pytest.raises(ValueError, match="width: choose from convolutions, filters,"):
        searching.Faults(width=[3])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aware": True, "keep": 0.75, "filters": 8},
        {"filters": 24, "bits": 2},
        {"filters": 24, "keep": 1.0, "bits": 4, "aware": True},
    ],
)
def test_training_keeps_what_the_untrained_model_cost(few, changes):
    choice, task = LEAST | changes, searching.Faults(bits=search.BITS if "bits" in changes else ())
    tflite = task.trained(choice, epochs=5, seed=0)
    machines.Application(tflite).check()  # it takes a front end's codes as they are
    trained_one, untrained = model_file.read(tflite), model_file.read(task.untrained(choice))
    assert ("TFLM_DECODE" in trained_one.operator_names) == ("bits" in changes)
    assert [op.name for op in trained_one.operators] == [op.name for op in untrained.operators]
    assert trained_one.macs == untrained.macs
    assert trained_one.total_bytes == untrained.total_bytes
    assert trained_one.inputs[0].scale == 1 / 32 and trained_one.inputs[0].zero_point == 0
    assert 0 <= FAULTS.score(tflite) <= 1


def test_a_score_is_the_auc_of_looks_to_choose_by():
    tflite = trained.committed()
    _, choosing = searching._looks()
    faulty = 1 - training.predict(tflite, training.inputs(choosing))[:, 0]
    well, ill = faulty[choosing.kinds == 0], faulty[choosing.kinds > 0]
    by_pairs = np.mean((ill[:, None] > well) + 0.5 * (ill[:, None] == well))
    assert FAULTS.score(tflite) == pytest.approx(by_pairs)
    assert FAULTS.test(tflite) == pytest.approx(trained.metrics()["simulated machines held out"]
                                                ["int8"]["all"]["AUC"], abs=6e-5)  # fmt: skip


def test_a_teacher_has_a_say_in_what_is_learned(few):
    looks, _ = searching._looks()
    looks = looks.take(slice(0, 100))
    recipe = training.Recipe(epochs=1)

    def build():
        return FAULTS.build(LEAST)

    alone, history = training.train(looks, recipe, build=build)
    taught, other = training.train(looks, recipe, build=build, teacher=Sure())
    assert history["loss"] != other["loss"]
    ball, before = (
        training.predict(model, training.inputs(looks))[:, 3].mean() for model in (taught, alone)
    )
    assert ball > before


class Sure:
    """A teacher who sees a faulty ball in every look."""

    def predict(self, x, **_):
        return np.tile(np.float32([0, 0, 0, 1]), (len(x), 1))
