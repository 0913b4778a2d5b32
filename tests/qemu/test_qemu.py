"""The emulated chip against qemu: the same program gives the same results and instruction counts.

The Nano's program is the same ELF file in both. The Pico's is linked twice from the same objects,
as `qemu` says: only addresses differ.
"""

import pytest
import qemu
from places import C

from tinyml_helpers import toolchain
from tinyml_helpers.emulator.machine import Machine

SOURCES = [C / "start.c", C / "programs.c"]
BUFFER = 0x20008000
DATA = bytes(range(1, 256)) * 20

CALLS = [
    ("checksum", BUFFER, len(DATA)),
    ("checksum", BUFFER + 1, 3),
    ("recurse", 60),
    ("milli", 777),
    ("counted", 25, BUFFER),
    ("staged",),
    ("straight", 5),
    ("divide", -1000, 7),
    ("divide", 5, 0),
    ("started",),
    *[("mixed", n) for n in (0, 1, 2, 3, 10, 100, 1000, 3000)],
]


@pytest.fixture(params=["nano33ble", "pico"])
def chips(request, tmp_path):
    """Our chip and qemu's with the same program, both at the beginning of main."""
    qemu.or_skip()
    board, script = request.param, C / "chip.ld"
    elf = toolchain.firmware(SOURCES, board, script)
    if board == "nano33ble":
        machine = Machine(elf, board)
    else:
        script = qemu.moved(script, 0x10000000, tmp_path)
        machine = Machine(toolchain.firmware(SOURCES, board, script), board)
    # Ours stops where main first asks for a byte.
    machine.attach(0x40002100, read=machine.stop)
    machine.run()
    with qemu.Chip(elf, marks=["mark", "recurse"]) as chip:
        chip.run_until("main")
        yield machine, chip


def test_results_and_instruction_counts_are_equal(chips):
    machine, chip = chips
    machine.write(BUFFER, DATA)
    chip.write(BUFFER, DATA)
    assert chip.read(BUFFER, len(DATA)) == DATA
    for function, *arguments in CALLS:
        machine.clear_counts()
        ours = machine.call(function, *arguments), machine.instructions
        assert (function, *ours) == (function, *chip.call(function, *arguments))


def test_counts_at_marks_are_equal(chips):
    machine, chip = chips
    machine.mark("mark", "recurse")
    for call, marks in ((("staged",), 2), (("recurse", 9), 10)):
        machine.clear_counts()
        machine.call(*call)
        chip.call(*call)
        ours = [(machine.places.function(one.address), one.instructions) for one in machine.visits]
        assert len(ours) == marks and ours == chip.visits


def test_start_up_code_counts_the_same():
    qemu.or_skip()
    elf = toolchain.firmware(SOURCES, "nano33ble", C / "chip.ld")
    machine = Machine(elf, "nano33ble")
    machine.attach(0x40002100, read=machine.stop)
    machine.mark("main", "echo")
    machine.run()
    ours = [(machine.places.function(one.address), one.instructions) for one in machine.visits]
    with qemu.Chip(elf, marks=["main", "echo"]) as chip:
        chip.run_until(chip.symbols["echo"] + 4)
        assert len(ours) == 2 and ours == chip.visits
