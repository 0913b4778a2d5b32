"""The witness as a USB host: takes a device by the book into use, and finds a mistake in others."""

import pico_mistakes
import pytest
import witness
from places import C

from tinyml_helpers import toolchain

DATA = bytes(range(200))  # three full packets and a short one
START_MS = 60  # of the chip's time, in which it is taken into use and answers
DEVICE = [18, 1, 0, 2, 2, 0, 0, 64, 9, 18, 1, 0, 0, 1, 0, 1, 0, 1]


def chip(*mistakes):
    """A chip with the device."""
    script = C / "pico_echo.ld"
    elf = toolchain.firmware([C / "pico_usb.c"], "pico", script, defines=mistakes)
    image = witness.with_checksum(witness.image_of(elf))
    return witness.Chip(image=image, line="usb", hurry=True)


def exchange(device, data=DATA):
    device.send(data)
    return device.receive(START_MS)[0]


def test_a_device_by_the_book_breaks_no_rule():
    with chip() as device:
        assert exchange(device) == DATA
        assert exchange(device, DATA[:64]) == DATA[:64]
        report = device.report()
    assert (report.faults, report.stopped) == ({}, "")
    assert report.usb == {"vendor": 0x1209, "product": 1, "texts": [None, "Pico", None]}


def test_what_else_a_host_may_do_leaves_it_as_it_was():
    with chip() as device:
        assert device.odd("device") == [DEVICE, DEVICE]
        assert device.odd("unknown") == [None, None, None, DEVICE]
        assert device.odd("abandoned") == [DEVICE]
        assert device.odd("status") == [[0, 0], [0]]
        assert exchange(device) == DATA
        assert device.odd("reset")["texts"] == [None, "Pico", None]
        assert exchange(device) == DATA
        assert device.report().faults == {}


@pytest.mark.parametrize("mistake", pico_mistakes.ON_USB)
def test_each_mistake_breaks_its_rule_and_no_other(mistake):
    rules, answers = pico_mistakes.ON_USB[mistake]
    full = DATA[:192]
    with chip(mistake) as device:
        data = exchange(device, full)
        device.run(30)
        device.odd("unknown")
        device.odd("reset")
        report = device.report()
    assert ", ".join(report.faults) == rules
    assert (data == full) == answers
