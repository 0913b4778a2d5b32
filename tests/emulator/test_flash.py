"""What a core waits for its flash: the model's caches, and loops that were measured elsewhere."""

import ctypes

import numpy as np
import pytest

from tinyml_helpers import emulator, micro, model_file, toolchain
from tinyml_helpers.emulator import flash
from tinyml_helpers.emulator.machine import Machine

SCRIPT = """\
MEMORY {{ FLASH (rx) : ORIGIN = {start}, LENGTH = 1M }}
SECTIONS {{ .text : {{ KEEP(*(.vectors)) *(.text*) }} > FLASH /DISCARD/ : {{ *(.ARM.*) }} }}
"""

#: A loop of two instructions of 2 bytes; it begins {offset} bytes into a line.
DELAY = """\
.syntax unified
.thumb
.section .vectors, "a"
.word 0x20001000
.word Reset_Handler
.text
.balign 16
.thumb_func
.global Reset_Handler
Reset_Handler: b .
.balign 16
.space {offset}
.thumb_func
.global delay
delay: subs r0, #1
bne delay
bx lr
"""
#: On the M4 another: a checksum of r2 bytes at r1 with a table at r3, seven instructions a byte.
CHECKSUM = """\
.balign 4
.thumb_func
.global checksum
checksum: push {r5, lr}
next: ldrb r5, [r1], #1
eor r0, r0, r5, lsl #24
lsrs r5, r0, #24
ldr r5, [r3, r5, lsl #2]
eor r0, r5, r0, lsl #8
subs r2, #1
bne next
pop {r5, pc}
.balign 4
.global table
table: .space 1024
"""

RAM = 0x20000000
NANO, PICO = 0x00000000, 0x10000000


class Reads:
    """The C of the model, given addresses without a processor; each call says what it waits."""

    def __init__(self, model):
        self.waited = ctypes.c_uint64()
        start = PICO if model.data_cycles is None else NANO
        total = ctypes.addressof(self.waited)
        self.waits = flash.Waits(model, start, 1 << 20, total)
        self.state = ctypes.byref(self.waits.state)

    def _more(self):
        waited, self.waited.value = self.waited.value, 0
        return waited

    def fetch(self, address, size):
        flash.library().tm_on_fetch(None, ctypes.c_uint64(address), size, self.state)
        return self._more()

    def load(self, *addresses):
        for address in addresses:
            flash.library().tm_load_from(ctypes.c_uint32(address), 1, self.state)
        return self._more()


@pytest.fixture
def build(tmp_path):
    """A function that gives a Machine with the loops, for a board and a place of the delay."""

    def make(board, offset=0, model=None):
        text = DELAY.format(offset=offset) + (CHECKSUM if board != "pico" else "")
        (tmp_path / "loops.s").write_text(text, encoding="utf-8")
        start = PICO if board == "pico" else NANO
        (tmp_path / "loops.ld").write_text(SCRIPT.format(start=start), encoding="utf-8")
        elf = toolchain.firmware([tmp_path / "loops.s"], board, tmp_path / "loops.ld")
        return Machine(elf, board, flash=model)

    return make


def spent(machine, function, *arguments):
    """Cycles and waits of a call."""
    machine.clear_counts()
    machine.call(function, *arguments)
    return machine.cycles, machine.waits


@pytest.mark.parametrize(("offset", "measured"), [(0, 4), (14, 6)])
def test_a_delay_takes_what_it_was_measured_to(build, offset, measured):
    """rust-embedded's cortex-m, issue 151, on an nRF52840: 4 cycles a loop, 5 or 6 elsewhere."""
    machine = build("nano33ble", offset, flash.NANO)
    _, few, many = (sum(spent(machine, "delay", count)) for count in (1, 100, 1100))
    assert (many - few) / 1000 == measured


def test_a_checksum_takes_what_it_was_measured_to(build):
    """Nordic DevZone, "Analysing micro-performance with the nRF52": 50 bytes took 800 cycles."""
    machine = build("nano33ble", model=flash.NANO)
    cycles, waits = spent(machine, "checksum", 0, RAM + 512, 50, machine.symbols["table"])
    assert cycles + waits == pytest.approx(800, rel=0.02)
    assert waits > 150


def test_loads_from_ram_and_code_in_the_cache_never_wait(build):
    machine = build("nano33ble", model=flash.NANO_CACHED)
    machine.call("checksum", 0, RAM + 512, 50, RAM)
    assert spent(machine, "checksum", 0, RAM + 512, 50, RAM)[1] == 0
    assert spent(machine, "checksum", 0, RAM + 512, 50, machine.symbols["table"])[1] == 50 * 2


def test_without_a_model_nothing_waits_and_with_one_cycles_stay_the_same(build):
    plain, waiting = build("pico"), build("pico", model=flash.PICO)
    assert spent(plain, "delay", 10) == (spent(waiting, "delay", 10)[0], 0)


def test_the_picos_code_waits_once_for_each_word(build):
    machine = build("pico", model=flash.PICO)
    assert spent(machine, "delay", 10)[1] == 2 * flash.PICO.miss_cycles  # 6 bytes
    assert spent(machine, "delay", 10)[1] == 0


@pytest.mark.parametrize(("model", "cycles"), [(flash.PICO, 256), (flash.PICO_QUAD, 40)])
def test_a_word_the_picos_cache_misses_costs_the_clocks_of_its_bits(model, cycles):
    reads = Reads(model)
    assert reads.load(PICO) == cycles
    assert reads.load(PICO, PICO + 1, PICO + 3) == 0
    assert reads.load(PICO + 4) == cycles  # the other half of the line
    assert reads.load(PICO + 4, PICO) == 0


def test_the_picos_cache_holds_16_kilobytes():
    reads = Reads(flash.PICO_QUAD)
    fits, too_much = (range(PICO, PICO + size, 4) for size in (16 * 1024, 32 * 1024))
    assert reads.load(*fits) == 4096 * 40
    assert reads.load(*fits) == 0
    assert reads.load(*too_much) == (8192 - 4096) * 40
    assert reads.load(*fits) == 4096 * 40


def test_of_two_ways_the_one_used_longest_ago_gives_way():
    reads = Reads(flash.PICO_QUAD)
    one, other, third = PICO, PICO + 8192, PICO + 16384
    assert reads.load(one, other) == 2 * 40
    assert reads.load(one, other, one) == 0
    assert reads.load(third) == 40
    assert reads.load(one) == 0
    assert reads.load(other) == 40


def test_code_and_constants_share_the_picos_cache():
    reads = Reads(flash.PICO)
    assert reads.fetch(PICO + 2, 8) == 3 * 256
    assert reads.load(PICO, PICO + 4, PICO + 8) == 0


def test_on_the_nano_jumps_wait_and_what_lies_behind_is_fetched_ahead():
    reads = Reads(flash.NANO)
    assert reads.fetch(100, 40) == 2
    assert reads.fetch(140, 40) == 0  # right behind
    assert reads.fetch(178, 2) == 0  # a jump, within the line read last
    assert reads.fetch(140, 4) == 2
    assert reads.load(64, 64) == 2 * 2


def test_the_nanos_cache_holds_two_kilobytes_of_code():
    reads = Reads(flash.NANO_CACHED)
    lines = [16 * line for line in range(0, 256, 2)]  # each a jump
    assert sum(reads.fetch(at, 4) for at in lines[:64]) == 64 * 3
    assert sum(reads.fetch(at, 4) for at in lines[:64]) == 0
    assert sum(reads.fetch(at, 4) for at in lines) == 64 * 3
    assert sum(reads.fetch(at, 4) for at in lines[:64]) == 64 * 3


@pytest.mark.parametrize("board_id", ["nano33ble", "nano33ble_rev2", "pico"])
def test_a_board_tells_both_figures(board_id, int8_model):
    x = np.random.default_rng(0).integers(-128, 128, model_file.read(int8_model).inputs[0].shape)
    x = x.astype(np.int8)
    plain, board = emulator.Board(board_id), emulator.Board(board_id, flash=True)
    plain.flash(int8_model)
    board.flash(int8_model)
    without, run = plain.invoke(x), board.invoke(x)
    assert (without.flash_cycles, without.flash_milliseconds) == (None, None)
    assert "flash" not in str(without) and "with the waits of flash" in str(run)
    np.testing.assert_array_equal(run.output, micro.Interpreter(int8_model).invoke(x))
    assert (run.cycles, run.instructions) == (without.cycles, without.instructions)
    assert 1.01 * run.cycles < run.flash_cycles < 10 * run.cycles
    assert run.flash_milliseconds == pytest.approx(1e3 * run.flash_cycles / board.figures.clock_hz)
    assert sum(op.flash_cycles for op in run.ops) <= run.flash_cycles
    assert board.start.flash_cycles > board.start.cycles


def test_a_board_may_have_another_flash(int8_model):
    x = np.zeros(model_file.read(int8_model).inputs[0].shape, np.int8)
    cycles = []
    for model in (flash.PICO, flash.PICO_QUAD):
        board = emulator.Board("pico", flash=model)
        board.flash(int8_model)
        cycles.append(board.invoke(x).flash_cycles)
    assert cycles[0] > 1.1 * cycles[1]
