"""The command behind `course.py collect`: a folder of notebooks in, tables out."""

import argparse
import os
import queue
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tinyml_helpers.grading import confinement, handed_in, tables
from tinyml_helpers.grading import lesson as lessons
from tinyml_helpers.grading.grader import Grader
from tinyml_helpers.grading.sandbox import Limits
from tinyml_helpers.grading.tables import Row


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
    confined = _confined()
    if not confined and (refusal := _refusal(options.unconfined)):
        print(refusal, file=sys.stderr)
        return 1
    said = [_how(limits, confined)]
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


def _confined():
    with tempfile.TemporaryDirectory() as own:
        return confinement.words(own, []) is not None


def _refusal(wanted):
    """Why nothing is graded where notebooks can't be confined; empty where somebody wants it."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return (
            "This system doesn't let notebooks be confined, and as root they could end every "
            "program and delete every file: grade as a user who owns nothing, with --unconfined."
        )
    if wanted:
        return ""
    return (
        "This system doesn't let notebooks be confined: one could end your programs, and read and "
        "delete your files. Grade on Linux where `unshare` works, or with --unconfined, as a user "
        "who owns nothing."
    )


def _how(limits, confined):
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
    parser.add_argument("--unconfined", action="store_true", help="also where that is dangerous")
    usual = Limits()
    parser.add_argument("--seconds", type=float, default=usual.seconds)
    parser.add_argument("--cell-seconds", type=float, default=usual.cell_seconds)
    parser.add_argument("--memory", type=int, default=usual.memory_mb)
    parser.add_argument("--disk", type=int, default=usual.disk_mb)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
