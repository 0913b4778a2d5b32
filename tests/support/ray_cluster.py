"""A Ray cluster of two computers, both of them this one.

Import it before Ray, which reads these settings when it is loaded.
"""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import patience
import psutil
from places import ROOT

#: Bytes of memory in which a computer keeps what jobs return.
_STORE = 100_000_000

# Ray gives up what takes longer than its own limits, which a busy computer reaches.
os.environ |= {
    f"RAY_{name}": str(round(patience.seconds(seconds)))
    for name, seconds in {
        "raylet_start_wait_time_s": 300,
        "gcs_server_port_wait_time_s": 300,
        "gcs_server_request_timeout_seconds": 300,
        "worker_register_timeout_seconds": 300,
        "agent_register_timeout_ms": 300_000,
        "health_check_timeout_ms": 60_000,
        "DASHBOARD_STARTUP_TIMEOUT_S": 300,
    }.items()
}

# Ray listens to the whole network: only who knows a word that nobody else does may say something.
os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(16)}

#: How often a computer's part is started until it runs.
_TRIES = 4

#: What a search needs nothing of.
_WITHOUT = ("--disable-usage-stats", "--include-log-monitor=false")


class NotStartedError(RuntimeError):
    """Ray itself doesn't start here, time and again: on a computer too slow, for its raylet waits
    15 s for its helpers to load, and no setting says more; or without what it needs of a system.
    """


@contextlib.contextmanager
def two_computers():
    """Yield (address, a function that switches the second computer off).

    Raises:
        NotStartedError: Ray doesn't start.
    """
    folder = tempfile.mkdtemp(prefix="ray-")  # a short name: sockets' may have a hundred letters
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        port, client_port = one.getsockname()[1], other.getsockname()[1]
    address = f"127.0.0.1:{port}"
    head = ["--head", f"--port={port}", f"--ray-client-server-port={client_port}"]
    head += ["--include-dashboard=false", "--no-monitor", f"--temp-dir={folder}"]
    # Half of each process's start is this module of jsonschema's, which does without, too.
    (Path(folder) / "rfc3987_syntax.py").write_text("raise ImportError", encoding="utf-8")
    started = []
    try:
        for words in (head, [f"--address={address}"]):
            started.append(_computer(words, Path(folder) / f"said-{len(started)}.txt"))
        yield address, lambda: _switch_off(started.pop())
    finally:
        for process in reversed(started):
            _switch_off(process)
        shutil.rmtree(folder, ignore_errors=True)


def _computer(words, log):
    """One computer's part, with one processor: a Popen that has said it is ready."""
    program = Path(sys.executable).with_name("ray")
    command = [program, "start", "--block", "--num-cpus=1", f"--object-store-memory={_STORE}"]
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "support", log.parent)))
    for _ in range(_TRIES):
        with log.open("w") as said:
            process = subprocess.Popen(
                [*command, *_WITHOUT, *words], stdout=said, stderr=said,
                env=os.environ | {"PYTHONPATH": paths},
            )  # fmt: skip
        with contextlib.ExitStack() as failed:
            failed.callback(_switch_off, process)
            while _lives(process):
                if "Ray runtime started" in log.read_text(encoding="utf-8"):
                    failed.pop_all()
                    return process
                time.sleep(0.1)
    said = " ".join(log.read_text(encoding="utf-8", errors="replace").split())
    raise NotStartedError(f"Ray didn't start, {_TRIES} times; it said last: {said[-300:]}")


def _lives(process):
    """Whether a computer's part runs, and its raylet, whose end it wouldn't notice."""
    for part in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if part.name() == "raylet" and part.status() == psutil.STATUS_ZOMBIE:
                return False
    return process.poll() is None


def _switch_off(process):
    """As a computer that loses its power: all its processes are gone, and say nothing before."""
    with contextlib.suppress(psutil.NoSuchProcess):
        ray = psutil.Process(process.pid)
        for each in (ray, *ray.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
    process.wait()
