"""A whole emulated board: flash a model, run it, and see what every step cost."""

from dataclasses import dataclass

from tinyml_helpers import boards, firmware, micro, model_file

_MARKS = ("tm_init", "tm_invoke", "tm_invoke_operator", "board_ready")


@dataclass(frozen=True)
class Footprint:
    """What a program takes of the board; sizes as linked, the stack as used so far.

    Attributes:
        model_bytes: the .tflite file, in flash.
        code_bytes: instructions and constants besides it, in flash.
        arena_bytes: the tensor arena, in RAM.
        static_bytes: other variables, in RAM.
        stack_bytes: the most the stack took, from reset to the last inference: emulated.
        flash_limit_bytes, ram_limit_bytes: what the board has.
        ring_bytes, spotter_bytes: of a program that listens, in RAM: the ring of samples; the front
            end, the last second's features and the last scores. Else 0.
    """

    model_bytes: int
    code_bytes: int
    arena_bytes: int
    static_bytes: int
    stack_bytes: int
    flash_limit_bytes: int
    ram_limit_bytes: int
    ring_bytes: int = 0
    spotter_bytes: int = 0

    @property
    def flash_bytes(self):
        """Model and code."""
        return self.model_bytes + self.code_bytes

    @property
    def ram_bytes(self):
        """Arena, other variables and stack."""
        listening = self.ring_bytes + self.spotter_bytes
        return self.arena_bytes + self.static_bytes + self.stack_bytes + listening

    def __str__(self):
        listening = f", audio ring {self.ring_bytes:,}, spotter {self.spotter_bytes:,}"
        return (
            f"flash {self.flash_bytes:,} of {self.flash_limit_bytes:,} bytes: model "
            f"{self.model_bytes:,}, code and constants {self.code_bytes:,}\n"
            f"RAM {self.ram_bytes:,} of {self.ram_limit_bytes:,} bytes: arena "
            f"{self.arena_bytes:,}{listening if self.ring_bytes else ''}, "
            f"stack {self.stack_bytes:,}, other {self.static_bytes:,}"
        )


@dataclass(frozen=True)
class Cost:
    """What a stretch of program cost.

    Attributes:
        instructions: emulated, counted exactly.
        cycles: estimated, by the model of `emulator.cycles`.
        milliseconds: estimated, cycles at the board's clock.
        millijoules: estimated, cycles times the board's energy a cycle (see `boards`); of a Pico
            its core's supply alone.
    """

    instructions: int
    cycles: int
    milliseconds: float
    millijoules: float


@dataclass(frozen=True)
class OperatorCost(Cost):
    """What one operator cost.

    Attributes:
        index, name, macs: as in `model_file.Operator`.
    """

    index: int = 0
    name: str = ""
    macs: int = 0


@dataclass(frozen=True)
class Run(Cost):
    """One inference.

    Attributes:
        output: the output's codes in its shape and dtype; a tuple of arrays if there are several.
        ops: a tuple of `OperatorCost`, in the order they ran.
    """

    output: object = None
    ops: tuple = ()

    def __str__(self):
        lines = [f"{'#':>3}  {'operator':20}{'MACs':>11}{'instructions':>14}{'cycles':>12}"]
        for op in self.ops:
            lines.append(
                f"{op.index:3}  {op.name:20}{op.macs:11,}{op.instructions:14,}{op.cycles:12,}"
            )
        lines.append(
            f"{self.instructions:,} instructions (emulated), {self.cycles:,} cycles, "
            f"{self.milliseconds:.2f} ms, {self.millijoules:.3f} mJ (estimated)"
        )
        return "\n".join(lines)


class Board:
    """An emulated board.

    Args:
        board_id: "nano33ble", "nano33ble_rev2" or "pico".

    Raises:
        ValueError: there is no emulated board of that name.

    Attributes:
        figures: the `boards.Board` with what its makers say.
        image: the `firmware.Image` in its flash, None before `flash`.
        start: the `Cost` of loading the model, from `flash` on.
    """

    def __init__(self, board_id):
        if board_id not in firmware.BOARDS:
            names = ", ".join(firmware.BOARDS)
            raise ValueError(f"no emulated board {board_id!r}; choose one of {names}")
        self.figures = boards.get(board_id)
        self.image = self.start = self._link = None

    def flash(self, tflite_bytes, readable=False, arena_bytes=None, listen=False):
        """Compile and link firmware for a model, put it into flash, and switch on.

        Args:
            tflite_bytes: the model.
            readable: use the readable kernels instead of those made for the processor.
            arena_bytes: bytes of RAM for the tensor arena; what the model needs if None.
            listen: whether to add what listens for keywords: for `listen` and `spotter`.

        Raises:
            keywords.library.WrongModel: it is to listen, and the model isn't one for that.
            model_file.ModelFileError, micro.CannotRun, firmware.DoesNotFit, compiler.CompileError:
                as `firmware.build`.
            micro.ArenaTooSmall: the firmware found the arena too small.
            faults.Fault: the firmware failed while loading the model.
        """
        from tinyml_helpers import link
        from tinyml_helpers.emulator import spotter
        from tinyml_helpers.emulator.chip import Chip
        from tinyml_helpers.emulator.protocol_emulator import for_chip

        self.image = self.start = self._link = None
        image = firmware.build(tflite_bytes, self.figures.id, readable, arena_bytes, listen)
        chip = Chip(image.elf, self.figures.id)
        self.machine = chip.machine
        self.machine.mark(*_MARKS, *([spotter.BEGIN] if listen else []))
        chip.run()
        missing = self._arena_bytes_missing()
        if missing:
            raise micro.ArenaTooSmall(
                f"the firmware's arena of {image.arena_bytes:,} bytes is too small by {missing:,}",
                missing,
            )
        self.image, self._model = image, model_file.read(tflite_bytes)
        begin, end = self._visits("tm_init")[0], self._visits("board_ready")[0]
        self.start = self._cost(Cost, begin, end)
        self._link = link.open(for_chip(chip), tflite_bytes)

    def invoke(self, *inputs):
        """Run one inference: inputs go in and outputs come out over the board's serial port.

        Args:
            inputs: an array of codes for each of the model's inputs, in its shape and dtype.

        Returns:
            A `Run`.

        Raises:
            ValueError: no model was flashed, or the inputs don't fit the model.
            faults.Fault: the firmware failed.
        """
        self._check_flashed()
        self.machine.clear_counts()
        output = self._link.invoke(*inputs).output
        (begin,), (end,) = self._visits("tm_invoke"), self._visits("board_ready")
        steps = [*self._visits("tm_invoke_operator"), end]
        ops = tuple(
            self._cost(OperatorCost, steps[i], steps[i + 1], index=i, name=op.name, macs=op.macs)
            for i, op in enumerate(self._model.operators)
        )
        return self._cost(Run, begin, end, output=output, ops=ops)

    def spotter(self, settings=None):
        """Have the board listen for keywords, from now on.

        Args:
            settings: a `keywords.spotter.Settings`; the default ones if None.

        Returns:
            A `spotter.CountingSpotter`, which takes samples as `keywords.spotter.Spotter` does.

        Raises:
            ValueError: no model was flashed, or not with listen=True; or a setting is out of its
                range.
        """
        from tinyml_helpers.emulator import spotter

        self._check_flashed()
        if not self.image.ring_bytes:
            raise ValueError("the program on the board doesn't listen: flash it with listen=True")
        return spotter.CountingSpotter(self._link.spotter(settings), self.machine)

    def listen(self, samples, settings=None):
        """Have the board listen to a sound, from its beginning.

        Args:
            samples: int16 [n], 16 kHz.
            settings: as for `spotter`.

        Returns:
            A list of `keywords.spotter.Hop`.

        Raises:
            As `spotter`; ValueError also if the samples aren't int16 in one dimension.
            faults.Fault: the firmware failed.
        """
        return self.spotter(settings).push(samples)

    def reset(self):
        """Forget what the model keeps from one inference to the next.

        Raises:
            ValueError: no model was flashed.
        """
        self._check_flashed()
        self._link.reset()

    @property
    def footprint(self):
        """The `Footprint` of the program on the board; None before `flash`."""
        if self.image is None:
            return None
        return Footprint(
            model_bytes=self.image.model_bytes,
            code_bytes=self.image.code_bytes,
            arena_bytes=self.image.arena_bytes,
            static_bytes=self.image.static_bytes,
            stack_bytes=self.machine.stack_high_water,
            flash_limit_bytes=self.figures.flash_bytes,
            ram_limit_bytes=self.figures.ram_bytes,
            ring_bytes=self.image.ring_bytes,
            spotter_bytes=self.image.spotter_bytes,
        )

    def functions(self):
        """What each function took of the last inference, or of the last seconds it listened to.

        Returns:
            A list of `machine.Share`.
        """
        return self.machine.function_profile()

    def _arena_bytes_missing(self):
        """What tm_init noted in the interpreter's `problem.bytes`, four words into it."""
        place = self.machine.address("interpreter") + 4 * 4
        return int.from_bytes(self.machine.read(place, 4), "little")

    def _check_flashed(self):
        if self._link is None:
            raise ValueError("there is no program on the board yet: call flash first")

    def _visits(self, function):
        address = self.machine.address(function)
        return [visit for visit in self.machine.visits if visit.address == address]

    def _cost(self, kind, begin, end, **more):
        cycles = end.cycles - begin.cycles
        return kind(
            instructions=end.instructions - begin.instructions,
            cycles=cycles,
            milliseconds=1e3 * cycles / self.figures.clock_hz,
            millijoules=1e3 * cycles * self.figures.joules_per_cycle,
            **more,
        )
