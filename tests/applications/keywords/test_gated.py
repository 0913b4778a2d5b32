"""The spotter behind its gate, on this computer: what the gate would have kept gives the same."""

import gating
import numpy as np
import pytest
import tones
from gating import RESTLESS, SETTINGS, expected, sound
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from listening import BUSY
from streaming import same
from tones import QUICK

from tinyml_helpers import model_file
from tinyml_helpers.applications.keywords import (
    Application,
    GatedApplication,
    c_spotter,
    spotter,
    wake,
)
from tinyml_helpers.applications.keywords.spotter import Settings, Spotter
from tinyml_helpers.applications.keywords.wake import HOP
from tinyml_helpers.micro.loaded import Loaded, aligned


def hops(settings, samples=None):
    return Spotter(tones.tflite(), settings).push(sound() if samples is None else samples)


@pytest.mark.parametrize(
    "gate",
    [
        RESTLESS,
        wake.Settings(),
        wake.Settings(hangover=0, lookback=0),
        wake.Settings(hangover=0, lookback=1),
        wake.Settings(hangover=5, lookback=10, quiet=3000),
        wake.Settings(ratio=1, hangover=1, quiet=0, lookback=2),  # opens and closes all the time
        wake.Settings(quiet=32767),  # never opens
        wake.Settings(ratio=1, hangover=65535, quiet=0),  # never closes
    ],
)
@pytest.mark.parametrize("settings", [BUSY, QUICK, BUSY._replace(hops_per_inference=1)])
def test_every_hop_is_what_the_kept_sound_gives_at_its_place_in_the_whole(gate, settings):
    settings = settings._replace(gate=gate)
    assert same(hops(settings), expected(sound(), settings))


def test_the_sound_of_these_tests_opens_the_gate_again_and_again():
    is_closed = np.array([hop.closed for hop in hops(SETTINGS)])
    assert 0.3 < is_closed.mean() < 0.8
    assert len(np.flatnonzero(np.diff(is_closed))) >= 4
    is_open = wake.awake([sound()], RESTLESS._replace(lookback=0))
    pauses = np.diff(np.flatnonzero(is_open)) - 1
    assert ((pauses > 0) & (pauses < RESTLESS.lookback)).any()
    assert (pauses > RESTLESS.lookback).any()
    assert any(hop.detected is not None for hop in hops(SETTINGS))


def test_words_are_told_as_scores_and_detect_tell_them_with_their_times():
    settings = QUICK._replace(gate=wake.Settings(hangover=50))
    through = wake.awake([sound()], settings.gate)
    rows = spotter.scores(tones.tflite(), wake.kept([sound()], through), 5)
    found = spotter.detect(rows, settings, through=through)
    told = [hop for hop in hops(settings) if hop.detected is not None]
    assert len(told) >= 2
    assert [(hop.seconds, hop.detected) for hop in told] == [
        (one.seconds, one.detected) for one in found
    ]


def test_scores_of_more_than_was_let_through_are_refused():
    through = wake.awake([sound()])
    rows = spotter.scores(tones.tflite(), wake.kept([sound()], through), 5)
    through[np.flatnonzero(through)[-10:]] = False
    with pytest.raises(ValueError, match=r"scores can't be of the \d+ hops .* give the one that"):
        spotter.detect(rows, QUICK, through=through)


def test_the_refractory_time_goes_on_while_it_sleeps():
    settings = QUICK._replace(gate=wake.Settings(hangover=15), refractory_hops=150)
    made = hops(settings)
    first, second = (place for place, hop in enumerate(made) if hop.detected is not None)
    assert second - first >= 150
    assert sum(not hop.closed for hop in made[first:second]) < 100


def test_hops_have_real_numbers_and_come_lookback_later():
    for lookback in (0, 1, 10):
        made = hops(Settings(gate=wake.Settings(lookback=lookback)), sound()[: 20 * HOP])
        assert [hop.number for hop in made] == list(range(20 - 1 - lookback))
        assert [hop.seconds for hop in made] == spotter.seconds(np.arange(len(made)))


@pytest.mark.parametrize("lookback", [0, 1, 4, 10])
def test_a_word_comes_with_what_was_before_it(lookback):
    """The gate opens with hop 60 of the sound, counted from 0; 59 is complete within it."""
    gate = wake.Settings(hangover=0, lookback=lookback)
    made = hops(Settings(gate=gate), sound()[: 90 * HOP])
    numbers = [hop.number for hop in made if not hop.closed]
    # The front end's window is longer than a hop: the first of all gives no frame.
    assert numbers[0] == 59 - lookback + 1
    assert numbers[: lookback + 2] == list(range(60 - lookback, 62))


def test_in_silence_nothing_runs():
    made = hops(Settings(gate=wake.Settings()), np.zeros(100 * HOP, np.int16))
    assert len(made) == 89
    for hop in made:
        assert hop.closed
        assert hop.features is hop.scores is hop.smoothed is hop.detected is None


def test_without_a_gate_no_hop_is_closed_and_all_is_as_it_was():
    settings = Settings()
    assert settings.gate is None and len(settings.pack()) == 8
    made = hops(QUICK)
    assert [hop.number for hop in made] == list(range(len(sound()) // HOP - 1))
    assert not any(hop.closed for hop in made)
    assert all(hop.features.shape == (40,) for hop in made)


@how(derandomize=True, deadline=None, max_examples=15)
@given(cuts=st.lists(st.integers(0, len(sound())), max_size=20))
def test_any_pieces_give_the_same(cuts):
    listener, made = Spotter(tones.tflite(), SETTINGS), []
    for piece in np.split(sound(), sorted(cuts)):
        made += listener.push(piece)
    assert same(made, expected(sound(), SETTINGS))


def test_sample_by_sample_gives_the_same():
    listener, short = Spotter(tones.tflite(), SETTINGS), sound()[55 * HOP : 80 * HOP]
    made = [hop for sample in short for hop in listener.push(np.array([sample]))]
    assert same(made, expected(short, SETTINGS))


def test_reset_forgets_gate_look_back_and_numbers():
    listener = Spotter(tones.tflite(), SETTINGS)
    listener.push(sound()[: 65 * HOP + 100])  # open, and in the middle of a hop
    listener.reset()
    assert same(listener.push(sound()), expected(sound(), SETTINGS))
    listener.reset(BUSY)
    assert same(listener.push(sound()), hops(BUSY))
    listener.reset(SETTINGS)
    assert same(listener.push(sound()), expected(sound(), SETTINGS))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ratio": 0.9}, "ratio is a number from 1 to 256, not 0.9"),
        ({"ratio": 257}, "ratio is a number from 1 to 256, not 257"),
        ({"ratio": float("nan")}, "ratio is a number from 1 to 256, not nan"),
        ({"hangover": -1}, "hangover is a whole number from 0 to 65535, not -1"),
        ({"hangover": 65536}, "hangover is a whole number from 0 to 65535, not 65536"),
        ({"quiet": 32768}, "quiet is a whole number from 0 to 32767, not 32768"),
        ({"lookback": 11}, "lookback is a whole number from 0 to 10, not 11"),
        ({"lookback": 2.5}, "lookback is a whole number from 0 to 10, not 2.5"),
    ],
)
def test_settings_of_a_gate_out_of_range_are_refused(fields, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Spotter(tones.tflite(), Settings(gate=wake.Settings()._replace(**fields)))


def test_settings_at_their_limits_are_packed_as_the_c_has_them():
    packed = Settings(10, 3, 180, 75, wake.Settings(256, 65535, 32767, 10)).pack()
    assert np.frombuffer(packed, "<u2").tolist() == [10, 3, 180, 75, 4096, 65535, 32767, 10]
    assert len(packed) == c_spotter.GATED_BYTES
    assert np.frombuffer(wake.Settings(1, 0, 0, 0).pack(), "<u2").tolist() == [16, 0, 0, 0]


LISTENS = (10, 3, 180, 75)


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ((*LISTENS, 16, 0, 0, 0), 0),
        ((*LISTENS, 4096, 65535, 65535, 10), 0),
        ((*LISTENS, 15, 0, 0, 0), c_spotter.BAD_SETTINGS),
        ((*LISTENS, 4097, 0, 0, 0), c_spotter.BAD_SETTINGS),
        ((*LISTENS, 48, 40, 8, 11), c_spotter.BAD_SETTINGS),
        ((0, 3, 180, 75, 48, 40, 8, 10), c_spotter.BAD_SETTINGS),
        ((*LISTENS, 0, 40, 8, 11), 0),  # no gate: the rest doesn't count
        ((10, 17, 180, 75, 0, 0, 0, 0), c_spotter.BAD_SETTINGS),
    ],
)
def test_the_c_refuses_just_what_is_out_of_range(settings, status):
    """What a board does when another program sends it settings."""
    code, model = c_spotter.load(), tones.tflite()
    loaded = Loaded(model, model_file.read(model), code=code)
    state = aligned(code.kw_listener_bytes())
    packed = np.array(settings, "<u2").tobytes()
    assert c_spotter.listen(state.ctypes.data, loaded.handle, packed) == status


def test_a_closed_hop_says_nothing_else_whatever_was_there_before():
    """All bytes of the record: on a board the one before lies in the same place."""
    listener, samples = Spotter(tones.tflite(), SETTINGS), sound()[: 90 * HOP]
    records = np.frombuffer(bytes([0xA5]) * (90 * c_spotter.HOP.itemsize), c_spotter.HOP).copy()
    count = c_spotter.load().kw_push_all(
        listener._state.ctypes.data, samples.ctypes.data, len(samples), records.ctypes.data
    )
    wanted = np.zeros(1, c_spotter.HOP)
    wanted["closed"], wanted["detected"] = 1, c_spotter.NONE
    is_closed = records[:count]["closed"] != 0
    assert 0 < is_closed.sum() < count == 90 - 1 - RESTLESS.lookback
    for number in range(count):
        wanted["number"] = number
        if is_closed[number]:
            assert records[number].tobytes() == wanted.tobytes()
        else:
            assert records[number]["closed"] == records[number]["unused"] == 0


def test_a_live_program_with_a_gate_starts_with_whole_settings():
    """Those without a gate are shorter than the C's, whose rest must be zeros."""
    program, plain = GatedApplication(tones.tflite()), Application(tones.tflite())
    assert program.protocol.settings() == Settings(gate=wake.Settings())
    assert "live_settings[16] = {10, 0, 3, 0, 180, 0, 75, 0, 48, 0, 40," in program.live_source()
    program.live_settings = Settings()
    assert "live_settings[16] = {10, 0, 3, 0, 180, 0, 75, 0}" in program.live_source()
    assert "live_settings[8] = {10, 0, 3, 0, 180, 0, 75, 0}" in plain.live_source()
    plain.live_settings = gating.SETTINGS
    with pytest.raises(ValueError, match=r"has no gate: make it with keywords\.GatedApplication"):
        plain.live_source()
