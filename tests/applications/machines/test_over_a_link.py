"""A board that watches, over a link: whatever happens on the line, it finds the same."""

import struct

import numpy as np
import pytest
import watching
from streaming import OverALink, ask, same
from watching import LOOK, PROGRAM, QUICK, SHORT, STREAM

from tinyml_helpers import link
from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.applications.machines.client import SHAFT_SPEED
from tinyml_helpers.applications.machines.watcher import Watcher


class TestOverALink(OverALink):
    stream = STREAM


def test_firmware_that_does_not_watch_takes_no_speed():
    refused = pytest.raises(link.BoardError, match=r"that message: flash .*machines.Applicat")
    with link.open(STREAM.port(streams=False), PROGRAM) as a_link, refused:
        a_link.client.set_speed(20)


def test_a_speed_whose_answer_is_lost_holds(hurry):
    here = Watcher(watching.tflite(), QUICK)
    a_line, a_link = STREAM.line()
    watcher = STREAM.started(a_link)
    a_line.writes = a_line.reads = 0
    a_line.to_computer = lambda data, count: data if count else b""
    watcher.set_speed(31.25)
    assert a_line.writes == 2
    here.set_speed(31.25)
    assert same(watcher.push(SHORT), here.push(SHORT))


def test_a_speed_starts_a_watcher_that_is_not_started_yet():
    _, a_link = STREAM.line()
    a_link.client.set_speed(31.25)
    with pytest.raises(link.BoardError, match=r"the watcher missed some of its samples$"):
        STREAM.ask(a_link, 5)


def test_a_board_that_is_fed_is_not_live():
    for streams in (True, False):
        with link.open(STREAM.port(streams=streams), PROGRAM) as a_link:
            assert not a_link.client.is_live()


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "takes another number of bytes"),
        (bytes(5), "takes another number of bytes"),
        (bytes(900), "takes another number of bytes"),
        (struct.pack("<I", 999), "has a speed that is out of range"),
        (struct.pack("<I", 200_001), "has a speed that is out of range"),
    ],
)
def test_wrong_speeds_are_refused_and_change_nothing(payload, message):
    _, a_link = STREAM.line()
    with pytest.raises(link.BoardError, match=r"the watcher hasn't been told to start$"):
        ask(a_link, SHAFT_SPEED, struct.pack("<I", 30_000))
    watcher = STREAM.started(a_link)
    made = watcher.push(SHORT[:LOOK])
    with pytest.raises(link.BoardError, match=f"says: the watcher {message}$"):
        ask(a_link, SHAFT_SPEED, payload)
    with pytest.raises(ValueError, match="give 1 to 200, in Hz"):
        watcher.set_speed(300)
    assert same(made + watcher.push(SHORT[LOOK:]), STREAM.expected)


def test_a_speed_for_a_board_that_was_reset_is_refused():
    a_line, a_link = STREAM.line()
    watcher = STREAM.started(a_link)
    a_line.port = STREAM.port()
    with pytest.raises(link.BoardError, match=r"been told to start: it was .* call reset, and"):
        watcher.set_speed(25)


def packed(**fields):
    """Settings that no `Settings` would pack."""
    record = np.frombuffer(QUICK.pack(), c_watcher.SETTINGS).copy()
    for name, value in fields.items():
        group = next((g for g in ("faults", "anomaly") if name in record[g].dtype.names), None)
        (record[group] if group else record)[name] = value
    return record.tobytes()


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "takes another number of bytes"),
        (bytes(33), "takes another number of bytes"),
        (packed(rate=8000), "has settings that are out of range"),
        (packed(shaft_mhz=999), "has settings that are out of range"),
        (packed(outer=0), "has settings that are out of range"),
        (packed(average=17), "has settings that are out of range"),
        (packed(learn=63), "has settings that are out of range"),
        (packed(persist=0), "has settings that are out of range"),
    ],
)
def test_wrong_settings_are_refused_by_the_firmware(payload, message):
    STREAM.check_settings_are_refused(payload, message)


def test_settings_packed_by_hand_are_taken():
    _, a_link = STREAM.line()
    assert ask(a_link, PROGRAM.protocol.start_message, packed()) == b""
