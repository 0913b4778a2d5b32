"""What a candidate costs, before it is trained: as linked and emulated, or nearly."""

from pathlib import Path

import numpy as np
import pytest
from toy_search import Toy

from tinyml_helpers import compress, emulator, firmware, model_file, search
from tinyml_helpers.quiet import quiet
from tinyml_helpers.report import bench


@pytest.fixture(scope="module")
def costs():
    return search.Costs("nano33ble")


def toy(width, layers=2):
    return Toy().untrained({"width": width, "layers": layers, "kind": "relu"})


def test_measured_is_what_the_board_says(costs):
    tflite = toy(8)
    cost = costs.measured(tflite)
    board = emulator.Board("nano33ble")
    board.flash(tflite)
    run = board.invoke(*bench.inputs_of(model_file.read(tflite), seed=0))
    image = board.image
    assert cost[:5] == (
        image.flash_bytes, image.ram_bytes, image.arena_bytes, 8 * 8 + 8 * 8 + 8 * 2, run.cycles
    )  # fmt: skip
    assert cost.milliseconds == pytest.approx(run.milliseconds)
    assert cost.millijoules == pytest.approx(run.millijoules)


def test_of_the_same_operators_memory_is_exact_and_cycles_nearly(costs):
    costs.of(toy(8))
    for width, layers in ((2, 1), (16, 3), (32, 2)):
        tflite = toy(width, layers)
        predicted = costs.of(tflite)
        measured = search.Costs("nano33ble").measured(tflite)
        assert predicted[:4] == measured[:4]
        assert predicted.cycles == pytest.approx(measured.cycles, rel=0.1)
        assert predicted.milliseconds / predicted.cycles == pytest.approx(
            measured.milliseconds / measured.cycles
        )


def test_what_was_asked_for_before_doesnt_matter(costs):
    costs.of(toy(32))
    assert costs.of(toy(8)) == search.Costs("nano33ble").of(toy(8))


def test_a_model_too_large_for_the_board_is_refused_whatever_was_asked_for_before():
    with quiet():
        import keras

    layers = [keras.Input((8,)), keras.layers.Dense(220_000), keras.layers.Dense(2)]
    examples = np.random.default_rng(0).normal(size=(8, 8)).astype(np.float32)
    large = compress.quantize(search.unlike(keras.Sequential(layers)), "int8", examples)
    few = toy(8, layers=1)
    assert model_file.read(few).operator_names == model_file.read(large).operator_names
    costs = search.Costs("pico")
    with pytest.raises(firmware.DoesNotFit):
        costs.of(large)
    costs.of(few)
    with pytest.raises(firmware.DoesNotFit, match="flash"):
        costs.of(large)


def test_operators_that_nothing_was_fitted_to_are_emulated():
    path = Path(__file__).parents[2] / "data" / "keywords" / "keyword_real_stateful.tflite"
    stateful = path.read_bytes()
    assert search.Costs("pico").of(stateful) == search.Costs("pico").measured(stateful)


def test_no_board_of_that_name_is_refused():
    with pytest.raises(ValueError, match="no emulated board"):
        search.Costs("uno")


def test_limits_say_which_are_broken_and_by_what():
    cost = search.Cost(60_000, 9_000, 4_000, 1_000_000, 3_200_000, 50.0, 0.2)
    assert search.Limits().broken_by(cost) == ""
    assert search.Limits(flash_bytes=60_000, milliseconds=50).broken_by(cost) == ""
    said = search.Limits(flash_bytes=50_000, ram_bytes=9_000, milliseconds=20).broken_by(cost)
    assert said == "flash bytes: 60,000 of at most 50,000; milliseconds: 50 of at most 20"
