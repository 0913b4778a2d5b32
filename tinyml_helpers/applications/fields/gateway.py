"""The gateway of a field: a level for every hour, though its node hardly ever sends.

    gateway = Gateway(tflite_bytes, start=np.datetime64("2026-04-01T00"), delta=0.5)
    answer = gateway.hour(frame)  # or hour() if none came
    gateway.estimates, gateway.status, gateway.hints

The node sends what this end wouldn't guess: c/gateway.h says how it is known what can be relied on.
"""

import numpy as np

from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.micro.loaded import aligned

_PERCENT, _TENTHS = 100, 10
_HOUR = np.timedelta64(1, "h")
_WEEK = 168


class Gateway:
    """The gateway's end of the radio, on this computer.

    Args:
        tflite_bytes: the model; the node must have the same.
        start: datetime64, the first hour.
        delta: by how much a guess may be off, percent by volume, 0.05 to 10; the node's.
        heartbeat: hours without a message at most, 1 to 168; the node's.

    Raises:
        ValueError: a setting is out of its range.
        As `c_node.loaded`.

    Attributes:
        refused: messages so far that weren't taken.
    """

    def __init__(self, tflite_bytes, start, delta=0.5, heartbeat=24):
        settings = packed_settings(delta, heartbeat)
        self._code, self._model = c_node.load(), c_node.loaded(tflite_bytes)
        self._state = aligned(self._code.so_gateway_bytes())
        self._code.so_gateway_start(self._state.ctypes.data, self._model.handle, settings)
        self._start, self._hours, self.refused = np.datetime64(start, "h"), 0, 0
        self._levels, self._status = np.zeros(_WEEK, np.int16), np.zeros(_WEEK, np.uint8)

    def hour(self, frame=None, ahead=None):
        """Take the next hour.

        Args:
            frame: bytes that came in this hour; None if none did.
            ahead: float [3], mm of rain expected in the next 24, 72 and 168 hours, for the answer;
                None, or NaN, if nobody knows.

        Returns:
            bytes to answer before the hour is over; b"" if there is nothing to answer.

        Raises:
            ValueError: ahead is something else.
        """
        if self._hours == len(self._levels):
            self._levels = np.concatenate([self._levels, np.zeros_like(self._levels)])
            self._status = np.concatenate([self._status, np.zeros_like(self._status)])
        answer = np.zeros(c_node.ANSWER_BYTES, np.uint8)
        received = np.frombuffer(frame or b"", np.uint8)
        count = self._code.so_gateway_hour(
            self._state.ctypes.data,
            self._model.handle,
            hours_since_1970(self._start) + self._hours,
            received.ctypes.data if frame else None,
            len(received),
            _rain(ahead).ctypes.data,
            self._levels[self._hours :].ctypes.data,
            self._status[self._hours :].ctypes.data,
            answer.ctypes.data,
        )
        self._hours += 1
        self.refused += bool(frame) and not count
        return answer[:count].tobytes()

    @property
    def times(self):
        """datetime64[h] [hours], of `estimates`."""
        return self._start + np.arange(self._hours) * _HOUR

    @property
    def estimates(self):
        """Float64 [hours], moisture in percent by volume; NaN before the first message.

        What a node tells of hours in which nobody answered it replaces what was guessed of them.
        """
        return percent(self._levels[: self._hours])

    @property
    def status(self):
        """A list with a word for each hour.

        "told": it was measured and sent. "checked": the node has said since what it measured, or
        that nothing of that is off by more than delta. "wrong": a guess that was off, or may have
        been, since messages were lost. "open": a guess of which nothing was heard yet. "silent":
        a guess, or nothing, while the node should have sent.
        """
        return [c_node.STATUS[code] for code in self._status[: self._hours]]

    @property
    def alarms(self):
        """The node's alarms, as in its last message: an int, a bit each."""
        return int(self._last()[0])

    @property
    def battery_volts(self):
        """The node's battery, as in its last message; 0 before the first."""
        return float(self._last()[1] * c_node.BATTERY_VOLTS)

    @property
    def hints(self):
        """A list of sentences: what somebody should see to."""
        found, status = [], self.status
        silent = next((n for n, word in enumerate(reversed(status)) if word != "silent"), None)
        if status and silent is None:
            found.append("the node was never heard: look whether it is on, and at its radio")
        elif silent:
            found.append("the node misses its heartbeat: look at its battery and its radio")
        if self.refused:
            found.append(
                f"messages refused: {self.refused}; they were damaged, or node and gateway differ "
                "in their clock, model, delta or heartbeat"
            )
        wrong = status[-_WEEK:].count("wrong")
        if wrong:
            found.append(
                f"hours of the last week that may be off by more than delta: {wrong}; messages are "
                "lost, bring node and gateway nearer to each other"
            )
        return found

    def _last(self):
        last = np.zeros(2, np.uint8)
        self._code.so_gateway_last(self._state.ctypes.data, last.ctypes.data)
        return last


def packed_settings(delta, heartbeat):
    """An so_send_settings as bytes.

    Raises:
        ValueError: delta isn't 0.05 to 10 percent, or heartbeat isn't 1 to 168 hours.
    """
    (least, most), (often, seldom) = c_node.DELTA, c_node.HEARTBEAT
    if not least <= delta <= most:
        raise ValueError(f"delta is {delta!r}: give {least:g} to {most:g}, in percent by volume")
    if heartbeat != int(heartbeat) or not often <= heartbeat <= seldom:
        raise ValueError(f"heartbeat is {heartbeat!r}: give whole hours, {often} to {seldom}")
    steps = round(delta * _PERCENT)
    return np.array((steps, heartbeat), c_node.SEND_SETTINGS).tobytes()


def percent(levels):
    """Levels of the C as float64, percent by volume; NaN for none."""
    return np.where(levels == c_node.NO_LEVEL, np.nan, levels / _PERCENT)


def hours_since_1970(time):
    """The hours of a datetime64, an int."""
    return int(np.datetime64(time, "h").astype(np.int64))


def _rain(ahead):
    """Rain to come as the C takes it: uint16 [3]."""
    known = np.full(c_node.AHEAD, np.nan) if ahead is None else np.asarray(ahead, np.float64)
    if known.shape != (c_node.AHEAD,) or (known < 0).any():
        raise ValueError(f"ahead is {ahead!r}: give mm of rain in the next 24, 72 and 168 hours")
    tenths = np.minimum(np.nan_to_num(known) * _TENTHS, c_node.UNKNOWN - 1)
    return np.where(np.isnan(known), c_node.UNKNOWN, np.rint(tenths)).astype(np.uint16)
