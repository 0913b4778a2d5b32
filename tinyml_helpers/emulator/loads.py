"""Where a block's instructions load from: what of each address is fixed, and which registers add.

So an address is known before the instruction runs. A hook on reads of memory would tell it too, but
while unicorn 2.1.4 calls one (UC_HOOK_MEM_READ), ARM code now and then gets another value.
"""

import re
from typing import NamedTuple

from tinyml_helpers.emulator import cycles

#: Loads that an address in brackets belongs to, and those of as many words as their list has
#: registers. What comes from the stack isn't here.
_SINGLE = frozenset([*cycles.LOADS, "ldrd", "ldrex", "ldrexb", "ldrexh", "vldr", "tbb", "tbh"])
_LISTS = frozenset(["ldm", "ldmia", "ldmdb", "vldm", "vldmia", "vldmdb"])

#: [base], [base, #offset], [base, index] or [base, index, lsl #shift].
_PLACE = re.compile(r"\[(\w+)(?:, (?:#(-?\w+)|(\w+)(?:, lsl #(\d+))?))?\]")
_NAMED = {"sb": "r9", "sl": "r10", "fp": "r11", "ip": "r12"}


class Load(NamedTuple):
    """A load.

    Attributes:
        offset: what is fixed of its address.
        base, index: the registers to add, such as "r0" or "sp", or None.
        shift: bits by which the index is shifted to the left.
        words: how many it reads from there; 1 for less than a word.
    """

    offset: int
    base: str | None
    index: str | None
    shift: int
    words: int


def loads(code, address, disassembler):
    """The loads in a block.

    Args:
        code: its machine code, bytes.
        address: where it lies.
        disassembler: from `cycles.disassembler()`.

    Yields:
        (the instruction's address, a Load).
    """
    for at, _, mnemonic, operands in disassembler.disasm_lite(code, address):
        name, _ = cycles.name_of(mnemonic)
        if name in _SINGLE:
            yield at, _single(at, name, operands)
        elif name in _LISTS:
            words = cycles.words(operands)
            base = _register(operands.split(",")[0].rstrip("!"))
            yield at, Load(-4 * words if name.endswith("db") else 0, base, None, 0, words)


def _single(at, name, operands):
    base, offset, index, shift = _PLACE.search(operands).groups()
    fixed = int(offset or "0", 0)
    if base == "pc":  # a table lies right behind, a constant at the address of a word
        fixed += at + 4 if name in ("tbb", "tbh") else (at + 4) & ~3
        base = None
    words = 2 if name == "ldrd" else cycles.words(operands)
    return Load(fixed, _register(base), _register(index), int(shift or 0), words)


def _register(name):
    return _NAMED.get(name, name)
