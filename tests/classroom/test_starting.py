"""`course.py hub` as a teacher starts it: what it refuses, and in which words."""

import json
import os
import socket
import ssl
import sys
from pathlib import Path

import pytest

from tinyml_helpers.course import front_door, parts
from tinyml_helpers.course.explaining import Stop

pytest.importorskip("jupyterhub", reason="needs what `course.py hub` installs")
from classroom import certificate, hub

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no hub there")


@pytest.fixture
def chosen(monkeypatch):
    """What `course.py hub` would give to the hub, by its options."""
    given = []
    monkeypatch.setattr(parts, "ensure", lambda part: None)
    monkeypatch.setattr(front_door, "_become", lambda *words: given.append(words[-1]))

    def of(*words):
        assert front_door.main(["hub", *words], "") == 0
        return json.loads(given[-1])

    return of


def test_options_reach_the_hub_as_absolute_paths(chosen, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = chosen("--students", "12", "--folder", "here", "--password-file", "p.csv")
    assert options["students"] == 12 and options["folder"] == str(tmp_path / "here")
    assert options["password_file"] == str(tmp_path / "p.csv") and options["port"] == 8000


def test_a_certificate_goes_with_its_key(chosen, capsys):
    assert front_door.main(["hub", "--certificate", "x.pem"], "") == 1
    assert "give both --certificate and --key" in capsys.readouterr().err


def test_a_taken_port_is_said():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Stop, match=f"Port {port} of 127.0.0.1 can't be had.*--port"):
            hub._free("127.0.0.1", port)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only of root's hub")
def test_a_closed_folder_is_named(tmp_path):
    tmp_path.chmod(0o700)
    with pytest.raises(Stop, match="is closed to others: move the workbook"):
        hub._refuse_closed(tmp_path)


def test_memory_is_shared_out_within_what_is_sensible():
    assert hub.shared_out(1) == 4_000_000_000
    assert hub.shared_out(10_000) == 1_200_000_000


@pytest.mark.parametrize("address", ["192.0.2.7", "class.example"])
def test_a_certificate_of_its_own_is_for_the_address(tmp_path, address, capsys):
    pair = certificate.own(tmp_path, address)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    made = ssl._ssl._test_decode_cert(pair[0])
    assert address in {name for _, name in made["subjectAltName"]}
    assert all(Path(path).stat().st_mode & 0o077 == 0 for path in pair)
    assert "SHA-256 fingerprint" in capsys.readouterr().out
