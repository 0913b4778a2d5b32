"""Fuzzes the micro-interpreter with libFuzzer, AddressSanitizer and UBSan.

    python benchmarks/fuzz.py --minutes 30 [--folder runs/fuzz]

Two programs run side by side: one with the plain kernels, one with those for the Cortex-M4's DSP
instructions, spelled out in C. They start from small random models of every operator, trained ones
as far as `TINYML_MODELS` names a folder with some, and what earlier runs left in the folder, and
change them (tests/support/fuzz).
Prints for each program how many models it ran, how many a second, how many edges of the code and
features (edges by how often they are taken, among others) they reached, and what was found. Ends
with status 1 if something was: then it says in which file the model is. Needs clang with libFuzzer
and the sanitizers.
"""

import argparse
import re
import sys
import time
from pathlib import Path

# In front: the package there has this file's name.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import elsewhere
import fuzz

_MOST_BYTES = 20_000  # of a trained model
_FOLDER = Path(__file__).parents[1] / "runs" / "fuzz"
_KERNELS = ("plain", "dsp")
_FAILED = ("crash-*", "leak-*", "oom-*", "timeout-*")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--folder", type=Path, default=_FOLDER)
    options = parser.parse_args()
    if fuzz.clang() is None:
        sys.exit("there is no clang with libFuzzer and sanitizers here: install clang")
    models = options.folder / "models"
    fuzz.write_corpus(models, fuzz.models() | trained())
    for name in _KERNELS:
        (options.folder / name / "corpus").mkdir(parents=True, exist_ok=True)
        fuzz.build(options.folder / name / "fuzz_model", dsp=name == "dsp")
    started = time.time()
    processes = []
    for name in _KERNELS:
        folder = options.folder / name
        corpora = [folder / "corpus", models]
        processes.append(
            fuzz.start(folder / "fuzz_model", folder, corpora, round(60 * options.minutes))
        )
    for process in processes:
        process.wait()
    print(f"{'kernels':8} {'models':>12} {'a second':>9} {'edges':>6} {'features':>9}  found")
    for name in _KERNELS:
        report(name, options.folder / name, started)
    sys.exit(1 if any(process.returncode for process in processes) else 0)


def trained():
    """The tests' tiny net, and the small ones of `TINYML_MODELS`, by name."""
    import models

    found = {f"net_{kind}": models.convert(models.net(), kind) for kind in ("float32", "int8")}
    for path in elsewhere.models():
        if path.stat().st_size <= _MOST_BYTES:
            found[path.stem] = path.read_bytes()
    return found


def report(name, folder, started):
    """Print a program's row, and below it what it found since `started`."""
    log = (folder / "log.txt").read_text(errors="replace")
    models, rate = (
        int((re.findall(rf"stat::{what}:\s+(\d+)", log) or [0])[-1])
        for what in ("number_of_executed_units", "average_exec_per_sec")
    )
    edges, features = (re.findall(r"cov: (\d+) ft: (\d+)", log) or [(0, 0)])[-1]
    files = [
        path
        for pattern in _FAILED
        for path in folder.glob(pattern)
        if path.stat().st_mtime >= started
    ]
    told = re.findall(r".*runtime error: .*|.*ERROR: .*|FINDING: .*", log)
    print(f"{name:8} {models:12,} {rate:9,} {edges:>6} {features:>9}  {len(files)}", flush=True)
    for line in [*told[:1], *files]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
