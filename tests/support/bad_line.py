"""A line to a board on which things go wrong."""

import time

import numpy as np
import patience
from emulated import chip

from tinyml_helpers import link
from tinyml_helpers.emulator.protocol_emulator import for_chip


class Line:
    """A port on an emulated board, and something in between.

    Args:
        port: the emulated board's.
        to_board, to_computer: functions of (bytes, how many times it was called before) that give
            what arrives. to_board is called for each write, to_computer for each read.
    """

    name, baudrate, is_open, timeout, write_timeout = "COM3", 115_200, True, 7, 8

    def __init__(self, port, to_board=None, to_computer=None):
        self.port, self.writes, self.reads = port, 0, 0
        self.to_board = to_board or (lambda data, count: data)
        self.to_computer = to_computer or (lambda data, count: data)
        self.waiting = b""

    def write(self, data):
        self.port.write(self.to_board(data, self.writes))
        self.writes += 1

    @property
    def in_waiting(self):
        if not self.waiting and self.port.in_waiting:
            data = self.port.read(self.port.in_waiting)
            self.waiting, self.reads = self.to_computer(data, self.reads), self.reads + 1
        return len(self.waiting)

    def read(self, size):
        assert self.timeout <= 0.1
        data, self.waiting = self.waiting[:size], self.waiting[size:]
        return data


class FakePort(Line):
    """A port whose board sends the same whatever it is asked; a function of the question."""

    def __init__(self, answer=lambda question: b""):
        self.answer, self.waiting, self.writes = answer, b"", 0

    def write(self, data):
        self.writes += 1
        self.waiting += self.answer(data)

    in_waiting = property(lambda self: len(self.waiting))

    def read(self, size):
        if not self.waiting:
            time.sleep(self.timeout)
        return super().read(size)


def line_to(tflite_bytes, **damage):
    """A Line that gets worse once the link is open, and a link to it."""
    return worsening(for_chip(chip(tflite_bytes)), tflite_bytes, 0.2, **damage)


def worsening(port, program, seconds, **damage):
    """A Line to a port that gets worse once the link is open, and a link to it.

    Args:
        port: of an emulated board.
        program: what `link.open` takes.
        seconds: the link's timeout, usually.
        damage: attributes of the Line from then on.
    """
    line = Line(port)
    a_link = link.open(line, program, timeout=patience.seconds(seconds))
    line.writes = line.reads = 0
    for name, function in damage.items():
        setattr(line, name, function)
    return line, a_link


def first(change):
    """Change what is sent the first time only."""
    return lambda data, count: data if count else change(data)


def flip(data):
    return data[:10] + bytes([data[10] ^ 4]) + data[11:]


GARBAGE = bytes(np.random.default_rng(1).integers(0, 256, 300, np.uint8))

DAMAGE = {
    "flipped bit": flip,
    "lost byte": lambda data: data[:9] + data[10:],
    "lost END": lambda data: data[:-1],
    "doubled byte": lambda data: data[:10] + data[9:],
    "doubled bytes": lambda data: bytes(byte for byte in data for _ in range(2)),
    "half": lambda data: data[: len(data) // 2],
    "nothing": lambda data: b"",
    "half an escape": lambda data: data[:10] + b"\xdb",
    "huge length": lambda data: b"\xc0\x03\x01\xff\xff\xff\xff" + data[7:],
    "garbage": lambda data: GARBAGE[: len(data)],
}
