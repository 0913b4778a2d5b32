"""A board that watches, over a link: whatever happens on the line, it finds the same."""

import functools
import struct

import numpy as np
import pytest
import watching
from bad_line import DAMAGE, worsening
from watching import LOOK, PROGRAM, QUICK, SHORT, same

from tinyml_helpers import firmware, link
from tinyml_helpers.applications.machines import Application, c_watcher
from tinyml_helpers.applications.machines.client import SHAFT_SPEED
from tinyml_helpers.applications.machines.watcher import Watcher
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip

#: Types of messages; those of watch.h.
WATCH, VIBRATION = 12, 13


@functools.cache
def image(watches=True):
    return firmware.build(PROGRAM if watches else watching.tflite(), "nano33ble")


def port(watches=True):
    return for_chip(Chip(image(watches).elf, "nano33ble"))


def line(**damage):
    return worsening(port(), PROGRAM, 0.2, **damage)


def started(a_link):
    a_link.client.reset(QUICK)
    return a_link.client


def ask(a_link, kind, payload):
    return a_link._board.ask(kind, payload)


def test_a_link_watches_too(short_looks, tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(watching.tflite())
    module = "tinyml_helpers.applications.machines"
    with link.open(link.emulator_url("pico", path, application=module), PROGRAM) as a_link:
        made = a_link.client.run(SHORT, QUICK)
        assert same(made, short_looks)
        assert all(0 < look.board_seconds < 0.1 and look.cycles is None for look in made)
        assert same(a_link.client.run(SHORT, QUICK), short_looks)  # afresh


def test_firmware_that_does_not_watch_says_what_to_do():
    with link.open(port(watches=False), PROGRAM) as a_link:
        for call in (lambda: a_link.client.run(SHORT), lambda: a_link.client.set_speed(20)):
            with pytest.raises(link.BoardError, match=r"that message: flash .*machines.Applicat"):
                call()
        a_link.ping()


def test_firmware_with_a_model_that_is_none_for_faults(int8_model, monkeypatch):
    monkeypatch.setattr(c_watcher, "check_model", lambda tflite_bytes: None)
    elf = firmware.build(Application(int8_model), "nano33ble").elf
    with link.open(for_chip(Chip(elf, "nano33ble"))) as a_link:
        with pytest.raises(link.BoardError, match=r"says: the watcher can't use this model$"):
            PROGRAM.client(a_link).run(SHORT)
        a_link.ping()


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["to_board", "to_computer"])
def test_damage_changes_nothing(short_looks, hurry, way, damage):
    def sometimes(data, count):
        return DAMAGE[damage](data) if count in (0, 4) else data

    a_line, a_link = line(**{way: sometimes})
    assert same(a_link.client.run(SHORT[: 2 * LOOK], QUICK), short_looks[:2])
    assert a_line.writes == 1 + 8 + 2


def test_a_look_whose_answer_is_lost_is_taken_once(short_looks, hurry):
    a_line, a_link = line()
    watcher = started(a_link)
    made = watcher.push(SHORT[: 3 * LOOK])
    a_line.reads, a_line.to_computer = 0, lambda data, count: b"" if count % 2 else data
    assert same(made + watcher.push(SHORT[3 * LOOK :]), short_looks)


def test_a_speed_whose_answer_is_lost_holds(hurry):
    here = Watcher(watching.tflite(), QUICK)
    a_line, a_link = line()
    watcher = started(a_link)
    a_line.writes = a_line.reads = 0
    a_line.to_computer = lambda data, count: data if count else b""
    watcher.set_speed(31.25)
    assert a_line.writes == 2
    here.set_speed(31.25)
    assert same(watcher.push(SHORT), here.push(SHORT))


def test_a_speed_starts_a_watcher_that_is_not_started_yet():
    _, a_link = line()
    a_link.client.set_speed(31.25)
    with pytest.raises(link.BoardError, match=r"the watcher missed some of its samples$"):
        ask(a_link, VIBRATION, struct.pack("<I", 5))


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
def test_wrong_speeds_are_refused_and_change_nothing(short_looks, payload, message):
    _, a_link = line()
    with pytest.raises(link.BoardError, match=r"the watcher hasn't been told to start$"):
        ask(a_link, SHAFT_SPEED, struct.pack("<I", 30_000))
    watcher = started(a_link)
    made = watcher.push(SHORT[:LOOK])
    with pytest.raises(link.BoardError, match=f"says: the watcher {message}$"):
        ask(a_link, SHAFT_SPEED, payload)
    with pytest.raises(ValueError, match="give 1 to 200, in Hz"):
        watcher.set_speed(300)
    assert same(made + watcher.push(SHORT[LOOK:]), short_looks)


def test_a_board_that_is_reset_in_between_says_so(short_looks):
    a_line, a_link = line()
    watcher = started(a_link)
    watcher.push(SHORT[:3000])
    a_line.port = port()
    with pytest.raises(link.BoardError, match=r"been told to start: it was .* call reset, and"):
        watcher.set_speed(25)
    with pytest.raises(link.BoardError, match=r"been told to start: it was .* call reset, and"):
        watcher.push(SHORT[3000:])
    with pytest.raises(ValueError, match="may have missed some of its samples: call reset"):
        watcher.push(SHORT[3000:])
    watcher.reset()
    assert same(watcher.push(SHORT), short_looks)


def test_messages_that_make_no_sense_are_refused_and_do_no_harm(short_looks):
    _, a_link = line()
    send = functools.partial(ask, a_link, VIBRATION)
    with pytest.raises(link.BoardError, match=r"the watcher hasn't been told to start$"):
        send(struct.pack("<I", 0))
    watcher = started(a_link)
    made = watcher.push(SHORT[: 5 * 512])
    next_one = struct.pack("<I", 5)
    for payload in (
        b"",
        bytes(3),
        next_one + b"\0",
        next_one + bytes(1026),
        next_one + bytes(9000),
    ):
        with pytest.raises(link.BoardError, match=r"the watcher takes another number of bytes$"):
            send(payload)
    for number in (0, 3, 6, 2**32 - 1):
        with pytest.raises(link.BoardError, match=r"the watcher missed some of its samples$"):
            send(struct.pack("<I", number) + bytes(1024))
    assert same(made + watcher.push(SHORT[5 * 512 :]), short_looks)


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
    _, a_link = line()
    with pytest.raises(link.BoardError, match=f"says: the watcher {message}$"):
        ask(a_link, WATCH, payload)
    with pytest.raises(link.BoardError, match=r"hasn't been told to start$"):
        ask(a_link, VIBRATION, struct.pack("<I", 0))
    assert ask(a_link, WATCH, packed()) == b""


def test_a_message_without_samples_is_answered():
    _, a_link = line()
    watcher = started(a_link)
    assert watcher.push(np.zeros(0, np.int16)) == []
    assert len(ask(a_link, VIBRATION, struct.pack("<I", 0))) == 4
