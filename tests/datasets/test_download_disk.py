"""Downloads onto disks that are full, and into folders that hold something already."""

import dataclasses
import errno
import io
import shutil
from pathlib import Path

import pytest
from fetching import assert_fetched, assert_nothing_trusted, fetch, leftovers, part_of, refusal

from tinyml_helpers.datasets import DownloadError, unpack
from tinyml_helpers.datasets.cache import data_folder, is_complete

pytestmark = pytest.mark.usefixtures("folder")


class FullDisk(io.FileIO):
    """A file on a disk that has room for 100,000 more bytes, in pieces."""

    def write(self, data):
        if self.tell() + len(data) > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def test_a_disk_that_fills_up_while_downloading(server, archive, folder, monkeypatch):
    real = Path.open

    def opened(path, mode="r", **options):
        return FullDisk(path, mode) if path.suffix == ".part" else real(path, mode, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        message = refusal(DownloadError, archive)
    assert "disk is full" in message and str(folder.parent) in message
    assert_nothing_trusted(folder, archive)
    assert 0 < part_of(folder).stat().st_size <= 100_000
    fetch(archive)
    assert_fetched(folder, archive)
    assert sum(server.sent[1:]) < archive.size_bytes


def test_a_disk_that_fills_up_while_unpacking(server, archive, folder, monkeypatch):
    real = shutil.copyfileobj

    def copy(source, target):
        if target.name.endswith("two.wav"):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(unpack.shutil, "copyfileobj", copy)
        assert "disk is full" in refusal(DownloadError, archive)
    assert_nothing_trusted(folder, archive)
    assert leftovers(folder) == ["clips.tar.gz"]
    fetch(archive)
    assert_fetched(folder, archive)
    assert server.asked == [None]


def test_a_disk_without_room_is_noticed_beforehand(server, archive, folder, monkeypatch):
    large = dataclasses.replace(archive, unpacked_bytes=50_000_000)
    usage = shutil.disk_usage(folder.parent.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=20_000_000))
    message = refusal(DownloadError, large)
    assert "50 MB more" in message and "20 MB left" in message and "TINYML_DATA" in message
    assert server.asked == []


@pytest.mark.parametrize("called", ["clips.tar.gz.part", "clips.tar.gz"])
def test_bytes_that_are_there_need_no_more_room(server, archive, folder, monkeypatch, called):
    """What is needed is the rest of the download and what it unpacks to, and not a byte more."""
    usage = shutil.disk_usage(folder.parent.parent)
    needed = archive.size_bytes + archive.unpacked_bytes - 100_000
    folder.parent.mkdir()
    (folder.parent / called).write_bytes(server.content[:100_000])
    for free, enough in ((needed - 1, False), (needed, True)):
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: usage._replace(free=free))
        if enough:
            fetch(archive)
        else:
            assert "free some" in refusal(DownloadError, archive)
    assert_fetched(folder, archive)


def test_a_folder_that_cannot_be_written(archive, tmp_path, monkeypatch, server):
    (tmp_path / "a_file").touch()
    monkeypatch.setenv("TINYML_DATA", str(tmp_path / "a_file" / "data"))
    message = refusal(DownloadError, archive)
    assert "TINYML_DATA" in message and str(tmp_path / "a_file") in message
    assert server.asked == []


def test_a_folder_of_the_students_own_is_left_alone(archive, folder):
    folder.mkdir(parents=True)
    (folder / "mine.wav").write_bytes(b"mine")
    assert "in the way" in refusal(DownloadError, archive)
    assert [p.name for p in folder.iterdir()] == ["mine.wav"]


def test_an_older_version_is_replaced(archive, folder):
    folder.mkdir(parents=True)
    (folder / ".complete").write_text("0" * 64)
    (folder / "old.wav").touch()
    assert not is_complete(folder, archive)
    fetch(archive)
    assert_fetched(folder, archive)


def test_what_a_killed_program_left_is_cleared_away(archive, folder):
    (folder.parent / ".clips.unpacking-1" / "yes").mkdir(parents=True)
    fetch(archive)
    assert_fetched(folder, archive)


def test_the_cache_folder_without_the_variable(monkeypatch):
    monkeypatch.setenv("TINYML_DATA", "")
    assert "tinyml-workbook" in data_folder().parts
    assert data_folder().is_absolute()


@pytest.mark.parametrize("chosen", ["", "~/data"])
def test_a_user_without_a_home_is_told_what_to_set(monkeypatch, chosen):
    def no_home(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("TINYML_DATA", chosen)
    monkeypatch.setattr("pooch.os_cache", no_home)
    monkeypatch.setattr("pathlib.Path.expanduser", no_home)
    with pytest.raises(DownloadError, match="has none: set TINYML_DATA"):
        data_folder()
