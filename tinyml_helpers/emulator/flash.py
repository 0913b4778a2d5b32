"""How long a core waits for the flash its program and constants lie in: a model of each chip.

Estimates without it are the least a board can take; with it they come nearer to what it takes. A
core fetches through a cache, or through the last line that was read; both are emulated, on the
blocks of instructions in the order they run and on every load from flash by code in flash.

nRF52840 (the Nanos). Sources: nRF52840 Product Specification v1.11, 4.1 CPU (wait states from flash
0 to 2 with its instruction cache off, 0 to 3 with it on) and 4.3 NVMC (the cache, 2 kB, holds code
alone; reset leaves it off). Neither Arduino's core nor the mbed OS below it switches it on
(ARDUINO_NANO33BLE's variant.cpp at 0bed256, system_nrf52840.c at 81c6e71), so `NANO` has it off.
The specification says nothing of lines; the model assumes:

- One read of flash brings a line of 16 bytes of code, as in the nRF5340's cache. A jump into
  another line than the one read last waits 2 cycles; what lies right behind is fetched in time.
- Each word loaded from flash waits 2 cycles: nothing is known that would hold constants.
- `NANO_CACHED`: two ways, the line used longest ago gives way; a miss waits 3 cycles.

Two loops of which measurements are public agree with it (tests/emulator/test_flash.py): a delay
that takes 4 cycles at the start of a line and 6 across two (rust-embedded's cortex-m, issue 151;
that it takes 5 in the middle of one isn't explained), and a checksum over 50 bytes with its table
in flash, 800 cycles (Nordic DevZone, "Analysing micro-performance with the nRF52").

RP2040 (the Pico). Sources: RP2040 Datasheet, 2.6.3 (the cache for code and constants, 16 kB, two
ways, no wait if it has them) and 4.10 (the SSI, which reads the flash chip at a fraction of the
clock); a line has 8 bytes and is filled in halves (pico-sdk issue 1182), for the SSI is set up to
read words. A word that is missing costs the clocks that its command, address and data take:

- `PICO`: as the second-stage boot loader in our UF2 files sets it up (pico_boot2.c): command 03h
  over one wire, 8 + 24 + 32 bits, at a quarter of the core's clock: 256 cycles.
- `PICO_QUAD`: as pico-sdk sets up a Pico (boot2_w25q080.S, PICO_FLASH_SPI_CLKDIV 2): no command,
  8 digits of address and mode, 4 idle clocks, 8 digits of data over four wires, at half of the
  clock: 40 cycles.
- Which line gives way isn't documented: the one used longest ago. What the SSI needs beside the
  bits isn't either, and is left out (400 ns a word were measured at 125 MHz, 50 cycles for 40:
  oberon-rtk.org, "Flash Memory").

Other chips differ: an STM32F4 has a cache of code and one of constants, and a wait state for each
30 MHz (its "ART accelerator"), so that neither model holds for it.
"""

import ctypes
import functools
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers import toolchain
from tinyml_helpers.emulator.loads import loads

_MOST_LOADS = 65535  # each has a number of 16 bits
_CACHED = 0xFFFFFFFF  # as in flash_waits.c
_NOWHERE = 0xFFFFFFFF  # no block lies there


@dataclass(frozen=True)
class Flash:
    """A model of a chip's flash, and of the cache before it.

    Attributes:
        cache_bytes: what is at hand without waiting.
        ways: how many lines of the same place in the cache it holds.
        line_bytes: of a line.
        fill_bytes: of what one read brings, a line or a part of it.
        miss_cycles: what one read waits.
        data_cycles: what each word that is loaded waits; None where loads go through the cache, as
            code does.
        ahead: whether the core fetches what lies right behind in time.
    """

    cache_bytes: int
    ways: int
    line_bytes: int
    fill_bytes: int
    miss_cycles: int
    data_cycles: int | None
    ahead: bool


NANO = Flash(16, 1, 16, 16, miss_cycles=2, data_cycles=2, ahead=True)
NANO_CACHED = Flash(2048, 2, 16, 16, miss_cycles=3, data_cycles=2, ahead=True)
PICO = Flash(16 * 1024, 2, 8, 4, miss_cycles=4 * (8 + 24 + 32), data_cycles=None, ahead=False)
PICO_QUAD = Flash(16 * 1024, 2, 8, 4, miss_cycles=2 * (8 + 4 + 8), data_cycles=None, ahead=False)

#: What a board's flash is with the software it usually has, by the board's id.
MODELS = {"nano33ble": NANO, "nano33ble_rev2": NANO, "pico": PICO}


class _Line(ctypes.Structure):
    _fields_ = [("line", ctypes.c_uint32), ("filled", ctypes.c_uint32)]


class _Load(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("offset", "base", "index", "shift", "words")]


class _State(ctypes.Structure):
    _fields_ = [
        ("waits", ctypes.c_void_p),
        ("lines", ctypes.POINTER(_Line)),
        ("sets", ctypes.c_uint32),
        ("ways", ctypes.c_uint32),
        ("line_bytes", ctypes.c_uint32),
        ("fill_bytes", ctypes.c_uint32),
        ("miss_cycles", ctypes.c_uint32),
        ("data_cycles", ctypes.c_uint32),
        ("ahead", ctypes.c_uint32),
        ("next", ctypes.c_uint32),
        ("start", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("load_at", ctypes.POINTER(ctypes.c_uint16)),
        ("loads", ctypes.POINTER(_Load)),
        ("read", ctypes.c_void_p),
    ]


class Waits:
    """What flash_waits.c keeps of a chip's flash.

    Args:
        model: a `Flash`.
        start, size: the flash's address and bytes.
        total: a ctypes.c_uint64, to which the waits are added, or a pointer to one as an int.
        registers: unicorn's numbers of "r0" to "r12", "sp" and "lr".
        read: a pointer to unicorn's uc_reg_read, an int.

    Attributes:
        state: the C structure.
    """

    def __init__(self, model, start, size, total, registers=None, read=None):
        lines = model.cache_bytes // model.line_bytes
        self._registers = {None: -1, **(registers or {})}
        self._load_at = (ctypes.c_uint16 * (size // 2))()
        self._loads = (_Load * _MOST_LOADS)()
        self._known = 0
        self.state = _State(
            waits=total,
            lines=(_Line * lines)(),
            sets=lines // model.ways,
            ways=model.ways,
            line_bytes=model.line_bytes,
            fill_bytes=model.fill_bytes,
            miss_cycles=model.miss_cycles,
            data_cycles=_CACHED if model.data_cycles is None else model.data_cycles,
            ahead=model.ahead,
            next=_NOWHERE,
            start=start,
            size=size,
            load_at=self._load_at,
            loads=self._loads,
            read=read,
        )

    def learn(self, code, address, disassembler):
        """Know a block's loads before it runs; arguments as for `loads.loads`.

        Raises:
            RuntimeError: the program has more loads than fit.
        """
        if not self.state.start <= address < self.state.start + self.state.size:
            return
        for at, load in loads(code, address, disassembler):
            place = (at - self.state.start) // 2
            if self._load_at[place]:
                continue
            if self._known == _MOST_LOADS:
                raise RuntimeError(f"the program has more than {_MOST_LOADS:,} loads")
            registers = self._registers[load.base], self._registers[load.index]
            self._loads[self._known] = _Load(load.offset, *registers, load.shift, load.words)
            self._known += 1
            self._load_at[place] = self._known


@functools.cache
def library():
    """flash_waits.c, compiled for this computer: a ctypes.CDLL."""
    source = Path(__file__).with_name("flash_waits.c")
    return ctypes.CDLL(str(toolchain.shared_library([source], "flash_waits")))
