"""The workbook's own Python environment, `.venv`: where it is, and whether it can be trusted.

A stamp inside it, written last, says which lock was installed, where, and for which Python; an
environment without the right stamp is never trusted. The standard library is all this takes.
"""

import hashlib
import os
import subprocess
from pathlib import Path

#: The workbook's folder.
ROOT = Path(__file__).resolve().parents[2]


def python_of(root=ROOT):
    """The path of the environment's Python, whether it exists or not."""
    folder = root / ".venv"
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def child_environment():
    """The variables for a program that runs in `.venv`: nothing of another Python leaks in."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__")
    }
    variables.update(
        PYTHONNOUSERSITE="1",
        PYTHONUTF8="1",
        JUPYTER_PREFER_ENV_PATH="1",  # the lab's own kernel, not a "python3" of the user's
        TF_ENABLE_ONEDNN_OPTS="0",
        TF_CPP_MIN_LOG_LEVEL="3",
    )
    return variables


def is_ready(root=ROOT):
    """Whether `.venv` holds exactly what the lock asks for, here, and its Python still starts."""
    return stamp_found(root) == stamp_wanted(root)


def stamp_wanted(root):
    """What the stamp must say: the lock's SHA-256, the environment's place, its Python."""
    lock = hashlib.sha256((root / "requirements.txt").read_bytes()).hexdigest()
    try:
        asked = subprocess.run(
            [python_of(root), "-c", "import sys; print(*sys.version_info[:2])"],
            env=child_environment(),
            capture_output=True,
            text=True,
        )
        version = asked.stdout.strip()
    except OSError:  # no environment yet, or the Python it was made from is gone
        version = "none"
    return [f"lock {lock}", f"place {root}", f"python {version}"]


def stamp_found(root):
    """What the stamp says, or an empty list where there is none."""
    try:
        return (root / ".venv" / "course.stamp").read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return []
