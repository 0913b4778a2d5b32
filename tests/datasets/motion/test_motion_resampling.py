"""Movements at an even rate, by the times of their samples."""

import numpy as np
import pytest

from tinyml_helpers.datasets.motion.resampling import resampled
from tinyml_helpers.datasets.motion.series import G, recorded

ALONG = np.array([1, -2, 0.5])


def wave(times, hz):
    return np.sin(2 * np.pi * hz * times + 0.4)[:, np.newaxis] * ALONG + [0, 0, G]


def moved(times, hz=2, stamps=None, **more):
    """A Motion of what moves at `hz`, its samples from `times` and stamped as `stamps` say."""
    stamps = times if stamps is None else stamps
    return recorded(stamps, wave(times, hz), person="a", source="one", **more)


def strongest_hz(motion):
    """The frequency that stands out, in hertz by the motion's own rate."""
    signal = motion.acceleration[:, 1] - motion.acceleration[:, 1].mean()
    spectrum = np.abs(np.fft.rfft(signal * np.hanning(len(signal)), 2**16))
    return spectrum.argmax() * motion.rate / 2**16


@pytest.mark.parametrize("true_rate", [102.5, 103.3, 104.6])
@pytest.mark.parametrize("rate", [100, 50, 25, 62.5])
def test_a_clock_said_to_be_100_hz_that_is_faster_comes_out_true(true_rate, rate):
    motion = resampled(moved(np.arange(3000) / true_rate), rate)
    assert motion.rate == rate and motion.times[1] == pytest.approx(1 / rate)
    assert motion.times[-1] == pytest.approx(2999 / true_rate, abs=1 / rate)
    error = np.abs(motion.acceleration - wave(motion.times, 2))
    assert error.max() < 0.01 and error[20:-20].max() < 0.001


def test_by_count_the_same_clock_would_be_off_by_as_much():
    motion = moved(np.arange(3000) / 104.6)
    assert strongest_hz(resampled(motion, 50)) == pytest.approx(2, abs=0.01)
    assert strongest_hz(motion._replace(rate=100)) == pytest.approx(2 / 1.046, abs=0.01)


def test_what_the_lower_rate_cannot_hold_is_gone():
    for hz in (26, 30, 48):
        motion = resampled(moved(np.arange(3000) / 103, hz), 50)
        assert np.abs(motion.acceleration[50:-50] - [0, 0, G]).max() < 0.003


def test_what_it_can_hold_is_kept_up_to_the_ends():
    for hz in (0.3, 5, 10):
        motion = resampled(moved(np.arange(3000) / 103, hz), 50)
        error = np.abs(motion.acceleration - wave(motion.times, hz))
        assert error.max() < 0.05 and error[20:-20].max() < 0.003


@pytest.mark.parametrize("samples", [2, 30, 58, 59, 116])
def test_at_its_own_rate_it_has_as_many_samples(samples):
    motion = resampled(moved(np.arange(samples) / 100), 100)
    assert len(motion.times) == samples and np.isfinite(motion.acceleration).all()


def test_of_two_samples_at_nearly_the_same_time_one_is_taken():
    times = np.arange(1000) / 100
    stamps = times.copy()
    stamps[500] = stamps[499] + 1e-5
    motion = resampled(moved(times, stamps=stamps), 50)
    assert np.allclose(motion.acceleration, wave(motion.times, 2), atol=0.02)


def test_times_that_would_fall_when_evened_out_do_not():
    steps = [0, 0.25, 0.2, 0.25, 0, 0.25, 0.25, 0, 0.25, 0, 0.25, 0.25, 0, 0, 0, 0, 0.25, 0, 0.25]
    motion = resampled(moved(np.arange(19) / 7, stamps=np.cumsum(steps)), 5)
    assert np.abs(motion.acceleration - [0, 0, G]).max() < 5


def test_uneven_times_are_followed():
    rng = np.random.default_rng(1)
    times = np.cumsum(rng.uniform(0.006, 0.014, 3000))
    motion = resampled(moved(times), 50)
    assert np.allclose(motion.acceleration, wave(motion.times + times[0], 2), atol=0.01)


def test_nothing_is_made_up_in_a_gap():
    times = np.arange(2000) / 100
    times = times[(times < 8) | (times >= 8.3)]
    motion = moved(times, stamps=times + 1e6, labels=["on"] * len(times))
    motion = resampled(motion, 50)
    gap = (motion.times > 7.991) & (motion.times < 8.299)
    assert len(motion.times) == 1000 and gap.sum() == 15
    assert np.isnan(motion.acceleration).all(axis=1).tolist() == gap.tolist()
    assert np.allclose(motion.acceleration[~gap], wave(motion.times[~gap], 2), atol=0.003)
    assert (motion.labels[gap] == "").all() and (motion.labels[~gap] == "on").all()


def test_a_short_gap_is_bridged_and_how_short_can_be_said():
    times = np.arange(2000) / 100
    motion = moved(times[(times < 8) | (times >= 8.1)])
    assert np.isfinite(resampled(motion, 50).acceleration).all()
    assert np.isnan(resampled(motion, 50, longest_gap=0.05).acceleration).any()


def test_a_lone_sample_between_gaps_is_left_out():
    times = np.concatenate([np.arange(100) / 50, [5.0], 8 + np.arange(100) / 50])
    motion = resampled(moved(times), 50)
    assert np.isnan(motion.acceleration[motion.times == 5]).all()
    assert np.isfinite(motion.acceleration[motion.times >= 8.001]).all()


@pytest.mark.parametrize("drift, most", [(0, 0.05), (3e-4, 0.2)])
def test_bursts_are_evened_out_also_where_the_clock_drifts(drift, most):
    times = np.arange(6000) / 102.4
    times = times + drift * times**2 / 2
    stamps = np.ceil(times / 0.08) * 0.08  # handed over every 80 ms
    motion = resampled(moved(times, stamps=stamps), 50)
    error = np.abs(motion.acceleration - wave(motion.times, 2))
    assert error.max() < most


def test_rotation_and_labels_come_along():
    times = np.arange(1000) / 100
    labels = np.where(times < 4.005, "sit", "walk")
    motion = resampled(moved(times, rotation=wave(times, 1), labels=labels), 50)
    assert np.allclose(motion.rotation, wave(motion.times, 1), atol=0.003)
    assert motion.labels.tolist() == ["sit"] * 201 + ["walk"] * 299


def test_a_label_is_that_of_the_nearest_sample():
    motion = moved(np.array([0, 0.04, 0.1, 0.135, 0.2]), labels=list("abcde"))
    assert "".join(resampled(motion, 25).labels) == "abcdde"
    assert "".join(resampled(motion, 10).labels) == "ace"


def test_a_rotation_that_is_missing_for_a_while_leaves_the_acceleration():
    times = np.arange(1000) / 100
    rotation = wave(times, 1)
    rotation[300:500] = np.nan
    motion = resampled(moved(times, rotation=rotation), 50)
    assert np.isfinite(motion.acceleration).all()
    missing = np.isnan(motion.rotation).all(axis=1)
    assert missing.tolist() == ((motion.times > 2.991) & (motion.times < 4.999)).tolist()


def test_its_person_and_place_stay():
    motion = moved(np.arange(100) / 50, place="left", activity="rowing")
    after = resampled(motion, 25)
    assert after[:3] == motion[:3] and after.source == "one"
    assert after.rotation is after.labels is None


@pytest.mark.parametrize("rate", [0, -50, 126, float("nan")])
def test_a_rate_it_cannot_have_is_refused(rate):
    with pytest.raises(ValueError, match=r"one has 100 samples a second, which can't become"):
        resampled(moved(np.arange(500) / 100), rate)


def test_samples_that_are_all_further_apart_than_a_gap_are_refused():
    with pytest.raises(ValueError, match=r"samples come 0.5 s apart and longest_gap is 0.25"):
        resampled(moved(np.arange(100) / 2), 2)
    assert np.isfinite(resampled(moved(np.arange(100) / 2, 0.1), 2, 1).acceleration).all()
