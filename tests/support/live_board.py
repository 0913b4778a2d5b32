"""Live programs on this computer: a board whose sensor plays samples, on a pseudo-terminal.

    with Board(build(application, folder), samples, folder) as board:
        with link.open(board.name, application) as a_link:
            for hop in a_link.client.listen(10): ...

It is compiled with AddressSanitizer and UBSan: one that overflows or strays ends at once.
"""

import functools
import os
import re
import subprocess
import tempfile
import tty
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fuzz
import patience
import places
import pytest

from tinyml_helpers.export.sources import sources

_FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-DTM_LIVE", "-Dmain=firmware_main", "-O1", "-g"]
_FLAGS += ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
_FLAGS += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

RATES = {"sound": 16_000, "motion": 50, "vibration": 1600}
CHANNELS = {"sound": 1, "motion": 6, "vibration": 1}


@functools.cache
def build(application, arena_bytes=None):
    """The path of an application's live program; the test skips where there is no clang.

    Args:
        application: a `firmware.Application` with a sensor.
        arena_bytes: too few for its model; None for as many as it needs.
    """
    folder = _objects(application)
    made, objects = folder / f"live{arena_bytes or ''}", set(folder.glob("*.o"))
    if arena_bytes is not None:
        text = (folder / "program.c").read_text(encoding="utf-8")
        small = re.sub(r"tm_arena\[\d+\]", f"tm_arena[{arena_bytes}]", text)
        (made.with_suffix(".c")).write_text(small, encoding="utf-8")
        objects = objects - {folder / "program.o"} | {made.with_suffix(".c")}
    _clang(folder, *sorted(objects), "-o", made)
    return made


@functools.cache
def _objects(application):
    """The folder with the objects of a live program."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    folder = Path(tempfile.mkdtemp(dir=_scratch().name))
    for name, text in sources(application, [], live=True).items():
        (folder / name).write_text(text, encoding="utf-8")
    sensor = application.sensor
    about = [f'-DNAME="{sensor}"', f"-DCHANNELS={CHANNELS[sensor]}", f"-DRATE={RATES[sensor]}"]
    files = [*sorted(folder.glob("*.c")), places.C / "live_board.c"]
    halves = [[*about, "-c", *files[place::2]] for place in range(2)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda half: _clang(folder, *half), halves))
    return folder


def _clang(folder, *arguments):
    command = [fuzz.clang(), *_FLAGS, "-I.", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@functools.cache
def _scratch():
    return tempfile.TemporaryDirectory()


class Board:
    """A board with a live program, until it is unplugged.

    Args:
        application: a `firmware.Application` with a sensor.
        samples: int16, what the sensor measures.
        folder: a Path, for the samples and what the board says.
        pace: values that come with each end of a frame, two a message.
        ring: values that the sensor's ring has room for.
        arena_bytes: as `build`.
        burst: (at, count): when so many values came, so many more come at once.

    Attributes:
        name: the port's.
    """

    def __init__(
        self, application, samples, folder, pace, ring=8190, burst=(0, 0), arena_bytes=None
    ):
        file, self._log = folder / "samples.bin", folder / "said.txt"
        file.write_bytes(samples.astype("<i2").tobytes())
        numbers = pace, ring, *burst
        board, self._ours = os.openpty()
        tty.setraw(self._ours)
        self.name = os.ttyname(self._ours)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [build(application, arena_bytes), file, *map(str, numbers)],
                stdin=board,
                stdout=board,
                stderr=log,
            )
        os.close(board)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._ours is None:
            return
        running = self._process.poll() is None
        self.unplug()
        assert running, self._log.read_text(encoding="utf-8")

    def unplug(self):
        """Pull the cable, and with it the board's power."""
        self._process.kill()
        self._process.wait(patience.seconds(60))
        os.close(self._ours)
        self._ours = None

    @property
    def starts(self):
        """Values that had come each time the sensor was started."""
        return self._said(r"start (\d+)\n")

    @property
    def light(self):
        """Values that had been taken each time the light went on or off; it is off at first."""
        return self._said(r"light [01] (\d+)\n")

    def _said(self, what):
        return [int(found) for found in re.findall(what, self._log.read_text(encoding="utf-8"))]
