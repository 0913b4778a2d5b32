"""Talk to a board that runs the workbook's firmware: on a USB port, or emulated.

    (found,) = link.find()
    with link.open(found, tflite_bytes) as board:  # or "COM3", "emulator://pico?model=..."
        print(board.info())
        run = board.invoke(codes)
        print(run.output, run.seconds)

The messages are those of firmware/c/protocol.h, where a table describes them. This room knows the
protocol and models; an application's messages it carries without knowing what they mean.
"""

from tinyml_helpers.link.connection import Link, Run, open
from tinyml_helpers.link.errors import (
    BoardError,
    Incomplete,
    LinkError,
    NoAnswer,
    PortError,
    WrongModel,
)
from tinyml_helpers.link.finding import Found, find
from tinyml_helpers.link.recording import Recording, record
from tinyml_helpers.link.serial_ports import BAUDRATE, emulator_url, ports

__all__ = [
    "BAUDRATE",
    "BoardError",
    "Found",
    "Incomplete",
    "Link",
    "LinkError",
    "NoAnswer",
    "PortError",
    "Recording",
    "Run",
    "WrongModel",
    "emulator_url",
    "find",
    "open",
    "ports",
    "record",
]
