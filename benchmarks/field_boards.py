"""A season on emulated boards, for agriculture.py: equal to this computer, size, speed, battery."""

import time

import numpy as np

from tinyml_helpers import emulator
from tinyml_helpers.applications import fields as application
from tinyml_helpers.applications.fields import energy, gateway, node, radio, trained
from tinyml_helpers.applications.stream import parity
from tinyml_helpers.datasets import simulated_fields as fields

#: The probe gets stuck in the middle of the season.
SITE, YEAR, FIRST, HOURS = fields.TEST_SITES + 3, 2022, 24 * 90, 24 * 214

SETTINGS = {"delta": 0.5, "line": 18.0, "dose": 15.0}


def season(hours):
    """A node's samples and settings of a simulated season whose probe dies midway."""
    year = fields.season(SITE, YEAR)
    read = fields.readings(year, fields.Fault("stuck", FIRST + hours // 2))
    part = slice(FIRST, FIRST + hours)
    samples = node.samples(
        read.values[part], year.temperature[part], year.rain[part], read.battery[part]
    )
    return samples, node.Settings(start=str(year.times[FIRST]), **SETTINGS)


def through(one, samples, settings, loss=0.1):
    """What a node made of its hours, with a gateway that hears nine messages of ten."""
    other = gateway.Gateway(
        trained.committed(trained.SIMULATED),
        np.datetime64(settings.start),
        settings.delta,
        settings.heartbeat,
    )
    there, back, made = radio.Link(loss, 1), radio.Link(loss, 2), []
    one.reset(settings)
    for sample in samples:
        (hour,) = one.push(sample[None])
        made.append(hour)
        answer = other.hour(there.carry(hour.frame) if hour.frame else None)
        answer = back.carry(answer) if answer else None
        if answer:
            one.heard(answer)
    return made, other


def on_board(board_id, quick):
    """A board through a season, beside this computer."""
    model = trained.committed(trained.SIMULATED)
    samples, settings = season(24 * 7 if quick else HOURS)
    here, _ = through(node.Node(model, settings), samples, settings)
    board = emulator.Board(board_id)
    board.flash(application.Application(model))
    began = time.perf_counter()
    made, other = through(board.client, samples, settings)
    seconds = time.perf_counter() - began
    differ = parity.differing(here, made)
    size, clock = board.footprint, board.figures.clock_hz
    cycles = float(np.mean([hour.cycles for hour in made]))
    flagged = next((hour.number for hour in made if hour.alarms), None)
    messages = sum(bool(hour.frame) for hour in made) / (len(made) / 24)
    frame = np.mean([len(hour.frame) for hour in made if hour.frame])
    return {
        "board": board_id,
        "hours": len(made),
        "equal_hours": len(made) - len({place for some in differ.values() for place in some}),
        "seconds_emulated": round(seconds, 1),
        "flash_bytes": size.flash_bytes,
        "ram_bytes": size.ram_bytes,
        "node_bytes": size.parts["node"],
        "model_bytes": size.model_bytes,
        "arena_bytes": size.arena_bytes,
        "cycles_an_hour": round(cycles),
        "most_cycles": max(hour.cycles for hour in made),
        "ms_an_hour": round(1e3 * cycles / clock, 3),
        "waterings": sum(hour.water > 0 for hour in made),
        "messages_a_day": round(messages, 2),
        "stuck_after_hours": HOURS // 2 if not quick else 84,
        "flagged_at_hour": flagged,
        "wrong_hours_at_gateway": other.status.count("wrong"),
        "power": [
            power(board_id, cycles, way, rate, size, factor)
            for way, rate, size in (("every hour", 24.0, 9), ("this node", messages, frame))
            for factor in (7, 12)
        ],
    }


def power(board_id, cycles, way, messages, frame_bytes, factor):
    """Current and battery life; estimated."""
    budget = energy.budget(board_id, cycles, messages, round(frame_bytes), factor)
    return {
        "way": way,
        "spreading_factor": factor,
        "microamperes": round(1e6 * budget.amperes, 2),
        "percent": {
            name: round(100 * amperes / budget.amperes, 1) for name, amperes in budget.parts.items()
        },
        "days": {
            name: round(energy.days(budget.amperes, cell)) for name, cell in energy.CELLS.items()
        },
    }
