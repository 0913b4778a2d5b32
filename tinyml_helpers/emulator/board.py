"""A whole emulated board: flash a program, run it, and see what every step cost."""

from tinyml_helpers import boards, firmware, link, micro, model_file
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.costs import Cost, Footprint, OperatorCost, Run
from tinyml_helpers.emulator.flash import MODELS
from tinyml_helpers.emulator.meter import Meter
from tinyml_helpers.emulator.protocol_emulator import for_chip

_MARKS = ("tm_init", "tm_invoke", "tm_invoke_operator", "board_ready")


class Board:
    """An emulated board.

    Args:
        board_id: "nano33ble", "nano33ble_rev2" or "pico".
        interlocks: False to count cycles without what instructions wait for each other, to compare
            with figures that were counted so: see `cycles`.
        flash: True to count with the waits of the board's flash too, or a `flash.Flash` to count
            with: each Cost then says both. It makes the emulation slower.

    Raises:
        ValueError: there is no emulated board of that name.

    Attributes:
        figures: the `boards.Board` with what its makers say.
        image: the `firmware.Image` in its flash, None before `flash`.
        start: the `Cost` of loading the model, from `flash` on.
        client: what talks to the application on it, with what each answer cost; None before
            `flash`, and of a program that only runs a model.
    """

    def __init__(self, board_id, interlocks=True, flash=False):
        if board_id not in firmware.BOARDS:
            names = ", ".join(firmware.BOARDS)
            raise ValueError(f"no emulated board {board_id!r}; choose one of {names}")
        self.figures = boards.get(board_id)
        model = MODELS[board_id] if flash is True else flash or None
        self._counting = {"interlocks": interlocks, "flash": model}
        self._forget()

    def flash(self, program, readable=False, arena_bytes=None):
        """Compile and link firmware, put it into flash, and switch on.

        Args:
            program: bytes of a model, or a `firmware.Application`, such as those of the room
                `applications`.
            readable: use the readable kernels instead of those made for the processor.
            arena_bytes: bytes of RAM for the tensor arena; what the model needs if None.

        Raises:
            model_file.ModelFileError, micro.CannotRun, firmware.DoesNotFit, toolchain.CompileError,
                ValueError: as `firmware.build`.
            micro.ArenaTooSmall: the firmware found the arena too small.
            faults.Fault: the firmware failed while loading the model.
        """
        self._forget()
        application = firmware.application_of(program)
        image = firmware.build(application, self.figures.id, readable, arena_bytes)
        chip = Chip(image.elf, self.figures.id, **self._counting)
        self.machine = chip.machine
        marks = *_MARKS, *application.marks
        self._meter = Meter(chip.machine, self.figures, marks, self._counting["flash"] is not None)
        chip.run()
        missing = self._arena_bytes_missing()
        if missing:
            raise micro.ArenaTooSmall(
                f"the firmware's arena of {image.arena_bytes:,} bytes is too small by {missing:,}",
                missing,
            )
        self.image, self._model = image, model_file.read(application.model)
        begin, end = self._meter.visits("tm_init")[0], self._meter.visits("board_ready")[0]
        self.start = self._meter.cost(Cost, begin, end)
        self._link = link.open(for_chip(chip), application)
        self.client = application.counting(self._link.client, self._meter)

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
        meter = self._meter
        meter.clear()
        output = self._link.invoke(*inputs).output
        (begin,), (end,) = meter.visits("tm_invoke"), meter.visits("board_ready")
        steps = [*meter.visits("tm_invoke_operator"), end]
        ops = tuple(
            meter.cost(OperatorCost, steps[i], steps[i + 1], index=i, name=op.name, macs=op.macs)
            for i, op in enumerate(self._model.operators)
        )
        return meter.cost(Run, begin, end, output=output, ops=ops)

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
            parts=self.image.parts,
        )

    def functions(self):
        """What each function took of the board's last work.

        Returns:
            A list of `costs.Share`.
        """
        return self.machine.function_profile()

    def _forget(self):
        self.image = self.start = self.client = self._link = None

    def _arena_bytes_missing(self):
        """What tm_init noted in the interpreter's `problem.bytes`, four words into it."""
        place = self.machine.address("interpreter") + 4 * 4
        return int.from_bytes(self.machine.read(place, 4), "little")

    def _check_flashed(self):
        if self._link is None:
            raise ValueError("there is no program on the board yet: call flash first")
