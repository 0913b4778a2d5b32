"""Making a box: what is in it, what is kept when it can't be finished, what is refused."""

import errno
import os
import re
import shutil
import signal
import threading
import time
import zipfile
from types import SimpleNamespace

import pytest
import tiny_wheels
from front_door_copy import copy_front_door, run
from places import ROOT

import course
from tinyml_helpers.course import (
    bundle,
    bundle_fetch,
    bundle_targets,
    bundle_use,
    installer,
)
from tinyml_helpers.course.explaining import Stop

MARKERS = {"shy": "sys_platform == 'win32'", "old": "python_full_version < '3.12'"}


@pytest.fixture(scope="module")
def pip(tmp_path_factory):
    """An environment with pip."""
    folder = tmp_path_factory.mktemp("pip") / "pip"
    bundle_fetch.make_pip(folder)
    return folder


@pytest.fixture
def made(tmp_path, monkeypatch, pip):
    """A workbook whose lock is five tiny packages; pip takes them from a folder."""
    root = copy_front_door(tmp_path)
    index = tmp_path / "an index"
    tags = ["cp311-cp311-win_amd64", "cp312-cp312-win_amd64"]
    tags += ["cp311-cp311-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_27_x86_64"]
    wheels = [tiny_wheels.make(index, "big", tag) for tag in tags]
    wheels += [tiny_wheels.make(index, name) for name in ("pure", "shy", "old", "last")]
    (root / "requirements.txt").write_text(tiny_wheels.lock(wheels, MARKERS), encoding="utf-8")
    variables = dict(os.environ)
    tiny_wheels.only_from(index, variables)
    monkeypatch.setattr(os, "environ", variables)
    tiny_wheels.lend_pip(monkeypatch, pip)
    place = tmp_path / "a böx"
    return SimpleNamespace(root=root, index=index, place=place, work=tmp_path / "a böx.partial")


def make(made, systems="linux", pythons="3.12"):
    bundle.make(made.root, made.place, bundle_targets.parse(systems, pythons))


def refused(made, match, *which):
    """Making a box stops with one sentence that matches, and there is no box."""
    with pytest.raises(Stop, match=match) as stopped:
        make(made, *which)
    sentence = str(stopped.value)
    assert "\n" not in sentence and sentence.endswith(".")
    assert not made.place.exists() and not (made.work / "pip").exists()
    return sentence


def sums(text):
    """The SHA-256 by the name of the file, from a list."""
    return dict(line.split("  ")[::-1] for line in text.splitlines())


def wheels_in(archive):
    """The wheels in a zip of a box, a set of names, and its lists, whose sums are right."""
    top = "tinyml-workbook/wheels/"
    with zipfile.ZipFile(archive) as opened:
        names = {name.removeprefix(top) for name in opened.namelist() if name.startswith(top)}
        lists = {
            name: sums(opened.read(top + name).decode())
            for name in names
            if name.endswith(".sha256")
        }
        unpacked = archive.with_suffix("")
        opened.extractall(unpacked)
    for listed in lists.values():
        for name, sha256 in listed.items():
            assert bundle_use.sha256_of(unpacked / top / name) == sha256
    return {name for name in names if name.endswith(".whl")}, lists


def test_each_system_gets_its_wheels_and_each_python_its_list(made):
    make(made, "windows,linux", "3.11,3.12")
    wheels, lists = wheels_in(made.place / "tinyml-workbook-windows.zip")
    pure = {f"{name}-1.0-py3-none-any.whl" for name in ("pure", "last")}
    shy, old = "shy-1.0-py3-none-any.whl", "old-1.0-py3-none-any.whl"
    ours = {python: f"big-1.0-cp{python}-cp{python}-win_amd64.whl" for python in (311, 312)}
    assert wheels == pure | {shy, old, *ours.values()}
    assert set(lists["windows-python3.11.sha256"]) == pure | {shy, old, ours[311]}
    assert set(lists["windows-python3.12.sha256"]) == pure | {shy, ours[312]}
    wheels, lists = wheels_in(made.place / "tinyml-workbook-linux.zip")
    assert "big-1.0-cp312-cp312-manylinux_2_27_x86_64.whl" in wheels and shy not in wheels
    assert set(lists) == {"linux-python3.11.sha256", "linux-python3.12.sha256"}
    assert not made.work.exists()


def test_a_box_says_what_to_do_and_its_sums_are_right(made):
    make(made, "windows,linux")
    listed = sums((made.place / "SHA256SUMS").read_text(encoding="utf-8"))
    zips = {"tinyml-workbook-windows.zip", "tinyml-workbook-linux.zip"}
    assert set(listed) == zips | {"README.txt", "index.html"}
    for name, sha256 in listed.items():
        assert bundle_use.sha256_of(made.place / name) == sha256
    page = (made.place / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'href="([^"]+)"', page)) == zips
    text = (made.place / "README.txt").read_text(encoding="utf-8")
    for said in (page, text):
        assert "python course.py lab" in said and "Python 3.12" in said and "{" not in said[-200:]
    assert all(name in text for name in zips) and max(map(len, text.splitlines())) <= 82


def test_what_is_fetched_is_kept_and_the_next_start_goes_on(made, monkeypatch):
    monkeypatch.setattr(bundle_fetch, "BATCH", 1)
    late = made.index / "last-1.0-py3-none-any.whl"
    elsewhere = shutil.move(late, made.root.parent / late.name)
    assert "last==1.0" in refused(made, "check the network")
    fetched = sorted(made.work.glob("wheels/*/*.whl"))
    assert [file.name.split("-")[0] for file in fetched] == ["big", "pure"]
    for file in made.index.iterdir():  # nothing can be fetched a second time
        file.unlink()
    shutil.move(elsewhere, late)
    make(made)
    assert len(wheels_in(made.place / "tinyml-workbook-linux.zip")[0]) == 3


def test_half_a_wheel_and_an_older_one_are_not_taken(made):
    place = made.work / "wheels" / "linux-python3.12"
    place.mkdir(parents=True)
    whole = (made.index / "pure-1.0-py3-none-any.whl").read_bytes()
    (place / "pure-1.0-py3-none-any.whl").write_bytes(whole[:100])
    tiny_wheels.make(place, "pure", version="0.9")
    make(made)
    wheels, _lists = wheels_in(made.place / "tinyml-workbook-linux.zip")
    assert "pure-1.0-py3-none-any.whl" in wheels and "pure-0.9-py3-none-any.whl" not in wheels


def test_a_wheel_that_is_missing_for_a_system_is_named(made):
    tiny_wheels.make(made.index, "big", "py3-none-any", version="0.9")
    refused(made, "no wheel of big==1.0 for macos with Python 3.12", "macos")


def test_a_wheel_that_is_not_the_locks_is_refused(made):
    tiny_wheels.make(made.index, "pure", modules={"pure.py": "another"})
    refused(made, "isn't the one the lock names")
    assert not list(made.work.glob("wheels/*/pure*"))


def test_a_pip_that_stops_becomes_one_sentence(made, monkeypatch):
    monkeypatch.setattr(bundle_targets.Target, "tag_options", lambda _: ["--no-such-option"])
    refused(made, "pip stopped with: .*pip.log")


@pytest.mark.parametrize(
    "said, sentence",
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "is full"),
        ("Retrying after connection broken by 'NewConnectionError'\nERROR: x", "the network"),
    ],
)
def test_a_network_that_is_lost_and_a_full_disk_are_told_apart(tmp_path, said, sentence):
    target = bundle_targets.Target("linux", "3.12")
    assert sentence in bundle_fetch._explain(said, target, tmp_path, tmp_path / "pip.log")


@pytest.mark.parametrize(
    "systems, pythons, word",
    [("bsd", "3.12", "'bsd'"), ("linux", "3.10", "'3.10'"), ("linux,", "3.12", "''")],
)
def test_a_system_or_a_python_that_is_none_is_refused(made, systems, pythons, word):
    known = "windows, macos, linux" if systems != "linux" else "3.11, 3.12, 3.13"
    sentence = refused(made, "choose from", systems, pythons)
    assert word in sentence and known in sentence
    assert not made.work.exists()


def test_the_command_says_so_in_a_sentence(tmp_path):
    root = copy_front_door(tmp_path)
    code, out, err = run(root, "bundle", "--for", "linux,dos")
    assert (code, out) == (1, "") and err.startswith("course.py: --for linux,dos: ")
    assert err.count("\n") == 1 and not list(tmp_path.glob("*.partial"))


def test_what_stands_in_the_place_is_kept(made):
    made.place.mkdir()
    (made.place / "mine").touch()
    with pytest.raises(Stop, match="is there already: choose another with --to"):
        make(made)
    assert [file.name for file in made.place.iterdir()] == ["mine"] and not made.work.exists()


def test_a_lock_without_hashes_is_refused(made):
    (made.root / "requirements.txt").write_text("pure==1.0\n", encoding="utf-8")
    refused(made, "pins no package with hashes by 'pure==1.0'")
    (made.root / "requirements.txt").write_text("# nothing\n", encoding="utf-8")
    refused(made, "names no package")


def test_too_little_room_is_refused_before_anything_is_fetched(made, monkeypatch):
    monkeypatch.setattr(bundle.shutil, "disk_usage", lambda _: SimpleNamespace(free=1.5e9))
    assert "1.5 GB left" in refused(made, "too full: making this box takes up to 2.0 GB")
    assert not list(made.work.glob("wheels/*"))


@pytest.mark.parametrize(
    "error, sentence",
    [
        (OSError(errno.ENOSPC, "full"), "is full: make room, then start again, and it goes on"),
        (OSError(errno.EACCES, "no", "there"), "there can't be read or written"),
        (OSError(errno.EIO, "odd"), "Making the box stopped with: .*odd"),
        (KeyboardInterrupt(), "Stopped; what is fetched is kept in "),
    ],
    ids=["full", "not allowed", "broken", "Ctrl-C"],
)
def test_a_box_that_cannot_be_finished_is_none_and_its_wheels_are_kept(
    made, monkeypatch, error, sentence
):
    def fail(*_words):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(bundle.bundle_page, "text", fail)
        refused(made, sentence)
    assert len(list(made.work.glob("wheels/*/*.whl"))) == 3
    for file in made.index.iterdir():
        file.unlink()
    make(made)
    assert made.place.is_dir() and not made.work.exists()


@pytest.mark.skipif(os.name != "posix", reason="a signal can't be sent to one thread")
def test_a_pip_that_is_stopped_has_ended_when_its_files_are_removed(made):
    made.work.mkdir()
    (made.work / "pip.py").write_text(  # Python runs a module of the current folder before others
        "import pathlib, sys, time\n"
        "sys.argv[1] == 'config' and sys.exit()\n"
        "pathlib.Path('process').write_text(str(__import__('os').getpid()))\n"
        "time.sleep(600)\n",
        encoding="utf-8",
    )
    number, main = made.work / "process", threading.get_ident()

    def stop():
        while not (number.exists() and number.read_text(encoding="utf-8")):
            time.sleep(0.05)
        signal.pthread_kill(main, signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        threading.Thread(target=stop, daemon=True).start()
        refused(made, "Stopped; what is fetched is kept")
    finally:
        signal.signal(signal.SIGTERM, before)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text(encoding="utf-8")), 0)


def test_the_systems_are_the_installers_and_the_pythons_the_front_doors():
    keys = {system.key for system in bundle_targets.SYSTEMS.values()}
    assert keys == set(installer.PLATFORMS)
    first, last = (minor for _major, minor in (course.OLDEST, course.NEWEST))
    assert list(bundle_targets.PYTHONS) == [f"3.{minor}" for minor in range(first, last + 1)]


def test_each_system_gets_what_the_real_lock_wants_there(pip):
    packages = bundle_fetch.read_lock((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    always = {package.pinned for package in packages if not package.marker}
    wanted = {
        (system, python): {
            package.pinned.split("==")[0]
            for package in bundle_fetch.wanted(packages, bundle_targets.Target(system, python), pip)
            if package.pinned not in always
        }
        for system in bundle_targets.SYSTEMS
        for python in bundle_targets.PYTHONS
    }
    assert len(always) > 150
    for (system, python), names in wanted.items():
        assert ("colorama" in names) == (system == "windows")
        assert ("pexpect" in names) == (system != "windows")
        assert ("appnope" in names) == (system == "macos")
        assert ("tflite-micro" in names) == (system == "linux")
        assert ("overrides" in names) == (python == "3.11")
