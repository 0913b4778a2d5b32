"""What a keyword spotter takes from a battery that listens day and night. All of it estimated.

    always = budget("nano33ble", front_end_cycles=150_000, inference_cycles=9_000_000)
    print(always)
    print(f"{days(always.amperes, CELLS['2 AA']):.0f} days")

Cycles come from an emulated board, joules a cycle and currents from data sheets. They are the
chip's and the microphone's: a board's regulator, power light and other sensors come on top, and on
an Arduino Nano or a Pico as it is sold they take more than all of this.
"""

from tinyml_helpers.applications.keywords.spotter import Settings
from tinyml_helpers.applications.stream import energy
from tinyml_helpers.applications.stream.energy import (
    CELLS,
    WAITING,
    Budget,
    Cell,
    days,
    millijoules,
)
from tinyml_helpers.boards import Figure

__all__ = [
    "CELLS",
    "HOPS_A_SECOND",
    "MICROPHONE",
    "WAITING",
    "Budget",
    "Cell",
    "budget",
    "days",
    "millijoules",
]

HOPS_A_SECOND = 50

#: The Nano's own microphone; a Pico needs one of its own.
MICROPHONE = Figure(
    650e-6,
    "A",
    "MP34DT05-A datasheet, current consumption in normal mode",
    "typical; for the MP34DT06JTR of the Nano's second revision no figure was found",
    "microphone",
)


def budget(
    board_id,
    front_end_cycles,
    inference_cycles,
    hops_per_inference=None,
    awake=1.0,
    gate_cycles=0,
):
    """The average current of a chip that always listens, and of its microphone.

    Computing takes the board's joules a cycle for each cycle, front end and model only while the
    gate is open; the rest of the time the chip waits.

    Args:
        board_id: a board with firmware, "nano33ble", "nano33ble_rev2" or "pico".
        front_end_cycles: of a hop of 20 ms.
        inference_cycles: of the model, once.
        hops_per_inference: as `spotter.Settings`; its default if None.
        awake: share of time the gate is open, 0 to 1; 1 without a gate.
        gate_cycles: of a hop, of the gate that decides it; 0 without a gate.

    Returns:
        A `Budget`.

    Raises:
        ValueError: there is no such board, `awake` isn't a share, or the chip doesn't keep up.
    """
    if not 0 <= awake <= 1:
        raise ValueError(f"awake is a share of time, 0 to 1, not {awake}")
    hops = hops_per_inference or Settings().hops_per_inference
    cycles = {
        "gate": HOPS_A_SECOND * gate_cycles,
        "front end": HOPS_A_SECOND * front_end_cycles,
        "model": HOPS_A_SECOND * inference_cycles / hops,
    }
    shares = {"front end": awake, "model": awake}
    return energy.budget(board_id, "microphone", MICROPHONE.value, cycles, shares)
