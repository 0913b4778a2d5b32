"""A link over a real serial port of this computer, and what goes wrong on one."""

from types import SimpleNamespace

import numpy as np
import patience
import pytest
import serial
from bad_line import DAMAGE, GARBAGE, first
from emulated import chip, codes
from ports_made_up import NANO, usb_port
from serial.tools import list_ports

from tinyml_helpers import link, micro
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.link import conversation, serial_ports

pytest.importorskip("pty", reason="this system has no pseudo-terminals")

from pseudo_terminal import Cable, thief


@pytest.fixture
def board(int8_model):
    """An emulated board's port."""
    return for_chip(chip(int8_model))


@pytest.fixture
def cable(board, monkeypatch, hurry):
    """A cable to the board; what a link waits for is silence, however slow this computer is."""
    with Cable(board) as cable:
        monkeypatch.setattr(conversation, "time", SimpleNamespace(monotonic=cable.idle_seconds))
        yield cable


def test_dtr_is_raised_and_an_inference_equals_the_computers(int8_model, cable):
    x = codes(int8_model)
    with link.open(cable.name, int8_model) as a_link:
        assert a_link._port.dtr is True
        np.testing.assert_array_equal(
            a_link.invoke(x).output, micro.Interpreter(int8_model).invoke(x)
        )


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["to_board", "to_computer"])
def test_damage_on_the_way_is_survived(int8_model, cable, way, damage):
    x = codes(int8_model)
    with link.open(cable.name, int8_model, timeout=0.5) as a_link:
        cable.line.writes = cable.line.reads = 0
        setattr(cable.line, way, first(DAMAGE[damage]))
        run = a_link.invoke(x)
        np.testing.assert_array_equal(run.output, micro.Interpreter(int8_model).invoke(x))
        assert cable.line.writes > 1  # it was asked again
        a_link.ping()


def test_a_doubled_answer_counts_once(int8_model, cable):
    with link.open(cable.name, int8_model) as a_link:
        cable.line.to_computer = lambda data, count: data + data
        right = micro.Interpreter(int8_model)
        for seed in range(3):
            x = codes(int8_model, seed)
            np.testing.assert_array_equal(a_link.invoke(x).output, right.invoke(x))


def test_silence_and_garbage_end_in_a_sentence(int8_model, cable):
    with link.open(cable.name, int8_model, timeout=0.5) as a_link:
        cable.line.to_computer = lambda data, count: b""
        with pytest.raises(link.NoAnswer, match=r"answered before, .*reset button"):
            a_link.invoke(codes(int8_model))
        cable.line.to_computer = lambda data, count: GARBAGE
        with pytest.raises(link.NoAnswer, match=r"damaged|isn't from the workbook's firmware"):
            a_link.ping()
        cable.line.to_computer = lambda data, count: data
        a_link.ping()


@pytest.mark.parametrize("comes", [0, 1, 9, -1])
def test_pulled_mid_answer_it_is_found_again_on_another_port(int8_model, board, monkeypatch, comes):
    x = codes(int8_model)
    plugged_in = []
    monkeypatch.setattr(list_ports, "comports", lambda: [usb_port(n, NANO) for n in plugged_in])
    with Cable(board) as cable, Cable(for_chip(chip(int8_model))) as other_socket:
        plugged_in.append(cable.name)
        (found,) = link.find()

        def pulled(data, count):
            plugged_in.clear()
            cable.unplug()
            return data[:comes]

        with link.open(found, int8_model) as a_link:
            cable.line.to_computer = pulled
            with pytest.raises(link.PortError, match=r"broke off: plug .* open the link again"):
                a_link.invoke(x)
            with pytest.raises(link.PortError, match="broke off"):
                a_link.ping()
        with pytest.raises(link.PortError, match=r"isn't there any more: plug it in"):
            link.open(found, int8_model, wait=0)

        def plug_in(seconds):
            plugged_in.append(other_socket.name)

        monkeypatch.setattr(serial_ports.time, "sleep", plug_in)
        with link.open(found, int8_model, wait=patience.seconds(10)) as a_link:
            assert a_link.name == other_socket.name != found.port
            np.testing.assert_array_equal(
                a_link.invoke(x).output, micro.Interpreter(int8_model).invoke(x)
            )


def test_a_port_that_another_program_holds_is_said_to_be_taken(int8_model, cable):
    with (
        link.open(cable.name, int8_model),
        pytest.raises(link.PortError, match=r"another program has .*Arduino IDE"),
    ):
        link.open(cable.name, int8_model, wait=0)
    link.open(cable.name, int8_model).close()


def test_a_port_that_another_program_gives_back_is_waited_for(int8_model, cable, monkeypatch):
    holder = link.open(cable.name, int8_model)
    monkeypatch.setattr(serial_ports.time, "sleep", lambda seconds: holder.close())
    with link.open(cable.name, int8_model, wait=patience.seconds(10)) as a_link:
        a_link.ping()


def test_a_second_program_that_takes_the_bytes_is_named_as_a_cause(int8_model, cable):
    with link.open(cable.name, int8_model, timeout=0.5) as a_link:
        cable.line.to_computer = lambda data, count: data[:8]  # of what the two share, its part
        with thief(cable.name), pytest.raises((link.NoAnswer, link.PortError)) as stopped:
            a_link.invoke(codes(int8_model))
        assert any(
            cause in str(stopped.value)
            for cause in ("close other programs", "answered before", "firmware (")
        )
        cable.line.to_computer = lambda data, count: data
        a_link.close()
        link.open(cable.name, int8_model).close()


def test_what_pyserial_lets_through_of_a_vanished_port_is_explained_too(
    int8_model, cable, monkeypatch
):
    import termios

    def vanished(*arguments, **settings):
        raise termios.error(5, "Input/output error")

    with link.open(cable.name, int8_model) as a_link:
        monkeypatch.setattr(a_link._port, "write", vanished)
        with pytest.raises(link.PortError, match=r"broke off: .*Input/output error"):
            a_link.ping()
    monkeypatch.setattr(serial, "serial_for_url", vanished)
    with pytest.raises(link.PortError, match=r"can't be opened: .*Input/output error"):
        link.open(cable.name, wait=0)
