"""The bytes between node and gateway are as message.h says, and whatever else comes is refused.

Written and read here once more from the layout, with the standard library's CRC of the same name.
"""

import struct
from binascii import crc_hqx

import numpy as np
import pytest
from radio_ends import START, Node, model

from tinyml_helpers.applications.fields.gateway import Gateway

DELTA, HEARTBEAT = 0.5, 24
_COMMON = crc_hqx(model(), crc_hqx(struct.pack("<HH", 50, HEARTBEAT), 0xFFFF))
HISTORY = (2010, 2020, 2030, -40, 2050, 2060, 2070, 2080)


def key(hour):
    return crc_hqx(struct.pack("<I", int(START.astype(np.int64)) + hour), _COMMON)


def sealed(body, hour=0):
    """Bytes with their CRC."""
    return body + struct.pack("<H", crc_hqx(body, key(hour)))


def level_frame(level, sequence, hour, kind=0x11, alarms=0, battery=0):
    return sealed(struct.pack("<BBhBB", kind, sequence, level, alarms, battery), hour)


def sync_frame(level=2000, sequence=7, hour=0, kind=0x12, late=255, alarms=9, battery=180):
    body = struct.pack("<BBhBBB", kind, sequence, level, alarms, battery, late)
    return sealed(body + struct.pack("<8hhh", *HISTORY, -40, 2500), hour)


def answer(sequence, hour=0, rain=(0xFFFF,) * 3):
    return sealed(struct.pack("<BB3H", 0x13, sequence, *rain), hour)


def gateway():
    return Gateway(model(), START, DELTA, HEARTBEAT)


def test_a_gateway_takes_a_sync_and_a_level_and_answers_with_the_rain():
    made = gateway()
    assert made.hour(sync_frame(), ahead=[0.1, 25.6, 100]) == answer(7, 0, (1, 256, 1000))
    assert made.alarms == 9 and made.battery_volts == pytest.approx(3.6)
    assert made.hour(level_frame(-1234, 8, hour=1)) == answer(8, 1)
    assert made.estimates.tolist() == [20.0, -12.34] and made.status == ["told", "told"]


def test_a_guessed_level_is_marked_by_the_highest_bit_of_its_kind():
    made = gateway()
    assert made.hour(sync_frame(kind=0x92)) and made.hour(level_frame(1990, 8, 1, kind=0x91))
    assert made.status == ["checked", "checked"]


def test_a_nodes_frames_are_as_the_header_says():
    node = Node(DELTA, HEARTBEAT)
    frame, _ = node.hour(0, 2000, alarms=3, battery=150)
    body = struct.pack("<BBhBBB", 0x12, 1, 2000, 3, 150, 255) + struct.pack("<10h", *[2000] * 10)
    assert frame == sealed(body) and len(frame) == 29
    assert node.heard(answer(1, 0, (1, 256, 1000))) == [1, 256, 1000]
    frame, _ = node.hour(1, -3000, alarms=3, battery=149)
    assert frame == level_frame(-3000, 2, 1, alarms=3, battery=149) and len(frame) == 8


def test_a_sync_says_for_how_long_the_gateway_was_not_told_and_what_there_was():
    node = Node(DELTA, HEARTBEAT)
    node.heard(answer(1) if node.hour(0, 2000) else b"")
    levels = [2000, 3000, 3010, 2990]
    for hour in (1, 2, 3):
        frame, _ = node.hour(hour, levels[hour])
    kind, sequence, level, _, _, late, *history = struct.unpack("<BBhBBB8hhhH", frame)
    assert (kind, sequence, level, late) == (0x12, 4, 2990, 2)
    assert history[:3] == [3010, 2000, 2000] and history[8:10] == [2000, 3010]


def test_the_sequence_starts_again_after_255():
    node, made = Node(DELTA, 1), Gateway(model(), START, DELTA, 1)
    for hour in range(300):
        frame, _ = node.hour(hour, 2000)
        assert frame[1] == (hour + 1) % 256
        assert node.heard(made.hour(frame)) is not None


@pytest.mark.parametrize("frame", [sync_frame(), level_frame(2000, 8, 0)], ids=["sync", "level"])
def test_every_damaged_or_cut_frame_is_refused(frame):
    wrong = [frame[:count] for count in range(len(frame))] + [frame + b"\0", frame * 2]
    wrong += [
        bytes(byte ^ (1 << bit) if at == place else byte for at, byte in enumerate(frame))
        for place in range(len(frame))
        for bit in range(8)
    ]
    made = gateway()
    assert all(made.hour(each) == b"" for each in wrong) and set(made.status) == {"silent"}


def test_frames_of_another_hour_kind_or_length_are_refused_with_a_right_crc():
    made = gateway()
    for hour in range(256):
        kind = hour if hour not in (0x12, 0x92) else 0x11
        assert made.hour(sync_frame(kind=kind, hour=hour)) == b""
    for hour in range(256, 300):
        body = sync_frame()[:-2].ljust(44, b"\1")[: hour - 256]
        frame = sealed(body if len(body) != 27 else body[:-1], hour)
        assert made.hour(frame) == b""
    assert made.hour(sync_frame(hour=299)) == made.hour(sync_frame(hour=302)) == b""
    assert set(made.status) == {"silent"}
    assert made.hour(sync_frame(hour=302)) == answer(7, 302)


def test_noise_is_refused():
    rng, made = np.random.default_rng(0), gateway()
    for count in rng.integers(0, 64, 3000):
        assert made.hour(rng.bytes(int(count))) == b""
    assert set(made.status) == {"silent"}


def test_a_node_refuses_every_answer_but_the_one_to_its_last_frame():
    node = Node(DELTA, HEARTBEAT)
    assert node.heard(answer(0)) is None
    node.hour(0, 2000)
    right = answer(1)
    wrong = [right[:count] for count in range(10)] + [right + b"\0", answer(0), answer(2)]
    wrong += [answer(1, hour=1), sealed(b"\x11" + right[1:8]), sync_frame(sequence=1)]
    wrong += [
        bytes(byte ^ (1 << bit) if at == place else byte for at, byte in enumerate(right))
        for place in range(10)
        for bit in range(8)
    ]
    assert all(node.heard(each) is None for each in wrong)
    assert node.heard(right) == [0xFFFF] * 3


def test_a_level_after_a_lost_one_is_believed_but_not_answered():
    """Nobody sends one: its sender would know that the one before wasn't taken, and sync."""
    made = gateway()
    made.hour(sync_frame())
    made.hour()
    assert made.hour(level_frame(2100, 9, 2)) == b""
    assert made.status == ["told", "wrong", "told"]
    assert made.hour(level_frame(2100, 10, 3)) == b"" and made.hour(sync_frame(hour=4, late=1))
    assert made.status == ["told", "wrong", "told", "told", "told"]
