"""An emulated Cortex-M chip that runs an ELF file, counting instructions and cycles.

    machine = Machine(elf_bytes, "nano33ble")
    machine.run()  # until the program waits for something (WFI, or a peripheral with no input)
    print(machine.instructions, machine.cycles)

The chip is the board's processor, its flash, its RAM and the system control space (plain memory: no
interrupt ever comes). Peripherals are what `attach` adds. What differs from the real boards:

- Both start from the vector table at the beginning of flash; there a Pico has its second-stage boot
  loader, a Nano Arduino's.
- Memory never makes the processor wait, unless one asks for a model of flash: then its waits are
  counted, apart from the cycles.
- A Cortex-M4 loads and stores pairs, lists and floats at unaligned addresses too, where a real one
  faults.
"""

import io

from tinyml_helpers import boards
from tinyml_helpers.emulator import costs, cycles, faults
from tinyml_helpers.emulator.bus import RAM, Bus
from tinyml_helpers.emulator.counter import DIVIDED, FULL, STOPPED, Counter
from tinyml_helpers.emulator.processor import Processor

_FLASH = {"nano33ble": 0x00000000, "nano33ble_rev2": 0x00000000, "pico": 0x10000000}

#: System control space (Armv7-M Architecture Reference Manual, B3.2.2).
_SYSTEM_CONTROL = 0xE000E000, 4096  # address, bytes
_CCR = 0xE000ED14
_CPACR = 0xE000ED88
_FPU_ON = 0xF << 20

_PAINT = b"\xa5"
_RETURN = 0xEFFFFFF0  # nothing lies there: going there means that a called function is done


class Machine:
    """A chip with a program in its flash, switched on.

    Args:
        elf_bytes: the program.
        board: "nano33ble", "nano33ble_rev2" or "pico".
        interlocks: False to count cycles without what instructions wait for each other: see
            `cycles`.
        flash: a `flash.Flash` to count in `waits`, or None.

    Raises:
        ValueError: the board has no emulated chip, or the ELF file doesn't fit its memory.

    Attributes:
        symbols: addresses by name.
        places: a `faults.Places`, to ask for functions and lines.
    """

    def __init__(self, elf_bytes, board, interlocks=True, flash=None):
        import unicorn

        if board not in _FLASH:
            raise ValueError(f"no emulated {board!r}; choose one of {', '.join(_FLASH)}")
        figures = boards.get(board)
        self._processor = Processor(figures.fpu)
        self._error = None
        self._bus = Bus(self._processor.uc, self._fail)
        read_only = unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC
        self._bus.add_memory(_FLASH[board], figures.flash_bytes, read_only)
        self._bus.add_memory(RAM, figures.ram_bytes, unicorn.UC_PROT_ALL)
        self._bus.add_memory(*_SYSTEM_CONTROL, unicorn.UC_PROT_READ | unicorn.UC_PROT_WRITE)
        code = self._load(elf_bytes)
        self.places = faults.Places(elf_bytes)
        self.symbols = self.places.symbols

        self._disassembler, self._interlocks = cycles.disassembler(), interlocks
        self._counter = Counter(self._processor.uc, self._processor.registers, self._block_cost)
        self._waits = None
        if flash:
            place = _FLASH[board], figures.flash_bytes
            self._waits = self._counter.wait_for_flash(flash, *place)
        if self._processor.core == "M4":
            self._counter.trap_divisions(code, self._bus.pointer(_CCR))

        # A pattern in the stack shows later how far down it was used.
        self._stack = self.symbols.get("__stack_bottom"), self.symbols.get("__stack_top")
        if None not in self._stack:
            bottom, top = self._stack
            self.write(bottom, _PAINT * (top - bottom))
        self._processor.set("sp", self._bus.word(_FLASH[board]))
        self._processor.set("lr", 0xFFFFFFFF)
        self._next = self._bus.word(_FLASH[board] + 4)
        self._started = False

    # Memory and peripherals.

    def read(self, address, size):
        """`size` bytes of flash, RAM or system control registers; ValueError if not there."""
        return self._bus.read(address, size)

    def write(self, address, data):
        """Put bytes into memory, flash too (but not over code that ran); ValueError if none."""
        self._bus.write(address, data)

    def attach(self, address, read=None, write=None):
        """Put a register of a peripheral on the bus.

        Registers nobody attached in the same 4 KiB act as memory. A program that reads a byte of a
        register reads part of the word; one that writes a byte writes the other bytes as 0. Where
        nothing is attached, an access is a MemoryFault.

        Args:
            address: of the 32-bit register.
            read: called with nothing when the program reads it; the value, an int. None: it reads
                as the value last written, at first 0. What it raises comes out of `run`.
            write: called with the value when the program writes it.
        """
        self._bus.attach(address, read, write)

    def _load(self, elf_bytes):
        """Copy the program to where a flash tool would, its load addresses; list its code."""
        from elftools.elf.elffile import ELFFile

        code = []
        for segment in ELFFile(io.BytesIO(elf_bytes)).iter_segments("PT_LOAD"):
            data, address = segment.data(), segment["p_paddr"]
            if data:
                self.write(address, data)
            if segment["p_flags"] & 1:
                code.append((address, data))
        return code

    @property
    def stack_high_water(self):
        """The most bytes of stack in use at any time so far; None without `__stack_bottom`."""
        if None in self._stack:
            return None
        bottom, top = self._stack
        return len(self.read(bottom, top - bottom).lstrip(_PAINT))

    # Running.

    def register(self, name):
        """The value of "r0" to "r12", "sp", "lr" or "pc"."""
        return self._processor.get(name)

    @property
    def instructions(self):
        """Instructions executed so far; when a peripheral asks, its whole block counts already."""
        return self._counter.state.instructions

    @property
    def cycles(self):
        """Clock cycles so far, by the model of `cycles`; for peripherals, as `instructions`."""
        return self._counter.state.cycles

    @property
    def waits(self):
        """Cycles spent waiting for flash so far, beside `cycles`; 0 without a model of flash."""
        return self._counter.state.waits

    def stop(self):
        """Called by a peripheral: let `run` return after the block that runs now."""
        self._counter.state.limit = 0

    def _fail(self, error):
        self._error = error
        self.stop()

    def run(self, budget=1_000_000_000):
        """Run on from where the program stands, until it waits: by a WFI, or as `stop` asks.

        Args:
            budget: instructions to execute at most.

        Raises:
            Fault: the program did what the chip can't; after it, nothing runs.
            HangError: a Fault, for a program still busy after `budget` instructions. It may run on.
        """
        self._started = True
        self._run(self._next, budget)

    def call(self, function, *arguments, budget=1_000_000_000):
        """Call a function, with what the program set up so far, and come back.

        Before any `run` nothing is set up: variables are 0. Only the FPU is switched on then.

        Args:
            function: its name or address.
            arguments: up to four 32-bit integers or addresses.
            budget: instructions to execute at most.

        Returns:
            The register r0, from 0 to 2**32 - 1: what a C function returns, or garbage.

        Raises:
            Fault: as from `run`.
            ValueError: there is no such function, or there are more than four arguments.
        """
        if len(arguments) > 4:
            raise ValueError("only four arguments fit the registers: pass a pointer to more")
        address = self.address(function)
        saved = self._processor.uc.context_save()
        for number, argument in enumerate(arguments):
            self._processor.set(f"r{number}", argument & 0xFFFFFFFF)
        self._processor.set("sp", self.register("sp") & ~7)
        self._processor.set("lr", _RETURN | 1)
        if self._processor.core == "M4" and not self._started:  # no start-up code did it
            self.write(_CPACR, _FPU_ON.to_bytes(4, "little"))
        resume = self._next, self._counter.enter()
        try:
            self._run(address, budget, returns=True)
            return self.register("r0")
        finally:
            self._processor.uc.context_restore(saved)
            self._next = resume[0]
            self._counter.leave(resume[1])

    def address(self, symbol):
        """The address of a symbol (an address is its own); ValueError if there is none."""
        if isinstance(symbol, int):
            return symbol & ~1
        if symbol not in self.symbols:
            raise ValueError(f"the program has no {symbol!r}; perhaps nothing uses it")
        return self.symbols[symbol]

    def _run(self, start, budget, returns=False):
        """Emulate from `start` until the program waits, or returns to where `call` came from."""
        counter = self._counter
        counter.start(budget)
        fine = self._processor.run(start)
        pc = self.register("pc")
        self._next = pc
        for raised in (self._error, counter.error):
            if raised is not None:
                self._error = counter.error = None
                raise raised
        if returns and pc == _RETURN:
            return
        reason = counter.state.state
        if reason == FULL:
            raise RuntimeError("the program has more blocks than the emulator can count")
        if reason == DIVIDED:
            raise faults.DivideError("an integer division by zero", pc, self.places)
        if not fine:
            raise self._processor.fault(self._came_from, self._stack, self.places)
        if reason == STOPPED and counter.state.limit:
            raise faults.HangError(f"still busy after {budget:,} instructions", pc, self.places)
        if returns:
            raise faults.HangError("it waits, and nothing ever comes", pc, self.places)

    # Counts.

    def mark(self, *symbols):
        """Log from now on when the program comes to these functions (names or addresses)."""
        for symbol in symbols:
            self._counter.mark(self.address(symbol))

    @property
    def visits(self):
        """A `counter.Visit` for each time the program came to a marked address, oldest first."""
        return self._counter.visits()

    def clear_counts(self):
        """Set instructions, cycles, visits and the profile back to nothing."""
        self._counter.clear()

    def function_profile(self):
        """A `costs.Share` for each function that ran, the one with the most cycles first."""
        return costs.shares(self._counter.executed(), self.places)

    # Before a block runs.

    @property
    def _came_from(self):
        """The end of the block that ran last, where its branch is."""
        return self._counter.last_block_end - 2

    def _block_cost(self, address, size):
        """Called once a block, before it first runs."""
        if not self._processor.thumb:
            what = f"a jump to {address:#010x}, without the bit 0 that marks Thumb code"
            raise faults.MemoryFault(what, self._came_from, self.places)
        code = self.read(address, size)
        if self._processor.core == "M4" and self._bus.word(_CPACR) & _FPU_ON != _FPU_ON:
            for at, _, name, _ in self._disassembler.disasm_lite(code, address):
                if name.startswith("v"):
                    what = "a float instruction before the FPU was switched on (CPACR)"
                    raise faults.UndefinedInstructionError(what, at, self.places)
        if self._waits:
            self._waits.learn(code, address, self._disassembler)
        return cycles.cost(code, self._processor.core, self._disassembler, self._interlocks)
