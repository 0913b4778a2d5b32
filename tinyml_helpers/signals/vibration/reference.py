"""The vibration front end in floating point, with SciPy, to compare the C with.

Both round codes as they like at an edge, so that they differ by up to half a code, and a little
more where numbers of the C have few bits: taps are rounded to 2^-13 and 2^-15, cos and sin to
2^-15, and a spectrum's numbers are off by some 2^-14 of the largest one. So what lies more than
80 dB below the loudest line, or below a vibration of one step, may differ by many codes.
"""

import numpy as np
from scipy.signal import firwin, get_window, lfilter

from tinyml_helpers.signals.vibration import (
    BAND_CODES_AN_OCTAVE,
    BAND_PASS_TAPS,
    BANDS,
    HIGHEST_BAND_END,
    LOUDEST_BAND_CODE,
    LOW_PASS_TAPS,
    LOWEST_BAND_END,
    ORDER_CODES_AN_OCTAVE,
    ORDER_STEP,
    ORDERS,
    RATES,
    WINDOW,
    Looks,
    look_samples,
)

#: Orders that end above this part of what the decimated rate can hold are 0.
_HIGHEST_ORDER_END = 0.9


def look_reference(samples, rate, shaft_hz):
    """Features as `vibration.look`, computed in float64 and not rounded.

    Args:
        samples: int16 [..., samples].
        rate: samples a second: 12,000, 3,200 or 1,600.
        shaft_hz: turns a second, a number from 1 to 200.

    Returns:
        `Looks`, its codes float64, cut to -128 to 127.
    """
    per_look = look_samples(rate)
    count = samples.shape[-1] // per_look
    samples = np.asarray(samples, np.float64)[..., : count * per_look]
    raw = samples.reshape(*samples.shape[:-1], count, -1, WINDOW)
    looks = samples.reshape(*samples.shape[:-1], count, per_look)
    decimated = envelope(samples, rate).reshape(*samples.shape[:-1], count, WINDOW)
    return Looks(
        order_codes(_power(decimated), rate, shaft_hz),
        band_codes(_power(raw).mean(axis=-2)),
        ((looks == 32767) | (looks == -32768)).sum(axis=-1),
        looks.max(axis=-1, initial=-32768) - looks.min(axis=-1, initial=32767),
    )


def envelope(samples, rate):
    """How strong the vibration is in its band: [..., samples / decimation], decimated."""
    decimation, band_hz, low_pass_hz = RATES[rate]
    band_pass = firwin(BAND_PASS_TAPS, band_hz, fs=rate, pass_zero=False)
    band_pass[BAND_PASS_TAPS // 2] -= band_pass.sum()  # nothing is left of a constant
    low_pass = firwin(LOW_PASS_TAPS, low_pass_hz, fs=rate)
    return lfilter(low_pass, 1, np.abs(lfilter(band_pass, 1, samples)))[..., ::decimation]


def order_codes(power, rate, shaft_hz):
    """Codes of the power around 0, 1/8, ... of the shaft's speed, [..., 96]."""
    bin_hz = rate / RATES[rate].decimation / WINDOW
    ends = np.maximum((np.arange(ORDERS + 1) - 0.5) * ORDER_STEP * shaft_hz / bin_hz, 0)
    heard = ends[1:] <= _HIGHEST_ORDER_END * WINDOW / 2
    octaves = _log2(_mean_between(power, ends))
    median = np.median(octaves[..., heard], axis=-1, keepdims=True)
    codes = np.where(heard, ORDER_CODES_AN_OCTAVE * (octaves - median), 0)
    return np.clip(codes, -128, 127)


def band_codes(power):
    """Codes of the power in 32 bands, [..., 32]."""
    ends = WINDOW * np.geomspace(LOWEST_BAND_END, HIGHEST_BAND_END, BANDS + 1)
    loudest = np.log2((WINDOW / 4 * 2**15) ** 2)  # of a sine: its window's sum is half as many
    octaves = _log2(_mean_between(power, ends)) - loudest
    return np.clip(BAND_CODES_AN_OCTAVE * octaves + LOUDEST_BAND_CODE, -128, 127)


def _power(numbers):
    """Power of numbers without their mean, under a Hann window: [..., 2048] to [..., 1024]."""
    numbers = numbers - numbers.mean(axis=-1, keepdims=True)
    spectrum = np.fft.rfft(numbers * get_window("hann", WINDOW))
    return np.abs(spectrum[..., : WINDOW // 2]) ** 2


def _mean_between(power, ends):
    """Mean power between ends, in bins, where bin k goes from k - 1/2 to k + 1/2."""
    low, high = ends[:-1, None], ends[1:, None]
    bins = np.arange(WINDOW // 2)
    shared = np.minimum(high, bins + 0.5) - np.maximum(low, bins - 0.5)
    return power @ (np.maximum(shared, 0) / (high - low)).T


def _log2(power):
    return np.log2(np.maximum(power, 2.0**-20))
