"""MIT-BIH's records: which there are, whose, split how; and record 100 where it is."""

import numpy as np
import places
import pytest
from wfdb_writer import checksum, write_record

from tinyml_helpers import datasets
from tinyml_helpers.datasets.hearts.ecg import Note
from tinyml_helpers.datasets.hearts.mitbih import SPLITS, mitbih


def write(folder, *names):
    for number, name in enumerate(names):
        write_record(folder, name, np.full((5, 2), number), [Note(0, "N")])
    return folder


@pytest.fixture(scope="module")
def record_100():
    (found,) = mitbih(places.outside("TINYML_REAL_DATA", "mitbih_record_100"))
    return found


def test_the_split_has_every_record_once_and_22_to_train_and_22_to_test():
    assert [len(SPLITS[name]) for name in ("DS1", "DS2", "paced")] == [22, 22, 4]
    every = sorted(sum(SPLITS.values(), ()))
    there = [100 + n for n in range(25) if n not in (10, 20)]
    there += [200 + n for n in range(35) if n not in (4, 6, 11, 16, 18, 24, 25, 26, 27, 29)]
    assert every == [str(number) for number in there]


def test_records_come_by_name_and_one_man_has_two(tmp_path):
    write(tmp_path / "some", "201", "100")
    write(tmp_path / "more" / "deep", "202")
    write(tmp_path / "x_mitdb", "x_201")  # more of the same man, with the official archive
    found = mitbih(tmp_path)
    assert [one.record for one in found] == ["100", "201", "202"]
    assert [one.person for one in found] == ["100", "201", "201"]
    assert [int(one.samples[0, 0]) for one in found] == [1, 0, 0]
    assert [one.record for one in mitbih(tmp_path, ["202", 100])] == ["202", "100"]
    assert datasets.mitbih is mitbih


def test_a_split_is_read_whole_or_not_at_all(tmp_path):
    write(tmp_path, *SPLITS["DS2"], *SPLITS["paced"])
    assert [one.record for one in mitbih(tmp_path, "DS2")] == list(SPLITS["DS2"])
    (tmp_path / "213.hea").unlink()
    with pytest.raises(ValueError, match="lacks records 213: download them, too"):
        mitbih(tmp_path, "DS2")


def test_nothing_there_or_twice_there_is_said(tmp_path):
    with pytest.raises(ValueError, match=r"holds no \.hea file: give the folder with the records"):
        mitbih(tmp_path)
    write(tmp_path / "a", "100")
    write(tmp_path / "b", "100")
    with pytest.raises(ValueError, match="are both record 100: take one out"):
        mitbih(tmp_path)
    with pytest.raises(ValueError, match="'DS3': give DS1, DS2, paced, a list, or None"):
        mitbih(tmp_path / "a", "DS3")


def test_record_100_has_half_an_hour_of_two_leads(record_100):
    assert record_100.samples.shape == (650_000, 2) and record_100.rate == 360
    assert record_100.leads == ("MLII", "V5")
    assert record_100.samples[0].tolist() == [995, 1011]
    assert [checksum(lead) for lead in record_100.samples.T] == [-22131, 20052]
    np.testing.assert_allclose(record_100.millivolts[0], [-0.145, -0.065], atol=1e-6)


def test_record_100_has_2239_normal_33_atrial_and_one_ventricular_beat(record_100):
    assert dict(zip(*np.unique(record_100.symbols, return_counts=True), strict=True)) == {
        "N": 2239,
        "A": 33,
        "V": 1,
    }
    assert dict(zip(*np.unique(record_100.classes, return_counts=True), strict=True)) == {
        "N": 2239,
        "S": 33,
        "V": 1,
    }
    assert record_100.notes == (Note(18, "+", text="(N"),)


def test_record_100_is_marked_at_its_r_peaks(record_100):
    lead = record_100.millivolts[:, 0]
    early = [int(np.argmax(lead[place - 20 : place + 20])) - 20 for place in record_100.beats[:-1]]
    assert np.mean(np.abs(early) <= 2) > 0.99


def test_the_datasheet_says_what_was_found_in_record_100(record_100):
    sheet = " ".join((places.DATA / "mitbih.md").read_text(encoding="utf-8").split())
    assert f"{len(record_100.samples):,} samples" in sheet
    assert f"{len(record_100.beats) + len(record_100.notes):,} annotations" in sheet
    for word in ("2,239 normal", "33 atrial", "1 ventricular", "ODC-By", "diagnoses nothing"):
        assert word in sheet
    assert "(mitbih.md)" in (places.DATA / "README.md").read_text(encoding="utf-8")
