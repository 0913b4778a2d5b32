"""Firmware for a board: the micro-interpreter, a model, and the protocol that talks to both.

    image = firmware.build(tflite_bytes, "nano33ble")
    print(image.flash_bytes, image.ram_bytes)

The ELF file in `image.elf` is what the emulator runs. On a real board it isn't the whole program:
there a boot loader comes first, and clocks have to be set. For a real Pico all of it is built here:

    image = firmware.build(tflite_bytes, "pico", real=True)
    Path("firmware.uf2").write_bytes(firmware.uf2(image.elf))

This room knows boards, the interpreter and the compiler. What a program does beyond running its
model it knows only as an `Application`.
"""

from tinyml_helpers.firmware.application import Application, application_of
from tinyml_helpers.firmware.image import STACK_BYTES, DoesNotFit, Image
from tinyml_helpers.firmware.linking import BOARDS, FOLDER, build, linker_script, program_source
from tinyml_helpers.firmware.uf2 import read_uf2, uf2

__all__ = [
    "BOARDS",
    "FOLDER",
    "STACK_BYTES",
    "Application",
    "DoesNotFit",
    "Image",
    "application_of",
    "build",
    "linker_script",
    "program_source",
    "read_uf2",
    "uf2",
]
