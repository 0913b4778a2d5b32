"""What a student's server does before it starts: `python -m classroom.student`, as that student.

Lays out their folder, which is their home: links to the workbook, their own copies of the lessons,
and what has been compiled already. What is theirs is never written over.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path

from tinyml_helpers.course import desk, lab_starter
from tinyml_helpers.course.environment import DESK, ROOT

#: Of the workbook, what is linked in a student's folder.
_LINKED = ("notebooks", "data", "course.py")

#: Bytes of a compiled file up to which it is copied: the compiler locks its small ones, and can't
#: lock somebody else's.
_SMALL = 65_536

#: Of the system's points from -1000 to 1000: who is ended first where memory runs out. The hub and
#: its proxy have 0.
_END_FIRST = 500

#: Seconds without a kernel and without a request after which a student's server ends.
_UNUSED = 2 * 3600


def main():
    """Lay out the folder, and become JupyterHub's server for one user."""
    _stand_back()
    lay_out(DESK, Path(os.environ["TINYML_COMPILED"]), Path(os.environ["TINYML_CACHE"]))
    words = [
        f"--ServerApp.root_dir={DESK}",
        f"--ServerApp.shutdown_no_activity_timeout={_UNUSED}",
    ]
    sys.argv = ["jupyterhub-singleuser", *lab_starter.options(), *words]
    # In this process: with it goes the folder that `options` may have made for kernels' sockets.
    from jupyterhub.singleuser import main as serve

    return serve()


def _stand_back():
    """Let the hub go first where the processor is busy, and stay last where memory runs out."""
    os.nice(5)
    with contextlib.suppress(OSError):  # no Linux
        Path("/proc/self/oom_score_adj").write_text(str(_END_FIRST), encoding="utf-8")


def lay_out(folder, compiled, cache):
    """Give a student's folder what is missing in it.

    Args:
        folder: the student's.
        compiled: where what was compiled for all is kept; may be missing.
        cache: the student's own folder for what is compiled.
    """
    for name in _LINKED:
        if not os.path.lexists(folder / name):
            (folder / name).symlink_to(ROOT / name)
    desk.follow()
    desk.lay_out()
    if compiled.is_dir() and not cache.exists():
        shutil.copytree(compiled, cache, copy_function=_taken, ignore=_unfinished)


def _taken(source, target):
    """Have a file of all here: a link to it, or a copy where it is small."""
    if Path(source).stat().st_size > _SMALL:
        Path(target).symlink_to(source)
    else:
        shutil.copyfile(source, target)
        shutil.copymode(source, target)
        Path(target).chmod(Path(target).stat().st_mode | 0o200)


def _unfinished(folder, names):
    """What the compiler is about to make, and its own folder for that."""
    return [name for name in names if name.startswith(".making-") or name == "tmp"]


if __name__ == "__main__":
    sys.exit(main())
