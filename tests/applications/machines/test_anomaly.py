"""The anomaly model's C against NumPy in float64, and with what no machine should give it."""

import numpy as np
import odd_machines
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from odd_machines import after, codes, machine

from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.applications.machines.offline import anomalies
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.datasets.machines import simulated
from tinyml_helpers.signals import vibration

FEW = Settings(learn=64, settle=16, margin=32, persist=3)


def regularised(looks):
    """Mean and covariance as anomaly.h says, in float64."""
    count = len(looks)
    covariance = np.cov(looks.astype(np.float64), rowvar=False)
    variances = np.diag(covariance)
    made = covariance * count / (count + 8)
    np.fill_diagonal(made, variances + 1 / 4 + variances.sum() / 4096)
    return looks.mean(0), made


def exact_scores(looks, settings):
    """Scores of the looks after learning, not rounded."""
    mean, covariance = regularised(looks[: settings.learn])
    away = looks[settings.learn :] - mean
    squares = (away * np.linalg.solve(covariance, away.T).T).sum(1)
    return np.maximum(8 * np.log2(np.maximum(squares, 1e-9) / 32), c_watcher.LEAST_SCORE)


@pytest.mark.parametrize("learn", [64, 192, 4096])
@pytest.mark.parametrize("spread", [0.2, 4, 30])
def test_scores_are_numpys(learn, spread):
    settings = FEW._replace(learn=learn)
    looks = after(machine(learn + 200, seed=learn, spread=spread))
    found = anomalies(looks, settings)
    exact = exact_scores(looks, settings)
    assert (found.score[:learn] == c_watcher.NO_SCORE).all()
    assert np.abs(found.score[learn:] - exact).max() < 0.6
    assert exact[:200].std() > 1 and exact[200:].max() > 30


@pytest.mark.parametrize("name", odd_machines.bands(1))
@pytest.mark.parametrize("learn", [64, 4096])
def test_odd_machines_have_numpys_scores_too(name, learn):
    settings = FEW._replace(learn=learn)
    looks = after(odd_machines.bands(learn + 16)[name])
    found = anomalies(looks, settings)
    assert np.abs(found.score[learn:] - exact_scores(looks, settings)).max() < 1


def test_health_is_usual_and_another_machine_is_not():
    settings = Settings(learn=192, settle=64, margin=48, persist=3)
    looks = np.concatenate([machine(2000), machine(50, seed=8)])
    found = anomalies(looks, settings)
    assert found.alarm[256:2000].mean() < 0.001
    assert found.alarm[2003:].all() and not found.alarm[2000:2002].any()


def test_bands_that_no_longer_move_together_are_seen_though_each_is_as_usual():
    usual = machine(456, latent=1)
    mean = usual[:192].mean(0)
    loudest = usual[np.argsort(np.abs(usual - mean).sum(1))[-40:]]
    strange = loudest.copy()
    strange[:, ::2] = codes(2 * mean[::2] - loudest[:, ::2])
    looks = np.concatenate([usual, loudest, strange])
    found = anomalies(looks, Settings())
    assert not found.alarm[:496].any() and found.alarm[498:].all()


def slow_rules(scores, settings):
    """Threshold and alarms from the scores, as anomaly.h says it in words."""
    settled = [int(score) for score in scores[: settings.settle]]
    mean = int(sum(settled) / len(settled))  # toward 0
    deviations = max(sum(abs(score - mean) for score in settled), len(settled))
    threshold = mean + settings.margin * deviations // (8 * len(settled))
    alarms, above = [], 0
    for score in scores[settings.settle :]:
        above = above + 1 if score > threshold else 0
        alarms.append(above >= settings.persist)
    return threshold, alarms


@how(derandomize=True, deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    learn=st.integers(64, 100),
    settle=st.integers(16, 256),
    margin=st.integers(0, 1024),
    persist=st.integers(1, 255),
    noise=st.sampled_from([0, 0.3, 2]),
)
def test_threshold_and_alarms_follow_their_rules(seed, learn, settle, margin, persist, noise):
    settings = Settings(learn=learn, settle=settle, margin=margin, persist=persist)
    looks = machine(learn + settle + 200, seed, noise=noise)
    looks[-150:-20] = codes(looks[-150:-20] + np.random.default_rng(seed).normal(0, 3, 32))
    found = anomalies(looks, settings)
    threshold, alarms = slow_rules(found.score[learn:], settings)
    assert (found.threshold[: learn + settle] == c_watcher.NO_SCORE).all()
    assert (found.threshold[learn + settle :] == threshold).all()
    assert found.alarm[learn + settle :].tolist() == alarms
    assert not found.alarm[: learn + settle].any()


def test_the_band_that_rose_most_is_named():
    looks = machine(300, noise=2)
    for band in (0, 13, 31):
        looks[-1] = codes(looks[:64].mean(0))
        looks[-1, band] += 30
        assert anomalies(looks, FEW).risen[-1] == band
    sunk = codes(looks[:64].mean(0)) - 5
    assert anomalies(np.concatenate([looks, [sunk.astype(np.int8)]]), FEW).risen[-1] == -1
    assert (anomalies(looks, FEW).risen[:64] == -1).all()


def test_a_rise_counts_in_the_bands_own_deviations():
    looks = machine(300, latent=1, spread=0.01)
    looks[:, 5] = codes(np.random.default_rng(0).normal(0, 20, 300))
    looks[-1] = codes(looks[:64].mean(0))
    looks[-1, 5] += 30
    looks[-1, 9] += 8
    assert anomalies(looks, FEW).risen[-1] == 9


def test_a_machine_that_never_changed_alarms_once_it_does():
    looks = np.full((120, 32), 5, np.int8)
    looks[100:, 3] += 9
    found = anomalies(looks, FEW)
    assert (found.score[64:100] == c_watcher.LEAST_SCORE).all()
    assert np.flatnonzero(found.alarm).tolist() == list(range(102, 120))


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("learn", 64, 4096), ("settle", 16, 256), ("margin", 0, 1024), ("persist", 1, 255)],
)
def test_settings_out_of_range_are_refused(field, low, high):
    looks = machine(1)
    for value in (low - 1, high + 1, 70.5, None):
        with pytest.raises(ValueError, match=f"{field} is a whole number from {low} to {high}, no"):
            anomalies(looks, FEW._replace(**{field: value}))
    for value in (low, high):
        anomalies(looks, FEW._replace(**{field: value}))
        assert refused(**{field: value}) == c_watcher.OK
    assert refused(**{field: high + 1}) == c_watcher.BAD_SETTINGS
    if low > 0:
        assert refused(**{field: low - 1}) == c_watcher.BAD_SETTINGS


def refused(**fields):
    """What the C says to settings that no `Settings` packed."""
    packed = np.frombuffer(FEW.pack_anomaly(), c_watcher.ANOMALY_SETTINGS).copy()
    for name, value in fields.items():
        packed[name] = value
    return c_watcher.load().mc_anomaly_all(packed.ctypes.data, None, 0, None)


@pytest.mark.parametrize("bands", [np.zeros((5, 31), np.int8), np.zeros((5, 32)), np.zeros(32)])
def test_what_is_no_bands_is_refused(bands):
    with pytest.raises(ValueError, match=r"bands are int8 \[looks, 32\], not"):
        anomalies(bands, FEW)


def test_no_looks_give_nothing():
    assert len(anomalies(np.zeros((0, 32), np.int8), FEW).score) == 0


def test_the_shrinkage_is_what_simulated_machines_ask_for():
    """Schaefer and Strimmer's share (target D) of their healthy bands, about 8 / (64 + 8)."""
    seconds, shares = vibration.look_samples(12_000) / 12_000, []
    for number in range(6):
        life = simulated.life(number, None, days=2, looks=64)
        looks = [life.look(i, seconds) for i in range(64)]
        bands = [vibration.look(one.samples, 12_000, one.shaft_hz).bands[0] for one in looks]
        away = np.array(bands, float) - np.mean(bands, axis=0)
        products = away[:, :, np.newaxis] * away[:, np.newaxis]
        off = ~np.eye(32, dtype=bool)
        covariance = products.mean(0)[off] * 64 / 63
        variance = ((products - products.mean(0)) ** 2).sum(0)[off] * 64 / 63**3
        shares.append(variance.sum() / (covariance**2).sum())
    assert 0.5 < np.mean(shares) / (8 / 72) < 2
