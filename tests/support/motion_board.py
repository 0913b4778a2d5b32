"""A board that says what a live one says which measures motion; its answers to frames."""

import struct

import numpy as np

from tinyml_helpers.firmware import protocol
from tinyml_helpers.link.recording import RECORD, RECORDED

RATE_HZ, CHANNELS = 50, 6
PIECE = 10 * CHANNELS  # values in an answer


class MotionBoard:
    """A function of (a question's bytes), for a `bad_line.FakePort`; gives the answer's.

    Args:
        seconds: of motion that it has.

    Attributes:
        samples: that motion, int16 [n, 6].
        recording: whether it was told to start, and not to stop.
    """

    def __init__(self, seconds):
        shape = seconds * RATE_HZ, CHANNELS
        self.samples = np.random.default_rng(1).integers(-9_000, 9_000, shape).astype("<i2")
        self.recording, self._reader = False, protocol.Reader()

    def __call__(self, question):
        return b"".join(
            protocol.frame(kind | protocol.ANSWER, number, self._answer(kind, payload))
            for kind, number, payload in self._reader.feed(question)
        )

    def _answer(self, kind, payload):
        if kind == protocol.INFO:
            return struct.pack("<10I", protocol.VERSION, 64_000_000, *[1] * 8) + b"nano33ble"
        if kind == RECORD:
            self.recording = payload == b"\1"
            return struct.pack("<II", RATE_HZ, CHANNELS) + b"motion"
        if kind == RECORDED:
            start = PIECE * int.from_bytes(payload, "little")
            return bytes(4) + self.samples.reshape(-1)[start : start + PIECE].tobytes()
        return payload
