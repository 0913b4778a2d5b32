"""Which boards are found, and how a link gets to one after an upload."""

import errno
import getpass
import re
import sys
from types import SimpleNamespace

import patience
import pytest
import serial
from emulated import chip
from ports_made_up import DEBUG_PROBE, NANO, NANO_BOOT_LOADER, PICO, TEST_ID, usb_port
from serial.tools import list_ports

from tinyml_helpers import boards, link
from tinyml_helpers.boards.usb import USB_DEVICES
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.link import serial_ports


@pytest.fixture
def plug_in(monkeypatch):
    """A function that replaces the ports of this computer."""
    return lambda *ports: monkeypatch.setattr(list_ports, "comports", lambda: list(ports))


@pytest.fixture
def opened(monkeypatch, int8_model):
    """Names of the ports that were opened; each has an emulated board."""
    names = []

    def serial_for_url(name, baudrate, exclusive):
        if name not in [port.device for port in list_ports.comports()]:
            raise serial.SerialException(errno.ENOENT, "not there")
        names.append(name)
        return for_chip(chip(int8_model))

    monkeypatch.setattr(serial, "serial_for_url", serial_for_url)
    return names


def after_sleeping(monkeypatch, *steps):
    """Do one of the steps whenever the link waits."""
    left = iter(steps)
    monkeypatch.setattr(serial_ports.time, "sleep", lambda seconds: next(left)())


def test_no_board_is_an_empty_list(plug_in):
    plug_in(usb_port("/dev/ttyS0"), usb_port("COM1", (0x0403, 0x6001)))
    assert link.find() == []


def test_each_board_is_named_and_running_ones_come_first(plug_in):
    plug_in(
        usb_port("COM4", NANO_BOOT_LOADER, "1"),
        usb_port("COM2", DEBUG_PROBE, "2"),
        usb_port("COM9", PICO, None),
        usb_port("COM3", (None, None)),
        usb_port("COM7", NANO, "4"),
    )
    found = link.find()
    assert [(each.port, each.boards, each.role, each.serial_number) for each in found] == [
        ("COM7", ("nano33ble", "nano33ble_rev2"), "program", "4"),
        ("COM9", ("pico",), "program", None),
        ("COM2", (), "debug probe", "2"),
        ("COM4", ("nano33ble", "nano33ble_rev2"), "boot loader", "1"),
    ]
    assert [str(each) for each in found] == [
        "COM7: Arduino Nano 33 BLE, any revision, serial number 4",
        "COM9: Raspberry Pi Pico",
        "COM2: Raspberry Pi Debug Probe, serial number 2",
        "COM4: Arduino Nano 33 BLE, any revision, its boot loader, serial number 1",
    ]


def test_an_id_that_is_anyones_needs_the_products_name_where_the_system_tells_it(plug_in):
    plug_in(
        usb_port("a", TEST_ID, product="somebody's lamp"),
        usb_port("b", TEST_ID, product="Workbook on a Pico"),
        usb_port("c", TEST_ID, product=None),  # as on Windows
    )
    assert [each.port for each in link.find()] == ["b", "c"]


def test_every_usb_id_is_there_once_with_boards_that_exist_and_a_source():
    ids = [(device.vendor, device.product) for device in USB_DEVICES]
    assert len(ids) == len(set(ids))
    for device in USB_DEVICES:
        assert set(device.boards) <= set(boards.BOARDS) and device.source and device.name
        assert bool(device.boards) == (device.role != "debug probe")


def test_a_board_pulled_while_ports_are_listed_is_no_failure(monkeypatch):
    looks = iter([TypeError("int() can't convert non-string with explicit base"), []])

    def comports():
        look = next(looks)
        if isinstance(look, Exception):
            raise look
        return look

    monkeypatch.setattr(list_ports, "comports", comports)
    assert link.find() == []


@pytest.mark.parametrize("by", ["name", "board"])
def test_a_port_that_is_not_there_yet_is_waited_for(plug_in, opened, monkeypatch, by):
    there = usb_port("COM7", NANO)
    plug_in(there)
    (found,) = link.find()
    plug_in()
    after_sleeping(monkeypatch, lambda: None, lambda: plug_in(there))
    link.open(found if by == "board" else "COM7", wait=patience.seconds(10)).close()
    assert opened == ["COM7"]


@pytest.mark.parametrize("by", ["name", "board"])
@pytest.mark.parametrize("number", ["E3D4B66F", None, "another"])
def test_from_its_boot_loader_a_board_is_followed_to_another_port(
    plug_in, opened, monkeypatch, by, number
):
    plug_in(usb_port("COM3", NANO_BOOT_LOADER), usb_port("COM1", PICO))
    where = "com3" if by == "name" else link.find()[1]
    after_sleeping(monkeypatch, plug_in, lambda: plug_in(usb_port("COM8", NANO, number)))
    link.open(where, wait=patience.seconds(10)).close()
    assert opened == ["COM8"]


def test_of_two_boards_the_one_that_was_found_is_opened(plug_in, opened):
    plug_in(usb_port("COM3", NANO, "A"), usb_port("COM4", NANO, "B"))
    (a, b) = link.find()
    plug_in(usb_port("COM3", NANO, "B"), usb_port("COM4", NANO, "A"))
    link.open(a).close()
    link.open(b).close()
    assert opened == ["COM4", "COM3"]
    plug_in(usb_port("COM3", NANO, "B"))
    with pytest.raises(link.PortError, match=r"was on COM3 \(Arduino .*\) isn't there any more"):
        link.open(a, wait=0)


def test_of_two_boards_without_numbers_the_port_decides_and_neither_is_guessed(plug_in, opened):
    plug_in(usb_port("COM3", PICO, None), usb_port("COM4", PICO, None))
    gone = link.find()[1]
    link.open(gone).close()
    assert opened == ["COM4"]
    plug_in(usb_port("COM3", PICO, None), usb_port("COM5", PICO, None))
    with pytest.raises(link.PortError, match="isn't there any more"):
        link.open(gone, wait=0)


@pytest.mark.skipif(sys.platform == "win32", reason="ports have no links there")
def test_a_link_to_a_port_is_that_port(plug_in, opened, tmp_path):
    port, by_id = tmp_path / "ttyACM0", tmp_path / "usb-Arduino"
    port.touch()
    by_id.symlink_to(port)
    plug_in(usb_port(str(port.resolve()), NANO_BOOT_LOADER))
    with pytest.raises(link.PortError, match="boot loader"):
        link.open(by_id, wait=0)


@pytest.mark.parametrize("by", ["name", "board"])
def test_a_boot_loader_is_never_opened(plug_in, opened, by):
    plug_in(usb_port("COM3", NANO_BOOT_LOADER))
    where = "COM3" if by == "name" else link.find()[0]
    with pytest.raises(link.PortError, match=r"on COM3 is the boot loader .*reset button once"):
        link.open(where, wait=0)
    assert opened == []


def test_a_debug_probe_is_opened_since_a_boards_uart_may_be_behind_it(plug_in, opened):
    plug_in(usb_port("COM3", DEBUG_PROBE))
    link.open(link.find()[0]).close()
    assert opened == ["COM3"]


def test_1200_baud_is_refused_before_anything_is_opened(opened, plug_in, int8_model):
    plug_in(usb_port("COM3", NANO))
    with pytest.raises(ValueError, match="1200 baud would start an Arduino's boot loader: use 11"):
        link.open("COM3", baudrate=1200)
    port = for_chip(chip(int8_model))
    port.baudrate = 1200
    with pytest.raises(ValueError, match="1200 baud"):
        link.open(port)
    assert opened == []


def refused(monkeypatch, name, group, members=()):
    """What is said of a port that belongs to a group and may not be opened."""
    grp = pytest.importorskip("grp", reason="Windows has no groups for serial ports")

    def fails(*arguments, **settings):
        raise serial.SerialException(errno.EACCES, "Permission denied")

    monkeypatch.setattr(serial, "serial_for_url", fails)
    monkeypatch.setattr(serial_ports.Path, "group", lambda path: group)
    monkeypatch.setattr(grp, "getgrnam", lambda name: SimpleNamespace(gr_mem=list(members)))
    with pytest.raises(link.PortError) as stopped:
        link.open(str(name), wait=0)
    return str(stopped.value)


def test_without_rights_the_group_to_join_is_named(monkeypatch, tmp_path):
    said = refused(monkeypatch, tmp_path, "uucp")
    assert re.search(r"may not use .*: on Linux run `sudo usermod -aG uucp \$USER`, then log", said)


def test_who_joined_the_group_already_is_told_to_log_in_again(monkeypatch, tmp_path):
    said = refused(monkeypatch, tmp_path, "dialout", [getpass.getuser()])
    assert "older than the user's place in the group dialout: log in again" in said


def test_a_port_that_is_roots_asks_for_a_udev_rule(monkeypatch, tmp_path):
    assert 'KERNEL=="ttyACM*", GROUP="dialout"' in refused(monkeypatch, tmp_path, "root")


@pytest.mark.parametrize(("system", "told"), [("win32", True), ("linux", False)])
def test_on_windows_a_driver_may_be_missing(monkeypatch, plug_in, opened, system, told):
    plug_in()
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(link.PortError, match=r"no port COM3; .*a UF2 file") as stopped:
        link.open("COM3", wait=0)
    assert ("lacks its driver" in str(stopped.value)) == told
