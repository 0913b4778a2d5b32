"""Thousands of random models on the micro-interpreter and on TFLM: every tensor, byte for byte.

    python benchmarks/random_models.py --cases 20000 --seed 1 [--operator NAME ...] [--boards 50]

Prints for each operator, and for chains of them, how many models were compared, how many TFLM
refused or crashed on, how many bytes of tensors are equal, and how many models differ, with the
seeds that make them again. Every 50th, or as often as told, runs on both emulated boards as well,
whose outputs must be this computer's to the byte. NAME is one of `random_models.OPERATORS` or
"chain". Float32 sums and functions may differ within the tolerance of
tests/random_models/compare.py. Ends with exit status 1 if a model differs. Needs the tflite-micro
package.
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

from tinyml_helpers import emulator, firmware, micro
from tinyml_helpers.report import bench

BOARDS = ("nano33ble", "pico")
_NAMES = (*random_models.OPERATORS, "chain")
_ROW = "{:31}{:8,}{:9,}{:13,}{:11,}{:8,}"
_CHAIN_SHARE = 0.2
_MOST_TOLD = 3  # differences of an operator that are printed in full
_MOST_SEEDS = 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2000, help="how many models in all")
    parser.add_argument("--seed", type=int, default=0, help="of the first model of each operator")
    parser.add_argument("--operator", action="append", choices=_NAMES, metavar="NAME")
    parser.add_argument("--boards", type=int, default=50, help="every which model runs on boards")
    options = parser.parse_args()
    started = time.perf_counter()
    counts = shares(options.cases, options.operator or _NAMES)
    heads = "models", "refused", "bytes equal", "on boards", "differ"
    print("{:31}{:>8}{:>9}{:>13}{:>11}{:>8}".format("operator", *heads))
    with tflm_batch.Batch() as batch:
        rows = [
            compare(batch, name, options.seed, count, options.boards)
            for name, count in counts.items()
        ]
    models, refused, compared, on_boards, wrong = (
        sum(column) for column in zip(*rows, strict=True)
    )
    print(_ROW.format("all", models, refused, compared, on_boards, wrong))
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


def compare(batch, name, first_seed, count, boards_every):
    """Compare and print.

    Returns:
        Numbers of models compared, refused, bytes equal, runs on boards, and models unlike.
    """
    refused = compared = on_boards = 0
    seeds, told = [], []
    for seed in range(first_seed, first_seed + count):
        case = random_models.chain(seed) if name == "chain" else random_models.make(name, seed)
        answer = batch.run(case.tflite_bytes, case.inputs, *case.later)
        if answer.outcome != "ran":
            refused += 1
            continue
        equal, text = difference(case, answer, micro.Interpreter)
        compared += equal
        if not text and (seed - first_seed) % boards_every == 0:
            runs, text = unlike_on_a_board(case)
            on_boards += runs
        if text:
            seeds.append(seed)
            told.append(text)
    row = count - refused, refused, compared, on_boards, len(seeds)
    print(_ROW.format(name, *row), flush=True)
    if seeds:
        more = " ..." if len(seeds) > _MOST_SEEDS else ""
        print(f"  seeds: {' '.join(map(str, seeds[:_MOST_SEEDS]))}{more}")
        print("\n".join("  " + line for text in told[:_MOST_TOLD] for line in text.splitlines()))
    return row


def unlike_on_a_board(case):
    """How many boards ran a case, and a text that says which gave other bytes, or None."""
    here = micro.Interpreter(case.tflite_bytes)
    inferences = (case.inputs, *case.later)
    expected = [bench.as_bytes(here.invoke(*inputs)) for inputs in inferences]
    runs = 0
    for board_id in BOARDS:
        board = emulator.Board(board_id)
        try:
            board.flash(case.tflite_bytes)
        except firmware.DoesNotFit:
            continue
        if [bench.as_bytes(board.invoke(*inputs).output) for inputs in inferences] != expected:
            return runs, f"{case.description}\n{board_id} gives other bytes than this computer"
        runs += 1
    return runs, None


if __name__ == "__main__":
    main()
