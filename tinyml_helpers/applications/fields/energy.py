"""What a node takes from a battery: a reading an hour, a forecast, sleep, a message now and then.

    year = budget("nano33ble", hour_cycles=55_000, messages_a_day=5)
    print(year)
    print(f"{days(year.amperes, CELLS['2 AA']):.0f} days")

All of it estimated. Cycles come from an emulated board, joules a cycle and currents from data
sheets. They are the chip's, the probe's and the radio's: a board's regulator and power light come
on top, and on an Arduino Nano or a Pico as it is sold they take more than all of this. A rain gauge
that tips is a switch and takes nothing; the thermometer and a valve aren't counted. Alkaline cells
keep for some ten years: whatever comes out longer ends there.
"""

from tinyml_helpers import boards
from tinyml_helpers.applications.fields import c_node, radio
from tinyml_helpers.applications.stream.energy import CELLS, WAITING, Budget, Cell, days
from tinyml_helpers.boards import Figure

__all__ = [
    "CELLS",
    "PROBE",
    "PROBE_SECONDS",
    "RADIO_ASLEEP",
    "WAITING",
    "Budget",
    "Cell",
    "budget",
    "days",
]

_HOUR, _DAY = 3600, 86_400

#: A capacitive probe, and how long it is on for a reading.
PROBE = Figure(
    10e-3,
    "A",
    "Decagon EC-5 User's Manual, version 2 (2012), EC-5 Specifications",
    "power requirements, at 2.5 to 3.6 V; its supply is cut between readings",
    "sensor",
)
PROBE_SECONDS = 0.01  # the same, measurement time

#: A radio that waits to be used.
RADIO_ASLEEP = Figure(
    0.2e-6,
    "A",
    "Semtech SX1276 datasheet, 2.5.1 Power Consumption, IDDSL",
    "in sleep mode, typical",
    "radio",
)


def budget(
    board_id,
    hour_cycles,
    messages_a_day=24.0,
    payload_bytes=c_node.LEVEL_BYTES,
    spreading_factor=7,
):
    """The average current of a node's chip, its probe and its radio.

    Once an hour the chip is awake for the probe, and to compute; else it sleeps, its RAM kept and
    a clock on.

    Args:
        board_id: a board with firmware, "nano33ble", "nano33ble_rev2" or "pico".
        hour_cycles: of an hour, as `node.Hour` says.
        messages_a_day: sent, and answered, by the radio.
        payload_bytes: of a message.
        spreading_factor: of LoRa, 7 (near) to 12 (far).

    Returns:
        A `Budget`; its parts are the probe, waiting for it, computing, asleep, sending and the
        radio asleep.

    Raises:
        ValueError: there is no such board or spreading factor, or an hour takes longer to compute
            than it lasts.
    """
    board = boards.get(board_id)
    if board_id not in WAITING:
        raise ValueError(f"what {board_id} takes while it waits isn't known; try a Nano or a Pico")
    computing = hour_cycles / board.clock_hz
    awake = PROBE_SECONDS + computing
    if awake > _HOUR:
        raise ValueError(
            f"the {board.name} doesn't keep up: an hour takes {computing:.0f} s to compute; make "
            "the model smaller"
        )
    message = radio.millijoules(payload_bytes, spreading_factor, c_node.ANSWER_BYTES) / 1e3
    parts = {
        "probe": PROBE_SECONDS / _HOUR * PROBE.value,
        "waiting": PROBE_SECONDS / _HOUR * WAITING[board_id].value,
        "computing": hour_cycles * board.joules_per_cycle / board.supply_volts / _HOUR,
        "asleep": (1 - awake / _HOUR) * board.sleep_amperes,
        "sending": messages_a_day * message / _DAY / board.supply_volts,
        "radio off": RADIO_ASLEEP.value,
    }
    return Budget(board_id, board.supply_volts, "probe and radio", parts, computing / _HOUR)
