"""The real Pico's port: what is linked where, what it says over USB, and who can compile it."""

import ctypes
import io

import all_c
import gcc
import pytest
from elftools.elf.elffile import ELFFile
from places import DATA

from tinyml_helpers import boards, firmware, micro, toolchain
from tinyml_helpers.boards import usb
from tinyml_helpers.firmware import linking
from tinyml_helpers.micro import binding

MODEL = (DATA / "keywords" / "keyword_real.tflite").read_bytes()
PORT = firmware.FOLDER / "rp2040"
VECTORS, EXCEPTIONS, INTERRUPTS = 0x10000100, 16, 26
USBCTRL_IRQ, UART0_IRQ = 5, 20
DEVICE, CONFIGURATION, STRING, INTERFACE, ENDPOINT, CS_INTERFACE = 1, 2, 3, 4, 5, 0x24
BOOT2_BYTES = 252


@pytest.fixture(scope="module")
def image():
    return firmware.build(MODEL, "pico", real=True)


@pytest.fixture(scope="module")
def symbols(image):
    table = ELFFile(io.BytesIO(image.elf)).get_section_by_name(".symtab")
    return {symbol.name: symbol["st_value"] for symbol in table.iter_symbols()}


@pytest.fixture(scope="module")
def descriptor():
    """A function: the descriptor of a kind and number, bytes; None if there is none."""
    library = toolchain.shared_library([PORT / "pico_descriptors.c"], "pico_descriptors", [PORT])
    function = ctypes.CDLL(str(library)).pico_descriptor
    function.restype = ctypes.POINTER(ctypes.c_uint8)

    def get(kind, number=0):
        count = ctypes.c_uint32()
        found = function(kind << 8 | number, ctypes.byref(count))
        return bytes(found[: count.value]) if found else None

    return get


def parts_of(configuration):
    """The descriptors in a configuration, each bytes."""
    parts, place = [], 0
    while place < len(configuration):
        parts.append(configuration[place : place + configuration[place]])
        place += configuration[place]
    assert place == len(configuration)
    return parts


def test_vectors_follow_boot2_and_only_the_two_lines_interrupt(image, symbols):
    flash = firmware.read_uf2(firmware.uf2(image.elf))
    start = VECTORS - 0x10000000
    words = [
        int.from_bytes(flash[place : place + 4], "little")
        for place in range(start, start + 4 * (EXCEPTIONS + INTERRUPTS), 4)
    ]
    fault = symbols["Fault_Handler"] | 1
    wanted = [symbols["__stack_top"], symbols["Reset_Handler"] | 1]
    wanted += [fault] * (EXCEPTIONS - 2 + INTERRUPTS)
    wanted[EXCEPTIONS + USBCTRL_IRQ] = symbols["pico_usb_interrupt"] | 1
    wanted[EXCEPTIONS + UART0_IRQ] = symbols["pico_uart_interrupt"] | 1
    assert words == wanted


def test_sizes_are_those_of_what_is_in_flash(image):
    flash = firmware.read_uf2(firmware.uf2(image.elf))
    assert 0 <= len(flash) - image.flash_bytes < 256
    emulated = firmware.build(MODEL, "pico")
    assert 256 < image.flash_bytes - emulated.flash_bytes < 4096
    assert image.arena_bytes == emulated.arena_bytes


def test_a_board_whose_program_others_build_is_refused():
    with pytest.raises(ValueError, match="'nano33ble' isn't linked here"):
        firmware.build(MODEL, "nano33ble", real=True)


def test_too_small_a_board_is_said_by_how_much(image):
    pico = boards.get("pico")
    free = pico.ram_bytes - image.ram_bytes
    with pytest.raises(firmware.DoesNotFit) as caught:
        arena = image.arena_bytes + free + 100
        firmware.build(MODEL, "pico", arena_bytes=arena, real=True)
    assert caught.value.memory == "RAM" and 100 <= caught.value.over_bytes < 120


def test_the_device_says_what_links_look_for(descriptor):
    device = descriptor(DEVICE)
    assert (len(device), device[0], device[1]) == (18, 18, DEVICE)
    numbers = [int.from_bytes(device[place : place + 2], "little") for place in (8, 10)]
    product = descriptor(STRING, device[15])[2:].decode("utf-16-le")
    found = usb.usb_device(*numbers, product)
    assert (found.boards, found.role) == (("pico",), usb.PROGRAM)
    assert device[17] == 1  # configurations


def test_texts_have_the_length_they_say_and_no_more_exist_than_are_named(descriptor):
    device = descriptor(DEVICE)
    maker, product, number = device[14:17]
    assert number == 0
    assert descriptor(STRING, 0) == bytes([4, STRING, 0x09, 0x04])
    texts = [descriptor(STRING, index) for index in (maker, product)]
    assert [len(text) for text in texts] == [text[0] for text in texts]
    words = [text[2:].decode("utf-16-le") for text in texts]
    assert words == ["TinyML workbook", "Pico with TinyML workbook firmware"]
    assert descriptor(STRING, max(maker, product) + 1) is None


def test_the_configuration_is_a_serial_port_and_agrees_with_itself(descriptor):
    configuration = descriptor(CONFIGURATION)
    head, *parts = parts_of(configuration)
    assert (len(head), head[1]) == (9, CONFIGURATION)
    assert int.from_bytes(head[2:4], "little") == len(configuration)
    interfaces = [part for part in parts if part[1] == INTERFACE]
    endpoints = [part for part in parts if part[1] == ENDPOINT]
    assert head[4] == len(interfaces) == 2 and head[5] == 1
    assert [part[2] for part in interfaces] == [0, 1]
    assert [part[5:7] for part in interfaces] == [b"\2\2", b"\x0a\0"]  # CDC ACM, CDC data
    assert [part[4] for part in interfaces] == [1, 2] and len(endpoints) == 3
    assert len({part[2] for part in endpoints}) == 3
    functional = [part[2:] for part in parts if part[1] == CS_INTERFACE]
    assert [part[0] for part in functional] == [0, 2, 6, 1]
    assert functional[2] == bytes([6, 0, 1])  # a union: interface 0 has 1 under it
    assert configuration[7] & 0x80 and configuration[8] <= 250


@pytest.mark.parametrize("kind", [0, INTERFACE, ENDPOINT, 6, 255])
def test_other_descriptors_do_not_exist(kind, descriptor):
    assert descriptor(kind) is None
    assert descriptor(DEVICE, 1) is None


def test_gcc_builds_it_too(tmp_path):
    """Without a complaint, boot2 within its bytes, and nothing that a C library would have."""
    all_c.copy(tmp_path, firmware.Application(MODEL))
    operators = sorted(set(micro.Interpreter(MODEL).model.operator_names))
    text = linking.program_source(operators, 20_000)
    text += (
        f"const uint8_t tm_model[] __attribute__((aligned(16))) = {{{','.join(map(str, MODEL))}}};"
    )
    text += f"\nconst uint32_t tm_model_size = {len(MODEL)};\n"
    (tmp_path / "program.c").write_text(text, encoding="utf-8")
    sources = [*binding.sources(operators), *linking.own_sources("pico", real=True)]
    files = [*(path.name for path in sources), "program.c"]
    flags = [*gcc.TARGETS["cortex-m0plus"], "-std=c99", *gcc.ARDUINO, *gcc.STRICT, "-Wpedantic"]
    script = firmware.linker_script("pico", tmp_path, real=True)
    elf = gcc.link(files, script, flags, tmp_path / "program.elf")
    table = ELFFile(io.BytesIO(elf)).get_section_by_name(".symtab")
    (end,) = table.get_symbol_by_name("__boot2_end")
    assert 0 < end["st_value"] - 0x10000000 <= BOOT2_BYTES
    assert MODEL in firmware.read_uf2(firmware.uf2(elf))
