"""A Cortex-M board that isn't there: it runs the firmware a real one would, and counts.

    board = emulator.Board("nano33ble")
    board.flash(tflite_bytes)
    run = board.invoke(codes)
    print(run, board.footprint, sep="\\n")

Instructions are counted one by one, as the chip would execute them; cycles are computed from them
by a documented model (`cycles`), as if memory never waited. `Board("pico", flash=True)` tells a
second figure, with what the core waits for its flash (`flash`). This room knows boards, firmware
and how one talks to it, and no application.
"""

from tinyml_helpers.emulator.board import Board
from tinyml_helpers.emulator.costs import Cost, Footprint, OperatorCost, Run
from tinyml_helpers.emulator.faults import (
    AlignmentError,
    DivideError,
    Fault,
    HangError,
    MemoryFault,
    StackOverflowError,
    UndefinedInstructionError,
)

__all__ = [
    "AlignmentError",
    "Board",
    "Cost",
    "DivideError",
    "Fault",
    "Footprint",
    "HangError",
    "MemoryFault",
    "OperatorCost",
    "Run",
    "StackOverflowError",
    "UndefinedInstructionError",
]
