"""A hub that runs for as long as a test or a benchmark needs it."""

import contextlib
import csv
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from open_folders import opened

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def hub(*words, students=2, seconds=300, prepare=False):
    """Yield (address, folder, passwords) of a new hub, whose folder is gone afterwards.

    Args:
        words: more options of `course.py hub`.
        students: how many.
        seconds: how long it may take to come up.
        prepare: whether what lessons compile is compiled first.
    """
    # A folder of pytest's is closed to others.
    folder = Path(tempfile.mkdtemp(prefix="class-"))
    folder.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--students={students}", f"--folder={folder}/class", f"--port={port}", *words]
    command = [sys.executable, ROOT / "course.py", "hub", "--address=127.0.0.1", *options]
    command = opened(command, Path(sys.executable).resolve().parents[1], ROOT)
    if prepare:
        subprocess.run([*command, "--prepare"], check=True, stdout=sys.stderr, cwd=folder)
    with (folder / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, cwd=folder,
            env=os.environ | {"HOME": str(folder)}, start_new_session=True,
        )  # fmt: skip
        try:
            until = time.monotonic() + seconds
            while "The hub is up" not in (text := (folder / "said.txt").read_text("utf-8")):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"the hub didn't come up: {text}")
                time.sleep(0.5)
            with (folder / "class" / "passwords.csv").open(newline="") as file:
                passwords = {row["name"]: row["password"] for row in csv.DictReader(file)}
            scheme = "https" if "--https" in words else "http"
            yield f"{scheme}://127.0.0.1:{port}", folder / "class", passwords
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            shutil.rmtree(folder, ignore_errors=True)
