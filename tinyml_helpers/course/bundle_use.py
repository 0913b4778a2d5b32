"""Packages that came along: a folder `wheels` in the workbook's folder, or beside it.

With them `.venv` is made without a network, by pip and by uv alike. `bundle` makes such a folder:
wheels, the lock they are for, and for each target a list of them with their SHA-256.
"""

import hashlib
import re

from tinyml_helpers.course import bundle_targets, environment, waiting
from tinyml_helpers.course.explaining import Stop

_LINE = re.compile(r"([0-9a-f]{64})  ([^/\\]+\.whl)")
_NO_WHEEL = re.compile(r"No matching distribution found for (\S+)|from versions:")


def find(root, folder=None):
    """The packages that came along and serve here, all that the lock names.

    Args:
        root: the workbook's folder.
        folder: the environment they are for; None for one of the Python that runs.

    Returns:
        The path of their folder; None where there are none.
    """
    return _look(root, folder)[0]


def check(root, folder):
    """Check the packages that came along, if any did, before they are installed.

    Where they don't serve, why is printed, and they are fetched as if there were none.

    Args:
        root: the workbook's folder.
        folder: the environment they are for.

    Raises:
        Stop: one is missing, or isn't as it was.
    """
    wheels, reason = _look(root, folder)
    if wheels is None:
        if reason:
            print(f"{reason}; trying the network.", flush=True)
        return
    listed = wheels / _here(folder).list_name
    again = (
        "unpack the workbook again, or copy it again, or remove that folder to fetch the packages "
        "from the network."
    )
    lines = listed.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    with waiting.shown(lambda: f"checking the packages in {wheels}"):
        for line in lines:
            sha256, name = _parsed(line) or (None, listed.name)
            wheel = wheels / name
            if not wheel.is_file():
                raise Stop(f"{name} is missing in {wheels}: {again}")
            if sha256 != sha256_of(wheel):
                raise Stop(f"{name} in {wheels} isn't as it was made: {again}")


def explain(said, root, folder, log):
    """One sentence for a pip that found no package in what came along; None for anything else."""
    wheels = find(root, folder)
    found = _NO_WHEEL.search(said)
    if wheels is None or not found:
        return None
    return (
        f"The packages in {wheels} don't serve this computer ({found[1] or 'one'} is for a newer "
        "system): take another computer, or remove that folder to fetch the packages from the "
        f"network; the details are in {log}."
    )


def sha256_of(path):
    """A file's SHA-256, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def line_of(sha256, name):
    """A line of a list, as `sha256sum -c` reads it too."""
    return f"{sha256}  {name}\n"


def _parsed(line):
    found = _LINE.fullmatch(line)
    return found.groups() if found else None


def _look(root, folder):
    """(the folder, None), or (None, why what is there doesn't serve, or None)."""
    reason = None
    for wheels in (root / "wheels", root.parent / "wheels"):
        targets = [bundle_targets.from_list_name(path.name) for path in wheels.glob("*.sha256")]
        targets = [target for target in targets if target]
        lock = wheels / "requirements.txt"
        if not targets or not lock.is_file():
            continue
        here = _here(folder)
        if lock.read_bytes() != (root / "requirements.txt").read_bytes():
            reason = f"The packages in {wheels} are those of another version of the workbook"
        elif here not in targets:
            meant = " or ".join(sorted(map(str, targets)))
            reason = f"The packages in {wheels} are for {meant}, and this is {here}"
        else:
            return wheels, None
    return None, reason


def _here(folder):
    """The target that an environment is, or one of the Python that runs."""
    if folder is None:
        return bundle_targets.here()
    version = environment.version_of(environment.python_in(folder))
    return bundle_targets.here(version.replace(" ", "."))
