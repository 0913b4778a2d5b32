"""The shaft's speed from its vibration: simulated, and of real bearings."""

import itertools

import numpy as np
import pytest
from vibration_signals import RATES, SIGNALS, real_bearings, shaft

from tinyml_helpers.signals.vibration import estimate_speed, look_samples
from tinyml_helpers.signals.vibration.reference import speed_reference


def errors(rate, mains_hz=None, count=40, lines=8, lowest=12.0, highest=58.0):
    """Errors in parts of the true speed, and confidences, of shafts between two speeds."""
    rng = np.random.default_rng(rate + (mains_hz or 0))
    found = []
    for hz in rng.uniform(lowest, highest, count):
        samples = shaft(rate, hz, rng, lines, mains_hz, look_samples(rate))
        nominal = hz / rng.uniform(0.93, 1.07)
        speeds = estimate_speed(samples, rate, 0.9 * nominal, 1.1 * nominal)
        found.append((abs(speeds.hz[0] / hz - 1), speeds.confidence[0]))
    return np.array(found).T


@pytest.mark.parametrize("rate", RATES)
def test_a_shaft_with_lines_is_found_to_a_thousandth(rate):
    wrong, confidence = errors(rate)
    print(f"{rate} Hz: {wrong.max():.3%} at most, {np.median(wrong):.3%} median")
    assert np.median(wrong) < 0.0003
    assert wrong.max() < 0.002
    assert confidence.min() > 60


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("mains_hz", [50, 60])
def test_mains_do_not_win_over_the_shaft(rate, mains_hz):
    """Also where the shaft turns a little slower than the mains or half of it, as motors do."""
    for lowest, highest in ((12, 22), (0.46 * mains_hz, 0.48 * mains_hz)):
        wrong, _ = errors(rate, mains_hz, lowest=lowest, highest=highest)
        print(f"{rate} Hz, mains {mains_hz}: {wrong.max():.3%} at most")
        assert wrong.max() < 0.005


def test_mains_alone_are_no_shaft():
    rng = np.random.default_rng(0)
    n = np.arange(16_384)
    hum = sum(1500 * np.sin(2 * np.pi * k * 60 * n / 12_000 + k) for k in (1, 2, 3, 4))
    samples = np.round(hum + 500 * rng.standard_normal(len(n))).astype(np.int16)
    speeds = estimate_speed(samples, 12_000, 27, 33)
    assert speeds.confidence[0] < 40


def test_noise_gives_little_confidence():
    rng = np.random.default_rng(0)
    samples = np.round(300 * rng.standard_normal((100, 16_384))).astype(np.int16)
    assert np.quantile(estimate_speed(samples, 12_000, 27, 33).confidence, 0.95) < 40


@pytest.mark.parametrize("name", SIGNALS)
def test_a_speed_is_within_its_bounds_whatever_comes(name):
    for rate in RATES:
        for low, high in ((5, 200), (29.9, 30), (199, 200)):
            speeds = estimate_speed(SIGNALS[name], rate, low, high)
            assert ((speeds.hz >= low) & (speeds.hz <= high)).all()


@pytest.mark.parametrize("rate", RATES)
def test_speeds_are_those_of_the_reference(rate):
    """But where two speeds stick out nearly alike, and either may be found."""
    rng, same = np.random.default_rng(0), []
    for lines, mains_hz, (low, high) in itertools.product(
        (2, 8), (None, 50), ((5, 8), (27, 33), (52, 58), (180, 200))
    ):
        samples = shaft(rate, rng.uniform(low, high), rng, lines, mains_hz)
        made, expected = (
            compute(samples, rate, low, high) for compute in (estimate_speed, speed_reference)
        )
        found = np.abs(made.hz / np.clip(expected.hz, low, high) - 1) < 5e-4
        wrong = np.abs(np.clip(expected.confidence, 0, 255) - made.confidence)
        assert wrong.max() < 6 and np.median(wrong) < 2
        same += list(found)
    print(f"{rate} Hz: {np.mean(same):.1%} of {len(same)} speeds are the same")
    assert np.mean(same) > 0.95


def test_silence_gives_no_confidence():
    assert (estimate_speed(SIGNALS["silence"], 1_600, 27, 33).confidence == 0).all()


def test_loudness_does_not_matter():
    rng = np.random.default_rng(0)
    samples = 8 * shaft(12_000, 27.3, rng)
    loud, quiet = (estimate_speed(each, 12_000, 25, 30) for each in (samples, samples // 8))
    assert loud.hz[0] == pytest.approx(quiet.hz[0], rel=1e-4)


def test_real_shafts():
    """Of a real test stand, whose speed was read to one turn a minute, of 1,796 or 1,797."""
    wrong, confidences = [], []
    for _, samples, shaft_hz in real_bearings():
        speeds = estimate_speed(samples, 12_000, 27, 33)
        wrong += list(np.abs(speeds.hz / shaft_hz - 1))
        confidences += list(speeds.confidence)
    print(f"{len(wrong)} looks: {np.median(wrong):.3%} median, {max(wrong):.3%} at most")
    assert np.median(wrong) < 0.001
    assert max(wrong) < 0.004
    assert min(confidences) > 60


# Shapes, and what is refused.


def test_shapes():
    samples = np.zeros((2, 3, 3 * 2048 + 5), np.int16)
    speeds = estimate_speed(samples, 1_600, 27, 33)
    assert speeds.hz.shape == speeds.confidence.shape == (2, 3, 3)
    assert speeds.hz.dtype == np.float64 and speeds.confidence.dtype == np.uint8
    assert estimate_speed(samples[..., :2000], 1_600, 27, 33).hz.shape == (2, 3, 0)


def test_recordings_do_not_depend_on_each_other():
    rng = np.random.default_rng(0)
    samples = np.stack([shaft(3_200, hz, rng) for hz in (28, 29, 31)])
    together = estimate_speed(samples, 3_200, 27, 33)
    for one, hz in zip(samples, together.hz, strict=True):
        np.testing.assert_array_equal(estimate_speed(one, 3_200, 27, 33).hz, hz)


@pytest.mark.parametrize("bounds", [(4.9, 30), (30, 201), (33, 27), (30, 30), (np.nan, 30)])
def test_other_bounds_are_refused(bounds):
    with pytest.raises(ValueError, match="bounds from 5 to 200, the lower one first"):
        estimate_speed(SIGNALS["noise"], 12_000, *bounds)


def test_other_rates_are_refused():
    with pytest.raises(ValueError, match="12000, 3200 or 1600; resample"):
        estimate_speed(SIGNALS["noise"], 48_000, 27, 33)
