"""A linked program, and what it takes of a board."""

import io
from dataclasses import dataclass, field

#: Bytes for the stack; the linker scripts' STACK_BYTES.
STACK_BYTES = 2048


class DoesNotFit(ValueError):  # noqa: N818 - it names a state, not a failure
    """The program is too large for the board; the message says which memory, by how much.

    Attributes:
        memory: "flash" or "RAM".
        needed_bytes: how many bytes the program needs, at least.
        over_bytes: how many bytes too many.
    """

    def __init__(self, board, memory, needed, has):
        self.memory, self.needed_bytes, self.over_bytes = memory, needed, needed - has
        super().__init__(
            f"the {board.name} has {has:,} bytes of {memory} and this program needs {needed:,}: "
            f"{needed - has:,} too many"
        )


@dataclass(frozen=True)
class Image:
    """A linked program.

    Attributes:
        board: the board's id.
        elf: the ELF file, bytes.
        model_bytes: the share of the model, or models, of flash.
        code_bytes: the rest of what is in flash: instructions and constants.
        arena_bytes: the tensor arena, in RAM; several models share it.
        static_bytes: all other variables in RAM, without the stack.
        stack_bytes: what is set aside for the stack.
        parts: bytes of RAM by part, as the application names them; see `Application.parts`.
    """

    board: str
    elf: bytes
    model_bytes: int
    code_bytes: int
    arena_bytes: int
    static_bytes: int
    stack_bytes: int = STACK_BYTES
    parts: dict = field(default_factory=dict)

    @property
    def flash_bytes(self):
        """All bytes of flash."""
        return self.model_bytes + self.code_bytes

    @property
    def ram_bytes(self):
        """All bytes of RAM."""
        parts = sum(self.parts.values())
        return self.arena_bytes + self.static_bytes + self.stack_bytes + parts


def measured(elf, board, application, arena_bytes):
    """The Image of an ELF file, from its sections and symbols.

    Args:
        elf: the file's bytes.
        board: the board's id.
        application: the `Application` in it.
        arena_bytes: of its tensor arena.
    """
    from elftools.elf.elffile import ELFFile

    file = ELFFile(io.BytesIO(elf))
    sizes = {section.name: section["sh_size"] for section in file.iter_sections()}
    symbols = file.get_section_by_name(".symtab")
    parts = {
        part: sum(symbol["st_size"] for symbol in symbols.get_symbol_by_name(variable) or ())
        for part, variable in application.parts.items()
    }
    model_bytes = sum(map(len, application.models.values()))
    data, variables = sizes.get(".data", 0), sizes.get(".bss", 0)
    return Image(
        board=board,
        elf=elf,
        model_bytes=model_bytes,
        code_bytes=sizes.get(".boot2", 0) + sizes[".text"] + data - model_bytes,
        arena_bytes=arena_bytes,
        static_bytes=data + variables - arena_bytes - sum(parts.values()),
        parts=parts,
    )
