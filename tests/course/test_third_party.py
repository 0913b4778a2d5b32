"""THIRD_PARTY.md names the licence of every locked package, as the package itself states it."""

import importlib.metadata
import re

from places import ROOT


def locked():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {line.split("==")[0] for line in lines if re.match(r"[A-Za-z0-9]", line)}


def table():
    lines = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if re.match(r"\| [a-z0-9]", line)]
    return dict(rows[1:])


def stated(package):
    """The licence in an installed package's metadata, or None if it states none."""
    metadata = importlib.metadata.metadata(package)
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
    rows, checked = table(), 0
    for package in sorted(locked()):
        try:
            licence = stated(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # a package for another operating system
        if licence is not None:
            # The package states its bindings' licence; the row also gives the engine's.
            said = rows[package].split(" (its")[0]
            assert said == licence, package
            checked += 1
    assert checked > 100


def test_the_page_says_what_copyleft_there_is():
    """It binds whoever hands such code out with their own, so it doesn't slip in unsaid."""
    copyleft = {name for name, licence in table().items() if re.search(r"\b[AL]?GPL", licence)}
    assert copyleft == {"soundfile", "unicorn"}
    said = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").split("|---|")[0]
    assert all(name in said for name in copyleft)
