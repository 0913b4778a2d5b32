"""A serial port that the browser has open, as `link` wants one of pyserial's."""

from tinyml_helpers.link import BAUDRATE


class BrowserPort:
    """The port's end in Python, for a thread that may wait: messages come through another one.

    A read asks the browser for what the board has sent, and waits for its answer however long that
    takes. Where the kernel hears nothing from the browser while a cell runs, a board that answered
    in time is so not asked again.

    Args:
        session: a str that the browser knows the port by.
        send: a function of (dict, list of bytes) that sends the browser a message.
        changed: a threading.Condition, notified when something came or the port was lost.

    Attributes:
        lost: why the port isn't open any more, a sentence; empty while it is.
        timeout: seconds that a read waits in the browser for a first byte.
    """

    name, baudrate, timeout, write_timeout = "the browser's port", BAUDRATE, 0.1, None

    def __init__(self, session, send, changed):
        self.session, self.lost = session, ""
        self._send, self._changed = send, changed
        self._heard, self._answered = bytearray(), False

    @property
    def is_open(self):
        return not self.lost

    @property
    def in_waiting(self):
        """Bytes that `read` would give without asking the browser."""
        return len(self._heard)

    def write(self, data):
        """Send bytes to the board.

        Raises:
            OSError: the port was lost.
        """
        self._check()
        self._ask_browser("write", [data])

    def read(self, size):
        """Up to `size` bytes; none if none came in time.

        Raises:
            OSError: the port was lost.
        """
        if not self._heard:
            self._answered = False
            self._ask_browser("read", [], milliseconds=1000 * self.timeout)
            with self._changed:
                self._changed.wait_for(lambda: self._answered or self.lost)
            self._check()
        data = bytes(self._heard[:size])
        del self._heard[:size]
        return data

    def hear(self, data):
        """What the browser answers to a read."""
        with self._changed:
            self._heard += data
            self._answered = True
            self._changed.notify_all()

    def lose(self, sentence):
        """End what waits for the port, now and later."""
        with self._changed:
            self.lost = self.lost or sentence
            self._changed.notify_all()

    def close(self):
        """Have the browser close it, so that another program can have the board."""
        self._ask_browser("close", [])

    def _check(self):
        if self.lost:
            raise OSError(self.lost)

    def _ask_browser(self, what, buffers, **more):
        self._send({"do": what, "session": self.session, **more}, buffers)
