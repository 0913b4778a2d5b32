"""A whole emulated board: flash a model, run it, and see what every step cost."""

from tinyml_helpers import boards, firmware, micro, model_file
from tinyml_helpers.emulator.costs import (
    Cost,
    Footprint,
    OperatorCost,
    Run,
)

_MARKS = ("tm_init", "tm_invoke", "tm_invoke_operator", "board_ready")


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

    def flash(
        self,
        tflite_bytes,
        readable=False,
        arena_bytes=None,
        listen=False,
        look=False,
        verifier=None,
    ):
        """Compile and link firmware for a model, put it into flash, and switch on.

        Args:
            tflite_bytes: the model.
            readable: use the readable kernels instead of those made for the processor.
            arena_bytes: bytes of RAM for the tensor arena; what the model needs if None.
            listen: whether to add what listens for keywords: for `listen` and `spotter`.
            look: whether to add what finds faces: for `look`; the model is the detector.
            verifier: bytes of the model that tells faces apart: for `enrol`, and for `look` to
                compare; None for a program that only finds them.

        Raises:
            keywords.library.WrongModel, faces.library.WrongModel: it is to listen, or to look, and
                a model isn't one for that.
            model_file.ModelFileError, micro.CannotRun, firmware.DoesNotFit, compiler.CompileError:
                as `firmware.build`.
            micro.ArenaTooSmall: the firmware found the arena too small.
            faults.Fault: the firmware failed while loading the model.
        """
        from tinyml_helpers import link
        from tinyml_helpers.applications.faces import counting_looker
        from tinyml_helpers.applications.keywords import counting_spotter
        from tinyml_helpers.emulator.chip import Chip
        from tinyml_helpers.emulator.protocol_emulator import for_chip

        self.image = self.start = self._link = None
        image = firmware.build(
            tflite_bytes, self.figures.id, readable, arena_bytes, listen, look, verifier
        )
        chip = Chip(image.elf, self.figures.id)
        self.machine = chip.machine
        parts = [
            *([counting_spotter.BEGIN] if listen else []),
            *([counting_looker.STEP] if look else []),
        ]
        self.machine.mark(*_MARKS, *parts)
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
            A `CountingSpotter`, which takes samples as `keywords.spotter.Spotter` does.

        Raises:
            ValueError: no model was flashed, or not with listen=True; or a setting is out of its
                range.
        """
        from tinyml_helpers.applications.keywords import counting_spotter

        self._check_flashed()
        if not self.image.ring_bytes:
            raise ValueError("the program on the board doesn't listen: flash it with listen=True")
        return counting_spotter.CountingSpotter(self._link.spotter(settings), self.machine)

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

    def look(self, frame, threshold=0.5, face_threshold=0.5):
        """Have the board find the faces in a frame, and compare the largest to the template.

        Args:
            frame: uint8 [height, width], as the detector takes it.
            threshold: similarity from which a face is the enrolled one, 0 to 1.
            face_threshold: the detector's score from which a box is a face, 0 to 1.

        Returns:
            A `counting_looker.Sight`.

        Raises:
            ValueError: no model was flashed, or not with look=True; the frame doesn't fit; a
                threshold is out of its range.
            faults.Fault: the firmware failed.
        """
        return self._see(lambda: self._link.look(frame, threshold, face_threshold))

    def enrol(self, frame, face_threshold=0.5):
        """Have the board take a frame of the person who may unlock; five make the template.

        Args:
            frame, face_threshold: as for `look`; there must be one face in the frame.

        Returns:
            A `counting_looker.Sight`, its similarity None.

        Raises:
            faces.unlock.NotEnrolled: there is no face in the frame, or there are several; or five
                frames are enrolled already.
            link.BoardError: the program has no verifier.
            ValueError, faults.Fault: as `look`.
        """
        return self._see(lambda: self._link.enrol(frame, face_threshold))

    def forget(self):
        """Have the board wipe the template and the last frame.

        Raises:
            ValueError: no model was flashed, or not with look=True.
        """
        self._check_looks()
        self._link.forget()

    def _see(self, ask):
        from tinyml_helpers.applications.faces import counting_looker

        self._check_looks()
        self.machine.clear_counts()
        return counting_looker.with_costs(ask(), self.machine, self._cost)

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
            frame_bytes=self.image.frame_bytes,
            looker_bytes=self.image.looker_bytes,
        )

    def functions(self):
        """What each function took of the last inference, sound or frame.

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

    def _check_looks(self):
        self._check_flashed()
        if not self.image.frame_bytes:
            raise ValueError("the program on the board doesn't look: flash it with look=True")

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
