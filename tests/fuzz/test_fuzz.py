"""Damaged models: whatever their bytes, the interpreter refuses or runs them and leaves all other
memory alone. benchmarks/fuzz.py does the same for as long as one likes."""

import subprocess
import sys

import fuzz
import numpy as np
import pytest
from random_models import weights_last
from random_models.graph import Graph

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


def _convolution(length, channels, groups):
    """A CONV_2D over single pixels, whose weights, rows of so many numbers, end with the model."""
    g = Graph(0)
    x = g.input((1, 3, 3, length * groups))
    weights = g.constant(np.ones((channels, 1, 1, length), np.int8), 0.5)
    bias = g.constant(np.zeros(channels, np.int32), 0.5 * x.scale)
    output = g.tensor((1, 3, 3, channels), "int8", 1.0, 0)
    options = {"strideW": 1, "strideH": 1, "dilationWFactor": 1, "dilationHFactor": 1}
    return weights_last(
        g.pack(g.operator("CONV_2D", [x, weights, bias], [output], "Conv2DOptions", **options))
    )


def test_no_word_of_weights_lies_behind_the_model(tmp_path):
    if fuzz.clang() is None:
        pytest.skip("there is no clang with libFuzzer and sanitizers")
    program, kept, found = tmp_path / "fuzz_model", tmp_path / "models", tmp_path / "found"
    fuzz.build(program, dsp=True)
    found.mkdir()
    sizes = [(k, n, 1) for k in range(1, 6) for n in range(1, 7)] + [(1, n, n) for n in (2, 4, 6)]
    fuzz.write_corpus(kept, {"_".join(map(str, size)): _convolution(*size) for size in sizes})
    status = fuzz.start(program, tmp_path, [found, kept], runs=len(sizes), seed=1).wait()
    assert status == 0, (tmp_path / "log.txt").read_text(errors="replace")[-4000:]
