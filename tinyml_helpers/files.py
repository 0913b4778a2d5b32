"""Files that are there whole or not at all, and the folder for a student's own.

Any room may use this, `course` too, which runs before anything is installed: it takes the standard
library only.
"""

import datetime
import os
import secrets
import shutil
import time
from pathlib import Path

#: Seconds after which a file that is still unfinished belongs to a program that was killed.
_GIVEN_UP_AFTER = 3600


def my_work(*names):
    """A path in `my_work`, the folder for what a student makes.

    Args:
        names: of folders in it, and of a file.

    Returns:
        A Path; nothing is made. `my_work` is that of the workbook one works in, wherever in it: the
        nearest folder above that has `notebooks`. Outside of any it is in the folder itself.
    """
    here = Path.cwd()
    above = (folder for folder in (here, *here.parents) if (folder / "notebooks").is_dir())
    return next(above, here).joinpath("my_work", *names)


def unused_name(path):
    """A name beside a file or folder, with today's date, that nothing has."""
    day = f"{path.stem}-{datetime.date.today()}"
    numbered = (f"{day}-{number}" for number in range(2, 1000))
    names = (path.with_name(name + path.suffix) for name in (day, *numbered))
    return next(name for name in names if not os.path.lexists(name))


def put_folder(made, folder):
    """Put a finished folder in another one's place, if there is one.

    Args:
        made: its Path, on the same disk; its name is gone afterwards.
        folder: the Path it is to have; what was there is gone afterwards.

    Raises:
        OSError: it can't be; what was there before is as it was.
    """
    old = made.with_suffix(".old")
    if folder.exists():
        folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_whole(path, content):
    """Write a file so that there is never half of it under its name, whoever else writes it too.

    Args:
        path: the file; its folder is made if need be. What a link leads to is written.
        content: str, written as UTF-8 with \\n at the end of lines, or bytes.

    Raises:
        OSError: it can't be written; a file that was there before is as it was.
    """
    path = Path(path).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear_what_was_given_up(path.parent)
    # Of its own for every call: threads, and containers that share a disk, have one process id.
    unfinished = path.with_name(f".{secrets.token_hex(8)}.unfinished")
    data = content.encode() if isinstance(content, str) else content
    try:
        with unfinished.open("xb") as file:
            file.write(data)
        if path.exists():
            shutil.copymode(path, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _clear_what_was_given_up(folder):
    """Remove what programs that were killed left unfinished in a folder."""
    for left in folder.glob(".*.unfinished"):
        try:
            if time.time() - left.stat().st_mtime > _GIVEN_UP_AFTER:
                left.unlink()
        except OSError:  # someone else's, or gone already
            continue
