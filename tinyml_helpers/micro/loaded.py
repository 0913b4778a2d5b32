"""A tm_interpreter with its model and its arena, in Python's hands."""

import ctypes
from dataclasses import dataclass

import numpy as np

from tinyml_helpers.micro import binding

_MOST_BYTES = (1 << 31) - 1  # of an arena, as in interpreter.c


class CannotRun(ValueError):  # noqa: N818 - it names a state, not a failure
    """The micro-interpreter doesn't run this model; the message says why.

    Attributes:
        why: what the C refuses it for, a sentence without its subject; "" for other reasons.
        operator: the place in the model of the operator that is refused; None if none is.
    """

    def __init__(self, message, why="", operator=None):
        super().__init__(message)
        self.why, self.operator = why, operator


class ArenaTooSmall(CannotRun):
    """The model needs a larger arena.

    Attributes:
        missing_bytes: how many more bytes.
    """

    def __init__(self, message, missing_bytes):
        super().__init__(message)
        self.missing_bytes = missing_bytes


@dataclass(frozen=True)
class ArenaPiece:
    """A piece of the arena, and when it is taken.

    Attributes:
        what: "records" (what the interpreter knows of the model), "tensor" or "scratch" (a
            kernel's memory for itself).
        index: place of the tensor, or of the operator whose scratch memory it is; -1 for records.
        offset, bytes: where it lies in the arena.
        first, last: operators between which it is taken; `last` is the number of operators for
            what outlives them all, such as an output.
    """

    what: str
    index: int
    offset: int
    bytes: int
    first: int
    last: int


class Loaded:
    """A tm_interpreter with its model and its arena.

    Args:
        tflite_bytes: the model.
        model: the same, as a `model_file.ModelFile`.
        arena_bytes: bytes of the arena; what the model needs if None.
        flags: of tm_init.
        code: the C library whose functions are to work on it, from `binding.opened`; the
            micro-interpreter's own if None.

    Raises:
        CannotRun, ArenaTooSmall: see there.

    Attributes:
        handle: the tm_interpreter's address.
        state: its first fields, a `binding.State`.
    """

    def __init__(self, tflite_bytes, model, arena_bytes=None, flags=0, code=None):
        self._model = model
        self._code = code or binding.load()
        self._flash = aligned(len(tflite_bytes))
        self._flash[:] = np.frombuffer(tflite_bytes, np.uint8)
        self._record = aligned(self._code.tm_interpreter_bytes())
        self.handle = self._record.ctypes.data
        self.state = binding.State.from_buffer(self._record)
        size = 0 if arena_bytes is None else int(arena_bytes)
        status = self._init(size, flags)
        while status == binding.ARENA_TOO_SMALL and arena_bytes is None:
            size = self._needed()
            status = self._init(size, flags)
        if status == binding.ARENA_TOO_SMALL and self._needed() and not self.state.arena_planned:
            needed = Loaded(tflite_bytes, model, None, flags, code).state.arena_needed
            self.state.problem.bytes = needed - size
        if status != binding.OK:
            raise _explain(self.state.problem, status, size, model)

    def _needed(self):
        """Bytes of the arena that the next try must bring."""
        needed = self.state.arena_needed
        if needed > _MOST_BYTES:
            raise CannotRun(
                "the micro-interpreter doesn't run it: its tensors take more than 2 GB of memory"
            )
        return needed

    def _init(self, arena_bytes, flags):
        self._arena = aligned(arena_bytes)
        kernels = ctypes.addressof(ctypes.c_char.in_dll(self._code, "tm_kernel_list"))
        return self._code.tm_init(
            self.handle,
            self._flash.ctypes.data,
            len(self._flash),
            kernels,
            self._arena.ctypes.data,
            arena_bytes,
            flags,
        )

    def write_inputs(self, inputs):
        """Copy an array of codes into each input; ValueError if they don't fit the model."""
        for place, values in enumerate(self._model.check_inputs(inputs)):
            codes = np.ascontiguousarray(values)
            address = self._code.tm_input_data(self.handle, place)
            ctypes.memmove(address, codes.ctypes.data, codes.nbytes)

    def read_outputs(self):
        """A tuple of the outputs' codes."""
        return tuple(self.read(tensor) for tensor in self._model.outputs)

    def read(self, tensor):
        """The codes of a `model_file.Tensor`, in its shape and dtype; None if it has no memory."""
        place = self._code.tm_tensor_at(self.handle, tensor.index)
        if place.bytes == 0:
            return None
        memory = self._arena if place.in_arena else self._flash
        codes = memory[place.offset : place.offset + place.bytes]
        return codes.view(tensor.dtype).reshape(tensor.shape).copy()

    def invoke_each(self, codes, results):
        """Run a model of one input and one output on examples, each from the model's start.

        Args:
            codes: [n, ...] of the input's dtype, in one piece.
            results: [n, ...] of the output's dtype, in one piece; written.
        """
        places = codes.ctypes.data, results.ctypes.data
        self._code.tm_invoke_each(self.handle, *places, len(codes))

    def plan(self):
        """A tuple of `ArenaPiece`, by offset."""
        found, last_uses = [], self._last_uses()
        for tensor in self._model.tensors:
            place = self._code.tm_tensor_at(self.handle, tensor.index)
            if place.bytes and place.in_arena:
                # The interpreter adds to a tensor's time that of those computed in its place.
                last = min(place.last, last_uses[tensor.index])
                lies = (place.offset, place.bytes, place.first, last)
                found.append(ArenaPiece("tensor", tensor.index, *lies))
        for operator in self._model.operators:
            place = self._code.tm_scratch_at(self.handle, operator.index)
            if place.bytes:
                lies = (place.offset, place.bytes, place.first, place.last)
                found.append(ArenaPiece("scratch", operator.index, *lies))
        last = len(self._model.operators)
        records = min((one.offset for one in found), default=self.state.arena_needed)
        found.append(ArenaPiece("records", -1, 0, records, 0, last))
        return tuple(sorted(found, key=lambda one: (one.offset, one.first)))

    def _last_uses(self):
        """For each tensor the last operator that uses it; their number for what outlives all."""
        operators, tensors = self._model.operators, self._model.tensors
        last = [len(operators)] * len(tensors)  # state, that the next inference needs
        for tensor in self._model.inputs:
            last[tensor.index] = 0
        for operator in operators:
            for index in operator.outputs:
                last[index] = operator.index
        made = {index for index, use in enumerate(last) if use < len(operators)}
        for operator in operators:
            for index in made.intersection(operator.inputs):
                last[index] = operator.index
        for tensor in self._model.outputs:
            last[tensor.index] = len(operators)
        return last


def aligned(count):
    """A uint8 array of `count` zeros that starts at a multiple of 16."""
    memory = np.zeros(count + 16, np.uint8)
    start = -memory.ctypes.data % 16
    return memory[start : start + count]


def _explain(problem, status, arena_bytes, model):
    """The exception for what the C says is wrong."""
    what = problem.what.decode()
    if status == binding.ARENA_TOO_SMALL:
        needed = arena_bytes + problem.bytes
        return ArenaTooSmall(
            f"an arena of {arena_bytes} bytes is too small by {problem.bytes}: this model needs "
            f"{needed}",
            problem.bytes,
        )
    subject, operator = "this model", None
    if problem.operator_index >= 0:
        # The code alone doesn't tell one custom operator from another.
        operator = problem.operator_index
        subject = f"operator {operator} ({model.operators[operator].name}) of this model"
    elif problem.tensor_index >= 0:
        subject = f"tensor {problem.tensor_index} of this model"
    message = f"the micro-interpreter doesn't run it: {subject} {what}"
    return CannotRun(message, what, operator)
