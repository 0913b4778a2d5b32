"""Training of the model of soil moisture, and the trained ones that come with the project."""

import numpy as np
import pytest

from tinyml_helpers.applications.fields import c_node, examples, offline, trained, training
from tinyml_helpers.applications.fields.measuring import rivals, skill


@pytest.fixture(scope="module")
def some():
    return examples.simulated(range(8), [2018], hours=300)


def test_what_is_forgotten_is_forgotten_whole(some):
    made = training.forgetful(some.inputs, np.random.default_rng(0))
    for place, share in ((c_node.WEATHER, 0.35), (c_node.RAIN_AHEAD, 0.6)):
        gone = made[:, place.start] == 0
        assert not made[gone, place].any()
        np.testing.assert_array_equal(made[~gone, place], some.inputs[~gone, place])
        assert gone.mean() == pytest.approx(share, abs=0.05)
    np.testing.assert_array_equal(made[:, :15], some.inputs[:, :15])


def test_who_knows_less_sees_less(some):
    blind = training.knowing(some.inputs, weather=False)
    assert not blind[:, 15:].any()
    np.testing.assert_array_equal(training.knowing(some.inputs, rain_ahead=True), some.inputs)


def test_pinball_loss_is_least_at_the_quantile():
    changes = np.random.default_rng(0).normal(0, 2, 2000).astype(np.float32)
    wanted = np.zeros((2000, 4, 2), np.float32)
    wanted[:, 1, 0], wanted[:, 1, 1] = changes, 1
    guesses = np.linspace(-4, 4, 81)
    losses = []
    for guess in guesses:
        given = np.zeros((2000, 12), np.float32)
        given[:, 5] = guess / c_node.MOST_CHANGE[1]
        losses.append(float(training.pinball(wanted, given)))
    assert guesses[np.argmin(losses)] == pytest.approx(np.quantile(changes, 0.9), abs=0.11)


def test_what_is_not_known_counts_for_nothing(some):
    wanted = np.zeros((5, 4, 2), np.float32)
    wanted[..., 0] = 99
    assert float(training.pinball(wanted, np.zeros((5, 12), np.float32))) == 0


def test_training_is_the_same_with_the_same_seed_and_learns(some):
    recipe = training.Recipe(epochs=4)
    one, history = training.train(some, recipe)
    two, _ = training.train(some, recipe)
    said = training.predicted(one, some.inputs)
    np.testing.assert_allclose(said, training.predicted(two, some.inputs), atol=1e-2)
    assert len(history["loss"]) == 4 and history["loss"][-1] < history["loss"][0]
    assert skill.of(some.changes, said)[1].skill > 0.1
    tflite = training.to_int8(one, some)
    c_node.MODEL.check(tflite)
    # Int8 says what the floats say, but for its steps and for what quantizing costs.
    off = np.abs(offline.forecasts(tflite, some.inputs) - np.sort(said, axis=2))
    assert off.mean(axis=(0, 2)) == pytest.approx(0, abs=0.4)


def test_nothing_to_train_on_is_said(some):
    with pytest.raises(ValueError, match="no examples"):
        training.train(examples.Examples(some.inputs[:0], some.changes[:0]))


@pytest.mark.parametrize("name", [trained.SIMULATED, trained.REAL])
def test_the_trained_models_are_as_their_card_says(name):
    others = examples.simulated(range(1_000_000, 1_000_060), [2020], seed=1)
    card = trained.metrics()[name]
    assert len(trained.committed(name)) <= 5 * 1024
    for rain_ahead, says in ((False, "rain unknown"), (True, "rain known")):
        seen = training.knowing(others.inputs, rain_ahead=rain_ahead)
        said = {
            "float": training.predicted(trained.committed_keras(name), seen),
            "int8": offline.forecasts(trained.committed(name), seen),
        }
        for kind, quantiles in said.items():
            for one, row in zip(skill.of(others.changes, quantiles), card[says][kind], strict=True):
                assert one.skill == pytest.approx(row["skill"], abs=5e-3)
                assert one.below == pytest.approx(row["below"], abs=5e-3)


def test_skill_is_counted_against_persistence():
    changes = np.array([[np.nan, 1.0, -2, 4], [np.nan, 3, 2, np.nan]])
    quantiles = np.zeros((2, 4, 3))
    quantiles[:, 1, 1] = [1, 2]
    day, three, week = skill.of(changes, quantiles)
    assert (day.hours, day.count, day.persistence, day.error) == (24, 2, 2, 0.5)
    assert day.skill == 0.75 and day.below == (0, 0.25, 0)
    assert three.skill == 0 and three.below == (0.5, 0.5, 0.5)
    assert week.count == 1
    assert [one.count for one in skill.of(changes, quantiles, np.array([True, False]))] == [1, 1, 1]


def test_the_ridge_finds_a_straight_line(some):
    x = training.real(some.inputs)
    changes = np.float32(0.5) * x[:, :4] + np.float32(0.1)
    said = rivals.Ridge(examples.Examples(some.inputs, changes))(some.inputs)
    assert np.abs(said[:, :, 1] - changes).max() < 0.05
    changes[:, 0] = np.nan
    assert not rivals.Ridge(examples.Examples(some.inputs, changes))(some.inputs)[:, 0].any()


def test_same_again_is_the_last_days_change_once_more():
    levels = np.repeat([20.0, 22.5], 24)
    seen = offline.inputs(levels, "2020-05-01", every=24)
    said = rivals.same_again(seen)[1]
    assert said[:, 1] == pytest.approx([0.625, 2.5, 7.5, 17.5], rel=0.05)
