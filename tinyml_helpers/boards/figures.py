"""What each board has, in SI units, and the document each figure comes from.

    >>> nano = get("nano33ble")
    >>> nano.ram_bytes
    262144
    >>> print(nano.ram)
    262,144 B of the chip (nRF52840 Product Specification v1.11, 4.2 Memory)

Two warnings come with the figures. A current is either the chip's alone or the whole board's:
`Figure.scope` says which, and a board always draws more than its chip (regulators, a power light,
sensors). And RAM is all the RAM there is: stack, buffers and, on a Raspberry Pi, an operating
system live in it too.
"""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class Figure:
    """One number with its unit and its document.

    Attributes:
        value: the number, or None when its maker gives none.
        unit: "B", "Hz", "V" or "A".
        source: document and section or page; for None, where one would search in vain.
        note: what one must know to use the number, or "".
        scope: "chip" when it holds for the processor alone, "board" for the whole board.
    """

    value: int | float | None
    unit: str
    source: str
    note: str = ""
    scope: str = "chip"

    def __str__(self):
        number = "no figure" if self.value is None else f"{self.value:,} {self.unit}"
        return f"{number} of the {self.scope} ({self.source}){self.note and ': ' + self.note}"


@dataclass(frozen=True)
class Sensor:
    """A sensor on a board: its part number and what it measures, such as ("sound",)."""

    part: str
    measures: tuple[str, ...]


def _value_of(field, meaning):
    """A property: the bare number of the Figure in `field`, for calculating with."""
    return property(lambda board: getattr(board, field).value, doc=meaning)


@dataclass(frozen=True)
class Board:
    """A board a student may hold, or emulate.

    Attributes:
        id: the short name `get` takes.
        name: the name in the shop.
        core: the chip and its cores.
        fpu: "single" or "double", the precision its hardware computes floats in; "" if none.
        dsp: what multiplies several small integers at once, "DSP" (Armv7E-M) or "Neon"; "" if none.
        core_source: document and section behind `core`, `fpu` and `dsp`.
        clock: Figure, the highest clock its maker states for the voltage it comes with: estimates
            of time use this one. Where others are usual, its note names them.
        flash: Figure, memory that keeps the program; None where that is a memory card.
        ram: Figure, all the memory to work in.
        supply: Figure, the voltage at which `active` and `sleep` hold.
        active: Figure, supply current at work; its note says at what work.
        sleep: Figure, supply current asleep with RAM kept; of a Raspberry Pi, halted.
        active_hz: the clock while `active` was measured, in hertz, or None when nobody says:
            estimates of energy use this one, as joules a cycle.
        sensors: tuple of Sensor; the thermometers inside chips don't count.
        sensor_source: document and section that lists them.
    """

    id: str
    name: str
    core: str
    fpu: str
    dsp: str
    core_source: str
    clock: Figure
    flash: Figure
    ram: Figure
    supply: Figure
    active: Figure
    sleep: Figure
    active_hz: int | None = None
    sensors: tuple[Sensor, ...] = ()
    sensor_source: str = "none on the board"

    clock_hz = _value_of("clock", "Hertz.")
    flash_bytes = _value_of("flash", "Bytes, or None where programs live on a memory card.")
    ram_bytes = _value_of("ram", "Bytes.")
    supply_volts = _value_of("supply", "Volts.")
    active_amperes = _value_of("active", "Amperes.")
    sleep_amperes = _value_of("sleep", "Amperes, or None when not published.")

    @property
    def arithmetic(self):
        """What its cores have to compute with, such as "single floats, DSP"."""
        fpu = f"{self.fpu} floats" if self.fpu else "no floats"
        return f"{fpu}, {self.dsp or 'no DSP'}"

    @property
    def active_watts(self):
        """Power at work, in watts."""
        return self.supply_volts * self.active_amperes

    @property
    def sleep_watts(self):
        """Power asleep, in watts, or None when not published."""
        return None if self.sleep_amperes is None else self.supply_volts * self.sleep_amperes

    @property
    def joules_per_cycle(self):
        """Energy of one clock cycle at work, in joules, or None when its clock isn't known."""
        return None if self.active_hz is None else self.active_watts / self.active_hz

    def __str__(self):
        lines = [f"{self.name}: {self.core}, {self.arithmetic} ({self.core_source})"]
        for field in ("clock", "flash", "ram", "supply", "active", "sleep"):
            lines.append(f"  {field:8}{getattr(self, field)}")
        for sensor in self.sensors:
            lines.append(f"  sensor  {sensor.part}: {', '.join(sensor.measures)}")
        return "\n".join([*lines, f"  sensors {self.sensor_source}"])


_PS = "nRF52840 Product Specification v1.11"

#: Both Nanos have the same chip. Arduino's datasheets leave the boards' own power "TBC".
_NRF52840 = {
    "core": "nRF52840, one Arm Cortex-M4F",
    "fpu": "single",
    "dsp": "DSP",
    "core_source": f"{_PS}, 4.1 CPU",
    "clock": Figure(64_000_000, "Hz", f"{_PS}, 4.1 CPU"),
    "flash": Figure(MIB, "B", f"{_PS}, 4.2 Memory", "Arduino's bootloader keeps 64 KiB of it"),
    "ram": Figure(256 * KIB, "B", f"{_PS}, 4.2 Memory"),
    "supply": Figure(3.0, "V", f"{_PS}, 5.2 Current consumption", "on the board it gets 3.3 V"),
    "active": Figure(3.3e-3, "A", f"{_PS}, 5.2.1.3, ICPU0", "CoreMark, DC/DC on, radio off"),
    "sleep": Figure(3.16e-6, "A", f"{_PS}, 5.2.1.1, ION_RAMON_RTC", "RAM kept, RTC wakes it"),
    "active_hz": 64_000_000,
}

_NANOS = (
    Board(
        id="nano33ble",
        name="Arduino Nano 33 BLE Sense Rev1",
        sensors=(
            Sensor("LSM9DS1", ("acceleration", "rotation", "magnetic field")),
            Sensor("LPS22HB", ("pressure", "temperature")),
            Sensor("HTS221", ("humidity", "temperature")),
            Sensor("APDS-9960", ("proximity", "light", "colour", "gesture")),
            Sensor("MP34DT05", ("sound",)),
        ),
        sensor_source="Nano 33 BLE Sense datasheet, ABX00031, section Features; its section "
        "Board Topology calls the microphone MP34DT06JTR",
        **_NRF52840,
    ),
    Board(
        id="nano33ble_rev2",
        name="Arduino Nano 33 BLE Sense Rev2",
        sensors=(
            Sensor("BMI270", ("acceleration", "rotation")),
            Sensor("BMM150", ("magnetic field",)),
            Sensor("LPS22HB", ("pressure", "temperature")),
            Sensor("HS3003", ("humidity", "temperature")),
            Sensor("APDS-9960", ("proximity", "light", "colour", "gesture")),
            Sensor("MP34DT06JTR", ("sound",)),
        ),
        sensor_source="Nano 33 BLE Sense Rev2 datasheet, ABX00069, section Features",
        **_NRF52840,
    ),
)

_PICO_DS = "Raspberry Pi Pico Datasheet"
_RP2040_DS = "RP2040 Datasheet"  # its table 637 was 631 in earlier builds

_PICO = Board(
    id="pico",
    name="Raspberry Pi Pico",
    core="RP2040, two Arm Cortex-M0+",
    fpu="",
    dsp="",
    core_source=f"{_RP2040_DS}, 2.4 Cortex-M0+",
    clock=Figure(
        133_000_000,
        "Hz",
        f"{_RP2040_DS}, 2.15.3",
        "at the core's usual 1.1 V; 200 MHz at 1.15 V (certified: notes of pico-sdk 2.1.1, 2025); "
        "pico-sdk sets 125 MHz if not told otherwise",
    ),
    flash=Figure(2 * MIB, "B", f"{_PICO_DS}, chapter 1", "a chip of its own", "board"),
    ram=Figure(264 * KIB, "B", f"{_RP2040_DS}, 2.6.2 SRAM"),
    supply=Figure(3.3, "V", f"{_PICO_DS}, 2.1", "a linear regulator makes its core's 1.1 V"),
    active=Figure(
        10.9e-3,
        "A",
        f"{_RP2040_DS}, 5.7.2, table 637, page 623",
        "the core's supply, playing video at 48 MHz; for an FFT on both cores 5.7.2.1, figure 172, "
        "draws a curve against the clock, without numbers",
    ),
    sleep=Figure(
        0.39e-3,
        "A",
        f"{_RP2040_DS}, 5.7.2, table 637, page 624",
        "the core's supply in SLEEP, with the clock of the real-time clock on (DORMANT, with all "
        "stopped, takes 0.18 mA: same table); the whole board "
        f"takes 1.3 mA at 5 V ({_PICO_DS}, 3.1.4, table 5)",
    ),
    active_hz=48_000_000,
)

#: In the repository raspberrypi/documentation; the Pi 5's supply current came after commit 4127dbe.
_PI = "Raspberry Pi documentation"


def _pi(id, name, chip, core, hertz, ram_bytes, active_amperes, sleep, other_clock=""):
    """A Raspberry Pi; `sleep` is its amperes, the documentation's section, a note."""
    section = f"Processors, {chip}"
    amperes, sleep_section, note = sleep
    work = "nothing plugged in; its work isn't described"
    return Board(
        id=id,
        name=name,
        core=f"{chip}, four Arm {core}",
        fpu="double",
        dsp="Neon",
        core_source=f"{_PI}, {section}; Armv8-A: Arm DDI 0487, A1.5",
        clock=Figure(hertz, "Hz", f"{_PI}, {section}", other_clock),
        flash=Figure(None, "B", f"{_PI}, Flagship series", "a microSD card", "board"),
        ram=Figure(ram_bytes, "B", f"{_PI}, Flagship series", "Linux takes its part", "board"),
        supply=Figure(5.1, "V", f"{_PI}, Power supply", scope="board"),
        active=Figure(active_amperes, "A", f"{_PI}, Power supply, bare-board", work, "board"),
        sleep=Figure(amperes, "A", f"{_PI}, {sleep_section}", note, "board"),
    )


_PIS = (
    _pi(
        "pi3bplus",
        "Raspberry Pi 3 Model B+",
        chip="BCM2837B0",
        core="Cortex-A53",
        hertz=1_400_000_000,
        ram_bytes=GIB,
        active_amperes=0.5,
        sleep=(None, "Typical power requirements", "this model isn't listed"),
    ),
    _pi(
        "pi4",
        "Raspberry Pi 4 Model B (4 GB)",
        chip="BCM2711",
        core="Cortex-A72",
        hertz=1_500_000_000,
        ram_bytes=4 * GIB,
        active_amperes=0.6,
        sleep=(0.023, "Typical power requirements, halt current", "halted until someone wakes it"),
        other_clock="1,800 MHz with arm_boost=1 (config.txt, arm_freq)",
    ),
    _pi(
        "pi5",
        "Raspberry Pi 5 (4 GB)",
        chip="BCM2712",
        core="Cortex-A76",
        hertz=2_400_000_000,
        ram_bytes=4 * GIB,
        active_amperes=0.8,
        sleep=(3e-3, "Real Time Clock", "POWER_OFF_ON_HALT=1; its clock makes it boot"),
    ),
)

#: Every board, by its id.
BOARDS = {board.id: board for board in (*_NANOS, _PICO, *_PIS)}


def get(board_id):
    """The Board called `board_id`, such as "nano33ble".

    Raises:
        ValueError: there is none; the message lists those there are.
    """
    for board in BOARDS.values():
        if board.id == board_id:
            return board
    raise ValueError(f"there is no board {board_id!r}; choose one of {', '.join(BOARDS)}")
