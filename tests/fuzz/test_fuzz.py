"""Damaged models: whatever their bytes, the interpreter refuses or runs them and leaves all other
memory alone. benchmarks/fuzz.py does the same for as long as one likes."""

import subprocess
import sys

import fuzz
import pytest

_DAMAGED = 10_000
_RUNS = 25_000  # not so many seconds: the same on every computer


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A folder of small models of every operator, each with a byte of flags behind."""
    folder = tmp_path_factory.mktemp("models")
    fuzz.write_corpus(folder, fuzz.models(each=1, chains=8))
    return folder


def test_damaged_models(corpus):
    script = fuzz.FOLDER / "without_clang.py"
    command = [sys.executable, str(script), str(corpus), str(_DAMAGED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, f"model {lines[-1:]}: {done.stderr}"
    # Neither were all changes harmless, nor all models refused at once.
    ran, malformed, unsupported, _ = (int(part.split(":")[1]) for part in lines[-1].split())
    assert min(ran, malformed, unsupported) > _DAMAGED / 50


def test_libfuzzer(corpus, tmp_path):
    if fuzz.clang() is None:
        pytest.skip("there is no clang with libFuzzer and sanitizers")
    program = tmp_path / "fuzz_model"
    fuzz.build(program)
    found = tmp_path / "found"
    found.mkdir()
    running = fuzz.start(program, tmp_path, [found, corpus], runs=_RUNS, seed=1)
    status = running.wait()
    log = (tmp_path / "log.txt").read_text(errors="replace")
    assert status == 0, log[-4000:]
