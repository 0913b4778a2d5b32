"""Where downloads lie on this computer: a folder for each data set, whole or not there at all."""

import contextlib
import errno
import os
import shutil
import sys
import time
from pathlib import Path

from tinyml_helpers.datasets.download import DownloadError, download
from tinyml_helpers.datasets.unpack import unpack

if os.name == "nt":
    import msvcrt
else:
    import fcntl

#: What the names of files end in that hold others; a file of any other kind is kept as it is.
_PACKED = {".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz"}

#: The file that says a folder is whole: written last, it holds the archive's SHA-256.
_MARKER = ".complete"


def data_folder():
    """The folder for downloads, a Path: `TINYML_DATA` if it is set, or this system's cache.

    Raises:
        DownloadError: there is no home folder to keep anything in.
    """
    chosen = os.environ.get("TINYML_DATA")
    try:
        if not chosen:
            import pooch

            chosen = pooch.os_cache("tinyml-workbook")
        return Path(chosen).expanduser().absolute()
    except RuntimeError as error:  # a user that the system knows no home of
        raise DownloadError(
            "downloads are kept in the home folder, and this user has none: set TINYML_DATA to a "
            "folder that can be written"
        ) from error


def is_complete(folder, archive):
    """Whether a folder holds all of an Archive, unpacked; a bool."""
    try:
        return (folder / _MARKER).read_text(encoding="utf-8").strip() == archive.sha256
    except (OSError, UnicodeDecodeError):
        return False


def fetch_archive(name, archive, progress=True):
    """Download, check and unpack an archive, unless that is done already.

    Programs that ask for the same one at the same time take turns. The downloaded file goes once
    it is unpacked.

    Args:
        name: the data set's name; its folder in `data_folder()` is called so.
        archive: an Archive.
        progress: whether to draw a progress bar on stderr.

    Returns:
        The folder, a Path.

    Raises:
        OfflineError: it isn't here yet and its server can't be reached.
        DownloadError: anything else that went wrong, in the network or on the disk.
        ArchiveError: the archive can't be unpacked safely.
    """
    folder = data_folder() / name
    if is_complete(folder, archive):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _taking_turns(folder):
            if not is_complete(folder, archive):
                _check_place(folder, archive)
                file = download(name, archive, folder.parent, progress)
                _unpack_whole(file, folder, archive)
                file.unlink()
    except OSError as error:
        raise DownloadError(_about_disk(error, folder)) from error
    return folder


def _check_place(folder, archive):
    """Refuse to start where the archive can't end up: something in the way, or no room."""
    if folder.exists() and not (folder / _MARKER).exists():
        raise DownloadError(
            f"{folder} is in the way and isn't a finished download: move it away or delete it, "
            "then run this again"
        )
    arrived = sum(file.stat().st_size for file in folder.parent.glob(f"{archive.file_name}*"))
    size = archive.size_bytes or archive.unpacked_bytes
    needed = size + archive.unpacked_bytes - arrived
    free = shutil.disk_usage(folder.parent).free
    if free < needed:
        raise DownloadError(
            f"{folder.name} needs {needed / 1e6:,.0f} MB more and {folder.parent} has only "
            f"{free / 1e6:,.0f} MB left: free some, or set TINYML_DATA to a folder with more room"
        )


def _unpack_whole(file, folder, archive):
    """Unpack beside `folder`, and put it in its place only when all of it is there."""
    for left_by_a_killed_program in folder.parent.glob(f".{folder.name}.unpacking-*"):
        shutil.rmtree(left_by_a_killed_program, ignore_errors=True)
    unfinished = folder.with_name(f".{folder.name}.unpacking-{os.getpid()}")
    try:
        if file.suffix in _PACKED:
            unpack(file, unfinished, archive.unpacked_bytes)
        else:
            unfinished.mkdir()
            shutil.copyfile(file, unfinished / file.name)
        (unfinished / _MARKER).write_text(archive.sha256 + "\n", encoding="utf-8", newline="\n")
        if folder.exists():  # an older version of the same data set
            shutil.rmtree(folder)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


@contextlib.contextmanager
def _taking_turns(folder):
    """Let one program at a time into the block; the system opens it when that program ends."""
    waits = False
    with folder.with_name(f".{folder.name}.lock").open("a+b") as file:
        while not _lock(file):
            if not waits:
                print(f"another program is fetching {folder.name}: waiting", file=sys.stderr)
                waits = True
            time.sleep(0.2)
        yield


def _lock(file):
    """Try to lock an open file until it is closed; False if another program has it locked."""
    try:
        if os.name == "nt":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network drives have no locks; there the hash alone guards against a mixed-up file.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def _about_disk(error, folder):
    """One sentence about an OSError met while writing."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"the disk is full, so {folder.name} isn't all there yet: free some space where "
            f"{folder.parent} lies, then run this again, and it goes on from there"
        )
    return (
        f"{folder.name} can't be kept in {folder.parent} ({error.strerror or error}): set "
        "TINYML_DATA to a folder that this computer lets you write to"
    )
