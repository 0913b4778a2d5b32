"""Counts the basic blocks unicorn executes: blocks.c, compiled on first use and hooked in."""

import ctypes
import functools
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinyml_helpers import toolchain
from tinyml_helpers.emulator import flash

_TABLE_SIZE = 65536  # as in blocks.c
_LOG_SIZE = 65536

#: SDIV or UDIV: 11111011_10?1nnnn_1111dddd_1111mmmm (Armv7-M Architecture Reference Manual, A7.7).
_DIVISION = re.compile(rb"(?=[\x90-\x9f\xb0-\xbf]\xfb([\xf0-\xff])[\xf0-\xff])")

#: What stopped the emulation, as in blocks.c.
STOPPED, FAILED, FULL, DIVIDED = 1, 2, 3, 4


class Visit(NamedTuple):
    """What was so when the program came to a marked address.

    Attributes:
        address: the marked address.
        r0: the register r0, which holds a function's first argument.
        instructions: executed before it.
        cycles: spent before it.
        waits: cycles spent before it waiting for flash; 0 if nobody counts them.
    """

    address: int
    r0: int
    instructions: int
    cycles: int
    waits: int = 0


class _Block(ctypes.Structure):
    _fields_ = [
        ("count", ctypes.c_uint64),
        ("taken_count", ctypes.c_uint64),
        ("address", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("instructions", ctypes.c_uint32),
        ("cycles", ctypes.c_uint32),
        ("taken_cycles", ctypes.c_uint32),
        ("marked", ctypes.c_uint32),
    ]


class _LoggedVisit(ctypes.Structure):
    _fields_ = [
        ("instructions", ctypes.c_uint64),
        ("cycles", ctypes.c_uint64),
        ("waits", ctypes.c_uint64),
        ("address", ctypes.c_uint32),
        ("r0", ctypes.c_uint32),
    ]


_Decode = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Block))


class _State(ctypes.Structure):
    _fields_ = [
        ("instructions", ctypes.c_uint64),
        ("cycles", ctypes.c_uint64),
        ("waits", ctypes.c_uint64),
        ("limit", ctypes.c_uint64),
        ("visits", ctypes.c_uint64),
        ("visits_size", ctypes.c_uint64),
        ("log", ctypes.POINTER(_LoggedVisit)),
        ("table", ctypes.POINTER(_Block)),
        ("last", ctypes.POINTER(_Block)),
        ("control", ctypes.c_void_p),
        ("decode", _Decode),
        ("stop", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("r0_id", ctypes.c_int32),
        ("used", ctypes.c_uint32),
        ("state", ctypes.c_uint32),
    ]


class _Divide(ctypes.Structure):
    _fields_ = [("counter", ctypes.POINTER(_State)), ("divisor_id", ctypes.c_int32)]


@functools.cache
def _library():
    source = Path(__file__).with_name("blocks.c")
    return ctypes.CDLL(str(toolchain.shared_library([source], "blocks")))


class Counter:
    """Running totals of instructions and cycles, and how often each block ran.

    Args:
        uc: the unicorn.Uc to watch.
        registers: unicorn's numbers of "r0" to "r12", "sp" and "lr".
        cost: called once a block, with its address and size in bytes; a `cycles.Cost`. If it
            raises, the emulation stops before the block, and `error` holds what it raised.

    Attributes:
        state: the totals `instructions`, `cycles` and `waits`; `limit`, where to stop; `state`, why
            it did.
        error: see `cost`.
        blocks: the table, a structured NumPy array; entries with size 0 are free.
    """

    def __init__(self, uc, registers, cost):
        from unicorn.unicorn_py3 import unicorn as binding

        self._uc = uc
        self._registers = registers
        self._cost = cost
        self._marks = set()
        self.error = None
        self._table = (_Block * _TABLE_SIZE)()
        self.blocks = np.ctypeslib.as_array(self._table)
        self._log = (_LoggedVisit * _LOG_SIZE)()
        self._add_hook = binding.uclib.uc_hook_add
        self._kept = []  # what C holds pointers to
        self.state = _State(
            visits_size=_LOG_SIZE,
            log=self._log,
            table=self._table,
            decode=_Decode(self._decode),
            stop=_address(binding.uclib.uc_emu_stop),
            read=_address(binding.uclib.uc_reg_read),
            r0_id=registers["r0"],
        )
        import unicorn

        self._hook(unicorn.UC_HOOK_BLOCK, _library().tm_on_block, self.state, 1, 0)

    def _hook(self, kind, function, data, begin, end):
        """Have unicorn call a C function with `data`'s address, from `begin` to `end`."""
        handle = ctypes.c_size_t()
        status = self._add_hook(
            self._uc._uch,
            ctypes.byref(handle),
            kind,
            ctypes.cast(function, ctypes.c_void_p),
            ctypes.cast(ctypes.pointer(data), ctypes.c_void_p),
            ctypes.c_uint64(begin),
            ctypes.c_uint64(end),
        )
        if status:
            raise RuntimeError(f"unicorn refuses a hook: error {status}")
        self._kept.append(data)

    def _decode(self, pointer):
        block = pointer.contents
        try:
            cost = self._cost(block.address, block.size)
        except BaseException as error:  # C can't pass it on
            self.error = error
            return 1
        block.instructions, block.cycles, block.taken_cycles = cost
        block.marked = block.address in self._marks
        return 0

    def start(self, budget):
        """Let the emulation run on, for at most `budget` instructions."""
        self.state.state = 0
        self.state.limit = self.state.instructions + budget

    def enter(self):
        """Before a call from outside: what to give `leave` after it. No block is the last one."""
        last, self.state.last = self.state.last, None
        return last

    def leave(self, last):
        """After a call from outside: count its last jump, and go back to before it."""
        if self.state.last:
            self.state.last.contents.taken_count += 1
            self.state.cycles += self.state.last.contents.taken_cycles
        self.state.last = last

    @property
    def last_block_end(self):
        """The address behind the block that ran last, or 0."""
        last = self.state.last
        return last.contents.address + last.contents.size if last else 0

    def trap_divisions(self, code, control):
        """Stop at a division by zero while bit 4 of the register CCR is set.

        Args:
            code: (address, bytes) of each stretch of program.
            control: where CCR's value lies, a pointer as int.
        """
        import unicorn

        self.state.control = control
        for start, data in code:
            for match in _DIVISION.finditer(data):
                at = start + match.start()
                divisor = self._registers.get(f"r{match[1][0] & 15}", self._registers["lr"])
                if at % 2 == 0:
                    divide = _Divide(ctypes.pointer(self.state), divisor)
                    self._hook(unicorn.UC_HOOK_CODE, _library().tm_on_divide, divide, at, at)

    def wait_for_flash(self, model, start, size):
        """Count in `state.waits` what a flash adds.

        Args:
            model: a `flash.Flash`.
            start, size: its address and bytes.

        Returns:
            The `flash.Waits`, which must learn each block before it runs.
        """
        import unicorn

        total = ctypes.addressof(self.state) + _State.waits.offset
        waits = flash.Waits(model, start, size, total, self._registers, self.state.read)
        functions, end = flash.library(), start + size - 1
        self._hook(unicorn.UC_HOOK_BLOCK, functions.tm_on_fetch, waits.state, start, end)
        self._hook(unicorn.UC_HOOK_CODE, functions.tm_on_instruction, waits.state, start, end)
        return waits

    def mark(self, address):
        """Log each visit to the block at `address` from now on."""
        self._marks.add(address)
        self.blocks["marked"][self.blocks["address"] == address] = 1

    def visits(self):
        """A Visit for each time the program came to a marked block, oldest first.

        Raises:
            RuntimeError: there were more than the log holds.
        """
        if self.state.visits > _LOG_SIZE:
            raise RuntimeError(f"{self.state.visits:,} visits, and the log holds {_LOG_SIZE:,}")
        log = self._log[: self.state.visits]
        return [Visit(*(getattr(visit, field) for field in Visit._fields)) for visit in log]

    def executed(self):
        """(address, instructions, cycles) of each block that ran: NumPy int64 [blocks, 3]."""
        ran = self.blocks[self.blocks["count"] > 0]
        count = ran["count"].astype(np.int64)
        cycles = count * ran["cycles"] + ran["taken_count"].astype(np.int64) * ran["taken_cycles"]
        return np.stack([ran["address"], count * ran["instructions"], cycles], axis=1)

    def clear(self):
        """Start all counts at 0 again, and an empty log; what is decoded stays so."""
        self.blocks["count"] = self.blocks["taken_count"] = 0
        self.state.instructions = self.state.cycles = self.state.waits = self.state.visits = 0


def _address(function):
    return ctypes.cast(function, ctypes.c_void_p).value
