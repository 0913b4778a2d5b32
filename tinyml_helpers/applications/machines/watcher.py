"""A machine watched on this computer: the watcher's C, the same that runs on the boards.

    watcher = Watcher(tflite_bytes, Settings.of(recording))
    for look in watcher.push(samples):  # int16, as many as there are
        if look.alarms:
            print(look.number, look.alarms, look.suspect)

For hours of vibration, `offline` has the parts alone.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.applications.machines.c_watcher import WrongModel
from tinyml_helpers.signals import vibration

__all__ = ["Look", "Settings", "Watcher", "WrongModel", "check_samples", "look_seconds"]


class Settings(NamedTuple):
    """What is watched, and how. The defaults are of a motor with a 6205 bearing.

    Attributes:
        rate: samples a second: 12,000, 3,200 or 1,600.
        shaft_hz: turns of the shaft a second, 1 to 200.
        inner, outer, ball: fault orders of the bearing, in multiples of the shaft's speed, 0.5 to
            100; a ball's is twice its spin.
        learn: looks that commissioning takes for what is usual, 64 to 4,096.
        settle: looks it takes after that for the threshold, 16 to 256.
        margin: from the mean score to the threshold, in eighths of the score's mean absolute
            deviation; 0 to 1,024.
        persist: looks in a row above the threshold that give an alarm, 1 to 255.
        average: looks whose fault scores are averaged, 1 to 16.
        threshold: 0 to 255, of suspicion: 255 less the average score of "normal". There is an
            alarm if it reaches this, and is 32 more than it ever was while commissioning.
    """

    rate: int = 12_000
    shaft_hz: float = 29.95
    inner: float = 5.415
    outer: float = 3.585
    ball: float = 4.714
    learn: int = 192
    settle: int = 64
    margin: int = 16
    persist: int = 3
    average: int = 8
    threshold: int = 128

    @classmethod
    def of(cls, recording, **more):
        """For a recording: its rate, the shaft's speed and the bearing.

        Args:
            recording: with `rate`, `shaft_hz` and `orders`, as `datasets.machines` gives them.
            more: other settings by their names, or those that the recording doesn't have.

        Raises:
            ValueError: it doesn't know one of them, and `more` has none.
        """
        orders = recording.orders
        found = {"rate": recording.rate, "shaft_hz": recording.shaft_hz}
        found |= {name: getattr(orders, name, None) for name in ("inner", "outer", "ball")}
        found |= more
        for name, value in found.items():
            if value is None:
                raise ValueError(f"the recording has no {name}: give it, as {name}=...")
        return cls(**found)

    def pack(self):
        """The bytes of an mc_settings.

        Raises:
            ValueError: a number is out of its range.
        """
        vibration.look_samples(self.rate)
        packed = np.zeros(1, c_watcher.SETTINGS)
        packed["rate"], packed["shaft_mhz"] = self.rate, millihertz(self.shaft_hz)
        packed["faults"] = np.frombuffer(self.pack_faults(), c_watcher.FAULT_SETTINGS)
        packed["anomaly"] = np.frombuffer(self.pack_anomaly(), c_watcher.ANOMALY_SETTINGS)
        return packed.tobytes()

    def pack_faults(self):
        """The bytes of an mc_fault_settings; raises as `pack`."""
        low, high = c_watcher.FAULT_ORDERS
        for name in ("inner", "outer", "ball"):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(
                    f"{name} is a fault order of {value!r}: give {low:g} to {high:g} times the "
                    "shaft's speed, as datasets.machines.fault_orders does"
                )
        stream.check_whole_numbers(self, average=(1, c_watcher.MAX_AVERAGE), threshold=(0, 255))
        orders = (round(order * 2**c_watcher.ORDER_BITS) for order in self[2:5])
        row = (*orders, self.average, self.threshold)
        return np.array([row], c_watcher.FAULT_SETTINGS).tobytes()

    def pack_anomaly(self):
        """The bytes of an mc_anomaly_settings; raises as `pack`."""
        stream.check_whole_numbers(
            self,
            learn=c_watcher.LEARN,
            settle=c_watcher.SETTLE,
            margin=c_watcher.MARGIN,
            persist=c_watcher.PERSIST,
        )
        row = (self.learn, self.settle, self.margin, self.persist)
        return np.array([row], c_watcher.ANOMALY_SETTINGS).tobytes()


class Look(NamedTuple):
    """What became of a look at a machine.

    Attributes:
        number: 0 is complete after a look's samples, each other one as many later.
        orders, bands, clipped, span: of the front end; see `signals.vibration.Looks`.
        scores: int8 [4], of the fault model, for c_watcher.CLASSES: -128 is 0, and a step 1/256.
        smoothed: uint8 [4], the averages of the last looks, 0 to 255.
        score: how unusual it is: 8 log2 of the squared distance over 32; None while learning.
        threshold: the score above which it is too unusual; None while commissioning.
        watching: False if the look was used for commissioning.
        alarms: a tuple of "anomaly", "fault" and "sensor", those there are.
        suspect: one of c_watcher.SUSPECTS; None without an alarm.
        risen: the band that is most deviations above what is usual; None if there is none.
        board_seconds: what a board took for it: measured; on an emulated one, estimated. None on
            this computer.
        instructions, cycles: what an emulated board took: counted, and estimated. None elsewhere.
    """

    number: int
    orders: np.ndarray
    bands: np.ndarray
    clipped: int
    span: int
    scores: np.ndarray
    smoothed: np.ndarray
    score: int | None
    threshold: int | None
    watching: bool
    alarms: tuple
    suspect: str | None
    risen: int | None
    board_seconds: float | None = None
    instructions: int | None = None
    cycles: int | None = None

    @classmethod
    def of(cls, record, **more):
        """From an mc_look.

        Args:
            record: of the dtype `c_watcher.LOOK`.
            more: the other fields.
        """
        bits = (
            (c_watcher.ANOMALY, "anomaly"),
            (c_watcher.FAULT, "fault"),
            (c_watcher.SENSOR, "sensor"),
        )
        return cls(
            number=int(record["number"]),
            **{name: record[name].copy() for name in ("orders", "bands", "scores", "smoothed")},
            clipped=int(record["clipped"]),
            span=int(record["span"]),
            score=_unless(record["score"], c_watcher.NO_SCORE),
            threshold=_unless(record["threshold"], c_watcher.NO_SCORE),
            watching=bool(record["state"]),
            alarms=tuple(name for bit, name in bits if record["alarms"] & bit),
            suspect=c_watcher.SUSPECTS[record["suspect"]],
            risen=_unless(record["risen"], -1),
            **more,
        )


def _unless(number, nothing):
    return None if number == nothing else int(number)


def look_seconds(rate):
    """How long the samples of a look last: 1.37 s at 12 kHz.

    Raises:
        ValueError: the front end doesn't know that rate.
    """
    return vibration.look_samples(rate) / rate


def check_samples(samples):
    """Samples as a contiguous int16 array [n]; ValueError if they are something else."""
    hint = "; for accelerations in g see datasets.machines.recording.to_counts"
    return stream.int16_samples(samples, "vibration is int16 [samples]", hint)


class Watcher(stream.HostStream):
    """A watcher on this computer: a `stream.HostStream` of vibration; it lists `Look`.

    Each `reset` begins with commissioning.

    Args:
        tflite_bytes: the fault model: int8 [1, orders, 4] with scale 1/32 in, softmax out.
        settings: a `Settings`; the default ones if None.

    Raises:
        model_file.ModelFileError, WrongModel, micro.CannotRun: the model won't do.
        ValueError: a setting is out of its range.

    Attributes:
        settings: as given.
    """

    event, hop_of = c_watcher.LOOK, Look.of
    check_samples = staticmethod(check_samples)

    def __init__(self, tflite_bytes, settings=None):
        code, loaded = c_watcher.load(), c_watcher.loaded(tflite_bytes)
        calls = code.mc_watcher_bytes, code.mc_start, code.mc_push_all
        super().__init__(loaded, *calls, settings or Settings())

    @property
    def hop_samples(self):
        """Samples of a look."""
        return vibration.look_samples(self.settings.rate)

    def set_speed(self, shaft_hz):
        """Say how fast the shaft turns, for looks that are completed from now on.

        Args:
            shaft_hz: turns a second, 1 to 200.

        Raises:
            ValueError: it is none of these.
        """
        c_watcher.load().mc_set_speed(self._state.ctypes.data, millihertz(shaft_hz))

    def resume(self):
        """Go on behind a gap in the samples, as a live board does.

        The look that isn't complete is dropped; what was learned stays, and the shaft's speed.
        """
        c_watcher.load().mc_resume(self._state.ctypes.data)


def millihertz(shaft_hz):
    """A shaft's speed as the C takes it, turns in 1,000 seconds.

    Raises:
        ValueError: it isn't a speed from 1 to 200 Hz.
    """
    low, high = vibration.SLOWEST_HZ, vibration.FASTEST_HZ
    if not low <= shaft_hz <= high:
        raise ValueError(
            f"a shaft of {shaft_hz!r} turns a second: give {low:g} to {high:g}, in Hz (rpm / 60)"
        )
    return round(1000 * shaft_hz)
