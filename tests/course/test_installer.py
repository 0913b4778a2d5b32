"""Making `.venv`: when it is trusted, when it is made again, and each way it can fail."""

import errno
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from front_door_copy import copy_front_door, make_ready

from tinyml_helpers.course import environment, installer


def test_a_first_start_says_what_it_costs_and_stamps_last(root, capsys):
    root.pip_will("Installing collected packages: one, two")
    installer.ensure(root.path)
    said = capsys.readouterr().out
    assert "985 MB to download" in said and "3.3 GB on disk" in said and "minutes" in said
    calls = root.calls()
    assert "making an empty environment" in said and "trying it out" in said
    assert "--require-hashes" in calls[0][0] and "--no-deps" in calls[1][0]
    assert not any(stamped for _words, stamped, _place in calls)
    assert environment.is_ready(root.path)


def test_an_activated_environment_calls_itself_by_its_name(root):
    root.install()
    for activate in environment.python_of(root.path).parent.glob("activate*"):
        assert ".venv.new" not in activate.read_text(encoding="utf-8")


def test_a_second_start_installs_nothing_and_says_nothing(root, capsys):
    root.install()
    capsys.readouterr()
    installer.ensure(root.path)
    assert capsys.readouterr().out == ""
    assert not root.made and not root.calls()


@pytest.mark.parametrize("text", [None, "", "lock 0", "\udcff"])
def test_an_environment_without_the_right_stamp_is_made_afresh(root, text):
    root.install()
    if text is None:
        root.stamp.unlink()
    else:
        root.stamp.write_bytes(text.encode("utf-8", "surrogateescape"))
    installer.ensure(root.path)
    assert root.made == [root.path / ".venv.new"] and environment.is_ready(root.path)


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
    root.pip_will(said, 1)
    root.refused(sentence)
    assert not (root.path / ".venv").exists()
    assert said in (root.path / ".cache" / "setup.log").read_text(encoding="utf-8")


def test_too_little_room_is_refused_before_anything_is_made(root, monkeypatch):
    monkeypatch.setattr(installer.shutil, "disk_usage", lambda _: SimpleNamespace(free=1.5e9))
    assert "1.5 GB left" in root.refused("The disk is too full")
    assert not root.made


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_is_named(root, monkeypatch, code):
    def refuse(*_args, **_options):
        raise OSError(code, os.strerror(code), str(root.path / ".venv"))

    monkeypatch.setattr(installer.venv, "create", refuse)
    assert str(root.path / ".venv") in root.refused("can't be written")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows keeps permissions elsewhere")
def test_a_read_only_folder_is_named(root):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    root.path.chmod(0o555)
    try:
        root.refused("can't be written")
    finally:
        root.path.chmod(0o755)


def test_a_package_that_does_not_start_is_not_stamped(root):
    root.pip_will()
    (root.path / "tensorflow.py").write_text("raise ImportError('DLL load failed')")
    root.refused("doesn't start: ImportError: DLL load failed")


def test_two_at_once_do_not_meet(root):
    root.pip_will()
    with installer.only_one_at_a_time(root.path):
        root.refused("Another course.py is setting up")
    installer.ensure(root.path)


def test_a_program_that_was_killed_holds_nobody_up(root):
    code = (
        "import os, sys; from pathlib import Path; from tinyml_helpers.course import installer\n"
        "with installer.only_one_at_a_time(Path.cwd()): os._exit(9)"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=root.path)
    assert killed.returncode == 9
    root.pip_will()
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
    root.refused(word)
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
    root.refused(word)


@pytest.mark.parametrize("system, machine", installer.PLATFORMS)
def test_the_systems_tensorflow_supports_are_let_in(monkeypatch, system, machine):
    plain = {**vars(sys), "platform": system, "implementation": SimpleNamespace()}
    monkeypatch.setattr(installer, "sys", SimpleNamespace(**plain))
    monkeypatch.setattr(installer.platform, "machine", lambda: machine)
    installer.refuse_platform()


def test_a_python_without_ensurepip_is_told_what_to_install(root, monkeypatch):
    monkeypatch.setattr(installer.importlib.util, "find_spec", lambda name: None)
    assert "apt install python3." in root.refused("ensurepip is missing")


def test_the_environment_that_runs_this_is_not_pulled_away(root, monkeypatch):
    here = {**vars(sys), "prefix": str(root.path / ".venv")}
    monkeypatch.setattr(installer, "sys", SimpleNamespace(**here))
    root.refused("deactivate")


def test_nothing_of_another_python_leaks_in(monkeypatch):
    leaks = ("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PYTHONWARNINGS")
    for name in (*leaks, "PYTHONHASHSEED"):
        monkeypatch.setenv(name, "1")
    variables = environment.child_environment()
    assert not set(leaks) & set(variables) and variables["PYTHONHASHSEED"] == "1"
    assert variables["PYTHONNOUSERSITE"] == variables["PYTHONUTF8"] == "1"
    assert variables["TF_ENABLE_ONEDNN_OPTS"] == "0"
