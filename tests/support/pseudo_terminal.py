"""An emulated board at the end of a real serial port: a pseudo-terminal of this computer."""

import contextlib
import os
import select
import threading
import tty

import patience
from bad_line import Line

_TICK = 0.01


class Cable:
    """A port with an emulated board behind it, until it is unplugged.

    Args:
        port: of the emulated board.
        damage: what `Line` takes; each function gets what arrived at once, mostly a frame.

    Attributes:
        name: the port's.
        line: the `Line` in between.
    """

    def __init__(self, port, **damage):
        self.line = Line(port, **damage)
        self.line.timeout = 0
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.name = os.ttyname(self._theirs)
        self._idle = 0
        self._pulled = threading.Event()
        self._carrier = threading.Thread(target=self._carry, daemon=True)
        self._carrier.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.unplug()

    def idle_seconds(self):
        """A clock that goes only while nothing is on its way and the board has nothing to do."""
        return self._idle * _TICK

    def unplug(self):
        """Pull the cable; from within the line's functions, once what they return has arrived."""
        self._pulled.set()
        if threading.current_thread() is not self._carrier:
            self._carrier.join(patience.seconds(60))
            assert not self._carrier.is_alive(), patience.over(60)

    def _carry(self):
        while not self._pulled.is_set():
            if select.select([self._ours], [], [], _TICK)[0]:
                self.line.write(os.read(self._ours, 65536))
            else:
                self._idle += 1
            while waiting := self.line.in_waiting:
                os.write(self._ours, self.line.read(waiting))
        for end in (self._ours, self._theirs):
            os.close(end)


@contextlib.contextmanager
def thief(name):
    """A second program that reads a port, without asking whether another has it."""
    stop = threading.Event()
    end = os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def steal():
        while not stop.is_set():
            with contextlib.suppress(OSError):
                os.read(end, 4096)

    thread = threading.Thread(target=steal, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        os.close(end)
