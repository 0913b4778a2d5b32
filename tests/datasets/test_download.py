"""Downloads against a local server that truncates, stalls, lies and refuses."""

import dataclasses
import hashlib
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import patience
import pytest
from archive_server import packed
from fetching import assert_fetched, assert_nothing_trusted, fetch, leftovers, part_of, refusal

from tinyml_helpers.datasets import ArchiveError, DownloadError, OfflineError, download
from tinyml_helpers.datasets.cache import data_folder, fetch_archive

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", patience.seconds(1))


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


def test_tries_start_over_once_bytes_came(server, archive, folder):
    nothing = {"after": 0}
    server.plan = [{"after": 100_000}, nothing, nothing, {"after": 50_000}, nothing, nothing]
    fetch(archive)
    assert_fetched(folder, archive)
    assert server.sent == [100_000, 0, 0, 50_000, 0, 0, archive.size_bytes - 150_000]


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


@pytest.mark.parametrize("status", [202, 403, 404, 500, 503])
def test_http_errors(server, archive, folder, status):
    server.plan = [{"status": status}]
    message = refusal(DownloadError, archive)
    assert f"HTTP {status}" in message and "127.0.0.1" in message and "clips.tar.gz" in message
    assert_nothing_trusted(folder, archive)
    assert leftovers(folder) == []


@pytest.mark.parametrize("status", [202, 403])
def test_a_refused_file_is_asked_for_at_its_other_address(server, archive, folder, status):
    both = dataclasses.replace(archive, elsewhere=archive.url.replace("clips.", "again/clips."))
    server.plan = [{"after": 100_000}, {"status": status}]
    fetch(both)
    assert_fetched(folder, both)
    assert server.paths == ["/clips.tar.gz", "/clips.tar.gz", "/again/clips.tar.gz"]
    assert server.asked == [None, "bytes=100000-", "bytes=100000-"]


def test_a_file_that_both_addresses_refuse(server, archive, folder):
    both = dataclasses.replace(archive, elsewhere=archive.url.replace("127.0.0.1", "localhost"))
    server.plan = [{"status": 403}, {"status": 202}]
    assert "localhost doesn't hand out" in refusal(DownloadError, both)
    assert len(server.asked) == 2
    assert_nothing_trusted(folder, both)


def test_another_file_is_asked_for_at_the_other_address(server, archive, folder):
    both = dataclasses.replace(archive, elsewhere=archive.url + "?again")
    server.plan = [{"content": b"<html>Are you a person?</html>"}]
    fetch(both)
    assert_fetched(folder, both)
    assert server.paths == ["/clips.tar.gz", "/clips.tar.gz?again"]


def test_offline(archive, folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    nowhere = dataclasses.replace(archive, url=f"http://127.0.0.1:{closed}/clips.tar.gz")
    message = refusal(OfflineError, nowhere)
    assert "clips is not downloaded yet" in message and "connect to the internet" in message
    assert leftovers(folder) == []


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
