"""How far pip is: from what it says, and from the files it has made so far.

pip says which package it collects, not how much of it is there, and nothing while it unpacks.
"""

import contextlib
import re
import sysconfig
import time
from pathlib import Path

from tinyml_helpers.course.waiting import time_left

_PINNED = re.compile(r"^\S+==", re.MULTILINE)
_COLLECTED = re.compile(
    r"(?:Collecting|Processing|Requirement already satisfied:) .*"
    r"\(from -r requirements\.txt \(line (\d+)\)"
)
_UNPACKING = "Installing collected packages: "


class Progress:
    """The progress of one `pip install -r requirements.txt`, in words.

    Args:
        root: the workbook's folder.
        folder: the environment that pip installs into.
        temporary: pip's own folder for temporary files.
        megabytes: how many there are to fetch, about; None where that isn't known.
    """

    def __init__(self, root, folder, temporary, megabytes):
        self._folder, self._temporary, self._megabytes = folder, temporary, megabytes
        lock = (root / "requirements.txt").read_text(encoding="utf-8")
        self._packages = len(_PINNED.findall(lock))
        self._lines = set()  # of the lock, whose packages pip has come to
        self._names = []  # of the packages, in the order in which pip unpacks them
        self._before = set()  # what was installed when the unpacking began
        self._waits = False
        self._since = time.monotonic()
        self._last = (0, self._since)  # how many packages were unpacked, and since when

    def hear(self, line):
        """Take in a line that pip has printed."""
        self._waits = "Retrying" in line
        if line.startswith("Ignoring "):  # a package for another system
            self._packages -= 1
        elif found := _COLLECTED.match(line):
            self._lines.add(found[1])
        elif line.startswith(_UNPACKING):
            self._before = self._installed()
            self._since = time.monotonic()
            self._names = line.removeprefix(_UNPACKING).strip().split(", ")

    def say(self):
        """How far it is, a str."""
        if self._waits:
            return "no answer yet, trying again"
        return self._say_unpacking() if self._names else self._say_fetching()

    def _say_fetching(self):
        packages = max(0, len(self._lines) - 1)  # pip names one when it begins to fetch it
        fetched = sum(self._sizes().values()) / 1e6
        said = f"fetching: {packages} of {self._packages} packages, {fetched:.0f}"
        if self._megabytes is None:
            return f"{said} MB"
        left = time_left(fetched / self._megabytes, time.monotonic() - self._since)
        return f"{said} of about {self._megabytes} MB{left}"

    def _say_unpacking(self):
        names = self._names
        done = len(self._installed() - self._before)
        said = f"unpacking: {done} of {len(names)} packages"
        if done >= len(names):
            return said
        sizes = self._sizes()
        weights = [sizes.get(_normal(name), 0) for name in names]
        part = sum(weights[:done]) / max(1, sum(weights))
        if done != self._last[0]:
            self._last = (done, time.monotonic())
        # How much of a package is unpacked isn't known, only how long ago it began.
        known = self._last[1] - self._since
        left = time_left(part, known, time.monotonic() - self._last[1])
        return f"{said}{left}, now {names[done]}"

    def _installed(self):
        """What pip writes when it has finished a package: a set of (path, time of change)."""
        place = {"base": str(self._folder), "platbase": str(self._folder)}
        packages = Path(sysconfig.get_path("purelib", "venv", place))
        files = _stats(packages.glob("*.dist-info/INSTALLER"))
        return {(file, stat.st_mtime_ns) for file, stat in files}

    def _sizes(self):
        """The bytes that are there of each package's wheel, a dict by the package's name."""
        files = _stats(self._temporary.glob("pip-unpack-*/*.whl"))
        return {_normal(file.name.partition("-")[0]): stat.st_size for file, stat in files}


def _stats(files):
    """(file, its stat) of each that is still there."""
    for file in files:
        with contextlib.suppress(OSError):
            yield file, file.stat()


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()
