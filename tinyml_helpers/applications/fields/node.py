"""A field's node on this computer: its C, the same that runs on the boards.

node = Node(tflite_bytes, Settings(start="2026-04-01", line=18.0))
for hour in node.push(samples(moisture, temperature, rain, battery)):
    if hour.frame:
        node.heard(...)  # what the gateway answers
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.c_node import WrongModel
from tinyml_helpers.applications.fields.gateway import hours_since_1970, packed_settings

__all__ = ["Hour", "Node", "Settings", "WrongModel", "check_answer", "check_samples", "samples"]

#: The C's steps: hundredths of a percent, tenths of mm and °C, mV.
_PERCENT, _TENTHS, _MILLIVOLTS = 100, 10, 1000

#: Bytes of the longest answer that the firmware takes.
LONGEST_ANSWER = 16


class Settings(NamedTuple):
    """What a node does. As it is by default it never waters.

    Attributes:
        start: when its first hour begins, a datetime64 or what makes one.
        delta: percent by volume, 0.05 to 10: it sends if its gateway would guess further off.
        heartbeat: hours without a message at most, 1 to 168.
        line: percent by volume, below which moisture mustn't fall, to 100; 0: no water.
        dose: mm of water at a time, up to 100.
        hour: of the day, 0 to 23, at which it decides on water and learns from the day.
        lead: hours ahead that it looks for that, of c_node.LEAD_HOURS.
        quantile: of the moisture there, of c_node.QUANTILES: 0.1 waters early, 0.9 late.
    """

    start: str = "2020-01-01"
    delta: float = 0.5
    heartbeat: int = 24
    line: float = 0.0
    dose: float = 10.0
    hour: int = 6
    lead: int = 24
    quantile: float = 0.5

    def pack(self):
        """The bytes of an so_settings.

        Raises:
            ValueError: a setting is out of its range.
        """
        stream.check_whole_numbers(self, hour=(0, 23))
        hours = hours_since_1970(self.start)
        if not 0 <= hours < 2**31:
            raise ValueError(f"start is {self.start!r}: give a time since 1970, such as 2026-04-01")
        packed = np.zeros(1, c_node.SETTINGS)
        packed["start"], packed["hour"] = hours, self.hour
        packed["send"] = np.frombuffer(
            packed_settings(self.delta, self.heartbeat), c_node.SEND_SETTINGS
        )
        packed["line"] = self._steps("line", _PERCENT, c_node.MOST_LINE)
        packed["dose"] = self._steps("dose", _TENTHS, c_node.MOST_DOSE)
        packed["lead"] = self._one_of("lead", c_node.LEAD_HOURS)
        packed["quantile"] = self._one_of("quantile", c_node.QUANTILES)
        return packed.tobytes()

    def _steps(self, name, steps, most):
        value = getattr(self, name)
        if not 0 <= value <= most:
            raise ValueError(f"{name} is {value!r}: give 0 to {most:g}")
        return round(value * steps)

    def _one_of(self, name, known):
        value = getattr(self, name)
        if value not in known:
            raise ValueError(f"{name} is {value!r}: give one of {', '.join(map(str, known))}")
        return known.index(value)


class Hour(NamedTuple):
    """What became of an hour.

    Attributes:
        number: hours since the start.
        level: moisture that the node goes by, percent by volume; None before the first reading.
        guess: what its gateway believes if it isn't told; None before it knows one.
        changes: float64 [4, 3], by how much moisture will have changed after 6, 24, 72 and 168
            hours, its 10%, 50% and 90% quantiles, calibrated; percent by volume.
        water: mm that it gives now.
        alarms: a tuple of c_node.ALARMS, those there are.
        usable: whether the reading was used; if not, the level before holds.
        battery: volts, in steps of 0.02.
        frame: bytes to send to the gateway; b"" for nothing.
        board_seconds: what a board took for it: measured; on an emulated one, estimated. None on
            this computer.
        instructions, cycles: what an emulated board took: counted, and estimated. None elsewhere.
    """

    number: int
    level: float | None
    guess: float | None
    changes: np.ndarray
    water: float
    alarms: tuple
    usable: bool
    battery: float
    frame: bytes
    board_seconds: float | None = None
    instructions: int | None = None
    cycles: int | None = None

    @classmethod
    def of(cls, record, **more):
        """From an so_hour.

        Args:
            record: of the dtype `c_node.HOUR`.
            more: the other fields.
        """
        bits = int(record["alarms"])
        return cls(
            number=int(record["number"]),
            level=_percent(record["level"]),
            guess=_percent(record["guess"]),
            changes=record["changes"] / _PERCENT,
            water=int(record["water"]) / _TENTHS,
            alarms=tuple(name for bit, name in enumerate(c_node.ALARMS) if bits >> bit & 1),
            usable=bool(record["usable"]),
            battery=round(int(record["battery"]) * c_node.BATTERY_VOLTS, 2),
            frame=record["frame"].tobytes()[: record["frame_bytes"]],
            **more,
        )


def _percent(level):
    return None if level == c_node.NO_LEVEL else int(level) / _PERCENT


class Node(stream.HostStream):
    """A node on this computer: a `stream.HostStream` with a sample an hour; it lists `Hour`.

    Args:
        tflite_bytes: the model: int8 [1, 24] with scale 1/32 in, [1, 12] with scale 1/128 out.
        settings: a `Settings`; the default ones if None.

    Raises:
        model_file.ModelFileError, WrongModel, micro.CannotRun: the model won't do.
        ValueError: a setting is out of its range.

    Attributes:
        settings: as given.
    """

    event, hop_of, hop_samples = c_node.HOUR, Hour.of, 1

    def __init__(self, tflite_bytes, settings=None):
        code, loaded = c_node.load(), c_node.loaded(tflite_bytes)
        calls = code.so_node_bytes, code.so_start, code.so_push_all
        super().__init__(loaded, *calls, settings or Settings())

    @staticmethod
    def check_samples(samples):
        """As the module's `check_samples`."""
        return check_samples(samples)

    def records(self, samples):
        """As `push`, but what a board sends, as it is: for years at once.

        Args, Raises:
            As `push`.

        Returns:
            An array [n] of the dtype `c_node.HOUR`.
        """
        samples = check_samples(samples)
        made = np.zeros(len(samples), c_node.HOUR)
        c_node.load().so_push_all(
            self._state.ctypes.data, samples.ctypes.data, len(samples), made.ctypes.data
        )
        return made

    def heard(self, answer):
        """Take what the gateway answered to the last hour's frame.

        Args:
            answer: bytes, up to 16; what is no answer to that frame changes nothing.

        Raises:
            ValueError: it is too long.
        """
        answer = check_answer(answer)
        c_node.load().so_heard(self._state.ctypes.data, answer, len(answer))


def check_answer(answer):
    """A gateway's answer as bytes.

    Raises:
        ValueError: it is longer than any.
    """
    if len(answer) > LONGEST_ANSWER:
        raise ValueError(
            f"an answer has up to {LONGEST_ANSWER} bytes, not {len(answer)}: give what the gateway "
            "answered to one frame"
        )
    return bytes(answer)


def samples(moisture, temperature, rain, battery):
    """What a node takes, hour by hour.

    Args:
        moisture: float [n], the probe's reading in percent by volume, NaN where there is none.
        temperature: float [n], of the air, °C.
        rain: float [n], mm in the hour, without water that the node gave.
        battery: float [n], volts.

    Returns:
        int16 [n, 4].

    Raises:
        ValueError: arrays don't fit each other, there is a NaN elsewhere, or a value is beyond what
            the C counts: 327% or °C, 3,276 mm, 32.7 V.
    """
    columns = {
        "moisture": (moisture, _PERCENT),
        "temperature": (temperature, _TENTHS),
        "rain": (rain, _TENTHS),
        "battery": (battery, _MILLIVOLTS),
    }
    made = np.empty((len(np.atleast_1d(moisture)), c_node.CHANNELS), np.int16)
    for place, (name, (values, steps)) in enumerate(columns.items()):
        values = np.asarray(values, np.float64)
        if values.shape != made.shape[:1]:
            raise ValueError(
                f"{name} is {list(values.shape)} and moisture {list(np.shape(moisture))}: give one "
                "value an hour of each"
            )
        counted = np.rint(values * steps)
        missing = np.isnan(values)
        if name == "moisture":
            counted = np.where(missing, c_node.NO_READING, counted)
        elif missing.any():
            raise ValueError(f"{name} has NaN: fill it, only moisture may be missing")
        if (np.abs(counted[~missing]) >= -c_node.NO_READING).any():
            limit = (-c_node.NO_READING - 1) / steps
            raise ValueError(f"{name} goes beyond {limit:g}, all that the node counts: check units")
        made[:, place] = counted
    return made


def check_samples(samples):
    """Samples as a contiguous int16 array [n, 4].

    Raises:
        ValueError: they are something else.
    """
    return stream.int16_samples(
        samples,
        f"a node's hours are int16 [hours, {c_node.CHANNELS}]",
        "; node.samples makes them of floats",
        (c_node.CHANNELS,),
    )
