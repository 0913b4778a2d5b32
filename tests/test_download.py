"""Downloads against a local server that truncates, stalls, lies and refuses."""

import dataclasses
import errno
import hashlib
import io
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import patience
import pytest
from archive_server import FILES, Server, packed

from tinyml_helpers.datasets import ArchiveError, DownloadError, OfflineError, download, unpack
from tinyml_helpers.datasets.cache import data_folder, fetch_archive, is_complete
from tinyml_helpers.datasets.download import Archive


@pytest.fixture
def server():
    with Server(packed(FILES)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def archive(server):
    return Archive(
        url=f"http://127.0.0.1:{server.server_port}/clips.tar.gz",
        sha256=hashlib.sha256(server.content).hexdigest(),
        size_bytes=len(server.content),
        unpacked_bytes=400_000,
    )


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder the data set `clips` goes to; nothing waits long, nothing asks a proxy."""
    monkeypatch.setenv("TINYML_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "PAUSES", (0, 0))
    return tmp_path / "data" / "clips"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", patience.seconds(1))


def fetch(archive):
    return fetch_archive("clips", archive, progress=False)


def refusal(kind, archive):
    """The one sentence a fetch that must fail fails with."""
    with pytest.raises(kind) as caught:
        fetch(archive)
    message = str(caught.value)
    assert message and "\n" not in message
    return message


def part_of(folder):
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


def test_a_fetched_set_is_whole_and_is_not_fetched_again(server, archive, folder):
    assert fetch(archive) == folder == data_folder() / "clips"
    assert_fetched(folder, archive)
    assert fetch(archive) == folder
    assert server.asked == [None]


def test_nothing_is_printed_without_progress(archive, capfd):
    fetch(archive)
    assert capfd.readouterr() == ("", "")


def test_progress_names_the_set_and_its_size(server, archive, capfd):
    server.plan = [{"pause": 0.2}]
    fetch_archive("clips", archive, progress=True)
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "clips: 100%" in printed.err and "301k/301k" in printed.err


@pytest.mark.parametrize("then", ["close", "stall"])
def test_a_broken_download_goes_on_from_where_it_broke(server, archive, folder, impatient, then):
    server.plan = [{"after": 100_000, "then": then}, {"after": 50_000, "then": then}]
    fetch(archive)
    assert_fetched(folder, archive)
    assert server.asked == [None, "bytes=100000-", "bytes=150000-"]
    assert sum(server.sent) == archive.size_bytes


def test_an_interrupted_download_is_kept_and_goes_on(server, archive, folder, monkeypatch):
    def interrupted(response):
        if part_of(folder).exists() and part_of(folder).stat().st_size:
            raise KeyboardInterrupt
        return response.read(100_000)

    with monkeypatch.context() as patch:
        patch.setattr(download, "_read", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fetch(archive)
    assert_nothing_trusted(folder, archive)
    assert part_of(folder).read_bytes() == server.content[:100_000]

    fetch(archive)
    assert_fetched(folder, archive)
    assert server.asked == [None, "bytes=100000-"]


def test_a_server_that_stays_silent_is_given_up(server, archive, folder, impatient):
    server.plan = [{"after": 100_000}] + 3 * [{"after": 0, "then": "stall"}]
    message = refusal(DownloadError, archive)
    assert "stopped at 0.1 of 0.3 MB" in message and "run this again" in message
    assert len(server.asked) == 4
    assert_nothing_trusted(folder, archive)
    assert part_of(folder).stat().st_size == 100_000
    fetch(archive)
    assert_fetched(folder, archive)


def test_a_network_lost_on_the_way_is_not_called_offline(archive, folder, monkeypatch, server):
    real, calls = urllib.request.urlopen, []

    def once(*arguments, **options):
        calls.append(1)
        if len(calls) > 1:
            raise urllib.error.URLError("Network is unreachable")
        return real(*arguments, **options)

    server.plan = [{"after": 100_000}]
    monkeypatch.setattr(urllib.request, "urlopen", once)
    with pytest.raises(DownloadError, match="stopped at") as caught:
        fetch(archive)
    assert not isinstance(caught.value, OfflineError)
    assert part_of(folder).stat().st_size == 100_000


def test_a_wrong_hash_is_deleted_and_said(server, archive, folder):
    right = server.content
    server.content = right[:-1] + bytes([right[-1] ^ 1])
    message = refusal(DownloadError, archive)
    assert "SHA-256" in message and "deleted" in message
    assert_nothing_trusted(folder, archive)
    assert leftovers(folder) == []
    server.content = right
    fetch(archive)
    assert_fetched(folder, archive)


def test_a_server_that_ignores_ranges_sends_it_all_again(server, archive, folder):
    server.plan = [{"after": 100_000}, {"ranges": False}]
    fetch(archive)
    assert_fetched(folder, archive)
    assert server.sent == [100_000, archive.size_bytes]


def test_a_server_that_ignores_ranges_and_truncates_does_not_loop(server, archive, folder):
    server.plan = 9 * [{"ranges": False, "after": 100_000}]
    assert "stopped at" in refusal(DownloadError, archive)
    assert len(server.asked) == 4
    assert_nothing_trusted(folder, archive)


@pytest.mark.parametrize("odd", [{"status": 416}, {"skew": 7}])
def test_an_answer_to_another_question_starts_over(server, archive, folder, odd):
    server.plan = [{"after": 100_000}, odd]
    fetch(archive)
    assert_fetched(folder, archive)
    assert server.asked == [None, "bytes=100000-", None]


def test_an_answer_of_unsaid_length(server, archive, folder):
    server.plan = [{"length": False, "after": 100_000}, {"length": False}]
    fetch(archive)
    assert_fetched(folder, archive)


def test_a_part_longer_than_the_file_is_thrown_away(server, archive, folder):
    folder.parent.mkdir()
    part_of(folder).write_bytes(bytes(archive.size_bytes + 1))
    fetch(archive)
    assert_fetched(folder, archive)
    assert server.asked == [None]


def test_a_file_of_another_length_is_not_even_downloaded(server, archive, folder):
    server.content = b"<html>Please log in to the hotel's network</html>"
    message = refusal(DownloadError, archive)
    assert "49 bytes" in message and "login page" in message
    assert_nothing_trusted(folder, archive)
    assert leftovers(folder) == []


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_http_errors(server, archive, folder, status):
    server.plan = [{"status": status}]
    message = refusal(DownloadError, archive)
    assert f"HTTP {status}" in message and "127.0.0.1" in message and "clips.tar.gz" in message
    assert_nothing_trusted(folder, archive)
    assert leftovers(folder) == []


def test_offline(archive, folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    nowhere = dataclasses.replace(archive, url=f"http://127.0.0.1:{closed}/clips.tar.gz")
    message = refusal(OfflineError, nowhere)
    assert "clips is not downloaded yet" in message and "connect to the internet" in message
    assert leftovers(folder) == []


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


def test_an_archive_that_tries_to_escape_is_not_trusted(server, archive, folder):
    server.content = packed({"yes/one.wav": b"fine", "../../escaped.txt": b"not fine"})
    sly = dataclasses.replace(
        archive,
        sha256=hashlib.sha256(server.content).hexdigest(),
        size_bytes=len(server.content),
    )
    assert "escaped.txt" in refusal(ArchiveError, sly)
    assert_nothing_trusted(folder, sly)
    assert leftovers(folder) == ["clips.tar.gz"]
    assert not list(folder.parent.parent.rglob("escaped.txt"))


def test_two_programs_at_once_share_one_download(server, archive, folder):
    server.plan = [{"pause": 1.5}]
    command = (
        "from tinyml_helpers.datasets.cache import fetch_archive\n"
        "from tinyml_helpers.datasets.download import Archive\n"
        f"print(fetch_archive('clips', {archive!r}, progress=False))"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [p.communicate()[0].strip() for p in programs] == [str(folder)] * 2
    assert_fetched(folder, archive)
    assert server.asked == [None]


def test_the_cache_folder_without_the_variable(monkeypatch):
    monkeypatch.setenv("TINYML_DATA", "")
    assert "tinyml-workbook" in data_folder().parts
    assert data_folder().is_absolute()
