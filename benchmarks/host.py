"""The micro-interpreter on this computer, side by side with its readable kernels and with LiteRT.

    python benchmarks/host.py [--rounds 40] [--json] [MODEL.tflite ...]

Runs these models, or those of shapes.py and of the folder that `TINYML_MODELS` names, on one core.
All take turns in every round, and the time is that of the process, so that what else the computer
does hits all alike; a figure is the median of the rounds, a ratio the median of the rounds' ratios.
LiteRT runs twice: with its own kernels, and with the XNNPACK delegate, which is what it takes
unless told otherwise.

At the end, examples a second in one call of `invoke_each`, on one core and on all.
"""

import argparse
import functools
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import elsewhere
import numpy as np
import shapes

from tinyml_helpers import micro, model_file, toolchain
from tinyml_helpers.micro import binding
from tinyml_helpers.micro.interpreter import cores_to_use
from tinyml_helpers.micro.loaded import Loaded
from tinyml_helpers.quiet import quiet
from tinyml_helpers.report import bench

with quiet():
    import tensorflow as tf

VECTORS, READABLE, LITERT, XNNPACK = "vectors", "readable", "LiteRT", "XNNPACK"

_TURN_SECONDS = 0.004  # that a contestant runs in a round, or one inference


@dataclass(frozen=True)
class Timing:
    """Times of one model, measured on this computer.

    Attributes:
        model: its name.
        macs: multiply-accumulates of an inference.
        milliseconds: of an inference on one core, by contestant; without those that refuse it.
        times_as_long: as the vector kernels, by contestant.
        examples_a_second: by number of cores, in one call of `invoke_each`; empty for a model of
            several inputs or outputs.
    """

    model: str
    macs: int
    milliseconds: dict[str, float]
    times_as_long: dict[str, float]
    examples_a_second: dict[int, float]


def models(paths=()):
    """Bytes of the models at these paths, by name; of all there are if there are none."""
    found = {} if paths else {name: shapes.tflite(name) for name in shapes.BUILDERS}
    return found | {path.stem: path.read_bytes() for path in paths or elsewhere.models()}


def _ours(tflite_bytes, inputs, code):
    """A function that runs an inference, and the outputs of one."""
    loaded = Loaded(tflite_bytes, model_file.read(tflite_bytes), code=code)

    def run():
        code.tm_invoke(loaded.handle)

    loaded.write_inputs(inputs)
    run()
    outputs = [values.tobytes() for values in loaded.read_outputs()]
    run.keep = loaded
    return run, outputs


def _theirs(tflite_bytes, inputs, resolver):
    """A function that runs an inference in LiteRT; None if it refuses the model."""
    try:
        with quiet():
            interpreter = tf.lite.Interpreter(
                model_content=tflite_bytes, num_threads=1, experimental_op_resolver_type=resolver
            )
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError):
        return None
    for details, codes in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(details["index"], codes)
    return interpreter.invoke


def contestants(tflite_bytes, readable):
    """Functions that run an inference of a model, by name.

    Args:
        tflite_bytes: the model.
        readable: the library of readable kernels.

    Raises:
        AssertionError: the outputs of the vector kernels and of the readable ones differ.
    """
    inputs = bench.inputs_of(model_file.read(tflite_bytes), seed=0)
    ours, outputs = _ours(tflite_bytes, inputs, binding.load())
    plain, expected = _ours(tflite_bytes, inputs, readable)
    assert outputs == expected, "the kernels' outputs differ"
    kinds = tf.lite.experimental.OpResolverType
    found = {
        VECTORS: ours,
        READABLE: plain,
        LITERT: _theirs(tflite_bytes, inputs, kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES),
        XNNPACK: _theirs(tflite_bytes, inputs, kinds.AUTO),
    }
    return {name: run for name, run in found.items() if run}


def _seconds(run, count, clock=time.process_time):
    """Seconds of one of `count` inferences: of this process, whatever else the computer does."""
    start = clock()
    for _ in range(count):
        run()
    return (clock() - start) / count


def _throughput(tflite_bytes, milliseconds):
    """Examples a second, by number of cores."""
    interpreter = micro.Interpreter(tflite_bytes)
    model = interpreter.model
    if len(model.inputs) != 1 or len(model.outputs) != 1 or model.inputs[0].shape[:1] != (1,):
        return {}
    count = max(128, int(500 / milliseconds))
    (codes,) = bench.inputs_of(model, seed=0)
    codes = np.repeat(codes, count, axis=0)
    found = {}
    for cores in sorted({1, cores_to_use()}):
        calls = [functools.partial(interpreter.invoke_each, codes, cores)] * 3
        found[cores] = count / statistics.median(
            _seconds(call, 1, time.perf_counter) for call in calls
        )
    return found


def measure(name, tflite_bytes, readable, rounds):
    """A `Timing` of one model.

    Args:
        name, tflite_bytes: the model.
        readable: the library of readable kernels.
        rounds: how often each contestant has its turn.
    """
    runs = contestants(tflite_bytes, readable)
    counts = {who: max(1, int(_TURN_SECONDS / _seconds(run, 1))) for who, run in runs.items()}
    turns = [{who: _seconds(run, counts[who]) for who, run in runs.items()} for _ in range(rounds)]
    medians = {who: 1e3 * statistics.median(turn[who] for turn in turns) for who in runs}
    ratios = {
        who: statistics.median(turn[who] / turn[VECTORS] for turn in turns)
        for who in runs
        if who != VECTORS
    }
    macs = model_file.read(tflite_bytes).macs
    return Timing(name, macs, medians, ratios, _throughput(tflite_bytes, medians[VECTORS]))


def as_text(timings):
    """A table of `Timing`s."""
    names = READABLE, LITERT, XNNPACK
    lines = [
        f"{'':22}{'':>12}{'vectors':>10}" + "".join(f"{name:>18}" for name in names),
        f"{'model':22}{'MACs':>12}{'ms':>10}" + f"{'ms':>10}{'ratio':>8}" * len(names),
    ]
    for one in timings:
        line = f"{one.model:22}{one.macs:12,}{one.milliseconds[VECTORS]:10.3f}"
        for name in names:
            there = name in one.milliseconds
            line += f"{one.milliseconds[name]:10.3f}" if there else f"{'refuses':>10}"
            line += f"{one.times_as_long[name]:8.2f}" if there else f"{'':8}"
        lines.append(line)
    lines.append("\nexamples a second in one call of invoke_each")
    for one in timings:
        told = [f"{rate:12,.0f} on {cores}" for cores, rate in one.examples_a_second.items()]
        lines.append(f"{one.model:22}" + "".join(told))
    return "\n".join(lines)


def readable_library():
    """The micro-interpreter with its readable kernels, compiled for this computer."""
    sources = [*binding.sources(), binding.COMPUTER]
    path = toolchain.shared_library(sources, "micro_readable", binding.INCLUDE, ["TM_READABLE"])
    return binding.opened(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40, help="turns of each contestant")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("files", nargs="*", type=Path, metavar="MODEL.tflite")
    chosen = parser.parse_args()
    readable = readable_library()
    timings = [
        measure(name, data, readable, chosen.rounds) for name, data in models(chosen.files).items()
    ]
    if chosen.json:
        print(json.dumps([asdict(one) for one in timings], indent=2))
        return 0
    print(f"vectors: {binding.load().tm_vector_numbers()} numbers multiplied by one instruction\n")
    print(as_text(timings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
