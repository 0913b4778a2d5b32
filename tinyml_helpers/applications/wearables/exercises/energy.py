"""What telling exercises takes from a watch's battery. All of it estimated.

    all_day = budget("nano33ble_rev2", hop_cycles=1_000_000)
    print(all_day)
    print(f"{days(all_day.amperes, WATCH):.1f} days")

Cycles come from an emulated board, joules a cycle and currents from data sheets. They are the
chip's and the sensor's: a screen, a radio, a board's regulator and power light come on top.
"""

from tinyml_helpers.applications.stream import energy
from tinyml_helpers.applications.stream.energy import CELLS, Budget, Cell, days
from tinyml_helpers.applications.wearables.exercises.c_coach import HOP_SAMPLES, RATE
from tinyml_helpers.boards import Figure
from tinyml_helpers.boards.motion_sensors import MOTION_SENSORS

__all__ = ["SENSORS", "WATCH", "Budget", "Cell", "budget", "days"]

#: Accelerometer and gyroscope together, by part number. A gyroscope keeps a mass swinging, and so
#: takes more than the rest of either chip.
SENSORS = {
    "LSM9DS1": Figure(
        4.6e-3,
        "A",
        "LSM9DS1 datasheet, DocID025715 Rev 3, 2.2 Electrical characteristics",
        "typical, 0.6 mA for accelerometer and magnetic sensor, 4.0 mA for the gyroscope; this one "
        "is from memory, and a user has 4.5 mA for all (sparkfun/SparkFun_LSM9DS1_Arduino_Library, "
        "issue 24)",
        "sensor",
    ),
    "BMI270": Figure(
        685e-6,
        "A",
        "BMI270 datasheet, BST-BMI270-DS000-05, key features",
        "typical, both at their full rates",
        "sensor",
    ),
}

#: A small watch's battery.
WATCH = Cell(3.7, 0.1, CELLS["LiPo"].loss, f"a small lithium cell; {CELLS['LiPo'].note}")

_HOPS_A_SECOND = RATE / HOP_SAMPLES


def budget(board_id, hop_cycles, sensor=None):
    """The average current of a chip that tells exercises all day, and of its sensor.

    Args:
        board_id: a board with firmware, "nano33ble", "nano33ble_rev2" or "pico".
        hop_cycles: of half a second: samples, counter and model.
        sensor: a name in SENSORS; None for the board's own, of a Pico, which has none, a BMI270.

    Returns:
        A `Budget`.

    Raises:
        ValueError: there is no such board or sensor, or the chip doesn't keep up.
    """
    if sensor is None:
        own = MOTION_SENSORS.get(board_id)
        sensor = own.part if own else "BMI270"
    if sensor not in SENSORS:
        raise ValueError(f"no sensor {sensor!r}: there are {', '.join(SENSORS)}")
    cycles = {"computing": _HOPS_A_SECOND * hop_cycles}
    return energy.budget(board_id, sensor, SENSORS[sensor].value, cycles)
