"""The micro-interpreter on both chips, beside TensorFlow Lite Micro's figures.

    python benchmarks/chips.py [--json]

Runs the models of shapes.py, and those of the folder that `TINYML_MODELS` names, on the emulated
boards. Cycles are estimated by the model of `tinyml_helpers.emulator.cycles`. TFLM's were counted
by the same model without its interlocks, as ours are once more: commit 90b983c with Arm's CMSIS-NN,
compiled by gcc 12.2 at -O2.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import elsewhere
import shapes

from tinyml_helpers.micro import binding
from tinyml_helpers.report import bench

BOARDS = ("nano33ble", "pico")

#: TFLM with CMSIS-NN: cycles a MAC on the Cortex-M4F and on the Cortex-M0+, bytes of arena where
#: they were noted.
TFLM = {
    "ds_cnn": (3.5, 15.1, 22_820),
    "person_detector": (3.9, 16.2, 82_308),
    "visual_wake_words": (3.9, 16.1, None),
    "wake_word": (3.3, 15.7, None),
    "autoencoder": (2.7, 9.0, 2_580),
    "resnet": (2.9, 11.0, 54_996),
}


def models():
    """Bytes of every model, by name."""
    found = {name: shapes.tflite(name) for name in shapes.BUILDERS}
    for path in elsewhere.models():
        found[path.stem] = path.read_bytes()
    return found


def code_lines():
    """Lines of the interpreter's C that are neither empty nor comment, headers included."""
    headers = [path for folder in binding.INCLUDE for path in folder.glob("*.h")]
    lines = [
        line.strip()
        for path in [*binding.sources(), *headers]
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return sum(1 for line in lines if line and not line.startswith("//"))


#: Loads a model here, flashes it on a Nano, runs it there; prints the seconds of each.
_STEPS = """
import sys, time
from pathlib import Path
from tinyml_helpers.report import bench
from tinyml_helpers import emulator
from tinyml_helpers import micro
tflite_bytes = Path(sys.argv[1]).read_bytes()
times = [time.perf_counter()]
interpreter = micro.Interpreter(tflite_bytes)
times.append(time.perf_counter())
board = emulator.Board("nano33ble")
board.flash(tflite_bytes)
times.append(time.perf_counter())
board.invoke(*bench.inputs_of(interpreter.model, seed=0))
times.append(time.perf_counter())
print(*(after - before for before, after in zip(times, times[1:])))
"""


def first_and_later_seconds(tflite_bytes):
    """Seconds to load, flash and run a model with an empty compiler cache, and once more."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.tflite"
        model.write_bytes(tflite_bytes)
        command = [sys.executable, "-c", _STEPS, str(model)]
        environment = os.environ | {"TINYML_CACHE": str(Path(folder) / "cache")}
        runs = [
            subprocess.run(command, env=environment, capture_output=True, check=True).stdout
            for _ in range(2)
        ]
    return [[float(seconds) for seconds in run.split()] for run in runs]


def compare(results, alike):
    """What TFLM takes for the models it was counted with, as text.

    Args:
        results: bench.Results.
        alike: cycles a MAC without interlocks, as TFLM's, by model and board.
    """
    heads = "ours a MAC", "as TFLM", "TFLM", "arena", "TFLM"
    lines = ["{:18}{:11}{:>11}{:>9}{:>7}{:>9}{:>9}".format("model", "board", *heads)]
    for one in results:
        if one.model in TFLM:
            theirs = TFLM[one.model][BOARDS.index(one.board)]
            arena = TFLM[one.model][2]
            lines.append(
                f"{one.model:18}{one.board:11}{one.cycles_per_mac:11.2f}"
                f"{alike[one.model, one.board]:9.2f}{theirs:7.1f}"
                f"{one.arena_bytes:9,}{arena or '':>9{',' if arena else ''}}"
            )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    chosen = parser.parse_args()
    found = models()
    results = [
        bench.measure(tflite_bytes, board, name)
        for name, tflite_bytes in found.items()
        for board in BOARDS
    ]
    if chosen.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
        return 0
    alike = {
        (name, board): bench.measure(found[name], board, name, interlocks=False).cycles_per_mac
        for name in TFLM
        for board in BOARDS
    }
    print(bench.table(results), compare(results, alike), sep="\n\n")
    print(f"\n{code_lines():,} lines of C in the interpreter and its kernels (no comments)")
    for when, (load, flash, run) in zip(
        ("for the first time", "again"), first_and_later_seconds(found["ds_cnn"]), strict=True
    ):
        print(f"ds_cnn {when}: loaded here in {load:.2f} s, flashed on an emulated Nano in")
        print(f"    {flash:.2f} s, one inference there in {run:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
