"""Firmware for a board: the micro-interpreter, one model, and the protocol that talks to both.

    image = firmware.build(tflite_bytes, "nano33ble")
    print(image.flash_bytes, image.ram_bytes)

The ELF file in `image.elf` is what the emulator runs. On a real Nano or Pico it isn't the whole
program: there a boot loader comes first, and sets up clocks.
"""

import io
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers import boards, micro, model_file, toolchain

FOLDER = Path(__file__).parent / "c"
#: Boards with firmware: whose `board_*.c` and linker script each takes.
BOARDS = {"nano33ble": "nano33ble", "nano33ble_rev2": "nano33ble", "pico": "pico"}

#: Variables whose sizes an Image has, by its fields.
_PARTS = {
    "ring_bytes": "audio_ring",
    "spotter_bytes": "spotter",
    "frame_bytes": "look_frame",
    "looker_bytes": "looker",
}

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
        arena_bytes: the tensor arena, in RAM; two models share it.
        static_bytes: all other variables in RAM, without the stack.
        stack_bytes: what is set aside for the stack.
        ring_bytes: of a program that listens, the ring of samples, in RAM; else 0.
        spotter_bytes: of a program that listens, the front end, the last second's features and the
            last scores, in RAM; else 0.
        frame_bytes: of a program that looks, the frame, in RAM; else 0.
        looker_bytes: of a program that looks, the template, the faces found last and what else it
            keeps, in RAM; else 0.
    """

    board: str
    elf: bytes
    model_bytes: int
    code_bytes: int
    arena_bytes: int
    static_bytes: int
    stack_bytes: int = STACK_BYTES
    ring_bytes: int = 0
    spotter_bytes: int = 0
    frame_bytes: int = 0
    looker_bytes: int = 0

    @property
    def flash_bytes(self):
        """All bytes of flash."""
        return self.model_bytes + self.code_bytes

    @property
    def ram_bytes(self):
        """All bytes of RAM."""
        return (
            self.arena_bytes
            + self.static_bytes
            + self.stack_bytes
            + self.ring_bytes
            + self.spotter_bytes
            + self.frame_bytes
            + self.looker_bytes
        )


def build(
    tflite_bytes,
    board,
    readable=False,
    arena_bytes=None,
    listen=False,
    look=False,
    verifier=None,
):
    """Compile and link the firmware for a model.

    Args:
        tflite_bytes: the model.
        board: "nano33ble", "nano33ble_rev2" or "pico".
        readable: use the readable kernels instead of those made for the processor.
        arena_bytes: bytes of RAM for the tensor arena; what the model needs if None, or of two
            the one that needs more. With less the program is built, and says when it runs that the
            arena is too small.
        listen: whether to add what listens for keywords (see `keywords.spotter`).
        look: whether to add what finds faces (see `faces.unlock`); the model is the detector.
        verifier: bytes of the model that tells faces apart, for a program that looks; None for one
            that only finds them.

    Returns:
        An `Image`.

    Raises:
        model_file.ModelFileError, micro.CannotRun: the model can't be run.
        keywords.library.WrongModel, faces.library.WrongModel: it is to listen, or to look, and a
            model isn't one for that.
        DoesNotFit: the board is too small for it.
        toolchain.CompileError: there is no compiler, or it doesn't work.
        ValueError: there is no firmware for that board, or a verifier without look=True.
    """
    if board not in BOARDS:
        raise ValueError(f"no firmware for {board!r}; choose one of {', '.join(BOARDS)}")
    if verifier is not None and not look:
        raise ValueError("a verifier is for a program that looks: give look=True too")
    files = [bytes(file) for file in (tflite_bytes, verifier) if file is not None]
    if listen:
        _spotter().check_model(tflite_bytes)
    if look:
        _faces().check_detector(tflite_bytes)
    if verifier is not None:
        _faces().check_verifier(verifier)
    needed = max(micro.Interpreter(file).arena_used_bytes for file in files)
    arena_bytes = max(needed if arena_bytes is None else int(arena_bytes), 1)
    figures = boards.get(board)
    model_bytes = sum(len(file) for file in files)
    if model_bytes > figures.flash_bytes:
        raise DoesNotFit(figures, "flash", model_bytes, figures.flash_bytes)
    if arena_bytes + STACK_BYTES > figures.ram_bytes:
        raise DoesNotFit(figures, "RAM", arena_bytes + STACK_BYTES, figures.ram_bytes)
    try:
        elf = _link(files, BOARDS[board], arena_bytes, readable, listen, look)
    except toolchain.CompileError as error:
        over = re.search(r"will not fit in region '(\w+)': overflowed by (\d+) bytes", str(error))
        if not over:
            raise
        memory, has = {
            "FLASH": ("flash", figures.flash_bytes),
            "RAM": ("RAM", figures.ram_bytes),
        }[over[1]]
        raise DoesNotFit(figures, memory, has + int(over[2]), has) from None
    return _measure(elf, board, model_bytes, arena_bytes)


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


def looking_source(detector, verifier=None):
    """C source of what differs from one program that looks to another: see look.h.

    Args:
        detector, verifier: the models' bytes; None for a program without a verifier.
    """
    height, width = _faces().check_detector(detector)
    zero_point = 0 if verifier is None else _faces().check_verifier(verifier)
    model, size = ("NULL", 0) if verifier is None else ("tm_verifier", len(verifier))
    return (
        '\n#include "look.h"\n\n'
        f"uint8_t look_frame[{height * width}] __attribute__((aligned(4)));\n"
        f"const uint16_t look_height = {height}, look_width = {width};\n\n"
        "extern const uint8_t tm_verifier[];\n"
        f"const uint8_t *const look_verifier = {model};\n"
        f"const uint32_t look_verifier_bytes = {size};\n"
        f"const int16_t look_zero_point = {zero_point};\n"
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


def _defines(models, readable, listen, look):
    """Macros that say what the program does, and leave out what it doesn't need."""
    has_floats = any(tensor.dtype == "float32" for model in models for tensor in model.tensors)
    chosen = {
        "TM_READABLE": readable,
        "TM_WITHOUT_FLOAT": not has_floats,
        "TM_LISTEN": listen,
        "TM_LOOK": look,
    }
    return [name for name, wanted in chosen.items() if wanted]


def _spotter():
    from tinyml_helpers.applications.keywords import c_spotter

    return c_spotter


def _faces():
    from tinyml_helpers.applications.faces import c_looker

    return c_looker


def _link(files, board, arena_bytes, readable, listen, look):
    models = [model_file.read(file) for file in files]
    operators = sorted({name for model in models for name in model.operator_names})
    source = program_source(operators, arena_bytes)
    own = [FOLDER / name for name in ("startup.c", "main.c", "protocol.c", f"board_{board}.c")]
    include = [FOLDER, _spotter().FOLDER, _faces().FOLDER, *micro.binding.INCLUDE]
    if listen:
        own += [_spotter().FOLDER / "listen.c", *_spotter().sources()]
        include += _spotter().include()
    if look:
        own += [_faces().FOLDER / "look.c", *_faces().sources()]
        include += _faces().include()
        source += looking_source(*files)
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "program.c"
        program.write_text(source, encoding="utf-8", newline="\n")
        return toolchain.firmware(
            [*micro.binding.sources(operators), *own, program],
            board,
            linker_script(board, Path(scratch)),
            include=include,
            defines=_defines(models, readable, listen, look),
            binaries=dict(zip(("tm_model", "tm_verifier"), files, strict=False)),
            optimize="-Os",
        )


def _measure(elf, board, model_bytes, arena_bytes):
    """The Image of an ELF file, from its sections."""
    from elftools.elf.elffile import ELFFile

    file = ELFFile(io.BytesIO(elf))
    sizes = {section.name: section["sh_size"] for section in file.iter_sections()}
    symbols = file.get_section_by_name(".symtab")
    parts = {
        field: sum(symbol["st_size"] for symbol in symbols.get_symbol_by_name(name) or ())
        for field, name in _PARTS.items()
    }
    data, variables = sizes.get(".data", 0), sizes.get(".bss", 0)
    return Image(
        board=board,
        elf=elf,
        model_bytes=model_bytes,
        code_bytes=sizes[".text"] + data - model_bytes,
        arena_bytes=arena_bytes,
        static_bytes=data + variables - arena_bytes - sum(parts.values()),
        **parts,
    )
