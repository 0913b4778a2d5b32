"""The node on the emulated Nano and Pico: hour for hour what this computer gives."""

import growing
import pytest
import streaming
from growing import STREAM, THIRSTY
from streaming import same

from tinyml_helpers import emulator, firmware, micro
from tinyml_helpers.applications.fields import Application, c_node

board = streaming.boards(STREAM.program)


class TestOnBoard(streaming.OnBoard):
    stream = STREAM


def test_ten_days_with_a_probe_that_dies_are_as_on_this_computer(board):
    made = board.client.run(growing.eventful(), THIRSTY)
    assert same(made, STREAM.expected)
    found = {name for hour in made for name in hour.alarms}
    assert found >= {"silent", "battery", "stuck", "spikes"}
    assert any(hour.water for hour in made) and any(hour.frame for hour in made)
    assert not all(hour.usable for hour in made)


@pytest.mark.parametrize("every", [1, 3])
def test_with_a_gateway_that_answers_it_is_as_on_this_computer(board, every):
    hours = growing.eventful()[:150]
    here = growing.answered(growing.node(), hours, every)
    board.client.reset(THIRSTY)
    assert same(growing.answered(board.client, hours, every), here)
    assert not same(here, STREAM.expected[: len(here)])
    assert sum(bool(hour.frame) for hour in here) < sum(
        bool(hour.frame) for hour in STREAM.expected[: len(here)]
    )


def test_every_hour_says_what_it_cost(board):
    made = board.client.run(growing.healthy(30), THIRSTY)
    clock = board.figures.clock_hz
    for hour in made:
        assert 0 < hour.instructions < hour.cycles < 0.02 * clock
        assert hour.board_seconds == pytest.approx(hour.cycles / clock, abs=1e-6 + 60 / clock)
    assert board.client.slowest == max(hour.cycles for hour in made)


def test_the_footprint_says_what_a_node_takes(board):
    board.client.run(growing.healthy(30), THIRSTY)
    size = board.footprint
    assert size.arena_bytes == micro.Interpreter(growing.tflite()).arena_used_bytes
    assert 1000 < size.parts["node"] < 1500
    assert 100 < size.stack_bytes < firmware.STACK_BYTES
    parts = size.arena_bytes + sum(size.parts.values())
    assert size.ram_bytes == parts + size.stack_bytes + size.static_bytes
    assert size.ram_bytes < 4096 and size.flash_bytes < 32_768


def test_a_model_that_is_none_for_moisture_is_refused(int8_model):
    with pytest.raises(c_node.WrongModel, match="a model of soil moisture takes int8"):
        emulator.Board("pico").flash(Application(int8_model))
