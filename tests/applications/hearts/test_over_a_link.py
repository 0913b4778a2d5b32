"""A board that monitors a heart, over a link: whatever happens on the line, it finds the same."""

import beating
import numpy as np
import pytest
from beating import PROGRAM, QUICK, STREAM
from streaming import OverALink, ask

from tinyml_helpers.applications.wearables.hearts import c_monitor


class TestOverALink(OverALink):
    stream = STREAM


def packed(**fields):
    """Settings that no `Settings` would pack."""
    record = np.frombuffer(QUICK.pack(), c_monitor.SETTINGS).copy()
    for name, value in fields.items():
        record[name] = value
    return record.tobytes()


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "takes another number of bytes"),
        (bytes(9), "takes another number of bytes"),
        (packed(rate=199), "has settings that are out of range"),
        (packed(rate=1001), "has settings that are out of range"),
        (packed(counts_per_mv=49), "has settings that are out of range"),
        (packed(counts_per_mv=4001), "has settings that are out of range"),
        (packed(early=49), "has settings that are out of range"),
        (packed(early=100), "has settings that are out of range"),
    ],
)
def test_wrong_settings_are_refused_by_the_firmware(payload, message):
    STREAM.check_settings_are_refused(payload, message)


def test_settings_packed_by_hand_are_taken():
    _, a_link = STREAM.line()
    for edge in (packed(rate=1000, counts_per_mv=4000, early=99), packed(threshold=0, early=50)):
        assert ask(a_link, PROGRAM.protocol.start_message, edge) == b""


def test_a_message_has_at_most_as_many_samples_as_lie_between_two_beats_told():
    assert STREAM.size == c_monitor.APART
    assert len(beating.samples()) > 20 * STREAM.size
