"""A second emulator, `qemu-system-arm`, to compare the chip of `tinyml_helpers.emulator` with.

    with qemu.Chip(elf_bytes) as chip:
        chip.run_until("main")
        chip.write(chip.symbols["input"], data)
        result, instructions = chip.call("tm_work", chip.symbols["input"], len(data))

The chip is qemu's MPS2 board with a Cortex-M4F (its image AN386): RAM at 0x20000000, as everywhere,
and at 0 memory to load the program into. So a program for the Nano runs as it is. One for the Pico
must be linked for flash at 0 (qemu has no board with memory at 0x10000000); then it runs too, since
an Armv7E-M core executes every Armv6-M instruction, to the same effect.
"""

import functools
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import patience
import pytest

from tinyml_helpers import toolchain
from tinyml_helpers.emulator.faults import Places

_QEMU = shutil.which("qemu-system-arm")
_PLUGIN = Path(__file__).parent / "c" / "qemu_plugin.c"
_HOME = "Reset_Handler"
_LR, _PC = 14, 15
_MOST_SECONDS = 120  # then qemu is ended: a program that faults there would run for ever


def or_skip():
    """Skip the test that calls this where qemu isn't installed, or can't load a plugin."""
    if _QEMU is None:
        pytest.skip("qemu-system-arm isn't installed")
    if not _loads_plugins():
        pytest.skip("this qemu-system-arm can't load the plugin that counts")


@functools.cache
def _loads_plugins():
    command = [_QEMU, "-M", "none", "-plugin", toolchain.shared_library([_PLUGIN], "qemu_plugin")]
    command += ["-display", "none", "-monitor", "stdio", "-serial", "none"]
    return subprocess.run(command, input=b"quit\n", capture_output=True).returncode == 0


def moved(linker_script, flash, folder):
    """A copy, in `folder`, of a linker script with the memory FLASH elsewhere; its path."""
    text, found = re.subn(
        r"(\bFLASH\b.*?ORIGIN\s*=\s*)\w+", rf"\g<1>{flash:#010x}", linker_script.read_text()
    )
    assert found == 1, f"{linker_script.name} has {found} memories called FLASH"
    path = Path(folder) / f"flash-{flash:x}.ld"
    path.write_text(text)
    return path


class Chip:
    """A Cortex-M4F in qemu with a program in its memory, stopped before its first instruction.

    Args:
        elf_bytes: the program, linked for flash at 0 and RAM at 0x20000000.
        marks: symbols at which to log the instruction count, as `Machine.mark` does.

    Attributes:
        symbols: addresses by name.
    """

    def __init__(self, elf_bytes, *, marks=()):
        or_skip()
        self.symbols = Places(elf_bytes).symbols
        self._folder = Path(tempfile.mkdtemp())
        (self._folder / "program.elf").write_bytes(elf_bytes)
        self._log = self._folder / "log"
        plugin = str(toolchain.shared_library([_PLUGIN], "qemu_plugin"))
        # Calls return to the start-up code, of which they execute one instruction.
        self._home = self.symbols[_HOME]
        self._names = {self.symbols[mark]: mark for mark in (*marks, _HOME)}
        self._start = 0  # where in the log the last call begins
        plugin += "".join(f",mark={address:x}" for address in self._names)
        command = [_QEMU, "-M", "mps2-an386", "-display", "none", "-serial", "null"]
        command += ["-monitor", "none", "-kernel", self._folder / "program.elf", "-S"]
        command += ["-gdb", "stdio", "-plugin", plugin, "-d", "plugin", "-D", self._log]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._why = ""
        self._timer = threading.Timer(patience.seconds(_MOST_SECONDS), self._end)
        self._timer.daemon = True
        self._timer.start()
        self._ask("qXfer:features:read:target.xml:0,fff")  # it then knows single registers
        self._ask("?")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._timer.cancel()
        self._process.kill()
        self._process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self):
        self._why = patience.over(_MOST_SECONDS)
        self._process.kill()

    def address(self, symbol):
        """The address of a symbol; an address is its own."""
        return symbol if isinstance(symbol, int) else self.symbols[symbol]

    def read(self, address, size):
        """`size` bytes of memory."""
        data = b""
        while len(data) < size:
            part = min(1024, size - len(data))
            data += bytes.fromhex(self._ask(f"m{address + len(data):x},{part:x}"))
        return data

    def write(self, address, data):
        """Put bytes into memory."""
        for start in range(0, len(data), 1024):
            part = data[start : start + 1024]
            self._expect(f"M{address + start:x},{len(part):x}:{part.hex()}", "OK")

    def register(self, number):
        """The value of a register; 13 is the stack pointer, 15 the program counter."""
        return int.from_bytes(bytes.fromhex(self._ask(f"p{number:x}")), "little")

    def run_until(self, symbol):
        """Run on until the program comes to a symbol or address."""
        address = self.address(symbol)
        self._expect(f"Z0,{address:x},2", "OK")
        self._expect("c", "T05")
        self._expect(f"z0,{address:x},2", "OK")
        stopped_at = self.register(_PC)
        assert stopped_at == address, f"stopped at {stopped_at:#x}, not at {symbol}"

    def call(self, function, *arguments):
        """Call a function with up to four integers. One that uses floats: after the start-up code.

        Returns:
            (Its result, the register r0; how many instructions it executed.)
        """
        self._start = len(self._read_log())
        self._set(_PC, self._home)
        self._expect("s", "T05")  # logs the count before the call
        self._set(_PC, self.address(function))
        self._set(_LR, self._home | 1)
        for number, argument in enumerate(arguments):
            self._set(number, argument & 0xFFFFFFFF)
        self.run_until(self._home)
        result = self.register(0)
        self._expect("s", "T05")  # logs the count after it
        (_, start), *_, (_, end) = self._read_log()[self._start :]
        return result, end - start - 1

    @property
    def visits(self):
        """(mark, instructions executed before it) of each visit since reset or the last call."""
        (_, start), *visits = self._read_log()[self._start :]
        start += 1 if self._start else 0  # before a call one instruction of the start-up code ran
        return [(name, count - start) for name, count in visits if name != _HOME]

    def _read_log(self):
        """(mark, count) of each execution of a mark so far."""
        lines = self._log.read_text().splitlines()
        entries = [[int(number, 16) for number in line.split()] for line in lines]
        return [(self._names[address], count) for address, count in entries]

    def _set(self, number, value):
        self._expect(f"P{number:x}={value.to_bytes(4, 'little').hex()}", "OK")

    def _expect(self, command, start):
        answer = self._ask(command)
        assert answer.startswith(start), f"qemu answers {answer!r} to {command[:40]!r}"

    def _ask(self, command):
        """One exchange of GDB's remote serial protocol: `$data#checksum`, then `+`."""
        checksum = sum(command.encode()) & 255
        self._process.stdin.write(f"${command}#{checksum:02x}".encode())
        self._process.stdin.flush()
        answer = b""
        while not (len(answer) > 3 and answer[-3:-2] == b"#"):
            byte = self._process.stdout.read(1)
            assert byte, f"qemu ended: {self._why}{self._process.stderr.read().decode()}"
            answer += byte
        self._process.stdin.write(b"+")
        self._process.stdin.flush()
        return answer[answer.index(b"$") + 1 : -3].decode()
