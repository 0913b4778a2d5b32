"""What a live program heard or felt: its events, fetched from the board (c/stream_live.h)."""

import struct
import time

import numpy as np

from tinyml_helpers.link import BoardError

_NUMBER, _HEAD, _TICKS = struct.Struct("<I"), struct.Struct("<II"), struct.Struct("<I")
_NUMBERS = 1 << 32  # a board counts modulo this

#: Seconds until a board is asked again that had nothing to tell.
_PAUSE = 0.005


class LiveEvents:
    """The events of a live program, in their order.

    Args:
        protocol: a `Protocol`.
        link: a `link.Link`.

    Attributes:
        missed: hops that were overwritten on the board before they were fetched, since the first
            one that was.
        lost: values of the sensor that came while the board had no room for them, since it has
            power. What became of it at each such gap, `Client.lost` says.
    """

    def __init__(self, protocol, link):
        self._protocol, self._link = protocol, link
        self._wanted = None
        self.missed = self.lost = 0

    def listen(self, seconds):
        """Yield what `Client.push` lists, as it comes; see `Client.listen`."""
        if not seconds > 0:
            raise ValueError(f"seconds are {seconds}: give more than 0")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            hop = self._fetch()
            if hop is None:
                time.sleep(_PAUSE)
            else:
                yield hop

    def _fetch(self):
        event = self._protocol.event
        answer = self._link.ask(
            self._protocol.samples_message,
            _NUMBER.pack(self._wanted or 0),
            (_TICKS.size, _HEAD.size, _HEAD.size + _TICKS.size + event.itemsize),
        )
        if len(answer) == _TICKS.size:
            raise BoardError(
                f"the program on {self._link.name} waits for samples from the computer: push some, "
                "or flash a live one (export.project with live=True)"
            )
        number, self.lost = _HEAD.unpack_from(answer)
        if self._wanted is not None:
            ahead = (number - self._wanted) % _NUMBERS
            self.missed += ahead if ahead < _NUMBERS // 2 else 0  # else the board was switched off
        if len(answer) == _HEAD.size:
            self._wanted = number
            return None
        self._wanted = (number + 1) % _NUMBERS
        (ticks,) = _TICKS.unpack_from(answer, _HEAD.size)
        record = np.frombuffer(answer, event, 1, _HEAD.size + _TICKS.size)[0]
        return self._protocol.hop_of(record, board_seconds=ticks / self._link.tick_hz)
