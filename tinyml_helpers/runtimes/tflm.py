"""The real TensorFlow Lite Micro (TFLM), on this computer, through the `tflite-micro` package.

It runs the very kernels chips run (the portable ones), so its answers are the ones a chip gives.
The package exists for Linux on x86-64 only; elsewhere everything here raises `NotInstalled`:

    with tflm.or_skip():
        print(tflm.predict(tflite_bytes, x))
"""

import contextlib
import functools
import json
import re
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.model_file.schema import OPERATORS
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import limits, litert, shapes

_MOST_BYTES = 1 << 32
_WHY_NOT = "this needs TensorFlow Lite Micro, and the tflite-micro package is for Linux on x86-64"
_DTYPES = ("float32", "int8", "uint8", "int16", "int32", "int64", "bool")


class NotInstalled(RuntimeError):  # noqa: N818 - it names a state, not a failure
    """The `tflite-micro` package isn't here, as on Windows and macOS."""


class CannotRun(ValueError):  # noqa: N818 - as above
    """TFLM doesn't run this model, or not in this arena; the message says why."""


def available():
    """Whether TFLM can be used here."""
    try:
        _runtime()
    except NotInstalled:
        return False
    return True


@contextlib.contextmanager
def or_skip():
    """Skip the rest of the block, with one printed sentence, where `tflite-micro` is missing.

    There a NameError is skipped too: the block needs what an earlier skipped one would have made.
    """
    try:
        yield
    except (NotInstalled, NameError):
        if available():
            raise
        print(f"Skipped: {_WHY_NOT}.")


class Interpreter:
    """A model loaded into TFLM, as firmware loads it.

    Args:
        tflite_bytes: the model.
        arena_bytes: bytes of memory for its tensors and TFLM's own records; plenty if None.

    Raises:
        NotInstalled: the `tflite-micro` package isn't here.
        model_file.ModelFileError: the bytes are no sound model.
        CannotRun: TFLM lacks an operator, the arena is too small, or TFLM refuses or crashes. Each
            model is tried in a process of its own first (0.3 s), so that a crash stays there.

    Warns:
        shapes.WrongNumbers: it runs, but TFLM believes a shape in the file that isn't so.

    Attributes:
        model: the `model_file.ModelFile`.
    """

    def __init__(self, tflite_bytes, arena_bytes=None):
        _runtime()
        self.model = model_file.read(tflite_bytes)
        self._bytes = bytes(tflite_bytes)
        if arena_bytes is not None:
            if not isinstance(arena_bytes, int | np.integer) or not 0 < arena_bytes <= _MOST_BYTES:
                raise ValueError(f"arena_bytes is a number of bytes up to 4 GB, not {arena_bytes}")
            arena_bytes = int(arena_bytes)
        self._interpreter = _load(self._bytes, arena_bytes)
        if wrong := shapes.misread(self.model):
            warnings.warn(wrong, shapes.WrongNumbers, stacklevel=2)

    def invoke(self, *inputs):
        """Run one inference.

        Args:
            inputs: an array of codes for each of the model's inputs, in its shape and dtype.
                `model.inputs[0].quantize` makes codes of real numbers.

        Returns:
            The output's codes in its shape and dtype; a tuple of arrays if there are several.

        Raises:
            ValueError: there are too many or too few inputs, or one of another shape or dtype.
            CannotRun: TFLM gave up.
        """
        self._run(self._interpreter, inputs)
        outputs = tuple(self._interpreter.get_output(i) for i in range(len(self.model.outputs)))
        return outputs[0] if len(outputs) == 1 else outputs

    def reset(self):
        """Forget what the model keeps from one inference to the next."""
        self._interpreter.reset()

    def tensors(self, *inputs):
        """Run one inference, from a fresh start, and look at every tensor.

        Args:
            inputs: as for `invoke`.

        Returns:
            A dict of the tensor's place in `model.tensors` to its values, in its shape and dtype.
            Tensors no operator makes, and types NumPy lacks, are left out. So are the buffers
            kernels use for themselves, which are no tensors.

        Raises:
            As `invoke`.
        """
        kept = self._kept_tensors()
        interpreter = _load(self._bytes, tensors=kept)
        self._run(interpreter, inputs)
        return {index: interpreter.GetTensor(index, 0)["tensor_data"] for index in kept}

    def _kept_tensors(self):
        """Places of the tensors TFLM has memory for: asking it for another is a crash."""
        model = self.model
        filled = {tensor.index for tensor in model.tensors if tensor.is_constant}
        filled.update(tensor.index for tensor in model.inputs)
        for operator in model.operators:
            filled.update(operator.outputs)
        return tuple(sorted(i for i in filled if model.tensors[i].dtype in _DTYPES))

    def _run(self, interpreter, inputs):
        for place, values in enumerate(self.model.check_inputs(inputs)):
            interpreter.set_input(values, place)
        try:
            with quiet():
                interpreter.invoke()
        except RuntimeError as error:
            raise CannotRun(f"TFLM stopped in the middle of an inference: {error}") from None


def predict(tflite_bytes, x):
    """Run a model on examples, one after the other; as `litert.predict`, but by TFLM.

    Args:
        tflite_bytes: a model with one input, for one example at a time, and one output.
        x: real numbers [n, ...], each example in the shape of the model's input. They are
            quantized first if the input is, and what comes out is dequantized.

    Returns:
        float32 array [n, ...].

    Raises:
        NotInstalled, CannotRun: as `Interpreter`.
        ValueError: as `litert.predict`.
    """
    interpreter = Interpreter(tflite_bytes)

    def run(codes):
        interpreter.reset()
        return interpreter.invoke(codes)

    return litert.run_each(interpreter.model, x, run)


@dataclass(frozen=True)
class ArenaUse:
    """What the arena, the one block of memory TFLM works in, holds for a model.

    Measured on this computer, whose pointers take 8 bytes: on a 32-bit chip the tail is smaller.

    Attributes:
        total_bytes: the smallest arena that works. It can be more than head and tail, because
            planning where tensors go takes some memory that is free again afterwards.
        head_bytes: the tensors and kernels' buffers of one inference, sharing space over time.
        tail_bytes: what stays: TFLM's records of the model, and what its kernels prepare once.
        parts: what the tail is made of, by the names TFLM has for it, and "other": TFLM's own
            objects. They add up to the tail.
    """

    total_bytes: int
    head_bytes: int
    tail_bytes: int
    parts: dict


def arena(tflite_bytes):
    """Find the smallest arena a model runs in, by bisection, and what is in it.

    Raises:
        As `Interpreter`.
    """
    _runtime()
    model = model_file.read(tflite_bytes)
    answer = _try(bytes(tflite_bytes), plenty(model), smallest=True)
    head, tail = (
        int(re.search(rf"Arena allocation {end} (\d+) bytes", answer["said"])[1])
        for end in ("head", "tail")
    )
    parts = {name: int(used) for name, used in re.findall(r"'(.+)' used (\d+) ", answer["said"])}
    parts["other"] = tail - sum(parts.values())
    return ArenaUse(answer["arena_bytes"], head, tail, parts)


def _runtime():
    """The package's module; NotInstalled if it isn't here."""
    try:
        from tflite_micro import runtime
    except ImportError:
        raise NotInstalled(_WHY_NOT) from None
    return runtime


def plenty(model):
    """More bytes than TFLM needs for a model, which cost nothing where nobody touches them; an int.

    Args:
        model: a `model_file.ModelFile`.
    """
    computed = sum(tensor.byte_count for tensor in model.tensors if not tensor.is_constant)
    return min(1_000_000 + 10 * model.total_bytes + 8 * computed, _MOST_BYTES)


def _load(tflite_bytes, arena_bytes=None, tensors=None):
    """An interpreter of the package, after a trial; with `tensors`, one that keeps them all."""
    most = plenty(model_file.read(tflite_bytes))
    try:
        _try(tflite_bytes, arena_bytes or most, tensors)
    except CannotRun:
        if arena_bytes is None:
            raise
        needed = arena(tflite_bytes).total_bytes  # or says what else is wrong
        raise CannotRun(
            f"an arena of {arena_bytes} bytes is too small: this model needs {needed}"
        ) from None
    runtime = _runtime()
    with quiet():
        return runtime.Interpreter.from_bytes(
            tflite_bytes,
            arena_size=arena_bytes or most,
            intrepreter_config=runtime.InterpreterConfig(0 if tensors is None else 1),
        )


@functools.lru_cache(maxsize=16)
def _try(tflite_bytes, arena_bytes, tensors=None, smallest=False):
    """Run a model in a process of its own; its answer (see tflm_trial.py), or CannotRun."""
    model = model_file.read(tflite_bytes)
    request = {
        "inputs": len(model.inputs),
        "outputs": len(model.outputs),
        "arena_bytes": arena_bytes,
        "tensors": tensors,
        "smallest": smallest,
    }
    script = Path(__file__).with_name("tflm_trial.py")
    # -P: this folder has modules whose names others may want to import.
    command = [sys.executable, "-P", str(script), json.dumps(request)]
    done = subprocess.run(command, input=tflite_bytes, capture_output=True, check=False)
    if done.returncode:
        raise CannotRun(f"TFLM couldn't be started: {done.stderr.decode(errors='replace')[-500:]}")
    answer = json.loads(done.stdout)
    if answer["outcome"] != "ran":
        raise CannotRun(explain(answer, model))
    return answer


def explain(answer, model):
    """One sentence about a trial that failed.

    Args:
        answer: a dict with the trial's "outcome" and what TFLM "said" (see tflm_trial.py).
        model: a `model_file.ModelFile`.
    """
    if answer["outcome"] == "crashed":
        why = limits.unworkable(model)
        return f"TFLM crashes on this model{': ' + why if why else ''}"
    missing = re.search(r"Didn't find op for builtin opcode '(\w+)'", answer["said"])
    if missing:
        return f"TFLM has no {missing[1]} operator"
    if "registration from op code CUSTOM" in answer["said"]:
        custom = [name for name in model.operator_names if name not in OPERATORS]
        return f"TFLM lacks a custom operator of this model: {', '.join(custom)}"
    said = [line for line in answer["said"].splitlines() if line.strip()]
    return f"TFLM refuses this model: {'; '.join(said[-3:])}"
