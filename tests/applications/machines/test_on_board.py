"""Boards that watch: look for look what this computer finds."""

import numpy as np
import pytest
import watching
from streaming import OnBoard, boards, same
from watching import LOOK, PROGRAM, QUICK, RATE, SHAFT_HZ, SHORT, STREAM

from tinyml_helpers import emulator, firmware, micro
from tinyml_helpers.applications.machines import Application, c_watcher, realtime
from tinyml_helpers.applications.machines.watcher import Watcher
from tinyml_helpers.signals import vibration

board = boards(PROGRAM)


class TestOnBoard(OnBoard):
    stream = STREAM


def test_a_board_finds_what_this_computer_finds(board, looks):
    made = board.client.run(watching.samples(), QUICK)
    assert same(made, looks)
    assert {look.suspect for look in made} == set(c_watcher.SUSPECTS)


def test_a_board_follows_the_shafts_speed(board):
    here = Watcher(watching.tflite(), QUICK)
    made = []
    for watcher in (here, board.client):
        watcher.reset(QUICK)
        made.append(watcher.push(SHORT[: 2 * LOOK + 99]))
        watcher.set_speed(23.5)
        made[-1] += watcher.push(SHORT[2 * LOOK + 99 : 4 * LOOK])
        watcher.reset()
        made[-1] += watcher.push(SHORT[:LOOK])
    assert same(*made) and len(made[0]) == 5
    np.testing.assert_array_equal(
        made[1][2].orders, vibration.look(SHORT[: 3 * LOOK], RATE, 23.5).orders[2]
    )
    assert (made[1][2].orders != vibration.look(SHORT[: 3 * LOOK], RATE, SHAFT_HZ).orders[2]).any()


@pytest.mark.parametrize("rate", [12_000, 3200])
def test_a_board_watches_at_each_rate(board, rate):
    settings, count = QUICK._replace(rate=rate), 2 * vibration.look_samples(rate)
    part = watching.samples()[:count]
    assert same(board.client.run(part, settings), Watcher(watching.tflite(), settings).push(part))


def test_every_look_has_its_cost(board):
    made = board.client.run(SHORT, QUICK)
    clock = board.figures.clock_hz
    for look in made:
        assert 0 < look.instructions < look.cycles
        # The board reads its clock twice around each message, of which a look has 4.
        assert look.board_seconds == pytest.approx(look.cycles / clock, abs=4 * (1e-6 + 60 / clock))
    assert max(look.cycles for look in made) < 1.05 * min(look.cycles for look in made)
    assert made[0].cycles / 4 < board.client.slowest < made[0].cycles
    board.client.reset()
    assert board.client.slowest == 0


def test_the_ring_holds_what_comes_meanwhile(board):
    """At the highest rate, whatever the model, if it takes no longer than all the rest."""
    settings = QUICK._replace(rate=12_000)
    made = board.client.run(watching.samples()[: 2 * vibration.look_samples(12_000)], settings)
    clock = board.figures.clock_hz
    assert realtime.load(made, clock, 12_000) < 0.5
    waiting = realtime.most_waiting(board.client.slowest, clock, 12_000)
    assert 2 * waiting < board.image.parts["vibration ring"] / 2


def test_commissioning_ends_in_time(board):
    """The look after which the covariance is factored takes longer: the ring is for that, too."""
    made = board.client.run(watching.samples()[: 66 * LOOK], QUICK)
    factored, others = made[63].cycles, max(look.cycles for look in made[:63])
    assert factored > others
    more = (factored - others + board.client.slowest) / board.figures.clock_hz
    assert 512 + more * 12_000 < board.image.parts["vibration ring"] / 2


def test_the_footprint_says_what_watching_takes(board):
    board.client.run(SHORT, QUICK)
    size = board.footprint
    assert size.arena_bytes == micro.Interpreter(watching.tflite()).arena_used_bytes
    assert size.parts["vibration ring"] == 2 * 2048
    assert 20_000 < size.parts["watcher"] < 24_000
    assert 100 < size.stack_bytes < firmware.STACK_BYTES
    parts = size.arena_bytes + sum(size.parts.values())
    assert size.ram_bytes == parts + size.stack_bytes + size.static_bytes
    assert size.ram_bytes - size.arena_bytes < 40_000


def test_a_model_that_is_none_for_faults_is_refused(int8_model):
    with pytest.raises(c_watcher.WrongModel, match="with scale 1/32 and zero point 0: order codes"):
        emulator.Board("pico").flash(Application(int8_model))


@pytest.mark.parametrize("samples", [np.zeros(400), np.zeros((1, 400), np.int16), [1, 2]])
def test_what_is_no_vibration_is_refused(board, samples):
    with pytest.raises(ValueError, match=r"vibration is int16 \[samples\], not"):
        board.client.run(samples)
    with pytest.raises(ValueError, match="threshold is a whole number from 0 to 255, not 300"):
        board.client.run(SHORT, QUICK._replace(threshold=300))
