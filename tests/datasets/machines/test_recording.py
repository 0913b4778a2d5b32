"""Recordings: counts, other rates, and the orders of a bearing's faults."""

import numpy as np
import pytest

from tinyml_helpers.datasets.machines.recording import (
    FaultOrders,
    Recording,
    clipped,
    fault_orders,
    resampled,
    to_counts,
)


def tone(hz, rate, seconds=1.0, g=1.0):
    return to_counts(g * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate))


def loudness(samples):
    """RMS in counts, the ends left out where the filter sees nothing."""
    return np.sqrt(np.mean(np.square(samples[200:-200].astype(float))))


def test_the_orders_of_the_drive_ends_bearing_are_those_published():
    published = FaultOrders(inner=5.4152, outer=3.5848, ball=4.7135, cage=0.39828)
    assert fault_orders(9, 0.3126, 1.537) == pytest.approx(published, abs=1e-4)


def test_the_orders_of_the_fan_ends_bearing_are_those_published():
    published = FaultOrders(inner=4.9469, outer=3.0530, ball=3.9874, cage=0.3817)
    assert fault_orders(8, 0.2656, 1.122) == pytest.approx(published, abs=4e-4)


def test_what_must_hold_between_the_orders_of_any_bearing():
    orders = fault_orders(16, 0.331, 2.815, 15.17)
    assert orders.inner + orders.outer == pytest.approx(16)
    assert orders.outer == pytest.approx(16 * orders.cage)
    along = 0.331 / 2.815 * np.cos(np.radians(15.17))
    spin = 2.815 / (2 * 0.331) * (1 - along**2)
    assert orders.ball == pytest.approx(2 * spin)


def test_a_units_choice_changes_no_order():
    assert fault_orders(9, 7.94, 39.04) == pytest.approx(fault_orders(9, 0.794, 3.904))


@pytest.mark.parametrize(
    "geometry", [(9, 1.537, 0.3126), (0, 1, 2), (9, 0, 2), (9, 1, 0), (9, 1, 2, 90), (9, -1, 2)]
)
def test_what_is_no_bearing_is_refused(geometry):
    with pytest.raises(ValueError, match="are no bearing: give"):
        fault_orders(*geometry)


def test_a_g_has_2048_counts_rounded_and_clipped_at_the_ends():
    counts = to_counts([0, 1, -1, 0.0004, 15.9999, 16, -16, 99, -99])
    assert counts.dtype == np.int16
    assert counts.tolist() == [0, 2048, -2048, 1, 32767, 32767, -32768, 32767, -32768]
    assert clipped(counts) == 5


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_has_no_counts(value):
    with pytest.raises(ValueError, match="no finite number"):
        to_counts([0, value])


@pytest.mark.parametrize(
    "rate, wanted", [(48_000, 12_000), (20_000, 12_000), (12_000, 3_200), (12_000, 1_600)]
)
def test_a_lower_rate_keeps_what_it_can_hold_and_nothing_else(rate, wanted):
    low, high = 0.8 * wanted / 2, 1.02 * wanted / 2
    for hz, share in ((low, 1), (high, 0)):
        recording = Recording("tone", tone(hz, rate), rate, kind="normal")
        other = resampled(recording, wanted)
        assert other.samples.dtype == np.int16 and len(other.samples) == wanted
        assert other.rate == wanted and other.kind == "normal"
        expected = share * loudness(recording.samples)
        assert loudness(other.samples) == pytest.approx(expected, rel=0.005, abs=3)


def test_a_higher_rate_adds_nothing():
    recording = Recording("tone", tone(500, 1_600), 1_600)
    higher = resampled(recording, 3_200).samples
    assert len(higher) == 3_200
    assert np.abs(higher[::2].astype(int) - recording.samples)[100:-100].max() <= 4


def test_an_offset_stays_to_the_ends():
    recording = Recording("rest", np.full(4_800, 2_048, np.int16), 48_000)
    assert np.abs(resampled(recording, 12_000).samples.astype(int) - 2_048).max() <= 1


def test_the_same_rate_changes_nothing():
    recording = Recording("tone", tone(100, 12_000), 12_000)
    assert np.array_equal(resampled(recording, 12_000).samples, recording.samples)


@pytest.mark.parametrize("rate", [0, -1, 1600.5, "1600", None])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="give a whole number of samples a second"):
        resampled(Recording("tone", tone(100, 12_000), 12_000), rate)
