"""What a model is shown of a beat, beside the same in NumPy, written from beats.h."""

import beating
import numpy as np
import pytest
from beating import HEART

from tinyml_helpers.applications.wearables.hearts import c_monitor
from tinyml_helpers.applications.wearables.hearts.monitor import Settings, detected, inputs
from tinyml_helpers.datasets.hearts import simulated

GAIN = 200
SHAPE, USUAL = slice(0, 48), slice(48, 96)


def to_zero(value, by):
    """Divided as C does it."""
    return int(value) // by if value >= 0 else -(-int(value) // by)


def rounded(value, by):
    """Divided, and rounded to the nearest, halves away from 0."""
    return to_zero(2 * abs(int(value)) + by, 2 * by) * (1 if value >= 0 else -1)


def code(value):
    return int(np.clip(value, -128, 127))


def smoothed(samples):
    """The smooth ECG, 1/512 mV, of samples at 200 a second: a list of ints."""
    raw = [to_zero((int(x) - int(samples[0])) * 512, GAIN) for x in samples]
    raw = [0, 0, *raw]
    return [
        to_zero(sum(w * raw[n + k] for k, w in enumerate((1, 2, 2, 2, 1))), 8)
        for n in range(len(raw) - 4)
    ]


def shown(samples, places, early):
    """What a model is shown of beats at these places: rows of 104 codes, and the rule's list."""
    ecg, usual, usual_rr, change, rrs = smoothed(samples), [0] * 48, 0, 0, []
    rules, rows, shorts, longs = [], [], 0, 0
    for number, place in enumerate(places):
        shape = [ecg[max(place - 32 + 2 * i, 0)] for i in range(48)]
        zero = rounded(sum(shape), 48)
        shape = [point - zero for point in shape]
        rr = 5 * int(place - places[number - 1]) if number else 0
        told = usual_rr // 16
        rules.append(bool(rr and told and 100 * rr < early * told))
        if number == 0:
            usual = [8 * point for point in shape]
        else:
            rrs.append(rr)
        most = max(1, *map(abs, usual))
        row = [code(rounded(256 * point, most)) for point in shape]
        row += [code(rounded(32 * point, most)) for point in usual]
        last = (rrs[::-1] + [0] * 3)[:3]
        rhythm = [code(rounded(64 * (one - told), told)) for one in last] if told else [0] * 3
        rhythm.append(code(rounded(told - 800, 8)) if told else 0)
        rhythm.append(code(rounded(256 * change, 16 * told)) if told else 0)
        apart = sum(abs(a - b) for a, b in zip(row[:48], row[48:], strict=True))
        rhythm.append(code(rounded(2 * apart, 48)))
        rhythm.append(code(max(map(abs, row[:48])) - 32))
        rhythm.append(code(4 * width(ecg, place, shape[16])))
        rows.append(row + rhythm)
        if number:
            shorts = shorts + 1 if rules[-1] else 0
            longs = longs + 1 if 100 * rr > 150 * told else 0
            if (len(rrs) >= 5) if told == 0 else max(shorts, longs) >= 8:
                usual_rr, shorts, longs = 16 * sorted(rrs[-5:])[2], 0, 0
            elif told and not any(rules[-2:]) and 60 * told <= 100 * rr <= 150 * told:
                usual_rr += to_zero(16 * rr - usual_rr, 8)
                change += to_zero(16 * abs(rr - rrs[-2]) - change, 8)
        if number < 8 or not rules[-1]:
            part = min(number + 1, 8)
            usual = [u + to_zero(8 * p - u, part) for u, p in zip(usual, shape, strict=True)]
    return np.array(rows), np.array(rules)


def width(ecg, place, peak):
    """Samples about a place at which an ECG is above half of its peak there, over its zero."""
    zero, sign = ecg[place] - peak, -1 if peak < 0 else 1
    found = 1
    for way, most in ((-1, 32), (1, 62)):
        for step in range(1, most + 1):
            at = place + way * step
            if at < 0 or 2 * sign * (ecg[at] - zero) < sign * peak:
                break
            found += 1
    return found


@pytest.mark.parametrize("number", range(4))
def test_a_model_is_shown_what_beats_h_says(number):
    heart = simulated.heart(number)._replace(atrial_chance=0.1, ventricular_chance=0.1)
    samples = beating.samples(simulated.recording(heart, 90, rate=200, seed=1))
    made = inputs(samples, 200, GAIN, early=80)
    rows, rules = shown(samples, made.places, early=80)
    np.testing.assert_array_equal(made.input, rows)
    np.testing.assert_array_equal(made.rule, rules)
    assert 3 < made.rule.sum() < 40 and len(rows) > 60


@pytest.fixture(scope="module")
def seen():
    """What is shown of three minutes of the heart, and each beat's class."""
    made = beating.ecg(180, 360)
    found = inputs(beating.samples(made), 360, GAIN)
    nearest = abs(found.places[:, None] - made.beats).argmin(1)
    return found, made.classes[nearest]


def test_the_usual_beats_largest_point_is_1(seen):
    found, _ = seen
    usual = found.input[:, USUAL].astype(int)
    assert (abs(usual).max(1) == 32).all()
    assert (abs(usual).argmax(1) == 16).mean() > 0.95  # the R peak


def test_normal_beats_look_usual_and_early_ones_of_the_ventricles_do_not(seen):
    found, classes = seen
    apart = abs(found.input[:, SHAPE].astype(int) - found.input[:, USUAL]).mean(1)
    assert np.median(apart[classes == "N"]) < 4 < 8 < np.median(apart[classes == "V"])
    widths = found.input[:, 103].astype(int)
    assert np.median(widths[classes == "V"]) > 1.3 * np.median(widths[classes == "N"])


def test_intervals_are_those_of_the_places_and_the_rule_goes_by_them(seen):
    found, classes = seen
    assert found.rr[0] == 0 and (found.usual[:6] == 0).all() and (found.usual[6:] > 0).all()
    assert abs(found.rr[1:] - np.diff(found.places) / 0.36).max() <= 5.6  # 5 ms, and a sample
    known = found.usual > 0
    expected = known & (100 * found.rr < 85 * found.usual)
    np.testing.assert_array_equal(found.rule, expected)
    assert found.rule[known & (classes != "N")].mean() > 0.9
    assert found.rule[known & (classes == "N")].mean() < 0.05


def test_a_heart_of_any_size_and_zero_line_shows_the_same():
    samples = beating.samples(beating.ecg(60, 360))
    made = inputs(samples, 360, GAIN)
    larger = inputs(((samples.astype(int) - 1024) * 3 + 5000).astype(np.int16), 360, 3 * GAIN)
    np.testing.assert_array_equal(made.input, larger.input)
    np.testing.assert_array_equal(made.places, larger.places)


def test_beats_shown_are_those_detected():
    samples = beating.samples(beating.ecg(120, 360))
    found = detected(samples, 360, GAIN)
    made = inputs(samples, 360, GAIN).places
    np.testing.assert_array_equal(made, found[: len(made)])
    assert len(found) - len(made) <= 1  # one at the end isn't complete


def test_after_eight_early_beats_in_a_row_the_rate_has_changed():
    slow, fast = (HEART._replace(rate=rate, sdnn=0.01, atrial_chance=0.0) for rate in (60, 100))
    parts = [
        beating.samples(
            simulated.recording(
                one._replace(ventricular_chance=0.0), 30, 360, simulated.Noise(), seed=4
            )
        )
        for one in (slow, fast)
    ]
    made = inputs(np.concatenate(parts), 360, GAIN)
    early = np.flatnonzero(made.rule)
    assert 8 <= len(early) <= 9 and early[-1] - early[0] == len(early) - 1
    assert abs(made.usual[early[0]] - 1000) < 60 and abs(made.usual[-1] - 600) < 40


def test_what_is_shown_of_few_samples_is_nothing():
    made = inputs(np.zeros(100, np.int16), 360, GAIN)
    assert made.input.shape == (0, c_monitor.INPUTS) and len(made.places) == 0
    assert Settings().early == 85
