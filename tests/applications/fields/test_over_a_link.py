"""The node over a link that loses, repeats and damages."""

import functools
import struct

import growing
import numpy as np
import pytest
import streaming
from growing import STREAM, THIRSTY
from streaming import ask, same

from tinyml_helpers import link
from tinyml_helpers.applications.fields import c_node
from tinyml_helpers.applications.fields.client import GATEWAY


class TestOverALink(streaming.OverALink):
    stream = STREAM


def packed(**fields):
    """Settings that no `Settings` would pack."""
    record = np.frombuffer(THIRSTY.pack(), c_node.SETTINGS).copy()
    for name, value in fields.items():
        (record["send"] if name in c_node.SEND_SETTINGS.names else record)[name] = value
    return record.tobytes()


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "takes another number of bytes"),
        (bytes(17), "takes another number of bytes"),
        (packed(delta=4), "has settings that are out of range"),
        (packed(heartbeat=169), "has settings that are out of range"),
        (packed(line=-1), "has settings that are out of range"),
        (packed(line=10_001), "has settings that are out of range"),
        (packed(dose=1001), "has settings that are out of range"),
        (packed(hour=24), "has settings that are out of range"),
        (packed(lead=4), "has settings that are out of range"),
        (packed(quantile=3), "has settings that are out of range"),
    ],
)
def test_wrong_settings_are_refused_by_the_firmware(payload, message):
    STREAM.check_settings_are_refused(payload, message)


def test_an_answer_that_is_too_long_is_refused_and_changes_nothing():
    _, a_link = STREAM.line()
    tell = functools.partial(ask, a_link, GATEWAY)
    with pytest.raises(link.BoardError, match=r"the node hasn't been told to start$"):
        tell(bytes(10))
    client = STREAM.started(a_link)
    made = client.push(growing.eventful()[:50])
    for payload in (bytes(17), bytes(900)):
        with pytest.raises(link.BoardError, match=r"the node takes another number of bytes$"):
            tell(payload)
    with pytest.raises(ValueError, match=r"an answer has up to 16 bytes, not 17: give what"):
        client.heard(bytes(17))
    assert same(made + client.push(growing.eventful()[50:]), STREAM.expected)


@pytest.mark.parametrize("answer", [b"", bytes(10), b"\x13" * 10, bytes(16)])
def test_what_is_no_answer_changes_nothing(answer):
    _, a_link = STREAM.line()
    client, made = STREAM.started(a_link), []
    for piece in np.array_split(growing.eventful(), 10):
        made += client.push(piece)
        client.heard(answer)
    assert same(made, STREAM.expected)


def test_an_answer_that_is_told_twice_counts_once(hurry):
    """Every second reply of the board is lost, so every message goes out twice."""
    hours = growing.eventful()[:60]
    a_line, a_link = STREAM.line()
    client = STREAM.started(a_link)
    a_line.reads, a_line.to_computer = 0, lambda data, count: data if count % 2 else b""
    assert same(growing.answered(client, hours), growing.answered(growing.node(), hours))


def test_a_board_that_is_reset_says_so_to_an_answer():
    a_line, a_link = STREAM.line()
    client = STREAM.started(a_link)
    client.push(growing.eventful()[:50])
    a_line.port = STREAM.port()
    with pytest.raises(link.BoardError, match=r"been told to start: it was .* call reset, and"):
        client.heard(bytes(10))


def test_an_hour_is_eight_bytes():
    _, a_link = STREAM.line()
    STREAM.started(a_link)
    with pytest.raises(link.BoardError, match=r"the node takes another number of bytes$"):
        STREAM.ask(a_link, 0, struct.pack("<3h", 1, 2, 3))
    assert len(STREAM.ask(a_link, 0, struct.pack("<4h", 2000, 200, 0, 3600))) == 4 + 68
