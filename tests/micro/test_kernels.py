"""The readable kernels and those made for a processor give the same bytes.

Each is compiled with all that the models here need; the models are random, and lie in memory, not
in flash. What the readable kernels compute is compared with TFLM in test_micro_equals_tflm.py.
"""

import ctypes

import numpy as np
import pytest
import random_models

from tinyml_helpers import firmware, micro, toolchain
from tinyml_helpers.emulator.machine import Machine

OPERATORS = ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"]
SEEDS = range(1000, 1060)
ROOM = 100_000

PROGRAM = rf"""
#include "kernels.h"
#include "tm_kernel.h"
#include "tm_memory.h"

#define FUNCTION __attribute__((noinline)) // so that the program has it
#define GUARDS 64

uint8_t model[{ROOM}] __attribute__((aligned(16)));
static uint8_t arena[{ROOM}] __attribute__((aligned(16)));
static tm_interpreter interpreter;
static const tm_kernel *const kernels[] = {{
    &tm_conv_2d, &tm_depthwise_conv_2d, &tm_fully_connected, NULL,
}};

FUNCTION int32_t load(uint32_t bytes)
{{
    return tm_init(&interpreter, model, bytes, kernels, arena, sizeof arena, 0);
}}
FUNCTION void *input(void) {{ return tm_input_data(&interpreter, 0); }}

#if defined(__arm__)
// Runs the model with numbers in the registers that every function leaves as they were. Returns 0
// if they still are there and all went well.
__attribute__((naked, noinline)) static int32_t invoke_watched(
    tm_interpreter *m __attribute__((unused)))
{{
    __asm__(".syntax unified\n"
            "push {{r3-r7, lr}}\n"
            "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
            "push {{r4-r7}}\n"
            "movs r4, #8\n movs r5, #9\n movs r6, #10\n movs r7, #11\n"
            "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
            "movs r4, #4\n movs r5, #5\n movs r6, #6\n movs r7, #7\n"
            "bl tm_invoke\n"
            "subs r4, #4\n subs r5, #5\n subs r6, #6\n subs r7, #7\n"
            "orrs r0, r4\n orrs r0, r5\n orrs r0, r6\n orrs r0, r7\n"
            "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
            "subs r4, #8\n subs r5, #9\n subs r6, #10\n subs r7, #11\n"
            "orrs r0, r4\n orrs r0, r5\n orrs r0, r6\n orrs r0, r7\n"
            "pop {{r4-r7}}\n"
            "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
            "pop {{r3-r7, pc}}\n");
}}
#else
static int32_t invoke_watched(tm_interpreter *m) {{ return tm_invoke(m); }}
#endif

FUNCTION int32_t invoke(void) {{ return invoke_watched(&interpreter); }}
FUNCTION const void *output(void) {{ return tm_output_data(&interpreter, 0); }}
FUNCTION uint32_t output_bytes(void) {{ return tm_output_bytes(&interpreter, 0); }}

// Has the output lie behind all else, with guards before and behind it. Returns 0 if there is room.
FUNCTION int32_t guard(void)
{{
    uint32_t place = *(const uint32_t *)(const void *)(model + interpreter.outputs);
    uint32_t start = (interpreter.arena_needed + 3) / 4 * 4;
    if (start + 2 * GUARDS + output_bytes() > sizeof arena)
        return 1;
    interpreter.tensors[place].data = start + GUARDS;
    memset(arena + start, 0x5A, 2 * GUARDS + output_bytes());
    return 0;
}}

// The guards that were written over.
FUNCTION uint32_t harmed(void)
{{
    const uint8_t *before = (const uint8_t *)output() - GUARDS;
    const uint8_t *behind = before + GUARDS + output_bytes();
    uint32_t count = 0;
    for (uint32_t i = 0; i < GUARDS; i++)
        count += (before[i] != 0x5A) + (behind[i] != 0x5A);
    return count;
}}
"""

KEEP = """
int main(void);
int main(void) {
    return load(0) + guard() + invoke() + (int)(output_bytes() + harmed()) + (input() == output());
}
"""


class Computer:
    """The kernels compiled for this computer."""

    def __init__(self, folder, define=None):
        source = folder / "program.c"
        source.write_text(PROGRAM, encoding="utf-8")
        include = [*micro.binding.INCLUDE]
        sources = [*micro.binding.sources(OPERATORS), source]
        defines = [define] if define else []
        library = toolchain.shared_library(sources, "test_kernels", include, defines)
        self._library = ctypes.CDLL(str(library))
        self._library.input.restype = self._library.output.restype = ctypes.c_void_p
        self._model = ctypes.addressof(ctypes.c_uint8.in_dll(self._library, "model"))

    def run(self, case):
        """The bytes of the output."""
        ctypes.memmove(self._model, case.tflite_bytes, len(case.tflite_bytes))
        assert self._library.load(len(case.tflite_bytes)) == 0
        return self._invoke(case)

    def run_guarded(self, case):
        """The bytes of the output, and how many beside it were written over; after `run`."""
        assert self._library.guard() == 0
        return self._invoke(case), self._library.harmed()

    def _invoke(self, case):
        codes = case.inputs[0].tobytes()
        ctypes.memmove(self._library.input(), codes, len(codes))
        assert self._library.invoke() == 0
        return ctypes.string_at(self._library.output(), self._library.output_bytes())


class Chip:
    """The kernels made for a board, emulated."""

    def __init__(self, folder, board):
        source, layout = folder / "program.c", folder / "layout.ld"
        source.write_text(PROGRAM + KEEP, encoding="utf-8")
        parts = [firmware.FOLDER / f"{board}.ld", firmware.FOLDER / "sections.ld"]
        layout.write_text(
            "".join(part.read_text(encoding="utf-8") for part in parts), encoding="utf-8"
        )
        elf = toolchain.firmware(
            [*micro.binding.sources(OPERATORS), firmware.FOLDER / "startup.c", source],
            board,
            layout,
            include=[firmware.FOLDER, *micro.binding.INCLUDE],
            optimize="-Os",
        )
        self._machine = Machine(elf, board)

    def run(self, case):
        """The bytes of the output."""
        machine = self._machine
        machine.write(machine.address("model"), case.tflite_bytes)
        assert machine.call("load", len(case.tflite_bytes)) == 0
        return self._invoke(case)

    def run_guarded(self, case):
        """The bytes of the output, and how many beside it were written over; after `run`."""
        assert self._machine.call("guard") == 0
        return self._invoke(case), self._machine.call("harmed")

    def _invoke(self, case):
        machine = self._machine
        machine.write(machine.call("input"), case.inputs[0].tobytes())
        assert machine.call("invoke") == 0
        return machine.read(machine.call("output"), machine.call("output_bytes"))


@pytest.fixture(scope="module")
def readable(tmp_path_factory):
    return Computer(tmp_path_factory.mktemp("readable"), "TM_READABLE")


@pytest.fixture(scope="module", params=["vectors", "dsp", "nano33ble", "pico"])
def made_for(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param in ("vectors", "dsp"):
        return Computer(folder, "TM_DSP" if request.param == "dsp" else None)
    return Chip(folder, request.param)


def cases(operator):
    if operator == "bands":
        return [random_models.bands(seed) for seed in range(16)]
    if operator == "boosted":
        return [random_models.boosted(seed) for seed in range(60)]
    if operator == "columns":
        return [random_models.columns(seed) for seed in range(120)]
    if operator == "rows":
        return [random_models.rows(seed) for seed in range(108)]
    made = [random_models.make(operator, seed) for seed in SEEDS]
    return [case for case in made if len(case.tflite_bytes) <= ROOM]


@pytest.mark.parametrize("operator", [*OPERATORS, "bands", "boosted", "columns", "rows"])
def test_kernels_give_the_same_bytes(readable, made_for, operator):
    different = [
        case.description for case in cases(operator) if made_for.run(case) != readable.run(case)
    ]
    assert not different, "\n".join(different)


@pytest.mark.parametrize("operator", [*OPERATORS, "bands", "boosted", "columns", "rows"])
def test_kernels_write_their_output_only(readable, made_for, operator):
    """Not a byte beside it, and all of it where it lies apart from the input."""
    wrong = []
    for case in cases(operator):
        for kernels in (readable, made_for):
            if (kernels.run(case), 0) != kernels.run_guarded(case):
                wrong.append(case.description)
    assert not wrong, "\n".join(wrong)


def test_the_models_say_something(readable):
    """Most outputs aren't all the same code."""
    outputs = [
        np.frombuffer(readable.run(random_models.make(operator, seed)), np.int8)
        for operator in OPERATORS
        for seed in range(1000, 1020)
    ]
    assert sum(len(np.unique(codes)) > 3 for codes in outputs) > len(outputs) / 2
