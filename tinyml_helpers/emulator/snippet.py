"""A few lines of C, run on an emulated board: for kernels one writes oneself.

    doubled = np.zeros(4, np.int8)
    run_c('''
    #include <stdint.h>
    void twice(const int8_t *in, int8_t *out, int32_t count)
    {
        for (int32_t i = 0; i < count; i++)
            out[i] = 2 * in[i];
    }
    ''', "twice", np.arange(4, dtype=np.int8), doubled, 4)

A pointer that goes astray is an error with function and line, not a crash.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyml_helpers import firmware, toolchain
from tinyml_helpers.emulator.machine import Machine

_SPACE = 64 * 1024  # bytes of RAM for arrays
_BUDGET = 100_000_000

#: A frame that isn't filled in yet has parameters nobody uses. Lines are counted from the source's.
_FIRST_LINES = '#pragma GCC diagnostic ignored "-Wunused-parameter"\n#line 1\n'

_CALLER = """\
#include <stdint.h>

void {function}(void); // declared without its arguments: only its address is needed

int main(void);
__attribute__((noinline)) uint32_t tm_call(const uint32_t *a);

uint8_t tm_space[{space}] __attribute__((aligned(16)));

// Pointers and integers of up to 32 bits are all passed alike (AAPCS32, 6.4).
uint32_t tm_call(const uint32_t *a)
{{
    (void)a;
    return ((uint32_t(*)({types}))(void *){function})({values});
}}

int main(void)
{{
    while (tm_space[0] == 0) // always, at first; the call below keeps tm_call in the program
        __asm__ volatile("wfi");
    return (int)tm_call((const uint32_t *)(void *)tm_space);
}}
"""


@dataclass(frozen=True)
class Call:
    """What a call cost and gave.

    Attributes:
        value: what the function returned, an int of 32 bits; garbage of a void function.
        instructions: emulated.
        cycles: estimated, by the model of `emulator.cycles`.
    """

    value: int
    instructions: int
    cycles: int


def run_c(source, function, *arguments, board="nano33ble", budget=_BUDGET):
    """Compile C for a board, call one of its functions there, and bring the arrays back.

    Args:
        source: the C, C99; warnings are errors. Of a C library only memcpy and memset are there.
        function: the name of the function to call.
        arguments: for each of its parameters a NumPy array, for a pointer to its first element, or
            an int. Arrays are copied to the board, and what the function wrote is copied back
            into those that can be written to. An array given twice is one array there, too.
        board: "nano33ble" or "pico".
        budget: instructions to execute at most.

    Returns:
        A `Call`.

    Raises:
        toolchain.CompileError: the C is wrong; the message gives the line.
        faults.Fault: it read or wrote where it must not, or didn't end; the message gives the line.
        ValueError: an argument is neither array nor 32-bit int, arrays overlap in part, or they
            are too large.
    """
    machine = Machine(_compile(source, function, len(arguments), board), board)
    machine.run()  # start-up, until main waits
    machine.clear_counts()
    space = machine.symbols["tm_space"]
    place, words, arrays = space + 4 * len(arguments), [], []
    for argument in arguments:
        if not isinstance(argument, np.ndarray):
            words.append(_word(argument))
            continue
        known = _address_of(argument, arrays)
        if known is None:
            known = -(-place // 16) * 16
            place = known + argument.nbytes
        words.append(known)
        arrays.append((known, argument))
    if place > space + _SPACE:
        raise ValueError(f"the arrays take {place - space:,} bytes; there are {_SPACE:,}")
    for address, array in arrays:
        machine.write(address, np.ascontiguousarray(array).tobytes())
    machine.write(space, np.array(words, np.uint32).tobytes())
    value = machine.call("tm_call", space, budget=budget)
    for address, array in arrays:
        if array.flags.writeable:
            data = np.frombuffer(machine.read(address, array.nbytes), array.dtype)
            array[...] = data.reshape(array.shape)
    return Call(value, machine.instructions, machine.cycles)


def _address_of(array, placed):
    """The address of an array that is among those placed, (address, array) each; None if not.

    Two copies of one memory would differ after the call, and one of them would be lost.
    """
    for address, other in placed:
        if not np.shares_memory(array, other):
            continue
        if _memory(array) != _memory(other):
            raise ValueError(
                f"two arrays of {array.nbytes} and {other.nbytes} bytes lie partly in the same "
                "memory: pass the whole array once, or a copy of one of them"
            )
        return address
    return None


def _memory(array):
    """Where an array's bytes lie, and in which order."""
    start = array.__array_interface__["data"][0]
    if array.flags.c_contiguous:
        return start, array.nbytes
    return start, array.shape, array.strides, array.itemsize


def _word(argument):
    try:
        number = int(argument)
    except (TypeError, ValueError):
        number = None
    if number is None or number != argument or not -(1 << 31) <= number < 1 << 32:
        raise ValueError(f"pass NumPy arrays and 32-bit integers, not {argument!r}")
    return number & 0xFFFFFFFF


def _compile(source, function, count, board):
    if board not in firmware.BOARDS:
        names = ", ".join(firmware.BOARDS)
        raise ValueError(f"no emulated board {board!r}; choose one of {names}")
    caller = _CALLER.format(
        function=function,
        space=_SPACE,
        types=", ".join(["uint32_t"] * count) or "void",
        values=", ".join(f"a[{i}]" for i in range(count)),
    )
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        own, calls = scratch / "your_code.c", scratch / "caller.c"
        own.write_text(_FIRST_LINES + source, encoding="utf-8", newline="\n")
        calls.write_text(caller, encoding="utf-8", newline="\n")
        layout = firmware.linker_script(board, scratch)
        return toolchain.firmware([own, calls, firmware.FOLDER / "startup.c"], board, layout)
