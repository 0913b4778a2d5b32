"""The fault model on recordings in CWRU's layout."""

import numpy as np
import pytest
from places import outside

from tinyml_helpers.applications.machines import trained
from tinyml_helpers.applications.machines.measuring import real
from tinyml_helpers.datasets import cwru_bearing
from tinyml_helpers.datasets.machines import simulated
from tinyml_helpers.datasets.machines.cwru import BEARINGS
from tinyml_helpers.signals import vibration

LOOK = vibration.look_samples(12_000)


@pytest.fixture(scope="module")
def recordings():
    """A simulated motor's: healthy, and with an inner race that can't be overheard."""
    motor = simulated.machine(3)
    return [
        simulated.recording(motor, 6, fault)._replace(name=name)
        for name, fault in (("healthy", None), ("faulty", simulated.Fault("inner", 12)))
    ]


def test_looks_overlap_and_the_first_is_the_recordings_first(recordings):
    made = real.orders_of(recordings[0])
    assert len(made) == (len(recordings[0].samples) - LOOK) // 2048 + 1
    samples, shaft_hz = recordings[0].samples, recordings[0].shaft_hz
    for place in (0, 5):
        alone = vibration.look(samples[2048 * place :][:LOOK], 12_000, shaft_hz).orders[0]
        np.testing.assert_array_equal(made[place], alone)


def test_a_decision_is_the_mean_of_looks_one_after_the_other():
    found = np.arange(80.0).reshape(20, 4)
    made = real.decided(found, looks=3)
    np.testing.assert_array_equal(
        made, [(found[i] + found[i + 8] + found[i + 16]) / 3 for i in range(4)]
    )
    np.testing.assert_array_equal(real.decided(found[:10], looks=3), [found[:10].mean(axis=0)])


def test_a_loud_fault_is_told_from_health_and_named(recordings):
    (row,) = real.rows(real.scorer(trained.committed()), recordings)
    assert row.name == "faulty" and row.right and row.auc == 1


def test_health_is_scored_with_the_faulty_ones_bearing(recordings):
    asked = []

    def score(seen):
        asked.append(seen[0, :, 1:].tobytes())
        return np.full((len(seen), 4), 0.25)

    other = recordings[0]._replace(orders=simulated.machine(4).orders)
    (row,) = real.rows(score, [other, recordings[1]])
    assert len(asked) == 2 and asked[0] == asked[1]
    assert row.auc == 0.5


def test_false_alarms_count_decisions_of_each_bearing(recordings):
    orders = recordings[0].orders

    def score(seen):
        return np.tile([0.4, 0.2, 0.2, 0.2], (len(seen), 1))

    bearings = {"one": orders, "two": orders}
    assert real.false_alarms(score, recordings, bearings, 0.59) == [
        ("healthy", "one", 1.0),
        ("healthy", "two", 1.0),
    ]
    assert [share for *_, share in real.false_alarms(score, recordings, bearings, 0.61)] == [0, 0]


def test_a_recording_too_short_for_a_look_is_said(recordings):
    with pytest.raises(ValueError, match=r"faulty: a look takes 16,384 samples .* has 100 samples"):
        real.orders_of(recordings[1]._replace(samples=recordings[1].samples[:100]))


def test_real_bearings():
    recordings = cwru_bearing(outside("TINYML_REAL_DATA", "cwru_bearing"))
    score = real.scorer(trained.committed())
    rows = real.rows(score, recordings)
    for sensor, least in (("DE", 0.97), ("FE", 0.93)):
        areas = [row.auc_of_looks for row in rows if row.sensor == sensor]
        assert len(areas) == 9 and np.mean(areas) >= least
    assert np.mean([row.right for row in rows]) >= 0.7
    assert all(share == 0 for *_, share in real.false_alarms(score, recordings, BEARINGS, 0.9))
