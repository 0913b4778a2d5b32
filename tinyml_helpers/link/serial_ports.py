"""Serial ports: which there are, opening one, and why one doesn't open."""

import contextlib
import errno
import getpass
import sys
import time
from pathlib import Path
from urllib.parse import quote

import serial

from tinyml_helpers.boards.usb import BOOT_LOADER
from tinyml_helpers.link.errors import PortError
from tinyml_helpers.link.finding import Found, board_on, find, listed

try:
    from termios import error as _termios_error  # pyserial lets it through, and it is no OSError
except ImportError:  # Windows
    _termios_error = OSError

if "tinyml_helpers.emulator" not in serial.protocol_handler_packages:
    serial.protocol_handler_packages.append("tinyml_helpers.emulator")  # has protocol_emulator.py

BAUDRATE = 115_200
RESETTING_BAUDRATE = 1200  # an Arduino takes it for a wish to start its boot loader
RETRY_SECONDS = 0.2
#: What pyserial raises where a port doesn't work.
BROKEN = (OSError, _termios_error)


def ports():
    """The serial ports of this computer: a list of (name, description)."""
    return sorted((port.device, port.description) for port in listed())


def emulator_url(board, *model_paths, **options):
    """The name of a port with an emulated board.

    Args:
        board: "nano33ble", "nano33ble_rev2" or "pico".
        model_paths: the .tflite file to run, or those an application takes, in its order.
        options: see `emulator.protocol_emulator`.
    """
    parts = [("model", path) for path in model_paths] + list(options.items())
    query = "&".join(f"{name}={quote(str(value), safe='/:')}" for name, value in parts)
    return f"emulator://{board}?{query}"


def check_baudrate(baudrate):
    """Raise ValueError for what would reset an Arduino."""
    if baudrate == RESETTING_BAUDRATE:
        raise ValueError(
            f"{baudrate} baud would start an Arduino's boot loader: use {BAUDRATE}, as the "
            "workbook's firmware does"
        )


def open_port(where, baudrate, wait):
    """Open a port. pyserial raises DTR with it: to a board's USB, a computer's program is there.

    Args:
        where: its name or URL, or a `Found`. A known board is followed to the port it is on now.
        baudrate: bits a second.
        wait: seconds to try: after an upload a port takes some to come back, and other programs
            try it first. A URL is tried once.

    Returns:
        A pyserial port.

    Raises:
        PortError: it doesn't open; the message says why, as far as can be told.
        ValueError: a URL or the baud rate is wrong.
    """
    check_baudrate(baudrate)
    deadline = time.monotonic() + wait
    board, name = (where, where.port) if isinstance(where, Found) else (None, where)
    while True:
        if board is not where and "://" not in name:
            board = board_on(name) or board
        now = board and board.now()
        try:
            if board and not now and (board is where or board.role == BOOT_LOADER):
                raise PortError(_why_absent(board))
            return _open_now(now.port if now else name, baudrate)
        except PortError:
            if "://" in name or time.monotonic() >= deadline:
                raise
        time.sleep(RETRY_SECONDS)


def _open_now(name, baudrate):
    try:
        return serial.serial_for_url(name, baudrate=baudrate, exclusive=True)
    except BROKEN as error:
        raise PortError(_why_not_open(name, error)) from error


def _why_absent(board):
    if board in find():
        return (
            f"on {board.port} is the boot loader of a board ({board.name}), and its program "
            "doesn't run: upload one, or press the reset button once"
        )
    return f"the board that was on {board.port} ({board.name}) isn't there any more: {_remedy()}"


def _remedy():
    """What to do where a board has no port."""
    windows = (
        "; one with a yellow sign in Windows' Device Manager lacks its driver, which the Arduino "
        "IDE's package for the board installs"
    )
    return (
        "plug it in, with a cable that carries data and not only power (a Pico that shows up as a "
        f"drive waits for a UF2 file){windows if sys.platform == 'win32' else ''}"
    )


def _why_not_open(name, error):
    there = ", ".join(f"{device} ({text})" for device, text in ports())
    if "://" in name:
        return f"{name} can't be opened: {error}"
    if name.lower() not in (device.lower() for device, _ in ports()) and not Path(name).exists():
        return f"there is no port {name}; " + (
            f"this computer has {there}"
            if there
            else f"this computer has none at all: if you have a board, {_remedy()}"
        )
    number = getattr(error, "errno", None)
    if number == errno.EACCES:
        return f"this user may not use {name}: {_rights(name)}"
    if number in (errno.EBUSY, errno.EAGAIN) or "PermissionError" in str(error):
        return (
            f"another program has {name}: close serial monitors, the Arduino IDE's too, and links "
            "in other notebooks (restarting their kernel does it)"
        )
    return f"{name} can't be opened: {error}"


def _rights(name):
    """What to do about a port that this user may not open, on Linux."""
    group = "dialout"
    with contextlib.suppress(ImportError, OSError, KeyError, NotImplementedError):
        import grp  # Windows has none

        group = Path(name).group()
        if getpass.getuser() in grp.getgrnam(group).gr_mem:
            return f"this login is older than the user's place in the group {group}: log in again"
    if group == "root":
        return (
            'write KERNEL=="ttyACM*", GROUP="dialout" to /etc/udev/rules.d/60-boards.rules, join '
            "the group by `sudo usermod -aG dialout $USER`, then start the computer again"
        )
    return f"on Linux run `sudo usermod -aG {group} $USER`, then log out and in again"
