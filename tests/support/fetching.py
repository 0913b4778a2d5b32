"""The data set `clips` fetched for a test, and what is on the disk afterwards."""

import pytest
from archive_server import FILES

from tinyml_helpers.datasets.cache import fetch_archive, is_complete


def fetch(archive):
    """Its folder, as `fetch_archive` gives it."""
    return fetch_archive("clips", archive, progress=False)


def refusal(kind, archive):
    """The one sentence a fetch that must fail fails with."""
    with pytest.raises(kind) as caught:
        fetch(archive)
    message = str(caught.value)
    assert message and "\n" not in message
    return message


def part_of(folder):
    """The file where an unfinished download is kept."""
    return folder.parent / "clips.tar.gz.part"


def leftovers(folder):
    """What lies in the data folder, but for the data set itself and the lock."""
    return sorted(p.name for p in folder.parent.iterdir() if p.name not in ("clips", ".clips.lock"))


def assert_fetched(folder, archive):
    assert is_complete(folder, archive)
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    assert found.pop(".complete").decode().strip() == archive.sha256
    assert found == FILES
    assert leftovers(folder) == []


def assert_nothing_trusted(folder, archive):
    assert not folder.exists()
    assert not is_complete(folder, archive)
