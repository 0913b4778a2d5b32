"""Stands where the browser does that has a board's port open: carries bytes, and no more."""

import itertools
import time

import patience

from tinyml_helpers.firmware import protocol

NANO, NANO_BOOT_LOADER = (0x2341, 0x805A), (0x2341, 0x005A)


class SerialBrowser:
    """A browser that shows a `browser_board.BrowserBoard`.

    Args:
        panel: that one.
        port: what is plugged in: a port such as pyserial's, or a `bad_line.Line`. An OSError of it
            is as if the cable was pulled.

    Attributes:
        closed: sessions that Python had closed, a list.
    """

    def __init__(self, panel, port):
        self.panel, self.session, self.closed = panel, "none yet", []
        self.plug_in(port)
        self._tickets, self._answers = itertools.count(), {}
        panel.send = self._hear

    def plug_in(self, port):
        port.timeout = 0  # who asks for bytes waits here
        self.port = port

    def connect(self, device=NANO):
        """Press the button; gives Python's answer, a dict."""
        self.session = f"session {next(self._tickets)}"
        vendor, product = device
        return self.tell("connected", vendor=vendor, product=product)

    def tell(self, kind, *buffers, **content):
        """Send Python a message; gives its answer."""
        ticket = str(next(self._tickets))
        message = {"kind": kind, "ticket": ticket, "session": self.session, **content}
        self.panel._handle_custom_msg(message, [memoryview(data) for data in buffers])
        return self._answers.pop(ticket)

    def until(self, text):
        """Wait until the panel shows a text."""
        self.wait_for(lambda: text in self.panel.shown.get("text", ""), text)

    def wait_for(self, holds, what):
        end = time.monotonic() + patience.seconds(60)
        while not holds():
            assert time.monotonic() < end, (what, self.panel.shown, patience.over(60))
            time.sleep(0.005)

    def _hear(self, content, buffers):
        if "do" not in content:
            self._answers[content.pop("ticket")] = content
        elif content["do"] == "close":
            self.closed.append(content["session"])
        elif content["session"] == self.session:
            self._carry(content, buffers)

    def _carry(self, content, buffers):
        try:
            if content["do"] == "ask":
                self._ask(buffers)
                return
            if content["do"] == "write":
                self.port.write(buffers[0])
                return
            data = self.port.read(self.port.in_waiting)
        except OSError:
            self.tell("gone", sentence="The board is gone.")
            return
        if not data:
            time.sleep(content["milliseconds"] / 1000)
        self.tell("heard", data)

    def _ask(self, frames):
        for frame in frames:
            self.port.write(frame)
            answer = self._answer()
            self.tell("answer", answer)
            if not answer:
                return

    def _answer(self):
        """A sound answer; no bytes if none comes."""
        reader, data, end = protocol.Reader(), b"", time.monotonic() + patience.seconds(0.2)
        while time.monotonic() < end:
            came = self.port.read(self.port.in_waiting)
            data += came
            if reader.feed(came):
                return data
            time.sleep(0 if came else 0.001)
        return b""
