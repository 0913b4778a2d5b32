"""What a program takes of an emulated board: memory, instructions, time, energy."""

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class Footprint:
    """What a program takes of the board; sizes as linked, the stack as used so far.

    Attributes:
        model_bytes: the .tflite file, or all of an application's, in flash.
        code_bytes: instructions and constants besides it, in flash.
        arena_bytes: the tensor arena, in RAM; several models share it.
        static_bytes: other variables, in RAM.
        stack_bytes: the most the stack took, from reset to the last inference: emulated.
        flash_limit_bytes, ram_limit_bytes: what the board has.
        parts: bytes of RAM by part, as the application names them.
    """

    model_bytes: int
    code_bytes: int
    arena_bytes: int
    static_bytes: int
    stack_bytes: int
    flash_limit_bytes: int
    ram_limit_bytes: int
    parts: dict = field(default_factory=dict)

    @property
    def flash_bytes(self):
        """Model and code."""
        return self.model_bytes + self.code_bytes

    @property
    def ram_bytes(self):
        """Arena, the application's parts, other variables and stack."""
        parts = sum(self.parts.values())
        return self.arena_bytes + self.static_bytes + self.stack_bytes + parts

    def __str__(self):
        parts = "".join(f", {name} {size:,}" for name, size in self.parts.items())
        return (
            f"flash {self.flash_bytes:,} of {self.flash_limit_bytes:,} bytes: model "
            f"{self.model_bytes:,}, code and constants {self.code_bytes:,}\n"
            f"RAM {self.ram_bytes:,} of {self.ram_limit_bytes:,} bytes: arena "
            f"{self.arena_bytes:,}{parts}, stack {self.stack_bytes:,}, other {self.static_bytes:,}"
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
        flash_cycles, flash_milliseconds: estimated, with what the core waits for its flash, by the
            model of `emulator.flash`; None unless the board was asked to count it.
    """

    instructions: int
    cycles: int
    milliseconds: float
    millijoules: float
    flash_cycles: int | None = None
    flash_milliseconds: float | None = None


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
        if self.flash_cycles is not None:
            lines.append(
                f"with the waits of flash: {self.flash_cycles:,} cycles, "
                f"{self.flash_milliseconds:.2f} ms (estimated)"
            )
        return "\n".join(lines)


class Share(NamedTuple):
    """A function's share of a run, without the functions it calls."""

    function: str
    instructions: int
    cycles: int


def shares(executed, places):
    """A Share for each function that ran, the one with the most cycles first.

    Args:
        executed: (address, instructions, cycles) of each block that ran: NumPy int64 [blocks, 3].
        places: the program's `faults.Places`.
    """
    totals = {}
    for address, instructions, cycles in executed.tolist():
        name = places.function(address) or f"{address:#010x}"
        total = totals.get(name, (0, 0))
        totals[name] = total[0] + instructions, total[1] + cycles
    rows = [Share(name, *total) for name, total in totals.items()]
    return sorted(rows, key=lambda row: (-row.cycles, row.function))
