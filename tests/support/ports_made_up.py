"""Ports as pyserial lists them, of boards that aren't there."""

from serial.tools import list_ports_common

NANO = (0x2341, 0x805A)
NANO_BOOT_LOADER = (0x2341, 0x005A)
PICO = (0x2E8A, 0x000A)
TEST_ID = (0x1209, 0x0001)
DEBUG_PROBE = (0x2E8A, 0x000C)


def usb_port(name, usb_id=(None, None), serial_number="E3D4B66F", product=None):
    """A port of pyserial's `list_ports`."""
    port = list_ports_common.ListPortInfo(name)
    port.vid, port.pid = usb_id
    port.serial_number, port.product = serial_number, product
    return port
