"""What the monitor sees of recordings, and what is marked there."""

import numpy as np
import places
import pytest

from tinyml_helpers.applications.wearables.hearts import examples, monitor, trained
from tinyml_helpers.datasets import mitbih, simulated_hearts
from tinyml_helpers.datasets.hearts.ecg import NOTHING, Note

HEART = simulated_hearts.heart(12)._replace(atrial_chance=0.1, ventricular_chance=0.1)


@pytest.fixture(scope="module")
def made():
    return simulated_hearts.recording(HEART, 120)


@pytest.fixture(scope="module")
def record(made):
    return examples.of(made)


def test_every_beat_found_has_the_class_of_its_mark(made, record):
    assert record.marked == {name: int((made.classes == name).sum()) for name in ("N", "S", "V")}
    seen = monitor.inputs(made.samples[:, 0], made.rate, 200)
    assert len(seen.places) == len(record.classes)
    for place, name in zip(seen.places, record.classes, strict=True):
        nearest = np.abs(made.beats - place).argmin()
        near = abs(made.beats[nearest] - place) <= 0.15 * made.rate
        assert name == (made.classes[nearest] if near else "")
    assert (record.classes == "S").sum() >= 5 and (record.classes == "V").sum() >= 5


def test_with_a_model_it_is_what_the_monitor_itself_sees(made):
    tflite = trained.committed()
    heard = examples.of(made, tflite, threshold=90)
    beats = monitor.Monitor(tflite, monitor.Settings.of(made, threshold=90)).push(
        made.samples[:, 0]
    )
    np.testing.assert_array_equal(heard.inputs, [beat.input for beat in beats])
    np.testing.assert_array_equal(heard.scores, [beat.scores for beat in beats])
    assert heard.rr.tolist() == [beat.rr or 0 for beat in beats]
    assert heard.usual.tolist() == [beat.usual or 0 for beat in beats]


def test_the_chest_straps_lead_is_taken_wherever_it_stands(made):
    other = np.full_like(made.samples, 1024)
    two = made._replace(
        samples=np.hstack([other, made.samples]),
        gains=np.array([100.0, 200.0]),
        zeros=np.array([1024, 1024]),
        leads=("V5", "MLII"),
    )
    samples, counts = examples.lead(two)
    np.testing.assert_array_equal(samples, made.samples[:, 0])
    assert counts == 200
    samples, counts = examples.lead(two._replace(leads=("V5", "V2")))
    assert counts == 100 and (samples == 1024).all()


def test_what_was_not_recorded_is_the_zero_line(made):
    holes = made.samples.copy()
    holes[100:200] = NOTHING
    samples, _ = examples.lead(made._replace(samples=holes))
    assert (samples[100:200] == 1024).all() and samples.dtype == np.int16
    np.testing.assert_array_equal(samples[200:], made.samples[200:, 0])


def test_in_flutter_no_beat_is_found_nor_missed(made, record):
    begin, end = 30 * made.rate, 50 * made.rate
    kept = (made.beats < begin) | (made.beats >= end)
    fluttering = made._replace(
        beats=made.beats[kept],
        symbols=made.symbols[kept],
        classes=made.classes[kept],
        notes=(Note(begin, "["), Note(begin + 9, "!"), Note(end, "]")),
    )
    heard = examples.of(fluttering)
    assert sum(heard.marked.values()) == kept.sum()
    assert (heard.classes == "").sum() == (record.classes == "").sum()
    assert len(heard.classes) < len(record.classes) - 15
    # Flutter that the record ends in.
    unended = fluttering._replace(notes=fluttering.notes[:1])
    assert examples.outside_flutter(np.array([0, begin, end, end + 9]), unended).tolist() == [
        True,
        *3 * [False],
    ]


def test_fusion_beats_count_as_ventricular_and_paced_ones_are_not_learnt_from(made):
    classes = np.where(made.classes == "V", "F", made.classes)
    classes[:20] = "Q"
    heard = examples.of(made._replace(classes=classes))
    assert set(heard.marked) == {"N", "S", "V", "Q"} and "F" not in heard.classes
    some = examples.joined([heard])
    assert len(some.classes) == (heard.classes != "Q").sum() < len(heard.classes)
    for number, name in enumerate("NSV"):
        wanted = (heard.classes == name).sum() + (number == 0) * (heard.classes == "").sum()
        assert (some.classes == number).sum() == wanted


def test_hearts_to_learn_from_are_the_same_each_time_and_none_is_for_tests():
    one, two = (list(examples.varied([3, 4], seconds=20)) for _ in range(2))
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first.samples, second.samples)
    with pytest.raises(ValueError, match=r"heart 1000000 is for tests"):
        next(examples.varied([simulated_hearts.TEST_HEARTS]))


def test_hearts_to_learn_from_have_more_early_beats_than_hearts_have():
    numbers = range(30)
    usual = [simulated_hearts.recording(simulated_hearts.heart(n), 60) for n in numbers]
    early, more = (
        np.mean(np.concatenate([one.classes for one in some]) != "N")
        for some in (usual, examples.varied(numbers, seconds=60))
    )
    assert more > 2 * early > 0


def test_record_100_is_seen_whole():
    (ecg,) = mitbih(places.outside("TINYML_REAL_DATA", "mitbih_record_100"))
    heard = examples.of(ecg)
    assert heard.marked == {"N": 2239, "S": 33, "V": 1}
    found = {name: int((heard.classes == name).sum()) for name in heard.marked}
    assert found["S"] == 33 and found["V"] == 1 and found["N"] >= 2230
    assert (heard.classes == "").sum() <= 5
