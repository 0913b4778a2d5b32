"""Faults of simulated machines: heard where physics says, as loud as asked for."""

import functools

import numpy as np
import pytest
from scipy import signal

from tinyml_helpers.datasets.machines.recording import clipped
from tinyml_helpers.datasets.machines.simulated import Fault, acceleration, machine, recording
from tinyml_helpers.datasets.machines.simulated.faults import knocks
from tinyml_helpers.datasets.machines.simulated.vibration import (
    _SENSOR_NOISE_G,
    _loosely_held,
    _response,
)

MACHINES = range(12)


def order(one, kind):
    """A fault's order where the cage turns more slowly than geometry says."""
    cage = one.orders.cage * (1 - one.cage_slip)
    balls = one.orders.inner + one.orders.outer
    return {
        "inner": balls * (1 - cage),
        "outer": balls * cage,
        "ball": one.orders.ball * (1 - one.cage_slip),
    }[kind]


@functools.cache
def envelope(number, kind):
    """Orders and the power of the envelope's spectrum, of two seconds at +10 dB; or healthy."""
    made = recording(machine(number), 2, Fault(kind, 10) if kind else None)
    band = signal.butter(4, (1200, 5700), "bandpass", fs=12_000, output="sos")
    heard = np.abs(signal.hilbert(signal.sosfiltfilt(band, made.samples.astype(float))))
    power = np.abs(np.fft.rfft((heard - heard.mean()) * np.hanning(len(heard)))) ** 2
    return np.fft.rfftfreq(len(heard), 1 / 12_000) / made.shaft_hz, power


def line(number, kind, at):
    """How far the line within 2% of an order stands above what is around it, in decibels."""
    orders, power = envelope(number, kind)
    near = np.abs(orders - at) < 0.02 * at
    around = (np.abs(orders - at) < 1) & ~near
    return 10 * np.log10(power[near].max() / np.median(power[around]))


@pytest.mark.parametrize("kind", ["inner", "outer"])
def test_a_race_s_fault_has_its_line_in_the_envelope_at_its_order(kind):
    lines = [line(number, kind, order(machine(number), kind)) for number in MACHINES]
    healthy = [line(number, None, order(machine(number), kind)) for number in MACHINES]
    assert min(lines) > 15 and np.median(healthy) < 10


def test_a_ball_s_fault_has_its_line_at_half_the_machines_for_it_spins_as_it_likes():
    lines, healthy = (
        np.array([line(n, kind, order(machine(n), "ball")) for n in MACHINES])
        for kind in ("ball", None)
    )
    assert np.mean(lines > 11) >= 0.4 and np.median(lines) > np.median(healthy) + 3


@pytest.mark.parametrize("kind", ["inner", "outer"])
def test_the_line_lies_where_slip_puts_it_not_where_geometry_does(kind):
    even = [one for one in map(machine, range(200)) if one.cage_slip > 0.006 and one.slip < 0.003][
        :6
    ]
    for one in even:
        orders, power = envelope(one.number, kind)
        with_slip, without = order(one, kind), getattr(one.orders, kind)
        near = np.flatnonzero(np.abs(orders - without) < 0.015 * without)
        found = orders[near[power[near].argmax()]]
        assert abs(found - with_slip) < abs(found - without)


@functools.cache
def _knocks(number, kind):
    """The force of a fault's knocks over 30 turns, of 5,000 samples each."""
    turns = np.linspace(0, 30, 150_000, endpoint=False)
    return knocks(machine(number), Fault(kind), turns, np.random.default_rng(0))


def _places(force):
    """Where there are knocks, in turns: the middle of samples beside each other."""
    at = np.flatnonzero(force)
    groups = np.split(at, np.flatnonzero(np.diff(at) > 2) + 1)
    return np.array([np.average(group, weights=force[group]) for group in groups]) / 5000


@pytest.mark.parametrize("kind", ["inner", "outer", "ball"])
def test_a_place_knocks_each_time_it_is_rolled_over(kind):
    clean = [number for number in range(24) if (_knocks(number, kind) >= 0).all()]
    assert 11 <= len(clean) <= 20  # the others are rough patches: noise
    between, firsts, lasts = [], [], []
    for number in clean:
        places, each = _places(_knocks(number, kind)), 1 / order(machine(number), kind)
        between.append(np.median(np.diff(places)) / each)
        firsts.append(places[0] / each)
        lasts.append((30 - places[-1]) / each)
        assert np.std(places * 5000 % 1) > 0.2  # between samples, too
    assert np.median(between) == pytest.approx(1, abs=0.03)
    assert np.median(firsts) < 1.5 and np.median(lasts) < 3


def test_a_resonance_rings_at_its_frequency_as_long_as_its_damping_lets_it():
    hz = np.arange(0, 6000, 0.5)
    for frequency, damping, gain in ((1500, 0.01, 1.0), (3000, 0.05, 3.0)):
        size = np.abs(_response([(frequency, damping, gain)], hz))
        assert hz[size.argmax()] == pytest.approx(frequency, rel=0.004)
        assert size.max() == pytest.approx(2 * gain, rel=0.01)
        half_power = np.count_nonzero(size > size.max() / 2**0.5) * 0.5
        assert half_power == pytest.approx(2 * damping * frequency, rel=0.05)


def _shaft(number, fault):
    """Power at 1, 2 and 3 turns of the shaft in the raw spectrum, in decibels."""
    g, shaft_hz = acceleration(machine(number), 3, fault)
    power = np.abs(np.fft.rfft(g * np.hanning(len(g)))) ** 2
    orders = np.fft.rfftfreq(len(g), 1 / 12_000) / shaft_hz
    return 10 * np.log10([power[np.abs(orders - k) < 0.1].max() for k in (1, 2, 3)])


@pytest.mark.parametrize(("kind", "at"), [("imbalance", 0), ("misalignment", 1)])
def test_imbalance_is_heard_once_a_turn_and_misalignment_twice(kind, at):
    raised = np.array([_shaft(n, Fault(kind, 10)) - _shaft(n, None) for n in MACHINES])
    # A line that was there may be in its way: two of one frequency can cancel.
    assert np.mean(raised[:, at] > 4) > 0.9
    if kind == "imbalance":
        assert np.abs(raised[:, 1:]).max() < 2


@pytest.mark.parametrize("decibels", [-14, 0, 10])
@pytest.mark.parametrize("kind", ["inner", "outer", "ball", "imbalance", "misalignment"])
def test_a_fault_is_as_loud_as_asked_for(kind, decibels):
    for one in map(machine, range(4)):
        faulty, healthy = (
            acceleration(one, 3, fault)[0] for fault in (Fault(kind, decibels), None)
        )
        added = np.mean((faulty - healthy) ** 2) - 2 * _SENSOR_NOISE_G**2
        assert 10 * np.log10(added / one.g**2) == pytest.approx(decibels, abs=0.4)


def test_the_same_fault_grows_and_another_number_is_another_fault():
    one = machine(1)
    healthy = acceleration(one, 1)[0]
    small, large, other = (
        acceleration(one, 1, fault)[0] - healthy
        for fault in (Fault("inner", 10, 4), Fault("inner", 30, 4), Fault("inner", 30, 5))
    )
    assert np.corrcoef(small, large)[0, 1] > 0.99
    assert abs(np.corrcoef(large, other)[0, 1]) < 0.8


def _above(samples, hz):
    """Power above a frequency, of 12 kHz."""
    return np.sum(np.abs(np.fft.rfft(samples * np.hanning(len(samples))))[hz * 2 :] ** 2)


def test_a_loosely_held_sensor_loses_what_is_above_its_resonance_and_softer_more():
    for one in map(machine, range(6)):
        firm, loose, soft = (
            acceleration(one, 2, fault)[0] for fault in (None, Fault("loose"), Fault("loose", 12))
        )
        assert _above(loose, 2000) < 0.1 * _above(firm, 2000) + 2 * _above(_sensor(), 2000)
        assert _above(soft, 1000) < _above(loose, 1000)
        assert _low(loose) == pytest.approx(_low(firm), rel=0.3)


def test_a_sensor_rings_on_its_mount_and_lower_the_softer_that_is():
    impulse, hz = np.zeros(24_000), np.fft.rfftfreq(24_000, 1 / 12_000)
    impulse[0] = 1
    for number in range(5):
        rings = []
        for decibels in (0, 12):
            heard = np.abs(
                np.fft.rfft(_loosely_held(impulse, Fault("loose", decibels, number), hz))
            )
            assert heard.max() == pytest.approx(1 / (2 * 0.08), rel=0.02)
            rings.append(hz[heard.argmax()])
        assert 295 < rings[0] < 900 and rings[1] == pytest.approx(rings[0] / 2, rel=0.01)


def _sensor():
    return np.random.default_rng(0).normal(0, _SENSOR_NOISE_G, 24_000)


def _low(samples):
    """Power of 5 to 60 Hz, of two seconds."""
    return np.sum(np.abs(np.fft.rfft(samples * np.hanning(len(samples))))[10:120] ** 2)


@pytest.mark.parametrize("rate", [12_000, 3200, 1600])
def test_clipping_clips_some_samples_but_not_all_and_more_where_it_is_worse(rate):
    for one in map(machine, MACHINES):
        some, more = (
            clipped(recording(one, 1, Fault("clipping", level), rate=rate).samples)
            for level in (-20, 12)
        )
        assert 0 < some < 0.3 * rate and some < more < rate


@pytest.mark.parametrize("rate", [12_000, 1600])
def test_a_dead_sensor_says_the_same_for_ever(rate):
    for number in (0, 1):
        said = {
            int(value)
            for seed in (0, 1)
            for value in recording(
                machine(1), 0.5, Fault("dead", 0, number), 0.5, seed, rate
            ).samples
        }
        assert said == {-number}


def test_faults_of_the_sensor_leave_the_shaft_s_speed_alone():
    speeds = {
        recording(machine(1), 0.5, fault).shaft_hz
        for fault in (None, Fault("loose"), Fault("clipping"), Fault("dead"))
    }
    assert len(speeds) == 1
