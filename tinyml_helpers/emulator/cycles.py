"""How long a block of instructions takes: a documented model, with memory that never waits.

A block is a run of instructions that only its last one may leave. Sources, by Arm:

- M4: Cortex-M4 Technical Reference Manual (DDI 0439), 3.3.1 "Cortex-M4 instructions", table 3-1,
  and for floats its chapter on the FPU, "FPU instruction set".
- M0+: Cortex-M0+ Technical Reference Manual (DDI 0484), 3.3 "Instruction set summary", table 3-1,
  with the single-cycle multiplier.

What instructions wait for each other on the M4 is in `interlocks`, with this:

- TBB and TBH take "at least six cycles", a load of the program counter "at least five" (3.3.2).
- Of loads in a row each but the first takes 1 cycle, unless its address is what the one before
  brought; a store takes 1 with an immediate offset, and with a register as offset 2, or 1 right
  after a load (3.3.2: "LDR [any] are pipelined when possible", "STR Rx,[Ry,#imm] is always one
  cycle", "STR can only be pipelined when it follows an LDR, but nothing can be pipelined after").
- VDIV and VSQRT take 1 cycle, and their other 13 pass while integer instructions run; the next
  float instruction waits for them (FPU instruction set), and so does the end of the block.

All that stays within a block: across its border nothing waits. `cost` leaves it out if asked to:
then table 3-1 alone counts, any store takes 1 cycle, any load after a load 1.

The manuals leave open, and the model decides so:

- M4: refilling the pipeline after a taken branch (P, "1 to 3") takes 2 cycles, a division
  ("2 to 12") 7, a barrier none beyond its own cycle.
- M4: what "might" cost a cycle doesn't: a 32-bit instruction on an odd halfword, a constant loaded
  from beside the code. A base register that a load or store moved on is ready at once.
- M4: an IT block's instructions take their usual cycles, whether their conditions hold or not.
- Sleeping (WFI) takes no time beyond its own cycles.
- Memory never waits. What flash adds on each board is in `flash`.
"""

import re
from typing import NamedTuple

from tinyml_helpers.emulator import interlocks as waits

#: Refilling the pipeline after a taken branch, in cycles, and after a jump to what was loaded.
_M4_REFILL = 2
_M4_REFILL_LOADED = 3

#: Loads of a word or less.
LOADS = ["ldr", "ldrb", "ldrh", "ldrsb", "ldrsh", "ldrt", "ldrbt", "ldrht", "ldrsbt", "ldrsht"]
_STORES = ["str", "strb", "strh", "strt", "strbt", "strht"]

#: Cycles by mnemonic, where they aren't 1. "N" stands for the words it loads or stores.
_M4 = {
    **dict.fromkeys(LOADS, 2),
    **dict.fromkeys(["ldrd", "strd"], 3),  # 1 + N
    **dict.fromkeys(["ldrex", "ldrexb", "ldrexh", "strex", "strexb", "strexh"], 2),
    **dict.fromkeys(["ldm", "ldmia", "ldmdb", "stm", "stmia", "stmdb", "push", "pop"], "1+N"),
    **dict.fromkeys(["sdiv", "udiv"], 7),
    **dict.fromkeys(["tbb", "tbh"], 2),  # + a refill
    **dict.fromkeys(["vldr", "vstr"], "1+N"),
    **dict.fromkeys(
        ["vldm", "vldmia", "vldmdb", "vstm", "vstmia", "vstmdb", "vpush", "vpop"], "1+N"
    ),
    **dict.fromkeys(["vmla", "vmls", "vnmla", "vnmls", "vfma", "vfms", "vfnma", "vfnms"], 3),
    **dict.fromkeys(["vdiv", "vsqrt"], 14),
}
_M0PLUS = {
    **dict.fromkeys([*LOADS, *_STORES], 2),
    **dict.fromkeys(["ldm", "ldmia", "stm", "stmia", "push", "pop"], "1+N"),
    **dict.fromkeys(["mrs", "msr", "dsb", "dmb", "isb"], 3),
    **dict.fromkeys(["wfi", "wfe"], 2),
}

#: On the M0+, cycles beyond an instruction's own when it loads or branches to a new address.
_M0PLUS_JUMPS = {"bl": 2, "pop": 2}

_BRANCHES = frozenset(["b", "bl", "bx", "blx", "cbz", "cbnz", "tbb", "tbh"])
_DIVISIONS = frozenset(["vdiv", "vsqrt"])
_STEMS = frozenset([*_BRANCHES, *LOADS, *_STORES, *_M4, "mov", "add"]) | waits.STEMS
_CONDITION = re.compile(r"(?:eq|ne|[hc]s|lo|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)$")
_REGISTER_LIST = re.compile(r"\{(.*)\}")
#: Other instructions that may write the program counter, and how their operands show it.
_MAY_JUMP = frozenset(["mov", "add", "ldr", "pop", "ldm", "ldmia", "ldmdb"])
_WRITES_PC = re.compile(r"pc,|.*\bpc\}")


class Cost(NamedTuple):
    """What one run of a block costs.

    Attributes:
        instructions: how many it executes.
        cycles: if it goes on with what lies right behind it.
        taken_cycles: more cycles if it branches elsewhere. 0 if it always does: then `cycles` holds
            all of them.
    """

    instructions: int
    cycles: int
    taken_cycles: int


class UndecodableError(ValueError):
    """Bytes that aren't instructions."""


def disassembler():
    """A capstone disassembler for what Cortex-M cores execute."""
    import capstone

    return capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS)


def cost(code, core, disassembler, interlocks=True):
    """What a block costs.

    Args:
        code: its machine code, bytes.
        core: "M4" or "M0+".
        disassembler: from `disassembler()`.
        interlocks: False to count without what instructions wait for each other.

    Returns:
        A Cost.

    Raises:
        UndecodableError: the code isn't all instructions.
    """
    instructions = list(disassembler.disasm_lite(code, 0))
    if sum(size for _, size, _, _ in instructions) != len(code):
        raise UndecodableError(f"not all of {code.hex()} are instructions")
    interlocks = interlocks and core == "M4"
    cycles = taken_cycles = 0
    divided = 0  # the cycle in which the FPU is done with a division
    before = "nop", ""
    for position, (_, _, mnemonic, operands) in enumerate(instructions, start=1):
        name, conditional = name_of(mnemonic)
        now = name, operands
        own, jump = _instruction(now, before, core, interlocks)
        if interlocks:
            own += waits.stall(before, now)
            if name.startswith("v"):
                cycles = max(cycles, divided)
            if name in _DIVISIONS:
                divided = cycles + own
                own -= _M4[name] - 1
        last = position == len(instructions)
        if last and jump is not None and conditional:
            cycles += 1
            taken_cycles = own - 1 + jump
        else:
            cycles += own + (jump or 0)
        before = now
    return Cost(len(instructions), max(cycles, divided), taken_cycles)


def name_of(mnemonic):
    """A mnemonic without its condition, width and type, and whether it had a condition."""
    name = mnemonic.split(".")[0]
    if name in ("cbz", "cbnz"):
        return name, True
    stem = _CONDITION.sub("", name)
    # Many names end like a condition (bics, muls, svc): these stems alone matter here.
    if stem != name and stem in _STEMS:
        return stem, True
    return name, False


def _instruction(now, before, core, interlocks):
    """(Its own cycles, the cycles of its jump or None if it doesn't write the program counter)."""
    name, operands = now
    table = _M4 if core == "M4" else _M0PLUS
    own = table.get(name, 1)
    if own == "1+N":
        own = 1 + words(operands)
    if name == "vmov" and operands.count(",") > 1:  # two registers at once
        own = 2
    if core == "M4" and before[0] in LOADS and name in LOADS:
        own = 1
    if interlocks and (name in LOADS or (name in _STORES and _register_offset(operands))):
        own = 1 if before[0] in LOADS and not waits.is_loaded_address(before, now) else 2
    if name in _BRANCHES or (name in _MAY_JUMP and _WRITES_PC.match(operands)):
        if core != "M4":
            return own, _M0PLUS_JUMPS.get(name, 1)
        if not interlocks or name not in ("tbb", "tbh", "ldr"):
            return own, _M4_REFILL
        # A jump to what was loaded is never pipelined; a table's entry is added in one more cycle.
        return 2 if name == "ldr" else 3, _M4_REFILL_LOADED
    return own, None


def _register_offset(operands):
    """Whether a store's address is the sum of two registers."""
    return len(waits.addresses("str", operands)) > 1


def words(operands):
    """How many words the register list, or else the first register, stands for."""
    registers = _REGISTER_LIST.search(operands)
    names = registers[1].split(",") if registers else operands.split(",")[:1]
    return sum(2 if name.strip().startswith("d") else 1 for name in names)
