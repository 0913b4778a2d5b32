"""What a chip finds at an address: memory, or the registers of peripherals."""

import ctypes
import functools

RAM = 0x20000000  # where it begins, on every Cortex-M
_PAGE = 4096


class Bus:
    """The address space of a unicorn processor.

    Args:
        uc: the unicorn.Uc.
        on_error: called with the exception that a peripheral raised.
    """

    def __init__(self, uc, on_error):
        self._uc = uc
        self._on_error = on_error
        self._memories = {}
        self._pages = {}

    def add_memory(self, address, size, permissions):
        """Put memory there, all 0; `permissions` are unicorn's UC_PROT_... constants."""
        memory = (ctypes.c_uint8 * size)()
        self._memories[address] = memory
        self._uc.mem_map_ptr(address, size, permissions, ctypes.addressof(memory))

    def _find(self, address, size):
        for start, memory in self._memories.items():
            if start <= address and address + size <= start + len(memory):
                return memory, address - start
        raise ValueError(f"there is no memory from {address:#x} to {address + size:#x}")

    def pointer(self, address):
        """Where on this computer the memory at `address` lies, an int."""
        memory, offset = self._find(address, 1)
        return ctypes.addressof(memory) + offset

    def read(self, address, size):
        """`size` bytes of memory; ValueError if there is none."""
        memory, offset = self._find(address, size)
        return bytes(memoryview(memory)[offset : offset + size])

    def write(self, address, data):
        """Put bytes into memory; ValueError if there is none."""
        memory, offset = self._find(address, len(data))
        ctypes.memmove(ctypes.addressof(memory) + offset, bytes(data), len(data))

    def word(self, address):
        """The 32-bit number at `address`."""
        return int.from_bytes(self.read(address, 4), "little")

    def attach(self, address, read=None, write=None):
        """Put a peripheral's register there: see `Machine.attach`."""
        page, offset = divmod(address, _PAGE)
        if page not in self._pages:
            registers = self._pages[page] = {}
            on_read = functools.partial(self._on_read, registers)
            on_write = functools.partial(self._on_write, registers)
            self._uc.mmio_map(page * _PAGE, _PAGE, on_read, None, on_write, None)
        self._pages[page][offset] = [read, write, 0]

    def _on_read(self, registers, uc, offset, size, data):
        read, _, value = registers.get(offset & ~3, (None, None, 0))
        if read:
            value = self._guarded(read) or 0
        return value >> (offset & 3) * 8 & (1 << size * 8) - 1

    def _on_write(self, registers, uc, offset, size, value, data):
        register = registers.setdefault(offset & ~3, [None, None, 0])
        register[2] = value << (offset & 3) * 8
        if register[1]:
            self._guarded(register[1], register[2])

    def _guarded(self, function, *arguments):
        try:
            return function(*arguments)
        except BaseException as error:  # can't pass through the emulator
            self._on_error(error)
