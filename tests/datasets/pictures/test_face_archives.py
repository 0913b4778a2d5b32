"""How archives of real faces are fetched, from a local server.

None of the official archives could be reached where this was written: what their servers send isn't
tested here.
"""

import dataclasses
import hashlib
import re
import threading

import pytest
from archive_server import Server
from places import DATA
from sklearn.datasets import _lfw, _olivetti_faces

from tinyml_helpers import datasets
from tinyml_helpers.datasets import download
from tinyml_helpers.datasets.cache import fetch_archive
from tinyml_helpers.datasets.catalogue import get
from tinyml_helpers.datasets.download import Archive, DownloadError, OfflineError


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TINYML_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "PAUSES", (0, 0))


def test_the_addresses_and_hashes_are_those_scikit_learn_pins():
    for name, pinned in (("lfw", _lfw.ARCHIVE), ("olivetti", _olivetti_faces.FACES)):
        archive = get(name).archive
        assert (archive.url, archive.sha256) == (pinned.url, pinned.checksum)
        assert archive.file_name == pinned.filename


@pytest.mark.parametrize("name", ["lfw", "olivetti", "boxed_faces"])
def test_nothing_is_downloaded_unasked(name):
    size = {"lfw": "181 MB", "olivetti": "4.3 MB", "boxed_faces": "137 MB"}[name]
    expected = (
        f"set {name} isn't on this computer: run `python course.py data {name}` once ({size})"
    )
    with pytest.raises(ValueError, match=re.escape(expected)):
        getattr(datasets, name)()


@pytest.mark.parametrize("name", ["lfw", "olivetti", "boxed_faces"])
def test_each_has_a_datasheet(name):
    sheet = (DATA / f"{name}.md").read_text(encoding="utf-8")
    assert f"({name}.md)" in (DATA / "README.md").read_text(encoding="utf-8")
    for heading in ("Where it comes from", "Licence", "What is in it", "How it is split", "Limits"):
        assert f"## {heading}" in sheet
    assert get(name).licence.split(",")[0].lower() in sheet.lower()
    assert get(name).source in sheet


@pytest.fixture
def served(olivetti_folder):
    """A local server with the stand-in for olivettifaces.mat, and an Archive of unknown size."""
    content = (olivetti_folder / "olivettifaces.mat").read_bytes()
    with Server(content) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield (
            server,
            dataclasses.replace(
                get("olivetti").archive,
                url=f"http://127.0.0.1:{server.server_port}/files/5976027",
                elsewhere=None,
                sha256=hashlib.sha256(content).hexdigest(),
            ),
        )
        server.over.set()
        server.shutdown()
        thread.join()


def test_a_single_file_of_unknown_size_is_fetched(served):
    server, archive = served
    folder = fetch_archive("olivetti", archive, progress=False)
    assert [path.name for path in sorted(folder.iterdir())] == [".complete", "olivettifaces.mat"]
    assert (folder / "olivettifaces.mat").read_bytes() == server.content
    assert len(datasets.olivetti(folder).images) == 100
    (folder / ".complete").write_text(get("olivetti").archive.sha256)
    assert len(datasets.olivetti().images) == 100


def test_a_single_file_of_unknown_size_is_resumed(served):
    server, archive = served
    server.plan = [{"after": 100_000, "then": "close"}]
    fetch_archive("olivetti", archive, progress=False)
    assert server.asked == [None, "bytes=100000-"]
    assert sum(server.sent) == len(server.content)


@pytest.mark.parametrize(
    ("plan", "content", "message"),
    [
        ({"length": False}, None, "an unsaid number of bytes, not 1 to 10,000,000"),
        ({}, b"", "0 bytes, not 1 to 10,000,000"),
        ({}, bytes(10_000_001), "10,000,001 bytes, not 1 to 10,000,000"),
        ({}, b"a login page", "isn't the published file"),
        ({"status": 403}, None, "HTTP 403"),
    ],
)
def test_what_a_server_may_send_instead(served, plan, content, message):
    server, archive = served
    server.plan = [plan]
    server.content = server.content if content is None else content
    with pytest.raises(DownloadError, match=message) as caught:
        fetch_archive("olivetti", archive, progress=False)
    assert "\n" not in str(caught.value)


def test_a_download_of_unknown_size_that_ends_early(served):
    server, archive = served
    server.plan = [{"after": 100_000, "then": "close"}] + 3 * [{"after": 0, "then": "close"}]
    with pytest.raises(DownloadError, match=r"stopped at 0\.1 of 2\.[0-9] MB"):
        fetch_archive("olivetti", archive, progress=False)


def test_no_network():
    nowhere = Archive("http://127.0.0.1:9/5976027", "0" * 64, None, 1_000_000, "faces.mat")
    with pytest.raises(OfflineError, match="olivetti is not downloaded yet and 127"):
        fetch_archive("olivetti", nowhere, progress=False)
