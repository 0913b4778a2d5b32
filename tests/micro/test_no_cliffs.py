"""Layers with weights take about the cycles their kind takes, whatever training left of them.

Cycles are counted on the emulated boards, so they are the same everywhere. What a layer may take is
a sum: so much a MAC, an output, an input, a channel, and for being called. A layer above it has
fallen from its quick path, or is one of `EXCEPTIONS`.
"""

import functools
from math import prod

import benchmark_runner
import numpy as np
import pytest
from places import DATA

from tinyml_helpers import emulator, micro, model_file

layers = benchmark_runner.load("layers")
shapes = layers.shapes

BOARDS = ("nano33ble", "pico")
#: Cycles a MAC, an output, an input, a channel and a call, fitted to what layers take (least
#: squares of ratios, none negative) and raised by SLACK.
PRICES = {
    ("CONV_2D", "nano33ble"): (1.3, 24, 2, 230, 7_000),
    ("CONV_2D", "pico"): (4.1, 61, 6, 1_060, 15_000),
    ("DEPTHWISE_CONV_2D", "nano33ble"): (2.6, 0, 5.5, 660, 2_500),
    ("DEPTHWISE_CONV_2D", "pico"): (8.7, 0, 20, 1_250, 7_000),
    ("FULLY_CONNECTED", "nano33ble"): (1.5, 0, 8, 78, 3_000),
    ("FULLY_CONNECTED", "pico"): (4.9, 0, 11, 165, 4_000),
}
SLACK = 1.5
#: Layers that may take more, up to so many times what others would, and why.
EXCEPTIONS = {
    ("visual_wake_words", 0): (1.9, "a window of 3 x 3 x 3 is copied in pieces of 9 numbers"),
    ("verifier", 11): (1.2, "one output a channel, so the copied rows serve one window each"),
}
#: The most that dead channels may add to a layer.
DEAD = 1.12

#: A search's candidates aren't among them: layers of two channels take more for their windows than
#: for their MACs, so these prices aren't theirs.
MODELS = {path.stem: path for path in DATA.glob("*/*.tflite") if path.parent.name != "field_models"}
MODELS |= {f"field_{path.stem}": path for path in (DATA / "field_models").glob("*.tflite")}


def bytes_of(name):
    return MODELS[name].read_bytes() if name in MODELS else shapes.tflite(name)


@functools.cache
def ran(tflite_bytes, board):
    """A model's `model_file.ModelFile`, its run on a board, and this computer's output."""
    model = model_file.read(tflite_bytes)
    codes = shapes.codes_for(model)
    chip = emulator.Board(board)
    chip.flash(tflite_bytes)
    return model, chip.invoke(*codes), micro.Interpreter(tflite_bytes).invoke(*codes)


def allowed(model, operator, board):
    """Cycles that an operator may take."""
    inputs, outputs = (model.tensors[many[0]].shape for many in (operator.inputs, operator.outputs))
    amounts = operator.macs, prod(outputs), prod(inputs), outputs[-1], 1
    prices = PRICES[operator.name, board]
    return SLACK * sum(a * price for a, price in zip(amounts, prices, strict=True))


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("name", [*shapes.BUILDERS, *MODELS])
def test_a_layer_takes_what_its_kind_takes(name, board):
    model, run, expected = ran(bytes_of(name), board)
    assert np.array_equal(run.output, expected)
    slow = {}
    for operator, cost in zip(model.operators, run.ops, strict=True):
        if (operator.name, board) in PRICES:
            most, _ = EXCEPTIONS.get((name, operator.index), (1, None))
            share = cost.cycles / allowed(model, operator, board)
            if share > most:
                slow[operator.index] = operator.name, round(share, 2)
    assert not slow


def test_an_exception_is_one():
    """What takes no more than others, on either board, is struck from the list."""
    for name, index in EXCEPTIONS:
        shares = []
        for either in BOARDS:
            model, run, _ = ran(bytes_of(name), either)
            shares.append(run.ops[index].cycles / allowed(model, model.operators[index], either))
        assert max(shares) > 1


@pytest.mark.parametrize(
    ("kind", "board"),
    [(kind, BOARDS[place % 2]) for place, kind in enumerate(layers.KINDS)],
)
def test_dead_channels_cost_nothing(kind, board):
    alive, trained = (
        max(ran(layers.tflite(kind, dead), board)[1].ops, key=lambda op: op.macs).cycles
        for dead in (0, shapes.DEAD_SHARE)
    )
    assert trained <= DEAD * alive
