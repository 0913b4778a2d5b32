"""A node and its gateway hour by hour, over a radio that loses, damages, delays and repeats."""

import functools
from types import SimpleNamespace

import numpy as np

from tinyml_helpers.applications.fields import c_node, trained
from tinyml_helpers.applications.fields.gateway import Gateway, packed_settings
from tinyml_helpers.micro.loaded import aligned

START = np.datetime64("2026-04-01T00", "h")
_FIRST = int(START.astype(np.int64))


@functools.cache
def model():
    return trained.committed(trained.SIMULATED)


class Node:
    """The sender of sender.h. Levels in hundredths of a percent, None for none."""

    def __init__(self, delta, heartbeat):
        self.code, self._model = c_node.load(), c_node.loaded(model())
        self.state = aligned(self.code.so_sender_bytes())
        self._settings = packed_settings(delta, heartbeat)
        self.restart()

    def restart(self):
        assert self.code.so_sender_start(self.state.ctypes.data, self._settings) == 0

    def hour(self, number, level, alarms=0, battery=0):
        """The frame to send, or None, and the guess."""
        frame, guess = np.zeros(c_node.FRAME_BYTES, np.uint8), np.zeros(1, np.int16)
        count = self.code.so_sender_hour(
            self.state.ctypes.data,
            self._model.handle,
            _FIRST + number,
            c_node.NO_LEVEL if level is None else level,
            alarms,
            battery,
            guess.ctypes.data,
            frame.ctypes.data,
        )
        return frame[:count].tobytes() or None, None if guess == c_node.NO_LEVEL else int(guess[0])

    def heard(self, answer):
        """The rain that an answer tells, if it acknowledges the last frame; else None."""
        received, ahead = np.frombuffer(answer, np.uint8), np.zeros(3, np.uint16)
        sound = self.code.so_sender_heard(
            self.state.ctypes.data, received.ctypes.data, len(received), ahead.ctypes.data
        )
        return ahead.tolist() if sound else None


def same_history(node, gateway):
    return node.code.so_same_history(node.state.ctypes.data, gateway._state.ctypes.data)


def walk(rng, hours, missing=0.0):
    """Levels: dry spells, noise, rain now and then. A list, None for `missing` of them."""
    steps = -rng.uniform(0, 6) + rng.normal(0, rng.uniform(0, 20), hours)
    steps += (rng.random(hours) < 0.01) * rng.uniform(0, 1500, hours)
    levels = np.clip(2500 + np.cumsum(steps), 0, 5000).round().astype(int)
    return [None if rng.random() < missing else int(level) for level in levels]


class BadAir:
    """A radio: what arrives of a message may be nothing, another, damaged, or one of earlier."""

    def __init__(self, rng, loss, damage=0.0, stale=0.0):
        self.rng, self.loss, self.damage, self.stale = rng, loss, damage, stale
        self.sent = []

    def carry(self, message):
        self.sent += [message] if message else []
        if self.sent and self.rng.random() < self.stale:
            return self.sent[self.rng.integers(len(self.sent))]
        if not message or self.rng.random() < self.loss:
            return None
        if self.rng.random() < self.damage:
            changed = bytearray(message)
            for place in self.rng.integers(len(changed), size=self.rng.integers(1, 4)):
                changed[place] ^= int(self.rng.integers(1, 256))
            return bytes(changed[: self.rng.integers(1, len(changed) + 1)])
        return message


def run(levels, up, down, delta=0.5, heartbeat=24, restarts=()):
    """A node and its gateway over so many hours.

    Args:
        levels: a list of ints, or None.
        up, down: the radio each way, with a `carry`.
        restarts: hours before which the node forgets everything.

    Returns:
        `node`, `gateway`, `frames` by the hour, `acknowledged` hours, and `apart`: those of them
        after which both ends' histories differed.
    """
    node, gateway = Node(delta, heartbeat), Gateway(model(), START, delta, heartbeat)
    frames, acknowledged, apart = [], [], []
    for number, level in enumerate(levels):
        if number in restarts:
            node.restart()
        frame, _ = node.hour(number, level)
        frames.append(frame)
        answer = down.carry(gateway.hour(up.carry(frame)) or None)
        if answer and node.heard(answer) is not None:
            acknowledged.append(number)
            if not same_history(node, gateway):
                apart.append(number)
    return SimpleNamespace(
        node=node, gateway=gateway, frames=frames, acknowledged=acknowledged, apart=apart
    )
