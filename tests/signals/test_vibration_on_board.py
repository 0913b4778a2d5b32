"""The vibration front end on emulated boards: the same bytes as here, and what they cost there."""

import io
import re

import numpy as np
import places
import pytest
from elftools.elf.elffile import ELFFile
from vibration_signals import RATES, SIGNALS, bearing_like, shaft

from tinyml_helpers import boards, firmware, toolchain
from tinyml_helpers.emulator.machine import Machine
from tinyml_helpers.signals import vibration

SOURCE = places.C / "vibration_board.c"
SAMPLES = 4096  # as in SOURCE, at most
READY = 1 << 31

#: The share of the processor the front end may take, at 12 kHz.
BUDGETS = {"nano33ble": 0.15, "pico": 0.15}


@pytest.fixture(scope="module", params=BUDGETS)
def board(request):
    return request.param


@pytest.fixture(scope="module")
def elf(board, tmp_path_factory):
    """SOURCE and the front end, compiled as a model's firmware is."""
    script = firmware.linker_script(board, tmp_path_factory.mktemp("layout"))
    sources = [*vibration.sources(speed=True), SOURCE, firmware.FOLDER / "startup.c"]
    return toolchain.firmware(sources, board, script, vibration.include(), optimize="-Os")


@pytest.fixture(scope="module")
def machine(elf, board):
    """A chip with that program, started."""
    machine = Machine(elf, board)
    machine.run()
    return machine


def start(machine, rate, shaft_hz, low_hz=27, high_hz=33):
    arguments = (round(1000 * hz) for hz in (shaft_hz, low_hz, high_hz))
    return machine.call("start", rate, *arguments)


def feed(machine, samples, function, symbol, size):
    """Push samples to the board, a few at a time: what it completed, a list of bytes."""
    made = []
    for at in range(0, len(samples), SAMPLES):
        some = np.ascontiguousarray(samples[at : at + SAMPLES])
        machine.write(machine.symbols["samples"], some.tobytes())
        used = 0
        while used < len(some):
            done = machine.call(function, used, len(some))
            used = done & ~READY
            if done & READY:
                made.append(machine.read(machine.symbols[symbol], size))
    return made


def looks(machine, samples, rate, shaft_hz):
    """Let the board look at samples: `vibration.FRAME` [looks]."""
    assert start(machine, rate, shaft_hz) == 0
    made = feed(machine, samples, "feed", "frame", vibration.FRAME.itemsize)
    return np.frombuffer(b"".join(made), vibration.FRAME)


def speeds(machine, samples, rate, low_hz, high_hz):
    """Let the board estimate the shaft's speed: uint32 [looks, 2]."""
    assert start(machine, rate, 30, low_hz, high_hz) == 0
    made = feed(machine, samples, "feed_speed", "estimate", 8)
    return np.frombuffer(b"".join(made), np.uint32).reshape(-1, 2)


def vibrations(rate):
    """Two looks or more of bearings, and of every extreme."""
    found = dict(enumerate(bearing_like(5, rate))) | SIGNALS
    return {name: each[: 2 * vibration.look_samples(rate)] for name, each in found.items()}


@pytest.mark.parametrize("rate", RATES)
def test_looks_are_those_of_this_computer_byte_for_byte(machine, rate):
    differ = []
    for name, samples in vibrations(rate).items():
        made = looks(machine, samples, rate, 29.95)
        expected = vibration.look(samples, rate, 29.95)
        assert len(made) == 2
        if any((made[field] != getattr(expected, field)).any() for field in expected._fields):
            differ.append(name)
    assert differ == []


@pytest.mark.parametrize("rate", RATES)
def test_speeds_are_those_of_this_computer(machine, rate):
    rng = np.random.default_rng(0)
    found = [shaft(rate, hz, rng) for hz in (28, 31)] + [
        SIGNALS[name] for name in ("step", "noise")
    ]
    for samples in found:
        samples = samples[: vibration.look_samples(rate)]
        made = speeds(machine, samples, rate, 27, 33)
        expected = vibration.estimate_speed(samples, rate, 27, 33)
        np.testing.assert_array_equal(made[:, 0] / 1000, expected.hz)
        np.testing.assert_array_equal(made[:, 1], expected.confidence)


def test_it_takes_less_than_its_share_of_the_clock(machine, board):
    for rate in RATES:
        samples = vibrations(rate)[0][: vibration.look_samples(rate)]
        for name, compute, arguments in (
            ("look", looks, (29.95,)),
            ("speed", speeds, (27, 33)),
        ):
            machine.clear_counts()
            compute(machine, samples, rate, *arguments)
            share = machine.cycles / (len(samples) / rate * boards.get(board).clock_hz)
            print(f"{board}, {rate} Hz, {name}: {machine.cycles:,} cycles, {share:.1%} of a look's")
            assert share < BUDGETS[board]


def test_completing_a_look_takes_less_than_three_blocks(machine, board):
    samples, block = vibrations(12_000)[0][: vibration.look_samples(12_000)], 64
    assert start(machine, 12_000, 29.95) == 0
    assert not feed(machine, samples[:-block], "feed", "frame", vibration.FRAME.itemsize)
    machine.clear_counts()
    (_,) = feed(machine, samples[-block:], "feed", "frame", vibration.FRAME.itemsize)
    milliseconds = 1000 * machine.cycles / boards.get(board).clock_hz
    print(f"{board}: completing a look takes {milliseconds:.1f} ms")
    assert milliseconds < 3 * 1000 * block / 12_000


def test_what_a_look_takes_hardly_depends_on_the_vibration(machine):
    cycles = []
    for name in ("silence", "noise", "quiet_0.100"):
        machine.clear_counts()
        looks(machine, SIGNALS[name][: vibration.look_samples(3_200)], 3_200, 29.95)
        cycles.append(machine.cycles)
    assert max(cycles) < 1.25 * min(cycles)


def test_memory(machine, elf, board):
    looks(machine, SIGNALS["noise"][:2048], 1_600, 29.95)
    speeds(machine, SIGNALS["noise"][:2048], 1_600, 27, 33)
    sizes = {"code": 0, "tables": 0, "stack": machine.stack_high_water}
    for symbol in ELFFile(io.BytesIO(elf)).get_section_by_name(".symtab").iter_symbols():
        if symbol.name in ("state", "speed"):
            sizes[symbol.name] = symbol["st_size"]
        elif symbol.name.startswith("fe_") or symbol.name.startswith("__aeabi_"):
            is_code = symbol["st_info"]["type"] == "STT_FUNC"
            sizes["code" if is_code else "tables"] += symbol["st_size"]
    print(f"{board}: bytes of {', '.join(f'{name} {size:,}' for name, size in sizes.items())}")
    assert sizes["state"] < 18_000
    assert sizes["speed"] < 9_000
    assert sizes["code"] < 6000
    assert sizes["tables"] < 7000
    assert sizes["stack"] < 1500


def test_no_floats_are_linked(machine):
    costly = re.compile(r"__aeabi_([fd](add|sub|mul|div|cmp|2)|[iu]2[fd])|__.*[sd]f[23]")
    assert [name for name in machine.symbols if costly.match(name)] == []
