"""A connection to a board that runs the workbook's firmware."""

import contextlib
import os
import struct
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyml_helpers import micro, model_file
from tinyml_helpers.firmware import application_of, protocol
from tinyml_helpers.link.conversation import Conversation
from tinyml_helpers.link.errors import BoardError, WrongModel
from tinyml_helpers.link.finding import Found
from tinyml_helpers.link.serial_ports import BAUDRATE, BROKEN, check_baudrate, open_port


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


def open(port, program=None, timeout=30.0, baudrate=BAUDRATE, wait=10.0):
    """Connect to a board; a `Link`, with the same arguments and errors."""
    return Link(port, program, timeout, baudrate, wait)


class Link:
    """A connection to a board. Leaving a `with` block, or `close`, ends it.

    Args:
        port: a board of `find`; or the port's name, such as "COM3" or "/dev/ttyACM0"; or a URL that
            pyserial knows, such as "socket://localhost:5757" for the program of a Raspberry Pi, or
            an `emulator_url`; or an open pyserial port, which stays open afterwards.
        program: what the board should run: bytes of a model, or a `firmware.Application`; it starts
            afresh (see `reset`). None if it is unknown: then inputs and outputs are bytes.
        timeout: seconds that an inference may take.
        baudrate: bits a second, for a port given by name; not 1200, which resets an Arduino.
        wait: seconds to try, for a port that isn't there yet or is taken, as after an upload. A
            board that comes back on another port is followed there by its serial number.

    Raises:
        PortError: there is no such port, this user may not use it, another program has it, or a
            boot loader answers there. A connection that breaks off later raises it too: plug the
            board in again, then open another link.
        NoAnswer: no board answers there.
        WrongModel: the board runs another model, or firmware of another version.
        model_file.ModelFileError: the model isn't sound.
        ValueError: a URL or the baud rate is wrong.
        faults.Fault: an emulated board's program failed. Every method may raise it.

    Attributes:
        name: the port's.
        client: what talks to the application; None if the program is a model alone, or unknown.
        tick_hz: of the clock the board measures time with.
    """

    def __init__(self, port, program=None, timeout=30.0, baudrate=BAUDRATE, wait=10.0):
        self._application = None if program is None else application_of(program)
        known = self._application is not None
        self._model = model_file.read(self._application.model) if known else None
        self._timeout, self._info, self.client = timeout, None, None
        self._ours = isinstance(port, str | Path | Found)
        if self._ours:
            where = port if isinstance(port, Found) else str(port)
            self._port = open_port(where, baudrate, wait)
        else:
            check_baudrate(port.baudrate)
            self._port = port
        self._settings = self._port.timeout, self._port.write_timeout
        try:
            self._board = Conversation(self._port)
            self.name = self._board.name
            self.ping()
            self._info = self.info()
            self.tick_hz = self._info.tick_hz
            self._board.answered = True
            if known:
                self._check_model(self._application.model)
                self.reset()
                self.client = self._application.client(self)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the connection."""
        with contextlib.suppress(*BROKEN):  # it may be broken
            if self._ours:
                self._port.close()
            elif self._port.is_open:
                self._port.timeout, self._port.write_timeout = self._settings

    def ping(self):
        """Check that the board answers. Returns seconds, there and back."""
        start = time.perf_counter()
        payload = os.urandom(8)  # an answer from before this connection has another
        self._board.ask(protocol.PING, payload, wanted=lambda answer: answer == payload)
        return time.perf_counter() - start

    def info(self):
        """What the board says of itself and its model: a `firmware.protocol.Info`.

        Raises:
            WrongModel: its firmware is of another version.
        """
        try:
            return protocol.Info.unpack(self._board.ask(protocol.INFO))
        except protocol.WrongVersion as error:
            raise WrongModel(
                f"the firmware on {self.name} {error}: build and flash the firmware again"
            ) from error

    def reset(self):
        """Have the model forget what it keeps from one inference to the next."""
        self._board.ask(protocol.RESET)

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

    def ask(self, kind, payload, lengths, works=False):
        """Ask the application; what its client does.

        Args:
            kind: the message's type.
            payload: bytes.
            lengths: numbers of bytes that an answer may have.
            works: whether a model may run for it, which takes up to the link's timeout.

        Returns:
            The answer's payload, bytes.

        Raises:
            BoardError: the firmware refused; with the application's hint, if it has one.
            NoAnswer: nothing sound came back, asked three times.
            PortError: see there.
        """
        try:
            return self._board.ask(
                kind,
                payload,
                wanted=lambda answer: len(answer) in lengths,
                seconds=self._timeout if works else None,
            )
        except BoardError as error:
            hints = self._application.hints if self._application else {}
            fitting = (hint for text, hint in hints.items() if text in str(error))
            raise BoardError(": ".join([str(error), *fitting])) from None

    def _ask_to_run(self, kind, inputs, answer_bytes):
        repeatable = self._model and not any(tensor.is_variable for tensor in self._model.tensors)
        return self._board.ask(
            kind,
            self._payload(inputs),
            wanted=lambda answer: len(answer) == answer_bytes,
            seconds=self._timeout + self._board.transfer_seconds(answer_bytes),
            tries=2 if repeatable else 1,
        )

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
