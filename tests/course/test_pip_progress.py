"""How far pip is, in words: from lines as pip prints them, and files as it leaves them."""

import sysconfig
from pathlib import Path

import pytest

from tinyml_helpers.course import pip_progress

LOCK = "".join(f"{name}==1.0 \\\n    --hash=sha256:0\n    # via x\n" for name in "abcd")
SOURCE = "(from -r requirements.txt (line {}))"


class Clock:
    """A clock that is set."""

    now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(pip_progress, "time", made)
    return made


@pytest.fixture
def place(tmp_path):
    """A workbook folder with a lock of four packages."""
    (tmp_path / "requirements.txt").write_text(LOCK, encoding="utf-8")
    packages(tmp_path).mkdir(parents=True)
    return tmp_path


def packages(place):
    base = {"base": str(place / "new"), "platbase": str(place / "new")}
    return Path(sysconfig.get_path("purelib", "venv", base))


def begun(place, megabytes=100):
    return pip_progress.Progress(place, place / "new", place / "tmp", megabytes)


def fetch(place, name, megabytes):
    folder = place / "tmp" / f"pip-unpack-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-1.0-py3-none-any.whl").write_bytes(b"x" * int(megabytes * 1e6))


def unpack(place, name):
    folder = packages(place) / f"{name}-1.0.dist-info"
    folder.mkdir()
    (folder / "INSTALLER").write_text("pip\n", encoding="utf-8")


def test_packages_of_all_that_apply_and_bytes_of_all_are_told_while_it_fetches(place, clock):
    progress = begun(place)
    assert progress.say() == "fetching: 0 of 4 packages, 0 of about 100 MB"
    progress.hear("Ignoring a: markers 'sys_platform == \"win32\"' don't match your environment\n")
    progress.hear(f"Collecting b==1.0 {SOURCE.format(4)}\n")
    progress.hear("  Downloading b-1.0-py3-none-any.whl (2.0 MB)\n")
    fetch(place, "b", 2)
    progress.hear(f"Processing /mirror/c-1.0-py3-none-any.whl {SOURCE.format(7)}\n")
    clock.now = 1
    assert progress.say() == "fetching: 1 of 3 packages, 2 of about 100 MB"
    clock.now = 10
    progress.hear(f"Collecting d==1.0 {SOURCE.format(10)}\n")
    fetch(place, "d", 3)  # as much of it as there is so far
    said = progress.say()
    assert said == "fetching: 2 of 3 packages, 5 of about 100 MB, about 3 min left"


def test_what_is_there_already_counts_and_an_unknown_size_is_not_estimated(place, clock):
    progress = begun(place, None)
    clock.now = 60
    progress.hear(f"Requirement already satisfied: a==1.0 in ./new {SOURCE.format(1)} (1.0)\n")
    progress.hear("Requirement already satisfied: z>=0 in ./new (from a->-r requirements.txt\n")
    progress.hear(f"Collecting b==1.0 {SOURCE.format(4)}\n")
    fetch(place, "b", 2)
    assert progress.say() == "fetching: 1 of 4 packages, 2 MB"


def test_a_network_that_does_not_answer_is_told_until_it_does(place):
    progress = begun(place)
    progress.hear("WARNING: Retrying (Retry(total=4)) after connection broken by 'X'\n")
    assert progress.say() == "no answer yet, trying again"
    progress.hear(f"Collecting a==1.0 {SOURCE.format(1)}\n")
    assert "fetching" in progress.say()


def test_finished_packages_of_all_are_counted_while_it_unpacks(place, clock):
    unpack(place, "pip")  # was there before
    progress = begun(place)
    for name, megabytes in (("a_a", 3), ("b", 0.5), ("c", 0.5)):
        fetch(place, name, megabytes)
    clock.now = 100
    progress.hear("Installing collected packages: b, A.a, c\n")
    assert progress.say() == "unpacking: 0 of 3 packages, now b"
    unpack(place, "b")
    clock.now = 110
    # It took ten seconds for an eighth of the bytes.
    assert progress.say() == "unpacking: 1 of 3 packages, about 70 s left, now A.a"
    clock.now = 140
    assert progress.say() == "unpacking: 1 of 3 packages, about 40 s left, now A.a"
    unpack(place, "A.a")
    unpack(place, "c")
    assert progress.say() == "unpacking: 3 of 3 packages"


def test_a_package_that_replaces_another_counts_too(place):
    unpack(place, "a")
    progress = begun(place)
    progress.hear("Installing collected packages: a, b\n")
    (packages(place) / "a-1.0.dist-info").rename(packages(place) / "~-1.0.dist-info")
    unpack(place, "a")
    (packages(place) / "~-1.0.dist-info" / "INSTALLER").unlink()
    assert progress.say().startswith("unpacking: 1 of 2 packages")
