"""What watching a machine takes from a battery: looks now and then, sleep, and a message a day.

    month = budget("nano33ble", "IIS3DWB", look_cycles=15_000_000, rate=12_000)
    print(month)
    print(f"{days(month.amperes, CELLS['2 AA']):.0f} days")

All of it estimated. Cycles come from an emulated board, joules a cycle and currents from data
sheets. They are the chip's, the sensor's and the radio's: a board's regulator and power light come
on top, and on an Arduino Nano or a Pico as it is sold they take more than all of this. Alkaline
cells keep for some ten years: whatever comes out longer ends there.
"""

from typing import NamedTuple

from tinyml_helpers import boards
from tinyml_helpers.applications.machines.watcher import look_seconds
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
    "MESSAGE_JOULES",
    "SENSORS",
    "STARTING_SECONDS",
    "WAITING",
    "Budget",
    "Cell",
    "Sensor",
    "budget",
    "days",
    "millijoules",
]

_DAY = 86_400


class Sensor(NamedTuple):
    """An accelerometer.

    Attributes:
        amperes: Figure, what it takes while it measures.
        rate: samples a second, the most it gives.
        hertz: the highest vibration it hears at that rate: its filter's edge.
        source: where rate and edge are from, and what to know about them.
    """

    amperes: Figure
    rate: int
    hertz: float
    source: str

    def hears(self, low_hz):
        """Whether it hears vibration from `low_hz` on, such as a bearing's resonances."""
        return self.hertz > low_hz


#: The first two are the Nanos' own; the third is one to buy, on SPI, for a Nano or a Pico.
SENSORS = {
    "LSM9DS1": Sensor(
        Figure(
            600e-6,
            "A",
            "LSM9DS1 datasheet, DocID025715 Rev 3, 2.2 Electrical characteristics",
            "accelerometer and magnetic sensor, typical; the gyroscope is off",
            "sensor",
        ),
        952,
        408.0,
        "the same, CTRL_REG6_XL; Arduino's library sets 119 Hz, and the front end takes no 952 Hz: "
        "resample to 1,600",
    ),
    "BMI270": Sensor(
        Figure(
            685e-6,
            "A",
            "BMI270 datasheet, BST-BMI270-DS000-05, key features",
            "accelerometer and gyroscope at their full rates, typical: the accelerometer alone "
            "takes less",
            "sensor",
        ),
        1600,
        740.0,
        "the same; Arduino's library sets 100 Hz",
    ),
    "IIS3DWB": Sensor(
        Figure(
            1.1e-3,
            "A",
            "IIS3DWB datasheet, features",
            "typical, all three axes at their full performance",
            "sensor",
        ),
        26_667,
        6300.0,
        "application note AN5444 Rev 1, introduction; what takes 26,667 samples a second to the "
        "front end's 12,000 isn't counted",
    ),
}

#: A message of 25 bytes over LoRa at 13 dBm, by spreading factor: joules, estimated from its 62 ms
#: and 1.48 s on the air.
MESSAGE_JOULES = {7: 6e-3, 12: 140e-3}

#: From a sensor's start to a look's first sample: its filters and the front end's settle.
STARTING_SECONDS = 0.1


def budget(
    board_id,
    sensor,
    look_cycles,
    rate,
    every_seconds=600.0,
    looks=1,
    messages_a_day=1.0,
    spreading_factor=7,
):
    """The average current of a chip that looks at a machine now and then, its sensor and its radio.

    While samples come the chip waits with its clocks on, or computes; then it sleeps, its RAM kept,
    and the sensor's supply is cut by one of its pins.

    Args:
        board_id: a board with firmware, "nano33ble", "nano33ble_rev2" or "pico".
        sensor: a name in SENSORS.
        look_cycles: of a look, front end and models.
        rate: samples a second, as `watcher.Settings`.
        every_seconds: from one decision to the next.
        looks: how many looks a decision takes.
        messages_a_day: sent by the radio.
        spreading_factor: of LoRa, 7 (near) or 12 (far): a key of MESSAGE_JOULES.

    Returns:
        A `Budget`.

    Raises:
        ValueError: there is no such board, sensor, rate or spreading factor, the chip doesn't keep
            up, or the looks take longer than there is until the next.
    """
    board = boards.get(board_id)
    if board_id not in WAITING:
        raise ValueError(f"what {board_id} takes while it waits isn't known; try a Nano or a Pico")
    _check(sensor, SENSORS, "sensor")
    _check(spreading_factor, MESSAGE_JOULES, "spreading factor")
    sampling = looks * look_seconds(rate)
    computing = looks * look_cycles / board.clock_hz
    if computing > sampling:
        raise ValueError(
            f"the {board.name} doesn't keep up: a look takes {computing / looks:.2f} s to compute "
            f"and {sampling / looks:.2f} s to sample; make the model smaller"
        )
    awake = STARTING_SECONDS + sampling
    if not awake <= every_seconds:
        raise ValueError(
            f"{looks} looks take {awake:.1f} s, and the next ones are due after {every_seconds:g} "
            "s: decide less often, or on fewer looks"
        )
    parts = {
        sensor: awake / every_seconds * SENSORS[sensor].amperes.value,
        "waiting": (awake - computing) / every_seconds * WAITING[board_id].value,
        "computing": looks
        * look_cycles
        * board.joules_per_cycle
        / board.supply_volts
        / every_seconds,
        "asleep": (1 - awake / every_seconds) * board.sleep_amperes,
        "radio": messages_a_day * MESSAGE_JOULES[spreading_factor] / _DAY / board.supply_volts,
    }
    what = f"{sensor} and radio"
    return Budget(board_id, board.supply_volts, what, parts, computing / every_seconds)


def _check(name, known, what):
    if name not in known:
        raise ValueError(f"no {what} {name!r}: there are {', '.join(map(str, known))}")
