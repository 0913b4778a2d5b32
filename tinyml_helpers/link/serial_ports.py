"""Serial ports: which there are, opening one, and why one doesn't open."""

import errno
from pathlib import Path
from urllib.parse import quote

import serial
from serial.tools import list_ports

from tinyml_helpers.link.errors import PortError

if "tinyml_helpers.emulator" not in serial.protocol_handler_packages:
    serial.protocol_handler_packages.append("tinyml_helpers.emulator")  # has protocol_emulator.py

BAUDRATE = 115_200


def ports():
    """The serial ports of this computer: a list of (name, description)."""
    return sorted((port.device, port.description) for port in list_ports.comports())


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


def open_port(name, baudrate):
    """Open a port by name or URL.

    Returns:
        A pyserial port.

    Raises:
        PortError: it doesn't open; the message says why, as far as can be told.
        ValueError: a URL is wrong.
    """
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
