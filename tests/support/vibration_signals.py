"""Vibrations to try a front end with: like a bearing's, and as extreme as 16 bits allow."""

import numpy as np
import places

from tinyml_helpers.datasets import cwru_bearing

RATES = (12_000, 3_200, 1_600)
SAMPLES = 2 * 16_384  # of each signal: two looks at 12,000 Hz
_N = np.arange(SAMPLES)


def bearing_like(count, rate, shaft_hz=29.95, seed=0):
    """Shafts that hum and bearings that knock, int16 [count, samples].

    Their loudness goes from full scale down to -60 dB.
    """
    rng = np.random.default_rng(seed)
    peaks = 32_000 * 10 ** (-3 * np.arange(count) / count)
    return np.stack([_bearing(rng, rate, shaft_hz, peak) for peak in peaks])


def _bearing(rng, rate, shaft_hz, peak):
    turns = shaft_hz * _N / rate
    knocks = np.diff(np.floor(rng.uniform(2.5, 6.5) * turns), prepend=0) * rng.uniform(
        1, 2, SAMPLES
    )
    resonance = rng.uniform(0.2, 0.4)  # of the rate
    ring = np.exp(-_N[:200] / 15) * np.sin(2 * np.pi * resonance * _N[:200])
    hum = sum(
        rng.uniform(0, 0.3) * np.sin(2 * np.pi * (k * turns + rng.random())) for k in (1, 2, 3)
    )
    vibration = np.convolve(knocks, ring)[:SAMPLES] + hum + 0.2 * rng.standard_normal(SAMPLES)
    return np.round(peak * vibration / np.abs(vibration).max()).astype(np.int16)


def shaft(rate, hz, rng, lines=8, mains_hz=None, count=2048 * 8):
    """A shaft's lines in noise, and perhaps the mains', louder, int16 [count]."""
    n = np.arange(count)
    vibration = rng.standard_normal(count)
    for k in range(1, lines + 1):
        vibration += rng.uniform(0.3, 1) * np.sin(2 * np.pi * (k * hz * n / rate + rng.random()))
    for k in range(1, 5) if mains_hz else ():
        vibration += 3 * np.sin(2 * np.pi * (k * mains_hz * n / rate + rng.random()))
    return np.round(500 * vibration).astype(np.int16)


def real_bearings():
    """Recordings of a test stand (skips without them): (name, int16 [n] at 12 kHz, shaft_hz)."""
    for one in cwru_bearing(places.outside("TINYML_REAL_DATA", "cwru_bearing")):
        yield one.name, one.samples, one.shaft_hz


def _sine(part, amplitude):
    """A sine, of a part of the rate."""
    return np.round(amplitude * np.sin(2 * np.pi * part * _N))


def _signals():
    rng = np.random.default_rng(0)
    made = {
        "silence": 0 * _N,
        "steady": 0 * _N + 32767,
        "steady_negative": 0 * _N - 32768,
        "step": np.where(_N < SAMPLES // 3, -32768, 32767),
        "impulse": np.where(_N == 5000, 32767, 0),
        "impulse_negative": np.where(_N == 5000, -32768, 0),
        "impulse_of_one": np.where(_N == 5000, 1, 0),
        "square": np.where(_N // 3 % 2, 32767, -32768),
        "square_slow": np.where(_N // 500 % 2, 32767, -32768),
        "square_fast": np.where(_N % 2, 32767, -32768),
        "square_in_bursts": np.where(_N // 200 % 2, np.where(_N // 2 % 2, 32767, -32768), 0),
        "noise": rng.integers(-32768, 32768, SAMPLES),
        "noise_clipped": np.clip(rng.normal(0, 30_000, SAMPLES), -32768, 32767),
        "noise_of_one_step": np.round(rng.standard_normal(SAMPLES)),
        "noise_beside_gravity": np.round(2048 + 30 * rng.standard_normal(SAMPLES)),
    }
    for part in (1 / 500, 0.011, 0.1, 0.3, 0.45):
        made[f"sine_{part:.3f}"] = _sine(part, 32767)
        made[f"quiet_{part:.3f}"] = _sine(part, 33) + np.round(rng.standard_normal(SAMPLES))
    return {name: signal.astype(np.int16) for name, signal in made.items()}


#: Vibrations, int16 [32768], by name.
SIGNALS = _signals()
