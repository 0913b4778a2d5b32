"""The vibration front end's calls: shapes, what is refused, samples that come in portions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vibration_signals import RATES, SAMPLES, SIGNALS, bearing_like

from tinyml_helpers.signals import vibration

# Shapes, and what is refused.


@pytest.mark.parametrize(
    ("shape", "rate", "expected"),
    [
        ((16_384,), 12_000, (1,)),
        ((16_383,), 12_000, (0,)),
        ((0,), 12_000, (0,)),
        ((2, 3, 8191), 3_200, (2, 3, 1)),
        ((2, 2048), 1_600, (2, 1)),
        ((0, 2048), 1_600, (0, 1)),
    ],
)
def test_shapes(shape, rate, expected):
    looks = vibration.look(np.zeros(shape, np.int16), rate, 30)
    assert [each.shape for each in looks] == [(*expected, 96), (*expected, 32), expected, expected]
    assert [each.dtype for each in looks] == [np.int8, np.int8, np.uint16, np.uint16]


def test_recordings_do_not_depend_on_each_other():
    samples, speeds = bearing_like(6, 3_200).reshape(2, 3, -1), np.linspace(20, 60, 6).reshape(2, 3)
    together = vibration.look(samples, 3_200, speeds)
    for place in np.ndindex(2, 3):
        alone = vibration.look(samples[place], 3_200, speeds[place])
        for one, all_of_them in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one, all_of_them[place])
    backwards = vibration.look(samples[::-1, ::2], 3_200, speeds[::-1, ::2])
    np.testing.assert_array_equal(backwards.orders, together.orders[::-1, ::2])


@pytest.mark.parametrize("wrong", [np.zeros(600), np.zeros(600, np.int32), [0.5], np.int16(3)])
def test_samples_of_another_type_are_refused(wrong):
    for compute in (
        lambda: vibration.look(wrong, 12_000, 30),
        lambda: vibration.Vibration(12_000, 30).push(wrong),
        lambda: vibration.estimate_speed(wrong, 12_000, 27, 33),
    ):
        with pytest.raises(ValueError, match="int16"):
            compute()


def test_other_rates_are_refused():
    for rate in (48_000, 0, -1, 12_000.5):
        with pytest.raises(ValueError, match="12000, 3200 or 1600; resample"):
            vibration.look(SIGNALS["noise"], rate, 30)
        with pytest.raises(ValueError, match="12000, 3200 or 1600; resample"):
            vibration.Vibration(rate, 30)


@pytest.mark.parametrize("wrong", [0.999, 200.001, 0, -30, np.nan, np.inf, 1797])
def test_other_speeds_are_refused(wrong):
    with pytest.raises(ValueError, match="give 1 to 200, in Hz"):
        vibration.look(np.zeros((2, 2048), np.int16), 1_600, [30, wrong])
    stream = vibration.Vibration(12_000, 30)
    with pytest.raises(ValueError, match="give 1 to 200, in Hz"):
        stream.shaft_hz = wrong
    assert stream.shaft_hz == 30


def test_as_many_speeds_as_recordings():
    with pytest.raises(ValueError, match="one for each recording"):
        vibration.look(np.zeros((2, 2048), np.int16), 1_600, [30, 30, 30])


def test_a_stream_is_one_sensor():
    with pytest.raises(ValueError, match="one sensor"):
        vibration.Vibration(12_000, 30).push(np.zeros((2, 600), np.int16))


# Streaming.


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.sampled_from(RATES), st.lists(st.integers(0, 6000), max_size=12))
def test_samples_may_come_in_any_portions(rate, portions):
    samples = bearing_like(1, rate)[0]
    stream = vibration.Vibration(rate, 29.95)
    ends = np.minimum(np.cumsum([0, *portions]), len(samples))
    parts = [stream.push(samples[a:b]) for a, b in zip(ends, [*ends[1:], SAMPLES], strict=True)]
    expected = vibration.look(samples, rate, 29.95)
    for made, whole in zip(zip(*parts, strict=True), expected, strict=True):
        np.testing.assert_array_equal(np.concatenate(made), whole)


def test_a_look_is_complete_with_its_last_sample():
    stream = vibration.Vibration(1_600, 30)
    done = [n for n in range(1, 4200) if len(stream.push(np.ones(1, np.int16)).span)]
    assert done == [2048, 4096]


def test_filters_remember_what_was_before_a_look():
    samples = bearing_like(1, 1_600)[0][:4096]
    second = vibration.look(samples[2048:], 1_600, 30)
    assert (vibration.look(samples, 1_600, 30).orders[1] != second.orders[0]).any()


def test_reset_forgets():
    first, second = bearing_like(2, 3_200)
    stream = vibration.Vibration(3_200, 29.95)
    stream.push(first[:5000])
    stream.reset()
    for made, whole in zip(stream.push(second), vibration.look(second, 3_200, 29.95), strict=True):
        np.testing.assert_array_equal(made, whole)


def test_a_new_speed_counts_for_the_look_that_is_completed_next():
    samples = bearing_like(1, 1_600)[0][: 3 * 2048]
    slow, fast = (vibration.look(samples, 1_600, hz).orders for hz in (20, 40))
    stream = vibration.Vibration(1_600, 20)
    first = stream.push(samples[:3000]).orders
    stream.shaft_hz = 40
    np.testing.assert_array_equal(first, slow[:1])
    np.testing.assert_array_equal(stream.push(samples[3000:]).orders, fast[1:])
    assert (slow != fast).any(axis=1).all()
