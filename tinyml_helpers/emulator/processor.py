"""unicorn as a Cortex-M core: its registers by name, and the Fault for what it can't do."""

from tinyml_helpers.emulator import faults

_TRANSLATED = 32 << 20  # bytes for translated code; unicorn would reserve 1 GiB
_THUMB = 1 << 5  # in unicorn's CPSR: Thumb instructions follow, as always on a Cortex-M

#: unicorn's numbers for exceptions.
_DATA_ABORT = 4
_EXCEPTIONS = {
    2: "a supervisor call (SVC) that nothing handles",
    7: "a breakpoint (BKPT) without a debugger",
}


class Processor:
    """A Cortex-M4F or Cortex-M0+, without memory.

    Args:
        fpu: True for the M4F.

    Attributes:
        core: "M4" or "M0+".
        uc: the unicorn.Uc.
        registers: unicorn's numbers of "r0" to "r12", "sp", "lr" and "pc".
    """

    def __init__(self, fpu):
        import unicorn
        from unicorn import arm_const

        self.core = "M4" if fpu else "M0+"
        self.uc = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB)
        m4, m0 = arm_const.UC_CPU_ARM_CORTEX_M4, arm_const.UC_CPU_ARM_CORTEX_M0
        self.uc.ctl_set_cpu_model(m4 if fpu else m0)
        self.uc.ctl_set_tcg_buffer_size(_TRANSLATED)
        self.registers = {
            name: getattr(arm_const, f"UC_ARM_REG_{name.upper()}")
            for name in [f"r{number}" for number in range(13)] + ["sp", "lr", "pc"]
        }
        self._cpsr = arm_const.UC_ARM_REG_CPSR
        self._bad_access = self._exception = None
        self.uc.hook_add(unicorn.UC_HOOK_INTR, self._on_exception)
        self.uc.hook_add(unicorn.UC_HOOK_MEM_INVALID, self._on_bad_access)

    def get(self, register):
        """The value of a register, by its name."""
        return self.uc.reg_read(self.registers[register])

    def set(self, register, value):
        """Set a register."""
        self.uc.reg_write(self.registers[register], value)

    @property
    def thumb(self):
        """Whether Thumb instructions follow."""
        return bool(self.uc.reg_read(self._cpsr) & _THUMB)

    def run(self, start):
        """Execute from the address `start` until something stops it; False if a fault did."""
        import unicorn

        self._bad_access = self._exception = None
        try:
            self.uc.emu_start(start | 1, 0xFFFFFFFF)
        except unicorn.UcError:
            return False
        return self._exception is None

    def fault(self, came_from, stack, places):
        """The Fault for what stopped it; arguments as for `faults.for_access`."""
        pc = self.get("pc")
        if self._bad_access is not None:
            registers = pc, self.get("sp"), came_from
            return faults.for_access(*self._bad_access, *registers, stack, places)
        if self._exception == _DATA_ABORT:
            what = "a word or halfword at an address that isn't a multiple of its size"
            return faults.AlignmentError(what, pc, places)
        what = _EXCEPTIONS.get(self._exception, f"an instruction the {self.core} doesn't have")
        return faults.UndefinedInstructionError(what, pc, places)

    def _on_bad_access(self, uc, access, address, size, value, data):
        self._bad_access = access, address
        return False

    def _on_exception(self, uc, number, data):
        self._exception = number
        uc.emu_stop()
