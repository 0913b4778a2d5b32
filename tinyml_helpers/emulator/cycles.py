"""How long a block of instructions takes: a documented model, with memory that never waits.

A block is a run of instructions that only its last one may leave. Sources, by Arm:

- M4: Cortex-M4 Technical Reference Manual (DDI 0439), 3.3.1 "Cortex-M4 instructions", table 3-1,
  and for floats its chapter on the FPU, "FPU instruction set".
- M0+: Cortex-M0+ Technical Reference Manual (DDI 0484), 3.3 "Instruction set summary", table 3-1,
  with the single-cycle multiplier.

The manuals leave open, and the model decides so:

- M4: refilling the pipeline after a taken branch (P, "1 to 3") takes 2 cycles, a division
  ("2 to 12") 7, a barrier none beyond its own cycle.
- M4: of loads in a row each but the first takes 1 cycle ("neighboring load and store single
  instructions can pipeline their address and data phases"; that 32-bit ones on odd halfwords
  "might not pipeline optimally" is left out), a store always 1 (it is buffered). A row ends with
  its block.
- M4: an IT block's instructions take their usual cycles, whether their conditions hold or not.
- Sleeping (WFI) takes no time beyond its own cycles.
- Flash is as fast as RAM. Real flash makes a core wait, which caches in both chips mostly hide.
"""

import re
from typing import NamedTuple

#: Refilling the pipeline after a taken branch, in cycles.
_M4_REFILL = 2

_LOADS = ["ldr", "ldrb", "ldrh", "ldrsb", "ldrsh", "ldrt", "ldrbt", "ldrht", "ldrsbt", "ldrsht"]
_STORES = ["str", "strb", "strh", "strt", "strbt", "strht"]

#: Cycles by mnemonic, where they aren't 1. "N" stands for the words it loads or stores.
_M4 = {
    **dict.fromkeys(_LOADS, 2),
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
    **dict.fromkeys([*_LOADS, *_STORES], 2),
    **dict.fromkeys(["ldm", "ldmia", "stm", "stmia", "push", "pop"], "1+N"),
    **dict.fromkeys(["mrs", "msr", "dsb", "dmb", "isb"], 3),
    **dict.fromkeys(["wfi", "wfe"], 2),
}

#: On the M0+, cycles beyond an instruction's own when it loads or branches to a new address.
_M0PLUS_JUMPS = {"bl": 2, "pop": 2}

_BRANCHES = frozenset(["b", "bl", "bx", "blx", "cbz", "cbnz", "tbb", "tbh"])
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


def cost(code, core, disassembler):
    """What a block costs.

    Args:
        code: its machine code, bytes.
        core: "M4" or "M0+".
        disassembler: from `disassembler()`.

    Returns:
        A Cost.

    Raises:
        UndecodableError: the code isn't all instructions.
    """
    instructions = list(disassembler.disasm_lite(code, 0))
    if sum(size for _, size, _, _ in instructions) != len(code):
        raise UndecodableError(f"not all of {code.hex()} are instructions")
    cycles = taken_cycles = 0
    after_load = False
    for position, (_, _, mnemonic, operands) in enumerate(instructions, start=1):
        name, conditional = _name(mnemonic)
        own, jump = _instruction(name, operands, core, after_load)
        last = position == len(instructions)
        if last and jump is not None and conditional:
            cycles += 1
            taken_cycles = own - 1 + jump
        else:
            cycles += own + (jump or 0)
        after_load = name in _LOADS
    return Cost(len(instructions), cycles, taken_cycles)


def _name(mnemonic):
    """A mnemonic without its condition, width and type, and whether it had a condition."""
    name = mnemonic.split(".")[0]
    if name in ("cbz", "cbnz"):
        return name, True
    stem = _CONDITION.sub("", name)
    # Many names end like a condition (bics, muls, svc): these stems alone matter here.
    if stem != name and (stem in _BRANCHES or stem in _MAY_JUMP or stem in _M4):
        return stem, True
    return name, False


def _instruction(name, operands, core, after_load):
    """(Its own cycles, the cycles of its jump or None if it doesn't write the program counter)."""
    table = _M4 if core == "M4" else _M0PLUS
    own = table.get(name, 1)
    if own == "1+N":
        own = 1 + _words(operands)
    if name == "vmov" and operands.count(",") > 1:  # two registers at once
        own = 2
    if core == "M4" and after_load and name in _LOADS:
        own = 1
    if name in _BRANCHES or (name in _MAY_JUMP and _WRITES_PC.match(operands)):
        return own, _M4_REFILL if core == "M4" else _M0PLUS_JUMPS.get(name, 1)
    return own, None


def _words(operands):
    """How many words the register list, or else the first register, stands for."""
    registers = _REGISTER_LIST.search(operands)
    names = registers[1].split(",") if registers else operands.split(",")[:1]
    return sum(2 if name.strip().startswith("d") else 1 for name in names)
