"""The emulated chip's peripherals, and the port it hangs on: `emulator://`."""

import threading
import time
from collections import deque

import numpy as np
import pytest
import serial
from emulated import chip, codes, image

from tinyml_helpers import link, micro
from tinyml_helpers.emulator import faults
from tinyml_helpers.emulator.chip import _attach_nano, _attach_pico
from tinyml_helpers.emulator.protocol_emulator import for_chip
from tinyml_helpers.firmware import protocol


@pytest.fixture(params=["nano33ble", "pico"])
def board(request):
    return request.param


@pytest.fixture
def model_path(int8_model, tmp_path):
    path = tmp_path / "a model.tflite"
    path.write_bytes(int8_model)
    return path


# The emulated port itself.


def ask(port, question):
    port.write(question)
    return port.read(port.in_waiting)


def test_a_program_that_knows_nothing_of_emulators(model_path, board):
    url = f"emulator://{board}?model={model_path}"
    with serial.serial_for_url(url, 115200, timeout=0.01) as port:
        assert port.is_open and port.in_waiting == 0 and port.read(5) == b""
        answer = protocol.frame(protocol.PING | protocol.ANSWER, 1, b"hello")
        assert ask(port, protocol.frame(protocol.PING, 1, b"hello")) == answer
        for byte in protocol.frame(protocol.PING, 1, b"hello"):
            port.write([byte])
        assert port.read(3) + port.read(1000) == answer
        port.write(protocol.frame(protocol.PING, 1, b"hello"))
        port.reset_input_buffer()
        assert port.read(1) == b""
        with pytest.raises(serial.SerialException, match="already open"):
            port.open()
    for use in (port.read, lambda: port.write(b"1"), lambda: port.in_waiting):
        with pytest.raises(serial.SerialException, match="not open"):
            use()
    port.open()
    assert ask(port, protocol.frame(protocol.PING, 1, b"hello")) == answer
    port.close()


def test_a_read_waits_for_another_thread(int8_model):
    with for_chip(chip(int8_model)) as port:
        port.timeout = None
        question = protocol.frame(protocol.PING, 1, b"hello")
        writer = threading.Timer(0.1, port.write, [question])
        writer.start()
        assert len(port.read(len(question))) == len(question)
        writer.join()


def test_a_read_ends_when_its_time_is_up(int8_model):
    with for_chip(chip(int8_model)) as port:
        port.timeout = 0.05
        start = time.monotonic()
        assert port.read(1) == b""
        assert time.monotonic() - start >= 0.05
        port.write(protocol.frame(protocol.PING, 1, b"hello"))
        assert len(port.read(1000)) == 17


@pytest.mark.parametrize("name", ["plain.tflite", "100% of a+b & c;d#e.tflite", "é ü.tflite"])
def test_paths_in_urls(int8_model, tmp_path, name):
    (tmp_path / name).write_bytes(int8_model)
    with link.open(link.emulator_url("nano33ble", tmp_path / name), int8_model) as a_link:
        assert a_link.info().board == "nano33ble"


def test_paths_of_windows(monkeypatch, int8_model):
    opened = []
    monkeypatch.setattr(
        "tinyml_helpers.emulator.protocol_emulator._read",
        lambda path: opened.append(path) or int8_model,
    )
    path = r"C:\Users\A B\50%\model+1.tflite"
    for url in (
        link.emulator_url("nano33ble", path),
        rf"emulator://nano33ble?model={path.replace('%', '%25')}",
    ):
        serial.serial_for_url(url).close()
    assert opened == [path, path]


def test_options_of_urls(int8_model, model_path, tmp_path):
    elf = tmp_path / "program.elf"
    elf.write_bytes(image(int8_model, "pico").elf)
    with link.open(f"emulator://pico?elf={elf}", int8_model) as a_link:
        fast = a_link.invoke(codes(int8_model))
    url = link.emulator_url("pico", model_path, readable="yes", budget=10_000_000)
    with link.open(url, int8_model) as a_link:
        slow = a_link.invoke(codes(int8_model))
    np.testing.assert_array_equal(fast.output, slow.output)
    assert fast.seconds < slow.seconds


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("emulator://nano33ble", r"say what runs on the board: emulator://nano33ble\?model=PATH"),
        ("emulator://nano33ble/?model=a&elf=b", "say what runs on the board"),
        ("emulator://nano33ble?model=no/such.tflite", "no/such.tflite can't be read: No such file"),
        ("emulator://uno?model={}", "no firmware for 'uno'; choose one of nano33ble"),
        (
            "emulator://pico?modle={}",
            "has no option .modle.; it has model, application, elf, budget",
        ),
        ("emulator://pico?model={}&budget=lots", "budget is a number of instructions, not 'lots'"),
        ("emulator://pico?model={}&readable=1", "readable is yes or no, not '1'"),
        ("emulatr://pico", "protocol 'emulatr' not known"),
    ],
)
def test_wrong_urls(model_path, url, message):
    with pytest.raises(ValueError, match=message):
        link.open(url.format(model_path))


# What goes wrong inside the chip.


def test_a_program_that_never_listens(model_path):
    with pytest.raises(faults.HangError, match=r"still busy after 1,000 instructions, in \w+"):
        link.open(link.emulator_url("nano33ble", model_path, budget="1_000"))


def test_a_program_that_takes_too_long(int8_model, board):
    the_chip = chip(int8_model, board)
    x = codes(int8_model)
    with link.open(for_chip(the_chip), int8_model) as a_link:
        the_chip.budget = 20_000
        with pytest.raises(faults.HangError, match=r"20,000 instructions, in .*\(\w+\.[ch]:\d+\)"):
            a_link.invoke(x)
        the_chip.budget = 10_000_000
        output = a_link.invoke(x).output  # the late answer has another number
    np.testing.assert_array_equal(output, micro.Interpreter(int8_model).invoke(x))


def test_a_fault_comes_through(int8_model, board):
    the_chip = chip(int8_model, board)
    machine = the_chip.machine
    with link.open(for_chip(the_chip), int8_model) as a_link:
        machine.write(machine.call("tm_input_data", machine.symbols["interpreter"], 0), b"\0" * 64)
        address = machine.symbols["interpreter"]
        record = np.frombuffer(machine.read(address, 80), "<u4").copy()
        record[record == machine.symbols["tm_arena"]] = 0x70000000
        machine.write(address, record.tobytes())
        with pytest.raises(faults.MemoryFault, match=r"0x70\w+, where there is no memory, in") as e:
            a_link.invoke(codes(int8_model))
        for use in (a_link.ping, a_link.reset):
            with pytest.raises(faults.MemoryFault) as again:
                use()
            assert again.value is e.value
        port = for_chip(the_chip)
        port.write(b"anything")
        with pytest.raises(faults.MemoryFault):
            port.read()


class Registers:
    """What a Chip's peripherals need of a machine; reads and writes their registers."""

    def __init__(self, attach):
        self.reads, self.writes, self.cycles, self.stopped = {}, {}, 0, 0
        self.to_program, self.from_program = deque(), bytearray()
        attach(self, self.to_program, self.from_program)

    def attach(self, address, read=None, write=None):
        self.reads[address], self.writes[address] = read, write

    def stop(self):
        self.stopped += 1


def test_the_cycle_counter():
    registers = Registers(_attach_nano)
    control, count = 0xE0001000, 0xE0001004
    read = registers.reads[count]
    registers.cycles = 100
    assert read() == 0
    registers.writes[count](0xFFFFFFF0)
    registers.writes[control](1)
    assert registers.reads[control]() == 1
    registers.cycles = 110
    assert read() == 0xFFFFFFFA
    registers.cycles = 120
    assert read() == 4
    registers.writes[control](0)
    registers.cycles = 200
    assert read() == 4
    registers.writes[control](1)
    registers.writes[count](7)
    registers.cycles = 201
    assert read() == 8


def test_the_uart_of_the_nano():
    registers = Registers(_attach_nano)
    ready, data = 0x40002108, 0x40002518
    assert not registers.reads[ready]() and registers.stopped == 1
    registers.to_program.extend(b"ab")
    assert registers.reads[ready]() and registers.reads[ready]()
    registers.writes[ready](0)
    assert not registers.reads[ready]()  # the next event comes when the byte has been read
    assert registers.reads[data]() == ord("a")
    assert registers.reads[ready]()
    assert registers.reads[data]() == ord("b") and registers.reads[data]() == 0
    sent = 0x4000211C
    assert not registers.reads[sent]()
    registers.writes[0x4000251C](ord("c"))
    assert registers.reads[sent]() and registers.from_program == b"c"
    registers.writes[sent](0)
    assert not registers.reads[sent]()


def test_the_uart_and_the_timer_of_the_pico():
    registers = Registers(_attach_pico)
    data, flags, timer = 0x40034000, 0x40034018, 0x40054028
    empty = 1 << 4
    for byte in b"abc":  # to send, a program looks at the flags too: it isn't waiting then
        assert registers.reads[flags]() == empty
        registers.writes[data](byte)
    assert registers.from_program == b"abc" and not registers.stopped
    registers.to_program.extend(b"d")
    assert registers.reads[flags]() == 0 and registers.reads[data]() == ord("d")
    assert registers.reads[flags]() == empty and not registers.stopped
    assert registers.reads[flags]() == empty and registers.stopped
    registers.cycles = 133 * 5 + 132
    assert registers.reads[timer]() == 5
