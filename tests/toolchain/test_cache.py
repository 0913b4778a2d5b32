"""What was compiled is kept: whether it still fits, and what is left behind."""

import ctypes
import os
import subprocess
import sys
import time

import pytest
from places import C

from tinyml_helpers import toolchain

ADD = "int tm_add(int a, int b);\nint tm_add(int a, int b) { return a + b; }\n"
START = "void Reset_Handler(void);\nvoid Reset_Handler(void) {}\n"


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty cache folder; compiling C for this computer into it takes a fraction of a second."""
    monkeypatch.setenv("TINYML_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_same_source_is_compiled_once(cache, source, monkeypatch):
    file = source(ADD)
    first = toolchain.shared_library([file], "adder")
    assert first.parent == cache
    monkeypatch.setattr(toolchain.zig, "cc", None)
    assert toolchain.shared_library([file], "adder") == first


def test_a_changed_source_header_or_macro_is_compiled_anew(cache, source):
    source("#define VALUE 1\n", "value.h")
    text = '#include "value.h"\nint tm_value(void);\nint tm_value(void) { return VALUE; }\n'
    file = source(text)
    made = [toolchain.shared_library([file], "value")]
    source("#define VALUE 2\n", "value.h")
    made.append(toolchain.shared_library([file], "value"))
    source(text.replace("VALUE;", "VALUE + EXTRA;"))
    made += [toolchain.shared_library([file], "value", defines=[f"EXTRA={n}"]) for n in (1, 2)]
    values = [ctypes.CDLL(str(library)).tm_value() for library in made]
    assert values == [1, 2, 3, 4]


def test_a_header_of_an_include_folder_counts(cache, source, tmp_path):
    (tmp_path / "include").mkdir()
    header = tmp_path / "include" / "there.h"
    file = source('#include "there.h"\nint tm_there(void);\nint tm_there(void) { return THERE; }\n')
    values = []
    for value in (5, 6):
        header.write_text(f"#define THERE {value}\n", encoding="utf-8")
        made = toolchain.shared_library([file], "there", include=[tmp_path / "include"])
        values.append(ctypes.CDLL(str(made)).tm_there())
    assert values == [5, 6]


def test_a_header_that_a_header_includes_counts(cache, source, tmp_path):
    (tmp_path / "inner").mkdir()
    source('#include "outer.h"\n', "inner/inner.h")
    file = source('#include "inner/inner.h"\nint tm_deep(void);\nint tm_deep(void) { return X; }\n')
    source('#include "../x.h"\n', "inner/outer.h")
    values = []
    for value in (7, 8):
        source(f"#define X {value}\n", "x.h")
        values.append(ctypes.CDLL(str(toolchain.shared_library([file], "deep"))).tm_deep())
    assert values == [7, 8]


def test_the_same_files_in_another_folder_are_not_compiled_again(cache, tmp_path):
    made = set()
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        (folder / "adder.c").write_text(ADD, encoding="utf-8")
        made.add(toolchain.shared_library([folder / "adder.c"], "adder", include=[folder]))
    assert len(made) == 1


@pytest.mark.parametrize("board", ["nano33ble", "pico"])
def test_a_boards_object_is_the_same_wherever_it_is_made(monkeypatch, tmp_path, board):
    made = []
    for name in ("one", "an öther"):
        folder = tmp_path / name
        (folder / "include").mkdir(parents=True)
        (folder / "include" / "value.h").write_text("#define VALUE 3\n", encoding="utf-8")
        text = '#include "value.h"\nextern volatile int tm_value;\n' + START
        text = text.replace("{}", "{ tm_value = VALUE; }") + "volatile int tm_value;\n"
        (folder / "start.c").write_text(text, encoding="utf-8")
        monkeypatch.setenv("TINYML_CACHE", str(folder / "cache"))
        toolchain.firmware([folder / "start.c"], board, C / "chip.ld", [folder / "include"])
        made += [file.read_bytes() for file in (folder / "cache").glob("start-*.o")]
    first, second = made
    assert first == second and b"start.c" in first
    assert not [place for place in (tmp_path, sys.prefix) if os.fsencode(place) in first]


def test_nothing_is_left_but_the_library_and_zigs_own_cache(cache, source):
    library = toolchain.shared_library([source(ADD)], "adder")
    with pytest.raises(toolchain.CompileError):
        toolchain.shared_library([source("int f(", "bad.c")], "bad")
    assert {path.name for path in cache.iterdir()} - {"zig"} == {library.name}


def test_two_programs_at_once_get_the_same_whole_library(cache, source):
    program = "import sys, ctypes; from tinyml_helpers import toolchain\n"
    program += "path = toolchain.shared_library([sys.argv[1]], 'adder')\n"
    program += "print(path.name, ctypes.CDLL(str(path)).tm_add(1, 2))"
    command = [sys.executable, "-c", program, str(source(ADD))]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {run.communicate()[0] for run in runs}
    assert len(said) == 1 and said.pop().endswith(".so 3\n".replace(".so", compiler_suffix()))


def compiler_suffix():
    return {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


def test_the_cache_can_be_moved(monkeypatch, tmp_path):
    monkeypatch.setenv("TINYML_CACHE", str(tmp_path))
    assert toolchain.cache_folder() == tmp_path
    monkeypatch.delenv("TINYML_CACHE")
    assert toolchain.cache_folder().parent.name == "tinyml-workbook"


# A cache that can't be used, and what a killed program leaves.


@pytest.fixture
def cannot_be_written(monkeypatch, tmp_path):
    """Names of folders that can't hold a cache: it is a file, it lies in one, it is read-only."""
    (tmp_path / "file").touch()
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked").chmod(0o555)
    yield [tmp_path / "file", tmp_path / "file" / "cache"] + (
        [tmp_path / "locked" / "cache"] if not os.access(tmp_path / "locked", os.W_OK) else []
    )
    (tmp_path / "locked").chmod(0o755)


def test_a_cache_that_cannot_be_written_is_named(cannot_be_written, source, monkeypatch):
    file = source(ADD)
    for folder in cannot_be_written:
        monkeypatch.setenv("TINYML_CACHE", str(folder))
        for compile_it in (
            lambda: toolchain.shared_library([file], "adder"),
            lambda: toolchain.firmware([file], "pico", C / "chip.ld"),
        ):
            with pytest.raises(toolchain.CompileError, match="set TINYML_CACHE") as said:
                compile_it()
            assert str(folder) in str(said.value) and "\n" not in str(said.value)


@pytest.mark.parametrize("method", ["mkdir", "write_text", "replace"])
def test_a_full_disk_is_a_compile_error(cache, source, monkeypatch, method):
    file = source(START)

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"pathlib.Path.{method}", full)
    with pytest.raises(
        toolchain.CompileError, match=r"No space left on device\): set TINYML_CACHE"
    ):
        toolchain.firmware([file], "pico", C / "chip.ld")


@pytest.mark.parametrize("place", ["pathlib.Path.expanduser", "pooch.os_cache"])
def test_a_user_without_a_home_is_told_so(source, monkeypatch, place):
    def no_home(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("TINYML_CACHE", raising=False)
    monkeypatch.setattr(place, no_home)
    with pytest.raises(toolchain.CompileError, match=r"has none: set TINYML_CACHE"):
        toolchain.shared_library([source(ADD)], "adder")


@pytest.mark.parametrize("name", ['a "cache"', "it's $HOME #1, ü; & (2)", "a\\b", "a: b"])
@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
def test_any_name_of_the_cache_serves(name, source, monkeypatch, tmp_path):
    monkeypatch.setenv("TINYML_CACHE", str(tmp_path / name))
    assert ctypes.CDLL(str(toolchain.shared_library([source(ADD)], "adder"))).tm_add(1, 2) == 3
    file = source(START)
    elf = toolchain.firmware([file], "pico", C / "chip.ld", binaries={"tm_model": b"the model"})
    assert elf.startswith(b"\x7fELF")


@pytest.mark.parametrize("name", ["100%d", "one\ntwo"])
def test_a_name_of_the_cache_that_zig_cannot_read_is_said(name, source, monkeypatch, tmp_path):
    monkeypatch.setenv("TINYML_CACHE", str(tmp_path / name))
    with pytest.raises(toolchain.CompileError, match="set TINYML_CACHE to one without") as said:
        toolchain.shared_library([source(ADD)], "adder")
    assert "\n" not in str(said.value)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
def test_a_folder_of_c_whose_name_zig_cannot_read_is_named(cache, source, tmp_path):
    (tmp_path / "a\\b").mkdir()
    with pytest.raises(toolchain.CompileError, match=r"^adder\.c: .*b': rename it$"):
        toolchain.shared_library([source(ADD, "a\\b/adder.c")], "adder")
    (tmp_path / 'a "b"').mkdir()
    source("#define ONE 1\n", 'a "b"/one.h')
    file = source('#include "one.h"\nint tm_one(void);\nint tm_one(void) { return ONE; }\n')
    with pytest.raises(toolchain.CompileError, match=r"^source\.c: .*a \"b\"': rename it$"):
        toolchain.shared_library([file], "one", include=[tmp_path / 'a "b"'])


def test_relative_paths_are_those_of_the_callers_folder(cache, source, tmp_path, monkeypatch):
    (tmp_path / "include").mkdir()
    source("#define ONE 1\n", "include/one.h")
    source('#include "one.h"\nint tm_one(void);\nint tm_one(void) { return ONE; }\n', "one.c")
    monkeypatch.chdir(tmp_path)
    made = toolchain.shared_library(["one.c"], "one", include=["include"])
    assert ctypes.CDLL(str(made)).tm_one() == 1


_HANGING = """
import os, sys, time
from tinyml_helpers.toolchain import cache
with cache.scratch_folder() as scratch:
    (scratch / "half.o").touch()
    print(scratch.name, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="asks whether a process lives")
def test_the_scratch_folder_of_a_killed_program_is_cleared_and_a_living_ones_is_not(cache, source):
    command = [sys.executable, "-c", _HANGING]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        killed, living = (program.stdout.readline().strip() for program in programs)
        programs[0].kill()
        programs[0].wait()
        toolchain.shared_library([source(ADD)], "adder")
        scratch = {path.name for path in cache.glob(".making-*")}
        assert scratch == {living} and killed != living
    finally:
        for program in programs:
            program.kill()
            program.communicate()


def test_scratch_folders_of_other_computers_are_cleared_by_age(cache, source):
    old, new = cache / ".making-elsewhere-1-x", cache / ".making-elsewhere-2-x"
    for left in (old, new):
        left.mkdir(parents=True)
    os.utime(old, (time.time() - 2 * 24 * 3600,) * 2)
    toolchain.shared_library([source(ADD)], "adder")
    assert [path.name for path in cache.glob(".making-*")] == [new.name]
