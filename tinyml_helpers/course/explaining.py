"""What the reader is told where setting up can't go on: a sentence, and what to do."""

import errno
import re

#: Measured on Linux with Python 3.11: the sum of the wheels fetched, and the finished folder.
DOWNLOAD_MB = 985
DISK_GB = 3.3

#: pip also needs room for what it fetched until it has unpacked it.
NEEDED_GB = DISK_GB + DOWNLOAD_MB / 1000

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


def explain_pip(said, root, log):
    """One sentence for a pip that failed, from what it said."""
    if _DISK_FULL.search(said):
        return explain(OSError(errno.ENOSPC, "full"), root)
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


def explain(error, root):
    """One sentence for an operating-system error while setting up."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return (
            f"The disk is full: installing needs {NEEDED_GB:.1f} GB in {root}; make room, then "
            "start again."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{error.filename or root} can't be written: close programs that use it, or move the "
            "workbook to a folder you may write to, then start again."
        )
    return f"Setting up stopped with: {error}."
