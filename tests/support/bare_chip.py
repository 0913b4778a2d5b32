"""Programs for a chip without firmware, where its memory lies, and the peripheral they talk to."""

from places import C

SOURCES = [C / "start.c", C / "programs.c"]
FLASH = {"nano33ble": 0x00000000, "pico": 0x10000000}
RAM = 0x20000000

STATUS, DATA = 0x40002100, 0x40002104


class Uart:
    """The peripheral that start.c echoes bytes with."""

    def __init__(self, machine):
        self.machine = machine
        self.received, self.sent = bytearray(), bytearray()
        machine.attach(STATUS, read=self.status)
        machine.attach(DATA, read=lambda: self.received.pop(0), write=self.sent.append)

    def status(self):
        if not self.received:
            self.machine.stop()
        return bool(self.received)
