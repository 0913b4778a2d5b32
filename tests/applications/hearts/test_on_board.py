"""Boards that monitor a heart: beat for beat what this computer finds."""

import beating
import numpy as np
import pytest
from beating import PROGRAM, QUICK, STREAM
from streaming import OnBoard, boards, same

from tinyml_helpers import emulator, firmware, micro
from tinyml_helpers.applications.wearables.hearts import Application, c_monitor
from tinyml_helpers.applications.wearables.hearts.monitor import Monitor

board = boards(PROGRAM)


class TestOnBoard(OnBoard):
    stream = STREAM


def test_a_board_finds_the_beats_that_this_computer_finds_and_names_the_early_ones(board):
    made = board.client.run(beating.samples(), QUICK)
    assert same(made, STREAM.expected)
    assert {beat.kind for beat in made} == set(c_monitor.CLASSES)


@pytest.mark.parametrize("rate", [200, 360, 1000])
def test_a_board_takes_each_rate(board, rate):
    part, settings = beating.samples(beating.ecg(12, rate)), QUICK._replace(rate=rate)
    assert same(board.client.run(part, settings), Monitor(beating.tflite(), settings).push(part))


def test_every_beat_has_its_cost(board):
    made = board.client.run(beating.samples(), QUICK)
    clock = board.figures.clock_hz
    for beat in made:
        assert 0 < beat.instructions < beat.cycles
    seconds = len(beating.samples()) / beating.RATE
    assert sum(beat.cycles for beat in made) < 0.1 * clock * seconds
    assert 0 < board.client.slowest < 0.05 * clock


def test_the_footprint_says_what_a_monitor_takes(board):
    board.client.run(beating.samples()[:2000], QUICK)
    size = board.footprint
    assert size.arena_bytes == micro.Interpreter(beating.tflite()).arena_used_bytes
    assert size.parts["ECG ring"] == 2 * 128
    assert 5000 < size.parts["monitor"] < 7000
    assert 100 < size.stack_bytes < firmware.STACK_BYTES
    parts = size.arena_bytes + sum(size.parts.values())
    assert size.ram_bytes == parts + size.stack_bytes + size.static_bytes


def test_a_model_that_is_none_for_beats_is_refused(int8_model):
    with pytest.raises(c_monitor.WrongModel, match="with scale 1/32 and zero point 0: a beat, the"):
        emulator.Board("pico").flash(Application(int8_model))


@pytest.mark.parametrize("samples", [np.zeros(400), np.zeros((400, 1), np.int16), [1, 2]])
def test_what_is_no_ecg_is_refused(board, samples):
    with pytest.raises(ValueError, match=r"an ECG is int16 \[samples\], not"):
        board.client.run(samples)
    with pytest.raises(ValueError, match="early is a whole number from 50 to 99, not 100"):
        board.client.run(beating.samples(), QUICK._replace(early=100))
