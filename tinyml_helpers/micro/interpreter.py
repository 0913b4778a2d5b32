"""A model in the micro-interpreter, on this computer."""

import os
import queue
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.micro import binding
from tinyml_helpers.micro.loaded import CannotRun, Loaded
from tinyml_helpers.micro.refusals import with_the_others
from tinyml_helpers.runtimes import litert

#: Examples that a thread runs before it asks whether it should go on.
_EXAMPLES_AT_ONCE = 32


@dataclass(frozen=True)
class OperatorTime:
    """What one operator took, measured: on this computer, or by a board with its own clock.

    Attributes:
        index, name, macs: as in `model_file.Operator`.
        seconds: of this inference.
    """

    index: int
    name: str
    macs: int
    seconds: float


class Interpreter:
    """A model loaded into the micro-interpreter.

    Args:
        tflite_bytes: the model.
        arena_bytes: bytes of memory for its tensors; what it needs if None.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        CannotRun: the model has an operator, type or version the interpreter lacks; the message
            says why of the first, and names all.
        ArenaTooSmall: the arena is.
        ValueError: arena_bytes is no number of bytes.
        toolchain.CompileError: there is no compiler, or it doesn't work.

    Attributes:
        model: the `model_file.ModelFile`.
        arena_used_bytes: the smallest arena the model runs in, here and on every board.
    """

    def __init__(self, tflite_bytes, arena_bytes=None):
        self.model = model_file.read(tflite_bytes)
        if arena_bytes is not None and (
            not isinstance(arena_bytes, int | np.integer) or not 0 <= arena_bytes < 1 << 31
        ):
            raise ValueError(f"arena_bytes is a number of bytes below 2 GB, not {arena_bytes}")
        self._bytes = bytes(tflite_bytes)
        try:
            self._loaded = Loaded(self._bytes, self.model, arena_bytes)
        except CannotRun as error:
            raise with_the_others(error, self._bytes) from None
        self.arena_used_bytes = self._loaded.state.arena_needed

    def invoke(self, *inputs):
        """Run one inference.

        Args:
            inputs: an array of codes for each of the model's inputs, in its shape and dtype.
                `model.inputs[0].quantize` makes codes of real numbers.

        Returns:
            The output's codes in its shape and dtype; a tuple of arrays if there are several.

        Raises:
            ValueError: there are too many or too few inputs, or one of another shape or dtype.
        """
        self._loaded.write_inputs(inputs)
        binding.load().tm_invoke(self._loaded.handle)
        outputs = self._loaded.read_outputs()
        return outputs[0] if len(outputs) == 1 else outputs

    def invoke_each(self, codes, threads=None):
        """Run inferences on many examples, each from the model's start, on several cores.

        What a model keeps from one inference to the next, an example never sees of another: the
        results are the same in any order, and on any number of cores. For a sequence, call
        `invoke` for each of its steps.

        Args:
            codes: [n, ...], each example in the shape and dtype of the model's input without its
                first axis, which is 1.
            threads: on how many cores; all that this process may use if None.

        Returns:
            The outputs' codes, an array [n, ...]: the output's shape for each example.

        Raises:
            ValueError: the model has several inputs or outputs, codes another shape or dtype, or
                threads is no number of cores.
        """
        if threads is not None and (not isinstance(threads, int | np.integer) or threads < 1):
            raise ValueError(f"threads is a number of cores, 1 or more, not {threads!r}")
        if len(self.model.inputs) != 1 or len(self.model.outputs) != 1:
            raise ValueError("invoke_each is for models with one input and one output: use invoke")
        source, target = self.model.inputs[0], self.model.outputs[0]
        codes = np.ascontiguousarray(codes)
        wanted = source.dtype, source.shape[:1], source.shape[1:]
        if (codes.dtype, (1,), codes.shape[1:]) != wanted:
            raise ValueError(
                f"the model takes {source.dtype} {list(source.shape)} for one example: give "
                f"several as [n, ...], not {codes.dtype} {list(codes.shape)}"
            )
        results = np.empty((len(codes), *target.shape), target.dtype)
        parts = range(0, len(codes), _EXAMPLES_AT_ONCE)
        threads = min(threads or cores_to_use(), len(parts))
        free = queue.SimpleQueue()
        for _ in range(threads):
            free.put(Loaded(self._bytes, self.model))

        def run(start):
            loaded, part = free.get(), slice(start, start + _EXAMPLES_AT_ONCE)
            try:
                loaded.invoke_each(codes[part], results[part])
            finally:
                free.put(loaded)  # or the next part would wait for it for ever

        with ThreadPoolExecutor(max(1, threads)) as executor:
            list(executor.map(run, parts))
        return results

    def reset(self):
        """Forget what the model keeps from one inference to the next."""
        binding.load().tm_reset(self._loaded.handle)

    def profile(self, *inputs):
        """Run one inference and time each operator; measured on this computer.

        Args:
            inputs: as for `invoke`.

        Returns:
            A tuple of `OperatorTime`.

        Raises:
            ValueError: as `invoke`.
        """
        self._loaded.write_inputs(inputs)
        times = []
        for operator in self.model.operators:
            start = time.perf_counter()
            binding.load().tm_invoke_operator(self._loaded.handle, operator.index)
            seconds = time.perf_counter() - start
            times.append(OperatorTime(operator.index, operator.name, operator.macs, seconds))
        return tuple(times)

    def steps(self, *inputs):
        """Run one inference operator by operator, as tm_invoke does.

        Args:
            inputs: as for `invoke`.

        Yields:
            After each operator, the `model_file.Operator` and the codes of its outputs: an array,
            or a tuple of arrays.

        Raises:
            ValueError: as `invoke`.
        """
        self._loaded.write_inputs(inputs)
        for operator in self.model.operators:
            binding.load().tm_invoke_operator(self._loaded.handle, operator.index)
            made = [self._loaded.read(self.model.tensors[index]) for index in operator.outputs]
            yield operator, made[0] if len(made) == 1 else tuple(made)

    def tensors(self, *inputs):
        """Run one inference, from a fresh start and in an arena of its own, and keep every tensor.

        Args:
            inputs: as for `invoke`.

        Returns:
            A dict of the tensor's place in `model.tensors` to its values, in its shape and dtype;
            without tensors no operator reads or writes.

        Raises:
            ValueError: as `invoke`.
        """
        kept = Loaded(self._bytes, self.model, None, binding.KEEP_ALL_TENSORS)
        kept.write_inputs(inputs)
        binding.load().tm_invoke(kept.handle)
        return {
            tensor.index: values
            for tensor in self.model.tensors
            if (values := kept.read(tensor)) is not None
        }

    def arena_plan(self):
        """What lies where in the arena, and when: a tuple of `ArenaPiece`, by offset."""
        return self._loaded.plan()


def predict(tflite_bytes, x):
    """Run a model on examples, each from the model's start, on all cores of this computer.

    Args:
        tflite_bytes: a model with one input, for one example at a time, and one output.
        x: real numbers [n, ...], each example in the shape of the model's input. They are
            quantized first if the input is, and what comes out is dequantized.

    Returns:
        float32 array [n, ...].

    Raises:
        As `Interpreter`; ValueError also as `litert.predict`.
    """
    interpreter = Interpreter(tflite_bytes)
    return litert.run_all(interpreter.model, x, interpreter.invoke_each)


def accuracy(tflite_bytes, x, labels):
    """Share of examples whose highest output is the labelled one, as `litert.accuracy`.

    Raises:
        As `Interpreter`; ValueError also as `litert.accuracy`.
    """
    return litert.share_right(lambda: predict(tflite_bytes, x), x, labels)


def cores_to_use():
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS, nor on Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
