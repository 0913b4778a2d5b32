"""The sound-level gate: extremes, against whole numbers and floats, and chip = computer."""

import math

import numpy as np
import pytest
import tones

from tinyml_helpers import boards
from tinyml_helpers.applications.keywords import spotter, wake
from tinyml_helpers.applications.keywords.wake import HOP, Gate, Settings
from tinyml_helpers.emulator.snippet import run_c

BOTH = pytest.mark.parametrize("board", ["nano33ble", "pico"])


def noise(seconds, loudness, seed=0):
    samples = np.random.default_rng(seed).normal(0, loudness, int(seconds * 16_000))
    return np.clip(samples, -32768, 32767).astype(np.int16)


def reference(samples, settings):
    """The gate in floating point: levels, floors and decisions, hop by hop."""
    offset, floor, remain, is_open = 0.0, None, 0, []
    for hop in samples[: len(samples) // HOP * HOP].reshape(-1, HOP).astype(float):
        level = np.abs(hop - offset).mean()
        offset = hop.mean()
        if floor is None:
            floor = level
        else:
            floor += (level - floor) / 4 if level < floor else floor / 128
        if level > settings.ratio * floor and level > settings.quiet:
            remain = settings.hangover + 1
        is_open.append(remain > 0)
        remain = max(remain - 1, 0)
    return np.array(is_open)


def test_the_gate_is_the_one_described():
    settings = Settings(ratio=2.5, hangover=7, quiet=30)
    loudness = np.random.default_rng(5).choice([20, 100, 400, 3000], 60)
    sound = np.concatenate([noise(0.2, one, seed) for seed, one in enumerate(loudness)])
    is_open = Gate(settings).push(sound)
    expected = reference(sound, settings)
    assert 0.1 < expected.mean() < 0.9
    assert (is_open == expected).mean() > 0.99  # whole numbers are rounded down


def test_a_loud_word_opens_the_gate_at_once_and_it_closes_after_the_hangover():
    word = noise(0.4, 3000, seed=1)
    sound = np.concatenate([noise(3, 100), word, noise(3, 100, seed=2)])
    is_open = Gate(Settings(hangover=20)).push(sound)
    assert np.flatnonzero(is_open).tolist() == list(range(150, 150 + 20 + 20))


EXTREMES = {
    "silence": np.zeros(16_000, np.int16),
    "constant": np.full(16_000, 12_345, np.int16),
    "lowest": np.full(16_000, -32768, np.int16),
    "faint": noise(1, 3),
    "steady": noise(1, 3000),
    "square": np.tile(np.repeat(np.int16([-32768, 32767]), 8), 1000),
    "hum": (8000 * np.sin(2 * np.pi * 50 * np.arange(16_000) / 16_000)).astype(np.int16),
}


def exactly(samples, settings):
    """(open, level, floor in sixteenths) of each hop, in whole numbers, as wake.c rounds them."""
    offset = floor = remain = 0
    for hop in samples.reshape(-1, HOP).astype(int):
        level = int(np.abs(hop - offset).sum())
        offset += math.trunc((hop - offset).sum() / HOP)
        now = 16 * level + 1
        if floor == 0:
            floor = now
        else:
            floor += floor // 128 + 1 if floor <= now else -((floor - now) // 4 + 1)
        if 256 * level > floor * round(16 * settings.ratio) and level > settings.quiet * HOP:
            remain = settings.hangover + 1
        yield remain > 0, level, floor
        remain = max(remain - 1, 0)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(1, 0, 0),
        Settings(2, 3, 3),
        Settings(256, 1, 0),
        Settings(1, 65535, 100),
    ],
)
def test_the_gates_numbers_are_the_described_ones_to_the_last_bit(settings):
    loud = np.random.default_rng(2).integers(1, 5000, 20)
    pieces = [noise(0.1, one, seed) for seed, one in enumerate(loud)]
    click = np.zeros(10 * HOP, np.int16)
    click[5 * HOP] = 1
    pieces.insert(0, np.zeros(5 * HOP, np.int16))  # a floor just as high as the level
    sound = np.concatenate([*pieces, *(sound[: 10 * HOP] for sound in EXTREMES.values()), click])
    gate = Gate(settings)
    expected = list(exactly(sound, settings))
    for hop, wanted in zip(sound.reshape(-1, HOP), expected, strict=True):
        (is_open,) = gate.push(hop)
        assert (is_open, round(gate.level * HOP), round(gate.floor * 16 * HOP)) == wanted
    assert len({wanted[0] for wanted in expected}) == 2 or settings.hangover == 65535


@pytest.mark.parametrize(("ratio", "is_open"), [(127, True), (128, False), (129, False)])
def test_a_level_that_is_just_ratio_times_the_floor_is_not_loud(ratio, is_open):
    """Silence's floor is 1, and 2 a hop later, in sixteenths; there the level is 1, 16 of them."""
    sound = np.zeros(2 * HOP, np.int16)
    sound[HOP] = 1
    assert Gate(Settings(ratio / 16, 0, 0)).push(sound).tolist() == [False, is_open]


@pytest.mark.parametrize(("more", "is_open"), [(0, False), (1, True)])
def test_a_level_that_is_just_quiet_is_not_loud(more, is_open):
    hop = np.tile(np.int16([3, -3]), HOP // 2)
    hop[0] += more
    sound = np.concatenate([np.zeros(HOP, np.int16), hop])
    assert Gate(Settings(1, 0, 3)).push(sound).tolist() == [False, is_open]


@pytest.mark.parametrize("name", EXTREMES)
def test_what_goes_on_and_on_leaves_the_gate_closed(name):
    is_open = Gate().push(np.tile(EXTREMES[name], 3))
    assert not is_open[1:].any()


def test_a_click_in_silence_opens_the_gate():
    sound = EXTREMES["silence"].copy()
    sound[8_000] = 32767
    assert Gate(Settings(hangover=0)).push(sound).sum() in (1, 2)  # its offset lasts one hop more
    sound[8_000] = 5
    assert not Gate().push(sound).any()


def test_a_louder_background_is_one_after_some_seconds():
    is_open = Gate().push(np.concatenate([noise(2, 100), noise(20, 1000, seed=1)]))
    assert not is_open[:100].any()
    # 10 times louder; the floor reaches half of that after ln 5 * 128 hops, or 4 s.
    assert is_open[100:300].all() and not is_open[400:].any()


def test_pieces_of_any_length_give_the_same():
    sound = np.concatenate([noise(1, 100), noise(1, 2000), noise(1, 50)])
    whole = Gate().push(sound)
    gate = Gate()
    pieces = [gate.push(piece) for piece in np.array_split(sound, [1, 7, 400, 9000, 9001, 30000])]
    assert np.array_equal(np.concatenate(pieces), whole)


def test_look_back_lets_the_hops_before_through():
    sound = np.concatenate([noise(1, 100), noise(0.2, 3000), noise(1, 100)])
    blocks = np.array_split(sound, 7)
    bare, more = (
        wake.awake(blocks, Settings(hangover=5, lookback=lookback)) for lookback in (0, 10)
    )
    assert bare[50] and not bare[:50].any()
    assert more[40:51].all() and not more[:40].any()
    assert np.array_equal(bare[50:], more[50:])
    assert not wake.awake([], Settings()).size


def test_only_what_is_let_through_is_kept():
    sound = np.arange(10 * HOP, dtype=np.int16)
    through = np.zeros(10, bool)
    through[[2, 3, 7]] = True
    for blocks in ([sound], [sound[: 4 * HOP], sound[4 * HOP :]]):
        kept = np.concatenate(list(wake.kept(blocks, through)))
        assert np.array_equal(kept, sound.reshape(10, HOP)[[2, 3, 7]].ravel())
    with pytest.raises(ValueError, match="whole hops"):
        list(wake.kept([sound[:500], sound[500:]], through))


def test_behind_the_gate_the_spotter_hears_the_same_words_at_the_same_times():
    calm = noise(6, 3, seed=9)
    sound = np.concatenate([calm, tones.stream()[:-1600], calm])
    through = wake.awake([sound], Settings(hangover=50))
    settings = spotter.Settings(5, threshold=150, refractory_hops=75)
    found = []
    for blocks, passed in (([sound], None), (wake.kept([sound], through), through)):
        rows = spotter.scores(tones.tflite(), blocks, settings.hops_per_inference)
        found.append(spotter.detect(rows, settings, through=passed))
    always, gated = found
    assert 0.2 < through.mean() < 0.7
    assert [one.detected for one in gated] == [label for _, label in tones.WORDS]
    assert [one.detected for one in always] == [label for _, label in tones.WORDS]
    for one, other in zip(always, gated, strict=True):
        assert abs(one.seconds - other.seconds) < 0.35


@pytest.mark.parametrize(
    "wrong", [{"ratio": 0.5}, {"ratio": 300}, {"hangover": -1}, {"quiet": 1e5}]
)
def test_settings_out_of_range(wrong):
    with pytest.raises(ValueError, match="ratio is 1 to 256"):
        Gate(Settings(**wrong))


@pytest.mark.parametrize(
    ("ratio", "status"), [(0, -1), (15, -1), (16, 0), (4096, 0), (4097, -1), (65535, -1)]
)
def test_the_c_refuses_ratios_out_of_range(ratio, status):
    """Without Python before it, as on a board; what it takes starts afresh."""
    gate, settings = np.full(1, 7, wake._STATE), np.array([ratio, 5, 6], np.uint16)
    made = wake._load().kw_wake_start(gate.ctypes.data, settings.ctypes.data)
    assert made == status
    if status == 0:
        assert gate[0].tolist() == (ratio, 5, 6, 0, 0, 0, 0)


@BOTH
def test_a_chip_decides_as_this_computer_does(board):
    """All of the gate's memory after each of many hops, byte for byte."""
    header, source = (
        (wake.FOLDER / name).read_text(encoding="utf-8") for name in ("wake.h", "wake.c")
    )
    source = source.replace('#include "wake.h"', header)
    pieces = [noise(0.3, 50), noise(0.3, 5000), *(sound[:1600] for sound in EXTREMES.values())]
    sound = np.concatenate(pieces)
    gate, chip = Gate(), Gate()._state.view(np.uint8)
    for piece in np.array_split(sound, range(80 * HOP, len(sound), 80 * HOP)):
        hops = len(piece) // HOP
        is_open = np.zeros(hops, np.uint8)
        run_c(source, "kw_wake_hops", chip, piece, hops, is_open, board=board)
        assert np.array_equal(is_open, gate.push(piece))
        assert np.array_equal(chip, gate._state.view(np.uint8))


@BOTH
def test_a_hop_costs_a_chip_next_to_nothing(board):
    cycles = wake.cycles(board)
    assert HOP < cycles < 0.01 * boards.get(board).clock_hz / 50
