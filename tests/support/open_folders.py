"""A hub's students have account numbers of their own: what a test needs has to be open to them."""

import shlex
from pathlib import Path


def opened(command, *needed):
    """Words that run a command where others, too, can get to what is needed.

    Folders that are closed to others, as root's home is, get a stand-in that is open and has only
    what is needed: in a mount namespace, which ends with the command.

    Args:
        command: a list of words.
        needed: paths of folders.

    Returns:
        A list of words; the command itself where nothing is closed.
    """
    lines = []
    for path in map(Path, needed):
        closed = [place for place in path.parents if not place.stat().st_mode & 0o001]
        if closed:
            lines.append(_opening(closed[-1], path))
    if not lines:
        return list(command)
    script = "set -e; " + " ".join(lines) + ' exec "$@"'
    return ["unshare", "--mount", "sh", "-c", script, "sh", *map(str, command)]


def _opening(closed, path):
    closed, path = (shlex.quote(str(place)) for place in (closed, path))
    return (
        f"kept=$(mktemp -d); mount --bind {path} $kept; "
        f"mount -t tmpfs -o mode=755 none {closed}; "
        f"mkdir -p {path}; mount --move $kept {path};"
    )
