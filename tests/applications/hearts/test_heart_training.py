"""Training of the models of beats, and the trained ones that come with the project."""

import numpy as np
import pytest

from tinyml_helpers import model_file
from tinyml_helpers.applications.wearables.hearts import c_monitor, examples, trained, training
from tinyml_helpers.applications.wearables.hearts.measuring import figures, ways
from tinyml_helpers.applications.wearables.hearts.model import INTERVALS
from tinyml_helpers.datasets import simulated_hearts

QUICK = training.Recipe(epochs=4, batch_size=64)


@pytest.fixture(scope="module")
def hearts():
    return list(examples.varied(range(24), seconds=90))


@pytest.fixture(scope="module")
def some(hearts):
    return examples.joined([examples.of(one) for one in hearts])


@pytest.fixture(scope="module")
def held_out():
    numbers = range(simulated_hearts.TEST_HEARTS, simulated_hearts.TEST_HEARTS + 12)
    return [
        simulated_hearts.recording(
            simulated_hearts.heart(n)._replace(atrial_chance=0.05, ventricular_chance=0.05), 300
        )
        for n in numbers
    ]


def test_training_is_the_same_with_the_same_seed_and_learns(some):
    one, history = training.train(some, recipe=QUICK)
    two, _ = training.train(some, recipe=QUICK)
    said = training.predict(one, some.inputs)
    np.testing.assert_allclose(said, training.predict(two, some.inputs), atol=1e-3)
    assert len(history["loss"]) == 4 and history["loss"][-1] < history["loss"][0] / 2
    early = some.classes > 0
    assert said[early, 0].mean() < 0.5 < said[~early, 0].mean()


def test_what_is_quantized_is_a_model_that_a_monitor_takes(some):
    model, _ = training.train(some, recipe=QUICK)
    tflite = training.to_int8(model, some)
    c_monitor.MODEL.check(tflite)
    off = np.abs(training.predict(tflite, some.inputs) - training.predict(model, some.inputs))
    assert off.mean() < 0.02


def test_a_model_that_sees_no_intervals_says_the_same_whatever_they_are(some):
    model, _ = training.train(some, intervals=False, recipe=QUICK)
    tflite = training.to_int8(model, some)
    other = some.inputs.copy()
    other[:, INTERVALS] = np.random.default_rng(0).integers(-128, 128, other[:, INTERVALS].shape)
    for one in (model, tflite, trained.committed(trained.SHAPE)):
        np.testing.assert_array_equal(
            training.predict(one, other), training.predict(one, some.inputs)
        )
    both = trained.committed()
    assert (training.predict(both, other) != training.predict(both, some.inputs)).any()


def test_the_second_training_is_on_what_a_monitor_with_the_first_model_sees(hearts, monkeypatch):
    shown, heard_with, of, train = [], [], examples.of, training.train
    monkeypatch.setattr(
        examples, "of", lambda ecg, tflite: heard_with.append(tflite) or of(ecg, tflite)
    )
    monkeypatch.setattr(
        training, "train", lambda some, *rest: shown.append(some) or train(some, *rest)
    )
    _, tflite = training.train_twice(hearts[:8], recipe=QUICK)
    assert heard_with[:8] == 8 * [None] and len(heard_with) == 16
    first = heard_with[8]
    assert isinstance(first, bytes) and heard_with[8:] == 8 * [first] and tflite != first
    np.testing.assert_array_equal(
        shown[1].inputs, examples.joined([of(one, first) for one in hearts[:8]]).inputs
    )


def test_examples_without_a_class_are_refused(some):
    none = examples.Examples(*(part[some.classes != 1] for part in some))
    with pytest.raises(ValueError, match=r"0 of S, .*give some of each"):
        training.train(none)
    with pytest.raises(ValueError, match="0 of N, 0 of S, 0 of V"):
        training.train(examples.joined([]))


@pytest.mark.parametrize("name", [trained.BOTH, trained.SHAPE])
def test_the_trained_models_are_small_enough(name):
    tflite = trained.committed(name)
    assert len(tflite) <= 10_000
    assert model_file.read(tflite).macs <= 5000
    c_monitor.MODEL.check(tflite)


def test_of_trained_models_those_there_are_are_told():
    with pytest.raises(ValueError, match="there are both, shape"):
        trained.committed("intervals")


def test_the_trained_model_finds_early_beats_that_the_rule_does_not(held_out):
    early = figures.of_early(held_out, thresholds={"100": trained.thresholds()["100"]})["100"]
    rule, both, shape = (early[way] for way in (ways.INTERVALS, ways.BOTH, ways.SHAPE))
    assert both["atrial"]["value"] > 0.9 and both["ventricular"]["value"] > 0.9
    assert both["false alarms a day"]["value"] < 1000
    assert both["atrial"]["value"] > rule["atrial"]["value"] + 0.3
    assert both["atrial"]["value"] > shape["atrial"]["value"] + 0.1


@pytest.mark.parametrize("a_day", ["100", "1000"])
def test_int8_costs_the_model_that_a_monitor_takes_at_most_a_point(a_day, held_out):
    thresholds = {a_day: {ways.BOTH: trained.thresholds()[a_day][ways.BOTH]}}
    measured = figures.of_early(held_out, thresholds=thresholds)[a_day][ways.BOTH]
    for made in (measured, trained.metrics()["simulated hearts held out"][a_day][ways.BOTH]):
        for kind in ("atrial", "ventricular"):
            assert made[kind]["value"] >= made["float"][kind]["value"] - 0.01


def test_the_card_says_what_was_measured():
    early = trained.metrics()["simulated hearts held out"]
    card = (trained.FOLDER / "beats.md").read_text(encoding="utf-8")
    for a_day in ("100", "1000"):
        for way in ways.WAYS:
            row = early[a_day][way]
            cells = [f"{100 * row[kind]['value']:.1f}%" for kind in ("atrial", "ventricular")]
            cells.append(f"{row['false alarms a day']['value']:.0f}")
            assert any(all(cell in line for cell in cells) for line in card.splitlines()), (
                f"{way} at {a_day}: {cells}"
            )
