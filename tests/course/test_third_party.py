"""THIRD_PARTY.md names the licence of every locked package, as the package itself states it."""

import contextlib
import importlib.metadata
import re
import sys
import sysconfig

import pytest
from places import ROOT


def locked():
    locks = [ROOT / folder / "requirements.txt" for folder in ("", "classroom", "cluster")]
    lines = [line for lock in locks for line in lock.read_text(encoding="utf-8").splitlines()]
    return {line.split("==")[0] for line in lines if re.match(r"[A-Za-z0-9]", line)}


def rows(part):
    """The rows of the page's first or second table, 0 or 1, as lists of cells."""
    page = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    lines = page.split("## What wheels bring along")[part].splitlines()
    return [line.strip("| ").split(" | ") for line in lines if re.match(r"\| [a-z0-9]", line)][1:]


def table():
    return dict(rows(0))


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def installed():
    """(package, its distribution) of each locked package that is installed here.

    Once loaded, Ray has a folder of its own on the path, with packages that it brings along: these
    aren't the lock's.
    """
    path = list({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    for package in sorted(locked()):
        for found in importlib.metadata.distributions(name=package, path=path):
            yield package, found
            break


def licence_files():
    """(package, text) of each licence file that an installed, locked package has."""
    for package, found in installed():
        for file in found.files or []:
            if re.search(r"(licen[cs]e|copying|notice)[^/]*$", str(file), re.IGNORECASE):
                with contextlib.suppress(OSError):
                    yield package, file.locate().read_text(encoding="utf-8", errors="replace")


def stated(metadata):
    """The licence in an installed package's metadata, or None if it states none."""
    if expression := metadata.get("License-Expression"):
        return expression
    classifiers = metadata.get_all("Classifier") or []
    names = [c.split(" :: ")[-1] for c in classifiers if c.startswith("License :: ")]
    names = [name for name in names if name != "OSI Approved"]
    text = (metadata.get("License") or "").strip()
    return " / ".join(names) or (text.splitlines()[0] if text else None)


def test_every_locked_package_has_a_row_and_every_row_a_package():
    assert set(table()) == locked()


def test_rows_say_what_the_installed_packages_state():
    said_of, checked = table(), 0
    for package, found in installed():
        licence = stated(found.metadata)
        if licence is not None:
            # The package states its bindings' licence; the row also gives the engine's.
            said = said_of[package].split(" (its")[0]
            assert said == licence, package
            checked += 1
    assert checked > 100


#: Licences that ask something of whoever hands a library out. An "OR" leaves the choice.
COPYLEFT = re.compile(r"^License: *((?!.* OR ).*(?:GPL|MPL).*)$", re.MULTILINE)
COPYLEFT_TEXT = re.compile(
    r"\s*(GNU (LESSER |AFFERO )?GENERAL PUBLIC|Mozilla Public License)", re.I
)


def test_the_page_says_what_copyleft_there_is():
    """It binds whoever hands such code out with their own, so it doesn't slip in unsaid."""
    brought = [(package, licence) for package, _, licence, _ in rows(1)]
    found = set()
    for package, text in licence_files():
        for licence in COPYLEFT.findall(text):
            assert (package, licence.strip()) in brought
            found.add(package)
        if COPYLEFT_TEXT.match(text) and "MPL" not in table()[package]:
            assert any(one == package and re.search("[GM]PL", what) for one, what in brought)
            found.add(package)
    assert {"numpy", "scipy", "pyzmq"} <= found or sys.platform != "linux"
    asks = {package for package, _, licence, duty in rows(1) if duty.strip("- ")}
    named = {package for package, licence in table().items() if re.search(r"\b[AL]?GPL", licence)}
    assert named <= asks


@pytest.mark.skipif(sys.platform != "linux", reason="the table is of the wheels for Linux")
def test_the_page_lists_the_libraries_in_wheels():
    said = {}
    for package, library, *_ in rows(1):
        said.setdefault(package, set()).update(re.findall(r"\w+", library))
    site = importlib.metadata.distribution("numpy").locate_file("")
    folders = sorted(site.glob("*.libs"))
    assert folders
    for folder in folders:
        names = {re.split(r"[-.]", path.name)[0] for path in folder.iterdir()}
        assert names <= said[normal(folder.stem)], folder.name
    for package, library in (("soundfile", "libsndfile"), ("unicorn", "engine")):
        assert library in said[package]


def test_every_package_of_the_second_table_is_one_of_the_first():
    assert {package for package, *_ in rows(1)} <= set(table())
