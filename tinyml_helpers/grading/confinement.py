"""What Linux lets a plain user take away from a process of their own: the network, and the disk.

    python -m tinyml_helpers.grading.confinement OWN HIDDEN... -- PROGRAM...

runs a program that finds no network, can write in the folder OWN only, and doesn't see the files
and folders HIDDEN. It sees no process but its own, and when it ends, all it started end. That takes
namespaces, which `unshare` makes where the system allows it; `words` finds that out.

The standard library is all this takes: namespaces of users are for processes of one thread.
"""

import ctypes
import functools
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_UNSHARE = ("--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--mount-proc")

# From the kernel's headers <sched.h>, <sys/mount.h>, <sys/prctl.h>, <linux/mount.h>.
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 24, 38
_AT_FDCWD, _AT_RECURSIVE, _ATTR_RDONLY = -100, 0x8000, 1
_MOUNT_SETATTR = 442  # the same on all architectures
_LAST_CAPABILITY = 63


def words(own, hidden):
    """The words to put before a program's, so that it runs confined.

    Args:
        own: the folder that it may write in.
        hidden: files and folders that it doesn't see.

    Returns:
        A list of str; None where this system doesn't allow it.
    """
    return _words(own, hidden) if _allowed() else None


def _words(own, hidden):
    this = [sys.executable, "-P", str(Path(__file__))]
    return ["unshare", *_UNSHARE, "--", *this, str(own), *map(str, hidden), "--"]


@functools.cache
def _allowed():
    """Whether all of it works here, tried once."""
    if platform.system() != "Linux" or not shutil.which("unshare"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        own, hidden = Path(folder, "own"), Path(folder, "hidden")
        own.mkdir()
        hidden.mkdir()
        (hidden / "file").touch()
        program = f"test ! -e {hidden}/file && touch {own}/file && ! touch {folder}/file"
        try:
            words = [*_words(own, [hidden]), "sh", "-c", program]
            tried = subprocess.run(words, capture_output=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return tried.returncode == 0 and (own / "file").exists()


def main(arguments):
    """Confine this process, then run the program in its place; returns its exit code."""
    place = arguments.index("--")
    own, *hidden = arguments[:place]
    _hide(hidden)
    _write_only_in(own)
    _give_up_all_rights()
    # The first process of such a room can't be killed from inside, so the program isn't the first.
    child = os.fork()
    if not child:
        os.execvp(arguments[place + 1], arguments[place + 1 :])
    while True:
        ended, status = os.wait()
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code  # as a shell tells a signal


def _hide(paths):
    """Put an empty folder, or an empty file, over each path that is there."""
    for path in map(Path, paths):
        if path.is_dir():
            _mount("nothing", path, "tmpfs", 0, "size=4k,mode=755")
        elif path.exists():
            _mount("/dev/null", path, None, _MS_BIND)


def _write_only_in(own):
    """Make everything read-only but for one folder."""
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    _mount(own, own, None, _MS_BIND)
    _set_attributes("/", _AT_RECURSIVE, _ATTR_RDONLY, 0)
    for writable in (own, "/proc"):  # what is in /proc is its own processes'
        _set_attributes(writable, 0, 0, _ATTR_RDONLY)
    os.chdir(own)  # the folder as it is under the new mount


def _give_up_all_rights():
    """Go to namespaces below, in which what was mounted can't be taken away; drop all rights."""
    user, group = os.getuid(), os.getgid()
    _call("unshare", _CLONE_NEWUSER | _CLONE_NEWNS)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    for capability in range(_LAST_CAPABILITY + 1):
        _libc().prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails beyond the kernel's last one
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _mount(source, target, kind, flags, data=None):
    encoded = (None if one is None else os.fsencode(one) for one in (source, target, kind))
    _call("mount", *encoded, ctypes.c_ulong(flags), data and data.encode())


def _set_attributes(path, flags, take, clear):
    """Linux's mount_setattr, which the C library of many systems doesn't have yet."""
    attributes = (ctypes.c_uint64 * 4)(take, clear, 0, 0)
    where = os.fsencode(path)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    _call(
        "syscall",
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        where,
        ctypes.c_uint(flags),
        ctypes.byref(attributes),
        size,
    )


def _call(name, *arguments):
    if getattr(_libc(), name)(*arguments) == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


@functools.cache
def _libc():
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
