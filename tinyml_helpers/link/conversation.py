"""Questions to a board and their answers, over a line that may lose or damage some."""

import time

import serial

from tinyml_helpers.firmware import protocol
from tinyml_helpers.link.errors import BoardError, NoAnswer, PortError
from tinyml_helpers.link.serial_ports import BROKEN

POLL_SECONDS = 0.1  # the longest single wait; also how long silence after damage is an end
QUICK_SECONDS = 2.0  # enough for all but an inference, from the largest flash on
TAKING_SECONDS = 5.0  # for a port to take bytes, besides sending them: its computer may be busy

_HEARD_BYTES = 4096  # of what came instead of an answer: enough to say what is wrong


class Conversation:
    """Messages of protocol.h to and from one board.

    Args:
        port: an open pyserial port; its timeouts are changed.

    Attributes:
        name: the port's.
        answered: whether a board is known to be there; whoever knows sets it.
    """

    def __init__(self, port):
        self._port = port
        self.name = str(port.name or port.port or "the port")
        self._reader = protocol.Reader()
        self._number = 0
        self.answered = False
        self._do(setattr, port, "timeout", POLL_SECONDS)

    def transfer_seconds(self, count):
        """How long so many bytes take on the line."""
        return 10 * count / self._port.baudrate  # a start bit, eight bits, a stop bit

    def _do(self, function, *arguments):
        """Call something of pyserial's, and explain what it raises."""
        try:
            return function(*arguments)
        except serial.SerialTimeoutException as error:
            raise NoAnswer(
                f"{self.name} takes no bytes: is that the board's port, and not one of Bluetooth? "
                "Else pull the cable and plug it in again"
            ) from error
        except BROKEN as error:
            raise PortError(
                f"the connection to {self.name} broke off: plug the cable in if it was pulled, "
                "close other programs that read the port, then open the link again "
                f"({error})"
            ) from error

    def ask(self, kind, payload=b"", wanted=None, seconds=None, tries=3):
        """Send a message until its answer comes.

        Args:
            kind: its type.
            payload: bytes.
            wanted: a function that says whether an answer's payload is one to expect.
            seconds: to wait each time, besides sending it; None for what takes no inference.
            tries: how often to send it.

        Returns:
            The answer's payload, bytes.

        Raises:
            BoardError, NoAnswer, PortError: see there.
        """
        seconds = QUICK_SECONDS if seconds is None else seconds
        self._number = (self._number + 1) % 256
        question = protocol.frame(kind, self._number, payload)
        sending = self.transfer_seconds(len(question))
        heard = bytearray()
        for left in reversed(range(tries)):
            self._reader.damaged = 0
            self._do(setattr, self._port, "write_timeout", TAKING_SECONDS + 2 * sending)
            self._do(self._port.write, question)
            answer = self._wait(kind, wanted, heard, time.monotonic() + sending + seconds, left)
            if answer is not None:
                return answer
        why = self._why_no_answer(bytes(heard), question, seconds)
        may_have_run = " (the model may have run all the same: reset it, and start again)"
        raise NoAnswer(why + (may_have_run if tries == 1 else ""))

    def _wait(self, kind, wanted, heard, deadline, left):
        """Wait for an answer; its payload, or None if it is time to ask again."""
        in_time = True
        while in_time:
            # Once more when time is up: meanwhile this computer may have been busy with other work.
            in_time = time.monotonic() < deadline
            data = self._do(lambda: self._port.read(max(1, self._port.in_waiting)))
            if len(heard) < _HEARD_BYTES:
                heard += data
            for answer_kind, number, payload in self._reader.feed(data):
                if number != self._number:
                    continue
                if answer_kind == protocol.ERROR:
                    text = payload.decode("ascii", "replace")
                    raise BoardError(f"the board on {self.name} says: {text}")
                if answer_kind == kind | protocol.ANSWER and (wanted is None or wanted(payload)):
                    return payload
            if self._reader.damaged and not data and left:
                return None
        return None

    def _why_no_answer(self, heard, question, seconds):
        if not heard and self.answered:
            return (
                f"the board on {self.name} answered before, but not within {seconds:.3g} seconds "
                "now: give the link a longer timeout, or press the board's reset button"
            )
        if not heard:
            return (
                f"the board on {self.name} doesn't answer: press its reset button, check that the "
                "workbook's firmware is on it, and try another cable (some carry power only)"
            )
        if question[:64] in heard:
            return (
                f"{self.name} sends back what it gets: another program is on the board, or its "
                "pins TX and RX are joined"
            )
        if heard.count(protocol.END) > 1:
            return (
                f"answers from the board on {self.name} arrive damaged: close other programs that "
                "use the port, then try a shorter cable or another socket"
            )
        shown = heard[:40].decode("ascii", "replace")
        return (
            f"what {self.name} sends isn't from the workbook's firmware ({shown!r}): flash it, and "
            f"check that its baud rate is {self._port.baudrate}"
        )
