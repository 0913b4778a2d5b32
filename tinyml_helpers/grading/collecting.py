"""The command behind `course.py collect`: a folder of notebooks in, tables out."""

import argparse
import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import psutil

from tinyml_helpers.grading import confinement, handed_in, tables
from tinyml_helpers.grading import lesson as lessons
from tinyml_helpers.grading.sandbox import ROOT, Limits
from tinyml_helpers.grading.tables import Row

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


def collected(folder, known, wanted=(), limits=None, jobs=2, say=print):
    """Judge all that was handed in.

    Args:
        folder: where the notebooks are, a Path.
        known: all lessons, a list of `Lesson`.
        wanted: the lessons that everybody should have handed in; none for all that anybody has.
        limits: what a notebook may take.
        jobs: how many notebooks at once.
        say: called with a line for each notebook.

    Returns:
        A list of `Row`, by student, lesson and exercise.
    """
    limits = limits or Limits()
    notebooks, students = handed_in.found(folder, known)
    topics = {one.lesson.topic for one in notebooks if one.lesson}
    wanted = list(wanted) or [one for one in known if one.topic in topics]
    rows = []
    with tempfile.TemporaryDirectory(prefix="tinyml-graders-") as place:
        for lesson in wanted:
            own = [one for one in notebooks if one.lesson is lesson]
            rows += _judge_all(own, lesson, limits, jobs, [folder], place, say)
    topics = {one.topic for one in wanted}
    others = [one for one in notebooks if one.lesson is None or one.lesson.topic not in topics]
    done = {(row.student, row.lesson) for row in rows}
    for lesson in wanted:
        for student in students:
            if (student, lesson.path.stem) not in done:
                rows += _missing(student, lesson, [one for one in others if one.student == student])
    if not wanted:
        rows += [
            Row(one.student, "", "", "", "unreadable", f"{one.path.name} is no copy of a lesson.")
            for one in others
        ]
    return sorted(rows, key=lambda row: (row.student, row.lesson, _in_order(row.exercise)))


def _judge_all(notebooks, lesson, limits, jobs, hidden, place, say):
    """The rows of one lesson."""
    free, graders = queue.Queue(), []
    for _ in range(min(jobs, len(notebooks))):
        graders.append(Grader(lesson, limits, hidden, place))
        free.put(graders[-1])

    def judge(one):
        grader, started = free.get(), time.monotonic()
        try:
            came = grader.judged(one.path)
        finally:
            free.put(grader)
        rows = _rows(one, lesson, came)
        counts = {name: sum(row.result == name for row in rows) for name in tables.SIGNS}
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        say(f"{one.student}, {lesson.path.stem}: {said} ({time.monotonic() - started:.0f} s)")
        return rows

    with ThreadPoolExecutor(jobs) as threads:
        try:
            return [row for rows in threads.map(judge, notebooks) for row in rows]
        finally:  # also where somebody presses Ctrl-C
            threads.shutdown(wait=False, cancel_futures=True)
            for grader in graders:
                grader.stop()


def _rows(one, lesson, came):
    """A notebook's rows, from what its judge said."""
    where = one.student, lesson.path.stem
    for key, word in (("unreadable", "unreadable"), ("failed", "look at it")):
        if key in came:
            said = f"{came[key]}. {one.said}".strip()
            return [Row(*where, each.number, each.name, word, said) for each in lesson.exercises]
    return [
        Row(*where, **{**result, "reason": f"{result['reason']} {one.said}".strip()})
        for result in came["results"]
    ]


def _missing(student, lesson, others):
    """The rows of a lesson that a student hasn't handed in."""
    said = "Nothing was handed in for this lesson."
    if others:
        files = ", ".join(one.path.name for one in others)
        said = f"{said} Of another lesson, or of none: {files}."
    where = student, lesson.path.stem
    return [Row(*where, one.number, one.name, "missing", said) for one in lesson.exercises]


def _in_order(exercise):
    return [int(part) for part in exercise.split(".") if part]


def _read(pipe, lines):
    for line in pipe:
        lines.put(line)
    lines.put(None)


def main(arguments=None):
    """Grade a folder; returns the exit code."""
    sys.stdout.reconfigure(errors="replace")  # a name may not fit the console's letters
    options = _options(arguments)
    folder, to = Path(options.folder), Path(options.to or Path(options.folder, "graded"))
    if not folder.is_dir():
        print(f"There is no folder {folder}: name the one with the notebooks.", file=sys.stderr)
        return 1
    known = [lessons.read(Path(path)) for path in options.known]
    wanted = [one for one in known if str(one.path) in options.lesson]
    limits = Limits(options.seconds, options.cell_seconds, options.memory, options.disk)
    said = [_how(limits)]
    print(said[0])
    started = time.monotonic()
    try:
        rows = collected(folder, known, wanted, limits, options.jobs)
    except KeyboardInterrupt:
        print("\nStopped; no table is written.", file=sys.stderr)
        return 130
    if not rows:
        print(f"There is no notebook in {folder}: name the folder that has them.", file=sys.stderr)
        return 1
    said.append(f"It took {time.monotonic() - started:.0f} s, {options.jobs} at once.")
    try:
        tables.write(to, rows, said)
    except OSError as error:
        said = f"{to} can't be written ({error.strerror}): choose another with --to."
        print(said, file=sys.stderr)
        return 1
    print(f"{said[-1]} The tables: {to / 'results.html'}, results.csv and grades.csv beside it.")
    return 0


def _how(limits):
    with tempfile.TemporaryDirectory() as own:
        confined = confinement.words(own, []) is not None
    cut = "no network, its own folder" if confined else "NOT cut off from the network and the disk"
    return (
        f"Each notebook ran in a process of its own, {cut}; {limits.seconds:.0f} s, "
        f"{limits.memory_mb:,} MB of memory and {limits.disk_mb:,} MB of disk at most."
    )


def _options(arguments):
    parser = argparse.ArgumentParser(prog="tinyml_helpers.grading.collecting")
    parser.add_argument("folder")
    parser.add_argument("--to")
    parser.add_argument("--known", nargs="+", required=True, help="all lessons' notebooks")
    parser.add_argument("--lesson", nargs="*", default=[], help="those that are wanted")
    parser.add_argument("--jobs", type=int, default=2)
    usual = Limits()
    parser.add_argument("--seconds", type=float, default=usual.seconds)
    parser.add_argument("--cell-seconds", type=float, default=usual.cell_seconds)
    parser.add_argument("--memory", type=int, default=usual.memory_mb)
    parser.add_argument("--disk", type=int, default=usual.disk_mb)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
