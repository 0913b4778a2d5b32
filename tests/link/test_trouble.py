"""What can go wrong between a computer and a board, and what is said then."""

import errno
import functools
import re
from pathlib import Path

import models
import numpy as np
import patience
import pytest
import serial
from bad_line import DAMAGE, GARBAGE, FakePort, Line, first, flip, line_to
from emulated import chip, codes
from hypothesis import given, settings
from hypothesis import strategies as st
from serial.tools import list_ports, list_ports_common

from tinyml_helpers import link, micro
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.firmware import protocol
from tinyml_helpers.link import serial_ports


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["to_board", "to_computer"])
def test_it_asks_again_after_damage(int8_model, hurry, way, damage):
    x = codes(int8_model)
    line, a_link = line_to(int8_model, **{way: first(DAMAGE[damage])})
    np.testing.assert_array_equal(a_link.invoke(x).output, micro.Interpreter(int8_model).invoke(x))
    assert line.writes == 2
    a_link.ping()
    assert line.writes == 3


@pytest.mark.parametrize("garbage", [GARBAGE, b"boot\r\n", b"\xc0", b"\xdb", b"\xc0\xdb"])
def test_garbage_around_costs_nothing(int8_model, hurry, garbage):
    around = {
        "to_board": lambda data, count: garbage + data + garbage,
        "to_computer": lambda data, count: garbage + data + garbage,
    }
    line, a_link = line_to(int8_model, **around)
    for _ in range(3):
        a_link.invoke(codes(int8_model))
        a_link.ping()
    assert line.writes == 6


def test_what_remembers_is_asked_once(hurry):
    adds_last_three = models.memory_model()
    one = np.ones((1, 1), np.float32)
    line, a_link = line_to(adds_last_three, to_computer=first(flip))
    with pytest.raises(link.NoAnswer, match=r"damaged.*the model may have run all the same: reset"):
        a_link.invoke(one)
    assert line.writes == 1
    assert a_link.invoke(one).output == 2  # it had run
    a_link.reset()
    assert a_link.invoke(one).output == 1


@settings(derandomize=True, deadline=None, max_examples=60)
@given(garbage=st.binary(max_size=60), cut=st.integers(0, 18))
def test_the_firmware_gets_over_garbage(int8_model, garbage, cut):
    for board in ("nano33ble", "pico"):
        port = running(int8_model, board)
        frame = protocol.frame(protocol.PING, 9, b"hello, \xc0\xdb")
        port.write(garbage + frame[:cut] + frame)
        answers = protocol.Reader().feed(port.read(port.in_waiting))
        assert answers[-1] == (protocol.PING | protocol.ANSWER, 9, b"hello, \xc0\xdb")


@functools.cache
def running(tflite_bytes, board):
    return for_chip(chip(tflite_bytes, board))


@pytest.mark.parametrize("kind", [0, 6, 99, 128, 255])
def test_an_unknown_message_is_refused(int8_model, kind):
    with link.open(for_chip(chip(int8_model))) as a_link:
        with pytest.raises(link.BoardError, match="says: the firmware doesn't know that message"):
            a_link._board.ask(kind)
        a_link.ping()


def test_long_pings_are_refused(int8_model):
    with link.open(for_chip(chip(int8_model))) as a_link:
        a_link._board.ask(protocol.PING, bytes(protocol.PING_BYTES))
        with pytest.raises(link.BoardError):
            a_link._board.ask(protocol.PING, bytes(protocol.PING_BYTES + 1))


# An afternoon with real boards, played by ports that aren't there.


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda question: b"", r"the board on COM3 doesn't answer: .*reset.*some carry power only"),
        (lambda question: question, "COM3 sends back what it gets: another program"),
        (lambda question: b"x=3.1\r\n", r"what COM3 sends isn't .*x=3.1\\r\\n.*rate is 115200"),
        (
            lambda question: flip(b"\xc0" + question),
            "answers from the board on COM3 arrive damaged",
        ),
    ],
)
def test_no_board_there(hurry, answer, message):
    port = FakePort(answer)
    with pytest.raises(link.NoAnswer, match=message):
        link.open(port)
    assert port.writes == 3
    assert (port.timeout, port.write_timeout) == (7, 8)


def test_a_loop_of_wire(hurry):
    with pytest.raises(link.NoAnswer, match="loop:// sends back what it gets"):
        link.open("loop://")


def test_a_board_that_falls_silent(int8_model, hurry):
    line, a_link = line_to(int8_model, to_board=lambda data, count: b"")
    with pytest.raises(link.NoAnswer) as stopped:
        a_link.invoke(codes(int8_model))
    (waited,) = re.findall(r"COM3 answered before, but not within (\S+) sec", str(stopped.value))
    assert float(waited) == pytest.approx(patience.seconds(0.2), rel=0.1)
    assert line.writes == 2


def test_late_answers_to_earlier_questions_are_dropped(int8_model, hurry):
    late = protocol.frame(protocol.PING | protocol.ANSWER, 0, b"earlier!")
    line = Line(for_chip(chip(int8_model)), to_computer=lambda data, count: late + data)
    a_link = link.open(line, int8_model)
    a_link._board._number = 255  # the next is 0
    a_link.ping()


@pytest.mark.parametrize("off", [-1, 1, 128])
def test_an_answer_of_another_number_is_not_taken(int8_model, hurry, off):
    x = codes(int8_model)
    right = micro.Interpreter(int8_model).invoke(x)
    line, a_link = line_to(int8_model)
    number = (a_link._board._number + 1 + off) % 256  # the question's own is the next
    wrong = bytes(4) + (~right).tobytes()
    late = protocol.frame(protocol.INVOKE | protocol.ANSWER, number, wrong)
    refused = protocol.frame(protocol.ERROR, number, b"no")
    line.to_computer = lambda data, count: late + refused + data
    np.testing.assert_array_equal(a_link.invoke(x).output, right)


def test_firmware_of_another_version(hurry):
    def answer(question):
        ((kind, number, payload),) = protocol.Reader().feed(question)
        payload = payload or (9).to_bytes(4, "little")
        return protocol.frame(kind | protocol.ANSWER, number, payload)

    with pytest.raises(link.WrongModel, match=r"on COM3 speaks version 9 .* computer 1: build and"):
        link.open(FakePort(answer))


@pytest.mark.parametrize("where", ["read", "write", "in_waiting", "timeout"])
def test_a_pulled_cable(int8_model, where):
    line, a_link = line_to(int8_model)

    def pulled(*_):
        raise serial.SerialException("device disconnected")

    broken = {
        "in_waiting": property(pulled),
        "timeout": property(lambda line: 7, pulled),
    }.get(where, pulled)
    line.__class__ = type("Pulled", (Line,), {where: broken})
    if where == "timeout":
        a_link.close()  # says nothing
        with pytest.raises(link.PortError):
            link.open(line)
        return
    with (
        a_link,
        pytest.raises(link.PortError, match=r"COM3 broke off.*plug the cable in.*disconnected"),
    ):
        a_link.invoke(codes(int8_model))


def test_a_port_that_takes_nothing():
    def stuck(question):
        raise serial.SerialTimeoutException("Write timeout")

    with pytest.raises(link.NoAnswer, match=r"COM3 takes no bytes: .*Bluetooth"):
        link.open(FakePort(stuck))


def windows(error):
    return serial.SerialException(f"could not open port 'COM3': {error!r}")


@pytest.mark.parametrize(
    ("there", "error", "message"),
    [
        ([], windows(FileNotFoundError(2, "not found")), "no port COM3; .* none at all: .*power"),
        (
            [("COM4", "USB Serial Device"), ("COM11", "Bluetooth")],
            windows(FileNotFoundError(2, "not found")),
            r"no port COM3; this computer has COM4 \(USB Serial Device\), COM11 \(Bluetooth\)",
        ),
        ([("COM3", "USB")], windows(PermissionError(13, "Denied")), "another program has COM3"),
        ([("com3", "USB")], serial.SerialException(errno.EBUSY, "busy"), "another program has"),
        ([("COM3", "USB")], serial.SerialException(errno.EAGAIN, "lock"), "another program has"),
        (
            [("COM3", "USB")],
            serial.SerialException(errno.EACCES, "no"),
            "may not use COM3: .*usermod -aG dialout ",
        ),
        ([("COM3", "USB")], windows(OSError(31, "A device")), "COM3 can't be opened: .*A device"),
    ],
)
def test_ports_that_do_not_open(monkeypatch, there, error, message):
    def fails(*arguments, **settings):
        raise error

    monkeypatch.setattr(serial, "serial_for_url", fails)
    monkeypatch.setattr(serial_ports, "ports", lambda: there)
    with pytest.raises(link.PortError, match=message):
        link.open("COM3", wait=0)


def test_a_port_nobody_has(tmp_path):
    with pytest.raises(link.PortError, match=r"there is no port .*nowhere; this computer has"):
        link.open(str(tmp_path / "nowhere"), wait=0)
    with pytest.raises(link.PortError, match=r"socket://.* can't be opened"):
        link.open("socket://127.0.0.1:1")


def test_a_port_by_name_is_closed_one_handed_in_is_not(monkeypatch, int8_model, hurry):
    opened = []

    def serial_for_url(name, baudrate, exclusive):
        opened.append((name, baudrate, exclusive))
        return port

    monkeypatch.setattr(serial, "serial_for_url", serial_for_url)
    port = for_chip(chip(int8_model))
    with link.open("COM3", int8_model):
        assert port.is_open
    assert not port.is_open
    assert opened == [("COM3", 115_200, True)]
    port = for_chip(chip(int8_model))
    with pytest.raises(link.WrongModel):
        link.open(Path("COM4"), models.memory_model(), baudrate=9600)
    assert not port.is_open
    assert opened[1] == ("COM4", 9600, True)
    port = for_chip(chip(int8_model))
    port.timeout = 3
    with link.open(port, int8_model):
        assert port.timeout < 1
    assert port.is_open and port.timeout == 3 and port.write_timeout is None


def test_the_ports_of_a_computer(monkeypatch):
    """Of one with three; which ports this one has, if any, proves nothing."""
    for name, description in link.ports():
        assert name and isinstance(description, str)
    found = [list_ports_common.ListPortInfo(name) for name in ("COM4", "COM11", "COM3")]
    for port, text in zip(found, ("USB", "Bluetooth", "n/a"), strict=True):
        port.description = text
    monkeypatch.setattr(list_ports, "comports", lambda: found)
    assert link.ports() == [("COM11", "Bluetooth"), ("COM3", "n/a"), ("COM4", "USB")]
