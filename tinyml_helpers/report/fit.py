"""Will it fit? What a model takes of every board, in one table and one picture.

    fits = report.fits(tflite_bytes)
    print(fits)
    fits.plot()

Every figure says where it comes from. *Linked*: the firmware was compiled and linked for the board
and its parts measured. *Emulated*: counted on the emulated board. *Estimated*: computed from those
counts by a model of the processor, or from a datasheet. The Raspberry Pis run Linux and aren't
emulated: of them only memory is compared.
"""

from dataclasses import dataclass

from tinyml_helpers import boards, emulator, firmware, micro, model_file
from tinyml_helpers.report import bench
from tinyml_helpers.report.operator_table import operators


@dataclass(frozen=True)
class Row:
    """One board.

    Attributes:
        board: the `boards.Board`.
        fits: whether the program fits the board's memory.
        limit: what binds: the memory that is fullest, or that overflows: "flash" or "RAM".
        flash_bytes, ram_bytes: what the program takes; None where it couldn't be linked.
        over_bytes: how many bytes too many in `limit`; 0 if it fits.
        milliseconds, millijoules: of one inference, estimated; None where there is no emulator.
        source: where the memory figures come from: "linked and emulated" or "estimated".
    """

    board: boards.Board
    fits: bool
    limit: str
    flash_bytes: int | None
    ram_bytes: int | None
    over_bytes: int = 0
    milliseconds: float | None = None
    millijoules: float | None = None
    source: str = "linked and emulated"

    def share(self, memory):
        """How full "flash" or "RAM" is, 0 to 1 (more if it overflows); None if unknown."""
        used = self.flash_bytes if memory == "flash" else self.ram_bytes
        has = self.board.flash_bytes if memory == "flash" else self.board.ram_bytes
        return None if used is None or has is None else used / has


@dataclass(frozen=True)
class Report:
    """The rows of all boards; `print` shows them as a table.

    Attributes:
        rows: a tuple of `Row`.
    """

    rows: tuple

    def __str__(self):
        form = "{:15}{:>5}  {:>20}  {:>22}  {:>10}  {:>9}  {}".format
        lines = [form("board", "fits", "flash", "RAM", "ms", "mJ", "limit, and source")]
        for row in self.rows:
            lines.append(
                form(
                    row.board.id,
                    "yes" if row.fits else "NO",
                    _of(row.flash_bytes, row.board.flash_bytes),
                    _of(row.ram_bytes, row.board.ram_bytes),
                    _number(row.milliseconds, ".2f"),
                    _number(row.millijoules, ".3f"),
                    _verdict(row),
                )
            )
        lines.append("ms and mJ: one inference, estimated; mJ of the chip, without the board.")
        return "\n".join(lines)

    def plot(self):
        """Draw how full every board's flash and RAM are, on a logarithmic axis.

        Returns:
            A matplotlib figure.
        """
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(figsize=(8, 0.55 * len(self.rows) + 1.4))
        names = [row.board.id for row in self.rows]
        looks = (("flash", {"color": "C0"}), ("RAM", {"color": "C1", "hatch": "///"}))
        for place, (memory, look) in enumerate(looks):
            shares = [100 * (row.share(memory) or 0) for row in self.rows]
            heights = [y - 0.2 + 0.4 * place for y in range(len(names))]
            axes.barh(heights, shares, 0.36, label=memory, **look)
            for y, share, row in zip(heights, shares, self.rows, strict=True):
                missing = "unknown" if row.board.flash_bytes else "a memory card"
                text = f"{share:.2g} %" if share else missing
                axes.text(max(share, 0.00012) * 1.1, y, text, va="center", fontsize=8)
        axes.axvline(100, color="black", linestyle="--")
        axes.set_xscale("log")
        axes.set_xlim(0.0001, 1000)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xlabel("share of the board's memory (%)")
        axes.set_title("Will it fit? Everything left of the dashed line does")
        axes.legend(loc="lower center")
        return figure


def fits(tflite_bytes, board_ids=None):
    """Find out for which boards a model is small enough, and what an inference costs there.

    Args:
        tflite_bytes: the model.
        board_ids: the boards' ids, or the id of one; all of `boards.BOARDS` if None.

    Returns:
        A `Report`.

    Raises:
        model_file.ModelFileError, micro.CannotRun, toolchain.CompileError: as
            `emulator.Board.flash`. A model that doesn't fit a board isn't an error but a row. Where
            the micro-interpreter refuses operators, the error ends with the table of
            `report.operators`: what runs where, and the way round.
        ValueError: there is no board of that name, or none is named.
    """
    chosen = _chosen(board_ids)
    model = model_file.read(tflite_bytes)
    arena_bytes = _loaded(tflite_bytes).arena_used_bytes
    done = {}  # two boards may have the same firmware, and then the same figures
    rows = []
    for board in chosen:
        if board.id not in firmware.BOARDS:
            rows.append(_on_linux(board, len(tflite_bytes), arena_bytes))
            continue
        key = firmware.BOARDS[board.id]
        if key not in done:
            done[key] = _on_chip(board, tflite_bytes, model)
        rows.append(Row(board, *done[key]))
    return Report(tuple(rows))


def _loaded(tflite_bytes):
    """The `micro.Interpreter`, or an error that tells of every operator."""
    try:
        return micro.Interpreter(tflite_bytes)
    except micro.CannotRun as error:
        if not error.why:  # it is no operator's fault
            raise
        table = operators(tflite_bytes)
        raise micro.CannotRun(f"{error}\n\n{table}", error.why, error.operator) from None


def _chosen(board_ids):
    """A list of `boards.Board`; text is one id, and no list of letters."""
    if board_ids is None:
        board_ids = boards.BOARDS
    elif isinstance(board_ids, str):
        board_ids = [board_ids]
    chosen = [boards.get(board_id) for board_id in board_ids]
    if not chosen:
        raise ValueError(f"no board is named: choose some of {', '.join(boards.BOARDS)}")
    return chosen


def _on_chip(board, tflite_bytes, model):
    """The fields of a Row after `board`, from the firmware and the emulator."""
    emulated = emulator.Board(board.id)
    try:
        emulated.flash(tflite_bytes)
    except firmware.DoesNotFit as error:
        needed = {error.memory: error.needed_bytes}
        return False, error.memory, needed.get("flash"), needed.get("RAM"), error.over_bytes
    run = emulated.invoke(*bench.inputs_of(model, seed=0))
    size = emulated.footprint
    flash, ram = size.flash_bytes, size.ram_bytes
    limit = "flash" if flash * board.ram_bytes > ram * board.flash_bytes else "RAM"
    return True, limit, flash, ram, 0, run.milliseconds, run.millijoules


def _on_linux(board, model_bytes, arena_bytes):
    """A board with an operating system, whose programs live in RAM: the model and the arena."""
    needed = model_bytes + arena_bytes
    over = max(needed - board.ram_bytes, 0)
    return Row(board, not over, "RAM", None, needed, over, source="estimated: model and arena")


def _of(used, has):
    if has is None:
        return "a memory card"
    return f"{_number(used, ',')} of {has:,}"


def _number(value, form):
    return "-" if value is None else format(value, form)


def _verdict(row):
    if not row.fits:
        return f"{row.limit}: {row.over_bytes:,} bytes too many"
    return f"{row.limit} ({row.source})"
