"""A process for what students wrote: its own folder, limits on time, memory and disk, no network.

On Linux, where it is allowed, `confinement` takes away the network and all of the disk but the own
folder. Elsewhere Python's own sockets are refused (`answering`), which a determined program gets
round, and the disk is the user's: there, run this as a user who owns nothing, or in a container.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tinyml_helpers.grading import confinement
from tinyml_helpers.toolchain import cache_folder

#: The package's folder's folder, which a program in the sandbox imports from.
ROOT = Path(__file__).resolve().parents[2]

#: Seconds from one look at memory and processes to the next, and to the next at the disk.
_LOOK, _LOOK_AT_DISK = 0.1, 0.5

#: Variables that a program needs to start on some systems.
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT")


class Ended(Exception):  # noqa: N818 - a finding about the process
    """The process was ended, or ended itself; the message is a sentence that says why."""


@dataclass(frozen=True)
class Limits:
    """What a notebook may take.

    Attributes:
        seconds: for all of it.
        cell_seconds: for a student's cell.
        memory_mb: of memory, all its processes together.
        disk_mb: in its own folder.
        processes: at once.
    """

    seconds: float = 600
    cell_seconds: float = 60
    memory_mb: int = 4000
    disk_mb: int = 1000
    processes: int = 50


class Sandbox:
    """A process in a folder of its own; both are gone when the block ends.

    with sandbox.Sandbox(["-m", "module"], limits) as one:
        one.process.stdin.write(...)

    Args:
        python: the words after Python's own name.
        limits: a `Limits`.
        hidden: files and folders that it mustn't see, where that can be had.
    """

    def __init__(self, python, limits, hidden=()):
        self.limits = limits
        self._looked = self._looked_at_disk = 0.0
        self._why = None
        folder = tempfile.mkdtemp(prefix="tinyml-grading-")
        self.folder = Path(folder).resolve()
        (self.folder / "notebooks").mkdir()  # here `my_work` is the folder's own
        self._show_what_is_compiled()
        needs = (self.folder, ROOT, Path(sys.prefix), Path(sys.base_prefix))
        hidden = [one for one in hidden if not any(map(_inside(one), needs))]
        before = confinement.words(self.folder, hidden)
        new_group = {"start_new_session": True} if os.name == "posix" else {}
        self.process = subprocess.Popen(
            [*(before or ()), sys.executable, "-P", *python],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=self._environment(before is not None),
            **new_group,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end("")
        for process in self._left():
            with contextlib.suppress(psutil.Error):
                process.kill()
        with contextlib.suppress(OSError):
            self.process.stdin.close()  # the other one is closed by who reads it
        shutil.rmtree(self.folder, onerror=_let_me)

    def look(self):
        """End the process if it takes too much; raises Ended if it is ended."""
        now = time.monotonic()
        if not self._why and now - self._looked > _LOOK:
            self._looked = now
            self._look_at_memory()
        if not self._why and now - self._looked_at_disk > _LOOK_AT_DISK:
            self._look_at_disk()
            self._looked_at_disk = time.monotonic()
        if self._why:
            raise Ended(self._why)

    def end(self, why):
        """Kill the process and all that it started.

        Args:
            why: what `look` says from then on, unless there is a reason already.
        """
        self._why = self._why or why
        for process in reversed(self._processes()):
            with contextlib.suppress(psutil.Error):
                process.kill()
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, 9)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)

    def has_ended(self):
        """The sentence for a process that is gone by itself."""
        try:
            code = self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.end("it closed its connection to the grader")
        else:
            signal = -code if code < 0 else code - 128 if code > 128 else 0
            how = f"by signal {signal}" if signal else f"with exit code {code}"
            self.end(f"it ended its own process, {how}")
        return self._why

    def _look_at_memory(self):
        processes = self._processes()
        if len(processes) > self.limits.processes:
            self.end(f"it started more than {self.limits.processes} processes")
        taken = 0
        for process in processes:
            with contextlib.suppress(psutil.Error):
                taken += process.memory_info().rss
        if taken > self.limits.memory_mb * 1e6:
            self.end(f"it took more than {self.limits.memory_mb:,} MB of memory")

    def _look_at_disk(self):
        most, taken, waiting = self.limits.disk_mb * 1e6, 0, [self.folder]
        while waiting and taken <= most:
            with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        taken += max(entry.stat(follow_symlinks=False).st_size, 4096)
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
        if taken > most:
            self.end(f"it wrote more than {self.limits.disk_mb:,} MB to the disk")

    def _show_what_is_compiled(self):
        """Give the process a compiler's cache of its own, which leads to the libraries there are.

        It can't be the user's own: what is compiled there runs in the grader, too.
        """
        own = self.folder / "compiled"
        own.mkdir()
        with contextlib.suppress(OSError):  # Windows lets few make links: then it compiles
            for file in cache_folder().iterdir():
                if file.suffix in (".so", ".dylib", ".dll"):
                    (own / file.name).symlink_to(file)

    def _processes(self):
        try:
            process = psutil.Process(self.process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.Error:
            return []

    def _left(self):
        """What it started that is nobody's child now: known by its environment."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get("TINYML_CACHE") == str(self.folder / "compiled"):
                    yield process

    def _environment(self, confined):
        kept = {name: value for name, value in os.environ.items() if name in _KEPT}
        own = str(self.folder)
        return kept | {
            "HOME": own,
            "USERPROFILE": own,
            "TMPDIR": own,
            "TEMP": own,
            "TMP": own,
            "IPYTHONDIR": own,
            "TINYML_CACHE": str(self.folder / "compiled"),
            "MPLCONFIGDIR": own,
            "MPLBACKEND": "agg",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "PYTHONNOUSERSITE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TINYML_CONFINED": "1" if confined else "",
        }


def _inside(folder):
    return lambda path: path.is_relative_to(Path(folder).resolve())


def _let_me(function, path, _):
    """Remove what a program made unreadable."""
    with contextlib.suppress(OSError):
        Path(path).parent.chmod(0o700)
        if not Path(path).is_symlink():
            Path(path).chmod(0o700)
        function(path)
