"""The workbook's own files, without what a reader made: what a box hands on.

The standard library is all this takes.
"""

import fnmatch
import os
import shutil
import subprocess
import zipfile
from pathlib import Path, PurePosixPath

from tinyml_helpers.course import environment

#: What .gitignore doesn't name because git never looks into it, or because only a box has it.
_NEVER = (".git", "/wheels", "/compiled")


def tracked(root, leave_out=()):
    """The files that make up the workbook.

    In a git checkout those that git tracks, as they are now. Elsewhere, as in an unpacked zip, all
    but what .gitignore names, environments, `wheels` and `compiled`.

    Args:
        root: the workbook's folder.
        leave_out: folders whose files aren't of it.

    Returns:
        (a sorted list of paths relative to it, whether git was asked)
    """
    listed = _by_git(root)
    names = _by_walking(root, leave_out) if listed is None else listed
    return sorted(name for name in names if (root / name).is_file()), listed is not None


def add(archive, file, name, compress=True):
    """Put a file into a zip, its permissions and its time of change with it.

    Args:
        archive: a zipfile.ZipFile.
        file: a Path.
        name: its path in there.
        compress: whether that makes it smaller.
    """
    entry = zipfile.ZipInfo.from_file(file, name, strict_timestamps=False)
    entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with file.open("rb") as source, archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target, 2**20)


def _by_git(root):
    """What git tracks, a list of Path; None where it can't say."""
    if not (root / ".git").exists():  # of a folder around it git would say nothing useful
        return None
    try:
        asked = subprocess.run(
            ["git", "ls-files", "-z"],
            cwd=root,
            env=environment.child_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    except OSError:
        return None
    names = os.fsdecode(asked.stdout).split("\0")
    return [Path(name) for name in names if name] if asked.returncode == 0 else None


def _by_walking(root, leave_out):
    """What is there and isn't ignored, as relative paths."""
    patterns = [*_NEVER, *_ignored(root)]
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = [
            name
            for name in folders
            if not _matches(here / name, patterns)
            and root / here / name not in leave_out
            and not (root / here / name / "pyvenv.cfg").exists()
        ]
        yield from (here / name for name in files if not _matches(here / name, patterns))


def _ignored(root):
    """The patterns of .gitignore, those for folders too."""
    try:
        lines = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [line.strip().rstrip("/") for line in lines if line.strip() and line[0] not in "#!"]


def _matches(path, patterns):
    """Whether a pattern names a path: from the top if it begins with a slash, else anywhere."""
    whole = PurePosixPath("/", *path.parts).as_posix()
    return any(
        fnmatch.fnmatchcase(whole if "/" in pattern else path.name, pattern) for pattern in patterns
    )
