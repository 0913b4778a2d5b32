"""The messages between computer and board, as protocol.h describes them, for the computer."""

import re
import struct
import zlib
from dataclasses import dataclass

VERSION = 1
PING_BYTES = 64

#: No message is longer on the line: inputs fill a board's RAM at most, and escapes double that.
LONGEST_BYTES = 1 << 20

END, ESCAPE, ESCAPED_END, ESCAPED_ESCAPE = b"\xc0", b"\xdb", b"\xdc", b"\xdd"
PING, INFO, INVOKE, PROFILE, RESET = range(1, 6)
ERROR, ANSWER = 127, 0x80

_HEADER = struct.Struct("<BBI")
_INFO = struct.Struct("<10I")
_CRC_BYTES = 4
_UNESCAPED = {ESCAPED_END: END, ESCAPED_ESCAPE: ESCAPE}


class WrongVersion(ValueError):  # noqa: N818 - it names a state, not a failure
    """The board's firmware is of another version than this package."""


def frame(kind, number, payload=b""):
    """The bytes of a message on the line.

    Args:
        kind: its type, one of the constants above.
        number: 0 to 255; its answer has the same.
        payload: bytes.
    """
    message = _HEADER.pack(kind, number, len(payload)) + payload
    message += zlib.crc32(message).to_bytes(_CRC_BYTES, "little")
    message = message.replace(ESCAPE, ESCAPE + ESCAPED_ESCAPE).replace(END, ESCAPE + ESCAPED_END)
    return END + message + END


class Reader:
    """Finds messages in the bytes of a line.

    Attributes:
        damaged: how many stretches between two ENDs were no message.
    """

    def __init__(self):
        self._rest = bytearray()
        self.damaged = 0

    def feed(self, data):
        """The (kind, number, payload) of each message that is complete with these bytes."""
        *ended, self._rest = (self._rest + data).split(END)
        found = [_message(bytes(stretch)) for stretch in ended if stretch]
        self.damaged += found.count(None)
        if len(self._rest) > LONGEST_BYTES:
            self._rest.clear()
        return [message for message in found if message]


def _message(escaped):
    """What stands between two ENDs as (kind, number, payload); None if it isn't sound."""
    message = re.sub(
        rb"\xdb(.?)", lambda pair: _UNESCAPED.get(pair[1], pair[1]), escaped, flags=re.DOTALL
    )
    if len(message) < _HEADER.size + _CRC_BYTES:
        return None
    kind, number, length = _HEADER.unpack_from(message)
    payload, crc = message[_HEADER.size : -_CRC_BYTES], message[-_CRC_BYTES:]
    if length != len(payload) or int.from_bytes(crc, "little") != zlib.crc32(message[:-_CRC_BYTES]):
        return None
    return kind, number, payload


@dataclass(frozen=True)
class Info:
    """What a board says of itself.

    Attributes:
        board: its id, as in `boards`.
        clock_hz: the processor's clock.
        tick_hz: the clock it measures time with.
        model_bytes, model_crc: of the .tflite in its flash: size, and `zlib.crc32`.
        arena_bytes: the tensor arena.
        start_seconds: what loading the model took: measured by the board; on an emulated one,
            estimated.
        operators: how many the model has.
        input_bytes, output_bytes: of all inputs, and of all outputs, together.
    """

    board: str
    clock_hz: int
    tick_hz: int
    model_bytes: int
    model_crc: int
    arena_bytes: int
    start_seconds: float
    operators: int
    input_bytes: int
    output_bytes: int

    @classmethod
    def unpack(cls, payload):
        """From the payload of an INFO answer.

        Raises:
            WrongVersion: it is of another version of the protocol.
        """
        version = int.from_bytes(payload[:4], "little")
        if version != VERSION or len(payload) < _INFO.size:
            raise WrongVersion(
                f"speaks version {version} of the protocol, and this computer {VERSION}"
            )
        _, clock, tick, model_bytes, crc, arena, start, *counts = _INFO.unpack_from(payload)
        board = payload[_INFO.size :].decode("ascii", "replace")
        return cls(board, clock, tick, model_bytes, crc, arena, start / tick, *counts)
