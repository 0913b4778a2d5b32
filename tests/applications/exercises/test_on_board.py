"""Boards that coach: hop for hop what this computer finds."""

import coaching
import numpy as np
import pytest
from coaching import HOP, PROGRAM, QUICK, SHORT, STREAM
from streaming import OnBoard, boards, same

from tinyml_helpers import emulator, firmware, micro
from tinyml_helpers.applications.wearables.exercises import Application, c_coach, realtime
from tinyml_helpers.applications.wearables.exercises.coach import Coach, Settings
from tinyml_helpers.boards.motion_sensors import BMI270, LSM9DS1

board = boards(PROGRAM)


class TestOnBoard(OnBoard):
    stream = STREAM


def test_a_board_finds_what_this_computer_finds(board):
    made = board.client.run(coaching.samples(), QUICK)
    assert same(made, coaching.hops())
    assert len({hop.exercise for hop in made}) == 4
    assert max(hop.repetitions for hop in made) > 5


@pytest.mark.parametrize("sensor", [LSM9DS1, BMI270], ids=lambda sensor: sensor.part)
def test_a_board_reads_each_sensor_on_each_arm(board, sensor):
    rng = np.random.default_rng(5)
    wild = rng.integers(-(2**15), 2**15, (8 * HOP, 6)).astype(np.int16)
    for arm in ("left", "right"):
        settings = Settings.of(sensor, arm, average=1, threshold=0)
        expected = Coach(coaching.tflite(), settings).push(wild)
        assert same(board.client.run(wild, settings), expected)


def test_every_hop_has_its_cost(board):
    made = board.client.run(SHORT, QUICK)
    clock = board.figures.clock_hz
    for hop in made:
        assert 0 < hop.instructions < hop.cycles
        # The board reads its clock twice around a message, which is a hop here.
        assert hop.board_seconds == pytest.approx(hop.cycles / clock, abs=1e-6 + 60 / clock)
    filling, full = ([hop.cycles for hop in some] for some in (made[:3], made[3:]))
    assert max(filling) < min(full)  # no model runs while its window fills
    assert board.client.slowest == max(full)


def test_a_board_keeps_up_and_its_ring_holds_what_comes_meanwhile(board):
    """Whatever the model, if it takes no longer than a quarter of a second."""
    made = board.client.run(SHORT, QUICK)
    clock = board.figures.clock_hz
    assert realtime.load(made[3:], clock) < 0.5
    assert board.client.slowest / clock < 0.25
    assert board.image.parts["motion ring"] == 2 * HOP * 6 * 2  # those of a hop, and as many more


def test_the_footprint_says_what_coaching_takes(board):
    board.client.run(SHORT, QUICK)
    size = board.footprint
    assert size.arena_bytes == micro.Interpreter(coaching.tflite()).arena_used_bytes
    assert size.parts["motion ring"] == 600
    assert 800 < size.parts["coach"] < 6000
    assert 100 < size.stack_bytes < firmware.STACK_BYTES
    parts = size.arena_bytes + sum(size.parts.values())
    assert size.ram_bytes == parts + size.stack_bytes + size.static_bytes


def test_a_model_that_is_none_for_exercises_is_refused(int8_model):
    with pytest.raises(c_coach.WrongModel, match="with scale 1/32 and zero point 0: two seconds"):
        emulator.Board("pico").flash(Application(int8_model))


@pytest.mark.parametrize("samples", [np.zeros((50, 6)), np.zeros(50, np.int16), [[1, 2]]])
def test_what_is_no_motion_is_refused(board, samples):
    with pytest.raises(ValueError, match=r"motion is int16 \[samples, 6\], not"):
        board.client.run(samples)
    with pytest.raises(ValueError, match="threshold is a whole number from 0 to 255, not 300"):
        board.client.run(SHORT, QUICK._replace(threshold=300))
