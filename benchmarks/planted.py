"""A copy of the package in which one small bug is planted at a time: what both mutate*.py share."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
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


def passes(copy, arguments, seconds=None):
    """Whether tests pass in the copy, in time: a change that makes them hang is found, too."""
    quick = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    variables = {"PYTHONPATH": str(copy), "TINYML_CACHE": str(copy.parent / "cache")}
    # What they say goes nowhere, for a program that a test left behind would hold a pipe open.
    running = subprocess.Popen(
        [sys.executable, *quick, *map(str, arguments)],
        cwd=copy,
        env=os.environ | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return running.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # what the tests started, too
        running.wait()


def limit(copy, arguments):
    """The seconds after which tests hang, from how long they take without a change."""
    start = time.monotonic()
    if not passes(copy, arguments):
        sys.exit(f"the tests fail without a change, too: {' '.join(map(str, arguments))}")
    return 60 + 4 * (time.monotonic() - start)


def tell(counts, killed, where, old, new):
    """Count a change and print what became of it."""
    counts["killed" if killed else "survived"] += 1
    print(f"{'killed' if killed else 'survived':9} {where}: {old!r} -> {new!r}", flush=True)


def share(counts):
    """What `tell` counted, as text."""
    killed, of_all = counts["killed"], counts.total()
    return f"killed: {killed} of {of_all}, {100 * killed / max(of_all, 1):.0f}%"
