"""Simulated machines: the same by number, none in two parts, sentences for what is none."""

import dataclasses

import numpy as np
import pytest

from tinyml_helpers.datasets.machines import simulated
from tinyml_helpers.datasets.machines.recording import Recording
from tinyml_helpers.datasets.machines.simulated import (
    RATE,
    TEST_MACHINES,
    Fault,
    machine,
    recording,
)


def described(one):
    """All that a machine is, as comparable values; without its number."""
    values = dataclasses.asdict(one)
    del values["number"]
    return {name: np.asarray(value).tolist() for name, value in values.items()}


@pytest.mark.parametrize("number", [0, 7, TEST_MACHINES])
def test_a_number_is_the_same_machine_each_time(number):
    assert described(machine(number)) == described(machine(np.int64(number)))
    assert machine(number).name == f"machine {number}"


def test_another_number_is_another_machine_and_test_machines_are_none_to_train_on():
    train = [machine(number) for number in range(200)]
    test = [machine(number) for number in range(TEST_MACHINES, TEST_MACHINES + 200)]
    for what in ("shaft_hz", "orders", "slip", "g", "slope"):
        assert len({getattr(one, what) for one in train + test}) == 400


def test_machines_are_such_as_there_are():
    for one in map(machine, range(300)):
        inner, outer, ball, cage = one.orders
        balls = inner + outer
        assert balls == pytest.approx(round(balls)) and 7 <= round(balls) <= 14
        assert 0.34 <= cage <= 0.43 and 2 < outer < inner < 10 and 2.8 < ball < 6.6
        assert 8 <= one.shaft_hz <= 60 and 0.02 < one.g < 0.32
        assert 1 <= len(one.modes) <= 6 and (one.modes[:, 0] < RATE / 2).all()
        assert (one.tones[:, 0] < RATE / 2).all()


def test_a_recording_is_the_same_each_time_and_another_with_another_seed():
    first, again, other, long = (
        recording(machine(3), 0.5, Fault("ball", 5), 0.3, seed) for seed in (1, [1], 2, [1, 4])
    )
    assert np.array_equal(first.samples, again.samples) and first.shaft_hz == again.shaft_hz
    for one in (other, long):
        assert not np.array_equal(first.samples, one.samples)


def test_a_recording_says_what_it_is_of():
    one = recording(machine(5), 0.5, Fault("outer", 3))
    assert isinstance(one, Recording) and one.samples.dtype == np.int16
    assert (one.name, one.kind, one.machine) == ("machine 5 outer", "outer", "machine 5")
    assert (one.rate, one.orders) == (12_000, machine(5).orders)
    assert recording(machine(5), 0.5).kind == "normal"


def test_load_slows_the_shaft_and_makes_the_noise_louder():
    for number in range(8):
        idle, loaded = (recording(machine(number), 1, load=load) for load in (0, 1))
        assert loaded.shaft_hz == pytest.approx(0.98 * idle.shaft_hz)
        assert abs(idle.shaft_hz / machine(number).shaft_hz - 1) < 0.008
    quiet, loud = (
        simulated.acceleration(_noise_only(machine(1)), 1, load=load)[0].std() for load in (0, 1)
    )
    assert 20 * np.log10(loud / quiet) == pytest.approx(2, abs=0.1)


def _noise_only(one):
    none = np.zeros((0, 2))
    return dataclasses.replace(one, lines=none, tones=none, mains_waves=none, gear=(0, 0, 0), g=1)


@pytest.mark.parametrize("count", [2, 3, 65, 1023, 12_345])
@pytest.mark.parametrize("kind", [None, *simulated.FAULTS])
def test_any_number_of_samples_can_be_had(kind, count):
    fault = Fault(kind) if kind else None
    assert len(recording(machine(2), count / RATE, fault).samples) == count


@pytest.mark.parametrize(("rate", "count"), [(3200, 801), (1600, 401), (1000, 251)])
def test_at_a_lower_rate_there_are_as_many_samples_fewer(rate, count):
    one = recording(machine(2), 3001 / RATE, rate=rate)
    assert (len(one.samples), one.rate) == (count, rate)


@pytest.mark.parametrize("rate", [3200, 1600])
def test_what_a_lower_rate_cannot_hold_does_not_fold_back(rate):
    def near_700(amplitude):
        one = dataclasses.replace(machine(4), tones=np.array([[2500.0, amplitude]]))
        samples = recording(one, 2, rate=rate).samples
        power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
        hz = np.fft.rfftfreq(len(samples), 1 / rate)
        return power[np.abs(hz - 700) < 5].max()

    assert rate - 2500 % rate == 700
    assert near_700(30) == pytest.approx(near_700(0), rel=0.5)  # 70 dB less than it was


def test_a_short_look_is_as_loud_as_a_long_one():
    swelling = {"order_waves": np.zeros((0, 2)), "swell": 0.2, "swell_hz": 1.0}
    one = dataclasses.replace(_noise_only(machine(1)), slope=0.0, **swelling)
    levels = [
        20 * np.log10(simulated.acceleration(one, 0.1, seed=seed)[0].std()) for seed in range(60)
    ]
    # A moment is at some point of the swell, by 0.2 times a normal number of nepers.
    assert abs(np.mean(levels)) < 1 and 1 < np.std(levels) < 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: machine(-1), "a machine's number is a whole number from 0 up, not -1"),
        (lambda: machine(1.5), "from 0 up, not 1.5"),
        (lambda: machine("7"), "from 0 up, not '7'"),
        (lambda: recording(7), r"7 is no Machine: make one by its number, such as machine\(7\)"),
        (lambda: recording(machine(1), 0), "0 seconds at load 0.5: give some seconds"),
        (lambda: recording(machine(1), -2), "-2 seconds at load 0.5: give some seconds"),
        (lambda: recording(machine(1), float("nan")), "nan seconds at load 0.5: give some"),
        (lambda: recording(machine(1), float("inf")), "inf seconds at load 0.5: give some"),
        (lambda: recording(machine(1), load=1.1), "load 1.1: give .* a load from 0 to 1"),
        (lambda: recording(machine(1), load=-0.1), "load -0.1: give .* a load from 0 to 1"),
        (lambda: recording(machine(1), load=float("nan")), "load nan: give .* from 0 to 1"),
        (lambda: recording(machine(1), seed=-1), "seed is -1: give a whole number from 0 up"),
        (lambda: recording(machine(1), seed=[1, 0.5]), r"seed is \[1, 0.5\]: give a whole"),
        (lambda: recording(machine(1), rate=0), "rate is 0: give a whole number of samples"),
        (lambda: recording(machine(1), rate=3.2), "rate is 3.2: give a whole number of samples"),
        (lambda: recording(machine(1), fault="inner"), "a fault is 'inner': give None or a Fault"),
        (lambda: recording(machine(1), fault=Fault("gear")), "no fault 'gear': there are inner, o"),
        (
            lambda: recording(machine(1), fault=Fault("inner", float("nan"))),
            "decibels=nan.* makes no sense: give decibels, and a whole number",
        ),
        (
            lambda: recording(machine(1), fault=Fault("inner", 0, -1)),
            "number=-1.* makes no sense: give decibels, and a whole number",
        ),
        (
            lambda: recording(machine(1), fault=Fault("inner", 0, 0.5)),
            "number=0.5.* makes no sense: give decibels, and a whole number",
        ),
    ],
)
def test_what_makes_no_sense_is_answered_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
