"""The vibration front end in floating point, with SciPy, to compare the C with.

The C rounds its codes, so that they differ by half a code; and a little more since it has taps of
2^-13 and 2^-15, cos and sin of 2^-15, and spectra that are off by some 2^-14 of their largest
number: what lies more than 70 dB below the loudest line may differ by many codes. Of a vibration
without any noise, such as a computed sine, that may be most orders, and with them their median.
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
    Speeds,
    look_samples,
)

#: Orders that end above this part of what the decimated rate can hold are 0.
_HIGHEST_ORDER_END = 0.9
#: Of the search for a speed: how many multiples, and up to which bin; octaves that noise sticks
#: out, and how many more count; bins on either side that one is compared with; Hz around multiples
#: of the mains' 50 and 60 that are left out.
_MULTIPLES, _HIGHEST_BIN, _NOISE, _MOST, _AROUND, _MAINS_HZ = 12, 816, 2, 6, 16, 1.6


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


def speed_reference(samples, rate, low_hz, high_hz):
    """Speeds as `vibration.estimate_speed`, computed in float64 and not rounded.

    Args:
        samples: int16 [samples].
        rate, low_hz, high_hz: as `vibration.estimate_speed`.

    Returns:
        `Speeds`, its confidences float64.
    """
    decimation, _, low_pass_hz = RATES[rate]
    decimated = lfilter(firwin(LOW_PASS_TAPS, low_pass_hz, fs=rate), 1, samples)[::decimation]
    windows = decimated[: len(decimated) // WINDOW * WINDOW].reshape(-1, WINDOW)
    bin_hz = rate / decimation / WINDOW
    multiples = np.arange(1, min(_MULTIPLES, int(_HIGHEST_BIN * bin_hz / high_hz)) + 1)
    tried = [1000 * low_hz]
    while tried[-1] + tried[-1] // 2048 <= 1000 * high_hz:
        tried.append(tried[-1] + tried[-1] // 2048)
    hz = np.array(tried)[:, None] / 1000 * multiples
    heard = np.all(
        [np.abs(hz - mains * np.round(hz / mains)) >= _MAINS_HZ for mains in (50, 60)], 0
    )
    found = []
    for power in _power(windows):
        out = _stick_out(np.log2(np.maximum(power, 1e-9)))
        scores = (_counted(_parabola(out, hz / bin_hz)) * heard).sum(axis=1)
        scores /= np.maximum(heard.sum(axis=1), 1)
        best = scores.argmax()
        speed = _refined(out, hz[best, heard[best]] / bin_hz, multiples[heard[best]])
        found.append((speed * bin_hz or hz[best, 0], 64 * (scores[best] - scores.mean())))
    return Speeds(*np.array(found).reshape(-1, 2).T)


def _stick_out(levels):
    """How far each bin sticks out of the 32 around it."""
    means = np.convolve(levels, np.full(2 * _AROUND, 1 / (2 * _AROUND)), "valid")
    first = np.clip(np.arange(len(levels)) - _AROUND, 0, len(means) - 1)
    return levels - means[first]


def _counted(out):
    return np.clip(out - _NOISE, 0, _MOST)


def _parabola(out, bins):
    """Values between bins, on the parabola through the nearest three."""
    nearest = np.floor(bins + 0.5).astype(int)
    before, at, after = (out[nearest + step] for step in (-1, 0, 1))
    beside = bins - nearest
    return at + beside * (after - before) / 2 + beside**2 * (after - 2 * at + before) / 2


def _refined(out, bins, multiples):
    """The speed, in bins, to which lines near its multiples are nearest; 0 without any."""
    places = squares = 0
    for nearest, multiple in zip(np.floor(bins + 0.5).astype(int), multiples, strict=True):
        top = nearest - 1 + out[nearest - 1 : nearest + 2].argmax()
        before, at, after = out[top - 1 : top + 2]
        if at < max(before, after):
            continue
        weight = _counted(at) ** 2
        places += weight * multiple * (top + (after - before) / 2 / (2 * at - before - after))
        squares += weight * multiple**2
    return places / squares if squares else 0
