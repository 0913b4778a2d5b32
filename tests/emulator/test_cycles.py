"""The cycle model, against what Arm's manuals say of single instructions and short blocks."""

import io

import pytest
from elftools.elf.elffile import ELFFile

from tinyml_helpers import toolchain
from tinyml_helpers.emulator import cycles

SCRIPT = """\
MEMORY { FLASH (rx) : ORIGIN = 0, LENGTH = 1M }
SECTIONS { .text : { *(.text*) } > FLASH /DISCARD/ : { *(.ARM.*) } }
"""

#: Assembly, and then instructions, cycles without and more cycles with a branch taken at the end.
#: From table 3-1 of the Cortex-M4 manual alone, with 2 cycles to refill the pipeline.
M4 = [
    ("nop", 1, 1, 0),
    ("mov r0, #1; movw r1, #1234; movt r1, #1; add r0, r0, r1; sub r0, #1", 5, 5, 0),
    (
        "and r0, r1; orr r0, r1; eor r0, r1; bic r0, r1; bics r0, r1; mvn r0, r1; tst r0, r1",
        7,
        7,
        0,
    ),
    ("lsl r0, r1; asr r0, r1, #2; ror r0, r1; clz r0, r1; rev r0, r1; rbit r0, r1", 6, 6, 0),
    ("sxtb r0, r1; uxth r0, r1; sxtb16 r0, r1; bfi r0, r1, #1, #2; ubfx r0, r1, #1, #2", 5, 5, 0),
    ("ssat r0, #8, r1; usat r0, #8, r1; ssat16 r0, #8, r1; qadd r0, r1, r2", 4, 4, 0),
    # Multiplications, short and long and two at once, take 1 cycle.
    ("mul r0, r1, r2; muls r0, r1, r0; mla r0, r1, r2, r3; mls r0, r1, r2, r3", 4, 4, 0),
    (
        "smull r0, r1, r2, r3; umull r0, r1, r2, r3; smlal r0, r1, r2, r3; umlal r0, r1, r2, r3",
        4,
        4,
        0,
    ),
    (
        "smlad r0, r1, r2, r3; smlabb r0, r1, r2, r3; smmul r0, r1, r2; smlald r0, r1, r2, r3",
        4,
        4,
        0,
    ),
    ("sdiv r0, r1, r2", 1, 7, 0),
    ("udiv r0, r1, r2", 1, 7, 0),
    # Loads take 2, in a row 1 each after the first; stores 1.
    ("ldr r0, [r1]", 1, 2, 0),
    ("ldrb r0, [r1]; ldrsh r2, [r1, #2]; ldr r3, [r1, r2]; ldrsb r4, [r1], #1", 4, 5, 0),
    ("ldr r0, [r1]; add r0, #1; ldr r2, [r1]", 3, 5, 0),
    ("str r0, [r1]; strb r0, [r1, #1]; strh r0, [r1, r2]", 3, 3, 0),
    ("ldr r0, [r1]; str r0, [r2]; ldr r0, [r1]", 3, 5, 0),
    ("ldrd r0, r1, [r2]", 1, 3, 0),
    ("strd r0, r1, [r2]", 1, 3, 0),
    ("ldm r0, {r1, r2, r3, r4}; ldmdb r0!, {r1, r2}", 2, 8, 0),
    ("stm r0!, {r1, r2, r3}; stmdb r0!, {r1, r2}", 2, 7, 0),
    ("push {r4, r5, lr}; pop {r4, r5}", 2, 7, 0),
    ("ldm r0, {r1, r2}; ldr r3, [r0]", 2, 5, 0),
    # Branches take 1, taken 2 more; one that is always taken has them in its cycles.
    ("cmp r0, #1; bne 9f", 2, 2, 2),
    ("ble 9f", 1, 1, 2),
    ("bls 9f", 1, 1, 2),
    ("blt 9f", 1, 1, 2),
    ("cbz r0, 9f", 1, 1, 2),
    ("b 9f", 1, 3, 0),
    ("bl 9f", 1, 3, 0),
    ("blx r0", 1, 3, 0),
    ("bx lr", 1, 3, 0),
    ("mov pc, r0", 1, 3, 0),
    ("ldr pc, [r0]", 1, 4, 0),
    ("pop {r4, pc}", 1, 5, 0),
    ("ldm r0, {r4, pc}", 1, 5, 0),
    ("tbb [pc, r0]", 1, 4, 0),
    ("tbh [pc, r0, lsl #1]", 1, 4, 0),
    # In an IT block: the usual cycles, and 1 for IT; a branch is a conditional one.
    ("itee eq; moveq r0, #1; movne r0, #2; addne r0, #1", 4, 4, 0),
    ("it lt; ldrlt r0, [r1]", 2, 3, 0),
    ("it lt; bxlt lr", 2, 2, 2),
    ("it ne; popne {r4, pc}", 2, 2, 4),
    # Floats, from the table of the FPU.
    ("vadd.f32 s0, s1, s2; vsub.f32 s0, s1, s2; vmul.f32 s0, s1, s2; vneg.f32 s0, s1", 4, 4, 0),
    ("vcmp.f32 s0, s1; vmrs APSR_nzcv, fpscr; vcvt.s32.f32 s0, s1; vmov r0, s0", 4, 4, 0),
    ("vmla.f32 s0, s1, s2; vfma.f32 s0, s1, s2; vnmls.f32 s0, s1, s2", 3, 9, 0),
    ("vdiv.f32 s0, s1, s2; vsqrt.f32 s0, s1", 2, 28, 0),
    ("vldr s0, [r0]; vldr s1, [r0]; vstr s0, [r0]", 3, 6, 0),
    ("vldr d0, [r0]; vstr d0, [r0]; vmov r0, r1, d0; vmov s0, s1, r0, r1", 4, 10, 0),
    ("vpush {d8, d9}; vpop {s0, s1, s2}; vldm r0, {s0, s1}; vstmia r0!, {d0}", 4, 5 + 4 + 3 + 3, 0),
    ("dsb; isb; cpsid i; mrs r0, primask; wfi", 5, 5, 0),
]

#: From table 3-1 of the Cortex-M0+ manual.
M0PLUS = [
    ("movs r0, #1; mov r8, r0; adds r0, r1; subs r0, #1; cmp r0, r8; muls r0, r1", 6, 6, 0),
    ("ands r0, r1; bics r0, r1; lsls r0, #2; asrs r0, r1; rev r0, r1; sxtb r0, r1", 6, 6, 0),
    ("ldr r0, [r1]; ldrb r0, [r1]; ldrsh r0, [r1, r2]; ldr r0, [sp, #4]", 4, 8, 0),
    ("str r0, [r1]; strb r0, [r1]; strh r0, [r1, r2]", 3, 6, 0),
    ("ldm r0!, {r1, r2, r3}; stm r0!, {r1, r2}", 2, 7, 0),
    ("push {r4, r5, lr}; pop {r4, r5}", 2, 7, 0),
    ("bne 9f", 1, 1, 1),
    ("bls 9f", 1, 1, 1),
    ("b 9f", 1, 2, 0),
    ("bl 9f", 1, 3, 0),
    ("bx lr", 1, 2, 0),
    ("blx r0", 1, 2, 0),
    ("mov pc, r0", 1, 2, 0),
    ("add pc, r0", 1, 2, 0),
    ("pop {r4, pc}", 1, 5, 0),
    ("mrs r0, primask; msr primask, r0; dsb; isb; dmb", 5, 15, 0),
    ("cpsid i; nop; sev; wfi", 4, 5, 0),
]


#: Assembly, and its cycles with what instructions wait for each other: rules of the M4's manual,
#: 3.3.2 and "FPU instruction set". Each rule is followed by what it isn't.
INTERLOCKS = {
    "TBB and TBH take at least six": [
        ("tbb [pc, r0]", 6),
        ("tbh [pc, r0, lsl #1]", 6),
        ("bx lr", 3),
    ],
    "a load of the program counter takes at least five": [
        ("ldr pc, [r0]", 5),
        ("ldr r1, [r2]; ldr pc, [r0]", 2 + 5),
        ("pop {r4, pc}", 1 + 2 + 2),
    ],
    "an address from the instruction before costs one": [
        ("add r1, r2; ldr r0, [r1]", 1 + 3),
        ("mov r2, #1; ldrb r0, [r1, r2]", 1 + 3),
        ("addw r1, r1, #4; str r0, [r1]", 1 + 2),
        ("mul r9, r2, r3; ldrh r0, [r9, #2]!", 1 + 3),
        ("smull r0, r1, r2, r3; ldr r4, [r1]", 1 + 3),
        ("vmov r0, r1, d0; ldr r4, [r1]", 2 + 3),
        ("add r1, #4; ldm r1!, {r4, r5}", 1 + 4),
        ("sub r12, #4; stmdb r12, {r4, r5}", 1 + 4),
        ("add r1, #4; ldrd r4, r5, [r1]", 1 + 4),
        ("add r1, #4; vldr s0, [r1]", 1 + 3),
        ("add r1, #4; vstmia r1!, {s0, s1}", 1 + 4),
        ("sub sp, #8; push {r4}", 1 + 3),
        ("add sp, #8; vpop {s16}", 1 + 3),
        ("add r0, #1; tbb [pc, r0]", 1 + 7),
        ("itt ne; addne r1, #4; ldrne r0, [r1]", 1 + 1 + 3),
    ],
    "an address that is ready costs nothing": [
        ("add r1, r2; nop; ldr r0, [r1]", 1 + 1 + 2),
        ("add r0, r2; ldr r1, [r2]", 1 + 2),
        ("add r0, r2; str r0, [r1]", 1 + 1),
        ("cmp r1, r2; ldr r0, [r1]", 1 + 2),
        ("it ne; cmpne r1, r2", 2),
        ("itt ne; cmpne r1, r2; ldrne r0, [r1]", 1 + 1 + 2),
        ("str r1, [r2]; ldr r0, [r1]", 1 + 2),
        ("smull r1, r0, r2, r3; ldr r4, [r2]", 1 + 2),
        ("add r1, r2; add r1, r1", 2),
    ],
    "a load from an address just loaded isn't pipelined": [
        ("ldr r0, [r1]; ldr r2, [r0]", 2 + 2),
        ("ldr r0, [r1]; ldr r2, [r3, r0]", 2 + 2),
        ("ldr r0, [r1]; str r2, [r3, r0]", 2 + 2),
        ("ldrb r0, [r1]; ldrsh r2, [r1, #2]; ldr r3, [r1, r2]; ldrsb r4, [r1], #1", 2 + 1 + 2 + 1),
    ],
    "another load is, and one through a register that moved on": [
        ("ldr r0, [r1]; ldr r0, [r2]", 2 + 1),
        ("ldr r0, [r1, r5]; ldr r1, [r2]; ldr r2, [r3, #4]", 4),
        ("ldr r0, [r1], #4; ldr r2, [r1], #4", 2 + 1),
    ],
    "a store at the sum of two registers takes two, one after a load": [
        ("str r0, [r1, r2]", 2),
        ("strb r0, [r1, r2, lsl #2]", 2),
        ("ldr r0, [r1, r2]; str r1, [r3, r2]", 3),
        ("ldr r0, [r1, r2]; str r0, [r3, #20]", 3),
        ("str r0, [r1, #4]!; str r0, [r1], #4; strd r0, r1, [r2]", 1 + 1 + 3),
    ],
    "a float result used at once costs one": [
        ("vadd.f32 s0, s1, s2; vmul.f32 s3, s0, s4", 1 + 2),
        ("vsub.f32 s0, s1, s2; vcmp.f32 s0, s4", 1 + 2),
        ("vcvt.f32.s32 s0, s1; vstr s0, [r0]", 1 + 3),
        ("vcvt.s32.f32 s3, s1; vmov r0, s3", 1 + 2),
        ("vmul.f32 s3, s1, s2; vmov r0, r1, d1", 1 + 3),
        ("vmul.f32 s9, s1, s2; vpush {d4, d5}", 1 + 6),
        ("vmla.f32 s0, s1, s2; vadd.f32 s0, s0, s3", 3 + 2),
        ("vmul.f32 s0, s1, s2; vfma.f32 s3, s0, s4", 1 + 4),
        ("vdiv.f32 s0, s1, s2; vadd.f32 s3, s0, s4", 14 + 2),
    ],
    "a sum to add to may come late, and other results are ready": [
        ("vmul.f32 s0, s1, s2; vfma.f32 s0, s3, s4", 1 + 3),
        ("vadd.f32 s0, s1, s2; vadd.f32 s3, s4, s5; vadd.f32 s6, s0, s1", 3),
        ("vadd.f32 s0, s1, s2; vldr s0, [r0]", 1 + 2),
        ("vadd.f32 s0, s1, s2; vadd.f32 s0, s10, s11", 2),
        ("vldr s0, [r0]; vadd.f32 s1, s0, s2", 2 + 1),
        ("vcmp.f32 s0, s1; vmrs APSR_nzcv, fpscr", 2),
    ],
    "divisions and roots go on beside integers, until a float or the end": [
        ("vdiv.f32 s0, s1, s2", 14),
        ("vsqrt.f32 s0, s1; add r0, r1; add r0, r1", 14),
        ("vdiv.f32 s0, s1, s2; " + "add r0, r1; " * 20 + "nop", 22),
        ("vdiv.f32 s0, s1, s2; add r0, r1; vadd.f32 s3, s4, s5; nop", 14 + 1 + 1),
        ("vdiv.f32 s0, s1, s2; add r0, r1; vldr s3, [r2]", 14 + 2),
        ("vdiv.f32 s0, s1, s2; vsqrt.f32 s3, s4; nop", 14 + 14),
        ("vdiv.f32 s0, s1, s2; vsqrt.f32 s3, s0; nop", 14 + 15),
    ],
}


@pytest.fixture(scope="module")
def assemble(tmp_path_factory):
    """A function that gives the machine code, bytes, of each of some assembly texts."""

    def machine_code(texts, board):
        folder = tmp_path_factory.mktemp("assembly")
        lines = [".syntax unified", ".text", ".thumb", ".global Reset_Handler", "Reset_Handler:"]
        for number, text in enumerate(texts):
            body = text.replace("; ", "\n").replace("9f", f"end{number}")
            # What a text branches to lies two instructions behind it.
            lines += [f"start{number}:", body, f"stop{number}:", "nop", "nop", f"end{number}: nop"]
        (folder / "cases.s").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "cases.ld").write_text(SCRIPT, encoding="utf-8")
        elf_bytes = toolchain.firmware([folder / "cases.s"], board, folder / "cases.ld")
        elf = ELFFile(io.BytesIO(elf_bytes))
        text = elf.get_section_by_name(".text").data()
        symbols = elf.get_section_by_name(".symtab").iter_symbols()
        at = {symbol.name: symbol["st_value"] & ~1 for symbol in symbols}
        return [text[at[f"start{n}"] : at[f"stop{n}"]] for n in range(len(texts))]

    return machine_code


@pytest.mark.parametrize(
    ("core", "board", "cases"), [("M4", "nano33ble", M4), ("M0+", "pico", M0PLUS)]
)
def test_costs_are_the_manuals(assemble, core, board, cases):
    disassembler = cycles.disassembler()
    codes = assemble([text for text, *_ in cases], board)
    assert all(codes)
    computed = [
        (text, *cycles.cost(code, core, disassembler, interlocks=False))
        for (text, *_), code in zip(cases, codes, strict=True)
    ]
    assert computed == cases


@pytest.mark.parametrize("rule", INTERLOCKS)
def test_what_instructions_wait_for_on_the_m4(assemble, rule):
    cases = INTERLOCKS[rule]
    codes = assemble([text for text, _ in cases], "nano33ble")
    disassembler = cycles.disassembler()
    computed = [
        (text, cycles.cost(code, "M4", disassembler).cycles)
        for (text, _), code in zip(cases, codes, strict=True)
    ]
    assert computed == cases


def test_a_division_ends_before_its_block_does(assemble):
    """A branch that isn't taken waits for it too; taken, it costs its refill on top."""
    code = assemble(["vdiv.f32 s0, s1, s2; bne 9f"], "nano33ble")[0]
    assert cycles.cost(code, "M4", cycles.disassembler()) == (2, 14, 2)


def test_the_m0plus_waits_for_nothing(assemble):
    texts = [text for text, *_ in M0PLUS] + ["adds r1, #4; ldr r0, [r1]; ldr r2, [r0]"]
    disassembler = cycles.disassembler()
    for code in assemble(texts, "pico"):
        alone = cycles.cost(code, "M0+", disassembler, interlocks=False)
        assert cycles.cost(code, "M0+", disassembler) == alone


def test_an_empty_block_costs_nothing():
    assert cycles.cost(b"", "M4", cycles.disassembler()) == (0, 0, 0)


@pytest.mark.parametrize("code", [b"\x00", b"\x00\xbf\xff", b"\xff\xff\xff\xff"])
def test_bytes_that_are_no_instructions_are_refused(code):
    with pytest.raises(cycles.UndecodableError, match=code.hex()):
        cycles.cost(code, "M4", cycles.disassembler())
