"""What was compiled, kept: the same sources are compiled once."""

import contextlib
import os
import tempfile
from pathlib import Path


def cache_folder():
    """The folder for what was compiled, a Path: `TINYML_CACHE` if set, or this system's cache."""
    chosen = os.environ.get("TINYML_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import pooch

    return pooch.os_cache("tinyml-workbook") / "compiled"


@contextlib.contextmanager
def made_once(path):
    """Give (path, folder to make a file of that suffix in), or (path, None) if it is there.

    Two programs may make the same file at once: each makes its own, whole, and then moves it.
    """
    if path.exists():
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
    """A folder for one run of the compiler, on the cache's disk; gone afterwards."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=".making-", dir=folder, ignore_cleanup_errors=True
    ) as scratch:
        yield Path(scratch)
