"""A board that coaches, over a link: whatever happens on the line, it finds the same."""

import numpy as np
import pytest
from coaching import PROGRAM, QUICK, STREAM
from streaming import OverALink, ask

from tinyml_helpers.applications.wearables.exercises import c_coach


class TestOverALink(OverALink):
    stream = STREAM


def packed(**fields):
    """Settings that no `Settings` would pack."""
    record = np.frombuffer(QUICK.pack(), c_coach.SETTINGS).copy()
    for name, value in fields.items():
        (record["sensor"] if name in c_coach.SENSOR.names else record)[name] = value
    return record.tobytes()


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "takes another number of bytes"),
        (bytes(17), "takes another number of bytes"),
        (packed(acceleration_scale=0), "has settings that are out of range"),
        (packed(rotation_scale=2**24 + 1), "has settings that are out of range"),
        (packed(axes=(1, 2, 2)), "has settings that are out of range"),
        (packed(axes=(-128, 2, 3)), "has settings that are out of range"),
        (packed(right=2), "has settings that are out of range"),
        (packed(average=0), "has settings that are out of range"),
        (packed(average=17), "has settings that are out of range"),
    ],
)
def test_wrong_settings_are_refused_by_the_firmware(payload, message):
    STREAM.check_settings_are_refused(payload, message)


def test_settings_packed_by_hand_are_taken():
    _, a_link = STREAM.line()
    assert ask(a_link, PROGRAM.protocol.start_message, packed()) == b""
