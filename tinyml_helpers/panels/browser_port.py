"""A serial port that the browser has open, as `link` wants one of pyserial's, and a link to it."""

import collections

from tinyml_helpers import link
from tinyml_helpers.firmware import protocol
from tinyml_helpers.link.recording import RECORDED

#: Questions for samples that are with the browser before their turn: a network may stutter, and
#: the kernel be deaf, for the seconds that they take.
_AHEAD = 300


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

    name, baudrate, timeout, write_timeout = "the browser's port", link.BAUDRATE, 0.1, None

    def __init__(self, session, send, changed):
        self.session, self.lost = session, ""
        self._send, self._changed = send, changed
        self._heard, self._answered = bytearray(), False
        self._answers = collections.deque()

    @property
    def is_open(self):
        return not self.lost

    @property
    def in_waiting(self):
        """Bytes that `read` would give at once; the browser is asked for some if there are none.

        Raises:
            OSError: the port was lost.
        """
        if not self._heard:
            self._listen()
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
            self._listen()
        data = bytes(self._heard[:size])
        del self._heard[:size]
        return data

    def _listen(self):
        self._answered = False
        self._ask_browser("read", [], milliseconds=1000 * self.timeout)
        with self._changed:
            self._changed.wait_for(lambda: self._answered or self.lost)
        self._check()

    def hear(self, data):
        """What the browser answers to a read."""
        with self._changed:
            self._heard += data
            self._answered = True
            self._changed.notify_all()

    def ask_ahead(self, frames):
        """Have the browser ask questions one after another, until something else is written."""
        self._check()
        self._ask_browser("ask", frames)

    def answer(self, data):
        """What the browser gives for each of those: the answer's frame, or nothing."""
        with self._changed:
            self._answers.append(data)
            self._changed.notify_all()

    def next_answer(self):
        """Wait for the next of them; none if there is none, and no other will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._answers or self.lost)
            return bytes(self._answers.popleft()) if self._answers else b""

    def forget_answers(self):
        self._answers.clear()

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


class BrowserLink(link.Link):
    """A link over a BrowserPort. A sensor's samples are asked for ahead, by the browser."""

    _sent, _ended = 0, False

    def ask(self, kind, payload, lengths, works=False):
        """As a Link's."""
        if kind == RECORDED:
            answer = self._asked_ahead(int.from_bytes(payload, "little"))
            if answer is not None and len(answer) in lengths:
                return answer
        return super().ask(kind, payload, lengths, works)

    def _asked_ahead(self, number):
        """The answer's payload; None if the browser got none, or another: then ask as usual."""
        if number == 0:
            self._port.forget_answers()
            self._sent, self._ended = 0, False
        if self._ended:
            return None
        if self._sent < number + _AHEAD // 2:
            numbers = range(self._sent, self._sent + _AHEAD)
            frames = [
                protocol.frame(RECORDED, one % 256, one.to_bytes(4, "little")) for one in numbers
            ]
            self._port.ask_ahead(frames)
            self._sent += _AHEAD
        for kind, place, payload in protocol.Reader().feed(self._port.next_answer()):
            if (kind, place) == (RECORDED | protocol.ANSWER, number % 256):
                return payload
        self._ended = True
        return None
