"""The front end on emulated boards: the same bytes as here, and what they cost there."""

import io
import re

import numpy as np
import places
import pytest
from elftools.elf.elffile import ELFFile
from front_end_signals import SIGNALS, speech_like

from tinyml_helpers import boards, firmware, signals, toolchain
from tinyml_helpers.emulator.machine import Machine

SOURCE = places.C / "log_mel_board.c"
FRAMES = 10  # as in SOURCE
SAMPLES = 512 + (FRAMES - 1) * 320

#: The share of the processor the front end may take, of issue 4.
BUDGETS = {"nano33ble": 0.15, "pico": 0.30}

#: Frames of this cost the most: all bands are quiet, so that their highest bit is looked for long.
QUIET = np.random.default_rng(0).integers(-3, 4, SAMPLES).astype(np.int16)


@pytest.fixture(scope="module", params=BUDGETS)
def board(request):
    return request.param


@pytest.fixture(scope="module")
def elf(board, tmp_path_factory):
    """SOURCE and the front end, compiled as a model's firmware is."""
    script = firmware.linker_script(board, tmp_path_factory.mktemp("layout"))
    sources = [*signals.sources(), SOURCE, firmware.FOLDER / "startup.c"]
    return toolchain.firmware(sources, board, script, [signals.FOLDER], optimize="-Os")


@pytest.fixture(scope="module")
def machine(elf, board):
    """A chip with that program, started."""
    machine = Machine(elf, board)
    machine.run()
    return machine


def run(machine, audio):
    """Let the board compute the features of 3,392 samples: int8 [10, 40]."""
    machine.clear_counts()
    machine.write(machine.symbols["audio"], np.ascontiguousarray(audio).tobytes())
    machine.call("run")
    assert machine.read(machine.symbols["frames"], 4) == FRAMES.to_bytes(4, "little")
    features = machine.read(machine.symbols["features"], FRAMES * signals.BINS)
    return np.frombuffer(features, np.int8).reshape(FRAMES, signals.BINS)


def sounds():
    """Windows of 3,392 samples: of speech, and of every extreme."""
    spoken = {f"speech_{i}": clip for i, clip in enumerate(speech_like(12))}
    return {name: audio[4000 : 4000 + SAMPLES] for name, audio in (spoken | SIGNALS).items()}


def test_features_are_those_of_this_computer_byte_for_byte(machine):
    differ = [
        name
        for name, audio in sounds().items()
        if run(machine, audio).tobytes() != signals.log_mel(audio).tobytes()
    ]
    assert differ == []


def test_it_takes_less_than_its_share_of_the_clock(machine, board):
    most = 0
    for name, audio in {"speech": sounds()["speech_0"], "quiet": QUIET}.items():
        run(machine, audio)
        share = machine.cycles / (FRAMES * signals.HOP / 16_000 * boards.get(board).clock_hz)
        print(f"{board}, {name}: {machine.cycles / FRAMES:,.0f} cycles a hop, {share:.1%} of them")
        most = max(most, share)
    assert most < BUDGETS[board] / 2


def test_what_a_hop_takes_hardly_depends_on_the_sound(machine):
    cycles = []
    for name in ("silence", "noise", "quiet_9"):
        run(machine, sounds()[name])
        cycles.append(machine.cycles)
    assert max(cycles) < 1.25 * min(cycles)


def test_memory(machine, elf, board):
    run(machine, QUIET)
    sizes = {"state": 0, "code": 0, "tables": 0, "stack": machine.stack_high_water}
    for symbol in ELFFile(io.BytesIO(elf)).get_section_by_name(".symtab").iter_symbols():
        if symbol.name == "state":
            sizes["state"] = symbol["st_size"]
        elif symbol.name.startswith("fe_") or symbol.name == "__aeabi_lmul":
            is_code = symbol["st_info"]["type"] == "STT_FUNC"
            sizes["code" if is_code else "tables"] += symbol["st_size"]
    print(f"{board}: bytes of {', '.join(f'{name} {size:,}' for name, size in sizes.items())}")
    assert sizes["state"] == 512 * 4 + 512 * 2 + 4
    assert sizes["code"] < 2000
    assert sizes["tables"] < 3000
    assert sizes["stack"] < 400


def test_neither_floats_nor_divisions_are_linked(machine):
    costly = re.compile(r"__aeabi_([fd](add|sub|mul|div|cmp|2)|[iu]2[fd]|.*div)|__.*[sd]f[23]")
    assert [name for name in machine.symbols if costly.match(name)] == []
