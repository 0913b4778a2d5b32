"""What is compiled for boards, in a box: what goes in, and how it comes into a student's cache."""

import os
import shutil
import zipfile
from types import SimpleNamespace

import pytest
import tiny_wheels
from front_door_copy import copy_front_door, make_ready

from tinyml_helpers.course import (
    bundle,
    bundle_compiled,
    bundle_targets,
    bundle_use,
    environment,
    installer,
)
from tinyml_helpers.toolchain import compiler

#: What a cache has after boards' programs, and a library for the computer, were compiled.
FOR_BOARDS = ("main-1.o", "tm_relu-2.o", "zig/b/3/builtin.zig", "zig/o/4/libcompiler_rt.a")
FOR_BOARDS += ("zig/h/5a", "runtime-6.elf")
OTHERS = ("micro-7.so", "micro-8.dll", "micro-9.dylib", "zig/z/a", "zig/h/timestamp")
OTHERS += ("zig/o/4/compiler_rt_zcu.o",)
_PROGRAMS = """
import pathlib, sys
for name in {names}:
    file = pathlib.Path(sys.argv[1], name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("compiled " + name)
{more}
"""
_TOOLCHAIN = """
import os
def cache_folder():
    return os.environ["TINYML_CACHE"]
"""


def put_programs(root, names=(*OTHERS, *FOR_BOARDS), more=""):
    """Give a workbook what compiles programs, in no time."""
    folder = root / "tinyml_helpers" / "applications"
    folder.mkdir()
    text = _PROGRAMS.format(names=names, more=more)
    (folder / "programs.py").write_text(text, encoding="utf-8")


@pytest.fixture
def maker(tmp_path):
    """An installed workbook from which a box can be made."""
    root = copy_front_door(tmp_path)
    make_ready(root)
    return root


def zipped(maker, tmp_path):
    """What a box's zip has in its folder `compiled`: a dict of bytes by names."""
    wheel = tiny_wheels.make(tmp_path / "made", "pure")
    compiled = bundle_compiled.make(maker, tmp_path)
    target = bundle_targets.Target("linux", "3.12")
    wheels = {target: {wheel: bundle_use.sha256_of(wheel)}}
    bundle._write(maker, tmp_path / "box", wheels, compiled, leave_out=())
    top = "tinyml-workbook/compiled/"
    with zipfile.ZipFile(tmp_path / "box" / "tinyml-workbook-linux.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith(top)]
        return {name.removeprefix(top): archive.read(name) for name in names}


def test_what_is_for_boards_goes_along_and_nothing_for_the_computer(maker, tmp_path):
    put_programs(maker)
    found = zipped(maker, tmp_path)
    assert set(found) == {bundle_compiled.LIST, *FOR_BOARDS}
    assert found["zig/h/5a"] == b"compiled zig/h/5a"
    text = (tmp_path / "box" / "README.txt").read_text(encoding="utf-8")
    assert "in its folder `compiled`" in text and max(map(len, text.splitlines())) <= 82


def test_its_list_has_a_sum_of_each_and_what_rests_on_others_comes_last(maker, tmp_path):
    put_programs(maker)
    found = zipped(maker, tmp_path)
    lines = found.pop(bundle_compiled.LIST).decode().splitlines()
    assert [line.split("  ")[1] for line in lines] == list(FOR_BOARDS)
    for name, data in found.items():
        file = tmp_path / "one"
        file.write_bytes(data)
        assert f"{bundle_use.sha256_of(file)}  {name}" in lines


def test_what_was_compiled_before_is_not_handed_on(maker, tmp_path):
    (tmp_path / "compiled").mkdir()
    (tmp_path / "compiled" / "old-1.o").touch()
    put_programs(maker)
    assert list(bundle_compiled.make(maker, tmp_path)) == list(FOR_BOARDS)


def test_where_the_workbook_is_not_installed_the_box_goes_without(tmp_path, capsys):
    root = copy_front_door(tmp_path)
    put_programs(root)
    assert zipped(root, tmp_path) == {}
    assert "no compiled programs, since the workbook isn't installed" in capsys.readouterr().out
    text = (tmp_path / "box" / "README.txt").read_text(encoding="utf-8")
    assert "when they are needed." in text and "`compiled`" not in text


def test_a_compiler_that_fails_is_quoted_and_the_box_goes_without(maker, tmp_path, capsys):
    put_programs(maker, more="sys.exit('the compiler is missing')")
    assert bundle_compiled.make(maker, tmp_path) == {}
    assert "no compiled programs: the compiler is missing\n" in capsys.readouterr().out


@pytest.fixture
def student(root, tmp_path, monkeypatch):
    """A workbook to install, to which things compiled came along."""
    root.pip_will()
    (root.path / "tinyml_helpers" / "toolchain.py").write_text(_TOOLCHAIN, encoding="utf-8")
    cache = tmp_path / "a stüdent's" / "cache"
    monkeypatch.setenv("TINYML_CACHE", str(cache))

    def along(folder=None):
        folder = folder or root.path / "compiled"
        files = {name: folder / name for name in FOR_BOARDS}
        for name, file in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"compiled {name}", encoding="utf-8")
        text = bundle_compiled.listed(files)
        (folder / bundle_compiled.LIST).write_text(text, encoding="utf-8")
        return folder

    return SimpleNamespace(root=root, cache=cache, along=along)


def kept(cache):
    """What a cache holds, a dict of text by names."""
    return {
        file.relative_to(cache).as_posix(): file.read_text(encoding="utf-8")
        for file in cache.rglob("*")
        if file.is_file()
    }


WHOLE = {name: f"compiled {name}" for name in FOR_BOARDS}


@pytest.mark.parametrize("beside", [False, True])
def test_it_is_in_the_cache_when_the_workbook_is_installed(student, beside, capsys):
    folder = student.along(student.root.path.parent / "compiled" if beside else None)
    for path in (folder, *folder.rglob("*")):  # as on a stick that can't be written
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        installer.ensure(student.root.path)
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert kept(student.cache) == WHOLE and os.access(student.cache / "main-1.o", os.W_OK)
    assert "compiled" not in capsys.readouterr().out.replace(str(folder), "")


def test_what_the_cache_has_stays(student):
    student.along()
    student.cache.mkdir(parents=True)
    (student.cache / "main-1.o").write_text("mine", encoding="utf-8")
    installer.ensure(student.root.path)
    assert kept(student.cache) == WHOLE | {"main-1.o": "mine"}


def test_a_workbook_without_it_installs_and_says_nothing(student, capsys):
    (student.root.path / "compiled").mkdir()  # a folder of somebody's
    installer.ensure(student.root.path)
    assert environment.is_ready(student.root.path) and not student.cache.exists()
    assert "compiled" not in capsys.readouterr().out


DAMAGES = {
    "a bit": (lambda folder: (folder / FOR_BOARDS[3]).write_text("x"), "libcompiler_rt.a isn't as"),
    "gone": (lambda folder: (folder / FOR_BOARDS[3]).unlink(), "No such file"),
    "list": (
        lambda folder: (folder / bundle_compiled.LIST).write_text(f"{'0' * 64}  ../x"),
        "compiled.sha256 isn't as",
    ),
}


@pytest.mark.parametrize("damage, reason", DAMAGES.values(), ids=DAMAGES)
def test_nothing_that_rests_on_what_is_damaged_is_taken(student, damage, reason, capsys):
    damage(student.along())
    installer.ensure(student.root.path)
    assert environment.is_ready(student.root.path)
    said = capsys.readouterr().out
    assert reason in said and "compiled again when it is needed." in said
    before = {} if "sha256" in reason else dict(list(WHOLE.items())[:3])
    assert kept(student.cache) == before


def test_a_cache_that_cannot_be_written_stops_no_installation(student, capsys):
    student.along()
    student.cache.parent.mkdir()
    student.cache.touch()
    installer.ensure(student.root.path)
    assert environment.is_ready(student.root.path)
    assert "isn't all used (" in capsys.readouterr().out


def test_a_user_without_a_cache_installs(student, monkeypatch, capsys):
    student.along()
    monkeypatch.delenv("TINYML_CACHE")
    installer.ensure(student.root.path)
    assert environment.is_ready(student.root.path)
    assert "there is no cache" in capsys.readouterr().out


COMPUTERS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]


@pytest.mark.parametrize("board", ["nano33ble", "pico"])
def test_a_boards_object_has_one_name_on_every_computer(board, tmp_path, monkeypatch):
    monkeypatch.setenv("TINYML_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(compiler.zig, "cc", lambda words, _: words[-1].touch())
    names, libraries = set(), set()
    for number, (system, machine) in enumerate(COMPUTERS):
        folder = tmp_path / str(number)
        (folder / "include").mkdir(parents=True)
        (folder / "add.c").write_text('#include "add.h"\n', encoding="utf-8")
        (folder / "include" / "add.h").write_text("int tm_add(int, int);\n", encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(compiler, "sys", SimpleNamespace(platform=system, prefix=str(folder)))
            patch.setattr(compiler.platform, "machine", lambda machine=machine: machine)
            patch.setattr(compiler.sysconfig, "get_platform", lambda: "win-amd64")
            compiling, linking = compiler.firmware_flags(board, "-Os")
            include = [folder / "include"]
            flags = [*compiling, *compiler._options(include, ["TM_READABLE"])]
            names.add(compiler._object(folder / "add.c", flags, include).name)
            compiler._runtime_library(linking)
            libraries.add(compiler.shared_library([folder / "add.c"], "add", include).name)
        shutil.rmtree(folder)
    assert len(names) == 1 and len(list((tmp_path / "cache").glob("runtime-*.elf"))) == 1
    assert len(libraries) == len(COMPUTERS)
