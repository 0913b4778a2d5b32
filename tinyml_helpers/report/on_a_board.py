"""Whether a board on the desk does what this computer says, in lines one can send to somebody:

    python -m tinyml_helpers.report.on_a_board MODEL.tflite [--port PORT]

The board runs a project that `export.project` made of that model. Its outputs are compared, and its
milliseconds set beside those that the emulated board estimates, without and with what its flash
makes it wait.
"""

import argparse
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers import emulator, firmware, link, micro, model_file
from tinyml_helpers.report.bench import as_bytes, inputs_of

INFERENCES, PINGS = 20, 50


@dataclass(frozen=True)
class Trial:
    """What came of asking a board; `print` shows it.

    Attributes:
        port: who answered, as `link.Found` says it, or the port's name.
        board: the id that the firmware gives of itself.
        clock_hz: of its processor, as the firmware says.
        model_bytes, model_crc: of the model in its flash.
        start_ms: what loading the model took, by the board's clock.
        inferences: how many were compared, of random inputs.
        differing: of how many of them an output differed from the micro-interpreter's here.
        measured_ms: the median, by the board's clock.
        estimated_ms, flash_ms: of the emulated board, without and with the waits of its flash; None
            for a board that isn't emulated.
        there_and_back_ms: the median of a ping.
    """

    port: str
    board: str
    clock_hz: int
    model_bytes: int
    model_crc: int
    start_ms: float
    inferences: int
    differing: int
    measured_ms: float
    estimated_ms: float | None
    flash_ms: float | None
    there_and_back_ms: float

    def __str__(self):
        lines = [
            f"board       {self.board} at {self.clock_hz / 1e6:g} MHz; {self.port}",
            f"model       {self.model_bytes:,} bytes, CRC {self.model_crc:08x}",
            f"equal       {self.inferences - self.differing} of {self.inferences} inferences of "
            "random inputs",
            f"loading     {self.start_ms:.3f} ms, by the board's clock",
            f"inference   {self.measured_ms:.3f} ms, by the board's clock",
        ]
        if self.estimated_ms is not None:
            ratio = self.measured_ms / self.estimated_ms
            lines.append(
                f"estimated   {self.estimated_ms:.3f} ms; measured / estimated {ratio:.2f}"
            )
            ratio = self.measured_ms / self.flash_ms
            lines.append(
                f"with flash  {self.flash_ms:.3f} ms, estimated; measured / estimated {ratio:.2f}"
            )
        lines.append(f"ping        {self.there_and_back_ms:.2f} ms there and back")
        return "\n".join(lines)


def trial(tflite_bytes, port):
    """Ask a board.

    Args:
        tflite_bytes: the model in its flash.
        port: as `link.open` takes it.

    Returns:
        A `Trial`.

    Raises:
        As `link.open` and `Link.invoke`; micro.CannotRun if the model can't be run here.
    """
    here, model = micro.Interpreter(tflite_bytes), model_file.read(tflite_bytes)
    with link.open(port, tflite_bytes) as board:
        info = board.info()
        pings = [board.ping() for _ in range(PINGS)]
        examples = [inputs_of(model, seed) for seed in range(INFERENCES)]
        runs = [board.invoke(*example) for example in examples]
    estimated_ms, flash_ms = _estimated(tflite_bytes, info.board, examples[0])
    wanted = [as_bytes(here.invoke(*example)) for example in examples]
    return Trial(
        port=str(port),
        board=info.board,
        clock_hz=info.clock_hz,
        model_bytes=info.model_bytes,
        model_crc=info.model_crc,
        start_ms=1000 * info.start_seconds,
        inferences=INFERENCES,
        differing=sum(
            as_bytes(run.output) != right for run, right in zip(runs, wanted, strict=True)
        ),
        measured_ms=1000 * statistics.median(run.seconds for run in runs),
        estimated_ms=estimated_ms,
        flash_ms=flash_ms,
        there_and_back_ms=1000 * statistics.median(pings),
    )


def _estimated(tflite_bytes, board_id, example):
    """Milliseconds on the emulated board without and with flash; Nones if there is no such."""
    if board_id not in firmware.BOARDS:
        return None, None
    board = emulator.Board(board_id, flash=True)
    board.flash(tflite_bytes)
    run = board.invoke(*example)
    return run.milliseconds, run.flash_milliseconds


def main(arguments=None):
    """The command line; returns the exit status: 1 if no board answers, 2 if outputs differ."""
    parser = argparse.ArgumentParser(
        prog="python -m tinyml_helpers.report.on_a_board",
        description="Whether a board on the desk does what this computer says.",
    )
    parser.add_argument("model", metavar="MODEL.tflite")
    parser.add_argument("--port", help="its name; without it the board is looked for")
    chosen = parser.parse_args(arguments)
    try:
        data = Path(chosen.model).read_bytes()
    except OSError as error:
        parser.error(f"{chosen.model} can't be read: {error.strerror}")
    port = chosen.port or next((one for one in link.find() if one.role == "program"), None)
    if port is None:
        print("no board is plugged in, or none with a program", file=sys.stderr)
        return 1
    try:
        found = trial(data, port)
    except (link.LinkError, model_file.ModelFileError, micro.CannotRun) as error:
        print(error, file=sys.stderr)
        return 1
    print(found)
    return 2 if found.differing else 0


if __name__ == "__main__":
    sys.exit(main())
