"""What the tests of downloads share: a local server, its archive, and where that goes."""

import hashlib
import threading

import pytest
from archive_server import FILES, Server, packed

from tinyml_helpers.datasets import download
from tinyml_helpers.datasets.download import Archive


@pytest.fixture
def server():
    """A local server with an archive of FILES."""
    with Server(packed(FILES)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def archive(server):
    """The Archive the server has."""
    return Archive(
        url=f"http://127.0.0.1:{server.server_port}/clips.tar.gz",
        sha256=hashlib.sha256(server.content).hexdigest(),
        size_bytes=len(server.content),
        unpacked_bytes=400_000,
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder the data set `clips` goes to; nothing waits long, nothing asks a proxy."""
    monkeypatch.setenv("TINYML_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "PAUSES", (0, 0))
    return tmp_path / "data" / "clips"
