"""Lives of simulated machines: healthy, then failing; and joined without a knock."""

import dataclasses

import numpy as np
import pytest

from tinyml_helpers.datasets.machines.recording import clipped
from tinyml_helpers.datasets.machines.simulated import FAULTS, RATE, Fault, life, machine
from tinyml_helpers.datasets.machines.simulated.life import BEGINS, ENDS

GROWING = FAULTS[:5]


@pytest.mark.parametrize("kind", FAULTS)
def test_nothing_is_wrong_before_the_onset_and_something_after_it(kind):
    for number in range(10):
        one = life(number, kind)
        assert 0.3 * 28 <= one.onset <= 0.7 * 28 and one.end == 28
        for day, fault in zip(one.days, one.faults, strict=True):
            assert fault is None if day < one.onset else fault.kind == kind
        assert len({fault.number for fault in one.faults if fault}) == 1


@pytest.mark.parametrize("kind", GROWING)
def test_a_fault_grows_from_nothing_to_the_end(kind):
    for number in range(10):
        levels = [fault.decibels for fault in life(number, kind).faults if fault]
        assert abs(levels[0] - BEGINS) < 8 and abs(levels[-1] - ENDS) < 8
        assert np.corrcoef(levels, np.arange(len(levels)))[0, 1] > 0.95
        assert np.diff(levels).min() < 0  # ups and downs


@pytest.mark.parametrize("kind", FAULTS[5:])
def test_a_sensor_s_fault_comes_at_once_and_stays(kind):
    levels = {fault.decibels for fault in life(2, kind).faults if fault}
    assert len(levels) == 1 and 0 <= levels.pop() <= 12


def test_a_healthy_life_has_no_onset_and_no_fault():
    one = life(3)
    assert one.onset is None and one.faults == [None] * 240
    assert one.look(239, 0.1).kind == "normal"


def test_loads_lie_between_none_and_all_and_follow_the_day():
    for number in range(20):
        one = life(number)
        assert len(one.loads) == 240 and (one.loads >= 0).all() and (one.loads <= 1).all()
        assert one.loads.std() > 0.1
    spectrum = np.abs(np.fft.rfft(life(0, days=32, looks=320).loads - 0.5))
    assert spectrum.argmax() in (31, 32, 33)  # times in 32 days


def test_a_life_is_the_same_each_time_and_another_with_another_seed():
    first, again, other = (life(4, "inner", seed=seed) for seed in (1, 1, 2))
    assert first.onset == again.onset and first.faults == again.faults
    assert np.array_equal(first.look(9, 0.2).samples, again.look(9, 0.2).samples)
    assert first.onset != other.onset
    assert not np.array_equal(first.look(9, 0.2).samples, other.look(9, 0.2).samples)
    assert not np.array_equal(first.look(9, 0.2).samples, first.look(10, 0.2).samples)


def test_loudness_alone_tells_only_late():
    looks, told = 40, []
    for number in range(6):
        one = life(number, "outer", looks=looks)
        rms = np.array([one.look(i, 0.5).samples.std() for i in range(looks)])
        healthy = rms[one.days < one.onset]
        over = np.flatnonzero(rms <= healthy.mean() + 4 * healthy.std())
        first = one.days[over[-1] + 1]  # from here on for good
        told.append((first - one.onset) / (one.end - one.onset))
        assert 2 < 20 * np.log10(rms[-3:].mean() / healthy.mean()) < 20
    assert min(told) > 0.5 and np.median(told) > 0.65


@pytest.mark.parametrize("rate", [12_000, 3200, 1600, 44_100])
@pytest.mark.parametrize("samples", [1, 103, 2048])
def test_joined_looks_are_as_long_as_asked_for(samples, rate):
    one = life(5, "ball").joined(iter([0, 120, 239]), samples, rate)
    assert one.samples.dtype == np.int16 and len(one.samples) == 3 * samples
    assert (one.rate, one.shaft_hz, one.machine) == (rate, None, "machine 5")
    assert one.orders == machine(5).orders


def rumbling(number):
    """A healthy life in which a cut would show: low notes, no knocks."""
    one = dataclasses.replace(
        machine(number), slope=-1.5, through_modes=0.0, knocks_hz=0.0, tones=np.zeros((0, 2))
    )
    return life(number)._replace(machine=one)


def steps(samples, length):
    """The largest step near joints, over the largest elsewhere."""
    change = np.abs(np.diff(samples.astype(int)))
    place = np.arange(1, len(samples))
    joint = ((place + 4) % length < 8) & (place > 4) & (place < len(samples) - 4)
    return change[joint].max() / change[~joint].max()


def test_no_joint_knocks_where_a_cut_would():
    length, worst, cut = 2000, [], []
    for number in range(6):
        one = rumbling(number)
        worst.append(steps(one.joined(range(30), length).samples, length))
        parts = [one.look(i, length / RATE).samples for i in range(30)]
        cut.append(steps(np.concatenate(parts), length))
    assert max(worst) < 1.1
    assert min(cut) > 1.1


def test_no_joint_turns_over_where_samples_are_clipped():
    one = rumbling(0)._replace(faults=[Fault("clipping", 8.0)] * 240)
    samples = one.joined(range(60), 1000).samples.astype(int)
    assert clipped(samples) > 100
    assert np.abs(np.diff(samples)).max() < 40_000  # from one end to the other: 65,535


def test_joints_are_as_loud_as_the_rest():
    length = 2000
    for number in range(4):
        samples = rumbling(number).joined(range(40), length).samples.astype(float)
        inside = (np.arange(len(samples)) % length < 240) & (np.arange(len(samples)) >= length)
        assert 0.85 < samples[inside].std() / samples[~inside].std() < 1.18


def test_a_failing_life_joined_grows_loud_and_spiky():
    length = 2048
    samples = life(1, "outer").joined(range(0, 240, 8), length).samples.astype(float)
    first, last = samples[: 6 * length], samples[-3 * length :]
    assert last.std() > 1.3 * first.std()
    assert np.abs(last).max() > 2 * np.abs(first).max()


def test_a_sensor_that_died_stays_dead_through_the_joints():
    one = life(6, "dead")
    dead = [i for i, fault in enumerate(one.faults) if fault]
    samples = one.joined(dead[:10], 500).samples
    assert len(set(samples.tolist())) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: life(-1), "a machine's number is a whole number from 0 up, not -1"),
        (lambda: life("7"), "a machine's number is a whole number from 0 up, not '7'"),
        (lambda: life(1, "gear"), "there is no fault 'gear': there are inner, outer"),
        (lambda: life(1, looks=1), "1 looks in 28.0 days: give 2 or more"),
        (lambda: life(1, looks=2.5), "2.5 looks in 28.0 days: give 2 or more"),
        (lambda: life(1, days=0), "240 looks in 0 days: give 2 or more, in more than 0 days"),
        (lambda: life(1, days=float("nan")), "240 looks in nan days: give 2 or more"),
        (lambda: life(1, days=float("inf")), "240 looks in inf days: give 2 or more"),
        (lambda: life(1, seed=-1), "seed is -1: give a whole number from 0 up"),
        (lambda: life(1, seed=0.5), "seed is 0.5: give a whole number from 0 up"),
        (lambda: life(1).look(240), "there is no look 240: give one from 0 to 239"),
        (lambda: life(1).look(-1), "there is no look -1: give one from 0 to 239"),
        (lambda: life(1).look(1.5), "there is no look 1.5: give one from 0 to 239"),
        (lambda: life(1).look(0, 0), "0 seconds at load .*: give some seconds"),
        (lambda: life(1).joined([], 100), "there is no look to join: give the numbers of one"),
        (lambda: life(1).joined([500], 100), "there is no look 500: give one from 0 to 239"),
        (lambda: life(1).joined([0], 0), "samples is 0: give a whole number a look above 0"),
        (lambda: life(1).joined([0], 1.5), "samples is 1.5: give a whole number a look above 0"),
        (lambda: life(1).joined([0], 100, 0), "rate is 0: give a whole number of samples"),
    ],
)
def test_what_makes_no_sense_is_answered_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
