"""Compiles and links the firmware for a board: what every program has, a model, an application."""

import re
import tempfile
from pathlib import Path

from tinyml_helpers import boards, micro, model_file, toolchain
from tinyml_helpers.firmware.application import application_of, header_for
from tinyml_helpers.firmware.image import STACK_BYTES, DoesNotFit, measured
from tinyml_helpers.micro import binding

FOLDER = Path(__file__).parent / "c"
#: Boards with firmware: whose `board_*.c` and linker script each takes.
BOARDS = {"nano33ble": "nano33ble", "nano33ble_rev2": "nano33ble", "pico": "pico"}

_OVERFLOW = re.compile(r"will not fit in region '(\w+)': overflowed by (\d+) bytes")


def build(program, board, readable=False, arena_bytes=None):
    """Compile and link the firmware for a model, or an application.

    Args:
        program: bytes of a model, or an `Application`.
        board: "nano33ble", "nano33ble_rev2" or "pico".
        readable: use the readable kernels instead of those made for the processor.
        arena_bytes: bytes of RAM for the tensor arena; if None what the model needs, or of several
            the one that needs most. With less the program is built, and says when it runs that the
            arena is too small.

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
    application = application_of(program)
    application.check()
    files = application.models.values()
    needed = max(micro.Interpreter(file).arena_used_bytes for file in files)
    arena_bytes = max(needed if arena_bytes is None else int(arena_bytes), 1)
    figures = boards.get(board)
    model_bytes = sum(map(len, files))
    if model_bytes > figures.flash_bytes:
        raise DoesNotFit(figures, "flash", model_bytes, figures.flash_bytes)
    if arena_bytes + STACK_BYTES > figures.ram_bytes:
        raise DoesNotFit(figures, "RAM", arena_bytes + STACK_BYTES, figures.ram_bytes)
    try:
        elf = _link(application, BOARDS[board], arena_bytes, readable)
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


def linker_script(board, folder):
    """Write the linker script of a board into a folder.

    Args:
        board: as `build`.
        folder: a Path.

    Returns:
        The script's path.
    """
    parts = [FOLDER / f"{BOARDS[board]}.ld", FOLDER / "sections.ld"]
    script = folder / "layout.ld"
    text = "".join(part.read_text(encoding="utf-8") for part in parts)
    script.write_text(text, encoding="utf-8", newline="\n")
    return script


def _link(application, board, arena_bytes, readable):
    """The ELF file of a program, bytes."""
    models = [model_file.read(file) for file in application.models.values()]
    operators = sorted({name for model in models for name in model.operator_names})
    own = [FOLDER / name for name in ("startup.c", "main.c", "protocol.c", f"board_{board}.c")]
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
            board,
            linker_script(board, folder),
            include=[folder, FOLDER, *binding.INCLUDE, *application.include()],
            defines=defines(models, readable),
            binaries=application.models,
            optimize="-Os",
        )


def defines(models, readable=False):
    """Macros that leave out what the program doesn't need; a list of their names.

    Args:
        models: what `model_file.read` gives for each.
        readable: as `build`.
    """
    has_floats = any(tensor.dtype == "float32" for model in models for tensor in model.tensors)
    chosen = {"TM_READABLE": readable, "TM_WITHOUT_FLOAT": not has_floats}
    return [name for name, wanted in chosen.items() if wanted]
