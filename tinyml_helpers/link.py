"""Talk to a board that runs the workbook's firmware: on a USB port, or emulated.

    with link.open("COM3", tflite_bytes) as board:  # or "/dev/ttyACM0", "emulator://pico?model=..."
        print(board.info())
        run = board.invoke(codes)
        print(run.output, run.seconds)

The messages are those of firmware/protocol.h, where a table describes them.
"""

import contextlib
import errno
import os
import struct
import time
import zlib
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from urllib.parse import quote

import numpy as np
import serial

from tinyml_helpers import micro, model_file
from tinyml_helpers.firmware import protocol

if "tinyml_helpers.emulator" not in serial.protocol_handler_packages:
    serial.protocol_handler_packages.append("tinyml_helpers.emulator")  # has protocol_emulator.py

BAUDRATE = 115_200

_POLL_SECONDS = 0.1  # the longest single wait; also how long silence after damage is an end
_QUICK_SECONDS = 2.0  # enough for all but an inference, from the largest flash on

_HEARD_BYTES = 4096  # of what came instead of an answer: enough to say what is wrong


class LinkError(ValueError):
    """The computer and the board don't understand each other; the message says what to do."""


class PortError(LinkError):
    """The port can't be opened, or broke off."""


class NoAnswer(LinkError):  # noqa: N818 - it names a state, not a failure
    """Nothing that makes sense came back in time."""


class WrongModel(LinkError):  # noqa: N818
    """The board runs another model, or firmware of another version."""


class BoardError(LinkError):
    """The firmware refused; the message is what it said."""


@dataclass(frozen=True)
class Run:
    """One inference.

    Attributes:
        output: the output's codes in its shape and dtype; a tuple of arrays if there are several.
            All outputs' bytes if the link doesn't know the model.
        seconds: measured by the board, without the talking; on an emulated one, estimated.
    """

    output: object
    seconds: float


def ports():
    """The serial ports of this computer: a list of (name, description)."""
    from serial.tools import list_ports

    return sorted((port.device, port.description) for port in list_ports.comports())


def emulator_url(board, model_path, **options):
    """The name of a port with an emulated board.

    Args:
        board: "nano33ble", "nano33ble_rev2" or "pico".
        model_path: the .tflite file to run.
        options: see `emulator.protocol_emulator`.
    """
    parts = {"model": model_path} | options
    query = "&".join(f"{name}={quote(str(value), safe='/:')}" for name, value in parts.items())
    return f"emulator://{board}?{query}"


def open(port, tflite_bytes=None, timeout=30.0, baudrate=BAUDRATE):
    """Connect to a board; a `Link`, with the same arguments."""
    return Link(port, tflite_bytes, timeout, baudrate)


class Link:
    """A connection to a board. Leaving a `with` block, or `close`, ends it.

    Args:
        port: the port's name, such as "COM3" or "/dev/ttyACM0"; or a URL that pyserial knows, or an
            `emulator_url`; or an open pyserial port, which stays open afterwards.
        tflite_bytes: the model that the board should run; it starts afresh (see `reset`). None if
            it is unknown: then inputs and outputs are bytes.
        timeout: seconds that an inference may take.
        baudrate: bits a second, for a port given by name.

    Raises:
        PortError: there is no such port, or another program has it.
        NoAnswer: no board answers there.
        WrongModel: the board runs another model, or firmware of another version.
        model_file.ModelFileError: tflite_bytes is no sound model.
        ValueError: a URL is wrong.
        faults.Fault: an emulated board's program failed. Every method may raise it.

    Attributes:
        name: the port's.
    """

    def __init__(self, port, tflite_bytes=None, timeout=30.0, baudrate=BAUDRATE):
        self._model = None if tflite_bytes is None else model_file.read(tflite_bytes)
        self._timeout = timeout
        self._reader = protocol.Reader()
        self._number = 0
        self._info = None
        self._ours = isinstance(port, str | Path)
        self._port = _open_port(str(port), baudrate) if self._ours else port
        self.name = str(self._port.name or self._port.port or "the port")
        self._settings = self._port.timeout, self._port.write_timeout
        try:
            self._do(setattr, self._port, "timeout", _POLL_SECONDS)
            self.ping()
            self._info = self.info()
            if self._model:
                self._check_model(tflite_bytes)
                self.reset()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the connection."""
        with contextlib.suppress(OSError):  # it may be broken
            if self._ours:
                self._port.close()
            elif self._port.is_open:
                self._port.timeout, self._port.write_timeout = self._settings

    def ping(self):
        """Check that the board answers. Returns seconds, there and back."""
        start = time.perf_counter()
        payload = os.urandom(8)  # an answer from before this connection has another
        self._ask(protocol.PING, payload, wanted=lambda answer: answer == payload)
        return time.perf_counter() - start

    def info(self):
        """What the board says of itself and its model: a `firmware.protocol.Info`.

        Raises:
            WrongModel: its firmware is of another version.
        """
        try:
            return protocol.Info.unpack(self._ask(protocol.INFO))
        except protocol.WrongVersion as error:
            raise WrongModel(
                f"the firmware on {self.name} {error}: build and flash the firmware again"
            ) from error

    def reset(self):
        """Have the model forget what it keeps from one inference to the next."""
        self._ask(protocol.RESET)

    def invoke(self, *inputs):
        """Run one inference on the board.

        Args:
            inputs: an array of codes for each of the model's inputs, in its shape and dtype. Bytes
                if the link doesn't know the model.

        Returns:
            A `Run`.

        Raises:
            ValueError: the inputs don't fit the model.
            NoAnswer: nothing sound came back. It was asked twice, unless the model keeps something
                from one inference to the next (or isn't known): then `reset` and start again.
            PortError, BoardError: see there.
        """
        answer = self._ask_to_run(protocol.INVOKE, inputs, 4 + self._info.output_bytes)
        seconds = int.from_bytes(answer[:4], "little") / self._info.tick_hz
        if self._model is None:
            return Run(answer[4:], seconds)
        outputs, start = [], 4
        for tensor in self._model.outputs:
            data = np.frombuffer(answer, tensor.dtype, int(np.prod(tensor.shape)), start)
            outputs.append(data.reshape(tensor.shape).copy())
            start += data.nbytes
        return Run(outputs[0] if len(outputs) == 1 else tuple(outputs), seconds)

    def profile(self, *inputs):
        """Run one inference on the board and time each operator.

        Args:
            inputs: as for `invoke`.

        Returns:
            A tuple of `micro.OperatorTime`, its seconds as in `Run`. Of a model that isn't known,
            of seconds.

        Raises:
            As `invoke`.
        """
        answer = self._ask_to_run(protocol.PROFILE, inputs, 4 * self._info.operators)
        ticks = struct.unpack(f"<{self._info.operators}I", answer)
        seconds = [count / self._info.tick_hz for count in ticks]
        if self._model is None:
            return tuple(seconds)
        return tuple(
            micro.OperatorTime(operator.index, operator.name, operator.macs, took)
            for operator, took in zip(self._model.operators, seconds, strict=True)
        )

    def spotter(self, settings=None):
        """Have the board listen for keywords.

        Args:
            settings: a `keywords.spotter.Settings`; the default ones if None.

        Returns:
            A `board_spotter.BoardSpotter`, which takes samples.

        Raises:
            BoardError: its firmware wasn't built to listen, or its model isn't for that.
            ValueError: a setting is out of its range.
            NoAnswer, PortError: see there.
        """
        from tinyml_helpers.board_spotter import HINTS, BoardSpotter

        return BoardSpotter(partial(self._ask_part, HINTS), self._info.tick_hz, settings)

    def listen(self, samples, settings=None):
        """Have the board listen to a sound, from its beginning.

        Over a serial line at 115,200 baud that takes about four times as long as the sound.

        Args:
            samples: int16 [n], 16 kHz.
            settings: as for `spotter`.

        Returns:
            A list of `keywords.spotter.Hop`.

        Raises:
            As `spotter`; ValueError also if the samples aren't int16 in one dimension.
        """
        return self.spotter(settings).push(samples)

    @cached_property
    def looker(self):
        """What finds and compares faces on the board: a `board_looker.BoardLooker`.

        Raises:
            ValueError: the link was opened without the detector's bytes.
        """
        from tinyml_helpers.board_looker import HINTS, BoardLooker

        if self._model is None:
            raise ValueError("the link doesn't know the model: open it with the detector's bytes")
        size = self._model.inputs[0].shape[1:3]
        return BoardLooker(partial(self._ask_part, HINTS), self._info.tick_hz, size)

    def look(self, frame, threshold=0.5, face_threshold=0.5):
        """Have the board find faces, and compare one: `board_looker.BoardLooker.look`."""
        return self.looker.look(frame, threshold, face_threshold)

    def enrol(self, frame, face_threshold=0.5):
        """Have the board enrol a face: `board_looker.BoardLooker.enrol`."""
        return self.looker.enrol(frame, face_threshold)

    def forget(self):
        """Have the board forget a face: `board_looker.BoardLooker.forget`."""
        self.looker.forget()

    def _ask_to_run(self, kind, inputs, answer_bytes):
        repeatable = self._model and not any(tensor.is_variable for tensor in self._model.tensors)
        return self._ask(
            kind,
            self._payload(inputs),
            wanted=lambda answer: len(answer) == answer_bytes,
            seconds=self._timeout + self._transfer_seconds(answer_bytes),
            tries=2 if repeatable else 1,
        )

    def _ask_part(self, hints, kind, payload, lengths):
        """Ask a part that not every firmware has; the answer's payload, of one of these lengths.

        Args:
            hints: what to do about what the firmware says.
        """
        try:
            return self._ask(
                kind,
                payload,
                wanted=lambda answer: len(answer) in lengths,
                seconds=self._timeout if kind in protocol.WORK else None,
            )
        except BoardError as error:
            fitting = (hint for text, hint in hints.items() if text in str(error))
            raise BoardError(": ".join([str(error), *fitting])) from None

    def _payload(self, inputs):
        """The bytes of the inputs, after checking that they fit."""
        if self._model is None:
            return b"".join(inputs)
        return b"".join(values.tobytes() for values in self._model.check_inputs(inputs))

    def _check_model(self, tflite_bytes):
        size, crc = len(tflite_bytes), zlib.crc32(tflite_bytes)
        if (size, crc) != (self._info.model_bytes, self._info.model_crc):
            raise WrongModel(
                f"the board on {self.name} runs another model ({self._info.model_bytes:,} bytes, "
                f"CRC {self._info.model_crc:08x}) than this one ({size:,} bytes, CRC {crc:08x}): "
                "flash firmware with this one first"
            )

    # Questions and answers.

    def _transfer_seconds(self, count):
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
        except OSError as error:
            raise PortError(
                f"the connection to {self.name} broke off: if the cable was pulled, plug it in, "
                f"then open the link again ({error})"
            ) from error

    def _ask(self, kind, payload=b"", wanted=None, seconds=None, tries=3):
        """Send a message until its answer comes; the answer's payload.

        Args:
            wanted: says whether a payload is one to expect.
            seconds: to wait each time, besides sending it; None for what takes no inference.
            tries: how often to send it.
        """
        seconds = _QUICK_SECONDS if seconds is None else seconds
        self._number = (self._number + 1) % 256
        question = protocol.frame(kind, self._number, payload)
        sending = self._transfer_seconds(len(question))
        heard = bytearray()
        for left in reversed(range(tries)):
            self._reader.damaged = 0
            self._do(setattr, self._port, "write_timeout", 1 + 2 * sending)
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
        if not heard and self._info:
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


def _open_port(name, baudrate):
    """Open a port by name or URL."""
    try:
        return serial.serial_for_url(name, baudrate=baudrate, exclusive=True)
    except OSError as error:
        raise PortError(_why_not_open(name, error)) from error


def _why_not_open(name, error):
    there = ", ".join(f"{device} ({text})" for device, text in ports())
    if "://" in name:
        return f"{name} can't be opened: {error}"
    if name.lower() not in (device.lower() for device, _ in ports()) and not Path(name).exists():
        return f"there is no port {name}; " + (
            f"this computer has {there}"
            if there
            else "this computer has none at all: is the board plugged in, with a cable that "
            "carries data and not only power?"
        )
    if error.errno == errno.EACCES:
        return (
            f"this user may not use {name}: on Linux, join the group that owns it (most often "
            "dialout) and log in again"
        )
    if error.errno in (errno.EBUSY, errno.EAGAIN) or "PermissionError" in str(error):
        return (
            f"another program has {name}: close serial monitors, the Arduino IDE's too, and links "
            "in other notebooks (restarting their kernel does it)"
        )
    return f"{name} can't be opened: {error}"
