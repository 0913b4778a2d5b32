"""What disturbs a simulated lead: as much of each as was asked for, at its frequencies."""

import numpy as np
import pytest

from tinyml_helpers.datasets.hearts.simulated import Noise, heart, recording
from tinyml_helpers.datasets.hearts.simulated.noise import disturbance

SECONDS = 120


def made(noise, rate=360, mains=50, seconds=SECONDS):
    """What is added, and when the lead is off."""
    return disturbance(noise, mains, seconds, rate, np.random.default_rng(3))


def share(series, rate, low, high):
    """Which share of a series' power lies between two frequencies."""
    power = np.abs(np.fft.rfft(series)) ** 2
    frequencies = np.fft.rfftfreq(len(series), 1 / rate)
    return power[(frequencies >= low) & (frequencies <= high)].sum() / power.sum()


@pytest.mark.parametrize("kind", ["muscle", "mains", "wander"])
@pytest.mark.parametrize("rate", [250, 360])
def test_noise_has_the_asked_power_and_as_many_decibels_more(kind, rate):
    noise = Noise(**{kind: 0.05})
    soft, _ = made(noise, rate)
    assert np.sqrt(np.mean(soft**2)) == pytest.approx(0.05)
    loud, _ = made(noise.louder(6), rate)
    np.testing.assert_allclose(loud, soft * 10 ** (6 / 20), rtol=1e-9)


def test_no_noise_is_none_and_kinds_add_up():
    assert not made(Noise())[0].any() and made(Noise())[1] == []
    one, other = Noise(muscle=0.02), Noise(wander=0.1)
    both, _ = made(Noise(muscle=0.02, wander=0.1))
    np.testing.assert_allclose(made(one)[0] + made(other)[0], both, atol=1e-12)


@pytest.mark.parametrize("mains", [50, 60])
def test_mains_hum_at_their_frequency_and_its_multiples(mains):
    hum, _ = made(Noise(mains=0.1), rate=1000, mains=mains)
    lines = [share(hum, 1000, n * mains - 1, n * mains + 1) for n in (1, 2, 3)]
    assert lines[0] > 0.7 and sum(lines) > 0.99
    slow, _ = made(Noise(mains=0.1), rate=150, mains=mains)  # too slow for the multiples
    assert share(slow, 150, mains - 1, mains + 1) > 0.99


def test_muscles_are_fast_and_a_baseline_slow():
    assert share(made(Noise(muscle=0.1))[0], 360, 15, 120) > 0.85
    assert share(made(Noise(wander=0.1))[0], 360, 0, 0.6) > 0.98


def test_muscles_come_and_go():
    parts = made(Noise(muscle=0.1))[0].reshape(SECONDS, -1).std(axis=1)
    assert parts.max() > 2 * parts.min()


@pytest.mark.parametrize("kind", [{"wander": 0.1}, {"movement": 0.5, "movements": 10}])
def test_slow_noise_is_the_same_at_every_rate(kind):
    one, other = made(Noise(**kind), 500)[0], made(Noise(**kind), 250)[0]
    np.testing.assert_allclose(one[::2], other, atol=2e-3)


def test_movements_are_as_many_and_as_high_as_asked():
    none, _ = made(Noise(movement=0.5))
    assert not none.any()
    some, _ = made(Noise(movement=0.5, movements=6))
    steps = np.flatnonzero(np.abs(np.diff(some)) > 0.1)
    assert 4 <= len(steps) <= 25
    assert 0.3 < np.abs(some).max() < 4
    more, _ = made(Noise(movement=0.5, movements=30))
    assert (np.abs(more) > 0.05).mean() > 1.5 * (np.abs(some) > 0.05).mean()


def test_while_a_lead_is_off_it_is_at_the_rail_and_no_beat_is_marked():
    noisy = recording(heart(2), 600, noise=Noise(lead_off=1.0))
    quiet = recording(heart(2), 600, noise=Noise())
    assert all(note.symbol == "~" and note.subtype in (-1, 0) for note in noisy.notes)
    begins = [note.place for note in noisy.notes if note.subtype == -1]
    assert 4 <= len(begins) <= 20
    off = noisy.samples[:, 0] == 2047
    assert off[begins].all() and 360 * len(begins) <= off.sum() <= 6 * 360 * len(begins) + 6
    assert not off[noisy.beats].any()
    assert set(noisy.beats) < set(quiet.beats)
    far = [place for place in quiet.beats if not off[max(place - 40, 0) : place + 41].any()]
    assert set(far) <= set(noisy.beats)
    assert np.array_equal(noisy.samples[~off], quiet.samples[~off])


def test_what_is_too_large_is_clipped():
    wild = recording(heart(2), 60, noise=Noise(wander=10.0))
    assert wild.samples.min() == 0 and wild.samples.max() == 2047
