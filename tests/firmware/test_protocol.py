"""The frames between computer and board: the C of the firmware and the Python of `link` alike."""

import ctypes
import dataclasses
import re
import zlib

import numpy as np
import places
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyml_helpers import firmware, toolchain
from tinyml_helpers.firmware import protocol

HEADER = (firmware.FOLDER / "protocol.h").read_text(encoding="utf-8")
LAST = protocol.frame(0x55, 0xAA, b"the last one")


@pytest.fixture(scope="module")
def c():
    sources = [firmware.FOLDER / "protocol.c", places.C / "protocol_line.c"]
    path = toolchain.shared_library(sources, "protocol", include=[firmware.FOLDER])
    library = ctypes.CDLL(str(path))
    library.protocol_crc.restype = ctypes.c_uint32
    return library


LIMIT = 40


def received_in_c(c, line):
    """(kind, number, payload) of each message on a line; asserts that LAST comes after them."""
    found = np.zeros((LIMIT, 3), np.uint32)
    kept = np.zeros((LIMIT, 4096), np.uint8)
    read = ctypes.c_uint32()
    addresses = ctypes.c_void_p(found.ctypes.data), ctypes.c_void_p(kept.ctypes.data)
    count = c.receive_all(line, len(line), LAST, len(LAST), *addresses, LIMIT, ctypes.byref(read))
    assert count < LIMIT
    messages = [
        (kind, number, bytes(payload[:length]))
        for (kind, number, length), payload in zip(found[: count + 1].tolist(), kept, strict=False)
    ]
    # The next sound frame after anything at all is understood, at its first coming.
    assert messages.pop() == (0x55, 0xAA, b"the last one")
    assert read.value == len(line) + len(LAST)
    return messages


def received_in_python(line, pieces=1):
    """The same, by `protocol.Reader`, fed in so many pieces."""
    reader, messages = protocol.Reader(), []
    for piece in np.array_split(np.frombuffer(line + LAST, np.uint8), pieces):
        messages += reader.feed(piece.tobytes())
    assert messages.pop() == (0x55, 0xAA, b"the last one")
    return messages


def both(c, line, pieces=1):
    messages = received_in_c(c, line)
    assert received_in_python(line, pieces) == messages
    return messages


# The constants.


def test_python_has_the_constants_of_the_header():
    text = re.sub(r"//.*", "", HEADER)
    defined = dict(re.findall(r"#define (\w+) (\w+)", text))
    assert int(defined["PROTOCOL_VERSION"]) == protocol.VERSION
    assert int(defined["PING_BYTES"]) == protocol.PING_BYTES
    names = {
        name: int(value, 0)
        for block in re.findall(r"enum \{(.*?)\};", text, re.DOTALL)
        for name, value in re.findall(r"(\w+) = (\w+)", block)
    }
    framing = {name[6:]: names.pop(name) for name in [*names] if name.startswith("FRAME_")}
    assert framing == {
        name: getattr(protocol, name)[0]
        for name in ("END", "ESCAPE", "ESCAPED_END", "ESCAPED_ESCAPE")
    }
    names["ERROR"] = names.pop("PROTOCOL_ERROR")
    kinds = ["PING", "INFO", "INVOKE", "PROFILE", "RESET", "ERROR", "ANSWER"]
    assert names == {name: getattr(protocol, name) for name in kinds}


def test_the_table_of_the_header_is_true():
    rows = dict(re.findall(r"^//     ([A-Z]+) (\d+)  ", HEADER, re.MULTILINE))
    assert len(rows) == 6
    assert {name: getattr(protocol, name) for name in rows} == {
        name: int(number) for name, number in rows.items()
    }
    for name, code in (("END", protocol.END), ("ESCAPE", protocol.ESCAPE)):
        first, second = re.search(
            rf"{name} +0x(\w\w), in a message 0x(\w\w 0x\w\w)", HEADER
        ).groups()
        assert bytes.fromhex(first) == code
        assert protocol.frame(1, 0, code)[7:9] == bytes.fromhex(second.replace("0x", ""))


def test_info_has_the_fields_of_the_header():
    block = re.search(r"typedef struct \{([^}]*)\} tm_info;", HEADER)[1]
    in_c = re.findall(r"uint32_t (\w+);", block)
    in_python = [field.name for field in dataclasses.fields(protocol.Info)]
    assert in_python[0] == "board"
    renamed = [name.replace("start_seconds", "start_ticks") for name in in_python[1:]]
    assert in_c == ["protocol_version", *renamed]
    values = np.array([protocol.VERSION, *range(2, 11)], "<u4").tobytes()
    info = protocol.Info.unpack(values + b"a board")
    assert info == protocol.Info("a board", 2, 3, 4, 5, 6, 7 / 3, 8, 9, 10)


@pytest.mark.parametrize("payload", [b"", b"\2\0\0\0" + bytes(60), b"\1\0\0\0" + bytes(20)])
def test_info_of_another_version(payload):
    with pytest.raises(protocol.WrongVersion, match=r"speaks version \d of the protocol, and this"):
        protocol.Info.unpack(payload)


# Frames.


@settings(derandomize=True, deadline=None, max_examples=200)
@given(first=st.binary(max_size=40), second=st.binary(max_size=40))
def test_the_crc_is_zlibs(c, first, second):
    crc = c.protocol_crc(0, first, len(first))
    assert crc == zlib.crc32(first)
    assert c.protocol_crc(ctypes.c_uint32(crc), second, len(second)) == zlib.crc32(first + second)


def test_a_frame_byte_by_byte():
    message = bytes([1, 7, 3, 0, 0, 0, 0xC0, 0x41, 0xDB])
    crc = zlib.crc32(message).to_bytes(4, "little")
    assert not {0xC0, 0xDB} & set(crc)
    expected = b"\xc0\1\7\3\0\0\0\xdb\xdcA\xdb\xdd" + crc + b"\xc0"
    assert protocol.frame(1, 7, b"\xc0A\xdb") == expected


#: Payloads with many of the bytes that matter.
payloads = st.binary(max_size=30) | st.lists(
    st.sampled_from([0xC0, 0xDB, 0xDC, 0xDD, 0, 10]), max_size=30
).map(bytes)
messages = st.tuples(st.integers(0, 255), st.integers(0, 255), payloads)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(message=messages)
def test_both_sides_write_the_same_frame(c, message):
    kind, number, payload = message
    to = ctypes.create_string_buffer(200)
    count = c.send_one(kind, number, payload, len(payload), to)
    assert to.raw[:count] == protocol.frame(*message)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(sent=st.lists(messages, max_size=5), pieces=st.integers(1, 30))
def test_both_sides_read_frames(c, sent, pieces):
    line = b"".join(protocol.frame(*message) for message in sent)
    assert both(c, line, pieces) == sent
    # One END may serve two frames.
    assert both(c, line.replace(b"\xc0\xc0", b"\xc0"), pieces) == sent


def damage(draw, frame):
    """A frame that something happened to."""
    kind = draw(st.sampled_from(["flip", "cut", "drop", "insert", "begin", "none"]))
    place = draw(st.integers(0, len(frame) - 1))
    if kind == "flip":
        changed = bytes([frame[place] ^ 1 << draw(st.integers(0, 7))])
        return frame[:place] + changed + frame[place + 1 :]
    if kind == "insert":
        return frame[:place] + draw(payloads) + frame[place:]
    return {
        "cut": frame[:place],
        "drop": frame[:place] + frame[place + 1 :],
        "begin": frame[place:],
        "none": frame,
    }[kind]


@st.composite
def lines(draw):
    """What may come along a line: garbage, frames and what was frames."""
    line = b""
    for _ in range(draw(st.integers(0, 6))):
        frame = protocol.frame(*draw(messages))
        line += draw(payloads) if draw(st.booleans()) else damage(draw, frame)
    return line


@settings(derandomize=True, deadline=None, max_examples=700)
@given(line=lines(), pieces=st.integers(1, 9))
def test_both_sides_find_the_same_in_anything(c, line, pieces):
    both(c, line, pieces)  # and what follows it


@settings(derandomize=True, deadline=None, max_examples=300)
@given(before=payloads, message=messages, after=payloads)
def test_a_frame_in_garbage_is_found(c, before, message, after):
    assert message in both(c, before + protocol.frame(*message) + after)


def test_no_flipped_bit_goes_unnoticed(c):
    frame = protocol.frame(3, 200, b"\xc0\xdb\xdc\xdd inputs")
    for bit in range(8, 8 * len(frame) - 8):
        damaged = bytearray(frame)
        damaged[bit // 8] ^= 1 << bit % 8
        assert both(c, bytes(damaged)) == []


def with_length(length, payload=b""):
    """A frame that says another length than its payload's; its CRC is right."""
    message = bytes([1, 2]) + length.to_bytes(4, "little") + payload
    message += zlib.crc32(message).to_bytes(4, "little")
    for plain, escaped in ((b"\xdb", b"\xdb\xdd"), (b"\xc0", b"\xdb\xdc")):
        message = message.replace(plain, escaped)
    return b"\xc0" + message + b"\xc0"


@pytest.mark.parametrize("length", [0, 1, 4, 6, 1000, 2**31, 2**32 - 10, 2**32 - 5, 2**32 - 1])
def test_a_length_that_is_not_the_payloads(c, length):
    assert both(c, with_length(length, b"12345")) == []
    assert both(c, with_length(5, b"12345")) == [(1, 2, b"12345")]


def test_a_message_too_short_for_its_length(c):
    """Its last length byte is the first of its CRC, and length + 10 is its size modulo 2**32."""
    for kind in range(256):
        start = bytes([kind, 2, 255, 255, 255])
        crc = zlib.crc32(start).to_bytes(4, "little")
        if crc[0] == 255:
            break
    message = start + crc
    assert len(message) == 9 and not {0xC0, 0xDB} & set(message)
    assert both(c, b"\xc0" + message + b"\xc0") == []


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\xc0", b"\xc0" * 50, b"\xdb", b"\xc0\xdb", b"\xdb\xdb", b"\xc0\1\2\xff\xff\xff\xff"],
)
def test_garbage_before_a_frame(c, garbage):
    frame = protocol.frame(1, 9, b"after")
    assert both(c, garbage + frame) == [(1, 9, b"after")]
    # Half a frame, which nobody ever finishes.
    assert both(c, garbage + frame[:9] + frame) == [(1, 9, b"after")]


def test_an_escape_before_another_byte_is_skipped(c):
    frame = protocol.frame(1, 9, b"A")
    assert both(c, frame.replace(b"A", b"\xdbA")) == [(1, 9, b"A")]


def test_payloads_too_long_for_their_spaces_are_cut_but_checked(c):
    payload = bytes(range(256)) * 20
    found = np.zeros((LIMIT, 3), np.uint32)
    kept = np.zeros((LIMIT, 4096), np.uint8)
    line, read = protocol.frame(3, 1, payload), ctypes.c_uint32()
    addresses = ctypes.c_void_p(found.ctypes.data), ctypes.c_void_p(kept.ctypes.data)
    assert (
        c.receive_all(line, len(line), LAST, len(LAST), *addresses, LIMIT, ctypes.byref(read)) == 1
    )
    assert found[0].tolist() == [3, 1, 5120]
    assert bytes(kept[0]) == payload[:4096]
    assert not kept[2:].any()


def test_the_reader_counts_what_it_drops():
    reader = protocol.Reader()
    assert reader.feed(b"boot text\xc0") == []
    assert reader.feed(b"\xc0\xc0") == []
    assert reader.feed(protocol.frame(1, 1)[:-3] + b"\xc0") == []
    assert reader.damaged == 2


def test_the_reader_keeps_no_endless_garbage():
    reader = protocol.Reader()
    for _ in range(40):
        reader.feed(b"x" * 100_000)
    assert len(reader._rest) <= protocol.LONGEST_BYTES
    assert reader.feed(protocol.frame(1, 1, b"ok")) == [(1, 1, b"ok")]
