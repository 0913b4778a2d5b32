"""Fetches the wheels for a box: for each target those that the lock names, checked by its hashes.

pip does it, some packages at a time: what is fetched is kept, and a next start goes on from there.
The standard library is all this takes.
"""

import dataclasses
import json
import os
import re
import subprocess
import venv

from tinyml_helpers.course import bundle_use, environment, installer, pip_runner, waiting
from tinyml_helpers.course.explaining import Stop

#: Packages that one pip fetches: an interruption costs what it hasn't finished.
BATCH = 12

_ENTRY = re.compile(r"^([\w.-]+==[^\s;]+)(?:\s*;\s*(.*?))?((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*$")
_MISSING = re.compile(r"No matching distribution found for (\S+)")
_NO_ANSWER = re.compile(r"from versions: none|connection broken|ConnectionError|timed out")
_DISK_FULL = re.compile(r"No space left|not enough space on the disk|quota exceeded|Errno 28\b")

#: Says of each marker whether it is true in any of some environments.
_MARKERS = """
import json, sys
from pip._vendor.packaging.markers import Marker
markers, environments = json.load(sys.stdin)
print(json.dumps([any(Marker(text).evaluate(asked) for asked in environments) for text in markers]))
"""


@dataclasses.dataclass(frozen=True)
class Package:
    """A package of the lock: name and version, when it is wanted (or None), its SHA-256 sums."""

    pinned: str
    marker: str | None
    sums: tuple

    def line(self):
        """Its line of a lock, wanted whatever the system."""
        return " ".join([self.pinned, *(f"--hash=sha256:{sha256}" for sha256 in self.sums)])


def read_lock(text):
    """The packages of a hashed lock, a list of Package.

    Raises:
        Stop: a line names no package, its version and its hashes, or there is none.
    """
    lines = re.sub(r"\\\r?\n", " ", text).splitlines()
    packages = []
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        entry = _ENTRY.match(line)
        if not entry:
            raise Stop(
                f"requirements.txt pins no package with hashes by {line[:60]!r}: take the "
                "workbook's own, or make it again as requirements.in says."
            )
        sums = tuple(re.findall(r"[0-9a-f]{64}", entry[3]))
        packages.append(Package(entry[1], entry[2], sums))
    if not packages:
        raise Stop("requirements.txt names no package: take the workbook's own.")
    return packages


def make_pip(folder):
    """Make an environment with nothing but pip in it, afresh.

    Raises:
        Stop: this Python can't.
    """
    installer.refuse_bare_python()
    with waiting.shown(lambda: "preparing pip"):
        venv.create(folder, with_pip=True, clear=True, symlinks=os.name != "nt")


def wanted(packages, target, pip):
    """The packages that a target needs.

    Args:
        packages: list of Package.
        target: a Target.
        pip: an environment with pip.
    """
    markers = [package.marker for package in packages if package.marker]
    asked = subprocess.run(
        [environment.python_in(pip), "-c", _MARKERS],
        input=json.dumps([markers, target.marker_environments()]),
        env=environment.child_environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    true = dict(zip(markers, json.loads(asked.stdout), strict=True))
    return [package for package in packages if true.get(package.marker, True)]


def fetch(packages, target, work, pip):
    """Fetch the wheels of packages for a target, those left out that are there.

    Args:
        packages: list of Package, those that the target needs.
        target: a Target.
        work: a folder: the wheels go to `wheels/<target>` in it, and what pip says to `pip.log`.
        pip: an environment with pip, on the same disk.

    Returns:
        A dict of the wheels' SHA-256 by their paths, one for each package.

    Raises:
        Stop: one can't be fetched.
    """
    place = work / "wheels" / target.list_name.removesuffix(".sha256")
    place.mkdir(parents=True, exist_ok=True)
    there = _checked(packages, place)
    missing = [package for package in packages if not set(package.sums) & set(there.values())]
    done = len(packages) - len(missing)

    def say():
        wheels = [*place.glob("*.whl"), *pip.glob("tmp/pip-*/*.whl")]
        size = sum(map(_size, wheels)) / 1e6
        return f"{target}: {done} of {len(packages)} packages, {size:.0f} MB"

    with waiting.shown(say):
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            _download(batch, target, place, work, pip)
            done += len(batch)
    there = _checked(packages, place)
    for package in packages:
        if not set(package.sums) & set(there.values()):
            raise Stop(f"pip didn't fetch {package.pinned} for {target}: start again.")
    return there


def _download(packages, target, place, work, pip):
    """Have pip fetch some packages."""
    (work / "batch.txt").write_text("\n".join(map(Package.line, packages)), encoding="utf-8")
    words = ["download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    words += [*target.tag_options(), f"--dest={place}", "-r", "batch.txt"]
    log = work / "pip.log"
    with (
        pip_runner.temporary_in(pip) as temporary,
        pip_runner.started(work, pip, temporary, subprocess.DEVNULL, *words) as process,
    ):
        try:
            said = process.stdout.read()
        except BaseException:
            process.terminate()
            process.wait()  # after Ctrl-C a Popen wouldn't, and its files couldn't be removed
            raise
    log.write_text(said, encoding="utf-8")
    if process.returncode:
        raise Stop(_explain(said, target, work, log))


def _explain(said, target, work, log):
    """One sentence for a pip that failed."""
    missing = _MISSING.search(said)
    if _DISK_FULL.search(said):
        return f"The disk of {work} is full: make room, then start again, and it goes on."
    if "DO NOT MATCH THE HASHES" in said:
        return (
            "A fetched package isn't the one the lock names, so it isn't kept: try again, on "
            f"another network if need be; the details are in {log}."
        )
    if missing and not _NO_ANSWER.search(said):
        return (
            f"There is no wheel of {missing[1]} for {target}: leave that system out of --for, or "
            f"that Python out of --python; the details are in {log}."
        )
    if missing or _NO_ANSWER.search(said):
        return (
            f"{missing[1] if missing else 'A package'} can't be fetched for {target}: check the "
            "network (or the proxy), then start again, and it goes on; where the network is in "
            f"order, there is no such wheel; the details are in {log}."
        )
    errors = re.findall(r"^ERROR: (.*)", said, re.MULTILINE) or said.strip().split("\n")[-1:]
    return f"pip stopped with: {errors[-1].rstrip('.')}; the details are in {log}."


def _checked(packages, place):
    """The SHA-256 of each wheel of these packages, by its path; what else is there is removed.

    An older lock's, a half one, and the second of a package that was fetched twice.
    """
    owners = {sha256: package for package in packages for sha256 in package.sums}
    kept = {}
    for file in sorted(place.iterdir()):
        sha256 = bundle_use.sha256_of(file)
        owner = owners.pop(sha256, None)
        if owner is None:
            file.unlink()
            continue
        kept[file] = sha256
        for other in owner.sums:
            owners.pop(other, None)
    return kept


def _size(file):
    try:
        return file.stat().st_size
    except OSError:  # moved meanwhile
        return 0
