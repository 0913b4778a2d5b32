#!/usr/bin/env python3
"""Runs the model of this folder with LiteRT, and says what it answers and how long it takes.

python run.py                          on random numbers
python run.py --from input.npy         on yours: codes, or real numbers
python run.py --compare                also in ./program, and how far apart the answers are
"""

import argparse
import statistics
import time

import numpy as np
import protocol
import talk


def main():
    arguments = _parser().parse_args()
    model = _interpreter(arguments.threads)
    inputs = [
        _input(details, path)
        for details, path in _with_files(model.get_input_details(), arguments.files)
    ]
    for details, x in zip(model.get_input_details(), inputs, strict=True):
        model.set_tensor(details["index"], x)
    model.invoke()  # the first run prepares what later ones find
    took = []
    for _ in range(arguments.times):
        model.reset_all_variables()
        start = time.perf_counter()
        model.invoke()
        took.append(time.perf_counter() - start)
    details = model.get_output_details()
    outputs = [model.get_tensor(each["index"]) for each in details]
    for place, (each, output) in enumerate(zip(details, outputs, strict=True)):
        print(f"output {place}: {output.dtype} {list(output.shape)}")
        print(_real(each, output))
    print(f"LiteRT: {1e3 * statistics.median(took):.3f} ms, the median of {arguments.times}")
    if arguments.compare:
        _compare(inputs, outputs, arguments.times)


def _parser():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    files = {"dest": "files", "nargs": "+", "metavar": "FILE.npy", "default": []}
    parser.add_argument("--from", **files, help="an array for each input, in the model's order")
    parser.add_argument("--times", type=_positive, default=20, help="runs to time (20)")
    parser.add_argument("--threads", type=_positive, default=1, help="that LiteRT may use (1)")
    parser.add_argument("--compare", action="store_true", help="run ./program too")
    return parser


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give 1 or more")
    return number


def _interpreter(threads):
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise talk.Trouble(
            f"LiteRT can't be imported ({error}): call `.venv/bin/pip install -r requirements.txt`"
            ", then `.venv/bin/python run.py`"
        ) from error
    try:
        model = Interpreter(str(talk.FOLDER / "model.tflite"), num_threads=threads)
        model.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        raise talk.Trouble(f"LiteRT can't run model.tflite: {error}") from error
    return model


def _with_files(inputs, files):
    """Each input's details, and its file; None for random numbers."""
    if files and len(files) != len(inputs):
        raise talk.Trouble(
            f"the model has {len(inputs)} inputs, not {len(files)}: give a file each"
        )
    return zip(inputs, files or [None] * len(inputs), strict=True)


def _input(details, path):
    """An input's codes, in its shape and dtype."""
    shape, dtype = tuple(map(int, details["shape"])), np.dtype(details["dtype"])
    if path is None:
        rng = np.random.default_rng(0)
        if dtype.kind == "f":
            return rng.random(shape).astype(dtype)
        if dtype.kind == "b":
            return rng.random(shape) < 0.5
        limits = np.iinfo(dtype)
        return rng.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    try:
        x = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise talk.Trouble(f"{path} isn't a .npy file that can be read: {error}") from error
    if x.shape == shape[1:] and shape[0] == 1:
        x = x[np.newaxis]
    if x.shape != shape:
        raise talk.Trouble(f"{path} holds {list(x.shape)}, and the model takes {list(shape)}")
    scale, zero_point = details["quantization"]
    if x.dtype == dtype:
        return x
    if x.dtype.kind == "f" and dtype.kind == "f":
        return x.astype(dtype)
    if x.dtype.kind == "f" and scale:
        limits = np.iinfo(dtype)
        return np.clip(np.rint(x / scale) + zero_point, limits.min, limits.max).astype(dtype)
    raise talk.Trouble(f"{path} holds {x.dtype}, and the model takes {dtype} or real numbers")


def _real(details, output):
    """An output as real numbers."""
    scale, zero_point = details["quantization"]
    return (output.astype(np.float32) - zero_point) * np.float32(scale) if scale else output


def _compare(inputs, outputs, times):
    """Run the program too, and say how far from LiteRT's outputs its own are."""
    question, took = b"".join(x.tobytes() for x in inputs), []
    with talk.Program() as program:
        for _ in range(times):
            program.ask(protocol.RESET)
            answer = program.ask(protocol.INVOKE, question)
            took.append(int.from_bytes(answer[:4], "little") / program.info.tick_hz)
    print(f"program: {1e3 * statistics.median(took):.4f} ms, the median of {times}")
    start = 4
    for place, output in enumerate(outputs):
        ours = np.frombuffer(answer, output.dtype, output.size, start).reshape(output.shape)
        start += ours.nbytes
        far = np.abs(ours.astype(np.float64) - output.astype(np.float64))
        unit = "" if output.dtype.kind == "f" else " steps"
        print(
            f"output {place}: {np.count_nonzero(far)} of {far.size} values differ, by at most "
            f"{far.max():g}{unit}"
        )


if __name__ == "__main__":
    talk.run(main)
