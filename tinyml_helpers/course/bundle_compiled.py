"""C that is compiled for boards already, in a box: made with it, and put into a student's cache.

What the cache keeps for boards has a name made of sources and flags: zig and its version are the
lock's, and the processor is the board's, so that it serves in any folder and on any system. What is
compiled for the computer itself isn't handed on. The standard library is all this takes.
"""

import hashlib
import re
import shutil
from pathlib import Path

from tinyml_helpers.course import bundle_use, environment, waiting
from tinyml_helpers.files import write_whole

#: The folder in the workbook's, or beside it, and the list in it of files with their SHA-256.
NAME, LIST = "compiled", "compiled.sha256"

#: What the cache keeps for boards: objects, and zig's run-time library. A file that promises that
#: others are there comes after them: zig's notes on what it made, then ours that it was made.
_FOR_BOARDS = ("*.o", "zig/b/*/*", "zig/o/*/*.a", "zig/h/[0-9a-f]*", "runtime-*.elf")

_LINE = re.compile(r"([0-9a-f]{64})  ((?!/|.*\.\.)[\w./-]+)")
_WHERE = "from tinyml_helpers import toolchain; print(toolchain.cache_folder())"


def make(root, work):
    """Compile what lessons put on boards, where the workbook is installed.

    A box is as good without, only slower at first: why there is none is printed.

    Args:
        root: the workbook's folder.
        work: a folder; it gets a folder NAME, afresh.

    Returns:
        The files to hand on, a dict of paths by their names in the cache, in the order in which
        they are to be put there.
    """
    folder = work / NAME
    shutil.rmtree(folder, ignore_errors=True)
    if not environment.is_ready(root):
        print(
            "The box gets no compiled programs, since the workbook isn't installed here: students' "
            "computers compile them when they are needed.",
            flush=True,
        )
        return {}
    with waiting.shown(lambda: "compiling the boards' programs"):
        done = _python(root, "-m", "tinyml_helpers.applications.programs", folder)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        print(f"The box gets no compiled programs: {last}", flush=True)
        return {}
    files = [file for pattern in _FOR_BOARDS for file in sorted(folder.glob(pattern))]
    return {file.relative_to(folder).as_posix(): file for file in files}


def listed(files):
    """The text of LIST for what `make` returns."""
    sums = {name: bundle_use.sha256_of(file) for name, file in files.items()}
    return "".join(bundle_use.line_of(sha256, name) for name, sha256 in sums.items())


def bring(root):
    """Put what came along into the cache of who installs, where it isn't there.

    Nothing is the worse for what can't be: it is compiled when it is needed, and why is printed.

    Args:
        root: the workbook's folder, with its `.venv`.
    """
    folders = (root / NAME, root.parent / NAME)
    folder = next((folder for folder in folders if (folder / LIST).is_file()), None)
    if folder is None:
        return
    try:
        reason = _copy(folder, root)
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        print(
            f"What is compiled in {folder} isn't all used ({reason}): it is compiled again when it "
            "is needed.",
            flush=True,
        )


def _copy(folder, root):
    """Copy files to the cache, each whole; returns why not all of them, or None."""
    asked = _python(root, "-c", _WHERE)
    if asked.returncode:
        return "there is no cache"
    cache = Path(asked.stdout.removesuffix("\n"))
    lines = (folder / LIST).read_text(encoding="utf-8", errors="replace").splitlines()
    for line in lines:
        found = _LINE.fullmatch(line)
        if not found:
            return f"{LIST} isn't as it was made"
        sha256, name = found.groups()
        if (cache / name).exists():
            continue
        data = (folder / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:  # what follows may rest on it
            return f"{name} isn't as it was made"
        write_whole(cache / name, data)
    return None


def _python(root, *words):
    """Run the Python of `.venv`; the finished process."""
    return environment.finished([environment.python_of(root), *words], root)
