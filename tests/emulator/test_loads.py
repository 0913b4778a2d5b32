"""Where instructions load from, read off their operands."""

import io

from elftools.elf.elffile import ELFFile

from tinyml_helpers import toolchain
from tinyml_helpers.emulator import cycles
from tinyml_helpers.emulator.loads import Load, loads

#: Assembly and its Load. Each stands alone, at an address that is a multiple of 16.
LOADS = {
    "ldr r0, [r1]": Load(0, "r1", None, 0, 1),
    "ldr r0, [r1, #4]!": Load(4, "r1", None, 0, 1),
    "ldr r0, [r1], #4": Load(0, "r1", None, 0, 1),
    "ldrb r0, [r1, #-12]": Load(-12, "r1", None, 0, 1),
    "ldrsh r0, [r9, r12, lsl #3]": Load(0, "r9", "r12", 3, 1),
    "ldr r0, [sp, #28]": Load(28, "sp", None, 0, 1),
    "ldrd r0, r1, [r2, #16]": Load(16, "r2", None, 0, 2),
    "ldrex r0, [r1, #4]": Load(4, "r1", None, 0, 1),
    "ldm r0!, {r1, r2}": Load(0, "r0", None, 0, 2),
    "ldmdb r10, {r1, r2, r3}": Load(-12, "r10", None, 0, 3),
    "vldr s0, [r1, #8]": Load(8, "r1", None, 0, 1),
    "vldr d0, [r1]": Load(0, "r1", None, 0, 2),
    "vldmia r0!, {s0, s1, s2}": Load(0, "r0", None, 0, 3),
    "tbb [pc, r0]": Load(4, None, "r0", 0, 1),
    "tbh [pc, r0, lsl #1]": Load(4, None, "r0", 1, 1),
    "ldr r0, [pc, #16]": Load(20, None, None, 0, 1),
    "nop; ldr r0, [pc, #16]": Load(20, None, None, 0, 1),  # behind a halfword: the word below
    "ldr.w r0, [pc, #-16]": Load(-12, None, None, 0, 1),
    "it lt; ldrshlt r0, [r1, #32]": Load(32, "r1", None, 0, 1),
    "pop {r4, pc}": None,
    "str r0, [r1]": None,
    "mls r0, r1, r2, r3": None,
}

SCRIPT = """\
MEMORY { FLASH (rx) : ORIGIN = 0, LENGTH = 1M }
SECTIONS { .text : { *(.text*) } > FLASH /DISCARD/ : { *(.ARM.*) } }
"""


def test_loads_are_found_with_their_addresses(tmp_path):
    lines = [".syntax unified", ".thumb", ".global Reset_Handler", "Reset_Handler:"]
    for text in LOADS:
        lines += [".balign 16", *text.split("; ")]
    (tmp_path / "loads.s").write_text("\n".join([*lines, ".balign 16", ""]), encoding="utf-8")
    (tmp_path / "loads.ld").write_text(SCRIPT, encoding="utf-8")
    elf = toolchain.firmware([tmp_path / "loads.s"], "nano33ble", tmp_path / "loads.ld")
    code = ELFFile(io.BytesIO(elf)).get_section_by_name(".text").data()
    found = {}
    for number, text in enumerate(LOADS):
        start = 16 * number
        one = [load for _, load in loads(code[start : start + 16], 0, cycles.disassembler())]
        assert len(one) <= 1, text
        found[text] = one[0] if one else None
    assert found == LOADS
