"""The example of micro.h as it stands, compiled by zig and by GCC for a Cortex-M0+, which faults on
an address that isn't aligned."""

import re

import gcc
import numpy as np
import pytest

from tinyml_helpers import firmware, micro, toolchain
from tinyml_helpers.emulator.machine import Machine
from tinyml_helpers.micro import binding

PROGRAM = """
#include "kernels.h"
#include "tm_memory.h"

int8_t samples[1000]; // from outside
const int8_t *answer(void);
int main(void);
static const tm_kernel *const kernels[] = {%(kernels)s NULL};

static void stop(const tm_problem *problem)
{
    (void)problem;
    for (;;) {
    }
}

// Whether a variable of this one's type lies where it must even behind a single byte.
#define IS_ALIGNED(variable)                                    \\
    struct variable##_behind_a_byte {                           \\
        char byte;                                              \\
        __typeof__(variable) it;                                \\
    };                                                          \\
    typedef char variable##_is_aligned                          \\
        [offsetof(struct variable##_behind_a_byte, it) %% 4 == 0 ? 1 : -1] __attribute__((unused))

__attribute__((noinline)) const int8_t *answer(void)
{
%(example)s
    IS_ALIGNED(model);
    IS_ALIGNED(arena);
    return scores;
}

int main(void)
{
    return answer()[0];
}
"""


def example():
    """The lines of micro.h's example."""
    text = (binding.FOLDER / "include" / "micro.h").read_text("utf-8")
    lines = re.match(r"(?://.*\n)+", text)[0].splitlines()
    return "\n".join(line[2:] for line in lines if line.startswith("//     "))


@pytest.fixture
def program(int8_model, tmp_path):
    """A folder with the example made a program, and the paths of all sources."""
    operators = micro.Interpreter(int8_model).model.operator_names
    kernels = "".join(f"&tm_{name.lower()}, " for name in sorted(set(operators)))
    text = PROGRAM % {"kernels": kernels, "example": example()}
    data = ",".join(map(str, int8_model))
    path = tmp_path / "program.c"
    path.write_text(f"#define MODEL_BYTES {len(int8_model)}\n#define MODEL {data}\n{text}", "utf-8")
    return [*binding.sources(operators), firmware.FOLDER / "startup.c", path]


def with_zig(sources, folder):
    script = firmware.linker_script("pico", folder)
    return toolchain.firmware(sources, "pico", script, binding.INCLUDE, optimize="-Os")


def with_gcc(sources, folder):
    script = firmware.linker_script("pico", folder)
    include = [f"-I{place}" for place in binding.INCLUDE]
    flags = [*gcc.TARGETS["cortex-m0plus"], "-std=c99", *gcc.ARDUINO, *gcc.STRICT, *include]
    return gcc.link(sources, script, flags, folder / "gcc.elf")


@pytest.mark.parametrize("compiled", [with_zig, with_gcc])
def test_the_example_runs(compiled, program, int8_model, tmp_path):
    machine = Machine(compiled(program, tmp_path), "pico")
    here = micro.Interpreter(int8_model)
    x = np.random.default_rng(0).integers(-128, 128, here.model.inputs[0].shape).astype(np.int8)
    machine.write(machine.address("samples"), x.tobytes())
    scores = machine.read(machine.call("answer"), 10)
    np.testing.assert_array_equal(np.frombuffer(scores, np.int8), here.invoke(x)[0])
