"""A board that listens, over a link: whatever happens on the line, it hears the same."""

import struct

import pytest
import tones
from listening import STREAM
from streaming import OverALink

from tinyml_helpers import link


class TestOverALink(OverALink):
    stream = STREAM


@pytest.mark.parametrize("module", ["tinyml_helpers.applications", "no.such.module"])
def test_a_module_without_an_application_is_refused(module, tmp_path):
    path = tmp_path / "tones.tflite"
    path.write_bytes(tones.tflite())
    with pytest.raises(ValueError, match=f"application={module} names no module with an Appl"):
        link.open(link.emulator_url("pico", path, application=module))


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
    STREAM.check_settings_are_refused(payload, message)
