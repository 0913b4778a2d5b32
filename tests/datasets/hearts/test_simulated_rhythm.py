"""When simulated hearts beat: as asked on the whole, and early ones as early ones do."""

import functools
import itertools

import numpy as np
import pytest

from tinyml_helpers.datasets.hearts.simulated import heart
from tinyml_helpers.datasets.hearts.simulated.rhythm import beats, intervals

HEARTS = range(6)


def steady(number, **changes):
    """A heart without early beats."""
    return heart(number)._replace(atrial_chance=0, ventricular_chance=0, **changes)


@functools.cache
def rhythm(number, seconds=3600, **changes):
    """Times of beats and their symbols; with many early beats unless said."""
    changes = {"atrial_chance": 0.05, "ventricular_chance": 0.05, **changes}
    made = beats(heart(number)._replace(**changes), seconds, np.random.default_rng(number))
    return np.array([beat.time for beat, _ in made]), "".join(symbol for _, symbol in made)


@pytest.mark.parametrize("number", HEARTS)
def test_intervals_have_the_asked_mean_and_standard_deviation(number):
    asked = steady(number)
    series = intervals(asked, 1800, np.random.default_rng(number))
    assert len(series) == 4 * 1800
    assert series.mean() == pytest.approx(60 / asked.rate, abs=1e-3)
    assert series.std() == pytest.approx(asked.sdnn, rel=0.01)
    made = beats(asked, 1800, np.random.default_rng(number))
    between = np.diff([beat.time for beat, _ in made])
    assert {symbol for _, symbol in made} == {"N"}
    assert between.mean() == pytest.approx(60 / asked.rate, rel=0.02)
    assert between.std() == pytest.approx(asked.sdnn, rel=0.05)


@pytest.mark.parametrize(("number", "ratio"), [(0, 0.5), (1, 1.0), (2, 4.0)])
def test_beats_have_both_spectral_peaks_in_the_asked_ratio(number, ratio):
    asked = steady(number, lf_hf=ratio, respiration=0.25, sdnn=0.03)
    made = beats(asked, 3600, np.random.default_rng(number))
    times = np.array([beat.time for beat, _ in made])
    grid = np.arange(0, 3600, 0.25)
    series = np.interp(grid, times[:-1], np.diff(times))
    power = np.abs(np.fft.rfft(series - series.mean())) ** 2
    frequencies = np.fft.rfftfreq(len(grid), 0.25)
    low = (frequencies > 0.04) & (frequencies < 0.15)
    high = (frequencies >= 0.15) & (frequencies < 0.4)
    assert abs(np.average(frequencies[low], weights=power[low]) - 0.1) < 0.01
    assert abs(np.average(frequencies[high], weights=power[high]) - 0.25) < 0.01
    assert power[low | high].sum() > 0.9 * power[1:].sum()
    # Drawing a line between beats takes some of the faster peak away.
    assert ratio * 0.8 < power[low].sum() / power[high].sum() < ratio * 1.6


@pytest.mark.parametrize("number", HEARTS)
def test_early_beats_are_early_and_no_two_beats_are_nearer_than_a_heart_can(number):
    times, symbols = rhythm(number)
    between = np.diff(times)
    usual = 60 / heart(number).rate
    assert between.min() > 0.25
    early = np.array([symbol != "N" for symbol in symbols[1:]])
    assert early.sum() > 200
    assert between[early].mean() < 0.82 * usual
    for place in np.flatnonzero(early):
        if symbols[place] == "N":
            assert between[place] < 0.86 * usual + 3.5 * heart(number).sdnn


@pytest.mark.parametrize("number", HEARTS)
def test_the_pause_is_full_after_a_ventricular_beat_and_less_after_an_atrial_one(number):
    times, symbols = rhythm(number, sdnn=0.0, couplet_chance=0, bigeminy_chance=0)
    usual = 60 / heart(number).rate
    around = {"A": [], "V": []}
    for place in range(1, len(symbols) - 1):
        if symbols[place - 1 : place + 2] in ("NAN", "NVN"):
            around[symbols[place]].append((times[place + 1] - times[place - 1]) / usual)
    assert min(map(len, around.values())) > 50
    np.testing.assert_allclose(around["V"], 2.0, rtol=1e-9)
    assert max(around["A"]) < 1.97 and min(around["A"]) > 1.4


def test_chances_are_those_asked_for():
    times, symbols = rhythm(3, 36_000, couplet_chance=0, bigeminy_chance=0)
    normal = symbols.count("N")
    assert symbols.count("A") / normal == pytest.approx(0.05, rel=0.1)
    assert symbols.count("V") / normal == pytest.approx(0.05, rel=0.1)
    assert "VV" not in symbols and "AA" not in symbols and "AV" not in symbols
    assert len(times) == len(symbols)


def test_couplets_and_bigeminy_come_when_asked_for():
    _, pairs = rhythm(3, couplet_chance=1, bigeminy_chance=0, atrial_chance=0)
    assert pairs.count("V") == 2 * pairs.count("VV") > 100 and "VVV" not in pairs
    _, turns = rhythm(3, couplet_chance=0, bigeminy_chance=1, atrial_chance=0)
    assert "NVNVNV" in turns and turns.count("V") > 3 * rhythm(3, atrial_chance=0)[1].count("V") / 2
    assert "NNNN" in turns  # it ends


def test_t_follows_the_recent_intervals_with_a_lag():
    made = beats(steady(2, rate=60, sdnn=0.0), 60, np.random.default_rng(0))
    assert [beat.stretch for beat, _ in made] == pytest.approx([1.0] * len(made))
    slow = beats(steady(2, rate=40, sdnn=0.0), 60, np.random.default_rng(0))
    assert slow[-1][0].stretch == pytest.approx(1.5**0.5)
    early = beats(heart(2)._replace(rate=60, sdnn=0.0), 600, np.random.default_rng(0))
    after = [
        beat.stretch
        for (_, before), (beat, symbol) in itertools.pairwise(early)
        if before == "N" and symbol == "V"
    ]
    assert len(after) > 5 and min(after) > 0.9 and np.mean(after) < 1


def test_beats_differ_a_little_in_size():
    made = beats(heart(2), 1800, np.random.default_rng(0))
    sizes = [beat.size for beat, _ in made]
    assert np.mean(sizes) == pytest.approx(1, abs=0.005)
    assert np.std(sizes) == pytest.approx(0.03, rel=0.1)
