"""An exported sketch compiled as Arduino compiles it, or run on a Nano that this computer plays."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import gcc
import patience
import pytest
from places import C

from tinyml_helpers import firmware
from tinyml_helpers.export import nano

ARDUINO = C / "arduino"
BOARDS = ("nano33ble", "nano33ble_rev2")
#: What plays a board on this computer.
PLAYED = [ARDUINO / f"played_{name}.cpp" for name in ("core", "bmi270")]

_FLAGS = [*gcc.TARGETS["cortex-m4 softfp"], *gcc.ARDUINO, *gcc.STRICT]
#: Of Arduino's core; C++ is told to be older than the core's gnu++14.
CPP = ["-x", "c++", "-std=gnu++11", "-fno-rtti", "-nostdinc++", "-I", ARDUINO]
_INO = ["-include", "Arduino.h"]  # Arduino's builder writes that line itself

_INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def library(contents):
    """The files of a sketch's library: dict of a name to its text."""
    start = f"{nano.LIBRARY}/src/"
    return {
        name.removeprefix(start): text
        for name, text in contents.files.items()
        if name.startswith(start)
    }


def write(contents, folder):
    """Write a project's files into a folder; the sketch's folder."""
    for name, text in contents.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / nano.SKETCH


class Objects:
    """Objects of sketches by GCC for the Nano, each made once whatever sketches have it.

    Args:
        folder: where to put them, a Path.
    """

    def __init__(self, folder):
        self._folder, self._made = folder, set()

    def of(self, contents):
        """The objects of all C and C++ of a sketch, its .ino included: a list of Path."""
        texts, files = library(contents), {}
        for name in texts:
            if name.endswith((".c", ".cpp")):
                files[name] = self._folder / f"{name}-{_fingerprint(name, texts)}.o"
        missing = {name: made for name, made in files.items() if made not in self._made}
        folder = self._folder / hashlib.sha256(repr(sorted(texts)).encode()).hexdigest()[:8]
        sketch = write(contents, folder)
        source = sketch / "src" / "tinyml_workbook" / "src"
        with ThreadPoolExecutor(2) as threads:
            jobs = [threads.submit(self._compile, source, *one) for one in missing.items()]
        for job in jobs:
            job.result()
        self._made |= set(missing.values())
        ino = folder / "ino.o"
        gcc.run([*CPP, *_FLAGS, *_INO, "-c", f"{nano.SKETCH}.ino", "-o", ino], sketch)
        return [*files.values(), ino]

    def _compile(self, folder, name, made):
        language = ["-std=gnu11"] if name.endswith(".c") else CPP
        gcc.run([*language, *_FLAGS, "-c", name, "-o", made], folder)


def _fingerprint(name, texts):
    """What the object of a file depends on."""
    names, waiting = set(), [name]
    while waiting:
        if (one := waiting.pop()) not in names and one in texts:
            names.add(one)
            waiting += _INCLUDE.findall(texts[one])
    content = "".join(texts[one] for one in sorted(names))
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def linked(objects, board, folder):
    """A program of objects and a stand-in for the core, without what isn't called; an ELF file.

    GCC complains of what is there twice or not at all, and the test fails.
    """
    elf = folder / "sketch.elf"
    core = folder / "core.o"
    # Or GCC makes a call of strlen of the loop that is strlen.
    flags = [*_FLAGS, "-fno-tree-loop-distribute-patterns"]
    made = ["-c", ARDUINO / "sketch_core.cpp", "-o", core]
    gcc.run([*CPP, *flags, *_revision(board), *made], folder)
    ends = ["-nostdlib", "-Wl,--gc-sections,-e,main", "-lgcc", "-o", elf]
    gcc.run([*flags, *objects, core, "-x", "c", C / "memory.c", *ends], folder)
    return elf


def emulated(objects, folder):
    """A sketch's program with the emulated Nano's own port in the place of Arduino's; an ELF file.

    Returns:
        Its bytes.
    """
    kept = [path for path in objects if not path.name.startswith(("board_arduino", "ino"))]
    files = [firmware.FOLDER / name for name in ("startup.c", "board_nano33ble.c")]
    flags = [*_FLAGS, "-std=gnu11", "-Dmain=firmware_main", "-I", firmware.FOLDER]
    script = firmware.linker_script("nano33ble", folder)
    return gcc.link([*kept, *files], script, flags, folder / "emulated.elf")


def sizes(*files):
    """Bytes of flash and of RAM that objects, or a program, take together."""
    done = subprocess.run(
        ["arm-none-eabi-size", *files], capture_output=True, text=True, check=True
    )
    rows = [list(map(int, line.split()[:3])) for line in done.stdout.splitlines()[1:]]
    text, data, bss = map(sum, zip(*rows, strict=True))
    return text + data, data + bss


def _revision(board):
    return ["-DREVISION_2"] if board == "nano33ble_rev2" else []


#: GCC of this computer; -Wpedantic would not know a flat folder's `#pragma GCC`.
_HERE = ["-O1", "-Wall", "-Wextra", "-Werror", "-funsigned-char"]
_HERE_CPP = [*_HERE, "-std=gnu++11", "-idirafter", ARDUINO]


def _run_here(arguments, folder):
    if shutil.which("g++") is None or sys.platform != "linux":
        pytest.skip("a Nano is played by Linux with g++")
    done = subprocess.run(list(map(str, arguments)), cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr


def for_this_computer(contents, board, folder):
    """Compile a sketch for a Nano that this computer plays; the program's path."""
    sketch = write(contents, folder)
    source = sketch / "src" / "tinyml_workbook" / "src"
    objects = folder / "objects"
    objects.mkdir()
    files = sorted([*source.glob("*.c"), *source.glob("*.cpp")])
    files += [*PLAYED, ARDUINO / "played_main.cpp"]
    jobs = []
    with ThreadPoolExecutor(2) as threads:
        for path in files:
            made = ["-c", path, "-o", objects / f"{path.name}.o"]
            cpp = ["g++", *_HERE_CPP, *_revision(board)]
            command = ["gcc", "-std=gnu11", *_HERE] if path.suffix == ".c" else cpp
            jobs.append(threads.submit(_run_here, [*command, *made], source))
    for job in jobs:
        job.result()
    ino = ["-x", "c++", f"{nano.SKETCH}.ino", "-x", "none"]
    program = folder / "played"
    command = ["g++", *_HERE_CPP, *_INO, *ino, *sorted(objects.glob("*.o")), "-o", program]
    _run_here(command, sketch)
    return program


class Played:
    """A Nano that this computer plays, at the end of a pseudo-terminal.

    Args:
        program: what `for_this_computer` made.
        opens_at: ms of the board's time after which a computer has the port open.
        most: bytes of a write that its port takes at most.
        sensor: bytes of what its sensor gives.
        haste: ms of the board's time that go by while it waits for one, at least.
        chip_id: what its BMI270 says it is.
        silence: (from, to) in ms from its start on, when that doesn't answer.

    Attributes:
        name: the port's.
        log: after the `with` block, the lines it wrote of itself: list of str.
    """

    def __init__(
        self, program, opens_at=0, most=1 << 20, sensor=None, haste=1, chip_id=0x24, silence=(0, 0)
    ):
        self._environment = {
            **os.environ,
            "PLAYED_CHIP_ID": str(chip_id),
            "PLAYED_SILENCE": "{} {}".format(*silence),
        }
        self.words = [str(program), str(opens_at), str(most), str(haste)]
        self._log = program.with_suffix(".log")
        if sensor is not None:
            path = program.with_suffix(".sensor")
            path.write_bytes(sensor)
            self.words.append(str(path))

    def __enter__(self):
        import tty  # Windows has none

        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.name = os.ttyname(self._theirs)
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                self.words,
                stdin=self._ours,
                stdout=self._ours,
                stderr=log,
                env=self._environment,
            )
        return self

    def __exit__(self, *_):
        for end in (self._ours, self._theirs):
            os.close(end)
        self._process.kill()
        self._process.wait(patience.seconds(60))
        self.log = self._log.read_text("utf-8").splitlines()

    def lights(self):
        """(0 or 1, at which ms of the board's time) of each change of its light so far."""
        lines = self._log.read_text("utf-8").splitlines()
        rows = [line.split() for line in lines if line.startswith("light")]
        return [(int(row[1]), int(row[3])) for row in rows if len(row) == 4]

    def flushes(self):
        """Samples that had come each time its BMI270's FIFO was emptied, so far."""
        lines = self._log.read_text("utf-8").splitlines()
        return [int(line.split()[2]) for line in lines if re.fullmatch(r"flush at \d+", line)]


def sensor_library(contents, board, folder):
    """Compile the sensor of a live sketch for a Nano that this computer plays; the library's path.

    It has the functions of sensor.h, of played_core.h, and `delay`.
    """
    source = write(contents, folder) / "src" / "tinyml_workbook" / "src"
    made = folder / "sensor.so"
    files = [*source.glob("sensor_*.cpp"), *PLAYED]
    command = ["g++", *_HERE_CPP, *_revision(board), "-shared", "-fPIC", *files, "-o", made]
    _run_here(command, source)
    return made
