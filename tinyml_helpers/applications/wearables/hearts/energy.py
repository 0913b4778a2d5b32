"""What monitoring a heart takes from a battery, day and night. All of it estimated.

    watch = budget("nano33ble", second_cycles=220_000)
    print(watch)
    print(f"{days(watch.amperes, WATCH):.0f} days")

Cycles come from an emulated board, joules a cycle and currents from data sheets. They are the
chip's and the electrodes' amplifier's: a board's regulator and power light, a display and a radio
come on top, and on an Arduino Nano or a Pico as it is sold they take more than all of this.
"""

from tinyml_helpers.applications.stream import energy
from tinyml_helpers.applications.stream.energy import CELLS, days
from tinyml_helpers.boards import Figure

__all__ = ["AMPLIFIER", "WATCH", "budget", "days"]

#: The amplifier between electrodes and converter.
AMPLIFIER = Figure(
    170e-6,
    "A",
    "Analog Devices AD8232 datasheet, Rev. D, Features",
    "supply current, typical, for one lead",
    "sensor",
)

#: A battery of a watch.
WATCH = CELLS["LiPo"]._replace(ampere_hours=0.1)


def budget(board_id, second_cycles):
    """The average current of a chip that monitors a heart all the time, and of its amplifier.

    Args:
        board_id: a board with firmware, "nano33ble", "nano33ble_rev2" or "pico".
        second_cycles: of a second of ECG: what beats took, as `monitor.Beat` says, over how long.

    Returns:
        A `stream.energy.Budget`; its parts are the AD8232, waiting and computing.

    Raises:
        ValueError: there is no such board, or it doesn't keep up.
    """
    return energy.budget(board_id, "AD8232", AMPLIFIER.value, {"computing": second_cycles})
