"""Keyword spotting on emulated boards, for keyword_spotting.py: size, speed, current."""

import numpy as np

from tinyml_helpers import emulator
from tinyml_helpers.applications import keywords
from tinyml_helpers.applications.keywords import energy, realtime, spotter, streams, wake
from tinyml_helpers.applications.stream import parity


def on_board(name, model, board_id, clips, seconds, seed):
    """Size and speed of a listening board, and in how many hops it equals this computer."""
    board = emulator.Board(board_id)
    board.flash(keywords.Application(model))
    hour = streams.stream(clips, 1, seed)
    samples = seconds * streams.SAMPLE_RATE
    first = max(hour.events[0].start - samples // 2, 0)
    sound = hour.read(first, first + samples)
    hops, here = board.client.run(sound), spotter.Spotter(model).push(sound)
    ran = [hop for hop in hops if hop.scores is not None]
    front_end = np.mean([hop.cycles for hop in hops if hop.scores is None])
    inference = np.mean([hop.cycles for hop in ran]) - front_end
    # From the first inference on, whole periods of one inference and the hops without.
    period = spotter.usual(model).hops_per_inference
    later = hops[next(place for place, hop in enumerate(hops) if hop.scores is not None) :]
    steady = later[: len(later) // period * period]
    size, clock = board.footprint, board.figures.clock_hz
    differ = parity.differing(here, hops)
    return {
        "model": name,
        "board": board_id,
        "hops": len(hops),
        "hops_with_equal_features": len(hops) - len(differ["features"]),
        "inferences": len(ran),
        "inferences_with_equal_scores": len(ran) - len({*differ["scores"], *differ["smoothed"]}),
        "detections": sum(hop.detected is not None for hop in hops),
        "hops_with_equal_verdict": len(hops) - len(differ["detected"]),
        "model_bytes": size.model_bytes,
        "flash_bytes": size.flash_bytes,
        "arena_bytes": size.arena_bytes,
        "ram_bytes": size.ram_bytes,
        "front_end_cycles": round(front_end),
        "front_end_ms": round(1e3 * front_end / clock, 3),
        "front_end_load_percent": round(100 * front_end / clock * energy.HOPS_A_SECOND, 1),
        "hops_per_inference": period,
        "inference_cycles": round(inference),
        "inference_ms": round(1e3 * inference / clock, 1),
        "inference_mj": round(energy.millijoules(board_id, inference), 3),
        "gate_cycles": round(closed_hop(model, board_id)),
        "load_percent": round(100 * realtime.load(steady, clock), 1),
        "most_waiting": realtime.most_waiting(hops, clock),
    }


def closed_hop(model, board_id):
    """Cycles of a hop for which the gate is closed: fetched, put into the ring, and judged."""
    board = emulator.Board(board_id)
    board.flash(keywords.GatedApplication(model))
    silence = np.zeros(40 * wake.HOP, np.int16)
    return np.mean([hop.cycles for hop in board.client.run(silence) if hop.closed])


def power(on_board, awake):
    """Current and battery life on a board, without and with the gate; estimated."""
    made = {"board": on_board["board"]}
    cost = [on_board[one] for one in ("board", "front_end_cycles", "inference_cycles")]
    cost.append(on_board["hops_per_inference"])
    gate = on_board["gate_cycles"]
    for how, more in (("always", {}), ("gated", {"awake": awake, "gate_cycles": gate})):
        try:
            budget = energy.budget(*cost, **more)
        except ValueError as error:
            return made | {"says": str(error)}
        made[f"{how}_ma"] = round(1e3 * budget.amperes, 3)
        made[f"{how}_days"] = {
            name: round(energy.days(budget.amperes, cell), 1) for name, cell in energy.CELLS.items()
        }
    return made
