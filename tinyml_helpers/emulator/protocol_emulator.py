"""pyserial's `emulator://`: an emulated board on a port, for programs written for a real one.

    port = serial.serial_for_url("emulator://nano33ble?model=model.tflite", timeout=1)

pyserial knows of it once `tinyml_helpers.link` is imported.

The board's name is followed by options, joined by "&":

    model=PATH      the .tflite file to build firmware for; Windows paths too. A "%" or "&" in it is
                    written %25 or %26 (`link.emulator_url` does it). An application that takes
                    several has one such option for each, in its order.
    application=MODULE  the Python module whose `Application` is to be built of these models, such
                    as a package of tinyml_helpers.applications. If absent, the model runs alone.
    elf=PATH        a program of your own instead.
    budget=NUMBER   instructions it may take to answer; more is a HangError. If absent,
                    `chip.BUDGET`.
    readable=yes    firmware with the readable kernels instead of the fast ones.

The board runs inside `read` and `in_waiting`, as far as it gets with what was written: what it does
wrong is raised there, as a `faults.Fault`. Baud rate and control lines do nothing.
"""

import importlib
import threading
from pathlib import Path
from urllib.parse import unquote

import serial

from tinyml_helpers import firmware
from tinyml_helpers.emulator.chip import BUDGET, Chip

_OPTIONS = ("model", "application", "elf", "budget", "readable")


class Serial(serial.SerialBase):
    """An emulated board's port; see `serial.Serial` for what it does."""

    def __init__(self, *args, **kwargs):
        self._chip = None
        self._received = bytearray()
        self._to_do = False  # something was written that the chip hasn't seen
        self._changed = threading.Condition()
        super().__init__(*args, **kwargs)

    def open(self):
        """Build the firmware and switch the board on.

        Raises:
            ValueError: the URL is wrong; and what `firmware.build` raises.
            faults.Fault: the program failed before it waited for a message.
            serial.SerialException: the port is open already.
        """
        if self.is_open:
            raise serial.SerialException("Port is already open.")
        if self._port is None:
            raise serial.SerialException("Port must be configured before it can be used.")
        self._connect(_chip_for(self._port))
        self._run()

    def _connect(self, chip):
        self._chip = chip
        self._to_do = self.is_open = True

    def close(self):
        """Switch the board off."""
        with self._changed:
            self.is_open, self._chip = False, None
            self._received.clear()
            self._changed.notify_all()

    def _run(self):
        """Let the chip work on what was written."""
        if not self.is_open:
            raise serial.PortNotOpenError
        if self._to_do:
            self._chip.run()  # if this raises, there is still something to do
            self._to_do = False
            self._received += self._chip.receive()

    @property
    def in_waiting(self):
        """Bytes that `read` would give at once."""
        with self._changed:
            self._run()
            return len(self._received)

    def read(self, size=1):
        """Up to `size` bytes: fewer only if no more come within `timeout` seconds.

        Raises:
            faults.Fault: the program on the board failed.
        """
        timeout = serial.serialutil.Timeout(self._timeout)
        with self._changed:
            self._run()
            while len(self._received) < size and not timeout.expired():
                # Only another thread can change something now. Windows can't interrupt a wait
                # without a limit.
                self._changed.wait(timeout.time_left() if self._timeout is not None else 0.5)
                self._run()
            data = bytes(self._received[:size])
            del self._received[:size]
            return data

    def write(self, data):
        """Send bytes to the board; the number of bytes."""
        data = serial.to_bytes(data)
        with self._changed:
            if not self.is_open:
                raise serial.PortNotOpenError
            self._chip.send(data)
            self._to_do = True
            self._changed.notify_all()
        return len(data)

    @property
    def out_waiting(self):
        """Bytes still to be sent: none."""
        return 0

    def reset_input_buffer(self):
        """Forget what the board has sent so far."""
        with self._changed:
            self._run()
            self._received.clear()

    def reset_output_buffer(self):
        """Nothing: what was written is on its way."""

    def _reconfigure_port(self, *_, **__):
        """Nothing: no setting of a port matters here."""

    _update_dtr_state = _update_rts_state = _update_break_state = _reconfigure_port

    #: Control lines: a board is there.
    cts = dsr = cd = True
    ri = False


def for_chip(chip):
    """An open port on a `chip.Chip`; closing it leaves the chip as it is."""
    port = Serial()
    port.name = f"emulated {chip.board}"
    port._connect(chip)
    return port


def _chip_for(url):
    """The Chip an emulator:// URL describes."""
    board, _, query = url.partition("://")[2].partition("?")
    models, options = [], {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if name not in _OPTIONS:
            raise ValueError(f"emulator:// has no option {name!r}; it has {', '.join(_OPTIONS)}")
        if name == "model":
            models.append(unquote(value))
        else:
            options[name] = unquote(value)
    board = board.rstrip("/")
    if bool(models) == ("elf" in options):
        raise ValueError(f"say what runs on the board: emulator://{board}?model=PATH, or elf=PATH")
    budget = options.get("budget", str(BUDGET)).replace("_", "")
    if not budget.isdecimal() or not 0 < int(budget) < 1 << 63:
        raise ValueError(f"budget is a number of instructions, not {budget!r}")
    readable = options.get("readable", "no")
    if readable not in ("yes", "no"):
        raise ValueError(f"readable is yes or no, not {readable!r}")
    if models:
        program = _program(options.get("application"), [_read(path) for path in models])
        elf = firmware.build(program, board, readable == "yes").elf
    else:
        elf = _read(options["elf"])
    return Chip(elf, board, int(budget))


def _program(module, models):
    """What `firmware.build` takes: an application of these models, or the only model."""
    if module is None:
        if len(models) > 1:
            raise ValueError("several models are an application's: say application=MODULE")
        return models[0]
    try:
        return importlib.import_module(module).Application(*models)
    except (ImportError, AttributeError) as error:
        raise ValueError(
            f"application={module} names no module with an Application ({error})"
        ) from error


def _read(path):
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}") from error
