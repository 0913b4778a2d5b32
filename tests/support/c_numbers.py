"""Functions of C that make numbers of numbers, called on this computer and on emulated chips."""

import ctypes

import numpy as np

from tinyml_helpers import firmware, toolchain
from tinyml_helpers.emulator.machine import Machine
from tinyml_helpers.micro import binding

_START = """
#include "tm_requantize.h"

#define FUNCTION __attribute__((noinline)) // so that the program has it

uint8_t given[24000] __attribute__((aligned(16)));
uint8_t made[24000] __attribute__((aligned(16)));
"""
_MAIN = """
int main(void);
int main(void)
{
    %s
    return 0;
}
"""
PLACES = ["computer", "nano33ble", "pico"]


def compiled(place, functions, calls, folder):
    """What calls a C program's functions in one of PLACES.

    Args:
        place: one of PLACES.
        functions: C text; each function reads its numbers from `given` and writes to `made`.
        calls: C text that calls each of them, so that the program for a chip has them.
        folder: a Path to write to.

    Returns:
        A function of a function's name, its numbers [n, ...], how many it makes, and their dtype.
    """
    source = folder / "numbers.c"
    main = "" if place == "computer" else _MAIN % calls
    source.write_text(_START + functions + main, encoding="utf-8")
    return Computer(source) if place == "computer" else Chip(source, place)


class Computer:
    def __init__(self, source):
        path = toolchain.shared_library([*binding.sources([]), source], "numbers", binding.INCLUDE)
        self._library = ctypes.CDLL(str(path))
        self._given, self._made = (
            np.ctypeslib.as_array((ctypes.c_uint8 * 24000).in_dll(self._library, name))
            for name in ("given", "made")
        )

    def __call__(self, function, given, count, dtype, *more):
        data = np.frombuffer(given.tobytes(), np.uint8)
        self._given[: data.size] = data
        getattr(self._library, function)(len(given), *more)
        return self._made[: count * np.dtype(dtype).itemsize].copy().view(dtype)


class Chip:
    def __init__(self, source, board):
        elf = toolchain.firmware(
            [*binding.sources([]), firmware.FOLDER / "startup.c", source],
            board,
            firmware.linker_script(board, source.parent),
            include=[firmware.FOLDER, *binding.INCLUDE],
            optimize="-Os",
        )
        self._machine = Machine(elf, board)

    def __call__(self, function, given, count, dtype, *more):
        machine = self._machine
        machine.write(machine.address("given"), given.tobytes())
        machine.call(function, len(given), *(number & 0xFFFFFFFF for number in more))
        made = machine.read(machine.address("made"), count * np.dtype(dtype).itemsize)
        return np.frombuffer(made, dtype)


def floats(count, rng, low=-40, high=40):
    """Random ones; many have few bits, which makes ties, or all."""
    mantissas = rng.integers(1 << 23, 1 << 24, count)
    kept = rng.integers(0, 24, count)
    mantissas = np.where(rng.random(count) < 0.5, mantissas >> kept << kept, mantissas)
    mantissas[::7] = (1 << 24) - 1 - rng.integers(0, 2, len(mantissas[::7]))
    mantissas[::11] = 1 << 23
    return np.ldexp(mantissas.astype(np.float32), rng.integers(low - 23, high - 23, count))
