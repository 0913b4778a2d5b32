"""The benchmark of what says beforehand how good a candidate will be."""

import benchmark_runner
import numpy as np
import pytest

from tinyml_helpers import search
from tinyml_helpers.applications.machines import searching
from tinyml_helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_runner.load("search_proxies")


@pytest.fixture
def network():
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((4, 1)),
            layers.Conv1D(2, 1, use_bias=False, name="conv"),
            layers.ReLU(name="relu"),
            layers.GlobalAveragePooling1D(name="mean"),
            layers.Dense(2, activation="softmax", use_bias=False, name="scores"),
        ]
    )
    model.layers[0].set_weights([np.float32([[[2.0, -3.0]]])])
    return model


def test_candidates_are_drawn_again_as_they_were_and_keep_the_limits(benchmark):
    faults = searching.Faults(distilled=[False])
    one, two = (benchmark.drawn(faults, 2) for _ in range(2))
    assert one == two and one[0] != one[1]
    costs = search.Costs(benchmark.BOARD)
    for choice in one:
        assert not benchmark.LIMITS.broken_by(costs.of(faults.untrained(choice)))


def test_synflow_multiplies_what_paths_let_through(benchmark, network):
    x = tf.ones((1, 4, 1))
    # All positive, the means of the channels are 2 and 3; weights times slopes are their sum.
    assert benchmark.synflow(network, x, None) == pytest.approx(np.log(5), abs=1e-5)


def test_naswot_tells_inputs_apart_by_their_relus(benchmark, network):
    signs = np.float32([[1, 1, 1, 1], [1, -1, 1, -1], [-1, -1, 1, 1]])[..., np.newaxis]
    different = benchmark.naswot(network, tf.constant(signs), None)
    alike = benchmark.naswot(network, tf.constant(np.stack([signs[0], signs[0] * 2])), None)
    # Eight switches each: two inputs share four of them, or all eight.
    assert different == pytest.approx(np.linalg.slogdet(4 * np.ones((3, 3)) + 4 * np.eye(3))[1])
    assert alike < -30


def test_a_gradient_is_larger_where_a_network_is_wrong(benchmark, network):
    network.layers[-1].set_weights([np.float32([[3, -3], [0, 0]])])
    x = tf.ones((1, 4, 1))
    right, wrong = (benchmark.gradient(network, x, np.array([kind])) for kind in (0, 1))
    assert wrong > 10 * right > 0


def test_an_order_is_judged(benchmark):
    final = [0.7, 0.9, 0.8, 0.6, 0.75, 0.85]
    perfect = benchmark.judged([10 * score for score in final], final)
    assert perfect["correlation"] == pytest.approx(1) and perfect["score of its best"] == 0.9
    assert perfect["interval"][0] > 0.9
    reversed_one = benchmark.judged([-score for score in final], final)
    assert reversed_one["correlation"] == pytest.approx(-1)
    assert reversed_one["score of its best"] == 0.6


def test_it_says_what_it_found(benchmark):
    row = {"correlation": 0.5, "interval": [0.1, 0.8], "seconds": 12.3, "score of its best": 0.9}
    text = benchmark.as_text(
        {
            "candidates": 24,
            "seconds of the whole training": 20.0,
            "scores": {"best": 0.93, "mean": 0.8, "worst": 0.6},
            "proxies": {"MACs": row},
        }
    )
    assert "24 candidates" in text and "0.6000 to 0.9300" in text
    assert "MACs                0.50     0.10 to 0.80     12.3            0.9000" in text
