"""The witness as a USB host: takes a device by the book into use, and finds a mistake in others."""

import pytest
import witness
from places import C

from tinyml_helpers import toolchain

DATA = bytes(range(200))  # three full packets and a short one
START_MS = 60  # of the chip's time, in which it is taken into use and answers
DEVICE = [18, 1, 0, 2, 2, 0, 0, 64, 9, 18, 1, 0, 0, 1, 0, 1, 0, 1]

#: By macro of pico_usb.c the only rules that it breaks, and whether bytes come back all the same.
MISTAKES = {
    "USB_DIVIDER=0x200": ("clk_usb", True),
    "MUXING=1": ("usb muxing", True),
    "POWER=0": ("usb vbus", True),
    "EP0_EACH=0": ("usb silent", False),
    "EACH=0": ("", False),
    "AT_ONCE=1": ("available", True),
    "FULL=0": ("in not full", True),
    "OUT_LENGTH=32": ("usb overflow", True),
    "FIRST_TOGGLE=0": ("toggle in", True),
    "IN_TOGGLE=1": ("toggle data", False),
    "OUT_TOGGLE=1": ("toggle out", False),
    "EARLY_ADDRESS=1": ("usb silent", False),
    "FORGET_ADDRESS=0": ("usb silent", True),
    "STALL_ARM=0": ("stall, usb silent", False),
    "STALL=0": ("usb silent", False),
    "EMPTY_PACKETS=0": ("no short packet", False),
    "EMPTY_PACKETS=2": ("empty packets", False),
    "DEVICE_CLASS=0": ("descriptor: the device's class fits its interfaces", True),
    "TOTAL=66": ("descriptor: the configuration's parts end where it ends", False),
    "UNION_SLAVE=2": ("descriptor: the union joins interfaces 0 and 1", True),
    "TEXT_BYTES=12": ("descriptor: text", True),
    "KEEP_LINE=0": ("line coding", True),
}


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


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_breaks_its_rule_and_no_other(mistake):
    rules, answers = MISTAKES[mistake]
    full = DATA[:192]
    with chip(mistake) as device:
        data = exchange(device, full)
        device.run(30)
        device.odd("unknown")
        device.odd("reset")
        report = device.report()
    assert ", ".join(report.faults) == rules
    assert (data == full) == answers
