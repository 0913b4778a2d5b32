"""The same C by zig and by GCC, on both emulated chips: cycles a MAC, and bytes of code.

    python benchmarks/compilers.py

The emulated boards' programs are zig's, at -Os. Arduino's core for the Nano asks GCC for -Os; a
sketch exported here has `#pragma GCC optimize("O2")` in its C files. Cycles are estimated. Needs
arm-none-eabi-gcc (Debian's gcc-arm-none-eabi).
"""

import argparse
import io
import sys
import tempfile
from pathlib import Path

# In front: tests/support has a package of this folder's random_models.py's name.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import all_c
import gcc
import shapes
from elftools.elf.elffile import ELFFile

from tinyml_helpers import boards, emulator, firmware, link, model_file
from tinyml_helpers.applications.keywords import trained
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.firmware import needs

CHIPS = {"nano33ble": "cortex-m4 softfp", "pico": "cortex-m0plus"}

#: What GCC gets: the options it is called with, and what stands first in each C file.
WAYS = {
    "GCC -Os": ("-Os", ""),
    "GCC -Os, O2 by a pragma": ("-Os", '#pragma GCC optimize("O2")\n'),
    "GCC -O2": ("-O2", ""),
}


def models():
    """Bytes of each model, by name."""
    return {
        "keyword_real": trained.committed("real"),
        **{name: shapes.tflite(name) for name in ("ds_cnn", "visual_wake_words", "autoencoder")},
    }


def objects(board, way, folder):
    """Compile all C for a board; the flags it was compiled with."""
    level, first_line = WAYS[way]
    flags = [level if flag == "-Os" else flag for flag in gcc.ARDUINO]
    left_out = needs.defines(firmware.Application(trained.committed("real")))  # as of all of these
    flags = [*gcc.TARGETS[CHIPS[board]], "-std=c99", *flags, *(f"-D{name}" for name in left_out)]
    sources = all_c.copy(folder, firmware.Application(b""))
    for source in sources:
        path = folder / source
        path.write_text(first_line + path.read_text("utf-8"), encoding="utf-8")
    gcc.compile_all(sources, flags, folder)
    return flags


def code_bytes(elf, model):
    """Bytes of code and constants in an ELF file, without the model's."""
    sections = ELFFile(io.BytesIO(elf)).iter_sections()
    return sum(
        part["sh_size"] for part in sections if part["sh_flags"] & 2 and not part["sh_flags"] & 1
    ) - len(model)


def by_gcc(model, board, flags, folder):
    """Cycles a MAC, and bytes of code."""
    elf = gcc.program(model, board, flags, folder)
    codes = shapes.codes_for(model_file.read(model))
    with link.open(for_chip(Chip(elf, board)), model) as board_link:
        cycles = board_link.invoke(*codes).seconds * boards.get(board).clock_hz
    return cycles / model_file.read(model).macs, code_bytes(elf, model)


def by_zig(model, board):
    """The same, as boards here have it."""
    chip = emulator.Board(board)
    chip.flash(model)
    codes = shapes.codes_for(model_file.read(model))
    return chip.invoke(*codes).cycles / model_file.read(model).macs, chip.footprint.code_bytes


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    print(f"{'model':20}{'board':12}{'compiler':26}{'cycles a MAC':>13}{'code, bytes':>13}")
    for board in CHIPS:
        for name, model in models().items():
            _say(name, board, "zig -Os", *by_zig(model, board))
        for way in WAYS:
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                flags = objects(board, way, folder)
                for name, model in models().items():
                    _say(name, board, way, *by_gcc(model, board, flags, folder))
    return 0


def _say(name, board, compiler, cycles, code):
    print(f"{name:20}{board:12}{compiler:26}{cycles:13.2f}{code:13,}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
