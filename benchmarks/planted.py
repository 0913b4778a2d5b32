"""A copy of the package in which one small bug is planted at a time: what both mutate*.py share."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextlib.contextmanager
def copied():
    """A folder with a copy of what tests need, as long as the `with` block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        leave = shutil.ignore_patterns(".*", "notebooks", "runs", "data")
        shutil.copytree(ROOT, copy, ignore=leave)
        for name in ("notebooks", "data"):
            (copy / name).symlink_to(ROOT / name)
        yield copy


@contextlib.contextmanager
def changed(copy, path, text):
    """Another text in a file of the copy, its path relative; the right one again afterwards."""
    try:
        (copy / path).write_text(text, "utf-8")
        yield
    finally:
        shutil.copy(ROOT / path, copy / path)


def run(copy, arguments, seconds=600, **settings):
    """Run Python in the copy; a `subprocess.CompletedProcess`."""
    variables = {"PYTHONPATH": str(copy), "TINYML_CACHE": str(copy.parent / "cache")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=os.environ | variables,
        timeout=seconds,
        **settings,
    )


def passes(copy, arguments, seconds=600):
    """Whether tests pass in the copy, in time: a change that makes them hang is found, too."""
    quick = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    # What they say goes nowhere, for a program that a test left behind would hold a pipe open.
    silent = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    try:
        return run(copy, [*quick, *map(str, arguments)], seconds, **silent).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def tell(counts, killed, where, old, new):
    """Count a change and print what became of it."""
    counts["killed" if killed else "survived"] += 1
    print(f"{'killed' if killed else 'survived':9} {where}: {old!r} -> {new!r}", flush=True)


def share(counts):
    """What `tell` counted, as text."""
    killed, of_all = counts["killed"], counts.total()
    return f"killed: {killed} of {of_all}, {100 * killed / max(of_all, 1):.0f}%"
