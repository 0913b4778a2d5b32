"""Thousands of random models on the micro-interpreter and on TFLM: every tensor, byte for byte.

    python benchmarks/random_models.py --cases 20000 --seed 1 [--operator NAME ...]

Prints for each operator, and for chains of them, how many models were compared, how many TFLM
refused or crashed on, how many bytes of tensors are equal, and how many models differ, with the
seeds that make them again. NAME is one of `random_models.OPERATORS` or "chain". Float32 sums and
functions may differ within the tolerance of tests/random_models/compare.py. Ends with exit status 1
if a model differs. Needs the tflite-micro package.
"""

import argparse
import sys
import time
from pathlib import Path

# In front: the package there has this file's name.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import random_models
import tflm_batch
from random_models.compare import difference

from tinyml_helpers import micro

_NAMES = (*random_models.OPERATORS, "chain")
_CHAIN_SHARE = 0.2
_MOST_TOLD = 3  # differences of an operator that are printed in full
_MOST_SEEDS = 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2000, help="how many models in all")
    parser.add_argument("--seed", type=int, default=0, help="of the first model of each operator")
    parser.add_argument("--operator", action="append", choices=_NAMES, metavar="NAME")
    options = parser.parse_args()
    started = time.perf_counter()
    counts = shares(options.cases, options.operator or _NAMES)
    print(f"{'operator':28} {'models':>7} {'refused':>8} {'bytes equal':>12} {'differ':>7}")
    with tflm_batch.Batch() as batch:
        rows = [compare(batch, name, options.seed, count) for name, count in counts.items()]
    models, refused, compared, wrong = (sum(column) for column in zip(*rows, strict=True))
    print(f"{'all':28} {models:7,} {refused:8,} {compared:12,} {wrong:7,}")
    print(f"{time.perf_counter() - started:.0f} s")
    sys.exit(1 if wrong else 0)


def shares(cases, names):
    """How many models each name gets; chains a fifth, where there are others."""
    chains = round(cases * _CHAIN_SHARE) if "chain" in names and len(names) > 1 else 0
    plain = [name for name in names if name != "chain" or not chains]
    counts = {
        name: (cases - chains) // len(plain) + (place < (cases - chains) % len(plain))
        for place, name in enumerate(plain)
    }
    return counts | ({"chain": chains} if chains else {})


def compare(batch, name, first_seed, count):
    """Compare and print; numbers of models compared, refused, bytes equal, and models unlike."""
    refused = compared = 0
    seeds, told = [], []
    for seed in range(first_seed, first_seed + count):
        case = random_models.chain(seed) if name == "chain" else random_models.make(name, seed)
        answer = batch.run(case.tflite_bytes, case.inputs, *case.later)
        if answer.outcome != "ran":
            refused += 1
            continue
        equal, text = difference(case, answer, micro.Interpreter)
        compared += equal
        if text:
            seeds.append(seed)
            told.append(text)
    row = count - refused, refused, compared, len(seeds)
    print(f"{name:28} {row[0]:7,} {refused:8,} {compared:12,} {len(seeds):7,}", flush=True)
    if seeds:
        more = " ..." if len(seeds) > _MOST_SEEDS else ""
        print(f"  seeds: {' '.join(map(str, seeds[:_MOST_SEEDS]))}{more}")
        print("\n".join("  " + line for text in told[:_MOST_TOLD] for line in text.splitlines()))
    return row


if __name__ == "__main__":
    main()
