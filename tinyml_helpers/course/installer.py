"""Sets up `.venv`, the workbook's own Python environment, from the hashed lock.

`course.py` calls this before anything is installed, so it uses the standard library only. An
environment that runs is never taken away: where only its place changed it is mended, without a
network, and where anything must be fetched, the next one is made beside it.
"""

import contextlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tinyml_helpers.course import (
    bundle_compiled,
    bundle_use,
    environment,
    folders,
    uv_runner,
    waiting,
)
from tinyml_helpers.course.environment import ROOT
from tinyml_helpers.course.explaining import DISK_GB, DOWNLOAD_MB, NEEDED_GB, Stop, explain
from tinyml_helpers.course.pip_runner import pip_install, pip_install_locked
from tinyml_helpers.files import write_whole

#: Where TensorFlow 2.21 has packages, as (sys.platform, platform.machine()).
PLATFORMS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64"))


def ensure(root=ROOT):
    """Make `.venv` ready, unless it is.

    Args:
        root: the workbook's folder.

    Raises:
        Stop: with one sentence for the reader; what was in `.venv` is still there, and nothing
            half-made is.
    """
    if environment.is_ready(root):
        if folders.is_anything_left(root):  # and nobody is at it
            with contextlib.suppress(Stop, OSError), only_one_at_a_time(root):
                folders.recover(root)
        return
    try:
        with only_one_at_a_time(root) as lock:
            _set_up(root, lock)
    except OSError as error:
        raise Stop(explain(error, root)) from error


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
    refuse_bare_python()


def refuse_bare_python():
    """Raise Stop where Python can't make environments."""
    if importlib.util.find_spec("ensurepip") is None:
        version = "{}.{}".format(*sys.version_info)
        raise Stop(
            "This Python can't make environments because its ensurepip is missing: on Debian or "
            f"Ubuntu run `sudo apt install python{version}-venv`, then start again."
        )


def refuse_full_disk(root=ROOT):
    """Raise Stop when the disk `.venv` is to be on has too little room."""
    place = folders.place_of(root).parent
    free = shutil.disk_usage(place).free / 1e9
    if free < NEEDED_GB:
        raise Stop(
            f"The disk is too full: installing needs {NEEDED_GB:.1f} GB and {place} has "
            f"{free:.1f} GB left; make room, then start again."
        )


def _set_up(root, lock):
    """Mend, update or make the environment; with what is there already if that is enough."""
    folders.recover(root)
    folder = folders.place_of(root)
    if folders.is_ours(folder):
        _mend(root, folder, lock)
    # Another course.py may have made it a moment ago, or it only had to be mended.
    if environment.is_ready(root):
        return
    runs = environment.stamp_found(folder)[1:] == environment.stamp_wanted(root, folder)[1:]
    if not runs:
        _make(root, lock)
        return
    try:
        _update(root, folder, lock)
    except (Stop, OSError) as reason:
        said = explain(reason, root) if isinstance(reason, OSError) else reason
        print(
            f"course.py: {said} Until then it goes on with the packages of before.",
            file=sys.stderr,
            flush=True,
        )


def _mend(root, folder, lock):
    """Have an environment run again that was moved, or whose Python was; nothing is fetched."""
    found, wanted = environment.stamp_found(folder), environment.stamp_wanted(root, folder)
    if len(found) != 3 or found[1:] == wanted[1:]:
        return
    python = environment.python_in(folder)
    if found[2] != wanted[2]:
        python = _python_like(found[2].removeprefix("python "))
        if python is None:
            return
    print("The folder or its Python has moved: mending .venv, without a network.", flush=True)
    try:
        if found[2] != wanted[2]:
            folders.forget_python(folder)
        _quietly([python, "-m", "venv", "--without-pip", folder], root)
        # The package itself, whose place stands among the packages.
        offline = ("--no-index", "--no-deps", "--no-build-isolation")
        pip_install(root, folder, lock, *offline, "-e", ".")
        folders.point_scripts(folder, folder)
        write_whole(folder / "course.stamp", "\n".join([found[0], wanted[1], found[2]]))
    except Stop as reason:
        print(f"course.py: .venv can't be mended. {reason}", file=sys.stderr, flush=True)


def _python_like(version):
    """A Python of a version such as "3 11" that isn't of the environment; None if there is none."""
    named = shutil.which("python{}.{}".format(*version.split())) if " " in version else None
    for python in (sys.executable, named):
        if python and environment.version_of(python) == version:
            return python
    return None


def _make(root, lock):
    """Make an environment, and put it in the place of what may be there."""
    refuse_platform()
    folder = folders.place_of(root)
    if folder == Path(sys.prefix).resolve():
        raise Stop(
            "The active environment is the one to be made afresh: leave it with `deactivate`, "
            "then start again."
        )
    refuse_full_disk(root)
    wheels = bundle_use.find(root)
    fetched = f"from {wheels}" if wheels else f"up to {DOWNLOAD_MB} MB to download"
    print(
        f"Setting up {folder}, once: {fetched}, {DISK_GB} GB on "
        "disk, 2 to 10 minutes. Later starts need no network.",
        flush=True,
    )

    def begin(new):
        with waiting.shown(lambda: "making an empty environment"):
            venv.create(new, with_pip=True, symlinks=os.name != "nt", prompt=".venv")

    _fill(root, lock, begin, megabytes=None if wheels else DOWNLOAD_MB)
    print("Set up.", flush=True)


def _update(root, folder, lock):
    """Bring a copy of the environment to what the lock says now, and put it in its place."""
    print("The list of packages has changed: updating .venv.", flush=True)

    def begin(new):
        folders.copy(folder, new)
        for stamp in new.glob("*.stamp"):  # of parts, too: their versions follow the lock's
            stamp.unlink()

    # Without a network, one that runs shouldn't have to wait for long.
    _fill(root, lock, begin, "--retries=1")
    print("Updated.", flush=True)


def _fill(root, lock, begin, *words, megabytes=None):
    """Put an environment with what the lock says into `.venv`'s place; the stamp comes last.

    Args:
        root: the workbook's folder.
        lock: the file that is held while it is set up.
        begin: called with the path of the environment to begin, beside the one that is there.
        words: more of pip's.
        megabytes: how many there are to fetch, about; None where that isn't known.
    """
    uv = uv_runner.find()
    with folders.beside(root) as new:
        begin(new)
        bundle_use.check(root, new)
        if uv and not uv_runner.uv_install(uv, root, new, lock):
            print("course.py: uv didn't manage, see above: pip takes over.", file=sys.stderr)
            uv = None
            shutil.rmtree(new)  # half of a package may be there
            begin(new)
        if not uv:
            pip_install_locked(root, new, lock, "requirements.txt", *words, megabytes=megabytes)
        pip_install(root, new, lock, "--no-deps", "--no-build-isolation", "-e", ".")
        _try_out(root, new)
        folders.point_scripts(new, folders.place_of(root))
        write_whole(new / "course.stamp", "\n".join(environment.stamp_wanted(root, new)))
    folders.swap(root)
    bundle_compiled.bring(root)


def _quietly(command, root):
    """Run a program; raise Stop with its last line if it fails."""
    done = environment.finished(command, root)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise Stop(f"Python stopped with: {last.rstrip('.')}.")


def _try_out(root, folder):
    """Import what all lean on: what is broken shows now, and the first start is quick."""
    used = "tensorflow, keras, matplotlib.pyplot, ipykernel.kernelapp, jupyterlab.labapp"
    variables = environment.child_environment()
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody else writes it
    with waiting.shown(lambda: "trying it out"):
        tried = subprocess.run(
            [environment.python_in(folder), "-c", f"import {used}"],
            cwd=root,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    if tried.returncode:
        last = (tried.stderr.strip().splitlines() or [f"exit code {tried.returncode}"])[-1]
        hint = (
            " On Windows TensorFlow needs Microsoft's Visual C++ Redistributable (x64)."
            if os.name == "nt"
            else ""
        )
        raise Stop(f"What was installed doesn't start: {last}.{hint}")


@contextlib.contextmanager
def only_one_at_a_time(root):
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
