"""Emulated boards that count a stranger's exercises: size, speed, current.

    python benchmarks/exercise_boards.py model.tflite

Prints JSON of each board. `on_board` is for benchmarks that have a model in memory.
"""

import json
import sys
from pathlib import Path

import numpy as np

from tinyml_helpers import datasets, emulator
from tinyml_helpers.applications.stream import energy as stream_energy
from tinyml_helpers.applications.stream import parity
from tinyml_helpers.applications.wearables import exercises
from tinyml_helpers.applications.wearables.exercises import coach, energy, realtime, sessions

BOARDS = ("nano33ble", "nano33ble_rev2", "pico")

#: Whose session it is.
PERSON, ARM = "seglearn 7", "right"


def stranger(person=PERSON, arm=ARM):
    """A session of one of the people: a `sessions.Session`."""
    motions = datasets.watch_exercises()
    own = [motion for motion in motions if (motion.person, motion.place) == (person, arm)]
    return sessions.session(own)


def on_board(board_id, model, session):
    """A board through a session: whether it finds what this computer finds, and what it takes.

    Args:
        board_id: one of BOARDS.
        model: bytes of a model of exercises.
        session: a `sessions.Session`.

    Returns:
        A dict of figures.
    """
    settings = coach.Settings.of(arm=session.arm)
    here = coach.Coach(model, settings).push(session.samples)
    board = emulator.Board(board_id)
    board.flash(exercises.Application(model))
    there = board.client.run(session.samples, settings)
    differ = parity.differing(here, there)
    size, clock = board.footprint, board.figures.clock_hz
    filling, full = there[:3], there[3:]  # no model runs while its window fills
    cycles = np.mean([hop.cycles for hop in full])
    budget = energy.budget(board_id, cycles)
    return {
        "board": board_id,
        "hops": len(there),
        "equal_hops": len(there) - len({place for some in differ.values() for place in some}),
        "flash_bytes": size.flash_bytes,
        "ram_bytes": size.ram_bytes,
        "model_bytes": size.model_bytes,
        "arena_bytes": size.arena_bytes,
        "parts": dict(size.parts),
        "cycles": round(cycles),
        "cycles_without_model": round(np.mean([hop.cycles for hop in filling])),
        "ms": round(1e3 * cycles / clock, 2),
        "load_percent": round(100 * realtime.load(full, clock), 2),
        "mj": round(stream_energy.millijoules(board_id, cycles), 4),
        "microamperes": {name: round(1e6 * part) for name, part in budget.parts.items()},
        "days": round(energy.days(budget.amperes, energy.WATCH), 2),
    }


if __name__ == "__main__":
    given = Path(sys.argv[1]).read_bytes()
    print(json.dumps([on_board(board, given, stranger()) for board in BOARDS], indent=2))
