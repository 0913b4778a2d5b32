"""Cycles from shapes: near the emulated ones for models that nothing was fitted to."""

from pathlib import Path

import numpy as np
import pytest

from tinyml_helpers import compress, emulator, model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.report import bench
from tinyml_helpers.search import cycle_model

with quiet():
    import keras
    from keras import layers

DATA = Path(__file__).parents[2] / "data"
#: One of each kind: along a picture, a spectrogram, an order spectrum, time, and of values.
MODELS = (
    "digit_models/digits", "keywords/keyword_real", "machine_models/faults",
    "exercise_models/any_way", "heart_models/shape",
)  # fmt: skip


@pytest.mark.parametrize("board_id", ["nano33ble", "pico"])
@pytest.mark.parametrize("name", MODELS)
def test_trained_models_are_predicted(name, board_id):
    tflite = (DATA / f"{name}.tflite").read_bytes()
    model = model_file.read(tflite)
    board = emulator.Board(board_id)
    board.flash(tflite)
    run = board.invoke(*bench.inputs_of(model, seed=0))
    assert cycle_model.predict(model, board_id) == pytest.approx(run.cycles, rel=0.1)
    each = cycle_model.predict_each(model, board_id)
    assert len(each) == len(model.operators)
    assert sum(each) == pytest.approx(cycle_model.predict(model, board_id))


@pytest.mark.parametrize("board_id", ["nano33ble", "pico"])
@pytest.mark.parametrize("bits", [2, 3, 4])
def test_weights_of_few_bits_are_predicted(coded, bits, board_id):
    tflite = coded(bits)
    board = emulator.Board(board_id)
    board.flash(tflite)
    run = board.invoke(*bench.inputs_of(model_file.read(tflite), seed=0))
    each = cycle_model.predict_each(model_file.read(tflite), board_id)
    assert sum(each) == pytest.approx(run.cycles, rel=0.1)
    decoding = [
        (guess, op.cycles)
        for guess, op in zip(each, run.ops, strict=True)
        if op.name == "TFLM_DECODE"
    ]
    assert len(decoding) == (3 if bits > 3 else 4)  # a depthwise filter's tables are larger
    for guess, cycles in decoding:
        assert guess == pytest.approx(cycles, rel=0.1)


@pytest.fixture(scope="module")
def coded():
    """A function of bits for a network whose weights have so many: a filter of each kind."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((12, 12, 8)),
            layers.Conv2D(48, 3, activation="relu"),
            layers.DepthwiseConv2D(7, padding="same"),
            layers.Conv2D(32, 1),
            layers.GlobalMaxPooling2D(),
            layers.Dense(64),
        ]
    )
    x = np.random.default_rng(0).normal(size=(20, 12, 12, 8)).astype(np.float32)

    def of(bits):
        few = compress.cluster_weights(model, 2**bits, per_channel=True)
        return compress.lut_compress(compress.quantize(few, representative=x), bits)

    return of


def test_boards_with_the_same_firmware_take_the_same():
    model = model_file.read((DATA / "digit_models" / "digits.tflite").read_bytes())
    known = cycle_model.predict(model, "nano33ble")
    assert cycle_model.predict(model, "nano33ble_rev2") == known


def test_what_nothing_was_fitted_to_is_named():
    stateful = model_file.read((DATA / "keywords" / "keyword_real_stateful.tflite").read_bytes())
    with pytest.raises(cycle_model.UnknownOperator, match="no cycles of SVDF"):
        cycle_model.predict(stateful, "pico")
    digits = model_file.read((DATA / "digit_models" / "digits.tflite").read_bytes())
    with pytest.raises(cycle_model.UnknownOperator, match="pi4: emulate it"):
        cycle_model.predict(digits, "pi4")


def test_fit_finds_the_constants_that_runs_were_made_of():
    random = np.random.default_rng(0)
    counts = np.column_stack([np.ones(40), random.integers(1, 900, (40, 3))])
    constants = [120, 3.5, 0, 40]
    found = cycle_model.fit([(row, row @ constants) for row in counts])
    assert found == pytest.approx(constants, abs=1e-6)
    # Nothing takes less than no time, however noisy the runs are.
    noisy = [(row, row @ constants * random.uniform(0.7, 1.3)) for row in counts]
    assert min(cycle_model.fit(noisy)) >= 0
