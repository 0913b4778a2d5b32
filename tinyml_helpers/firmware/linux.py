"""The same program for Linux on a Raspberry Pi: a static file that speaks the protocol over its
standard input and output, or over TCP on that computer alone.
"""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers import boards, toolchain
from tinyml_helpers.firmware import needs
from tinyml_helpers.firmware.application import application_of, header_for
from tinyml_helpers.firmware.image import DoesNotFit
from tinyml_helpers.firmware.linking import FOLDER, program_source
from tinyml_helpers.micro import binding

#: Of the C that only Linux needs.
LINUX_FOLDER = FOLDER / "linux"
LINUX_BOARDS = ("pi3bplus", "pi4", "pi5")

#: C files of every program for Linux, besides the interpreter's, the model's, the application's.
LINUX_SOURCES = (FOLDER / "main.c", FOLDER / "protocol.c", LINUX_FOLDER / "board_linux.c")


@dataclass(frozen=True)
class LinuxProgram:
    """A linked program for Linux.

    Attributes:
        board: the board's id.
        elf: the file, bytes.
        model_bytes: the share of the model, or models, of the file.
        arena_bytes: the tensor arena, in RAM; several models share it.
        static_bytes: all other variables in RAM.
    """

    board: str
    elf: bytes
    model_bytes: int
    arena_bytes: int
    static_bytes: int

    @property
    def ram_bytes(self):
        """All that it changes in RAM, without the stack that Linux gives it."""
        return self.arena_bytes + self.static_bytes


def build_linux(program, board, processor="aarch64"):
    """Compile and link a program for Linux.

    Args:
        program: bytes of a model, or an `Application`.
        board: "pi3bplus", "pi4" or "pi5": what the program says it runs on.
        processor: "aarch64", as every one of these boards has; "x86_64" for a computer.

    Returns:
        A `LinuxProgram`.

    Raises:
        model_file.ModelFileError, micro.CannotRun: a model can't be run.
        DoesNotFit: the board has too little RAM.
        toolchain.CompileError: there is no compiler, or it doesn't work.
        ValueError: that board has no Linux, or the application can't work with a model (see its
            `check`).
    """
    if board not in LINUX_BOARDS:
        raise ValueError(f"no Linux on {board!r}; choose one of {', '.join(LINUX_BOARDS)}")
    application = application_of(program)
    application.check()
    operators, arena = needs.operators(application), needs.arena_bytes(application)
    model_bytes = sum(map(len, application.models.values()))
    figures = boards.get(board)
    if arena + model_bytes > figures.ram_bytes:
        raise DoesNotFit(figures, "RAM", arena + model_bytes, figures.ram_bytes)
    made = {
        "program.c": program_source(operators, arena) + application.source(),
        "board_figures.c": board_source(board),
        "program_application.h": header_for(application),
    }
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        own = [*LINUX_SOURCES, *(folder / name for name in made if name.endswith(".c"))]
        elf = toolchain.linux_program(
            [*binding.sources(operators), *application.sources(), *own],
            processor,
            include=[folder, FOLDER, *binding.INCLUDE, *application.include()],
            binaries=application.models,
        )
    return LinuxProgram(board, elf, model_bytes, arena, _variables(elf) - arena)


def board_source(board):
    """C source of what differs from board to board: its name, and its clock; a str."""
    return (
        '#include "board.h"\n\n'
        f'const char board_name[] = "{board}";\n'
        f"const uint32_t board_clock_hz = {boards.get(board).clock_hz};\n"
    )


def _variables(elf):
    """Bytes of all variables of a program."""
    from elftools.elf.elffile import ELFFile

    file = ELFFile(io.BytesIO(elf))
    sections = [file.get_section_by_name(name) for name in (".data", ".bss")]
    return sum(section["sh_size"] for section in sections if section)
