"""The front door: its commands and the conditions under which they can't work."""

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.request
from pathlib import Path

import patience
import pytest
from front_door_copy import ROOT, copy_front_door, make_ready, run, start
from places import LESSONS

import course
from tinyml_helpers.course import environment, front_door


@pytest.fixture
def copy(tmp_path):
    return copy_front_door(tmp_path)


@pytest.fixture
def became(monkeypatch):
    """What the front door would have run: the module and its words."""
    calls = []
    monkeypatch.setattr(front_door, "_prepared", lambda: "python")
    monkeypatch.setattr(front_door, "_become", lambda python, *words: calls.append(words) or 0)
    return calls


def is_one_sentence(said):
    return said.startswith("course.py: ") and said.count("\n") == 1 and "Traceback" not in said


def old_pythons():
    """Interpreters on this computer that are too old, found where pyenv and PATH keep them."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = [*pyenv.glob("versions/[23].*/bin/python"), Path("/usr/bin/python2.7")]
    return [str(path) for path in found if path.exists() and _version(path) < course.OLDEST]


def _version(path):
    code = "import sys; print('%d %d' % sys.version_info[:2])"
    return tuple(map(int, subprocess.check_output([path, "-c", code], text=True).split()))


def test_an_old_python_is_told_so_in_a_sentence(copy):
    pythons = old_pythons()
    if not pythons:
        pytest.skip("no Python older than 3.11 on this computer")
    for python in pythons:
        code, out, err = run(copy, "lab", python=python)
        found = "Python {}.{} ".format(*_version(python))
        assert (code, out) == (1, "") and is_one_sentence(err)
        assert "3.11 to 3.13 is needed" in err and found in err and "python.org" in err
        assert not (copy / ".venv").exists()


def test_the_file_parses_for_an_old_python():
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 4))
    assert source.isascii()  # Python 2.7 stops at any other letter


def wait_for_answer(address):
    """Ask a lab at the address it printed: told to end before it answers, it may hang for ever."""
    end = time.monotonic() + patience.seconds(120)
    while True:
        try:
            return urllib.request.urlopen(address, timeout=patience.seconds(60)).close()
        except OSError as error:
            assert time.monotonic() < end, f"{error}; {patience.over(120)}"
            time.sleep(0.1)


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0), (2, 7, 18), (4, 0, 0)])
def test_a_wrong_version_is_refused_and_named(monkeypatch, version):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version_info", version)
        with pytest.raises(SystemExit) as stopped:
            course.main()
    assert f"this is Python {version[0]}.{version[1]} " in stopped.value.code


def test_the_python_range_is_the_packages_own():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest, newest = course.OLDEST, course.NEWEST
    assert project["requires-python"] == f">={oldest[0]}.{oldest[1]},<3.{newest[1] + 1}"


def test_the_front_door_needs_only_the_standard_library(copy):
    code = (
        "import sys; sys.path.insert(0, '.'); from tinyml_helpers.course import front_door, doctor"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=copy, check=True)


def test_help_names_every_command(copy):
    code, out, _err = run(copy, "--help")
    assert code == 0
    for command in ("lab", "test", "run", "refresh", "data", "site", "doctor"):
        assert f"course.py {command}" in out


def test_a_taken_port_is_refused_before_anything_is_installed(copy):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, out, err = run(copy, "lab", "--no-browser", "--port", str(port))
    assert (code, out) == (1, "") and is_one_sentence(err)
    assert f"Port {port} is taken" in err and "--port" in err
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1"])
def test_a_port_that_is_none_is_refused(port, capsys):
    with pytest.raises(SystemExit) as stopped:
        front_door.main(["lab", f"--port={port}"], "")
    assert stopped.value.code == 2
    assert "a port is a number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "refresh"])
def test_an_unknown_lesson_is_refused_and_the_known_are_listed(copy, command):
    code, out, err = run(copy, command, "77")
    assert (code, out) == (1, "") and is_one_sentence(err)
    assert "'77'" in err and "00_first, 01_second" in err
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize("name", ["0", "00", "{0.stem}", "notebooks/{0.name}", "{topic}"])
def test_a_lesson_may_be_named_in_any_way(became, name):
    (lesson,) = (ROOT / "notebooks").glob("00_*.ipynb")
    assert front_door.main(["refresh", name.format(lesson, topic=lesson.stem[3:])], "") == 0
    assert became == [("tinyml_helpers.course.lesson_runner", "refresh", lesson)]


def test_a_workbook_without_lessons_says_so(copy):
    for lesson in (copy / "notebooks").iterdir():
        lesson.unlink()
    code, out, err = run(copy, "refresh")
    assert (code, out) == (1, "") and is_one_sentence(err)
    assert "no lesson in notebooks" in err


def test_refresh_without_a_name_means_all_lessons(became):
    front_door.main(["refresh"], "")
    assert list(became[0][2:]) == LESSONS and LESSONS


def test_an_unknown_data_set_is_refused_and_the_known_are_listed():
    command = [sys.executable, "-m", "tinyml_helpers.datasets", "nope"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0 and "nope" in done.stderr and "digits" in done.stderr
    assert "Traceback" not in done.stderr


def test_everything_runs_on_two_workers_and_a_selection_on_none(became):
    for words in ([], ["-x"], ["tests/test_boards.py"], ["-k", "boards"], ["-n", "4"]):
        front_door.main(["test", *words], "")
    assert became == [
        ("pytest", "--nbval", "-n", "2"),
        ("pytest", "--nbval", "-n", "2", "-x"),
        ("pytest", "--nbval", "tests/test_boards.py"),
        ("pytest", "--nbval", "-k", "boards"),
        ("pytest", "--nbval", "-n", "4"),
    ]


def test_the_exit_code_is_pytests_and_nothing_of_another_python_leaks_in(copy):
    make_ready(copy)
    (copy / "test_one.py").write_text(
        "import os, sys\n"
        "def test_place(): assert os.environ['PYTHONUTF8'] == '1'\n"
        "def test_path(): assert 'elsewhere' not in ' '.join(sys.path)\n"
        "def test_fails(): assert False\n",
        encoding="utf-8",
    )
    leaking = {**os.environ, "PYTHONPATH": "elsewhere"}
    code, out, _err = run(copy, "test", "-q", "test_one.py", env=leaking)
    assert code == 1 and "1 failed, 2 passed" in out


def test_the_lab_opens_the_first_lesson(copy):
    make_ready(copy)
    stamped = (copy / ".venv" / "course.stamp").stat().st_mtime_ns
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lab = start(copy, "lab", "--no-browser", "--port", str(port))
    watch = threading.Timer(patience.seconds(120), lab.kill)
    watch.start()
    try:
        address = rf"http://127\.0\.0\.1:{port}/lab/tree/my_work/lessons/00_first\.ipynb\?token=\w+"
        said = ""
        for line in lab.stderr:
            said += line
            if found := re.search(address, line):
                break
        else:
            why = patience.over(120) if watch.finished.is_set() else "it ended"
            pytest.fail(f"the address was never printed; {why}:\n{said}")
        wait_for_answer(found.group())
    finally:
        watch.cancel()
        lab.terminate()
        lab.communicate(timeout=patience.seconds(60))
    assert (copy / ".venv" / "course.stamp").stat().st_mtime_ns == stamped


@pytest.mark.skipif(os.name != "posix", reason="a console's Ctrl-C can't be sent to one program")
def test_an_interrupted_install_leaves_nothing_to_trust(copy):
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip("Ctrl-C is ignored here, as in a shell's background, and children inherit that")
    # Python runs a module of the current folder before an installed one, so this is the pip used.
    (copy / "pip.py").write_text(
        "import sys, time\n"
        "sys.argv[1] == 'config' and sys.exit()\n"
        "print('Installing collected packages: one, two', flush=True)\n"
        "time.sleep(600)\n",
        encoding="utf-8",
    )
    install = start(copy, "test")
    for line in install.stdout:
        if "of 2 packages" in line:
            break
    assert (copy / ".venv.new").exists() and not environment.is_ready(copy)
    install.send_signal(signal.SIGINT)
    _out, err = install.communicate(timeout=patience.seconds(60))
    assert install.returncode == 130 and is_one_sentence(err.lstrip())
    assert not list(copy.glob(".venv*"))
