"""Boards that are plugged in, by what they say of themselves over USB."""

from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from tinyml_helpers.boards.usb import BOOT_LOADER, DEBUG_PROBE, PROGRAM, usb_device


@dataclass(frozen=True)
class Found:
    """A board on a port; `link.open` takes it, and follows it to another port.

    Attributes:
        port: the port's name.
        boards: ids of the boards it may be, as in `boards.BOARDS`: the revisions of a Nano share a
            USB id (`Link.info` tells which it is). Empty for a debug probe.
        role: what answers there: "program", "boot loader" or "debug probe".
        name: for people.
        serial_number: of this very board; None if it has none.
    """

    port: str
    boards: tuple[str, ...]
    role: str
    name: str
    serial_number: str | None

    def __str__(self):
        number = f", serial number {self.serial_number}" if self.serial_number else ""
        what = "" if self.role == PROGRAM else f", its {self.role}"
        return f"{self.port}: {self.name}{'' if self.role == DEBUG_PROBE else what}{number}"

    def now(self):
        """This board as it is plugged in now: with its program running, perhaps on another port.

        Returns:
            A `Found`, or None if it isn't there, or can't be told from others.
        """
        role = DEBUG_PROBE if self.role == DEBUG_PROBE else PROGRAM
        alike = [each for each in find() if (each.boards, each.role) == (self.boards, role)]
        same = [each for each in alike if each.serial_number == self.serial_number]
        if self.role == BOOT_LOADER and not same:
            same = alike  # a boot loader may have a serial number of its own
        here = [each for each in same if each.port == self.port]
        (board,) = here or (same if len(same) == 1 else [None])
        return board


def listed():
    """pyserial's list of ports."""
    try:
        return list_ports.comports()
    except (OSError, TypeError, ValueError):  # of a device pulled meanwhile
        return list_ports.comports()


def find():
    """The boards that are plugged in.

    Ports are listed, not opened. A Pico that waits for a UF2 file is a drive and has no port.

    Returns:
        A list of `Found`: boards whose program runs first, then by port. Empty without a board.
    """
    boards = []
    for port in listed():
        device = usb_device(port.vid, port.pid, port.product)
        if device:
            number = port.serial_number
            boards.append(Found(port.device, device.boards, device.role, device.name, number))
    return sorted(boards, key=lambda board: (board.role != PROGRAM, board.port))


def board_on(name):
    """The board on a port by name, or by a link to it; a `Found`, or None if none is known."""
    names = {name.lower(), str(Path(name).resolve()).lower()}
    return next((board for board in find() if board.port.lower() in names), None)
