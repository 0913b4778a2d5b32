"""A simulated probe: near the truth when healthy, wrong as its fault says from its onset on."""

import functools

import numpy as np
import pytest

from tinyml_helpers.datasets.fields.simulated import (
    FAULTS,
    Fault,
    Probe,
    readings,
    season,
    site,
    years,
)

ONSET = 3000
NUMBERS = range(8)


@functools.cache
def made():
    return years(NUMBERS, 2021)


@functools.cache
def read(kind=None, number=0):
    """Readings of every site, with a fault of a kind or healthy."""
    return [readings(year, Fault(kind, ONSET, number) if kind else None) for year in made()]


def test_a_healthy_probe_is_off_by_its_offset_its_temperature_and_noise_and_no_more():
    errors = []
    for year, one in zip(made(), read(), strict=True):
        probe = Probe(year.site)
        error = one.values - one.truth
        beyond = error - probe.offset
        wide = 5 * probe.noise + abs(probe.per_degree) * 45 + 0.05
        assert np.abs(beyond[one.values > 0]).max() < wide
        assert one.truth is year.moisture_5cm and not one.faulty.any() and one.fault is None
        errors.append(error.mean())
    assert np.std(errors) > 0.3 and np.abs(errors).max() < 5


def test_readings_are_tenths_of_a_percent_from_0_up():
    for kind in (None, *FAULTS):
        for one in read(kind):
            values = one.values[np.isfinite(one.values)]
            assert values.min() >= 0
            np.testing.assert_allclose(values * 10, np.round(values * 10), atol=1e-9)


def test_a_warm_soil_reads_more_by_the_probes_own_coefficient():
    probe, other = Probe(site(1), seed=3), Probe(site(1), seed=3)
    cold = np.mean([probe.read(20, 5) for _ in range(2000)])
    warm = np.mean([other.read(20, 30) for _ in range(2000)])
    assert warm - cold == pytest.approx(25 * probe.per_degree, abs=0.03)


@pytest.mark.parametrize("kind", FAULTS)
def test_until_its_onset_a_faulty_probe_is_the_healthy_one_and_from_then_on_it_says_so(kind):
    for healthy, one in zip(read(), read(kind), strict=True):
        assert np.array_equal(one.values[:ONSET], healthy.values[:ONSET])
        assert not np.array_equal(one.values[ONSET:], healthy.values[ONSET:])
        assert not one.faulty[:ONSET].any() and one.faulty[ONSET:].all()
        assert one.fault == Fault(kind, ONSET)


def test_a_stuck_probe_repeats_one_reading():
    assert all(len(set(one.values[ONSET:])) == 1 for one in read("stuck"))
    first = readings(made()[0], Fault("stuck", 0))
    assert np.isfinite(first.values).all() and len(set(first.values)) == 1


def test_spikes_are_rare_far_off_to_both_sides_and_alone():
    for healthy, one in zip(read(), read("spike"), strict=True):
        off = (one.values - healthy.values)[ONSET:]
        assert 0.005 < np.mean(off != 0) < 0.06
        assert (off > 9.9).any() and off.max() < 31 and (off < 0).any()


def test_a_drift_grows_by_as_much_every_day():
    for healthy, one in zip(read(), read("drift"), strict=True):
        off = (one.values - healthy.values)[ONSET:]
        days = np.arange(len(off)) / 24
        inside = one.values[ONSET:] > 0
        slope = np.polyfit(days[inside], off[inside], 1)[0]
        assert 0.045 < abs(slope) < 0.255
        assert np.abs(off - slope * days)[inside].max() < 0.3


def test_a_dry_contact_reads_too_little_when_dry_and_right_when_wet():
    for year, healthy, one in zip(made(), read(), read("dry contact"), strict=True):
        off, soil = (healthy.values - one.values)[ONSET:], year.site.soil
        share = (one.truth[ONSET:] / 100 - soil.wilting_point) / (
            soil.field_capacity - soil.wilting_point
        )
        assert off.min() >= 0 and np.abs(off[share >= 1]).max(initial=0) == 0
        dry = (share < 0.3) & (one.values[ONSET:] > 0)
        assert dry.any() and (off[dry] > 0.15 * one.truth[ONSET:][dry]).all()


def test_a_sagging_battery_reads_right_then_high_and_then_not_at_all():
    for healthy, one in zip(read(), read("battery sag"), strict=True):
        assert (np.diff(one.battery) < 0).all() and healthy.battery.min() > 3.3
        off = one.values - healthy.values
        assert (off[one.battery >= 3.0] == 0).all()
        assert np.isnan(one.values).sum() == (one.battery < 2.4).sum() > 0
        late = (one.battery < 2.6) & (one.battery >= 2.4)
        assert off[late].mean() == pytest.approx(5, abs=0.6)
        assert np.isfinite(healthy.values).all()


def test_another_number_is_another_fault_and_another_seed_another_probe():
    assert not np.array_equal(read("drift")[0].values, read("drift", 1)[0].values)
    assert not np.array_equal(read()[0].values, readings(made()[0], seed=1).values)
    assert np.array_equal(read()[0].values, readings(made()[0], seed=0).values)


def test_a_controller_can_go_by_a_probe_that_breaks_and_reads_what_the_series_says():
    probe, seen = Probe(site(2), Fault("stuck", ONSET)), []

    def decide(now):
        if now.hour:
            seen.append(probe.read(now.moisture_5cm[0], now.temperature[0, -1]))
        return 10.0 * (now.hour % 24 == 6 and seen[-1] < 15)

    year = season(2, 2021, decide)
    series = readings(year, Fault("stuck", ONSET))
    assert seen == series.values[:-1].tolist() and year.irrigation.sum() > 0


def test_probes_read_more_in_clay_than_in_sand():
    sites = [site(number) for number in range(300)]
    wilting = np.array([one.soil.wilting_point for one in sites])
    offset = np.array([Probe(one).offset for one in sites])
    slope, level = np.polyfit(wilting - 0.12, offset, 1)
    assert slope == pytest.approx(10, abs=3) and level == pytest.approx(0, abs=0.2)


def test_a_probe_follows_the_air_within_hours_as_soil_does():
    seed = next(seed for seed in range(50) if Probe(site(1), seed=seed).per_degree > 0.05)
    steady, warmed = Probe(site(1), seed=seed), Probe(site(1), seed=seed)
    more = []
    for hour in range(124):
        first = steady.read(20, 5)  # of the same seed, so with the same noise
        more.append(warmed.read(20, 5 if hour < 100 else 30) - first)
    whole = 25 * steady.per_degree
    assert more[99] == 0 and more[100] == pytest.approx(whole / 8, abs=0.11)
    assert more[107] == pytest.approx(0.656 * whole, abs=0.11)


def test_a_sagging_battery_makes_noise():
    for year, healthy, one in zip(made(), read(), read("battery sag"), strict=True):
        late = (one.battery < 2.6) & (one.battery >= 2.4)
        beyond = (one.values - healthy.values - 10 * (3 - one.battery))[late]
        assert beyond.std() == pytest.approx(5 * Probe(year.site).noise, rel=0.35)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Probe(7), "the site is 7: give a Site, such as site(7)"),
        (lambda: Probe(site(1), seed=-1), "seed is -1: give a whole number from 0 up"),
        (lambda: Probe(site(1), "stuck"), "a fault is 'stuck': give None or a Fault"),
        (lambda: Probe(site(1), Fault("rust", 3)), "there is no fault 'rust': there are stuck"),
        (lambda: Probe(site(1), Fault("stuck", 0.5)), "makes no sense: give whole numbers"),
        (lambda: readings([1.0]), "the year is a list: give a Year, such as season(7, 2020)"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(call, says):
    with pytest.raises(ValueError) as caught:
        call()
    assert says in str(caught.value)
