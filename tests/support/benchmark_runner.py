"""Benchmarks as tests meet them: run as a command, or a module of theirs loaded."""

import importlib.util
import os
import subprocess
import sys

import places
import pytest

FOLDER = places.ROOT / "benchmarks"


def run(name, *arguments):
    """A benchmark, by its file's name without ending: a subprocess.CompletedProcess with text."""
    return subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py"), *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
    )


def run_whole(name, *arguments):
    """The same for one that takes a minute, though it does a little of everything."""
    if_asked_for()
    return run(name, *arguments)


def if_asked_for():
    """Skip the test unless the environment has TINYML_WHOLE_BENCHMARKS."""
    if not os.environ.get("TINYML_WHOLE_BENCHMARKS"):
        pytest.skip("a benchmark's run from end to end takes a minute: TINYML_WHOLE_BENCHMARKS=1")


def refused(name, *arguments):
    """The sentence that a benchmark ends with when what it was given won't do, without its name.

    It runs in this process: nothing is to be loaded for it that the test has loaded already.
    """
    module = load(name)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as end:
        patch.setattr(sys, "argv", [f"{name}.py", *map(str, arguments)])
        module.main()
    start = f"{name}.py: "
    assert str(end.value).startswith(start)
    return str(end.value).removeprefix(start)


def load(name):
    """A module of the folder; those it imports are found there, too."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))  # behind: tests/support has a package of a benchmark's name
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
