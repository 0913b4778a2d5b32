"""What a rival costs a chip: its program, compiled as all firmware is, run on the emulated board.

spent = cost(rival, windows, "pico")
"""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyml_helpers import boards, firmware, toolchain
from tinyml_helpers.applications.wearables.exercises.rivals import c_rivals
from tinyml_helpers.applications.wearables.exercises.rivals.features import check_windows
from tinyml_helpers.emulator.machine import Machine

#: It waits, works, and waits again. The rival's own is what stands between.
_PROGRAM = """\
#include <stdint.h>

uint32_t rv_class(const int8_t *window);
int main(void);

int8_t rv_window[600];
volatile uint32_t rv_found;

int main(void)
{{
    for (;;) {{
        __asm__ volatile("wfi");
        rv_found = {found};
    }}
}}
"""


@dataclass(frozen=True)
class Cost:
    """What a rival takes of a board, features and decision together.

    Attributes:
        board: its id.
        flash_bytes: tables and code, by what a program grows with the rival in it.
        table_bytes: the tables' share.
        stack_bytes: of RAM; besides that it needs the window.
        classes: int64 [n], what the board decided.
        cycles: estimated by the model of `emulator.cycles`, on average a window.
        most_cycles: of the slowest window.
        milliseconds: on average, at the board's clock.
    """

    board: str
    flash_bytes: int
    table_bytes: int
    stack_bytes: int
    classes: np.ndarray
    cycles: int
    most_cycles: int
    milliseconds: float


def cost(rival, windows, board):
    """Run a rival on an emulated board.

    Args:
        rival: a `Linear` or `Trees`.
        windows: int8 [n, 100, 6], one or more.
        board: "nano33ble", "nano33ble_rev2" or "pico".

    Returns:
        A `Cost`.

    Raises:
        ValueError: these are no windows, or there is no such board.
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    check_windows(windows)
    if not len(windows):
        raise ValueError("there is no window to run: give one or more")
    if board not in firmware.BOARDS:
        raise ValueError(f"no firmware for {board!r}; choose one of {', '.join(firmware.BOARDS)}")
    program, empty = _program(rival.c_source(), board), _program(None, board)
    machine, idle = Machine(program, board), Machine(empty, board)
    classes, cycles = zip(*(_run(machine, window) for window in windows), strict=True)
    _run(idle, windows[0])
    return Cost(
        board=board,
        flash_bytes=_flash_bytes(program) - _flash_bytes(empty),
        table_bytes=sum(array.nbytes for array in rival),
        stack_bytes=machine.stack_high_water - idle.stack_high_water,
        classes=np.array(classes),
        cycles=round(np.mean(cycles)),
        most_cycles=max(cycles),
        milliseconds=1e3 * float(np.mean(cycles)) / boards.get(board).clock_hz,
    )


def _program(rival_source, board):
    """The ELF file of a program with a rival; without one for None."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        found = "rv_class(rv_window)" if rival_source else "(uint8_t)rv_window[0]"
        made = {"rival_program.c": _PROGRAM.format(found=found)}
        if rival_source:
            made["rival_tables.c"] = rival_source
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        own = c_rivals.sources() if rival_source else []
        return toolchain.firmware(
            [firmware.FOLDER / "startup.c", *own, *(folder / name for name in made)],
            board,
            firmware.linker_script(board, folder),
            include=c_rivals.include(),
            optimize="-Os",
        )


def _run(machine, window):
    """The class that a board names, and the cycles it took."""
    machine.run()  # until it waits
    machine.write(machine.address("rv_window"), window.tobytes())
    machine.clear_counts()
    machine.run()
    found = machine.read(machine.address("rv_found"), 4)
    return int.from_bytes(found, "little"), machine.cycles


def _flash_bytes(elf):
    from elftools.elf.elffile import ELFFile

    sizes = {one.name: one["sh_size"] for one in ELFFile(io.BytesIO(elf)).iter_sections()}
    return sizes[".text"] + sizes.get(".data", 0)
