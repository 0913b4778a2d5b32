"""The program for Linux, running: for a Raspberry Pi under qemu-aarch64, for a computer as it is.

with linux_program.served(program, "aarch64", folder) as url:
    with link.open(url, program) as board:
        ...
"""

import contextlib
import platform
import shutil
import socket
import subprocess
import sys

import patience
import pytest

from tinyml_helpers import firmware

BOARD = "pi4"
PROCESSORS = ("aarch64", "x86_64")

_QEMU = shutil.which("qemu-aarch64")
_TRIES = 5  # another program may take a port that was free a moment ago


def or_skip(processor):
    """Skip the test that calls this where no program for the processor can run."""
    if not sys.platform.startswith("linux"):
        pytest.skip("this isn't Linux")
    if processor != platform.machine() and not (processor == "aarch64" and _QEMU):
        pytest.skip(f"nothing here runs programs for {processor}: install qemu-user")


def written(elf, folder):
    """A program's bytes as a file that may be run; its path."""
    path = folder / "program"
    path.write_bytes(elf)
    path.chmod(0o755)
    return path


def command(path, processor):
    """What runs a file, as a list of words."""
    or_skip(processor)
    emulator = [] if processor == platform.machine() else [_QEMU]
    return [*emulator, str(path)]


def built(program, processor, folder):
    """What runs a program that is built for it."""
    or_skip(processor)
    return command(written(firmware.build_linux(program, BOARD, processor).elf, folder), processor)


def free_port():
    """A port that nobody has, at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def serving(words):
    """A running program that waits for a computer: yields its port and the process."""
    for _ in range(_TRIES):
        port = free_port()
        process = subprocess.Popen([*words, "--tcp", str(port)], stderr=subprocess.PIPE)
        said = process.stderr.readline().decode()
        if "taken" not in said:
            break
        process.wait()
        process.stderr.close()
    try:
        assert said == f"waits on localhost, port {port}\n"
        yield port, process
    finally:
        process.kill()
        process.wait(patience.seconds(10))
        process.stderr.close()


@contextlib.contextmanager
def served(program, processor, folder):
    """A running program, built for it: yields the URL that a link opens."""
    with serving(built(program, processor, folder)) as (port, _):
        yield f"socket://localhost:{port}"
