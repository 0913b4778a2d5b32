"""Compiles and links the firmware for a board: what every program has, a model, an application."""

import re
import tempfile
from pathlib import Path

from tinyml_helpers import boards, toolchain
from tinyml_helpers.firmware import needs
from tinyml_helpers.firmware.application import application_of, header_for
from tinyml_helpers.firmware.image import STACK_BYTES, DoesNotFit, measured
from tinyml_helpers.micro import binding

FOLDER = Path(__file__).parent / "c"
#: Boards with firmware: whose `board_*.c` and linker script each takes.
BOARDS = {"nano33ble": "nano33ble", "nano33ble_rev2": "nano33ble", "pico": "pico"}
#: Boards whose real firmware is built here too, from power-on: the folder of its C and of its
#: linker script of the same name.
REAL = {"pico": "rp2040"}

#: Files in which next to no time goes: they are compiled to be as small as they can be. With some
#: others that makes more code, not less.
SELDOM_RUN = ["startup.c", "main.c", "protocol.c", "program.c"]
SELDOM_RUN += ["interpreter.c", "tm_plan.c", "tm_softmax.c"]

_OVERFLOW = re.compile(r"will not fit in region '(\w+)': overflowed by (\d+) bytes")


def build(program, board, readable=False, arena_bytes=None, real=False):
    """Compile and link the firmware for a model, or an application.

    What the emulator runs finds clocks set and pins chosen. A real Pico has a boot loader, clocks
    and USB of its own in front; main.c, the kernels and the application are the same.

    Args:
        program: bytes of a model, or an `Application`.
        board: "nano33ble", "nano33ble_rev2" or "pico".
        readable: use the readable kernels instead of those made for the processor.
        arena_bytes: bytes of RAM for the tensor arena; if None what the model needs, or of several
            the one that needs most. With less the program is built, and says when it runs that the
            arena is too small.
        real: build for a real board, "pico", instead of the emulator; `uf2` makes a file for it.

    Returns:
        An `Image`.

    Raises:
        model_file.ModelFileError, micro.CannotRun: a model can't be run.
        DoesNotFit: the board is too small for it.
        toolchain.CompileError: there is no compiler, or it doesn't work.
        ValueError: there is no firmware for that board, or the application can't work with a model
            (see its `check`).
    """
    if board not in BOARDS:
        raise ValueError(f"no firmware for {board!r}; choose one of {', '.join(BOARDS)}")
    if real and board not in REAL:
        raise ValueError(
            f"the program for a real {board!r} isn't linked here; that for {', '.join(REAL)} is: "
            "`export.project` writes what its own tools build"
        )
    application = application_of(program)
    application.check()
    files = application.models.values()
    needed = needs.arena_bytes(application)
    arena_bytes = needed if arena_bytes is None else max(int(arena_bytes), 1)
    figures = boards.get(board)
    model_bytes = sum(map(len, files))
    if model_bytes > figures.flash_bytes:
        raise DoesNotFit(figures, "flash", model_bytes, figures.flash_bytes)
    if arena_bytes + STACK_BYTES > figures.ram_bytes:
        raise DoesNotFit(figures, "RAM", arena_bytes + STACK_BYTES, figures.ram_bytes)
    try:
        elf = _link(application, board, arena_bytes, readable, real)
    except toolchain.CompileError as error:
        over = _OVERFLOW.search(str(error))
        if not over:
            raise
        memory, has = {
            "FLASH": ("flash", figures.flash_bytes),
            "RAM": ("RAM", figures.ram_bytes),
        }[over[1]]
        raise DoesNotFit(figures, memory, has + int(over[2]), has) from None
    return measured(elf, board, application, arena_bytes)


def program_source(operators, arena_bytes):
    """C source of what differs from model to model: the arena, and the kernels to link.

    Args:
        operators: names of the operators the program runs.
        arena_bytes: the arena's size.
    """
    pointers = "".join(f"    &tm_{name.lower()},\n" for name in operators)
    return (
        '#include "program.h"\n\n'
        f"uint8_t tm_arena[{arena_bytes}] __attribute__((aligned(16)));\n"
        "const uint32_t tm_arena_size = sizeof tm_arena;\n\n"
        f"const tm_kernel *const tm_used_kernels[] = {{\n{pointers}    NULL,\n}};\n"
    )


def linker_script(board, folder, real=False):
    """Write the linker script of a board into a folder.

    Args:
        board, real: as `build`.
        folder: a Path.

    Returns:
        The script's path.
    """
    first = FOLDER / REAL[board] / f"{REAL[board]}.ld" if real else FOLDER / f"{BOARDS[board]}.ld"
    parts = [first, FOLDER / "sections.ld"]
    script = folder / "layout.ld"
    text = "".join(part.read_text(encoding="utf-8") for part in parts)
    script.write_text(text, encoding="utf-8", newline="\n")
    return script


def own_sources(board, real=False):
    """Paths of the C files that every program for a board has, besides kernels; as `build`."""
    board_files = [FOLDER / f"board_{BOARDS[board]}.c"]
    if real:
        board_files = sorted((FOLDER / REAL[board]).glob("*.c"))
    return [*(FOLDER / name for name in ("startup.c", "main.c", "protocol.c")), *board_files]


def _link(application, board, arena_bytes, readable, real):
    """The ELF file of a program, bytes."""
    operators = needs.operators(application)
    own = own_sources(board, real)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = {
            "program.c": program_source(operators, arena_bytes) + application.source(),
            "program_application.h": header_for(application),
        }
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        return toolchain.firmware(
            [*binding.sources(operators), *own, *application.sources(), folder / "program.c"],
            BOARDS[board],
            linker_script(board, folder, real),
            include=[folder, FOLDER, *binding.INCLUDE, *application.include()],
            defines=needs.defines(application, readable),
            binaries=application.models,
            optimize="-Os",
            smallest=SELDOM_RUN,
        )
