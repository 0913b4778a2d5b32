"""A board that says what a live one says which measures motion; its answers to frames."""

import struct

import numpy as np
from bad_line import FakePort

from tinyml_helpers.firmware import protocol
from tinyml_helpers.link.recording import RECORD, RECORDED

RATE_HZ, CHANNELS = 50, 6
PIECE = 10 * CHANNELS  # values in an answer


class MotionBoard:
    """A function of a question's bytes that gives the answer's.

    Args:
        seconds: of motion that it has.

    Attributes:
        samples: that motion, int16 [n, 6].
        recording: whether it was told to start, and not to stop.
        asked: for each question for samples, its message's number and the answer's.
    """

    def __init__(self, seconds):
        shape = seconds * RATE_HZ, CHANNELS
        self.samples = np.random.default_rng(1).integers(-9_000, 9_000, shape).astype("<i2")
        self.recording, self.asked, self._reader = False, [], protocol.Reader()

    def port(self):
        """A `bad_line.FakePort` with it, whose reads don't wait."""
        port = FakePort(self)
        port.timeout = 0
        return port

    def __call__(self, question):
        return b"".join(
            protocol.frame(kind | protocol.ANSWER, number, self._answer(kind, number, payload))
            for kind, number, payload in self._reader.feed(question)
        )

    def _answer(self, kind, number, payload):
        if kind == protocol.INFO:
            return struct.pack("<10I", protocol.VERSION, 64_000_000, *[1] * 8) + b"nano33ble"
        if kind == RECORD:
            self.recording = payload == b"\1"
            return struct.pack("<II", RATE_HZ, CHANNELS) + b"motion"
        if kind == RECORDED:
            piece = int.from_bytes(payload, "little")
            self.asked.append((number, piece))
            start = PIECE * piece
            return bytes(4) + self.samples.reshape(-1)[start : start + PIECE].tobytes()
        return payload
