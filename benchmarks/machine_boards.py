"""Emulated boards that watch a machine, for predictive_maintenance.py: size, speed, current."""

import numpy as np

from tinyml_helpers import emulator
from tinyml_helpers.applications import machines
from tinyml_helpers.applications.machines import energy, realtime, watcher
from tinyml_helpers.applications.stream import parity
from tinyml_helpers.datasets.machines import simulated
from tinyml_helpers.datasets.machines.simulated import TEST_MACHINES
from tinyml_helpers.signals import vibration

RATE = 12_000

#: For the boards' own sensors, which can't do more.
LOW_RATE = 1_600

#: Looks of a decision, and seconds from one to the next.
LOOKS, EVERY = 3, 600.0


def on_board(board_id, model, looks):
    """A board through a life that fails, in `looks` looks and a short commissioning."""
    board = emulator.Board(board_id)
    board.flash(machines.Application(model))
    number = TEST_MACHINES + 1
    life = simulated.life(number, "outer", looks=80 + looks, seed=1)
    samples = life.joined(
        [*range(8), *range(80, 80 + looks)], vibration.look_samples(RATE), RATE
    ).samples
    settings = watcher.Settings.of(life.look(0), rate=RATE)
    here = watcher.Watcher(model, settings).push(samples)
    there = board.client.run(samples, settings)
    differ = parity.differing(here, there)
    size, clock = board.footprint, board.figures.clock_hz
    cycles = {RATE: _cycles(there)}
    low = settings._replace(rate=LOW_RATE)
    cycles[LOW_RATE] = _cycles(board.client.run(life.look(0, 3, LOW_RATE).samples, low))
    return {
        "board": board_id,
        "looks": len(there),
        "equal_looks": len(there) - len({place for some in differ.values() for place in some}),
        "flash_bytes": size.flash_bytes,
        "ram_bytes": size.ram_bytes,
        "model_bytes": size.model_bytes,
        "arena_bytes": size.arena_bytes,
        "cycles": round(cycles[RATE]),
        "ms": round(1e3 * cycles[RATE] / clock, 1),
        "load_percent": round(100 * realtime.load(there, clock, RATE), 1),
        "mj": round(energy.millijoules(board_id, cycles[RATE]), 3),
        "power": [power(board_id, cycles, *each) for each in _ways(board_id)],
    }


def power(board_id, cycles, sensor, rate, factor):
    """Current and battery life of a decision every ten minutes; estimated."""
    budget = energy.budget(board_id, sensor, cycles, rate, EVERY, LOOKS, spreading_factor=factor)
    return {
        "sensor": sensor,
        "hears_hz": energy.SENSORS[sensor].hertz,
        "rate": rate,
        "spreading_factor": factor,
        "microamperes": round(1e6 * budget.amperes, 1),
        "radio_percent": round(100 * budget.parts["radio"] / budget.amperes, 1),
        "days": {
            name: round(energy.days(budget.amperes, cell)) for name, cell in energy.CELLS.items()
        },
    }


def _cycles(looks):
    return float(np.mean([look.cycles for look in looks]))


def _ways(board_id):
    """The boards' own sensors, where they have one, and an external one; a near and a far radio."""
    own = {"nano33ble": [("LSM9DS1", LOW_RATE), ("BMI270", LOW_RATE)]}.get(board_id, [])
    return [(*each, factor) for each in (*own, ("IIS3DWB", RATE)) for factor in (7, 12)]
