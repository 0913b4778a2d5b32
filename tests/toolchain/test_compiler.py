"""The C compiler: libraries for this computer, firmware, and what it says of bad C."""

import ctypes
import io
import os
import platform
import re

import numpy as np
import pytest
import qemu
from elftools.elf.elffile import ELFFile
from places import C

from tinyml_helpers import toolchain
from tinyml_helpers.emulator.machine import Machine

SCRIPT = C / "chip.ld"

ADD = "int tm_add(int a, int b);\nint tm_add(int a, int b) { return a + b; }\n"
START = "void Reset_Handler(void);\n"


def sections(elf_bytes):
    return {section.name: section for section in ELFFile(io.BytesIO(elf_bytes)).iter_sections()}


def symbols(elf_bytes):
    table = sections(elf_bytes)[".symtab"]
    return {symbol.name: symbol["st_value"] for symbol in table.iter_symbols()}


# For this computer.


def test_a_library_can_be_called(source):
    library = ctypes.CDLL(str(toolchain.shared_library([source(ADD)], "adder")))
    assert library.tm_add(40, 2) == 42


def test_memcpy_and_memset_are_there(source):
    text = """\
#include <stddef.h>
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
void tm_both(unsigned char *to, const unsigned char *from, size_t size);
void tm_both(unsigned char *to, const unsigned char *from, size_t size) {
    memcpy(to, from, size);
    memset(to + size, 7, size);
}
"""
    library = ctypes.CDLL(str(toolchain.shared_library([source(text)], "both")))
    to = (ctypes.c_ubyte * 200)()
    library.tm_both(to, bytes(range(100)), ctypes.c_size_t(100))
    assert bytes(to) == bytes(range(100)) + bytes([7]) * 100


def test_a_multiply_and_an_add_round_twice(source):
    text = "float tm_f(float a, float b, float c);\n"
    text += "float tm_f(float a, float b, float c) { return a * b + c; }\n"
    function = ctypes.CDLL(str(toolchain.shared_library([source(text)], "fused"))).tm_f
    function.restype = ctypes.c_float
    function.argtypes = [ctypes.c_float] * 3
    a = 1 + 2.0**-12
    # a * a is 1 + 2^-11 + 2^-24, which rounds to 1 + 2^-11; fused, 2^-24 would be left.
    assert function(a, a, -(1 + 2.0**-11)) == 0.0


@pytest.mark.parametrize(
    ("target", "suffix", "starts"),
    [
        ("x86_64-windows-gnu", ".dll", b"MZ"),
        ("aarch64-windows-gnu", ".dll", b"MZ"),
        ("aarch64-macos", ".dylib", b"\xcf\xfa\xed\xfe"),
        ("x86_64-macos", ".dylib", b"\xcf\xfa\xed\xfe"),
        ("aarch64-linux-gnu", ".so", b"\x7fELF"),
    ],
)
def test_it_links_for_other_computers_and_exports(monkeypatch, source, target, suffix, starts):
    monkeypatch.setattr(toolchain.compiler, "_this_computer", lambda: target)
    text = "void *memcpy(void *to, const void *from, __SIZE_TYPE__ size);\n" + ADD
    text += "void tm_copy(char *a, char *b, int n);\n"
    text += "void tm_copy(char *a, char *b, int n) { memcpy(a, b, (__SIZE_TYPE__)n); }\n"
    library = toolchain.shared_library([source(text)], "other")
    data = library.read_bytes()
    assert library.suffix == suffix and data.startswith(starts)
    assert b"tm_add" in data
    if suffix == ".dll":
        assert b"ucrtbase.dll" in data
    if suffix == ".dylib":
        assert b"/usr/lib/libSystem.B.dylib" in data


# Firmware.


@pytest.mark.parametrize("board", ["nano33ble", "pico"])
def test_firmware_starts_at_its_reset_handler(board):
    elf = toolchain.firmware([C / "start.c", C / "programs.c"], board, SCRIPT)
    entry = ELFFile(io.BytesIO(elf)).header["e_entry"]
    assert entry == symbols(elf)["Reset_Handler"]
    assert ".debug_line" in sections(elf)


def test_only_the_m4_has_float_instructions(source):
    text = START + "volatile float x;\nvoid Reset_Handler(void) { x = x * x; }\n"
    file = source(text)
    nano, pico = (toolchain.firmware([file], board, SCRIPT) for board in ("nano33ble", "pico"))
    assert "__aeabi_fmul" in symbols(pico)
    assert "__aeabi_fmul" not in symbols(nano)


@pytest.mark.parametrize(("board", "flash"), [("nano33ble", 0), ("pico", 0x10000000)])
def test_a_loop_that_copies_does_not_call_memcpy(source, tmp_path, board, flash):
    text = """\
unsigned char a[100], b[100];
void *memcpy(void *to, const void *from, __SIZE_TYPE__ size);
void *memcpy(void *to, const void *from, __SIZE_TYPE__ size) {
    for (__SIZE_TYPE__ i = 0; i < size; i++) {
        ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
    }
    return to;
}
int main(void);
int main(void) { return memcpy(a, b, 100) != a; }
"""
    script = qemu.moved(SCRIPT, flash, tmp_path)
    machine = Machine(toolchain.firmware([C / "start.c", source(text)], board, script), board)
    machine.write(machine.symbols["b"], bytes(range(100)))
    assert machine.call("main", budget=10_000) == 0
    assert machine.read(machine.symbols["a"], 100) == bytes(range(100))


def test_a_binary_lies_aligned_in_flash(source):
    text = (
        START
        + """\
extern const unsigned char tm_model[];
extern const unsigned tm_model_size;
volatile unsigned sink;
void Reset_Handler(void) { sink = tm_model[tm_model_size - 1]; }
"""
    )
    data = os.urandom(300_001)
    elf = toolchain.firmware([source(text)], "nano33ble", SCRIPT, binaries={"tm_model": data})
    names = symbols(elf)
    assert names["tm_model"] % 16 == 0
    flash = sections(elf)[".text"]
    content = flash.data()[names["tm_model"] - flash["sh_addr"] :]
    assert content[: len(data)] == data
    size = flash.data()[names["tm_model_size"] - flash["sh_addr"] :][:4]
    assert int.from_bytes(size, "little") == len(data)


def test_an_empty_binary_is_one_too(source):
    text = START + "extern const unsigned tm_none_size;\nvolatile unsigned sink;\n"
    text += "void Reset_Handler(void) { sink = tm_none_size; }\n"
    elf = toolchain.firmware([source(text)], "pico", SCRIPT, binaries={"tm_none": b""})
    assert "tm_none_size" in symbols(elf)


# What is wrong.


def test_an_error_names_file_and_line(source):
    file = source("int f(void);\n\nint f(void) { return x; }\n", "wrong.c")
    for compile_it in (
        lambda: toolchain.shared_library([file], "wrong"),
        lambda: toolchain.firmware([file], "pico", SCRIPT),
    ):
        with pytest.raises(toolchain.CompileError, match=r"^wrong\.c:3: .*undeclared.*'x'$"):
            compile_it()


def test_a_warning_is_an_error(source):
    with pytest.raises(toolchain.CompileError, match=r"^source\.c:1: .*unused"):
        toolchain.shared_library([source("static int f(void) { return 1; }\n")], "unused")


def test_a_function_defined_nowhere_is_named(source):
    text = START + "int g(void);\nvoid Reset_Handler(void) { g(); }\n"
    with pytest.raises(toolchain.CompileError, match=r"^g is used in source\.c.* defined nowhere$"):
        toolchain.firmware([source(text)], "nano33ble", SCRIPT)


def test_a_program_too_large_says_by_how_many_bytes(source):
    text = START + "static const char large[2000000] = {1};\nvolatile char sink;\n"
    text += "void Reset_Handler(void) { for (int i = 0; i < 2000000; i++) sink = large[i]; }\n"
    with pytest.raises(toolchain.CompileError, match=r"FLASH.*overflowed by [0-9]+ bytes"):
        toolchain.firmware([source(text)], "nano33ble", SCRIPT)


def test_messages_hold_no_path(source, tmp_path):
    texts = ["int f(", '#include "nowhere.h"\n', START + "void Reset_Handler(void) { f(1); }\n"]
    for text in texts:
        with pytest.raises(toolchain.CompileError) as caught:
            toolchain.firmware([source(text)], "pico", SCRIPT)
        assert str(tmp_path) not in str(caught.value)
        assert not re.search(r"\S[/\\]\S", str(caught.value))


def test_a_missing_source_or_board_is_named(tmp_path):
    with pytest.raises(toolchain.CompileError, match=r"^absent\.c can't be read"):
        toolchain.firmware([tmp_path / "absent.c"], "pico", SCRIPT)
    with pytest.raises(ValueError, match=r"'pi4'.*nano33ble"):
        toolchain.firmware([C / "start.c"], "pi4", SCRIPT)


def test_only_an_x86_64_is_asked_for_more_than_the_first_of_its_kind_has(monkeypatch):
    def level(target, *features):
        extensions = {"baseline": ["X86_V2"], "found": list(features), "not found": []}
        monkeypatch.setattr(np, "show_config", lambda mode: {"SIMD Extensions": extensions})
        return toolchain.compiler._level(target)

    assert level("x86_64-linux-gnu", "X86_V3", "X86_V4") == ["-mcpu=x86_64_v3"]
    assert level("x86_64-windows-gnu") == level("aarch64-macos", "X86_V3") == []


def test_computers_of_another_level_share_a_cache_but_no_library(monkeypatch, source):
    made = set()
    for flags in ([], ["-mcpu=x86_64_v3"] if platform.machine() == "x86_64" else ["-DOTHER"]):
        monkeypatch.setattr(toolchain.compiler, "_level", lambda target, flags=flags: flags)
        made.add(toolchain.shared_library([source(ADD)], "adder"))
    assert len(made) == 2 and all(path.exists() for path in made)
