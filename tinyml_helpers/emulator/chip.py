"""A board's chip as its firmware sees it: a Machine with a UART and a clock to read the time from.

    chip = Chip(image.elf, "nano33ble")
    chip.run()  # starts up, and waits for a byte
    chip.send(question)
    chip.run()
    answer = chip.receive()

The UART takes bytes as soon as they are written, and brings the next one as soon as the last is
read: there is no baud rate, and no byte is ever lost. Its switches (pins, speed, enable) are
registers that do nothing. What the firmware's board_*.c use is here, and nothing more.
"""

from collections import deque

from tinyml_helpers import boards
from tinyml_helpers.emulator.faults import Fault, HangError
from tinyml_helpers.emulator.machine import Machine

#: Instructions that a chip may take to answer: half a minute of this computer's time, and more than
#: float models take without an FPU.
BUDGET = 5_000_000_000


class Chip:
    """A board's chip with a program, switched off until the first `run`.

    Args:
        elf_bytes: the program, such as `firmware.build(...).elf`.
        board: "nano33ble", "nano33ble_rev2" or "pico".
        budget: instructions to execute at most before the program waits for a byte again.
        counting: `interlocks` and `flash`, as `Machine`.

    Raises:
        ValueError: as `Machine`.

    Attributes:
        machine: the `Machine`.
        board, budget: as given.
    """

    def __init__(self, elf_bytes, board, budget=BUDGET, **counting):
        self.machine = Machine(elf_bytes, board, **counting)
        self.board = board
        self.budget = budget
        self._to_program, self._from_program = deque(), bytearray()
        self._fault = None
        attach = _attach_pico if board == "pico" else _attach_nano
        attach(self.machine, self._to_program, self._from_program)

    def send(self, data):
        """Queue bytes for the program to receive when it runs on."""
        self._to_program.extend(data)

    def receive(self):
        """All bytes the program has sent since the last call."""
        data = bytes(self._from_program)
        self._from_program.clear()
        return data

    def run(self):
        """Run until the program waits for a byte that nobody sent; the first time, from reset.

        Raises:
            HangError: it is still busy when the budget is used up. It may run on.
            Fault: the program did what the chip can't; the chip is dead, and each `run` says so.
        """
        if self._fault:
            raise self._fault
        try:
            self.machine.run(self.budget)
        except HangError:
            raise
        except Fault as fault:
            self._fault = fault
            raise


def _attach_nano(machine, to_program, from_program):
    """The nRF52840's UART and the cycle counter.

    Registers: nRF52840 Product Specification v1.11, 6.33 UART; Armv7-M ARM, C1.8 DWT.
    """
    receive_ready = False  # the event RXDRDY: a new byte is in RXD
    send_ready = False  # the event TXDRDY: TXD is free again
    told = False  # whether there was an event for the first byte in the queue

    def read_receive_ready():
        nonlocal receive_ready, told
        if to_program and not told:
            receive_ready = told = True
        if not receive_ready:
            machine.stop()
        return receive_ready

    def write_receive_ready(value):
        nonlocal receive_ready
        receive_ready = bool(value)

    def read_byte():
        nonlocal told
        told = False
        return to_program.popleft() if to_program else 0

    def write_send_ready(value):
        nonlocal send_ready
        send_ready = bool(value)

    def write_byte(value):
        nonlocal send_ready
        from_program.append(value & 0xFF)
        send_ready = True

    machine.attach(0x40002108, read=read_receive_ready, write=write_receive_ready)
    machine.attach(0x4000211C, read=lambda: send_ready, write=write_send_ready)
    machine.attach(0x40002518, read=read_byte)
    machine.attach(0x4000251C, write=write_byte)

    control = count = 0  # DWT_CTRL; what CYCCNT shows, or once enabled, what it is ahead of cycles

    def write_control(value):
        nonlocal control, count
        count += machine.cycles * ((control & 1) - (value & 1))
        control = value

    def read_count():
        return (count + machine.cycles * (control & 1)) & 0xFFFFFFFF

    def write_count(value):
        nonlocal count
        count = value - machine.cycles * (control & 1)

    machine.attach(0xE0001000, read=lambda: control, write=write_control)
    machine.attach(0xE0001004, read=read_count, write=write_count)


def _attach_pico(machine, to_program, from_program):
    """The RP2040's UART, a PL011, and its timer.

    Registers: RP2040 Datasheet, 4.2.8 (UART) and 4.6.5 (timer).
    """
    polls = 0  # reads of the flags, one after another, that found nothing received

    def read_flags():
        nonlocal polls
        if to_program:
            return 0
        # One such read may come from a program about to send; two wait for a byte.
        polls += 1
        if polls > 1:
            machine.stop()
        return 1 << 4  # RXFE: nothing received

    def read_byte():
        nonlocal polls
        polls = 0
        return to_program.popleft() if to_program else 0

    def write_byte(value):
        nonlocal polls
        polls = 0
        from_program.append(value & 0xFF)

    machine.attach(0x40034000, read=read_byte, write=write_byte)
    machine.attach(0x40034018, read=read_flags)

    per_microsecond = boards.get("pico").clock_hz // 1_000_000
    machine.attach(0x40054028, read=lambda: machine.cycles // per_microsecond & 0xFFFFFFFF)
