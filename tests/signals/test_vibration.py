"""The vibration front end on this computer: its tables, its FFT, and its codes against SciPy's."""

import itertools

import numpy as np
import pytest
import vibration_exactly
from scipy.signal import freqz
from vibration_signals import RATES, SAMPLES, SIGNALS, bearing_like, real_bearings

from tinyml_helpers.signals import vibration
from tinyml_helpers.signals.vibration import tables
from tinyml_helpers.signals.vibration.reference import look_reference

LOOKS = {rate: SAMPLES // vibration.look_samples(rate) for rate in RATES}


def compare(name, codes, floats):
    """Print how C and reference differ (pytest -s shows it); the largest difference in codes.

    Not of order 0, of which the mean is taken off, nor of orders 24 dB below the median: of both
    little is left but what the C rounds.
    """
    differences = [
        np.abs(codes.orders - floats.orders)[..., 1:][floats.orders[..., 1:] > -64],
        np.abs(codes.bands - floats.bands).ravel(),
    ]
    orders, bands = (each.max() for each in differences)
    print(f"{name}: largest difference {orders:.2f} codes of orders, {bands:.2f} of bands")
    return orders, bands


# The tables.


def test_the_headers_are_what_the_script_makes():
    for name, text in tables.headers().items():
        assert (vibration.FOLDER / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("rate", RATES)
def test_the_filters_pass_their_band_and_nothing_of_a_constant(rate):
    half = tables.band_pass(rate)
    taps = np.array([*half, *half[-2::-1]])
    low, high = vibration.RATES[rate].band_hz
    width = 0.05 * rate  # of a slope
    hz, gain = freqz(taps / 2**13, fs=rate, worN=2000)
    inside = (hz > low + width / 2) & (hz < high - width / 2)
    outside = (hz < low - width / 2) | (hz > high + width / 2)
    assert taps.sum() == 0
    assert np.abs(np.abs(gain[inside]) - 1).max() < 0.02
    assert np.abs(gain[outside]).max(initial=0) < 0.01

    half = tables.low_pass(rate)
    hz, gain = freqz([*(np.array(half) / 2**15), *(np.array(half[::-1]) / 2**15)], fs=rate)
    assert np.abs(gain[0]) == pytest.approx(1, abs=1e-3)
    assert np.abs(gain[np.searchsorted(hz, vibration.RATES[rate].low_pass_hz)]) < 0.51


@pytest.mark.parametrize("rate", RATES)
def test_the_filters_cannot_overflow(rate):
    half, low_half = tables.band_pass(rate), tables.low_pass(rate)
    passed = 2**15 * (2 * np.abs(half[:-1]).sum() + abs(half[-1]))
    assert passed < 2**29.3
    assert 2 * passed < 2**31  # the sum of two numbers before their weight
    assert passed * 2 * np.abs(low_half).sum() / 2**16 + 64 < 2**29.5


# The FFT.


@pytest.fixture(scope="module")
def fft():
    return vibration_exactly.real_fft()


@pytest.mark.parametrize("size", [1, 100, 10_000, 1 << 18])
def test_the_fft_of_noise(fft, size):
    numbers = np.random.default_rng(size).integers(-size, size + 1, 2048)
    expected = np.fft.rfft(numbers)
    assert np.abs(fft(numbers) - expected).max() < 600 + np.abs(expected).max() / 2**13


def test_the_fft_of_the_largest_numbers(fft):
    n = np.arange(2048)
    most = int(2**29.5) // 1024
    for numbers in (0 * n + most, np.where(n % 2, most, -most), np.where(n // 2 % 2, -most, most)):
        expected = np.fft.rfft(numbers)
        assert np.abs(fft(numbers) - expected).max() < 600 + np.abs(expected).max() / 2**13
    for place in (0, 1, 1023, 1024, 2047):
        single = np.where(n == place, int(2**29.5), 0)
        assert np.abs(fft(single) - np.fft.rfft(single)).max() < 2**29.5 / 2**13


# The codes.


@pytest.mark.parametrize(("rate", "shaft_hz"), [(12_000, 29.95), (3_200, 1), (1_600, 200)])
def test_codes_are_those_of_whole_numbers_to_the_last(fft, rate, shaft_hz):
    for name, samples in (SIGNALS | dict(enumerate(bearing_like(2, rate)))).items():
        samples = samples[: 2 * vibration.look_samples(rate)]
        made = vibration.look(samples, rate, shaft_hz)
        orders, bands = vibration_exactly.looks(samples, rate, shaft_hz, fft)
        np.testing.assert_array_equal(made.orders, orders, err_msg=name)
        np.testing.assert_array_equal(made.bands, bands, err_msg=name)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("shaft_hz", [5.0, 29.95, 75.0])
def test_bearings_against_the_reference(rate, shaft_hz):
    samples = bearing_like(20, rate, shaft_hz)
    codes, floats = (
        compute(samples, rate, shaft_hz) for compute in (vibration.look, look_reference)
    )
    assert max(compare(f"{rate} Hz, shaft {shaft_hz}", codes, floats)) < 1
    np.testing.assert_array_equal(codes.clipped, floats.clipped)
    np.testing.assert_array_equal(codes.span, floats.span)


def test_real_bearings_against_the_reference():
    differences = []
    for name, samples, shaft_hz in real_bearings():
        codes, floats = (
            compute(samples, 12_000, shaft_hz) for compute in (vibration.look, look_reference)
        )
        differences += compare(name, codes, floats)
    assert max(differences) < 1


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", SIGNALS)
def test_extremes_against_the_reference(rate, name):
    """Bands more than 60 dB below the loudest come from what the FFT rounds."""
    codes, floats = (
        compute(SIGNALS[name], rate, 29.95).bands for compute in (vibration.look, look_reference)
    )
    loud = floats > np.maximum(floats.max(axis=-1, keepdims=True) - 120, -110)
    assert np.abs(codes - floats)[loud].max(initial=0) < 1


@pytest.mark.parametrize("rate", RATES)
def test_what_is_steady_is_silence(rate):
    """Of a constant the first look hears how it began."""
    for name in ("silence", "steady", "steady_negative"):
        looks = vibration.look(np.tile(SIGNALS[name], 2), rate, 29.95)
        assert (looks.bands == -128).all() and (looks.orders[1:] == 0).all()
        assert (looks.span == 0).all()
        assert (looks.clipped == (0 if name == "silence" else vibration.look_samples(rate))).all()


def test_the_loudest_sine_and_a_noise_of_one_step_are_both_within_the_codes():
    n = np.arange(vibration.look_samples(12_000))
    ends = np.geomspace(1 / 600, 0.49, 33)
    loudest = []
    for low, high in itertools.pairwise(ends):
        part = round(2048 * (low * high) ** 0.5) / 2048
        sine = np.round(32767 * np.sin(2 * np.pi * part * n)).astype(np.int16)
        loudest.append(vibration.look(sine, 12_000, 30).bands[0])
    assert [int(codes.argmax()) for codes in loudest[8:]] == list(range(8, 32))
    assert 115 <= max(codes.max() for codes in loudest) <= 127
    quiet = vibration.look(SIGNALS["noise_of_one_step"], 12_000, 30).bands
    assert quiet.min() > -120


def test_half_the_amplitude_is_twelve_codes_of_bands_and_none_of_orders():
    samples = bearing_like(1, 12_000)[0] & ~1
    loud, quiet = (vibration.look(each, 12_000, 29.95) for each in (samples, samples // 2))
    assert np.abs(loud.bands.astype(int) - quiet.bands - 12).max() <= 1
    assert np.abs(loud.orders.astype(int) - quiet.orders).max() <= 1


@pytest.mark.parametrize("rate", RATES)
def test_knocks_are_at_their_orders(rate):
    """Something that knocks 5.5 times a turn."""
    n, shaft_hz = np.arange(2 * vibration.look_samples(rate)), 29.95
    knocks = np.diff(np.floor(5.5 * shaft_hz * n / rate), prepend=0)
    ring = np.exp(-n[:100] / 8) * np.sin(2 * np.pi * 0.28 * n[:100])
    noise = np.random.default_rng(0).normal(0, 300, len(n))
    samples = (8000 * np.convolve(knocks, ring)[: len(n)] + noise).astype(np.int16)
    orders = vibration.look(samples, rate, shaft_hz).orders[1]
    assert orders.argmax() == 5.5 * 8


@pytest.mark.parametrize("rate", RATES)
def test_orders_above_what_the_rate_can_hold_are_0(rate):
    decimated = rate / vibration.RATES[rate].decimation
    heard = int((0.9 * decimated / 2 / 200 * 16 - 1) / 2) + 1
    orders = vibration.look(bearing_like(8, rate), rate, 200.0).orders
    assert (orders[..., heard:] == 0).all() and (orders[..., :heard] != 0).any(axis=(0, 1)).all()


def test_a_clipping_sensor_is_counted():
    samples = np.clip(SIGNALS["noise_clipped"], -32768, 32767)[:16_384]
    looks = vibration.look(samples, 12_000, 30)
    assert looks.clipped[0] == np.isin(samples, (-32768, 32767)).sum() > 1000
    assert looks.span[0] == 65535
