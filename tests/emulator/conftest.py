"""The emulated chip with the tests' programs in it."""

import functools

import pytest
import qemu
from bare_chip import FLASH, SOURCES
from places import C

from tinyml_helpers import toolchain
from tinyml_helpers.emulator.machine import Machine


@pytest.fixture(scope="session")
def elf(tmp_path_factory):
    """A function that gives the tests' programs for a board, an ELF file's bytes."""

    @functools.cache
    def make(board, defines=()):
        script = qemu.moved(C / "chip.ld", FLASH[board], tmp_path_factory.mktemp("script"))
        return toolchain.firmware(SOURCES, board, script, defines=defines)

    return make


@pytest.fixture(params=["nano33ble", "pico"])
def machine(request, elf):
    return Machine(elf(request.param), request.param)


@pytest.fixture
def nano(elf):
    return Machine(elf("nano33ble"), "nano33ble")


@pytest.fixture
def pico(elf):
    return Machine(elf("pico"), "pico")
