"""A second RP2040, `rp2040js`, behind rules as strict as silicon: see rp2040/ beside this file.

    with witness.Chip(uf2=path, line="usb", marks=["tm_invoke"], elf=elf) as chip:
        board = link.open(chip.port, model)
        print(board.invoke(codes).output)
        assert chip.report().faults == {}

It runs only while somebody waits for a byte of it, so what it counts is the same each time.
"""

import atexit
import contextlib
import functools
import json
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import patience
import pytest
import serial

from tinyml_helpers.emulator.faults import Places

FOLDER = Path(__file__).with_name("rp2040")
_NODE = shutil.which("node")
_MOST_SECONDS = 300  # then it is ended: what hangs would go on for ever
_WAIT_MS = 500  # of the chip's time that one read waits for a byte


def or_skip():
    """Skip the test that calls this where node or rp2040js isn't installed."""
    if why := missing():
        pytest.skip(why)


def missing():
    """What the witness lacks on this computer, a sentence; "" if nothing."""
    if _NODE is None:
        return "node isn't installed"
    if not (FOLDER / "node_modules" / "rp2040js").is_dir():
        return "rp2040js is missing: run `npm ci --ignore-scripts` in tests/support/rp2040"
    return "" if _runs() else "this node is too old for rp2040js: 18 is needed"


@functools.cache
def _runs():
    return (
        subprocess.run([_NODE, FOLDER / "witness.js"], input=b"", capture_output=True).returncode
        == 0
    )


#: Processes whose chip is over: the next one is quicker in one that has run before.
_idle = []


def _started():
    command = [_NODE, FOLDER / "witness.js"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _ended(process):
    with contextlib.suppress(OSError):
        process.stdin.close()
    process.stdout.close()
    process.wait()


@atexit.register
def _end_idle():
    while _idle:
        _ended(_idle.pop())


@dataclass(frozen=True)
class Report:
    """What a chip has seen so far.

    Attributes:
        faults: what was wrong, a sentence by rule, in the order it was found.
        places: by rule the addresses of the instructions that did it.
        visits: (mark, instructions, cycles, links) of each visit of a mark. "links" counts PUSH
            with LR and POP with PC, whose LR and PC rp2040js gives no cycle; Arm's table does.
        instructions, cycles: since reset.
        milliseconds: of the chip's time since reset.
        clock_hz: of its processor.
        bootsel: whether the program asked the ROM for BOOTSEL.
        stopped: why the chip runs no longer; "" if it does.
        usb: what the device says it is: a dict of "vendor", "product", "texts"; None over UART.
        seconds: of this computer's processor, running.
    """

    faults: dict
    places: dict
    visits: tuple
    instructions: int
    cycles: int
    milliseconds: float
    clock_hz: float
    bootsel: bool
    stopped: str
    usb: dict | None
    seconds: float


class Chip:
    """An RP2040 with a program in its flash, switched on.

    Args:
        uf2: path of a UF2 file; or
        image: bytes of flash from 0x10000000 on.
        line: the cable, "uart" or "usb".
        direct: start the program by vectors at 0x10000000, as if a boot loader had been.
        elf: bytes of the program's ELF file, for `marks` and `address`.
        marks: symbols whose visits to note.
        hurry: whether the USB host waits a tenth as long as a computer does before it asks.

    Attributes:
        port: the computer's end of the cable, as pyserial has ports.
    """

    def __init__(
        self, *, uf2=None, image=None, line="uart", direct=False, elf=None, marks=(), hurry=False
    ):
        or_skip()
        self.places = Places(elf) if elf else None
        self._files = tempfile.TemporaryDirectory()
        settings = {"line": line, "direct": direct, "hurry": hurry}
        settings["marks"] = {mark: self.places.symbols[mark] for mark in marks}
        if uf2 is None:
            path = Path(self._files.name) / "flash.bin"
            path.write_bytes(image)
            settings["image"] = str(path)
        else:
            settings["uf2"] = str(uf2)
        self._process = _idle.pop() if _idle else _started()
        self._late = False
        self._timer = threading.Timer(patience.seconds(_MOST_SECONDS), self._end)
        self._timer.daemon = True
        self._timer.start()
        self.port = Port(self, line)
        try:
            self._ask(settings)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._timer.cancel()
        self._files.cleanup()
        if self._process.poll() is None and not self._late:
            _idle.append(self._process)
        else:
            _ended(self._process)

    def run(self, milliseconds):
        """Let so much of the chip's time go by."""
        self._ask({"run": milliseconds})

    def send(self, data):
        """Bytes from the computer; they go once the program has opened the line."""
        self._ask({"send": bytes(data).hex()})

    def receive(self, milliseconds):
        """Run until bytes come, or so much of the chip's time has gone by.

        Returns:
            (the bytes, the chip's time in ms when the first had come).
        """
        said = self._ask({"receive": milliseconds})
        return bytes.fromhex(said["hex"]), said["ms"]

    def odd(self, name):
        """Have the USB host do something of usb_odd.js; what came of it."""
        return self._ask({"odd": name})["result"]

    def report(self):
        """The `Report` up to now."""
        said = self._ask({"report": True})
        faults = said["faults"]
        return Report(
            faults={fault["rule"]: fault["what"] for fault in faults},
            places={fault["rule"]: fault["places"] for fault in faults},
            visits=tuple(map(tuple, said["visits"])),
            clock_hz=said["clk_sys"],
            bootsel=said["bootsel"] is not None,
            **{
                name: said[name]
                for name in ("instructions", "cycles", "milliseconds", "stopped", "usb", "seconds")
            },
        )

    def _end(self):
        self._late = True
        self._process.kill()

    def _ask(self, command):
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, patience.over(_MOST_SECONDS) if self._late else "the witness ended: see above"
        said = json.loads(line)
        if "error" in said:
            raise WitnessError(said["error"])
        return said


class WitnessError(Exception):
    """The witness refuses what it is told, such as a UF2 file that the boot ROM wouldn't take."""


class Port(serial.SerialBase):
    """The computer's end of a chip's cable: reading runs the chip.

    Args:
        chip: a `Chip`.
        line: its cable's name.
    """

    def __init__(self, chip, line):
        self._chip, self._waiting = chip, bytearray()
        super().__init__()
        self._port = f"rp2040js over {line}"
        self.name, self.is_open = self._port, True

    def _reconfigure_port(self):
        """Nothing depends on the port's settings."""

    @property
    def in_waiting(self):
        return len(self._waiting)

    def read(self, size=1):
        if not self._waiting:
            self._waiting += self._chip.receive(_WAIT_MS)[0]
        data = bytes(self._waiting[:size])
        del self._waiting[:size]
        return data

    def write(self, data):
        self._chip.send(data)
        return len(data)

    def close(self):
        self.is_open = False


def image_of(elf):
    """What an ELF file puts into flash, from 0x10000000 on: bytes."""
    import io

    from elftools.elf.elffile import ELFFile

    image = bytearray()
    for segment in ELFFile(io.BytesIO(elf)).iter_segments("PT_LOAD"):
        data, start = segment.data(), segment["p_paddr"] - 0x10000000
        if data and start >= 0:
            image.extend(b"\xff" * (start + len(data) - len(image)))
            image[start : start + len(data)] = data
    return bytes(image)


def with_checksum(image):
    """An image with the checksum of its boot2 as the boot ROM wants it, in bytes 252 to 255."""
    value = 0xFFFFFFFF  # CRC-32/MPEG-2: RP2040 Datasheet, 2.8.1.3.1
    for byte in image[:252].ljust(252, b"\xff"):
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value >> 31 else 0)
            value &= 0xFFFFFFFF
    padded = image[:252].ljust(252, b"\xff")
    return padded + value.to_bytes(4, "little") + image[256:]
