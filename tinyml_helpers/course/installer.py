"""Makes `.venv`, the workbook's own Python environment, from the hashed lock.

`course.py` calls this before anything is installed, so it uses the standard library only.
"""

import contextlib
import errno
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tinyml_helpers.course import environment
from tinyml_helpers.course.environment import ROOT
from tinyml_helpers.files import write_whole

#: Measured on Linux with Python 3.11: the sum of the wheels fetched, and the finished folder.
DOWNLOAD_MB = 950
DISK_GB = 3.3

#: pip also needs room for what it fetched until it has unpacked it.
NEEDED_GB = DISK_GB + DOWNLOAD_MB / 1000

#: Where TensorFlow 2.21 has packages, as (sys.platform, platform.machine()).
PLATFORMS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64"))

#: The lab asks for no news and no updates: a lesson must not wait for a network.
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}

_NO_NETWORK = re.compile(
    r"connection broken by|NewConnectionError|ConnectionError|ConnectionResetError|ProxyError"
    r"|Max retries exceeded|name resolution|timed out|ReadTimeout|IncompleteRead|ProtocolError"
    r"|CERTIFICATE_VERIFY_FAILED|from versions: none"
)
_DISK_FULL = re.compile(
    r"No space left on device|not enough space on the disk|Disk quota exceeded|Errno (28|122)\b"
)


class Stop(Exception):  # noqa: N818 - what the reader is told, in one sentence
    """The command can't go on; the message says why and what to do."""


def ensure(root=ROOT):
    """Make `.venv` unless it is ready.

    Args:
        root: the workbook's folder.

    Raises:
        Stop: with one sentence for the reader; nothing half-made is left to be trusted.
    """
    if environment.is_ready(root):
        return
    refuse_platform()
    try:
        with _only_one_at_a_time(root) as lock:
            if not environment.is_ready(root):  # another course.py may have made it a moment ago
                _install(root, lock)
    except OSError as error:
        raise Stop(_explain(error, root)) from error


def refuse_platform():
    """Raise Stop where TensorFlow has no packages or Python can't make environments."""
    here = (sys.platform, platform.machine())
    musl = "musl" in str(getattr(sys.implementation, "_multiarch", ""))
    if here == ("darwin", "x86_64"):
        raise Stop(
            "TensorFlow has no packages for Intel Macs: use a Mac with Apple silicon (and a Python "
            "made for it), Linux or Windows."
        )
    if here not in PLATFORMS or musl or sys.maxsize < 2**32:
        kind = "musl" if musl else "32-bit" if sys.maxsize < 2**32 else "-".join(here)
        raise Stop(
            f"TensorFlow has no packages for this system ({kind}): use 64-bit Linux with glibc "
            "(x86-64 or arm64), macOS on Apple silicon, or 64-bit Windows on x86-64."
        )
    if importlib.util.find_spec("ensurepip") is None:
        version = "{}.{}".format(*sys.version_info)
        raise Stop(
            "This Python can't make environments because its ensurepip is missing: on Debian or "
            f"Ubuntu run `sudo apt install python{version}-venv`, then start again."
        )


def refuse_full_disk(root=ROOT):
    """Raise Stop when the disk the workbook is on has too little room."""
    free = shutil.disk_usage(root).free / 1e9
    if free < NEEDED_GB:
        raise Stop(
            f"The disk is too full: installing needs {NEEDED_GB:.1f} GB and {root} has "
            f"{free:.1f} GB left; make room, then start again."
        )


def _install(root, lock):
    """Make or update the environment; whatever goes wrong, no half-made one stays."""
    folder, stamp = root / ".venv", root / ".venv" / "course.stamp"
    # A finished environment whose lock changed is updated in place; any other is made afresh.
    afresh = environment.stamp_found(root)[1:] != environment.stamp_wanted(root)[1:]
    if afresh and folder == Path(sys.prefix).resolve():
        raise Stop(
            "The active environment is the one to be made afresh: leave it with `deactivate`, "
            "then start again."
        )
    if afresh:
        refuse_full_disk(root)
        print(
            f"Setting up {folder}, once: up to {DOWNLOAD_MB} MB to download, {DISK_GB} GB on "
            "disk, 2 to 10 minutes. Later starts need no network.",
            flush=True,
        )
    else:
        print("The list of packages has changed: updating .venv.", flush=True)
    try:
        if afresh:
            venv.create(folder, clear=True, with_pip=True, symlinks=os.name != "nt")
        _pip(root, lock, "--require-hashes", "--only-binary=:all:", "-r", "requirements.txt")
        _pip(root, lock, "--no-deps", "--no-build-isolation", "-e", ".")
        _try_out(root)
        write_whole(
            folder / "share" / "jupyter" / "lab" / "settings" / "overrides.json",
            json.dumps(LAB_SETTINGS, indent=2),
        )
        write_whole(stamp, "\n".join(environment.stamp_wanted(root)))
    except BaseException:
        if not stamp.exists():
            shutil.rmtree(folder, ignore_errors=True)
        raise
    print("Set up.", flush=True)


def _pip(root, lock, *arguments):
    """Run pip install, show a line where it takes a while, keep the rest in a log."""
    log = root / ".cache" / "setup.log"
    command = [environment.python_of(root), "-m", "pip", "install", "--no-input"]
    command += ["--progress-bar=off", "--disable-pip-version-check", *arguments]
    with (
        log.open("w", encoding="utf-8", errors="replace") as kept,
        subprocess.Popen(
            command,
            cwd=root,
            env=environment.child_environment(),
            stdin=lock,  # a pip that outlives this program goes on holding the lock
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        try:
            for line in process.stdout:
                kept.write(line)
                _show(line)
                if line.startswith("Installing collected packages"):
                    # From here on the environment is neither the old one nor the new one.
                    (root / ".venv" / "course.stamp").unlink(missing_ok=True)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise Stop(_explain_pip(log.read_text(encoding="utf-8"), root, log))


def _show(line):
    """Say what pip is doing where it takes a while: packages from 10 MB on, and the unpacking."""
    fetched = re.match(r"\s+(?:Downloading|Using cached) (\w+)-\S+ \((\d{2,})\.\d MB\)", line)
    if fetched:
        print("  {} ({} MB)".format(*fetched.groups()), flush=True)
    elif line.startswith("Installing collected packages") and "," in line:
        print(f"  unpacking {line.count(',') + 1} packages", flush=True)
    elif "Retrying" in line:
        print("  no answer yet, trying again", flush=True)


def _explain_pip(said, root, log):
    """One sentence for a pip that failed, from what it said."""
    if _DISK_FULL.search(said):
        return _explain(OSError(errno.ENOSPC, "full"), root)
    if "DO NOT MATCH THE HASHES" in said:
        return (
            "A fetched package isn't the one the lock names, so it wasn't installed: try again, "
            f"on another network if need be; the details are in {log}."
        )
    if _NO_NETWORK.search(said):
        return (
            "The packages can't be fetched: check the network (or the proxy), then start again; "
            f"what is already fetched is kept, and the details are in {log}."
        )
    errors = re.findall(r"^ERROR: (.*)", said, re.MULTILINE) or said.split("\n")[-1:]
    return f"pip stopped with: {errors[-1].rstrip('.')}; the details are in {log}."


def _explain(error, root):
    """One sentence for an operating-system error while setting up."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return (
            f"The disk is full: installing needs {NEEDED_GB:.1f} GB in {root} and in the folder "
            "for temporary files; make room, then start again."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{error.filename or root} can't be written: close programs that use it, or move the "
            "workbook to a folder you may write to, then start again."
        )
    return f"Setting up stopped with: {error}."


def _try_out(root):
    """Import what the lessons lean on: a broken package shows now, and the first start is quick."""
    print("  trying it out", flush=True)
    command = [environment.python_of(root), "-c", "import tensorflow, matplotlib.pyplot"]
    tried = subprocess.run(
        command,
        cwd=root,
        env=environment.child_environment(),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if tried.returncode:
        last = (tried.stderr.strip().splitlines() or [f"exit code {tried.returncode}"])[-1]
        hint = (
            " On Windows it needs Microsoft's Visual C++ Redistributable (x64)."
            if os.name == "nt"
            else ""
        )
        raise Stop(f"TensorFlow is installed but doesn't start: {last}.{hint}")


@contextlib.contextmanager
def _only_one_at_a_time(root):
    """Hold a lock, and yield its file; the system frees it when the programs holding it end."""
    path = root / ".cache" / "setup.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("a+b") as file:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Stop(
                "Another course.py is setting up this folder: wait for it, then start again."
            ) from error
        yield file
