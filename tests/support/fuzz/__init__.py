"""What both fuzzers of the micro-interpreter share: the models they start from, and how to build.

The C beside it is for clang's libFuzzer; without_clang.py does a little of the same with nothing
but the library Python calls.
"""

import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import patience

from tinyml_helpers.micro import binding

FOLDER = Path(__file__).parent

#: Flags of clang: whatever a sanitizer notices ends the program.
_FLAGS = (
    "-std=c99",
    "-g",
    "-O1",
    "-ffp-contract=off",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-fsanitize=fuzzer,address,undefined",
    "-fno-sanitize-recover=all",
)
_MOST_BYTES = 8192  # of a model; small ones are quick to run and to change


def models(each=3, chains=20):
    """Small models to change.

    Args:
        each: how many of each operator.
        chains: how many graphs of several operators.

    Returns:
        A dict of name to bytes of a .tflite file; the same at every call.
    """
    import random_models
    import vector_layers

    found = {"wide": _wide(), "vast": _vast(), "rare": _rare(), "cut": _cut()}
    found["product"] = _product()
    for name in random_models.OPERATORS:
        found |= _small(name, functools.partial(random_models.make, name), each)
    for name in vector_layers.OPERATORS:
        found |= _small(f"layers_{name}", functools.partial(vector_layers.make, name), each)
    return found | _small("chain", random_models.chain, chains)


def _small(name, make, count):
    """The first `count` of the models `make` makes that aren't large."""
    found, seed = {}, 0
    while len(found) < count and seed < 10 * count:
        model = make(seed).tflite_bytes
        if len(model) <= _MOST_BYTES:
            found[f"{name}_{seed}"] = model
        seed += 1
    return found


def _wide():
    """A model whose operators have more inputs than the record of an operator has bits."""
    from random_models.graph import Graph

    g = Graph(0)
    part = g.input((2, 3))
    (stack,) = g.operator("PACK", [part] * 40, [g.tensor((40, 2, 3), *part.meaning)], "PackOptions")
    total = g.operator("ADD", [part] * 40, [g.tensor((2, 3), *part.meaning)], "AddOptions")
    return g.pack([stack, *total])


def _vast():
    """A model with more elements than 32 bits can count, of a type no kernel knows."""
    from random_models.graph import Graph

    g = Graph(0)
    vast = g.input((65536, 65536), "float16", 1.0, 0)
    weights = g.constant(g.values((2, 3), ("int8", 1.0, 0)), 1.0)
    result = g.operator("FULLY_CONNECTED", [vast, weights, None], [g.tensor((1, 2))])
    return g.pack(result)


def _rare():
    """A model of what random_models lacks: UNPACK, SHAPE, SLICE told in int64, SVDF in float32."""
    from random_models.graph import Graph

    g = Graph(0)
    stack = g.input((3, 2, 4))
    parts = [g.tensor((3, 4), *stack.meaning) for _ in range(2)]
    outputs = g.operator("UNPACK", [stack], parts, "UnpackOptions", num=2, axis=1)
    place, size = (g.constant(np.array(numbers, np.int64)) for numbers in ([1, 0], [1, 3]))
    outputs += g.operator("SLICE", [parts[0], place, size], [g.tensor((1, 3), *stack.meaning)])
    outputs += g.operator("SHAPE", [stack], [g.tensor((3,), "int32")])
    x = g.input((2, 3), "float32")
    constants = [g.constant(np.ones(shape, np.float32)) for shape in ((4, 3), (4, 5), (2,))]
    state = g.tensor((2, 20), "float32", variable=True)
    inputs, result = [x, *constants, state], [g.tensor((2, 2), "float32")]
    outputs += g.operator("SVDF", inputs, result, "SVDFOptions", rank=2, fusedActivationFunction=1)
    return g.pack(outputs)


def _cut():
    """A model with an option that lies beyond its end, of an operator that others follow."""
    from random_models.graph import Graph, schema

    g = Graph(0)
    x = g.input((1, 2, 2, 1))
    outputs = g.operator(
        "RESIZE_NEAREST_NEIGHBOR",
        [x, g.integers((3, 3))],
        [g.tensor((1, 3, 3, 1), *x.meaning)],
        "ResizeNearestNeighborOptions",
        halfPixelCenters=True,
    )
    ends = [g.integers(numbers) for numbers in ((0, 0, 0, 0), (1, 1, 1, 1), (1, 1, 1, 1))]
    result = [g.tensor((1, 3, 3, 1), *x.meaning)]
    options = {"beginMask": 15, "endMask": 15}
    outputs += g.operator(
        "STRIDED_SLICE", [outputs[0], *ends], result, "StridedSliceOptions", **options
    )
    model = bytearray(g.pack(outputs))
    table = schema.Model.GetRootAs(model).Subgraphs(0).Operators(0).BuiltinOptions().Pos
    entry = table - int.from_bytes(model[table : table + 4], "little", signed=True) + 6
    model[entry : entry + 2] = b"\xff\x7f"
    return bytes(model)


def _product():
    """A model of a product whose steps are coarser than those of the output."""
    from random_models.graph import Graph

    g = Graph(0)
    x, y = g.input((2, 3), "int8", 1.0, 0), g.input((2, 3), "int8", 1.0, 0)
    return g.pack(g.operator("MUL", [x, y], [g.tensor((2, 3), "int8", 0.25, 3)], "MulOptions"))


def write_corpus(folder, found):
    """Write models as the harness wants them: with a byte of flags behind."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, (name, model) in enumerate(found.items()):
        (folder / name).write_bytes(model + bytes([place % 256]))


@functools.cache
def clang():
    """The path of a clang that has libFuzzer and the sanitizers; None if there is none."""
    path = shutil.which("clang")
    if path is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "nothing.c")
        source.write_text(
            "int LLVMFuzzerTestOneInput(const char *bytes, long count);\n"
            "int LLVMFuzzerTestOneInput(const char *bytes, long count)\n"
            "{ return count > 0 && bytes[0] == 0 ? 0 : 0; }\n"
        )
        command = [path, *_FLAGS, str(source), "-o", str(Path(folder, "nothing"))]
        done = subprocess.run(command, capture_output=True, check=False)
    return path if done.returncode == 0 else None


def build(program, dsp=False):
    """Compile the harness with all of the interpreter.

    Args:
        program: the path of what is made.
        dsp: with the kernels for the Cortex-M4's DSP instructions, spelled out in plain C.

    Raises:
        RuntimeError: it doesn't compile; the message is clang's.
    """
    sources = [*binding.sources(), binding.COMPUTER, *sorted(FOLDER.glob("*.c"))]
    include = [f"-I{folder}" for folder in binding.INCLUDE]
    flags = [*_FLAGS, *include, *(["-DTM_DSP"] if dsp else [])]
    command = [clang(), *flags, *map(str, sources), "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def start(program, folder, corpora, seconds=0, runs=-1, seed=0):
    """Start the harness on corpora; what it finds new goes into the first.

    Args:
        program: what `build` made.
        folder: where the log goes, log.txt, and an input that fails, as crash-... or the like.
        corpora: paths of folders of inputs.
        seconds: for how long it runs; 0 for no end.
        runs: how many inputs it runs; -1 for no end.
        seed: of the changes; 0 for another each time.

    Returns:
        The running `subprocess.Popen`; its status is 0 if in the end nothing has failed.
    """
    options = {
        "max_total_time": seconds,
        "runs": runs,
        "max_len": 3 * _MOST_BYTES,
        "timeout": round(patience.seconds(60)),
        # Not of all memory: Linux lets a program begin with the peak of whoever started it.
        "rss_limit_mb": 0,
        "malloc_limit_mb": 2000,
        "seed": seed,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}{os.sep}",
    }
    arguments = [f"-{name}={value}" for name, value in options.items()]
    with (folder / "log.txt").open("w") as log:
        return subprocess.Popen(
            [str(program), *arguments, *map(str, corpora)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"UBSAN_OPTIONS": "print_stacktrace=1"},
        )
