"""All C as Arduino compiles it: by GCC, in one folder, with its core's flags; and what GCC makes of
it runs on the emulated chips."""

import functools
import io
import re
from pathlib import Path

import all_c
import gcc
import numpy as np
import pytest
from elftools.elf.elffile import ELFFile
from places import DATA, C

from tinyml_helpers import firmware, link, micro
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip

#: Whose functions a sketch calls, or writes.
PUBLIC = [
    *("micro.h", "kernels.h", "tm_memory.h", "board.h", "protocol.h", "live.h", "sensor.h"),
    *("log_mel.h", "vibration.h", "speed.h"),  # front ends
    *("spotter.h", "looker.h", "watcher.h", "node.h", "coach.h", "monitor.h"),  # applications
]
#: Types and variables only.
WITHOUT_FUNCTIONS = ["application.h", "program.h"]

CHIPS = [
    ("nano33ble", "cortex-m4 softfp"),
    ("nano33ble", "cortex-m4 hard"),
    ("pico", "cortex-m0plus"),
]


def flags(target):
    return [*gcc.TARGETS[target], "-std=c99", *gcc.ARDUINO, *gcc.STRICT]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A function: the folder in which all C was compiled for a target."""

    @functools.cache
    def folder(target):
        folder = tmp_path_factory.mktemp("sketch")
        sources = all_c.copy(folder, firmware.Application(b""))
        gcc.compile_all(sources, flags(target), folder)
        return folder

    return folder


@pytest.mark.parametrize("target", gcc.TARGETS)
def test_every_file_compiles_as_in_a_sketch(target, compiled):
    folder = compiled(target)
    assert len(list(folder.glob("*.o"))) == len(list(folder.glob("*.c"))) > 90


def test_no_product_is_added_unrounded(compiled):
    """The FPU can; but then outputs would differ from computers'. GCC does it where it may."""
    folder = compiled("cortex-m4 hard")
    fused = re.compile(r"\bvfn?m[as]\w*\.f32\b")
    assert [name for name in folder.glob("*.o") if fused.search(gcc.disassembled(name))] == []
    (folder / "fused.c").write_text("float f(float x, float y) { return x * y + x; }\n", "utf-8")
    gcc.run([*flags("cortex-m4 hard"), "-c", "fused.c", "-o", "fused"], folder)
    assert fused.search(gcc.disassembled(folder / "fused"))


@pytest.mark.parametrize("name", ["int8", "float32", "keyword_real.tflite"])
@pytest.mark.parametrize(("board", "target"), CHIPS)
def test_a_board_answers_the_same_bytes(board, target, name, tiny_models, compiled):
    kept = DATA / "keywords" / name  # its filters aren't all 3 by 3
    model = kept.read_bytes() if kept.exists() else tiny_models[name]
    here = micro.Interpreter(model)
    elf = gcc.program(model, board, flags(target), compiled(target))
    with link.open(for_chip(Chip(elf, board)), model) as a_link:
        for x in np.random.default_rng(0).random((2, *here.model.inputs[0].shape), np.float32):
            codes = x if name == "float32" else here.model.inputs[0].quantize(x)
            assert a_link.invoke(codes).output.tobytes() == here.invoke(codes)[0].tobytes()


@pytest.mark.parametrize("level", ["-O2", "-O3"])
def test_optimized_further_it_answers_the_same_bytes(level, tiny_models, tmp_path):
    """Loops are peeled then, and what a round must not expect of the one before shows."""
    more = [*flags("cortex-m4 softfp"), level, "-fpeel-loops"]
    gcc.compile_all(all_c.copy(tmp_path, firmware.Application(b"")), more, tmp_path)
    for model in (tiny_models["int8"], (DATA / "keywords" / "keyword_real.tflite").read_bytes()):
        here = micro.Interpreter(model)
        elf = gcc.program(model, "nano33ble", more, tmp_path)
        with link.open(for_chip(Chip(elf, "nano33ble")), model) as a_link:
            x = np.random.default_rng(1).random(here.model.inputs[0].shape, np.float32)
            codes = here.model.inputs[0].quantize(x)
            assert a_link.invoke(codes).output.tobytes() == here.invoke(codes).tobytes()


@pytest.mark.parametrize("name", [*PUBLIC, *WITHOUT_FUNCTIONS])
def test_headers_are_cpp_and_their_functions_are_of_c(name, tmp_path):
    all_c.copy(tmp_path, firmware.Application(b""))
    text = (tmp_path / name).read_text("utf-8")
    names = re.findall(r"^\w+[ *]+(\w+)\((?!\*)[^;{]*\);", text, re.M)
    if name == "kernels.h":
        names = ["tm_relu"]  # a macro declares them
    assert bool(names) == (name in PUBLIC)
    used = "".join(f"    (const void *)&{name},\n" for name in names)
    program = f'#include "Arduino.h"\n#include "{name}"\n\nextern const void *const used[];\n'
    program += f"const void *const used[] = {{\n{used}    nullptr,\n}};\n"
    (tmp_path / "sketch.cpp").write_text(program, encoding="utf-8")
    own = ["-x", "c++", "-std=gnu++11", "-fno-rtti", "-nostdinc++", "-I", C / "arduino"]
    own.append("-DTM_LIVE")  # a live program has more functions
    target = gcc.TARGETS["cortex-m4 softfp"]
    gcc.run([*own, *target, *gcc.ARDUINO, *gcc.STRICT, "-c", "sketch.cpp"], tmp_path)
    elf = ELFFile(io.BytesIO((tmp_path / "sketch.o").read_bytes()))
    symbols = elf.get_section_by_name(".symtab").iter_symbols()
    wanted = {symbol.name for symbol in symbols if symbol["st_shndx"] == "SHN_UNDEF"}
    assert wanted - {""} == set(names)


def test_around_calls_of_assembly_gcc_is_told_what_they_read_and_change():
    """What it isn't told it may leave out, or keep in a register that isn't kept."""
    folder = Path(micro.__file__).with_name("c") / "src" / "kernels"
    headers = [path.read_text("utf-8") for path in folder.glob("*.h")]
    naked = re.compile(r"naked, noinline\)\) static void (\w+)\(")
    found = [(text, name) for text in headers for name in naked.findall(text)]
    assert len(found) >= 8
    for text, name in found:
        calls = re.findall(rf"([^\n]*)\n *{name}\([^)]*\);\n *([^\n]*)", text)
        assert len(calls) == len(re.findall(rf"(?<!void ){name}\(", text)) > 0, name
        for before, behind in calls:
            assert before.strip().startswith("TM_READ("), name
            assert behind == "TM_CALLED;", name
