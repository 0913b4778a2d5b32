"""Recordings of simulated hearts: marks where the beats are, and the same heart by number."""

import functools

import numpy as np
import pytest

from tinyml_helpers import datasets
from tinyml_helpers.datasets.hearts import simulated
from tinyml_helpers.datasets.hearts.simulated import TEST_HEARTS, Noise, heart, recording

HEARTS = range(12)


@functools.cache
def clean(number, rate=360):
    """Two minutes with many early beats and no noise."""
    early = heart(number)._replace(atrial_chance=0.1, ventricular_chance=0.1)
    return recording(early, 120, rate=rate, noise=Noise())


@pytest.mark.parametrize("number", HEARTS)
def test_marks_are_where_the_qrs_is_farthest_from_the_baseline(number):
    made = clean(number)
    volts = made.millivolts[:, 0]
    beats = zip(made.beats, made.symbols, strict=True)
    for place, symbol in beats:
        if not 90 < place < len(volts) - 90:
            continue
        around = np.abs(volts[place - 90 : place + 90] - np.median(volts[place - 90 : place + 90]))
        reach = 8 if symbol == "V" else 5  # R and S are farther apart
        near = around[90 - reach : 91 + reach]
        assert abs(int(np.argmax(near)) - reach) <= 2
        # Where R and S are as high as each other, T or breath may favour the other one a little.
        assert near.max() > 0.75 * around[90 - 25 : 91 + 25].max()


def test_a_recording_is_as_mitbihs_are():
    made = clean(4)
    assert made.samples.shape == (120 * 360, 1) and made.samples.dtype == np.int16
    assert (made.record, made.person, made.rate, made.leads) == (
        "heart 4",
        "heart 4",
        360,
        ("MLII",),
    )
    assert (made.gains.tolist(), made.zeros.tolist()) == ([200], [1024])
    assert set(made.symbols) == {"N", "A", "V"} and made.notes == ()
    assert "".join(made.symbols).replace("A", "S") == "".join(made.classes)
    assert np.all(np.diff(made.beats) > 0) and made.beats[0] >= 0 and made.beats[-1] < 43_200
    np.testing.assert_allclose(made.millivolts, (made.samples - 1024.0) / 200, atol=1e-6)


@pytest.mark.parametrize("number", HEARTS)
def test_another_rate_is_the_same_heart(number):
    one, other = clean(number), clean(number, 250)
    assert "".join(one.symbols) == "".join(other.symbols)
    np.testing.assert_allclose(one.beats / 360, other.beats / 250, atol=0.5 / 250 + 0.5 / 360)
    times = np.arange(len(other.samples)) / 250
    drawn = np.interp(times, np.arange(len(one.samples)) / 360, one.millivolts[:, 0])
    assert np.abs(drawn - other.millivolts[:, 0])[:-2].max() < 0.06
    assert np.sqrt(np.mean((drawn - other.millivolts[:, 0]) ** 2)) < 0.01


def test_the_same_number_is_the_same_heart_and_others_differ():
    assert heart(7) == heart(np.int64(7)) != heart(8)
    assert len({heart(number).rate for number in range(50)}) == 50
    one, again = recording(heart(7), 30), recording(heart(7), 30)
    assert np.array_equal(one.samples, again.samples) and np.array_equal(one.beats, again.beats)
    other = recording(heart(7), 30, seed=1)
    assert not np.array_equal(one.beats, other.beats)
    assert heart(TEST_HEARTS).number == TEST_HEARTS
    assert datasets.simulated_hearts is simulated


def test_noise_changes_no_beat_and_a_longer_recording_begins_alike():
    loud, soft = recording(heart(5), 60), recording(heart(5), 60, noise=Noise())
    assert np.array_equal(loud.beats, soft.beats)
    assert not np.array_equal(loud.samples, soft.samples)
    longer = recording(heart(5), 120, noise=Noise())
    first = longer.beats[longer.beats < 60 * 360]
    assert np.array_equal(first, soft.beats)


def test_ventricular_beats_are_wide_in_the_signal_and_atrial_ones_alike_the_normal():
    found = {"N": [], "A": [], "V": []}
    for number in HEARTS:
        made = clean(number, 250)
        volts = made.millivolts[:, 0]
        shapes = {symbol: [] for symbol in found}
        for place, symbol in zip(made.beats, made.symbols, strict=True):
            if 30 < place < len(volts) - 30:
                cut = volts[place - 15 : place + 16]
                shapes[symbol].append(cut - cut.mean())
        normal = np.mean(shapes["N"], axis=0)
        for symbol, cuts in shapes.items():
            found[symbol] += [np.corrcoef(cut, normal)[0, 1] for cut in cuts]
    assert min(len(some) for some in found.values()) > 50
    assert np.quantile(found["A"], 0.1) > 0.97 and np.quantile(found["N"], 0.1) > 0.97
    assert np.median(found["V"]) < 0.8


def test_hearts_are_of_both_mains_and_of_all_rates():
    many = [heart(number) for number in range(300)]
    assert {one.mains for one in many} == {50, 60}
    rates = [one.rate for one in many]
    assert 50 <= min(rates) < 53 and 97 < max(rates) <= 100
    assert all(0.02 <= one.sdnn * one.rate / 60 <= 0.09 for one in many)
    none = [one.ventricular_chance == 0 for one in many]
    assert 0.1 < np.mean(none) < 0.3
    swapped = [max(one.beat.p[0].height, 0) == 0 for one in many]
    assert 0.01 < np.mean(swapped) < 0.1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: heart(-1), "a heart's number is a whole number from 0 up, not -1"),
        (lambda: heart(True), "a heart's number is a whole number from 0 up, not True"),
        (lambda: heart("7"), "a heart's number is a whole number from 0 up, not '7'"),
        (lambda: recording(7, 60), "the heart is 7: give a Heart, such as heart(7)"),
        (lambda: recording(heart(7), 0.5), "seconds is 0.5: give a number from 1 to 21,600"),
        (lambda: recording(heart(7), float("nan")), "seconds is nan: give a number from 1"),
        (lambda: recording(heart(7), 9, rate=99), "rate is 99: give a whole number, 150 to 1,000"),
        (lambda: recording(heart(7), 9, rate=250.0), "rate is 250.0: give a whole number"),
        (lambda: recording(heart(7), 9, seed=-1), "seed is -1: give a whole number from 0 up"),
        (lambda: recording(heart(7), 9, noise=0.1), "noise is 0.1: give a Noise, or None"),
        (lambda: recording(heart(7), 9, noise=Noise(mains=-1)), "noise has a mains of -1: give"),
        (lambda: recording(heart(7)._replace(rate=0), 9), "the heart beats 0 times a minute"),
        (lambda: recording(heart(7)._replace(sdnn=1.0), 9), "with an sdnn of 1.0 s: give 30 to"),
        (
            lambda: recording(heart(7)._replace(atrial_chance=2), 9),
            "the heart's atrial_chance is 2: give 0 to 1",
        ),
        (lambda: recording(heart(7)._replace(atrial=()), 9), "has no shape of an early beat"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, says):
    with pytest.raises(ValueError) as caught:
        call()
    assert says in str(caught.value)
