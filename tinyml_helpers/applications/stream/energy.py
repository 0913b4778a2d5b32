"""What a stream takes from a battery, day and night. All of it estimated.

Cycles come from an emulated board, joules a cycle and currents from data sheets. They are the
chip's and the sensor's: a board's regulator, power light and other sensors come on top, and on an
Arduino Nano or a Pico as it is sold they take more than all of this.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from tinyml_helpers import boards
from tinyml_helpers.boards import Figure

_UNKNOWN = "the least it can be: nothing is published for a chip that waits for its microphone"

#: What a chip takes while it waits for the next sample, its clocks running for the sensor's sake.
WAITING = {
    "nano33ble": Figure(
        418e-6,
        "A",
        "nRF52840 Product Specification v1.11, 5.2.1 TIMER running, ITIMER0",
        f"processor asleep, fast clock and a timer on; {_UNKNOWN}",
    ),
    "pico": Figure(
        boards.get("pico").sleep_amperes,
        "A",
        boards.get("pico").sleep.source,
        f"asleep with its real-time clock on, which counts no samples; {_UNKNOWN}",
    ),
}
WAITING["nano33ble_rev2"] = WAITING["nano33ble"]


class Cell(NamedTuple):
    """A battery.

    Attributes:
        volts: nominal.
        ampere_hours: nominal: new, at room temperature, and discharged slowly.
        loss: share of its charge that it loses in a year by itself, 0 to 1.
        note: where this is from, and what to know about it.
    """

    volts: float
    ampere_hours: float
    loss: float
    note: str


_LOSSES = "loss: I. Buchmann, Battery University, BU-802b"

CELLS = {
    "CR2032": Cell(
        3.0,
        0.225,
        0.02,
        f"Panasonic CR2032 datasheet, for 0.2 mA: at milliamperes it gives less; {_LOSSES}: "
        "10 % in five years",
    ),
    "2 AA": Cell(3.0, 2.5, 0.03, f"alkaline, a usual figure for tens of milliamperes; {_LOSSES}"),
    "LiPo": Cell(
        3.7, 0.5, 0.46, f"a size of hobby shops; {_LOSSES}: 5 % a month with its protection circuit"
    ),
}


@dataclass(frozen=True)
class Budget:
    """Where the current goes, on average.

    Attributes:
        board: the board's id.
        volts: the supply these currents hold for.
        sensor: the sensor's name, such as "microphone".
        parts: amperes by what takes them: the sensor, "waiting", and each part of the work.
        busy: share of the processor's cycles that are used, 0 to 1.
    """

    board: str
    volts: float
    sensor: str
    parts: dict
    busy: float

    @property
    def amperes(self):
        """All together."""
        return sum(self.parts.values())

    @property
    def watts(self):
        """All together."""
        return self.amperes * self.volts

    def __str__(self):
        lines = [
            f"  {name:11}{amperes * 1e6:7,.0f} µA{amperes / self.amperes:7.0%}"
            for name, amperes in self.parts.items()
        ]
        what = f"{self.board}, chip and {self.sensor} at {self.volts} V"
        head = f"{what}, busy {self.busy:.1%}; estimated"
        total = f"  {'total':11}{self.amperes * 1e6:7,.0f} µA   {self.watts * 1e3:.2f} mW"
        return "\n".join([head, *lines, total])


def budget(board_id, sensor, amperes, cycles, shares=None):
    """The average current of a chip that takes a sensor's samples all the time, and of the sensor.

    Computing takes the board's joules a cycle for each cycle; the rest of the time the chip waits.

    Args:
        board_id: a board with firmware, "nano33ble", "nano33ble_rev2" or "pico".
        sensor: the sensor's name.
        amperes: what the sensor takes.
        cycles: dict of the name of a part of the work to the cycles it takes in a second.
        shares: dict of the name of a part to the share of time it is done, 0 to 1; 1 if not named.

    Returns:
        A `Budget`.

    Raises:
        ValueError: there is no such board, or with all parts at work the chip doesn't keep up.
    """
    board = boards.get(board_id)
    if board_id not in WAITING:
        raise ValueError(f"what {board_id} takes while it waits isn't known; try a Nano or a Pico")
    at_most = sum(cycles.values()) / board.clock_hz
    if at_most > 1:
        raise ValueError(
            f"the {board.name} doesn't keep up: it needs {at_most:.0%} of its cycles; run the "
            "model less often, or make it smaller"
        )
    shares = shares or {}
    used = {name: shares.get(name, 1) * count for name, count in cycles.items() if count}
    busy = sum(used.values()) / board.clock_hz
    amperes_a_cycle = board.joules_per_cycle / board.supply_volts
    parts = {
        sensor: amperes,
        "waiting": (1 - busy) * WAITING[board_id].value,
        **{name: count * amperes_a_cycle for name, count in used.items()},
    }
    return Budget(board_id, board.supply_volts, sensor, parts, busy)


def millijoules(board_id, cycles):
    """The energy of so many cycles at work, of the chip alone.

    Raises:
        ValueError: there is no such board, or no figure for it.
    """
    joules = boards.get(board_id).joules_per_cycle
    if joules is None:
        raise ValueError(f"the clock at which {board_id}'s current was measured isn't known")
    return 1e3 * joules * cycles


def days(amperes, cell):
    """How long a battery lasts.

    Its charge Q falls by the current I and by a share of what is left: dQ/dt = -I - λQ, which
    reaches 0 after ln(1 + λQ/I)/λ. The current is that of the supply, as behind a linear
    regulator, and drawn from a new cell down to its last coulomb.

    Args:
        amperes: the average current, above 0.
        cell: a `Cell`.

    Raises:
        ValueError: the current isn't above 0.
    """
    if not amperes > 0:
        raise ValueError(f"a current is above 0 A, not {amperes}")
    rate = -math.log(1 - cell.loss) / (365.25 * 24)  # an hour
    if rate == 0:
        return cell.ampere_hours / amperes / 24
    return math.log1p(rate * cell.ampere_hours / amperes) / rate / 24
