"""A stream on emulated boards, for wearables.py: equal to this computer, size, speed."""

import time

import numpy as np

from tinyml_helpers import emulator
from tinyml_helpers.applications.stream import parity, realtime


def on_board(board_id, application, here, samples, settings, hop_seconds):
    """A stream through a board, beside this computer.

    Args:
        board_id: as in `boards`.
        application: a `StreamApplication`.
        here: the same on this computer, a `HostStream`.
        samples: int16, as both take them.
        settings: of both.
        hop_seconds: how long a hop lasts; the mean if hops aren't equally long.

    Returns:
        The hops the board made, and a dict of figures. Cycles and milliseconds are estimated.
    """
    here.reset(settings)
    expected = here.push(samples)
    board = emulator.Board(board_id)
    board.flash(application)
    began = time.perf_counter()
    made = board.client.run(samples, settings)
    seconds = time.perf_counter() - began
    differ = parity.differing(expected, made)
    size, clock = board.footprint, board.figures.clock_hz
    cycles = float(np.mean([hop.cycles for hop in made]))
    return made, {
        "board": board_id,
        "hops": len(made),
        "equal_hops": len(made) - len({place for some in differ.values() for place in some}),
        "seconds_emulated": round(seconds, 1),
        "flash_bytes": size.flash_bytes,
        "ram_bytes": size.ram_bytes,
        "model_bytes": size.model_bytes,
        "arena_bytes": size.arena_bytes,
        "cycles_a_hop": round(cycles),
        "ms_a_hop": round(1e3 * cycles / clock, 3),
        "load_percent": round(100 * realtime.load(made, clock, hop_seconds), 3),
    }
