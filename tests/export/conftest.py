"""Compilers to try exported arrays on."""

import importlib.util
import os
import shutil
import subprocess
import sys

import pytest

ZIG = importlib.util.find_spec("ziglang") is not None
COMPILERS = {
    "zig cc": [sys.executable, "-m", "ziglang", "cc"] if ZIG else None,
    "zig c++": [sys.executable, "-m", "ziglang", "c++", "-xc++"] if ZIG else None,
    "gcc": [shutil.which("gcc")] if shutil.which("gcc") else None,
    "g++": [shutil.which("g++"), "-xc++"] if shutil.which("g++") else None,
}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wundef", "-Wcomment", "-Wtrigraphs", "-Werror"]


@pytest.fixture(scope="module")
def compile_c(tmp_path_factory):
    """A function that runs a compiler, or skips the test if it isn't here."""
    cache = str(tmp_path_factory.mktemp("zig"))
    environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}

    def run(compiler, *arguments):
        command = COMPILERS[compiler]
        if command is None:
            pytest.skip(f"{compiler} isn't installed")
        if "zig" in compiler:
            arguments = ("-Weverything", *arguments)
        done = subprocess.run(
            [*command, *STRICT, "-O1", *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    return run
