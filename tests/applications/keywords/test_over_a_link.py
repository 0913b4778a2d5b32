"""A board that listens, over a link: whatever happens on the line, it hears the same."""

import functools
import struct

import numpy as np
import patience
import pytest
import tones
from bad_line import DAMAGE, worsening
from listening import BUSY, HEAR, LISTEN, PROGRAM, SHORT, port, started
from tones import same

from tinyml_helpers import firmware, link
from tinyml_helpers.applications.keywords import Application, c_spotter
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip


def test_a_link_listens_too(short_hops, tmp_path):
    path = tmp_path / "tones.tflite"
    path.write_bytes(tones.tflite())
    module = "tinyml_helpers.applications.keywords"
    with link.open(link.emulator_url("pico", path, application=module), PROGRAM) as a_link:
        made = a_link.client.run(SHORT, BUSY)
        assert same(made, short_hops)
        assert all(0 < hop.board_seconds < 0.02 for hop in made)
        assert made[0].cycles is None
        assert same(a_link.client.run(SHORT, BUSY), short_hops)  # afresh
    for wrong in ("tinyml_helpers.applications", "no.such.module"):
        with pytest.raises(ValueError, match=f"application={wrong} names no module with an Appl"):
            link.open(link.emulator_url("pico", path, application=wrong))


def test_firmware_that_does_not_listen_says_what_to_do():
    with link.open(port(listens=False), PROGRAM) as a_link:
        with pytest.raises(link.BoardError, match=r"know that message: flash .*Application"):
            a_link.client.run(SHORT)
        a_link.ping()


def test_firmware_with_a_model_that_is_none_for_listening(int8_model, monkeypatch):
    monkeypatch.setattr(c_spotter, "check_model", lambda tflite_bytes: None)
    elf = firmware.build(Application(int8_model), "nano33ble").elf
    with link.open(for_chip(Chip(elf, "nano33ble"))) as a_link:
        with pytest.raises(link.BoardError, match=r"says: the spotter can't use this model$"):
            PROGRAM.client(a_link).run(SHORT)
        a_link.ping()


# What goes wrong on the line.


def line(**damage):
    return worsening(port(), PROGRAM, 0.1, **damage)


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["to_board", "to_computer"])
def test_damage_changes_nothing(short_hops, hurry, way, damage):
    def sometimes(data, count):
        return DAMAGE[damage](data) if count in (0, 4) else data

    a_line, a_link = line(**{way: sometimes})
    assert same(a_link.client.run(SHORT[:3200], BUSY), short_hops[:9])
    assert a_line.writes == 1 + 10 + 2


def test_an_inference_whose_answer_is_lost_runs_once(short_hops, hurry):
    a_line, a_link = line()
    listener = started(a_link, BUSY)
    made = listener.push(SHORT[:-6400])
    a_line.reads, a_line.to_computer = 0, lambda data, count: b"" if count % 2 else data
    assert same(made + listener.push(SHORT[-6400:]), short_hops)


def test_what_comes_twice_is_heard_once(short_hops):
    a_line, a_link = line(to_board=lambda data, count: data + data)
    assert same(a_link.client.run(SHORT, BUSY), short_hops)
    assert a_line.writes == 1 + -(-len(SHORT) // 320)


def test_a_board_that_is_reset_in_between_says_so(short_hops):
    a_line, a_link = line()
    listener = started(a_link, BUSY)
    listener.push(SHORT[:9000])
    a_line.port = port()
    with pytest.raises(link.BoardError, match=r"been told to start: it was .* call reset, and"):
        listener.push(SHORT[9000:])
    with pytest.raises(ValueError, match="may have missed some of its samples: call reset"):
        listener.push(SHORT[9000:])
    listener.reset()
    assert same(listener.push(SHORT), short_hops)


def test_a_board_that_falls_silent(short_hops, hurry):
    a_line, a_link = line()
    listener = started(a_link, BUSY)
    listener.push(SHORT[:9000])
    a_line.writes, a_line.to_computer = 0, lambda data, count: b""
    waited = f"COM3 answered before, but not within {patience.seconds(0.1):.3g} seconds"
    with pytest.raises(link.NoAnswer, match=waited):
        listener.push(SHORT[9000:])
    assert a_line.writes == 3
    a_line.to_computer = lambda data, count: data
    with pytest.raises(ValueError, match="call reset"):  # it heard 320 samples all the same
        listener.push(SHORT[9000:])
    listener.reset()
    assert same(listener.push(SHORT), short_hops)


def test_a_second_listener_is_noticed():
    _, a_link = line()
    one = started(a_link, BUSY)
    one.push(SHORT[:3200])
    PROGRAM.client(a_link).run(SHORT[:960], BUSY)
    with pytest.raises(link.BoardError, match=r"some of its samples: somebody else .* reset"):
        one.push(SHORT[:320])


def ask(a_link, kind, payload):
    return a_link._board.ask(kind, payload)


def test_messages_that_make_no_sense_are_refused_and_do_no_harm(short_hops):
    _, a_link = line()
    hear = functools.partial(ask, a_link, HEAR)
    with pytest.raises(link.BoardError, match=r"the spotter hasn't been told to start$"):
        hear(struct.pack("<I", 0))
    listener = started(a_link, BUSY)
    made = listener.push(SHORT[:3200])
    next_one = struct.pack("<I", 10)
    for payload in (
        b"",
        b"\0\0\0",
        next_one + b"\0",
        next_one + bytes(642),
        next_one + bytes(5000),
    ):
        with pytest.raises(link.BoardError, match=r"the spotter takes another number of bytes$"):
            hear(payload)
    for number in (0, 8, 11, 2**32 - 1):
        with pytest.raises(link.BoardError, match=r"the spotter missed some of its samples$"):
            hear(struct.pack("<I", number) + bytes(640))
    assert same(made + listener.push(SHORT[3200:]), short_hops)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "takes another number of bytes"),
        (bytes(9), "takes another number of bytes"),
        (struct.pack("<4H", 0, 3, 180, 50), "has settings that are out of range"),
        (struct.pack("<4H", 10, 17, 180, 50), "has settings that are out of range"),
    ],
)
def test_wrong_settings_are_refused_by_the_firmware(payload, message):
    _, a_link = line()
    with pytest.raises(link.BoardError, match=f"says: the spotter {message}$"):
        ask(a_link, LISTEN, payload)
    with pytest.raises(link.BoardError, match=r"hasn't been told to start$"):
        ask(a_link, HEAR, struct.pack("<I", 0))


def test_a_message_without_samples_is_answered():
    _, a_link = line()
    listener = started(a_link, BUSY)
    assert listener.push(np.zeros(0, np.int16)) == []
    answer = ask(a_link, HEAR, struct.pack("<I", 0))
    assert len(answer) == 4
