"""What can go wrong inside a chip, as Python errors that say where in the source it did."""

import bisect
import io
from pathlib import PureWindowsPath

from tinyml_helpers.emulator.bus import RAM

_LARGEST_PUSH = 128  # bytes: of VPUSH {s0-s31}


class Fault(RuntimeError):  # noqa: N818 - so the processor's manual calls it
    """The program did what its chip can't do; the message says what and where.

    Attributes:
        pc: address of the instruction.
        function: name of the function it lies in, or None.
        line: its place in the source, such as "conv.c:42", or None.
    """

    def __init__(self, what, pc, places):
        self.pc = pc
        self.function = places.function(pc)
        self.line = places.line(pc)
        where = f"in {self.function}" if self.function else f"at {pc:#010x}, in no known function"
        super().__init__(f"{what}, {where}{f' ({self.line})' if self.line else ''}")


class MemoryFault(Fault):
    """A read, write or call where there is no memory, or a write to flash."""


class StackOverflowError(Fault):
    """The stack grew out of the bottom of RAM."""


class DivideError(Fault):
    """An integer division by zero while CCR.DIV_0_TRP asks for a trap."""


class UndefinedInstructionError(Fault):
    """Bytes that are no instruction of this core, or a float instruction before its FPU is on."""


class AlignmentError(Fault):
    """On the M0+: a word or halfword at an address that isn't a multiple of its size."""


class HangError(Fault):
    """The instruction budget is used up."""


def for_access(access, address, pc, sp, came_from, stack, places):
    """The Fault for an access that the memory refused.

    Args:
        access: what kind, one of unicorn's UC_MEM_... constants.
        address: of the memory.
        pc, sp: what these registers hold; a push that fails hasn't moved `sp` yet.
        came_from: address of the last branch.
        stack: (lowest address, the one above the highest), or Nones.
        places: a Places.
    """
    import unicorn

    if address < RAM and (sp < RAM or 0 < sp - address <= _LARGEST_PUSH):
        bottom, top = stack
        size = f" of {top - bottom:,} bytes" if top else ""
        what = f"the stack{size} overflowed, and reached {address:#010x} below the RAM"
        return StackOverflowError(what, pc, places)
    if access in (unicorn.UC_MEM_FETCH_UNMAPPED, unicorn.UC_MEM_FETCH_PROT):
        return MemoryFault(f"a jump to {address:#010x}, where no program is", came_from, places)
    if access == unicorn.UC_MEM_WRITE_PROT:
        return MemoryFault(f"a write to {address:#010x}, which is flash", pc, places)
    doing = "read from" if access == unicorn.UC_MEM_READ_UNMAPPED else "write to"
    return MemoryFault(f"a {doing} {address:#010x}, where there is no memory", pc, places)


class Places:
    """Which function and source line machine code comes from, read off an ELF file.

    Args:
        elf_bytes: the ELF file; without debug information, lines are None.

    Attributes:
        symbols: addresses (of functions without their Thumb bit) by name.
    """

    def __init__(self, elf_bytes):
        from elftools.elf.elffile import ELFFile

        self._elf_bytes = elf_bytes
        self.symbols = {}
        functions = []
        table = ELFFile(io.BytesIO(elf_bytes)).get_section_by_name(".symtab")
        for symbol in table.iter_symbols() if table else ():
            if not symbol.name or symbol["st_shndx"] == "SHN_UNDEF" or symbol.name[0] == "$":
                continue
            is_function = symbol["st_info"]["type"] == "STT_FUNC"
            address = symbol["st_value"] & ~1 if is_function else symbol["st_value"]
            self.symbols[symbol.name] = address
            if is_function:
                functions.append((address, symbol["st_size"], symbol.name))
        # Of several names for one function the shortest comes last, and `function` finds that.
        self._functions = sorted(functions, key=lambda row: (row[0], -len(row[2])))
        self._starts = [start for start, _, _ in self._functions]

    def function(self, address):
        """The name of the function that covers an address, or None."""
        index = bisect.bisect_right(self._starts, address) - 1
        if index < 0:
            return None
        start, size, name = self._functions[index]
        return name if address < start + max(size, 2) else None

    def line(self, address):
        """The source line an address comes from, as "file.c:12", or None."""
        for rows in self._line_tables:
            index = bisect.bisect_right(rows, address, key=lambda row: row[0]) - 1
            if index >= 0 and rows[index][1] is not None:
                return rows[index][1]
        return None

    @property
    def _line_tables(self):
        """A sorted list of (address, line or None where a stretch ends) for each source file."""
        from elftools.elf.elffile import ELFFile

        elf = ELFFile(io.BytesIO(self._elf_bytes))
        if not elf.has_dwarf_info():
            return
        dwarf = elf.get_dwarf_info()
        for unit in dwarf.iter_CUs():
            program = dwarf.line_program_for_CU(unit)
            if program is not None:
                # Where one stretch ends and the next begins, the beginning counts.
                yield sorted(_rows(program), key=lambda row: (row[0], row[1] is not None))


def _rows(program):
    """(address, "file:line" or None where a stretch ends), as a DWARF line program lists them."""
    files = program["file_entry"]
    first = 0 if program["version"] >= 5 else 1
    starts_at = None
    for entry in program.get_entries():
        state = entry.state
        if state is None:
            continue
        if starts_at is None:
            starts_at = state.address
        place = None
        if state.end_sequence:
            dropped, starts_at = starts_at == 0, None
        else:
            dropped = starts_at == 0  # by the linker: the vector table, no code, lies at 0
            name = files[state.file - first].name.decode(errors="replace")
            place = f"{PureWindowsPath(name).name}:{state.line}"
        if not dropped:
            yield state.address, place
