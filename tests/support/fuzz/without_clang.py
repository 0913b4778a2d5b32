"""Damages models and runs them through the library Python calls, in a process that may crash.

    python without_clang.py FOLDER COUNT

Runs COUNT models: first those of FOLDER (`fuzz.write_corpus`), then these with a few changes, at
random but the same each time. Prints the number of each before it runs, and in the end how often
tm_init returned what. An arena lies between bytes that must stay as they are. Ends with status 1 if
they don't, or if tm_init returns something micro.h doesn't tell of.
"""

import ctypes
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3]))

from tinyml_helpers.micro import binding

_GUARD = 64  # bytes before and behind the arena
_MOST_ARENA = 1 << 18
_NUMBERS = (0, 1, 2, 3, 7, 8, 127, 128, 255, 256, 32767, 65535, 65536, 2**30, 2**31 - 1, 2**31)
_KNOWN = (binding.OK, binding.MALFORMED, binding.UNSUPPORTED, binding.ARENA_TOO_SMALL)


class Harness:
    """Loads and runs models as a C program would."""

    def __init__(self):
        self.micro = binding.load()
        self.kernels = ctypes.addressof(ctypes.c_char.in_dll(self.micro, "tm_kernel_list"))
        self.record = np.zeros(self.micro.tm_interpreter_bytes() + 16, np.uint8)
        start = -self.record.ctypes.data % 16
        self.state = binding.State.from_buffer(self.record, start)
        self.handle = ctypes.addressof(self.state)

    def run(self, model, flags):
        """Load a model in exactly the arena it needs and run it twice; what tm_init returned."""
        size = 0
        while True:
            memory = np.full(size + 2 * _GUARD, 0xA5, np.uint8)
            start = _GUARD - memory.ctypes.data % 16
            status = self._load_and_run(model, memory.ctypes.data + start, size, flags)
            around = np.concatenate([memory[:start], memory[start + size :]])
            if (around != 0xA5).any() or status not in _KNOWN:
                raise RuntimeError(f"tm_init gave {status}, or bytes around the arena changed")
            if status != binding.ARENA_TOO_SMALL or self.state.arena_needed > _MOST_ARENA:
                return status
            size = self.state.arena_needed

    def _load_and_run(self, model, arena, size, flags):
        status = self.micro.tm_init(
            self.handle, model.ctypes.data, len(model), self.kernels, arena, size, flags
        )
        if status == binding.OK:  # the inputs are what the arena held
            self.micro.tm_invoke(self.handle)
            self.micro.tm_reset(self.handle)
            self.micro.tm_invoke(self.handle)
        return status


def damaged(rng, model, changes):
    """A copy of a model, at a multiple of 16, with some places changed."""
    memory = np.zeros(len(model) + 16, np.uint8)
    start = -memory.ctypes.data % 16
    copy = memory[start : start + len(model)]
    copy[:] = np.frombuffer(model, np.uint8)
    for _ in range(changes):
        size = int(rng.choice([1, 2, 4]))
        at = int(rng.integers(0, len(model) // size)) * size
        old = int.from_bytes(copy[at : at + size].tobytes(), "little")
        near = old + int(rng.integers(-2, 3)), -old, old ^ 1 << int(rng.integers(0, 8 * size))
        number = int(rng.choice((*_NUMBERS, *near, len(model))))
        new = (number % (1 << 8 * size)).to_bytes(size, "little")
        copy[at : at + size] = np.frombuffer(new, np.uint8)
    return copy[: rng.integers(len(model))] if changes and rng.random() < 0.02 else copy


def main():
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    models = [path.read_bytes()[:-1] for path in sorted(folder.iterdir())]
    harness = Harness()
    rng = np.random.default_rng(0)
    seen = dict.fromkeys(_KNOWN, 0)
    for number in range(count):
        print(number, flush=True)
        changes = rng.integers(1, 5) if number >= len(models) else 0
        model = damaged(rng, models[number % len(models)], changes)
        seen[harness.run(model, number % 2)] += 1
    print(*(f"{status}:{times}" for status, times in seen.items()))


if __name__ == "__main__":
    main()
