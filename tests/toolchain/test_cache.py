"""What was compiled is kept: whether it still fits, and what is left behind."""

import ctypes
import subprocess
import sys

import pytest

from tinyml_helpers import toolchain

ADD = "int tm_add(int a, int b);\nint tm_add(int a, int b) { return a + b; }\n"


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
