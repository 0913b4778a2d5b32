"""A stranger's session and a heart on emulated boards, for wearables.py."""

import time

import numpy as np

from tinyml_helpers import emulator
from tinyml_helpers.applications.stream import parity, realtime
from tinyml_helpers.applications.wearables import exercises, hearts
from tinyml_helpers.applications.wearables.exercises import coach, sessions, trained
from tinyml_helpers.applications.wearables.exercises import energy as watch_energy
from tinyml_helpers.applications.wearables.exercises.c_coach import HOP_SAMPLES, RATE
from tinyml_helpers.applications.wearables.exercises.measuring import workouts
from tinyml_helpers.applications.wearables.hearts import energy as heart_energy
from tinyml_helpers.applications.wearables.hearts import monitor
from tinyml_helpers.applications.wearables.hearts import trained as trained_hearts
from tinyml_helpers.datasets import simulated_hearts

BOARDS = ("nano33ble", "nano33ble_rev2", "pico")

#: A heart that no model has seen, and has early beats of both kinds; seconds of it.
HEART, SECONDS = simulated_hearts.TEST_HEARTS + 1, 300


def rows(motions, quick):
    """A row for each board and stream."""
    own = [one for one in motions if one.person == trained.STRANGER and one.place == "left"]
    session = sessions.session(own[:1] if quick else own, seed=1)
    ecg = simulated_hearts.recording(simulated_hearts.heart(HEART), 20 if quick else SECONDS)
    for board in BOARDS:
        yield on_session(board, session)
        yield on_heart(board, ecg)


def on_session(board, session):
    """The stranger's session through a coach on a board, beside this computer."""
    tflite, settings = trained.committed(trained.ANY_WAY), coach.Settings.of(arm=session.arm)
    here, application = coach.Coach(tflite), exercises.Application(tflite)
    hop_seconds = HOP_SAMPLES / RATE
    made, row = on_board(board, application, here, session.samples, settings, hop_seconds)
    told = [one for one in workouts.told(made, session) if one.exercise != "none of these"]
    budget = watch_energy.budget(board, row["cycles_a_hop"])
    return {
        "stream": "exercises",
        **row,
        "told": [[one.exercise, one.right, one.hops, one.repetitions] for one in told],
        **_power(budget, watch_energy.days(budget.amperes, watch_energy.WATCH)),
    }


def on_heart(board, ecg):
    """A heart through a monitor on a board, beside this computer."""
    tflite, settings = trained_hearts.committed(), monitor.Settings.of(ecg)
    samples, seconds = ecg.samples[:, 0], len(ecg.samples) / ecg.rate
    here, application = monitor.Monitor(tflite), hearts.Application(tflite)
    made, row = on_board(
        board, application, here, samples, settings, seconds / max(1, len(ecg.beats))
    )
    budget = heart_energy.budget(board, sum(beat.cycles for beat in made) / seconds)
    return {
        "stream": "hearts",
        **row,
        "seconds": round(seconds),
        "marked": {name: int((ecg.classes == name).sum()) for name in "NSV"},
        "called": {name: sum(beat.kind == name for beat in made) for name in "NSV"},
        **_power(budget, heart_energy.days(budget.amperes, heart_energy.WATCH)),
    }


def on_board(board_id, application, here, samples, settings, hop_seconds):
    """A stream through a board, beside this computer.

    Args:
        board_id: as in `boards`.
        application: a `StreamApplication`.
        here: the same on this computer, a `HostStream`.
        samples: int16, as both take them.
        settings: of both.
        hop_seconds: how long a hop lasts, on average.

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
        "most_cycles": max(hop.cycles for hop in made),
        "ms_a_hop": round(1e3 * cycles / clock, 3),
        "load_percent": round(100 * realtime.load(made, clock, hop_seconds), 3),
    }


def _power(budget, days):
    return {
        "microamperes": round(1e6 * budget.amperes, 1),
        "percent": {
            name: round(100 * amperes / budget.amperes, 1) for name, amperes in budget.parts.items()
        },
        "days_on_100_mah": round(days, 2),
    }
