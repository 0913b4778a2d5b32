"""A process of the grader's that outlives what happens to it: a judge, kept an eye on."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

import psutil

from tinyml_helpers.grading.sandbox import ROOT

#: Seconds beyond a notebook's own that its checks may take: some compile, one trains first.
_FOR_CHECKS = 300

#: Megabytes beyond a notebook's own that its checks may take: some have TensorFlow.
_MB_FOR_CHECKS = 4000

#: Seconds from one look at that to the next.
_LOOK = 0.5

_NO_END = "Its checks didn't come to an end"
_TOO_MUCH = "Its checks took too much memory"
_GONE = "The grader's own process ended while it judged this"


class Grader:
    """A process that judges notebooks of one lesson, started anew when it is gone.

    Args:
        lesson: a `Lesson`.
        limits: what a notebook may take.
        hidden: files and folders that no student's code may see.
        folder: for what the lesson itself writes.
    """

    def __init__(self, lesson, limits, hidden, folder):
        self._limits, self._process = limits, None
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        (self._folder / "notebooks").mkdir()
        settings = {
            "lesson": str(lesson.path),
            "limits": asdict(limits),
            "hidden": [str(one) for one in hidden],
        }
        self._words = ["-m", "tinyml_helpers.grading.judge", json.dumps(settings)]

    def judged(self, path):
        """What `judge` says of a notebook: a dict with "results", "unreadable" or "failed"."""
        if self._process is None:
            self._start()
        with contextlib.suppress(OSError):  # gone: the next line says so
            self._process.stdin.write(json.dumps(str(path)) + "\n")
            self._process.stdin.flush()
        until, line, why = time.monotonic() + self._limits.seconds + _FOR_CHECKS, None, None
        while not (line or why):
            try:
                line = self._lines.get(timeout=_LOOK)
                why = _GONE
            except queue.Empty:
                why = _NO_END if time.monotonic() > until else self._takes_too_much()
        if line:
            return json.loads(line)
        self.stop()
        return {"failed": why}

    def _takes_too_much(self):
        """A sentence where the process and all it started take too much memory, else None."""
        taken = 0
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                taken += process.memory_info().rss
        most = self._limits.memory_mb + _MB_FOR_CHECKS
        return _TOO_MUCH if taken > most * 1e6 else None

    def _processes(self):
        with contextlib.suppress(psutil.Error, AttributeError):  # AttributeError: none is there
            one = psutil.Process(self._process.pid)
            return [*one.children(recursive=True), one]
        return []

    def stop(self):
        """End the process and all it started."""
        if self._process is None:
            return
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self._process.wait()
        self._process = None

    def _start(self):
        own = str(self._folder)
        places = {"TMPDIR": own, "TEMP": own, "TMP": own, "MPLBACKEND": "agg"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", *self._words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=self._folder,
            env={**os.environ, **places, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        )
        self._lines = queue.Queue()
        reads = (self._process.stdout, self._lines)
        threading.Thread(target=_read, args=reads, daemon=True).start()


def _read(pipe, lines):
    for line in pipe:
        lines.put(line)
    lines.put(None)
