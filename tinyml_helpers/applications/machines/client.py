"""What talks to a watching board: vibration out, looks back, and how fast the shaft turns."""

import struct

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.machines.watcher import millihertz

#: Type of the message with a speed; that of watch.h.
SHAFT_SPEED = 14
_SPEED = struct.Struct("<I")


class Client(stream.Client):
    """A watcher on a board, over a link: a `stream.Client`."""

    def set_speed(self, shaft_hz):
        """Say how fast the shaft turns, for looks that are completed from now on.

        Until then, and after each `reset`, it is as the settings say. A live program goes on as it
        was, with what it learned.

        Args:
            shaft_hz: turns a second, 1 to 200.

        Raises:
            ValueError: it is none of these.
            link.BoardError: the board isn't started any more; most likely it was reset.
            link.NoAnswer, link.PortError: see there.
        """
        speed = _SPEED.pack(millihertz(shaft_hz))
        if self._fresh and not self.is_live():
            self.reset()
        self._link.ask(SHAFT_SPEED, speed, (0,))


class CountingClient(stream.CountingClient):
    """A `Client` of an emulated board: its looks have what they cost."""

    def set_speed(self, shaft_hz):
        """Say how fast the shaft turns; as the client's."""
        self._client.set_speed(shaft_hz)
