"""What was compiled, kept: the same sources are compiled once."""

import contextlib
import os
import platform
import re
import shutil
import tempfile
import time
from pathlib import Path

from tinyml_helpers.toolchain.errors import CompileError

#: Seconds after which a scratch folder is nobody's, whatever else its name says.
_GIVEN_UP_AFTER = 24 * 3600


def cache_folder():
    """The folder for what was compiled, a Path: `TINYML_CACHE` if set, or this system's cache.

    Raises:
        CompileError: there is no home folder to keep anything in, or zig can't read its name.
    """
    chosen = os.environ.get("TINYML_CACHE")
    try:
        if not chosen:
            import pooch

            chosen = pooch.os_cache("tinyml-workbook") / "compiled"
        folder = Path(chosen).expanduser()
    except RuntimeError as error:  # a user that the system knows no home of
        raise CompileError(
            "what is compiled is kept in the home folder, and this user has none: set TINYML_CACHE "
            "to a folder that can be written"
        ) from error
    if re.search(r"[%\n]", str(folder)):
        raise CompileError(
            f"the compiler can't read the name of the folder {str(folder)!r}: set TINYML_CACHE to "
            "one without % and without line breaks"
        )
    return folder.absolute()


@contextlib.contextmanager
def made_once(path):
    """Give (path, folder to make a file of that suffix in), or (path, None) if it is there.

    Two programs may make the same file at once: each makes its own, whole, and then moves it.
    """
    with _about_the_cache():
        there = path.exists()
    if there:
        yield path, None
        return
    with scratch_folder() as scratch:
        yield path, scratch
        (made,) = scratch.glob(f"*{path.suffix}")
        try:
            made.replace(path)
        except PermissionError:  # Windows, where another program has made and loaded it
            if not path.exists():
                raise


@contextlib.contextmanager
def scratch_folder():
    """A folder for one run of the compiler, on the cache's disk; gone afterwards.

    Raises:
        CompileError: the cache can't be written.
    """
    folder = cache_folder()
    with _about_the_cache():
        folder.mkdir(parents=True, exist_ok=True)
        _clear_what_was_given_up(folder)
        with tempfile.TemporaryDirectory(
            prefix=f"{_prefix()}{os.getpid()}-", dir=folder, ignore_cleanup_errors=True
        ) as scratch:
            yield Path(scratch)


@contextlib.contextmanager
def _about_the_cache():
    """Make a CompileError of an error of the file system, and say what to set."""
    try:
        yield
    except OSError as error:
        raise CompileError(
            f"what is compiled can't be kept in {cache_folder()} ({error.strerror or error}): set "
            "TINYML_CACHE to a folder that can be written"
        ) from error


def _prefix():
    """How the names of this computer's scratch folders begin; others may share the cache."""
    return f".making-{re.sub(r'[^A-Za-z0-9]', '', platform.node())[:40]}-"


def _clear_what_was_given_up(folder):
    """Remove the scratch folders of programs that were killed."""
    for left in folder.glob(".making-*"):
        process = re.fullmatch(re.escape(_prefix()) + r"(\d+)-\w+", left.name)
        try:
            given_up = time.time() - left.stat().st_mtime > _GIVEN_UP_AFTER
        except OSError:  # gone already
            continue
        if given_up or (process and _has_ended(int(process[1]))):
            shutil.rmtree(left, ignore_errors=True)


def _has_ended(process):
    """Whether a process of this computer is no more; where that can't be asked, no."""
    if os.name != "posix":  # on Windows the question would end it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # another user's
        pass
    return False
