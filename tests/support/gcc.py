"""GCC for Arm's chips, as Arduino's cores use it; all else here is compiled by zig's clang.

Debian's package brings neither C library nor C++'s headers along: programs are freestanding.
"""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from places import C

from tinyml_helpers import firmware, micro, model_file
from tinyml_helpers.firmware import linking
from tinyml_helpers.micro import binding

_M4F = ["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16"]
#: By name: the processor, and where functions of each other get floats.
TARGETS = {
    "cortex-m4 softfp": [*_M4F, "-mfloat-abi=softfp"],  # Arduino's for the Nano
    "cortex-m4 hard": [*_M4F, "-mfloat-abi=hard"],  # zig's here
    "cortex-m0plus": ["-mcpu=cortex-m0plus"],
}
STRICT = ["-Wall", "-Wextra", "-Werror"]
#: What cflags.txt of Arduino's mbed core has for the Nano, without macros, processor and -Wno-...
#: Freestanding, since there is no C library.
ARDUINO = [
    *("-Os", "-g1", "-mthumb", "-funsigned-char", "-fno-exceptions", "-fomit-frame-pointer"),
    *("-fdata-sections", "-ffunction-sections", "-fmessage-length=0"),
    *("-fno-delete-null-pointer-checks", "-ffreestanding"),
    "-ffp-contract=fast",  # -std=c99 would change it; Arduino's is -std=gnu11
]


def or_skip():
    """Skip the test that calls this where the compiler isn't installed."""
    if shutil.which("arm-none-eabi-gcc") is None:
        pytest.skip("arm-none-eabi-gcc isn't installed")


def run(arguments, folder):
    """Run it in a folder; the test fails with its complaints if it has any."""
    or_skip()
    command = ["arm-none-eabi-gcc", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr


def compile_all(sources, flags, folder):
    """Compile C files of a folder, each to an object beside it."""
    halves = [half for half in (sources[::2], sources[1::2]) if half]
    with ThreadPoolExecutor() as threads:
        jobs = [threads.submit(run, [*flags, "-c", *half], folder) for half in halves]
    for job in jobs:
        job.result()


def link(files, script, flags, elf):
    """Link objects and C files to a program that starts at `Reset_Handler`; its bytes.

    Args:
        files: their paths.
        script: the linker script's path.
        flags: the processor's and those of C files.
        elf: where to put the program, a Path.
    """
    # Or GCC makes a call of memcpy of the loop that is memcpy.
    flags = [*flags, "-fno-tree-loop-distribute-patterns", "-nostdlib", "-T", script]
    ends = ["-lgcc", "-Wl,--gc-sections,-e,Reset_Handler", "-o", elf]
    run([*flags, *files, C / "memory.c", *ends], elf.parent)
    return elf.read_bytes()


def program(model, board, flags, folder):
    """An ELF file of objects in a folder, as `compile_all` made them, that runs a model; bytes."""
    operators = sorted(set(model_file.read(model).operator_names))
    data = ",".join(map(str, model))
    text = linking.program_source(operators, micro.Interpreter(model).arena_used_bytes)
    text += f"const uint8_t tm_model[] __attribute__((aligned(16))) = {{{data}}};\n"
    text += "const uint32_t tm_model_size = sizeof tm_model;\n"
    (folder / "program.c").write_text(text, encoding="utf-8")
    parts = [path.stem for path in binding.sources(operators)]
    parts += ["startup", "main", "protocol", f"board_{board}"]
    files = [*(folder / f"{part}.o" for part in parts), "program.c"]
    script = firmware.linker_script(board, folder)
    return link(files, script, flags, folder / "program.elf")


def disassembled(path):
    """An object's instructions, as text."""
    command = ["arm-none-eabi-objdump", "-d", path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
