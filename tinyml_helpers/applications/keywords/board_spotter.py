"""Keyword spotting on a board, over a link: what `keywords.spotter.Spotter` is on this computer."""

import struct

import numpy as np

from tinyml_helpers.applications.keywords import c_spotter
from tinyml_helpers.applications.keywords.spotter import (
    Hop,
    Settings,
    check_samples,
)
from tinyml_helpers.firmware import protocol

#: What to do about what the firmware says when it is to listen.
HINTS = {
    "doesn't know that message": "build firmware that listens (listen=True), and flash it",
    "hasn't been told to listen": "it was switched off or reset; call reset, and start again",
    "missed some of the sound": "somebody else talks to it; call reset, and start again",
}


class BoardSpotter:
    """The spotter of a board with firmware that listens. `link.Link.spotter` makes one.

    Args:
        ask: a function of (kind of message, payload, possible lengths of the answer) that asks
            the board; the answer.
        tick_hz: of the clock the board measures time with.
        settings: a `keywords.spotter.Settings`; the default ones if None.

    Attributes:
        settings: as given.
    """

    def __init__(self, ask, tick_hz, settings=None):
        self._ask, self._tick_hz = ask, tick_hz
        self.reset(settings or Settings())

    def reset(self, settings=None):
        """Start afresh.

        Args:
            settings: new ones; those it has if None.

        Raises:
            ValueError: a setting is out of its range.
            link.BoardError: the firmware wasn't built to listen, or its model isn't for that.
            link.NoAnswer, link.PortError: see there.
        """
        settings = settings or self.settings
        self._next = None
        self._ask(protocol.LISTEN, settings.pack(), (0,))
        self._next, self._seconds, self.settings = 0, 0.0, settings

    def push(self, samples):
        """Listen on.

        Args:
            samples: int16 [n], 16 kHz; any number of them.

        Returns:
            A list of `Hop`, those that these samples completed.

        Raises:
            ValueError: the samples aren't int16 in one dimension; or there was an error before,
                and no `reset` after it.
            link.BoardError: the board stopped listening; most likely it was reset.
            link.NoAnswer: nothing sound came back, asked three times.
            link.PortError: see there.
        """
        return [hop for hop in self.hear(samples) if hop is not None]

    def hear(self, samples):
        """As `push`, message by message.

        Yields:
            For each message to the board, of up to 320 samples, the `Hop` it completed or None.
        """
        samples = check_samples(samples)
        for start in range(0, len(samples), protocol.HEAR_SAMPLES):
            yield self._hear(samples[start : start + protocol.HEAR_SAMPLES])

    def _hear(self, samples):
        if self._next is None:
            raise ValueError(
                "the board may have missed some of the sound: call reset, and start again"
            )
        # Unless the answer comes, nobody knows whether the board heard this.
        number, self._next = self._next, None
        payload = struct.pack("<I", number) + samples.astype("<i2").tobytes()
        answer = self._ask(protocol.HEAR, payload, (4, 4 + c_spotter.HOP.itemsize))
        self._next = (number + 1) % (1 << 32)
        self._seconds += int.from_bytes(answer[:4], "little") / self._tick_hz
        if len(answer) == 4:
            return None
        took, self._seconds = self._seconds, 0.0
        return Hop.of(np.frombuffer(answer, c_spotter.HOP, 1, 4)[0], board_seconds=took)
