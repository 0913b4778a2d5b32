"""Emulated boards that are a field's node for a season: equality, size, cycles, current.

python benchmarks/field_boards.py [--days 214]
"""

import argparse

import numpy as np

from tinyml_helpers import emulator
from tinyml_helpers.applications import fields
from tinyml_helpers.applications.fields import energy, gateway, node, trained
from tinyml_helpers.applications.stream import parity
from tinyml_helpers.datasets import simulated_fields

#: A season begins on 1 April; the probe drifts from a third of it on.
FIRST = 24 * 90
SITE, YEAR = simulated_fields.TEST_SITES + 1, 2021
SETTINGS = node.Settings(start="2021-04-01", line=15.0)


def season(days):
    """What a node takes of so many days, one of a failing probe: int16 [hours, 4]."""
    hours = 24 * days
    year = simulated_fields.season(SITE, YEAR)
    fault = simulated_fields.Fault("drift", FIRST + hours // 3)
    read = simulated_fields.readings(year, fault)
    part = slice(FIRST, FIRST + hours)
    return node.samples(
        read.values[part], year.temperature[part], year.rain[part], read.battery[part]
    )


def answered(client, model, hours):
    """What a client makes of hours; its gateway answers every frame."""
    end = gateway.Gateway(model, SETTINGS.start, SETTINGS.delta, SETTINGS.heartbeat)
    client.reset(SETTINGS)
    made = []
    for sample in hours:
        made += client.push(sample[np.newaxis])
        answer = end.hour(made[-1].frame or None)
        if answer:
            client.heard(answer)
    return made


def on_board(board_id, model, days):
    """A board through a season, as a dict; cycles are emulated, currents estimated."""
    hours = season(days)
    board = emulator.Board(board_id)
    board.flash(fields.Application(model))
    here = answered(node.Node(model, SETTINGS), model, hours)
    there = answered(board.client, model, hours)
    differ = parity.differing(here, there)
    cycles = np.array([hour.cycles for hour in there])
    size, clock = board.footprint, board.figures.clock_hz
    frames = [len(hour.frame) for hour in there if hour.frame]
    budgets = {
        factor: energy.budget(
            board_id, cycles.mean(), len(frames) / days, round(np.mean(frames)), factor
        )
        for factor in (7, 12)
    }
    return {
        "board": board_id,
        "hours": len(there),
        "equal_hours": len(there) - len({place for some in differ.values() for place in some}),
        "flash_bytes": size.flash_bytes,
        "ram_bytes": size.ram_bytes,
        "node_bytes": size.parts["node"],
        "arena_bytes": size.arena_bytes,
        "stack_bytes": size.stack_bytes,
        "cycles": round(cycles.mean()),
        "most_cycles": int(cycles.max()),
        "ms": round(1e3 * cycles.mean() / clock, 2),
        "messages_a_day": round(len(frames) / days, 1),
        "microamperes": {f: round(1e6 * float(made.amperes), 2) for f, made in budgets.items()},
        "days_of_two_AA": {
            f: round(energy.days(made.amperes, energy.CELLS["2 AA"])) for f, made in budgets.items()
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=214, help="of the season, up to 214")
    days = parser.parse_args().days
    for board in ("nano33ble", "pico"):
        for name, value in on_board(board, trained.committed(trained.SIMULATED), days).items():
            print(f"{name:16}{value}")


if __name__ == "__main__":
    main()
