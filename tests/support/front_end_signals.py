"""Sounds to try a front end with: like speech, and as extreme as 16 bits allow."""

import numpy as np

from tinyml_helpers import signals

_N = np.arange(16_000)


def _centre_hz(band):
    """The frequency in the middle of a mel band."""
    ends = 1127 * np.log1p(np.array([signals.LOWEST_HZ, signals.HIGHEST_HZ]) / 700)
    return 700 * np.expm1(np.linspace(*ends, signals.BINS + 2)[band + 1] / 1127)


def _sine(hz, amplitude):
    return np.round(amplitude * np.sin(2 * np.pi * hz * _N / 16_000)).astype(np.int16)


def half_loud_sine(amplitude):
    """A second of 1 kHz, int16; amplitude 1 is as loud as can be."""
    return _sine(1000.0, 32767 * amplitude)


def speech_like(count, seed=0):
    """Voices without words: pulses through resonances, hisses and pauses, int16 [n, 16000].

    Their loudness goes from full scale down to -60 dB.
    """
    rng = np.random.default_rng(seed)
    return np.stack([_voice(rng, 32000 * 10 ** (-3 * i / count)) for i in range(count)])


def _voice(rng, peak):
    pitch = rng.uniform(80, 250) * (1 + 0.2 * np.sin(2 * np.pi * _N / rng.uniform(6e3, 3e4)))
    pulses = np.diff(np.floor(np.cumsum(pitch) / 16_000), prepend=0)
    hiss = rng.standard_normal(16_000) * (np.sin(2 * np.pi * _N / 9000 + rng.uniform(0, 6)) > 0.6)
    sound = 0.05 * hiss
    for formant in rng.uniform([300, 900, 2000], [800, 2000, 3500]):
        decay = np.exp(-_N[:400] / 60) * np.sin(2 * np.pi * formant * _N[:400] / 16_000)
        sound += np.convolve(pulses, decay)[:16_000]
    loudness = np.clip(np.sin(2 * np.pi * _N / 12_000 + rng.uniform(0, 6)), 0, 1)
    sound = sound * loudness + 1e-4 * rng.standard_normal(16_000)
    return np.round(peak * sound / np.abs(sound).max()).astype(np.int16)


def _signals():
    rng = np.random.default_rng(0)
    made = {
        "silence": 0 * _N,
        "steady": 0 * _N + 32767,
        "steady_negative": 0 * _N - 32768,
        "steady_1": 0 * _N + 1,
        "click": np.where(_N == 5000, 32767, 0),
        "click_negative": np.where(_N == 5000, -32768, 0),
        "square": np.where(_N // 8 % 2, 32767, -32768),
        "square_fast": np.where(_N % 2, 32767, -32768),
        "square_odd": np.where((_N * 0.03777).astype(int) % 2, 32767, -32768),
        "saw": _N * 17 % 65536 - 32768,
        "noise": rng.integers(-32768, 32768, 16_000),
        "noise_of_one_step": rng.integers(0, 2, 16_000),
    }
    for band in range(signals.BINS):
        made[f"sine_{band}"] = _sine(_centre_hz(band), 32767)
        quiet = _sine(_centre_hz(band), 33)
        made[f"quiet_{band}"] = quiet + np.round(rng.standard_normal(16_000))
    return {name: signal.astype(np.int16) for name, signal in made.items()}


#: Sounds of a second, int16 [16000], by name.
SIGNALS = _signals()
