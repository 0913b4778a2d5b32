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
_FAR_APART = [(3, 1, 2, 188), (3, 2, 1, 400), (9, 2, 2, 188), (20, 2, 4, 150)]
_FAR_APART += [(8, 9, 7, apart, "int16") for apart in (3, 8, 536_870_724)]
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


def _convolution(length, channels, groups, size=3, filter_size=1, apart=1):
    """A CONV_2D whose weights end with the model.

    Args:
        length: input channels of a group; of single pixels the numbers in a row of weights.
        channels: of the output.
        groups: of channels.
        size: of the picture, either way.
        filter_size: of the window, either way.
        apart: rows from one of the window's to the next.
    """
    g = Graph(0)
    x = g.input((1, size, size, length * groups))
    weights = g.constant(np.ones((channels, filter_size, filter_size, length), np.int8), 0.5)
    bias = g.constant(np.zeros(channels, np.int32), 0.5 * x.scale)
    output = g.tensor((1, size, size, channels), "int8", 1.0, 0)
    options = {"strideW": 1, "strideH": 1, "dilationWFactor": 1, "dilationHFactor": apart}
    return weights_last(
        g.pack(g.operator("CONV_2D", [x, weights, bias], [output], "Conv2DOptions", **options))
    )


def _far_apart(size, width, channels, apart, dtype="int8"):
    """A DEPTHWISE_CONV_2D whose window reaches far beyond the picture.

    Args:
        size, width, channels: of the picture.
        apart: rows from one of the window's to the next in int8, which may take all the room there
            is for one output's; in int16 columns.
        dtype: of the picture.
    """
    g = Graph(0)
    x = g.input((1, size, width, channels), dtype)
    weights = g.constant(np.ones((1, 3, 2, channels), np.int8), 0.5)
    wide = np.int32 if dtype == "int8" else np.int64
    bias = g.constant(np.zeros(channels, wide), 0.5 * x.scale)
    output = g.tensor(x.shape, dtype, 1.0, 0)
    options = dict.fromkeys(("strideW", "strideH", "depthMultiplier"), 1) | {"padding": 0}  # SAME
    options |= dict.fromkeys(("dilationWFactor", "dilationHFactor"), 1)
    options["dilationHFactor" if dtype == "int8" else "dilationWFactor"] = apart
    made = g.operator(
        "DEPTHWISE_CONV_2D", [x, weights, bias], [output], "DepthwiseConv2DOptions", **options
    )
    return g.pack(made)


def _run_under_sanitizers(models, folder):
    """Run models once each, with the kernels for the Cortex-M4 spelled out in C."""
    if fuzz.clang() is None:
        pytest.skip("there is no clang with libFuzzer and sanitizers")
    program, kept, found = folder / "fuzz_model", folder / "models", folder / "found"
    fuzz.build(program, dsp=True)
    found.mkdir()
    fuzz.write_corpus(kept, models)
    status = fuzz.start(program, folder, [found, kept], runs=len(models), seed=1).wait()
    assert status == 0, (folder / "log.txt").read_text(errors="replace")[-4000:]


def test_edges_of_convolutions(tmp_path):
    """No word of weights lies behind the model; a window far beyond the picture is nowhere; rows
    that move by less than they take don't take their own place."""
    sizes = [(k, n, 1) for k in range(1, 6) for n in range(1, 7)] + [(1, n, n) for n in (2, 4, 6)]
    sizes.append((12, 12, 1, 1, 2, 1 << 29))
    models = {"_".join(map(str, size)): _convolution(*size) for size in sizes}
    models |= {f"apart_{n}": _far_apart(*size) for n, size in enumerate(_FAR_APART)}
    _run_under_sanitizers(models, tmp_path)
