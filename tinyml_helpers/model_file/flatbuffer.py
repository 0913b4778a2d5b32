"""A small reader of FlatBuffers, the binary format .tflite files are written in.

A FlatBuffer is made of *tables*: records whose fields may be left out. A table starts with the
distance back to its *vtable*, a list of 16-bit numbers that says where each field lies in the
table, or 0 for a field that was left out and has its default value. Text, vectors and other tables
lie elsewhere in the file, and a field holds the distance to them. Every number is little-endian.
(Source: flatbuffers.dev, "FlatBuffer Internals".)

Nothing in a file is believed: each position is checked before it is read, so that damaged bytes
end in a `FlatBufferError` and never in a crash.
"""

import struct

import numpy as np

#: Each part of an honest file is reached about once. One whose parts are reached from many places
#: can keep a reader busy for ever, so reading stops after this many times the file's size.
_MOST_READING = 2

#: Less than the smallest table with one field takes: the distance to the vtable and the field.
_SMALLEST_TABLE = 8


class FlatBufferError(ValueError):
    """The bytes are not a whole FlatBuffer; the message says what is off and at which byte."""


class FlatBuffer:
    """The bytes of one FlatBuffer.

    Args:
        data: the whole file, as bytes.
        identifier: the four characters expected at bytes 4 to 7, such as b"TFL3".

    Raises:
        FlatBufferError: the bytes are too short or carry another identifier.
    """

    def __init__(self, data, identifier):
        self.data = data
        self._still_to_read = _MOST_READING * len(data)
        if len(data) < 8 or data[4:8] != identifier:
            raise FlatBufferError(f"bytes 4 to 7 are not {identifier.decode()!r}")

    def root(self):
        """The table every other one is reached from."""
        return Table(self, self.follow(0))

    def number(self, code, position):
        """The number at `position`; `code` is its type as the struct module writes it."""
        self.check(position, struct.calcsize("<" + code))
        return struct.unpack_from("<" + code, self.data, position)[0]

    def follow(self, position):
        """Where the distance stored at `position` leads to."""
        return position + self.number("I", position)

    def vector(self, position, dtype):
        """The vector whose length is stored at `position`, as a read-only array on the file."""
        count = self.number("I", position)
        dtype = np.dtype(dtype).newbyteorder("<")
        self.check(position + 4, count * dtype.itemsize)
        return np.frombuffer(self.data, dtype, count, position + 4)

    def check(self, position, size):
        """Raise FlatBufferError unless `size` bytes from `position` on lie inside the file."""
        if not 0 <= position <= position + size <= len(self.data):
            raise FlatBufferError(f"{size} bytes are expected at byte {position}, past the end")

    def spend(self, size):
        """Count `size` bytes as read; raise FlatBufferError when the file sends us round."""
        self._still_to_read -= size
        if self._still_to_read < 0:
            raise FlatBufferError("its parts overlap")


class Table:
    """One record. Fields are numbered from 0 in the order of the schema.

    Raises:
        FlatBufferError: from here or from any method: the bytes are damaged.

    Attributes:
        position: the byte of the file it starts at.
    """

    def __init__(self, buffer, position):
        self._buffer = buffer
        self.position = position
        self._vtable = position - buffer.number("i", position)
        self._vtable_size = buffer.number("H", self._vtable)
        buffer.check(self._vtable, max(self._vtable_size, 4))
        table_size = buffer.number("H", self._vtable + 2)
        buffer.check(position, table_size)
        buffer.spend(max(table_size, _SMALLEST_TABLE))

    def number(self, field, code, default=0):
        """A number stored in the table itself; `code` as in the struct module, such as "i"."""
        place = self.place(field)
        return default if place is None else self._buffer.number(code, place)

    def text(self, field):
        """A string, or "" when it was left out."""
        return self.vector(field, np.uint8).tobytes().decode("utf-8", errors="replace")

    def vector(self, field, dtype):
        """A vector of numbers as a read-only array [n], or an empty one when it was left out."""
        values = self.raw(field, dtype)
        self._buffer.spend(values.nbytes)
        return values

    def raw(self, field, dtype=np.uint8):
        """As `vector`, for big data that several tables may well share."""
        place = self.place(field)
        if place is None:
            return np.empty(0, dtype)
        return self._buffer.vector(self._buffer.follow(place), dtype)

    def table(self, field):
        """Another table, or None when it was left out."""
        place = self.place(field)
        return None if place is None else Table(self._buffer, self._buffer.follow(place))

    def tables(self, field):
        """A vector of tables, as a list; empty when it was left out."""
        place = self.place(field)
        if place is None:
            return []
        first = self._buffer.follow(place) + 4
        distances = self.vector(field, np.uint32).tolist()
        starts = [first + 4 * i + distance for i, distance in enumerate(distances)]
        return [Table(self._buffer, start) for start in starts]

    def place(self, field):
        """Where the field's value is stored, or None when the field was left out."""
        entry = 4 + 2 * field
        if entry + 2 > self._vtable_size:
            return None
        distance = self._buffer.number("H", self._vtable + entry)
        return self.position + distance if distance else None
