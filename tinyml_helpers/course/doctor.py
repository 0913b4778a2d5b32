"""Checks this computer for what the lessons need: a line each, with what to do when it's wrong.

Only the standard library until a check needs more: it must run where nothing is installed.
"""

import importlib.metadata
import importlib.util
import platform
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tinyml_helpers.course import environment, installer

#: What the lessons and the downloads need beside the installed packages.
SPARE_GB = 2

_INSTALL = "`python course.py lab` installs what is missing"
_ANEW = "rename the folder .venv, then `python course.py lab` makes another, with a network"
_FOR_THIS_COMPUTER = """
import ctypes, sys
from tinyml_helpers import toolchain
source, number = sys.argv[1:]
defines = [f"ANSWER={number}"]  # new each time, so that it is compiled, not found in the cache
library = toolchain.shared_library([source], "doctor", defines=defines)
print(library)
assert ctypes.CDLL(str(library)).answer() == int(number), "a wrong answer"
"""
_ON_A_NANO = """
from tinyml_helpers.emulator.snippet import run_c
assert run_c("int answer(void) { return 42; }", "answer").value == 42, "a wrong answer"
"""
_PLUGGED_IN = """
from tinyml_helpers.link import PortError, find, serial_ports
for board in find():
    try:
        serial_ports.open_port(board, serial_ports.BAUDRATE, wait=0).close()
        print(board)
    except PortError as error:
        print(f"!{error}")
"""


class Problem(Exception):  # noqa: N818 - a finding, not a failure of this program
    """A check found something wrong; the message says what, and what to do."""


class NotHere(Exception):  # noqa: N818
    """Something isn't there, and nothing needs it; the message says so."""


def python():
    """The Python in use and its system."""
    try:
        installer.refuse_platform()
    except installer.Stop as reason:
        raise Problem(reason) from reason
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def disk():
    """Room for the packages, or beside them once they are there."""
    installed = environment.runs(environment.ROOT / ".venv")
    needed = SPARE_GB if installed else installer.NEEDED_GB
    free = shutil.disk_usage(environment.ROOT).free / 1e9
    if free < needed:
        raise Problem(f"{free:.1f} GB free of the {needed:.1f} GB needed: make room")
    return f"{free:.0f} GB free"


def packages():
    """Whether each package of the lock is installed, in the lock's version."""
    text = (environment.ROOT / "requirements.txt").read_text(encoding="utf-8")
    wrong, right = [], 0
    for name, version, marker in re.findall(r"^([\w.-]+)==(\S+)( ;)?", text, re.MULTILINE):
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = None
        if found == version:
            right += 1
        elif found or not marker:  # one with a marker may not be meant for this system
            wrong.append(f"{name} ({found or 'missing'})")
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise Problem(f"not as in requirements.txt: {', '.join(wrong[:3])}{more}: {_remedy()}")
    return f"{right}, all as in requirements.txt"


def tflite_micro():
    """Whether the real TensorFlow Lite Micro can be loaded."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NotHere("no package for this system: the lessons say what they skip")
    if importlib.util.find_spec("tflite_micro") is None:
        raise Problem(f"tflite-micro is missing: {_remedy()}")
    _run([sys.executable, "-c", "from tflite_micro import runtime"])  # a crash is a finding too
    return "tflite-micro loads"


def c_compiler():
    """Whether C compiles for this computer and runs, the way the lessons compile it."""
    if importlib.util.find_spec("ziglang") is None:
        raise Problem(f"ziglang is missing: {_remedy()}")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "answer.c")
        source.write_text(
            "#include <stdint.h>\nint32_t answer(void);\nint32_t answer(void) { return ANSWER; }\n",
            encoding="utf-8",
        )
        number = str(secrets.randbelow(2**31))
        library = _run([sys.executable, "-c", _FOR_THIS_COMPUTER, source, number])
    Path(library).unlink(missing_ok=True)  # nobody asks for this number again
    return "zig cc compiles for this computer"


def emulated_board():
    """Whether C compiled for a chip runs on the emulated one."""
    for package in ("unicorn", "capstone", "elftools"):
        if importlib.util.find_spec(package) is None:
            raise Problem(f"{package} is missing: {_remedy()}")
    _run([sys.executable, "-c", _ON_A_NANO])  # in a process of its own, as above
    return "C compiled for a Nano runs on the emulated one"


def serial_ports():
    """Which boards are plugged in, and whether they may be talked to."""
    if importlib.util.find_spec("serial") is None:
        raise Problem(f"pyserial is missing: {_remedy()}")
    lines = _run([sys.executable, "-c", _PLUGGED_IN]).splitlines()
    wrong = [line[1:] for line in lines if line.startswith("!")]
    if wrong:
        raise Problem("; ".join(wrong))
    if not lines:
        raise NotHere("no board is plugged in, and no lesson needs one")
    return ", ".join(lines)


CHECKS = {
    "Python": python,
    "disk": disk,
    "packages": packages,
    "TFLM": tflite_micro,
    "C compiler": c_compiler,
    "emulated board": emulated_board,
    "serial ports": serial_ports,
}


def main():
    """Run every check and print a line for each; returns 1 if anything is wrong, else 0."""
    signs = {"right": "✓", "wrong": "✗", "absent": "–"}
    try:
        "".join(signs.values()).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:  # an old console
        signs = {"right": "ok", "wrong": "!!", "absent": "--"}
    wrong = 0
    for name, check in CHECKS.items():
        try:
            state, text = "right", check()
        except NotHere as reason:
            state, text = "absent", reason
        except Problem as reason:
            state, text = "wrong", reason
        except Exception as error:  # a check that breaks is a finding too
            state, text = "wrong", f"the check stopped with {type(error).__name__}: {error}"
        wrong += state == "wrong"
        print(f"{signs[state]} {name}: {text}", flush=True)
    return 1 if wrong else 0


def _remedy():
    """What to do about packages: where the installer trusts `.venv`, it would do nothing."""
    return _ANEW if environment.is_ready() else _INSTALL


def _run(command):
    """Run a program and return what it printed; raise Problem with its last line if it fails."""
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        ours = re.fullmatch(r"tinyml_helpers\.toolchain\.\S*CompileError: (.*)", last)
        if ours and re.search("set TINYML_CACHE|: rename it$", ours[1]):
            raise Problem(ours[1])  # says what to do; the packages are in order
        raise Problem(f"doesn't work ({ours[1] if ours else last}): {_remedy()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
