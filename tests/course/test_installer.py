"""Making `.venv`: when it is trusted, when it is made again, and each way it can fail."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from front_door_copy import copy_front_door, make_ready

from tinyml_helpers.course import environment, installer

PIP = """
import json, pathlib, sys
calls = pathlib.Path("calls.json")
known = json.loads(calls.read_text()) if calls.exists() else []
known.append([sys.argv[1:], pathlib.Path(".venv/course.stamp").exists()])
calls.write_text(json.dumps(known))
print({said!r})
sys.exit({code})
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A workbook folder where environments are empty and made by this Python, in no time."""
    root = copy_front_door(tmp_path)
    made = []

    def create(folder, **_options):
        made.append(folder)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    monkeypatch.setattr(installer.venv, "create", create)
    monkeypatch.setattr(environment, "python_of", lambda root: Path(sys.executable))
    (root / "tensorflow.py").touch()
    (root / "matplotlib").mkdir()
    (root / "matplotlib" / "pyplot.py").touch()
    return SimpleNamespace(path=root, made=made)


def pip_will(root, said="", code=0):
    """Put a pip into the folder that says `said`; Python prefers it to the installed one."""
    (root.path / "pip.py").write_text(PIP.format(said=said, code=code), encoding="utf-8")


def stamp_of(root):
    return root.path / ".venv" / "course.stamp"


def installed(root):
    pip_will(root, "Installing collected packages: one, two")
    installer.ensure(root.path)
    root.made.clear()
    (root.path / "calls.json").unlink()


def refused(root, match):
    """`ensure` stops with one sentence that matches; returns it."""
    with pytest.raises(installer.Stop, match=match) as stopped:
        installer.ensure(root.path)
    sentence = str(stopped.value)
    assert "\n" not in sentence and sentence.endswith(".")
    assert not environment.is_ready(root.path)
    return sentence


def test_a_first_start_says_what_it_costs_and_stamps_last(root, capsys):
    pip_will(root, "Installing collected packages: one, two")
    installer.ensure(root.path)
    said = capsys.readouterr().out
    assert "950 MB to download" in said and "3.3 GB on disk" in said and "minutes" in said
    calls = (root.path / "calls.json").read_text()
    assert "--require-hashes" in calls and "--no-deps" in calls
    assert "true" not in calls  # no stamp while pip ran
    settings = root.path / ".venv/share/jupyter/lab/settings/overrides.json"
    assert '"fetchNews": "false"' in settings.read_text(encoding="utf-8")
    assert environment.is_ready(root.path)


def test_a_second_start_installs_nothing_and_says_nothing(root, capsys):
    installed(root)
    capsys.readouterr()
    installer.ensure(root.path)
    assert capsys.readouterr().out == ""
    assert not root.made and not (root.path / "calls.json").exists()


def test_a_changed_lock_is_installed_again_in_place(root):
    installed(root)
    (root.path / "requirements.txt").write_text("# another lock\n", encoding="utf-8")
    assert not environment.is_ready(root.path)
    installer.ensure(root.path)
    assert environment.is_ready(root.path)
    assert not root.made and (root.path / "calls.json").exists()


def test_a_changed_lock_that_cannot_be_fetched_leaves_the_old_environment(root):
    installed(root)
    lock = root.path / "requirements.txt"
    before = lock.read_bytes()
    lock.write_text("# another lock\n", encoding="utf-8")
    pip_will(root, "connection broken by 'NewConnectionError'", 1)
    refused(root, "check the network")
    lock.write_bytes(before)
    assert environment.is_ready(root.path)


def test_a_changed_lock_that_fails_half_way_leaves_nothing(root):
    installed(root)
    (root.path / "requirements.txt").write_text("# another lock\n", encoding="utf-8")
    pip_will(root, "Installing collected packages: one\nERROR: oops", 1)
    refused(root, "pip stopped with: oops")
    assert not (root.path / ".venv").exists()


@pytest.mark.parametrize("text", [None, "", "lock 0", "\udcff"])
def test_an_environment_without_the_right_stamp_is_made_afresh(root, text):
    installed(root)
    if text is None:
        stamp_of(root).unlink()
    else:
        stamp_of(root).write_bytes(text.encode("utf-8", "surrogateescape"))
    installer.ensure(root.path)
    assert root.made == [root.path / ".venv"] and environment.is_ready(root.path)


def test_a_moved_folder_is_made_afresh(root):
    installed(root)
    moved = root.path.rename(root.path.parent / "moved")
    assert not environment.is_ready(moved)
    installer.ensure(moved)
    assert root.made == [moved / ".venv"]


def test_another_or_a_lost_python_is_noticed(tmp_path):
    root = copy_front_door(tmp_path)
    make_ready(root)
    assert environment.is_ready(root)
    stamp = root / ".venv" / "course.stamp"
    right = stamp.read_text(encoding="utf-8")
    stamp.write_text(right.replace("python 3", "python 2"), encoding="utf-8")
    assert not environment.is_ready(root)
    stamp.write_text(right, encoding="utf-8")
    environment.python_of(root).unlink()
    assert not environment.is_ready(root)


FAILURES = {
    "no network": ("WARNING: Retrying after connection broken by 'NewConnectionError'", "network"),
    "no name server": ("Temporary failure in name resolution", "check the network"),
    "lost on the way": ("pip._vendor.urllib3.exceptions.IncompleteRead(3 bytes)", "the network"),
    "disk full": ("ERROR: [Errno 28] No space left on device: 'x'", "The disk is full"),
    "disk full, Windows": ("There is not enough space on the disk", "The disk is full"),
    "quota": ("[Errno 122] Disk quota exceeded", "The disk is full"),
    "wrong hash": ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE", "the lock names"),
    "anything else": ("ERROR: first\nERROR: the reason.", "pip stopped with: the reason; the"),
    "nothing said": ("", "pip stopped with"),
}


@pytest.mark.parametrize("said, sentence", FAILURES.values(), ids=FAILURES)
def test_a_pip_that_fails_becomes_one_sentence(root, said, sentence):
    pip_will(root, said, 1)
    refused(root, sentence)
    assert not (root.path / ".venv").exists()
    assert said in (root.path / ".cache" / "setup.log").read_text(encoding="utf-8")


def test_the_real_pip_without_a_network_becomes_one_sentence(root, monkeypatch):
    lock = f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n"
    (root.path / "requirements.txt").write_text(lock, encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # nothing listens there
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    refused(root, "check the network")


def test_too_little_room_is_refused_before_anything_is_made(root, monkeypatch):
    monkeypatch.setattr(installer.shutil, "disk_usage", lambda _: SimpleNamespace(free=1.5e9))
    assert "1.5 GB left" in refused(root, "The disk is too full")
    assert not root.made


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_is_named(root, monkeypatch, code):
    def refuse(*_args, **_options):
        raise OSError(code, os.strerror(code), str(root.path / ".venv"))

    monkeypatch.setattr(installer.venv, "create", refuse)
    assert str(root.path / ".venv") in refused(root, "can't be written")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows keeps permissions elsewhere")
def test_a_read_only_folder_is_named(root):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    root.path.chmod(0o555)
    try:
        refused(root, "can't be written")
    finally:
        root.path.chmod(0o755)


def test_a_package_that_does_not_start_is_not_stamped(root):
    pip_will(root)
    (root.path / "tensorflow.py").write_text("raise ImportError('DLL load failed')")
    refused(root, "doesn't start: ImportError: DLL load failed")


def test_two_at_once_do_not_meet(root):
    pip_will(root)
    with installer._only_one_at_a_time(root.path):
        refused(root, "Another course.py is setting up")
    installer.ensure(root.path)


def test_a_program_that_was_killed_holds_nobody_up(root):
    code = (
        "import os, sys; from pathlib import Path; from tinyml_helpers.course import installer\n"
        "with installer._only_one_at_a_time(Path.cwd()): os._exit(9)"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=root.path)
    assert killed.returncode == 9
    pip_will(root)
    installer.ensure(root.path)


@pytest.mark.parametrize(
    "system, machine, word",
    [
        ("darwin", "x86_64", "Intel Macs"),
        ("linux", "armv7l", "linux-armv7l"),
        ("linux", "i686", "linux-i686"),
        ("win32", "ARM64", "win32-ARM64"),
        ("freebsd14", "amd64", "freebsd14-amd64"),
    ],
)
def test_a_system_without_tensorflow_is_refused(root, monkeypatch, system, machine, word):
    monkeypatch.setattr(installer, "sys", SimpleNamespace(**{**vars(sys), "platform": system}))
    monkeypatch.setattr(installer.platform, "machine", lambda: machine)
    refused(root, word)
    assert not root.made


@pytest.mark.parametrize(
    "attribute, value, word",
    [
        ("implementation", SimpleNamespace(_multiarch="x86_64-linux-musl"), "musl"),
        ("maxsize", 2**31 - 1, "32-bit"),
    ],
)
def test_a_python_without_tensorflow_is_refused(root, monkeypatch, attribute, value, word):
    monkeypatch.setattr(installer, "sys", SimpleNamespace(**{**vars(sys), attribute: value}))
    refused(root, word)


@pytest.mark.parametrize("system, machine", installer.PLATFORMS)
def test_the_systems_tensorflow_supports_are_let_in(monkeypatch, system, machine):
    plain = {**vars(sys), "platform": system, "implementation": SimpleNamespace()}
    monkeypatch.setattr(installer, "sys", SimpleNamespace(**plain))
    monkeypatch.setattr(installer.platform, "machine", lambda: machine)
    installer.refuse_platform()


def test_a_python_without_ensurepip_is_told_what_to_install(root, monkeypatch):
    monkeypatch.setattr(installer.importlib.util, "find_spec", lambda name: None)
    assert "apt install python3." in refused(root, "ensurepip is missing")


def test_the_environment_that_runs_this_is_not_pulled_away(root, monkeypatch):
    here = {**vars(sys), "prefix": str(root.path / ".venv")}
    monkeypatch.setattr(installer, "sys", SimpleNamespace(**here))
    refused(root, "deactivate")


def test_nothing_of_another_python_leaks_in(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PYTHONHOME", "elsewhere")
    variables = environment.child_environment()
    assert "PYTHONPATH" not in variables and "PYTHONHOME" not in variables
    assert variables["PYTHONNOUSERSITE"] == variables["PYTHONUTF8"] == "1"
    assert variables["TF_ENABLE_ONEDNN_OPTS"] == "0"
