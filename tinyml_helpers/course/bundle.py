"""Makes a box: a folder from which the workbook is installed where there is no network.

    python course.py bundle --for windows,macos,linux --python 3.12 --to ../tinyml-box

For each system a zip of the workbook with folders `wheels` and `compiled` in it, which the
installer finds by itself (`bundle_use`, `bundle_compiled`); check sums; and what to do, in plain
words. It is made beside its place, in `FOLDER.partial`, and moved there when it is finished.
"""

import contextlib
import errno
import os
import shutil
import zipfile
from pathlib import Path

from tinyml_helpers.course import (
    bundle_compiled,
    bundle_fetch,
    bundle_files,
    bundle_page,
    bundle_use,
    waiting,
)
from tinyml_helpers.course.explaining import DOWNLOAD_MB, Stop


def make(root, place, targets):
    """Make a box.

    Args:
        root: the workbook's folder.
        place: the box's; nothing may be there yet.
        targets: list of Target, from `bundle_targets.parse`.

    Raises:
        Stop: with one sentence; what is fetched is kept for the next start, in `PLACE.partial`.
    """
    place = Path(place).absolute()
    work = place.with_name(place.name + ".partial")
    _refuse_place(place)
    try:
        work.mkdir(parents=True, exist_ok=True)
        packages = bundle_fetch.read_lock((root / "requirements.txt").read_text(encoding="utf-8"))
        _refuse_full_disk(work, targets)
        try:
            wheels = _fetch_all(packages, targets, work)
            compiled = bundle_compiled.make(root, work)
            _write(root, work / "box", wheels, compiled, leave_out=(place, work))
        finally:
            for name in ("pip", bundle_compiled.NAME):
                shutil.rmtree(work / name, ignore_errors=True)
        if place.exists():  # and empty
            place.rmdir()
        (work / "box").rename(place)
        _clear(work)
    except OSError as error:
        raise Stop(_explain(error, work)) from error
    except KeyboardInterrupt:
        raise Stop(
            f"Stopped; what is fetched is kept in {work}, and the next start goes on from there."
        ) from None
    print(f"The box is in {place}: README.txt in it says how to hand it out.")


def _refuse_place(place):
    """Raise Stop where something is already."""
    if not place.name:
        raise Stop(f"--to {place} is no folder's name: give the one that the box is to have.")
    if not os.path.lexists(place):
        return
    if place.is_symlink() or not place.is_dir() or any(place.iterdir()):
        raise Stop(f"{place} is there already: choose another with --to, or remove it first.")


def _refuse_full_disk(work, targets):
    """Raise Stop where the disk has no room for the wheels, and for the zips of them."""
    there = sum(file.stat().st_size for file in work.glob("wheels/*/*")) / 1e9
    needed = 2 * len(targets) * DOWNLOAD_MB / 1000 - there
    free = shutil.disk_usage(work).free / 1e9
    if free < needed:
        raise Stop(
            f"The disk is too full: making this box takes up to {needed:.1f} GB, and {work.parent} "
            f"has {free:.1f} GB left; make room, or choose another place with --to."
        )


def _fetch_all(packages, targets, work):
    """The wheels of each target: a dict of dicts of their SHA-256 by their paths."""
    megabytes = DOWNLOAD_MB * len(targets)
    print(f"Fetching packages: up to {megabytes} MB, less what is there already.", flush=True)
    pip = work / "pip"
    bundle_fetch.make_pip(pip)
    wheels = {}
    for target in targets:
        needed = bundle_fetch.wanted(packages, target, pip)
        wheels[target] = bundle_fetch.fetch(needed, target, work, pip)
    return wheels


def _write(root, box, wheels, compiled, leave_out):
    """Write a box's files."""
    shutil.rmtree(box, ignore_errors=True)
    box.mkdir()
    files, by_git = bundle_files.tracked(root, leave_out)
    if not by_git:
        tops = sorted({name.parts[0] for name in files})
        print(f"Git isn't asked here; what goes in is: {', '.join(tops)}.", flush=True)
    sizes = {}
    for system in dict.fromkeys(target.system for target in wheels):
        archive = box / f"tinyml-workbook-{system}.zip"
        of_system = {target: found for target, found in wheels.items() if target.system == system}
        with waiting.shown(lambda archive=archive: f"writing {archive.name}"):
            _write_zip(root, archive, files, of_system, compiled)
        sizes[archive.name] = archive.stat().st_size
    targets = list(wheels)
    (box / "index.html").write_text(bundle_page.page(sizes, targets), encoding="utf-8")
    (box / "README.txt").write_text(bundle_page.text(sizes, targets, compiled), encoding="utf-8")
    sums = [
        bundle_use.line_of(bundle_use.sha256_of(file), file.name) for file in sorted(box.iterdir())
    ]
    (box / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")


def _write_zip(root, archive, files, wheels, compiled):
    """Write the zip of a system: the workbook, and its folders `wheels` and `compiled`."""
    top = bundle_page.TOP
    with zipfile.ZipFile(archive, "x") as written:
        for name in files:
            bundle_files.add(written, root / name, f"{top}/{name.as_posix()}")
        # With it the installer sees whether they are those that the workbook asks for.
        bundle_files.add(written, root / "requirements.txt", f"{top}/wheels/requirements.txt")
        for target, found in wheels.items():
            lines = [bundle_use.line_of(sha256, file.name) for file, sha256 in found.items()]
            written.writestr(f"{top}/wheels/{target.list_name}", "".join(lines))
        # Two Pythons of a system share what isn't compiled.
        once = {file.name: file for found in wheels.values() for file in found}
        for name, file in once.items():
            bundle_files.add(written, file, f"{top}/wheels/{name}", compress=False)
        if compiled:
            place = f"{top}/{bundle_compiled.NAME}"
            written.writestr(f"{place}/{bundle_compiled.LIST}", bundle_compiled.listed(compiled))
            for name, file in compiled.items():
                bundle_files.add(written, file, f"{place}/{name}")


def _clear(work):
    """Remove what was made on the way."""
    shutil.rmtree(work / "wheels", ignore_errors=True)
    for name in ("batch.txt", "pip.log"):
        (work / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # someone's own is in it
        work.rmdir()


def _explain(error, work):
    """One sentence for an error of the operating system."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return f"The disk of {work} is full: make room, then start again, and it goes on."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        named = error.filename or work
        return f"{named} can't be read or written: choose another place with --to."
    return f"Making the box stopped with: {error}."
