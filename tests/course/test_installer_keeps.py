"""What is in `.venv` when anything changes: never less than before, and never half of it."""

import datetime
import os
import shutil
import signal
import subprocess

import pytest
from front_door_copy import start
from pretend_pip import python_elsewhere, runs

from tinyml_helpers.course import environment, folders, installer

NO_NETWORK = ("connection broken by 'NewConnectionError'", 1, True)
needs_links = pytest.mark.skipif(os.name != "posix", reason="a Python is a link only here")


def test_a_moved_folder_is_mended_without_a_network(root, capsys):
    root.install()
    script = environment.python_of(root.path).with_name("says")
    script.write_bytes(
        b"#!" + os.fsencode(environment.python_of(root.path)) + b"\nprint('hello')\n"
    )
    script.chmod(0o755)
    root.move('an "other" place, it\'s')
    root.pip_will(*NO_NETWORK)
    installer.ensure(root.path)
    assert environment.is_ready(root.path) and "mending" in capsys.readouterr().out
    assert not root.made and (root.folder / "old").exists()
    ((words, _stamped, place),) = root.calls()
    assert {"--no-index", "--no-deps", "--no-build-isolation", "-e"} <= set(words)
    assert place == str(root.folder)
    script = environment.python_of(root.path).with_name("says")
    if os.name == "posix":
        assert subprocess.check_output([script]) == b"hello\n"
    activate = script.with_name("activate").read_text(encoding="utf-8")
    assert "other" in activate


def test_a_moved_folder_that_cannot_be_mended_is_kept(root, capsys):
    root.install()
    root.move()
    root.pip_will("connection broken by 'NewConnectionError'", 1)
    root.refused("check the network")
    assert (root.folder / "old").exists() and root.beside() == []
    root.move("my cöurse")
    assert environment.is_ready(root.path)  # where it was, it is as it was


@needs_links
def test_an_environment_whose_python_is_gone_gets_another_of_its_version(root, tmp_path):
    root.install()
    link = python_elsewhere(tmp_path / "python")
    python = environment.python_of(root.path)
    python.unlink()
    python.symlink_to(link)
    link.unlink()
    assert not runs(root.path) and not environment.is_ready(root.path)
    root.pip_will(*NO_NETWORK)
    installer.ensure(root.path)
    assert environment.is_ready(root.path) and runs(root.path)
    assert not root.made and (root.folder / "old").exists()


def upgrade_python(root):
    """As if the Python behind the environment were of another version now."""
    text = root.stamp.read_text(encoding="utf-8")
    root.stamp.write_text(text.replace("python 3 ", "python 3 1000"), encoding="utf-8")


def test_an_upgraded_python_without_a_network_leaves_the_old_environment(root):
    root.install()
    upgrade_python(root)
    before = root.stamp.read_bytes()
    root.pip_will(*NO_NETWORK)
    root.refused("check the network")
    assert root.stamp.read_bytes() == before and (root.folder / "old").exists()
    assert root.beside() == []


def test_an_upgraded_python_gets_an_environment_made_beside_the_old_one(root):
    root.install()
    upgrade_python(root)
    installer.ensure(root.path)
    assert root.made == [root.path / ".venv.new"] and environment.is_ready(root.path)
    assert not (root.folder / "old").exists() and root.beside() == []


def test_a_changed_lock_is_installed_into_a_copy_that_takes_the_place(root):
    root.install()
    root.change_lock()
    assert not environment.is_ready(root.path)
    installer.ensure(root.path)
    assert environment.is_ready(root.path) and (root.folder / "old").exists()
    assert not root.made and root.beside() == []
    assert {place for _words, _stamped, place in root.calls()} == {str(root.path / ".venv.new")}


@pytest.mark.parametrize("said", [NO_NETWORK[0], "Installing collected packages: one\nERROR: oops"])
def test_a_changed_lock_that_fails_goes_on_with_the_old_environment(root, capsys, said):
    root.install()
    root.change_lock()
    before = root.stamp.read_bytes()
    root.pip_will(said, 1)
    (root.folder / "half").unlink()
    installer.ensure(root.path)
    error = capsys.readouterr().err
    assert error.startswith("course.py: ") and "packages of before" in error
    assert error.count("\n") == 1 and runs(root.path)
    assert root.stamp.read_bytes() == before and not (root.folder / "half").exists()
    assert root.beside() == []


def test_a_moved_folder_with_a_changed_lock_goes_on_without_a_network(root, capsys):
    root.install()
    root.change_lock()
    root.move()
    root.pip_will(*NO_NETWORK)
    installer.ensure(root.path)
    assert f"place {root.path}" in root.stamp.read_text(encoding="utf-8")
    assert "packages of before" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="Windows has other signals")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_an_update_that_is_killed_leaves_the_old_environment(root, name):
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip("Ctrl-C is ignored here, as in a shell's background, and children inherit that")
    root.install()
    before = root.stamp.read_bytes()
    root.change_lock()
    root.put(
        "pip.py",
        "import sys, time\n"
        "sys.argv[1] == 'config' and sys.exit()\n"
        "print('Installing collected packages: one, two', flush=True)\n"
        "time.sleep(600)\n",
    )
    update = start(root.path, "data")
    assert any("of 2 packages" in line for line in update.stdout)
    update.send_signal(getattr(signal, name))
    update.communicate()
    assert root.stamp.read_bytes() == before and runs(root.path)


def foreign(root):
    (root.folder / "bin").mkdir(parents=True)
    (root.folder / "bin" / "mine").touch()


def test_an_environment_of_somebody_elses_is_set_aside_and_said(root, capsys):
    root.pip_will()
    today = f".venv-{datetime.date.today()}"
    for name in (today, f"{today}-2"):
        foreign(root)
        installer.ensure(root.path)
        assert environment.is_ready(root.path)
        assert (root.path / name / "bin" / "mine").exists()
        assert f"is kept as {name}." in capsys.readouterr().out
        shutil.rmtree(root.folder)


def test_an_environment_of_somebody_elses_stays_where_none_can_be_made(root):
    foreign(root)
    root.pip_will(*NO_NETWORK)
    root.refused("check the network")
    assert (root.folder / "bin" / "mine").exists() and root.beside() == []


@needs_links
def test_a_link_to_a_disk_with_room_stays_one(root, tmp_path):
    far = tmp_path / "far" / "environment"
    far.mkdir(parents=True)
    root.folder.symlink_to(far)
    root.install()
    assert environment.is_ready(root.path)
    root.change_lock()
    installer.ensure(root.path)
    assert root.folder.is_symlink() and (far / "old").exists() and environment.is_ready(root.path)
    assert [path.name for path in far.parent.iterdir()] == ["environment"]


@pytest.mark.parametrize("finished", [True, False])
def test_a_swap_that_was_killed_half_way_is_finished_or_undone(root, finished):
    root.install()
    root.folder.rename(root.path / ".venv.old")
    if finished:
        shutil.copytree(root.path / ".venv.old", root.path / ".venv.new", symlinks=True)
        (root.path / ".venv.new" / "new").touch()
    else:
        (root.path / ".venv.new").mkdir()
    installer.ensure(root.path)
    assert environment.is_ready(root.path) and not root.made and not root.calls()
    assert (root.folder / "new").exists() == finished and root.beside() == []


def test_what_a_killed_program_left_is_cleared_unless_another_is_at_it(root):
    root.install()
    for name in (".venv.new", ".venv.old"):
        (root.path / name / "lib").mkdir(parents=True)
    with installer.only_one_at_a_time(root.path):
        installer.ensure(root.path)
    assert root.beside() == [".venv.new", ".venv.old"]
    installer.ensure(root.path)
    assert root.beside() == [] and environment.is_ready(root.path)


def test_a_file_of_that_name_is_set_aside_too(root):
    root.pip_will()
    root.put(".venv", "a note")
    installer.ensure(root.path)
    (aside,) = root.beside()
    assert (root.path / aside).read_text() == "a note" and environment.is_ready(root.path)


def test_a_swap_that_fails_puts_the_old_one_back(root, monkeypatch):
    root.install()
    (root.path / ".venv.new").mkdir()
    rename = type(root.path).rename

    def in_use(path, target):
        if path.name == ".venv.new":
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr("pathlib.Path.rename", in_use)
    with pytest.raises(PermissionError):
        folders.swap(root.path)
    assert environment.is_ready(root.path) and (root.folder / "old").exists()


def test_what_is_written_to_a_copy_is_not_written_to_what_it_was_copied_from(root):
    root.install()
    new = root.path / ".venv.new"
    folders.copy(root.folder, new)
    before, activate = ((place / "bin" / "activate") for place in (root.folder, new))
    if os.name == "nt":
        before, activate = ((place / "Scripts" / "activate") for place in (root.folder, new))
    text = before.read_bytes()
    folders.write_whole(activate, text + os.fsencode(new))
    folders.point_scripts(new, root.path / "elsewhere")
    assert before.read_bytes() == text and b"elsewhere" in activate.read_bytes()


@pytest.mark.parametrize(
    "before",
    [
        b"#!/old/bin/python\n",
        b"#!/old/bin/python3.11 -I\n",
        b"#!/bin/sh\n'''exec' \"/an old/bin/python\" \"$0\" \"$@\"\n' '''\n",
    ],
)
def test_a_scripts_first_lines_are_read_by_a_shell_and_by_python(before, tmp_path):
    data = folders._pointed(before + b"x = 1\n", tmp_path / "it's new" / "bin" / "python")
    first, second, third, rest = data.split(b"\n", 3)
    assert (first, third, rest) == (b"#!/bin/sh", b"' '''", b"x = 1\n") and b"old" not in second
    compile(data, "script", "exec")


def test_other_files_are_left_alone(tmp_path):
    for data in (b"#!/bin/sh\necho\n", b"#!/usr/bin/env perl\n", b"\x7fELF#!/old/bin/python\n"):
        assert folders._pointed(data, tmp_path) == data


def test_a_program_of_windows_names_its_python_before_the_archive(tmp_path):
    data = b'MZ\0#!"C:\\old one\\Scripts\\pythonw.exe"\r\nPK\x03\x04rest'
    pointed = folders._pointed(data, tmp_path / "new" / "python.exe")
    place = os.fsencode(tmp_path / "new")
    assert pointed == b'MZ\0#!"' + place + b'\\pythonw.exe"\r\nPK\x03\x04rest'
