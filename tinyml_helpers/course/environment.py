"""The workbook's own Python environment, `.venv`: where it is, and whether it can be trusted.

A stamp inside it, written last, says which lock was installed, where, and for which Python; an
environment without the right stamp is never trusted. The standard library is all this takes.
"""

import hashlib
import os
import platform
import re
import subprocess
from pathlib import Path

#: The workbook's folder.
ROOT = Path(__file__).resolve().parents[2]

#: The student's folder, which has their copies of the lessons: the workbook's, unless TINYML_DESK
#: names another, as on a hub. It has `notebooks` and `course.py`, too, or links to them.
DESK = Path(os.environ.get("TINYML_DESK") or ROOT)

#: What whatever runs in `.venv` is told.
SETTINGS = {
    "PYTHONNOUSERSITE": "1",
    "PYTHONUTF8": "1",
    "JUPYTER_PREFER_ENV_PATH": "1",  # the lab's own kernel, not a "python3" of the user's
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}

#: Python's own variables that bend nothing. Any other may: PYTHONPATH, PYTHONSAFEPATH,
#: PYTHONOPTIMIZE, which takes the asserts out of lessons, PYTHONWARNINGS, ...
_HARMLESS = ("PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONPYCACHEPREFIX", "PYTHONUNBUFFERED")


def python_in(folder):
    """The path of an environment's Python, whether it exists or not."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def python_of(root=ROOT):
    """The path of the Python of `.venv`, whether it exists or not."""
    return python_in(root / ".venv")


def finished(command, root):
    """Run a program in the workbook's folder to its end.

    Args:
        command: its words.
        root: the workbook's folder.

    Returns:
        The `subprocess.CompletedProcess`, with what it said as str.
    """
    return subprocess.run(
        command,
        cwd=root,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )


def child_environment():
    """The variables for a program that runs in `.venv`: nothing of another Python leaks in."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name in _HARMLESS or not name.startswith(("PYTHON", "__PYVENV_LAUNCHER__"))
    }
    return variables | SETTINGS


def is_ready(root=ROOT):
    """Whether `.venv` holds exactly what the lock asks for, here, and its Python still starts."""
    return stamp_found(root / ".venv") == stamp_wanted(root, root / ".venv")


def stamp_wanted(root, folder):
    """What an environment's stamp must say: the lock's SHA-256, the workbook's place, its Python.

    Args:
        root: the workbook's folder.
        folder: the environment.

    Returns:
        Three lines.
    """
    lock = hashlib.sha256((root / "requirements.txt").read_bytes()).hexdigest()
    return [f"lock {lock}", f"place {root}", f"python {version_of(python_in(folder))}"]


def version_of(python):
    """A Python's version as it says itself, such as "3 11"; "none" where it doesn't start."""
    try:
        asked = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except OSError:  # no environment yet, or the Python it was made from is gone
        return "none"
    return "none" if asked.returncode else asked.stdout.strip()


def full_version(root=ROOT):
    """The version of the Python of `.venv`, such as "3.11.7"; of this one where there is none."""
    try:
        written = (root / ".venv" / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, ValueError):
        written = ""
    found = re.search(r"^version = (\d+\.\d+\.\d+)", written, re.MULTILINE)
    return found[1] if found else platform.python_version()


def runs(folder):
    """Whether an environment of the workbook's has the Python, still, that it was made for."""
    return stamp_found(folder)[2:] == [f"python {version_of(python_in(folder))}"]


def stamp_found(folder):
    """What an environment's stamp says, or an empty list where there is none."""
    try:
        return (folder / "course.stamp").read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return []
