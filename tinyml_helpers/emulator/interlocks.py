"""When a Cortex-M4 instruction waits for the one before it, read off their operands.

Instructions are (name, operands) here: a mnemonic without condition, width and type, and capstone's
text behind it, such as ("ldr", "r0, [r1, r2]"). Sources, in Arm's Cortex-M4 Technical Reference
Manual (DDI 0439D): 3.3.2 "Load/store timings", and the notes on timing in its chapter on the FPU,
"FPU instruction set".
"""

import re

#: A load or store's base, where it isn't in brackets: the stack pointer, or the first operand.
_ON_STACK = frozenset(["push", "pop", "vpush", "vpop"])
_LISTS = ("ldm", "stm", "vldm", "vstm")

_COMPARISONS = frozenset(["cmp", "cmn", "tst", "teq"])
_TWO_RESULTS = ("smull", "umull", "smlal", "umlal", "umaal", "smlsl")

#: "Add, subtract, multiply, divide, square-root, all forms of multiply with accumulate, as well as
#: conversions of all types".
_SUMS = ["vmla", "vmls", "vnmla", "vnmls", "vfma", "vfms", "vfnma", "vfnms"]
_FLOAT_RESULTS = frozenset(
    [*_SUMS, "vadd", "vsub", "vmul", "vnmul", "vdiv", "vsqrt", "vcvt", "vcvtr", "vcvtb", "vcvtt"]
)
#: Float instructions that read all their operands, and those that read none.
_READ_ALL = frozenset(["vstr", "vstm", "vstmia", "vstmdb", "vpush", "vcmp", "vcmpe"])
_READ_NONE = frozenset(["vldr", "vldm", "vldmia", "vldmdb", "vpop"])

#: Names that a condition may follow in an IT block.
STEMS = _COMPARISONS | _FLOAT_RESULTS | _READ_ALL | _READ_NONE | _ON_STACK | {"vmov"}

_BRACKETS = re.compile(r"\[(.*?)\]")
_CORE_REGISTER = re.compile(r"\b(?:r\d+|sb|sl|fp|ip|sp|lr|pc)\b")
_FLOAT_REGISTER = re.compile(r"\b([sd])(\d+)\b")


def stall(before, now):
    """Cycles that an instruction waits for a result of the one before: 0 or 1.

    - "Any load or store that generates an address dependent on the result of a preceding data
      processing operation stalls the pipeline for an additional cycle" (3.3.2).
    - A float result takes "one cycle longer if consumed by the following instruction", but
      multiplications that add "consume their addend one cycle later" (FPU instruction set).

    Args:
        before, now: (name, operands) of both.
    """
    name, operands = before
    if name in _FLOAT_RESULTS:
        result = _FLOAT_REGISTER.match(operands)
        return int(result is not None and result[0] in _floats_read(*now))
    needed = addresses(*now)
    return int(bool(needed) and not addresses(*before) and bool(_results(*before) & needed))


def is_loaded_address(load, now):
    """Whether a load brings what the next instruction's address is computed from.

    Such a one isn't pipelined with the load (3.3.2).
    """
    return load[1].split(",")[0] in addresses(*now)


def addresses(name, operands):
    """The names of the core registers that a load's or store's address comes from, a set.

    Empty for any other instruction.
    """
    if "[" in operands:
        return set(_CORE_REGISTER.findall(_BRACKETS.search(operands)[1]))
    if name in _ON_STACK:
        return {"sp"}
    return {operands.split(",")[0].rstrip("!")} if name.startswith(_LISTS) else set()


def _results(name, operands):
    """The core registers that an instruction other than a load or store writes, a set."""
    if name in _COMPARISONS:
        return set()
    both = name.startswith(_TWO_RESULTS) or (name == "vmov" and operands.count(",") > 1)
    return {operand.strip() for operand in operands.split(",")[: 2 if both else 1]}


def _floats_read(name, operands):
    """The single-precision registers that an instruction needs at once, a set.

    That leaves out the first operand of most, which they write, or add to later.
    """
    if name in _READ_NONE:
        return set()
    read = operands if name in _READ_ALL else operands.partition(",")[2]
    registers = set()
    for kind, number in _FLOAT_REGISTER.findall(read):
        if kind == "s":
            registers.add(f"s{number}")
        else:
            registers |= {f"s{2 * int(number)}", f"s{2 * int(number) + 1}"}
    return registers
