"""What a candidate will take of a board, before it is trained: from its untrained int8 model.

    costs = Costs("nano33ble")
    cost = costs.of(tflite_bytes)
    why = Limits(flash_bytes=64_000, milliseconds=20).broken_by(cost)

Training changes weights, not shapes: flash, arena and operators are those of the trained model, and
cycles nearly so, for what a kernel does hardly depends on the values. Only weights that are all
alike, as untrained biases are, would be kept once in a file: see `unlike`.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers import emulator, firmware, micro, model_file
from tinyml_helpers.firmware import needs
from tinyml_helpers.firmware.application import application_of
from tinyml_helpers.report import bench
from tinyml_helpers.search import cycle_model


class Cost(NamedTuple):
    """What a model takes of a board.

    Attributes:
        flash_bytes: the model, and the program around it.
        ram_bytes: the tensor arena, what is set aside for the stack, and other variables.
        arena_bytes: the tensor arena alone.
        macs: multiply-accumulates of an inference.
        cycles: of an inference.
        milliseconds: cycles at the board's clock.
        millijoules: of an inference, of the chip.
    """

    flash_bytes: int
    ram_bytes: int
    arena_bytes: int
    macs: int
    cycles: int
    milliseconds: float
    millijoules: float


class Limits(NamedTuple):
    """What a candidate may take at most; None where it doesn't matter.

    Attributes:
        flash_bytes, ram_bytes, arena_bytes, macs, cycles, milliseconds, millijoules: as of `Cost`.
    """

    flash_bytes: int | None = None
    ram_bytes: int | None = None
    arena_bytes: int | None = None
    macs: int | None = None
    cycles: int | None = None
    milliseconds: float | None = None
    millijoules: float | None = None

    def broken_by(self, cost):
        """Which limits a `Cost` breaks: a sentence, or "" if it keeps all."""
        broken = [
            f"{name.replace('_', ' ')}: {getattr(cost, name):,.6g} of at most {limit:,.6g}"
            for name, limit in zip(self._fields, self, strict=True)
            if limit is not None and getattr(cost, name) > limit
        ]
        return "; ".join(broken)


def unlike(model, seed=0):
    """Give an untrained model's weights values of their own, so that its file is as large as later.

    Args:
        model: a Keras model; it is changed.
        seed: of the values.

    Returns:
        The same model.
    """
    random = np.random.default_rng(seed)
    model.set_weights(
        [weights + random.uniform(0.01, 0.1, weights.shape) for weights in model.get_weights()]
    )
    return model


class Costs:
    """What models take of one board.

    The program around a model depends on which operators it has, and on what it may leave out, but
    not on sizes: it is linked once for each such set. From then on a model's cost is computed, in
    milliseconds, and doesn't depend on what was asked for before.

    Args:
        board_id: of an emulated board, as of `emulator.Board`.

    Raises:
        ValueError: there is no emulated board of that name.
    """

    def __init__(self, board_id):
        self._board = emulator.Board(board_id)
        self._around = {}  # what decides the program to its code and its RAM besides the arena

    def of(self, tflite_bytes):
        """A model's `Cost`; its cycles are emulated only if `cycle_model` knows an operator not.

        Args:
            tflite_bytes: a model in int8.

        Raises:
            model_file.ModelFileError, micro.CannotRun, firmware.DoesNotFit, toolchain.CompileError:
                as `firmware.build`.
        """
        model = model_file.read(tflite_bytes)
        try:
            cycles = round(cycle_model.predict(model, self._board.figures.id))
        except cycle_model.UnknownOperator:
            return self.measured(tflite_bytes)
        arena = micro.Interpreter(tflite_bytes).arena_used_bytes
        program = _program(model, tflite_bytes)
        if program not in self._around:
            self._note(program, firmware.build(tflite_bytes, self._board.figures.id))
        return self._cost(model, program, arena, cycles)

    def measured(self, tflite_bytes):
        """A model's `Cost`, linked and emulated; raises as `of`."""
        self._board.flash(tflite_bytes)
        model = model_file.read(tflite_bytes)
        run = self._board.invoke(*bench.inputs_of(model, seed=0))
        program = _program(model, tflite_bytes)
        self._note(program, self._board.image)
        return self._cost(model, program, self._board.image.arena_bytes, run.cycles)

    def _note(self, program, image):
        self._around[program] = image.code_bytes, image.ram_bytes - image.arena_bytes

    def _cost(self, model, program, arena, cycles):
        code, ram = self._around[program]
        figures = self._board.figures
        flash, ram = model.total_bytes + code, arena + ram
        for memory, needed, has in (
            ("flash", flash, figures.flash_bytes),
            ("RAM", ram, figures.ram_bytes),
        ):
            if needed > has:
                raise firmware.DoesNotFit(figures, memory, needed, has)
        return Cost(
            flash_bytes=flash,
            ram_bytes=ram,
            arena_bytes=arena,
            macs=model.macs,
            cycles=cycles,
            milliseconds=1e3 * cycles / figures.clock_hz,
            millijoules=1e3 * cycles * figures.joules_per_cycle,
        )


def _program(model, tflite_bytes):
    """What decides the program around a model: names of operators, and macros."""
    return model.operator_names, tuple(needs.defines(application_of(tflite_bytes)))
