"""SIMPaCT's soil sensors, on stand-ins in the official layout."""

import numpy as np
import pytest

from tinyml_helpers.datasets.fields.simpact import FILE, simpact

HEADER = "day,hour,SENS0008,SENS0010"


def write(folder, *lines, name=FILE):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def test_a_series_for_each_sensor(tmp_path):
    lines = "2022-11-15,23,11.5,38.7", "2022-11-16,0,,39", "2022-11-16,2,12,40"
    path = write(tmp_path / "data", HEADER, *lines)
    one, other = simpact(path)
    assert (one.site, other.site) == ("SENS0008", "SENS0010")
    assert one.step_hours == 1 and one.depths_cm == (None,) and one.rain is None
    assert one.times.astype(str).tolist() == [
        f"2022-11-1{hour}" for hour in ("5T23", "6T00", "6T01", "6T02")
    ]
    assert np.array_equal(one.moisture, [[11.5], [np.nan], [np.nan], [12]], equal_nan=True)
    assert np.array_equal(other.moisture, [[38.7], [39], [np.nan], [40]], equal_nan=True)
    assert [soil.site for soil in simpact(tmp_path)] == ["SENS0008", "SENS0010"]


def test_hours_are_sorted_and_other_columns_left_out(tmp_path):
    lines = "2022-11-15,1,2,3,2022-11-15 01:00:00", "2022-11-15,0,1,2,2022-11-15 00:00:00"
    one, _ = simpact(write(tmp_path, f"{HEADER},datetime", *lines))
    assert one.moisture[:, 0].tolist() == [1, 2]


@pytest.mark.parametrize(
    "line, said",
    [
        ("2022-11-15,0,11", "has 3 fields in line 3 instead of 4"),
        ("2022-11-15,1,11,dry", "'dry' in line 3, which is no number"),
        ("2022-11-15,1,11,inf", "'inf' in line 3, which is no number"),
        ("2022-11-15,24,1,1", "hour '24' in line 3, which is no hour"),
        ("2022-11-31,0,1,1", "day '2022-11-31' and hour '0' in line 3"),
        ("9022-11-15,0,1,1", "day '9022-11-15' and hour '0' in line 3"),
        ("2022-11-15,0,1,1", "2022-11-15 00:00 in line 2 and in line 3: delete"),
    ],
)
def test_a_broken_line_is_named(tmp_path, line, said):
    with pytest.raises(ValueError, match=said):
        simpact(write(tmp_path, HEADER, "2022-11-15,0,1,2", line))


@pytest.mark.parametrize("header", ["", "day,hour,a", "day,SENS0008", "index,stream,value"])
def test_other_columns_are_refused(tmp_path, header):
    with pytest.raises(ValueError, match="has no columns day, hour and SENS0008"):
        simpact(write(tmp_path, header, "2022-11-15,0,1"))


def test_nothing_to_read_is_said(tmp_path):
    with pytest.raises(ValueError, match="holds 0 files"):
        simpact(tmp_path)
    with pytest.raises(ValueError, match="can't be read as a CSV file"):
        simpact(tmp_path / FILE)
    with pytest.raises(ValueError, match="no lines below"):
        simpact(write(tmp_path, HEADER))
    write(tmp_path / "copy", HEADER)
    with pytest.raises(ValueError, match=r"holds 2 files .* give the file itself"):
        simpact(tmp_path)
