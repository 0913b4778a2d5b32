"""The vibration front end in whole numbers, from what its C files say of their steps.

Only the Fourier transform is the C's: it is tested on its own.
"""

import ctypes
import itertools
import math

import numpy as np

from tinyml_helpers import toolchain
from tinyml_helpers.signals import vibration
from tinyml_helpers.signals.vibration import tables


def real_fft():
    """fe_real_fft_2048: int32 [2048] to complex [1025]."""
    path = toolchain.shared_library(
        [vibration.FOLDER / "spectrum.c"], "fft_2048", vibration.include()
    )
    library = ctypes.CDLL(str(path))

    def transform(numbers):
        data = np.array(numbers, np.int32)
        library.fe_real_fft_2048(ctypes.c_void_p(data.ctypes.data))
        return np.array([data[0], *(data[2::2] + 1j * data[3::2]), data[1]])

    return transform


def looks(samples, rate, shaft_hz, fft):
    """Orders and bands of each look of a recording: lists of 96 and of 32 codes."""
    decimation = vibration.RATES[rate].decimation
    numbers = _envelope(samples.astype(np.int64), rate)
    orders = [_orders(window, rate, shaft_hz, fft) for window in _windows(numbers)]
    powers = [_bands(window, fft) for window in _windows(samples.astype(np.int64) << 12)]
    together = [
        [sum(bands) for bands in zip(*powers[at : at + decimation], strict=True)]
        for at in range(0, len(powers) - decimation + 1, decimation)
    ]
    return orders, [_band_codes(bands, decimation) for bands in together]


def _windows(numbers):
    count = len(numbers) // 2048
    return numbers[: 2048 * count].reshape(count, 2048)


def _envelope(samples, rate):
    half, low_half = tables.band_pass(rate), tables.low_pass(rate)
    passed = np.convolve(samples, [*half, *half[-2::-1]])[: len(samples)]
    rectified = np.concatenate([np.zeros(63, np.int64), np.abs(passed)])
    latest = np.lib.stride_tricks.sliding_window_view(rectified, 64)
    pairs = latest[:: vibration.RATES[rate].decimation, :32]
    pairs = pairs + latest[:: vibration.RATES[rate].decimation, :31:-1]
    return (pairs * np.array(low_half) >> 16).sum(axis=1)


def _spectrum(numbers, fft):
    """(complex [1024], its scale's logarithm to base 2)."""
    numbers = numbers - (numbers.sum() >> 11)
    cosines = np.array([cos for cos, _ in tables.twiddles()[:1025]])
    weights = np.concatenate([cosines, cosines[-2:0:-1]])
    windowed = (numbers >> 1) - (numbers * weights >> 16)
    windowed[0] = 0
    sizes = int(np.abs(windowed).sum())
    scale = 29 - sizes.bit_length() if sizes else 0
    down = max(0, -scale)
    windowed = (windowed + (1 << down >> 1)) >> down << max(0, scale)
    return fft(windowed)[:1024], scale


def _between(spectrum, low, high):
    total = 0
    for k in range(low >> 16, min((high >> 16) + 1, 1024)):
        share = min(high, (k + 1) << 16) - max(low, k << 16)
        power = int(spectrum[k].real) ** 2 + int(spectrum[k].imag) ** 2
        total += (power >> 24) * share
    return total


def _log2(number):
    if number == 0:
        return 0
    octave = number.bit_length() - 1
    mantissa = (number << 63 - octave) & (2**63 - 1)
    line, between = mantissa >> 58, mantissa >> 42 & 0xFFFF
    low, high = tables.logarithms()[line : line + 2]
    return (octave << 15) + low + ((high - low) * between >> 16)


def _code(octaves, codes_an_octave):
    return (codes_an_octave * octaves + (1 << 14)) >> 15


def _cut(code):
    return max(-128, min(code, 127))


def _orders(window, rate, shaft_hz, fft):
    spectrum, _ = _spectrum(window, fft)
    ends = [0] + [
        tables.scale(rate) * round(shaft_hz * 1000) * (2 * order + 1) >> 28 for order in range(96)
    ]
    heard = [end for end in ends if end <= 1024 * 65536 * 0.9]
    levels = [
        _log2(_between(spectrum, low + 32768, high + 32768) * (2 if low == 0 else 1))
        for low, high in itertools.pairwise(heard)
    ]
    middle = sorted(levels)[(len(levels) - 1) // 2 : len(levels) // 2 + 1]
    median = (middle[0] + middle[-1]) >> 1
    return [_cut(_code(level - median, 8)) for level in levels] + [0] * (96 - len(levels))


def _bands(window, fft):
    spectrum, scale = _spectrum(window, fft)
    shift = 2 * (12 + scale) - 14
    ends = tables.band_ends()
    powers = [_between(spectrum, low, high) for low, high in itertools.pairwise(ends)]
    return [power << -shift if shift < 0 else power >> shift for power in powers]


def _band_codes(powers, decimation):
    ends = tables.band_ends()
    offset = round(6 * math.log2(512**2 * 2**30) - 122) - 60
    octaves = [
        _log2(power) - _log2((high - low) * decimation)
        for power, low, high in zip(powers, ends[:-1], ends[1:], strict=True)
    ]
    return [_cut(_code(each, 6) - offset) for each in octaves]
