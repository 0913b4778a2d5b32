"""The C of micro as somebody has it who takes its folder away: headers, README, Makefile."""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import pytest
from elftools.elf.elffile import ELFFile

from tinyml_helpers import export, micro, toolchain
from tinyml_helpers.micro import binding

HEADERS = sorted(path.name for path in (binding.FOLDER / "include").glob("*.h"))
ZIG = [sys.executable, "-m", "ziglang"]
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
CHIP = ["-target", "thumb-freestanding-eabi", "-mcpu=cortex_m0plus"]


def run(command, folder):
    """What a program prints; the test fails with its complaints if it does."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = str(toolchain.cache_folder() / "zig")
        environment = os.environ | {"ZIG_GLOBAL_CACHE_DIR": kept, "ZIG_LOCAL_CACHE_DIR": scratch}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def found(name):
    """The command of a compiler, a list; skips the test where it isn't installed."""
    if name.startswith("zig"):
        return [*ZIG, name.removeprefix("zig ")]
    if shutil.which(name) is None:
        pytest.skip(f"{name} isn't installed")
    return [name]


def make(folder, compiler, *targets):
    if shutil.which("make") is None:
        pytest.skip("make isn't installed")
    archiver = [*ZIG, "ar"] if compiler[: len(ZIG)] == ZIG else ["ar"]
    how = [f"CC={shlex.join(compiler)}", f"AR={shlex.join(archiver)}"]
    return run(["make", "-s", "-j2", *how, *targets], folder)


@pytest.fixture
def folder(tmp_path):
    """A copy of the library, in a folder whose name has a space."""
    return shutil.copytree(binding.FOLDER, tmp_path / "taken away" / "micro")


def answers():
    """What the example prints, computed from Python."""
    interpreter = micro.Interpreter(export.read_back(binding.FOLDER / "example" / "sine.c"))
    codes = range(-128, 128, 32)
    sines = [interpreter.invoke(np.array([[code]], np.int8)).item() for code in codes]
    return "".join(f"{code} {sine}\n" for code, sine in zip(codes, sines, strict=True))


@pytest.mark.parametrize("compiler", ["g++", "clang++", "zig c++"])
def test_headers_are_cpp_too(compiler, tmp_path):
    lines = [f'#include "{name}"\n' for name in HEADERS]
    for place, text in enumerate([*lines, "".join(lines), "".join(reversed(lines))]):
        (tmp_path / "program.cpp").write_text(text + "int nothing;\n", encoding="utf-8")
        flags = [*STRICT, "-std=c++11", f"-I{binding.FOLDER / 'include'}"]
        output = ["-c", "program.cpp", "-o", f"program_{place}.o"]
        run([*found(compiler), *flags, *output], tmp_path)


def test_cpp_calls_c(tmp_path):
    text = '#include "kernels.h"\nconst void *used[] = {(void *)tm_init, &tm_relu};\n'
    (tmp_path / "program.cpp").write_text(text, encoding="utf-8")
    flags = ["-std=c++11", f"-I{binding.FOLDER / 'include'}", *CHIP]
    run([*ZIG, "c++", *flags, "-c", "program.cpp", "-o", "program.o"], tmp_path)
    elf = ELFFile(io.BytesIO((tmp_path / "program.o").read_bytes()))
    names = {symbol.name for symbol in elf.get_section_by_name(".symtab").iter_symbols()}
    assert {"tm_init", "tm_relu"} <= names


def test_the_program_in_the_readme_is_the_example():
    readme = (binding.FOLDER / "README.md").read_text("utf-8")
    (program,) = re.findall(r"^```c\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert program == (binding.FOLDER / "example" / "example.c").read_text("utf-8")


def test_the_readme_counts_the_operators():
    readme = (binding.FOLDER / "README.md").read_text("utf-8")
    names = (binding.FOLDER / "include" / "kernels.h").read_text("utf-8")
    assert f" {names.count(' K(')} operators;" in readme


@pytest.mark.parametrize("compiler", ["cc", "gcc", "clang", "zig cc"])
def test_make_builds_the_example_and_runs_it(compiler, folder):
    assert make(folder, [*found(compiler), "-Werror"], "example") == answers()


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_the_example_is_cpp_too(compiler, folder):
    make(folder, found("cc"), "build/libmicro.a", "build/example/sine.o")
    flags = [*STRICT, "-std=c++11", "-Iinclude", "-o", "program", "-x", "c++", "example/example.c"]
    run(
        [*found(compiler), *flags, "-x", "none", "build/example/sine.o", "build/libmicro.a"], folder
    )
    assert run(["./program"], folder) == answers()


def test_make_writes_only_where_it_is_told(folder):
    def files():
        return sorted(path for path in folder.rglob("*") if "elsewhere" not in path.parts)

    before = files()
    make(folder, [*ZIG, "cc", *CHIP], "BUILD=elsewhere", "CFLAGS=-Os")
    assert files() == before and (folder / "elsewhere" / "libmicro.a").exists()
    make(folder, [*ZIG, "cc"], "clean", "BUILD=elsewhere")
    assert sorted(folder.rglob("*")) == before
