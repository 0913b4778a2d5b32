"""`course.py doctor`: a line for each check, what to do where one fails, and the exit code."""

import contextlib
import errno
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial
from front_door_copy import copy_front_door, run
from ports_made_up import NANO, NANO_BOOT_LOADER, usb_port

from tinyml_helpers.course import doctor, environment


@pytest.fixture
def lines(monkeypatch, capsys):
    """A function that runs doctor on the given checks; returns its exit code and lines."""

    def run_checks(**checks):
        monkeypatch.setattr(doctor, "CHECKS", checks)
        code = doctor.main()
        return code, capsys.readouterr().out.splitlines()

    return run_checks


def says(problem):
    def check():
        raise problem

    return check


def test_a_healthy_computer_exits_with_0(lines):
    code, said = lines(disk=lambda: "10 GB free", ports=says(doctor.NotHere("no board")))
    assert (code, said) == (0, ["✓ disk: 10 GB free", "– ports: no board"])


def test_one_problem_exits_with_1_and_the_other_checks_still_run(lines):
    code, said = lines(disk=says(doctor.Problem("full: make room")), python=lambda: "fine")
    assert (code, said) == (1, ["✗ disk: full: make room", "✓ python: fine"])


def test_a_check_that_breaks_is_a_line_too(lines):
    code, said = lines(disk=says(RuntimeError("surprise")))
    assert (code, said) == (1, ["✗ disk: the check stopped with RuntimeError: surprise"])


def test_an_old_console_gets_plain_letters(monkeypatch):
    console = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", console)
    monkeypatch.setattr(doctor, "CHECKS", {"disk": lambda: "fine"})
    doctor.main()
    assert console.buffer.getvalue().decode("cp1252").rstrip() == "ok disk: fine"


def test_this_environment_is_as_locked_and_its_compiler_works():
    assert "all as in requirements.txt" in doctor.packages()
    assert "compiles" in doctor.c_compiler()


def test_packages_that_differ_from_the_lock_are_named(tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text(
        "numpy==0.1 \\\n    --hash=sha256:0\nnot-there==1.0\nnot-for-here==1.0 ; os_name == 'x'\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    with pytest.raises(doctor.Problem, match=r"numpy \(\d.*\), not-there \(missing\): ") as found:
        doctor.packages()
    assert "course.py lab" in str(found.value) and "not-for-here" not in str(found.value)


def test_too_little_disk_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=0.5e9))
    with pytest.raises(doctor.Problem, match=r"0\.5 GB free of the \d\.\d GB needed"):
        doctor.disk()


@pytest.fixture
def plug_in(monkeypatch):
    """A function that replaces the ports of this computer for the doctor."""
    from serial.tools import list_ports

    def run_here(command):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(command[2], {})
        return printed.getvalue()

    def replace(*ports):
        monkeypatch.setattr(doctor, "_run", run_here)
        monkeypatch.setattr(list_ports, "comports", lambda: list(ports))

    return replace


def test_a_board_is_named_and_a_port_of_the_computers_own_is_not(plug_in, monkeypatch):
    tried = []

    def serial_for_url(name, **settings):
        tried.append((name, settings["baudrate"]))
        return SimpleNamespace(close=lambda: tried.append("closed"))

    monkeypatch.setattr(serial, "serial_for_url", serial_for_url)
    plug_in(usb_port("COM5", NANO), usb_port("COM1"))
    assert doctor.serial_ports() == (
        "COM5: Arduino Nano 33 BLE, any revision, serial number E3D4B66F"
    )
    assert tried == [("COM5", 115_200), "closed"]


def test_the_boards_of_this_computer_are_asked_for_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(doctor, "_PLUGGED_IN", doctor._PLUGGED_IN + "\nprint('all asked')")
    assert doctor.serial_ports().endswith("all asked")


def test_no_board_is_no_problem(plug_in):
    plug_in(usb_port("/dev/ttyS0"))
    with pytest.raises(doctor.NotHere, match="no board"):
        doctor.serial_ports()


def test_a_boot_loader_is_a_problem_and_what_to_do_is_said(plug_in):
    plug_in(usb_port("COM5", NANO_BOOT_LOADER))
    with pytest.raises(doctor.Problem, match=r"^on COM5 is the boot loader .* reset button once$"):
        doctor.serial_ports()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no groups for serial ports")
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, r"may not use .*usermod -aG uucp \$USER"),
        (errno.EBUSY, "another program has .*Arduino IDE"),
    ],
)
def test_a_port_that_does_not_open_is_a_problem(plug_in, monkeypatch, tmp_path, number, said):
    def fails(*arguments, **settings):
        raise serial.SerialException(number, "no")

    monkeypatch.setattr(serial, "serial_for_url", fails)
    monkeypatch.setattr(Path, "group", lambda path: "uucp")
    port = tmp_path / "ttyACM0"
    port.touch()
    plug_in(usb_port(str(port), NANO))
    with pytest.raises(doctor.Problem, match=said):
        doctor.serial_ports()


def test_nothing_installed_is_said_and_nothing_is_installed(tmp_path):
    root = copy_front_door(tmp_path)
    bare = {**os.environ, "PYTHONPATH": "", "PYTHONUTF8": "1"}
    code, out, err = run(root, "doctor", python=sys._base_executable, env=bare)
    assert code == 1 and err == "" and len(out.splitlines()) == len(doctor.CHECKS)
    assert "✗ packages: " in out and "course.py lab" in out
    assert not (root / ".venv").exists()


def test_the_emulated_board_is_tried_for_real(monkeypatch):
    assert doctor.emulated_board() == "C compiled for a Nano runs on the emulated one"
    monkeypatch.setattr(doctor, "_ON_A_NANO", doctor._ON_A_NANO.replace("== 42", "== 43"))
    with pytest.raises(doctor.Problem, match="a wrong answer"):
        doctor.emulated_board()
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(doctor.Problem, match="unicorn is missing"):
        doctor.emulated_board()


def test_a_cache_that_cannot_be_written_is_what_to_mend_not_the_environment(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("TINYML_CACHE", str(tmp_path / "file" / "cache"))
    for check in (doctor.c_compiler, doctor.emulated_board):
        with pytest.raises(doctor.Problem, match="set TINYML_CACHE to a folder") as found:
            check()
        assert str(tmp_path / "file") in str(found.value) and ".venv" not in str(found.value)


def test_the_compiler_is_tried_where_the_lessons_keep_what_they_compile(monkeypatch, tmp_path):
    cache, home = tmp_path / 'a "cache"', tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("TINYML_CACHE", str(cache))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert "compiles" in doctor.c_compiler() and "compiles" in doctor.c_compiler()
    assert [path.name for path in cache.iterdir()] == ["zig"]  # both were compiled, neither kept
    assert list(home.iterdir()) == []


def test_no_advice_destroys_an_environment(monkeypatch):
    monkeypatch.setattr(environment, "is_ready", lambda: True)  # so that `lab` would do nothing
    with pytest.raises(doctor.Problem, match=r"rename the folder \.venv") as found:
        doctor._run([sys.executable, "-c", "raise OSError('broken')"])
    assert "delete" not in str(found.value)
