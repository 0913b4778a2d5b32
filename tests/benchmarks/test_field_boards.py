"""The benchmark of a field's boards, two days of it."""

import importlib.util

import places
import pytest

from tinyml_helpers.applications.fields import trained


@pytest.fixture(scope="module")
def field_boards():
    spec = importlib.util.spec_from_file_location(
        "field_boards", places.ROOT / "benchmarks" / "field_boards.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("board", ["nano33ble", "pico"])
def test_a_board_does_as_this_computer_and_says_what_it_takes(field_boards, board):
    made = field_boards.on_board(board, trained.committed(trained.SIMULATED), days=2)
    assert made["hours"] == made["equal_hours"] == 48
    assert 0 < made["cycles"] <= made["most_cycles"] and 0 < made["messages_a_day"] <= 24
    assert made["ram_bytes"] > made["node_bytes"] + made["arena_bytes"]
    assert made["microamperes"][12] > made["microamperes"][7] > 1
    assert made["days_of_two_AA"][12] < made["days_of_two_AA"][7]
