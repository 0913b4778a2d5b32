"""Which board is behind a USB id, and the document that says so."""

from dataclasses import dataclass

PROGRAM = "program"
BOOT_LOADER = "boot loader"
DEBUG_PROBE = "debug probe"

_NANO = "Arduino Nano 33 BLE, any revision"
_NANO_IDS = ("nano33ble", "nano33ble_rev2")  # one definition in Arduino's core, so one USB id
_CORE = "arduino/ArduinoCore-mbed"
_PI_LIST = "raspberrypi/usb-pid, Readme.md"


@dataclass(frozen=True)
class UsbDevice:
    """What shows up with one USB id.

    Attributes:
        vendor, product: the id's two numbers.
        boards: ids of the boards it may be; empty for what is no board.
        role: what answers there: `PROGRAM`, `BOOT_LOADER` or `DEBUG_PROBE`.
        name: for people.
        source: the document the id is from.
        says: what the device's product text contains, for an id that is anyone's to use.
    """

    vendor: int
    product: int
    boards: tuple[str, ...]
    role: str
    name: str
    source: str
    says: str = ""


#: A Pico that waits for a UF2 file isn't here: it is a drive, without a port.
USB_DEVICES = (
    UsbDevice(
        0x2341,
        0x805A,
        _NANO_IDS,
        PROGRAM,
        _NANO,
        f"{_CORE}, variants/ARDUINO_NANO33BLE/pins_arduino.h: BOARD_PRODUCTID",
    ),
    UsbDevice(
        0x2341,
        0x005A,
        _NANO_IDS,
        BOOT_LOADER,
        _NANO,
        f"{_CORE}, boards.txt: nano33ble.pid.0; that it is the boot loader's is seen in use, no "
        "document of Arduino's says so",
    ),
    UsbDevice(0x2E8A, 0x000A, ("pico",), PROGRAM, "Raspberry Pi Pico", f"{_PI_LIST}: Pico SDK"),
    UsbDevice(
        0x2E8A,
        0x00C0,
        ("pico",),
        PROGRAM,
        "Raspberry Pi Pico with Arduino's core",
        f"{_CORE}, boards.txt: pico.pid.0",
    ),
    UsbDevice(
        0x2E8A,
        0x0005,
        ("pico",),
        PROGRAM,
        "Raspberry Pi Pico with MicroPython",
        f"{_PI_LIST}: MicroPython",
    ),
    UsbDevice(
        0x1209,
        0x0001,
        ("pico",),
        PROGRAM,
        "Raspberry Pi Pico",
        "pid.codes, test ids: anyone's, for firmware that isn't sold",
        says="Pico",
    ),
    UsbDevice(0x2E8A, 0x000C, (), DEBUG_PROBE, "Raspberry Pi Debug Probe", _PI_LIST),
    UsbDevice(0x2E8A, 0x0004, (), DEBUG_PROBE, "Picoprobe", _PI_LIST),
)


def usb_device(vendor, product, text=None):
    """The device with a USB id.

    Args:
        vendor, product: ints; None for a port that isn't on USB.
        text: what the device says its product is; None if the system doesn't tell.

    Returns:
        A `UsbDevice`, or None for an id that isn't known.
    """
    for device in USB_DEVICES:
        if (device.vendor, device.product) == (vendor, product):
            return device if text is None or device.says in text else None
    return None
