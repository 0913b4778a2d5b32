"""All figures of hearts, on few and short ones."""

import json

import numpy as np
import places
import pytest
from wfdb_writer import write_record

from tinyml_helpers.applications.wearables.hearts import examples, trained, training
from tinyml_helpers.applications.wearables.hearts.measuring import figures, ways
from tinyml_helpers.datasets import mitbih, simulated_hearts
from tinyml_helpers.datasets.hearts.ecg import Note


def recording(number, seconds=60):
    heart = simulated_hearts.heart(number)._replace(atrial_chance=0.1, ventricular_chance=0.1)
    return simulated_hearts.recording(heart, seconds)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Hearts as if they were records of MIT-BIH; 201 and 202 are one man's."""
    made = tmp_path_factory.mktemp("records")
    for name in ("101", "106", "201", "100", "202", "102", "777"):
        one = recording(int(name))
        marks = [Note(*mark) for mark in zip(one.beats.tolist(), one.symbols, strict=True)]
        write_record(made, name, one.samples, marks, leads=("MLII",))
    return made


@pytest.fixture(scope="module")
def found(folder):
    return figures.figures(folder, hearts=6, seconds=60)


def test_figures_are_what_json_has_and_of_hearts_for_tests(found):
    assert json.loads(json.dumps(found, allow_nan=False)) == json.loads(json.dumps(found))
    simulated = found["simulated"]
    assert simulated["persons"] == 6 and "proves" not in simulated
    first = [
        simulated_hearts.recording(
            simulated_hearts.heart(simulated_hearts.TEST_HEARTS + number), 60
        )
        for number in range(6)
    ]
    assert sum(simulated["marked"].values()) == sum(len(one.beats) for one in first)
    assert list(simulated["beats"]) == ["0 dB", "6 dB louder", "12 dB louder"]
    assert simulated["beats"]["0 dB"]["sensitivity"]["value"] > 0.97


def test_records_are_split_as_mitbih_is_and_paced_hearts_are_left_out(folder, found):
    splits = figures.by_split(mitbih(folder))
    names = {split: [one.record for one in some] for split, some in splits.items()}
    assert names == {"DS1": ["101", "106", "201"], "DS2": ["100", "202"], "other": ["777"]}
    assert set(found["records"]) == set(names)
    rows = found["records"]["DS1"]["by record"]
    assert [row["record"] for row in rows] == names["DS1"]
    assert all(row["missed"] <= 3 and row["marked"] > 40 for row in rows)
    both = found["records"]["DS1"]["early"]["100"]["both"]
    for kind in ("atrial", "ventricular"):
        assert sum(row[kind] for row in rows) == both[kind]["of"] > 5
        assert sum(row[f"{kind}, called early"] for row in rows) == both[kind]["hits"]
    assert sum(row["false alarms"] for row in rows) == both["false_alarms"]["hits"]


def test_few_patients_prove_nothing_and_it_is_said(found):
    assert found["records"]["other"]["proves"].startswith("of one patient alone: it proves nothing")
    assert found["records"]["DS1"]["proves"].startswith("of 3 patients alone")
    assert found["records"]["DS1"]["early"]["100"]["both"]["atrial"]["by_persons"] is None


def test_each_way_is_there_at_each_number_of_false_alarms(found):
    early = found["simulated"]["early"]
    assert list(early) == ["100", "1000"]
    for a_day, rows in early.items():
        assert tuple(rows) == ways.WAYS
        for way, row in rows.items():
            assert row["threshold"] == trained.thresholds()[a_day][way]
            assert row["false alarms a day"]["value"] == pytest.approx(
                1e5 * row["false_alarms"]["value"]
            )
            assert ("float" in row) == ("named" in row) == (way != ways.INTERVALS)


def test_beats_found_are_counted_by_person():
    one, two = recording(5), recording(6)
    late = one._replace(beats=(one.beats[1:] + one.beats[:-1]) // 2)  # each between two
    apart = figures.of_beats([late, two])
    assert apart["sensitivity"]["value"] == pytest.approx(
        len(two.beats) / (len(late.beats) + len(two.beats)), abs=0.1
    )
    assert apart["sensitivity"]["least"] < 0.2 and apart["sensitivity"]["most"] > 0.97
    same = figures.of_beats([late, two._replace(person=late.person)])
    assert same["sensitivity"]["persons"] == 1
    assert same["sensitivity"]["least"] == same["sensitivity"]["value"]


def test_what_learns_from_ds1_is_tested_on_other_people(folder, monkeypatch):
    learnt_from = []

    def train_twice(recordings):
        learnt_from.extend(one.record for one in recordings)
        return trained.committed_keras(), trained.committed()

    monkeypatch.setattr(training, "train_twice", train_twice)
    monkeypatch.setattr(training, "HEARTS", 2)
    found = figures.figures(folder, hearts=1, seconds=30, learn=True)
    made = found["learnt from DS1, tested on DS2"]
    assert set(learnt_from) == {"heart 0", "heart 1", "101", "106", "201"}
    assert made["persons"] == 1  # 202 is 201's
    alone = figures.of_early([one for one in mitbih(folder) if one.record == "100"])
    assert made["early"]["100"]["both"] == alone["100"]["both"]
    assert list(made["early"]["100"]) == ["intervals", "both"]


def test_a_network_in_float_is_asked_what_the_monitor_saw():
    one = recording(9)
    heard = [examples.of(one), examples.of(recording(10))]
    model = trained.committed_keras()
    made = figures._in_float(model, heard)
    assert [len(part) for part in made] == [len(record.inputs) for record in heard]
    said = training.predict(model, heard[1].inputs)
    np.testing.assert_allclose(made[1], 256 * said[:, 1:].sum(axis=1), atol=0.6)


def test_record_100_is_found_and_proves_nothing():
    folder = places.outside("TINYML_REAL_DATA", "mitbih_record_100")
    found = figures.of_recordings(mitbih(folder))
    assert found["proves"] == "of one patient alone: it proves nothing of other people"
    for name in ("sensitivity", "precision"):
        assert found["beats"][name]["value"] >= 0.995
    both = found["early"]["100"]["both"]
    assert both["atrial"]["of"] == 33 and both["ventricular"]["of"] == 1
    low, high = both["ventricular"]["by_beats"]
    assert high - low > 0.97
