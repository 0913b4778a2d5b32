"""A project for a Raspberry Pi, run on this computer: its run.py with modules that are made up, its
program under qemu-aarch64, or built for this computer where that is missing.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import linux_program
import numpy as np
import patience
import pytest

from tinyml_helpers import export, firmware

BOARD = "pi4"

_QEMU = '#!/bin/sh\nexec qemu-aarch64 "${0%/*}/program.arm" "$@"\n'

#: TensorFlow has the same interpreter under another name.
LITERT = {
    "ai_edge_litert/__init__.py": "",
    "ai_edge_litert/interpreter.py": "from tensorflow.lite.python.interpreter import Interpreter\n",
}

#: A microphone whose sound is sound.npy, and Ctrl-C at its end; it notes how it was opened.
MICROPHONE = {
    "sounddevice.py": """
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


class PortAudioError(Exception):
    pass


class InputStream:
    def __init__(self, **settings):
        (HERE / "opened.json").write_text(json.dumps(settings))
        if settings["device"] == "none":
            raise PortAudioError("Invalid sample rate")
        self._left = np.load(HERE / "sound.npy")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self, frames):
        if len(self._left) < frames:
            raise KeyboardInterrupt
        read, self._left = self._left[:frames], self._left[frames:]
        return read[:, np.newaxis], False
"""
}

#: A camera that shows frames.npy, uint8 [n, height, width], and in each row bytes of no meaning
#: behind its pixels; then Ctrl-C after the last; it notes what is done to it.
CAMERA = {
    "picamera2.py": """
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


class Picamera2:
    def __init__(self):
        self._frames = list(np.load(HERE / "frames.npy"))
        if not self._frames:
            raise IndexError("list index out of range")
        self._done = []

    def create_video_configuration(self, main):
        return {"main": main}

    def configure(self, configuration):
        self._done.append(configuration)

    def start(self):
        self._done.append("start")

    def capture_array(self, name):
        if not self._frames:
            raise KeyboardInterrupt
        frame = self._frames.pop(0)
        height, width = frame.shape
        array = np.full((height * 3 // 2, width + 64), 255, np.uint8)
        array[:height, :width] = frame
        return array

    def stop(self):
        self._done.append("stop")

    def close(self):
        (HERE / "done.json").write_text(json.dumps([*self._done, "close"]))
"""
}


def exported(program, folder, live=False):
    """A project whose program runs here; its folder."""
    export.project(BOARD, program, folder, live=live)
    return made_to_run(program, folder)


def made_to_run(program, folder):
    """Have a project's program run on this computer; the folder."""
    file = folder / "program"
    if platform.machine() == "aarch64":
        return folder
    if shutil.which("qemu-aarch64"):
        file.rename(folder / "program.arm")
        file.write_text(_QEMU)
    else:
        linux_program.or_skip("x86_64")
        file.write_bytes(firmware.build_linux(program, BOARD, "x86_64").elf)
    file.chmod(0o755)
    return folder


def python(folder, *arguments, modules=None, **arrays):
    """Run Python in a project's folder, as somebody does on a Pi.

    Args:
        folder: the project's.
        arguments: of Python.
        modules: made-up ones, dict of a file's name to its text.
        arrays: what they find beside them as .npy files.

    Returns:
        A subprocess.CompletedProcess, its output text.
    """
    if not sys.platform.startswith("linux"):
        pytest.skip("this isn't Linux")
    beside = fakes(folder)
    for name, text in (modules or {}).items():
        path = beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, array in arrays.items():
        np.save(beside / f"{name}.npy", array)
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(beside)},
        capture_output=True,
        text=True,
        timeout=patience.seconds(300),
    )


def fakes(folder):
    """The folder of a project's made-up modules, beside it."""
    beside = Path(folder).with_name(f"{Path(folder).name}-modules")
    beside.mkdir(exist_ok=True)
    return beside


def events(done):
    """What run.py printed, a list of dicts, after checking that it ended well."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def trouble(done):
    """The sentence that run.py ended with."""
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    return done.stderr.splitlines()[-1]  # TensorFlow, in LiteRT's place, says more before


def set_settings(folder, settings):
    """Put the bytes of settings into a project's application.json, as its README says."""
    path = folder / "application.json"
    messages = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(messages | {"settings": settings.pack().hex()}), encoding="utf-8")


def records(told, dtype):
    """Events that run.py printed with all their values, as records of their dtype."""
    made = np.zeros(len(told), dtype)
    for record, event in zip(made, told, strict=True):
        for name, value in event.items():
            record[name] = value
    return made
