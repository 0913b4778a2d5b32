"""Benchmarks as tests meet them: run as a command, or a module of theirs loaded."""

import importlib.util
import subprocess
import sys

import places

FOLDER = places.ROOT / "benchmarks"


def run(name, *arguments):
    """A benchmark, by its file's name without ending: a subprocess.CompletedProcess with text."""
    return subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py"), *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
    )


def load(name):
    """A module of the folder; those it imports are found there, too."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))  # behind: tests/support has a package of a benchmark's name
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
