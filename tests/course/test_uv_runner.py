"""uv in pip's place: what it is told, which settings it hears, and when pip takes over."""

import os

import pytest
from front_door_copy import path_with_uv

from tinyml_helpers.course import environment, installer, uv_runner

pytestmark = pytest.mark.skipif(os.name != "posix", reason="uv isn't used on Windows")

UV = """\
case "$*" in *--help*) echo '{options}'; exit;; esac
echo "$@" > uv-words
env > uv-variables
touch .venv.new/half-by-uv
{does}"""
OPTIONS = "--default-index --require-hashes --index-strategy --no-config"


@pytest.fixture
def uv(root):
    """Puts a uv on PATH that does what a line of shell says."""

    def put(does="exit 0", options=OPTIONS):
        path_with_uv(root.path, UV.format(does=does, options=options))

    root.pip_will()
    return put


def test_where_there_is_none_or_an_old_one_pip_is_used(root, uv):
    assert uv_runner.find() is None
    uv(options="--require-hashes --index-url")
    assert uv_runner.find() is None
    installer.ensure(root.path)
    assert "--require-hashes" in root.calls()[0][0] and not (root.path / "uv-words").exists()


def test_it_installs_the_hashed_lock_and_pip_only_the_workbook_itself(root, uv):
    uv()
    installer.ensure(root.path)
    words = (root.path / "uv-words").read_text(encoding="utf-8")
    assert f"--python={root.path / '.venv.new'}" in words and "--no-config" in words
    assert words.endswith("--require-hashes --only-binary=:all: -r requirements.txt\n")
    (call,) = root.calls()
    assert "--no-deps" in call[0] and environment.is_ready(root.path)


def test_where_it_fails_pip_begins_afresh_and_a_sentence_says_so(root, uv, capsys):
    uv("exit 2")
    installer.ensure(root.path)
    error = capsys.readouterr().err
    assert error.startswith("course.py: ") and error.count("\n") == 1 and "pip takes over" in error
    assert root.made == [root.path / ".venv.new"] * 2 and environment.is_ready(root.path)
    assert not (root.folder / "half-by-uv").exists()
    assert "--require-hashes" in root.calls()[0][0]


def test_an_update_that_fails_with_both_goes_on_with_the_old_environment(root, uv, capsys):
    root.install()
    before = root.stamp.read_bytes()
    uv("exit 2")
    root.change_lock()
    root.pip_will("connection broken by 'NewConnectionError'", 1)
    installer.ensure(root.path)
    assert "packages of before" in capsys.readouterr().err and root.beside() == []
    assert root.stamp.read_bytes() == before and not (root.folder / "half-by-uv").exists()


def test_it_fetches_from_where_pip_would_and_nothing_bends_it(root, uv, monkeypatch):
    settings = {
        "index-url": "http://one/simple",
        "extra-index-url": "\nhttp://two\nhttp://three",
        "find-links": "/a /b",
        "proxy": "http://proxy:1",
        "cert": "/ca.pem",
        "timeout": "7",
        "no-index": "true",
    }
    monkeypatch.setattr(uv_runner, "settings_of", lambda *_: settings)
    for name in ("UV_TARGET", "UV_NO_VERIFY_HASHES", "UV_OVERRIDE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("UV_CACHE_DIR", "/kept")
    uv()
    installer.ensure(root.path)
    lines = (root.path / "uv-variables").read_text(encoding="utf-8").splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    assert {name: value for name, value in found.items() if name.startswith("UV_")} == {
        "UV_DEFAULT_INDEX": "http://one/simple",
        "UV_INDEX": "http://two http://three",
        "UV_FIND_LINKS": "/a,/b",
        "UV_HTTP_TIMEOUT": "7",
        "UV_CACHE_DIR": "/kept",
    }
    assert found["HTTPS_PROXY"] == found["HTTP_PROXY"] == "http://proxy:1"
    assert found["SSL_CERT_FILE"] == "/ca.pem"
    words = (root.path / "uv-words").read_text(encoding="utf-8")
    assert "--no-index" in words and "--no-cache" not in words
