"""What models cost on emulated boards:

    python -m tinyml_helpers.report.bench MODEL.tflite ... --board nano33ble --board pico [--json]

Prints for each model and board the MACs, instructions and cycles of one inference, the cycles of
loading the model, and the bytes of everything; and whether the outputs equal those of TensorFlow
Lite Micro. Instructions are emulated, cycles and milliseconds estimated: once as if memory never
waited, and once with the waits of the board's flash.
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tinyml_helpers import emulator, firmware, micro, model_file
from tinyml_helpers.runtimes import tflm

#: Seeds of the inputs on which outputs are compared; the first one's inference is counted.
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Result:
    """What one model costs on one board.

    Attributes:
        model: the file's name.
        board: the board's id.
        macs: multiply-accumulates of an inference.
        instructions, cycles, milliseconds, millijoules: of an inference, as `emulator.Cost`.
        flash_cycles, flash_milliseconds: with the waits of flash, as `emulator.Cost`.
        cycles_per_mac: cycles for each MAC, without those waits; None for a model without MACs.
        start_cycles: of loading the model.
        arena_bytes, code_bytes, model_bytes, static_bytes, stack_bytes: as `emulator.Footprint`.
        equals_tflm: whether all outputs for all seeds equal TFLM's; None where TFLM can't tell.
        seeds: of the inputs.
    """

    model: str
    board: str
    macs: int
    instructions: int
    cycles: int
    cycles_per_mac: float | None
    start_cycles: int
    milliseconds: float
    flash_cycles: int
    flash_milliseconds: float
    millijoules: float
    arena_bytes: int
    code_bytes: int
    model_bytes: int
    static_bytes: int
    stack_bytes: int
    equals_tflm: bool | None
    seeds: tuple


def inputs_of(model, seed):
    """Random inputs for a model, the same for the same seed.

    Args:
        model: a `model_file.ModelFile`.
        seed: an int.

    Returns:
        A list with an array for each input, in its shape and dtype: integers from all of the
        dtype's range, floats from a standard normal distribution.
    """
    random = np.random.default_rng(seed)

    def values(tensor):
        if tensor.dtype == "bool":
            return random.random(tensor.shape) < 0.5
        if np.dtype(tensor.dtype).kind == "f":
            return random.standard_normal(tensor.shape).astype(tensor.dtype)
        limits = np.iinfo(tensor.dtype)
        return random.integers(limits.min, limits.max, tensor.shape, tensor.dtype, endpoint=True)

    return [values(tensor) for tensor in model.inputs]


def measure(tflite_bytes, board_id, name="model", interlocks=True):
    """Run a model on an emulated board.

    Args:
        tflite_bytes: the model.
        board_id, interlocks: as `emulator.Board`.
        name: what to call it in the result.

    Returns:
        A `Result`.

    Raises:
        As `emulator.Board.flash` and `emulator.Board.invoke`.
    """
    model = model_file.read(tflite_bytes)
    board = emulator.Board(board_id, interlocks)
    board.flash(tflite_bytes)
    examples = [inputs_of(model, seed) for seed in SEEDS]
    runs = [board.invoke(*example) for example in examples]
    run, size = runs[0], board.footprint
    waiting = emulator.Board(board_id, interlocks, flash=True)  # slower: for one inference
    waiting.flash(tflite_bytes)
    waited = waiting.invoke(*examples[0])
    return Result(
        model=name,
        board=board_id,
        macs=model.macs,
        instructions=run.instructions,
        cycles=run.cycles,
        cycles_per_mac=run.cycles / model.macs if model.macs else None,
        start_cycles=board.start.cycles,
        milliseconds=run.milliseconds,
        flash_cycles=waited.flash_cycles,
        flash_milliseconds=waited.flash_milliseconds,
        millijoules=run.millijoules,
        arena_bytes=size.arena_bytes,
        code_bytes=size.code_bytes,
        model_bytes=size.model_bytes,
        static_bytes=size.static_bytes,
        stack_bytes=size.stack_bytes,
        equals_tflm=_equals_tflm(tflite_bytes, examples, [run.output for run in runs]),
        seeds=SEEDS,
    )


def _equals_tflm(tflite_bytes, examples, outputs):
    """Whether TFLM gives the same outputs, run one after another; None if it can't run here."""
    try:
        reference = tflm.Interpreter(tflite_bytes)
    except (tflm.NotInstalled, tflm.CannotRun):
        return None
    expected = [_as_tuple(reference.invoke(*example)) for example in examples]
    return all(
        np.array_equal(one, other)
        for some, others in zip(expected, outputs, strict=True)
        for one, other in zip(some, _as_tuple(others), strict=True)
    )


def _as_tuple(arrays):
    return arrays if isinstance(arrays, tuple) else (arrays,)


def as_bytes(outputs):
    """The bytes of all outputs of an inference: an array, or a tuple of arrays."""
    return b"".join(output.tobytes() for output in _as_tuple(outputs))


#: Columns of the table: heading, how to show the field.
_COLUMNS = (
    ("model", "{0.model}"),
    ("board", "{0.board}"),
    ("MACs", "{0.macs:,}"),
    ("instructions", "{0.instructions:,}"),
    ("cycles", "{0.cycles:,}"),
    ("a MAC", "{1}"),
    ("start-up", "{0.start_cycles:,}"),
    ("ms", "{0.milliseconds:.2f}"),
    ("ms, flash", "{0.flash_milliseconds:.2f}"),
    ("arena", "{0.arena_bytes:,}"),
    ("code", "{0.code_bytes:,}"),
    ("model B", "{0.model_bytes:,}"),
    ("static", "{0.static_bytes:,}"),
    ("stack", "{0.stack_bytes:,}"),
    ("equals TFLM", "{2}"),
)


def table(results):
    """Results as text, a line each.

    Args:
        results: a list of `Result`.
    """
    says = {True: "yes", False: "NO", None: "not tried"}
    rows = [[heading for heading, _ in _COLUMNS]]
    for result in results:
        per_mac = "-" if result.cycles_per_mac is None else f"{result.cycles_per_mac:.2f}"
        equal = says[result.equals_tflm]
        rows.append([form.format(result, per_mac, equal) for _, form in _COLUMNS])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    seeds = ", ".join(map(str, SEEDS))
    return "\n".join(
        [
            *lines,
            "Instructions are emulated; cycles, start-up cycles and ms estimated (zero wait "
            "states; in the second",
            "column of ms with those of the board's flash). Bytes are the program's own; stack "
            "as used. Outputs",
            f"compared on random inputs of seeds {seeds}.",
        ]
    )


def main(arguments=None):
    """The command line; returns the exit status: 1 if a model can't run, 2 if outputs differ."""
    parser = argparse.ArgumentParser(
        prog="python -m tinyml_helpers.report.bench",
        description="What models cost on emulated boards.",
    )
    parser.add_argument("models", nargs="+", metavar="MODEL.tflite")
    parser.add_argument("--board", action="append", choices=sorted(firmware.BOARDS))
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args(arguments)
    results, failed = [], False
    for path in map(Path, chosen.models):
        for board in chosen.board or ("nano33ble", "pico"):
            try:
                results.append(measure(path.read_bytes(), board, path.name))
            except OSError as error:
                parser.error(f"{path} can't be read: {error.strerror}")
            except (model_file.ModelFileError, micro.CannotRun, firmware.DoesNotFit) as error:
                print(f"{path.name} on {board}: {error}", file=sys.stderr)
                failed = True
    if chosen.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    elif results:
        print(table(results))
    differ = any(result.equals_tflm is False for result in results)
    return 2 if differ else int(failed)


if __name__ == "__main__":
    sys.exit(main())
