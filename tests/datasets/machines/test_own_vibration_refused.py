"""What is no vibration, or not enough of it, and what its file's reader says."""

import numpy as np
import pytest
from vibration_files import rows, shaken, times, write

from tinyml_helpers.datasets.machines.own_vibration import vibration_csv


@pytest.mark.parametrize("unit, time_unit", [("feet", None), (None, "minutes"), ("", None)])
def test_a_unit_that_is_none_is_refused(plain, unit, time_unit):
    with pytest.raises(ValueError, match=r"unit is '.*': give one of .*, or None"):
        vibration_csv(plain, 200, unit=unit, time_unit=time_unit)


@pytest.mark.parametrize(
    "header, message",
    [
        ("clock (s),x (g),y (g),z (g)", "columns 'clock .*' and none for the time: call one"),
        ("time (s),a (g),b (g),c (g)", "no acceleration along x, y or z: name the column with ax"),
        ("time (s),Acc x (g),Linear acc x (g),Acc z (g)", "'Acc x .*', 'Linear .*' for x: name on"),
        ("time (s),x (g),y (g)", "3 names for 4 columns in line 1: export it with decimal points"),
        (None, "doesn't say in what its accelerations are"),
    ],
)
def test_columns_that_are_none_of_its_are_said(tmp_path, header, message):
    t = times()
    path = write(tmp_path, header, rows(t, *shaken(t)))
    with pytest.raises(ValueError, match=message):
        vibration_csv(path, 200)


def test_a_column_that_is_not_there_is_said(plain):
    with pytest.raises(ValueError, match=r"'time .*', 'x .*' and no acceleration along w: name"):
        vibration_csv(plain, 200, "w")
    with pytest.raises(ValueError, match="no acceleration along time"):
        vibration_csv(plain, 200, "time (s)")


def test_many_columns_without_a_header_are_refused(tmp_path):
    t = times()
    path = write(tmp_path, None, rows(t, *shaken(t), t))
    with pytest.raises(ValueError, match="no header and 5 columns and no acceleration"):
        vibration_csv(path, 200)


def test_a_decimal_comma_among_commas_is_said(tmp_path):
    t = times()
    lines = [line.replace(".", ",") for line in rows(t, shaken(t)[0], form="{:.6f}")]
    path = write(tmp_path, "time (s),x (g)", lines)
    with pytest.raises(ValueError, match="2 names for 4 columns in line 1: export it with decimal"):
        vibration_csv(path, 200)


def test_a_broken_line_is_named(plain):
    lines = plain.read_text().splitlines()
    plain.write_text("\n".join([*lines[:50], "0.3,oops,1,1", *lines[50:]]))
    with pytest.raises(ValueError, match=r"fan\.csv has 'oops' in line 51, .* repair or delete"):
        vibration_csv(plain, 200)
    plain.write_text("\n".join([*lines[:50], "0.3,1", *lines[50:]]))
    with pytest.raises(ValueError, match=r"fan\.csv has 2 columns in line 51 and 4 in the others"):
        vibration_csv(plain, 200)


def test_a_last_line_cut_off_is_left_out(plain):
    whole = vibration_csv(plain, 200).samples
    plain.write_text(plain.read_text() + "3.005,0.1,-")
    assert np.array_equal(vibration_csv(plain, 200).samples, whole)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"time (s),x (g)\n", b"<html>no</html>", b"1\n2\n3\n", bytes(range(256))],
)
def test_what_is_no_table_is_refused(tmp_path, content):
    (tmp_path / "fan.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"fan\.csv (has no columns of numbers|is no text)"):
        vibration_csv(tmp_path / "fan.csv", 200)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"nowhere\.csv can't be read: give a CSV file"):
        vibration_csv(tmp_path / "nowhere.csv", 200)


def test_accelerations_that_are_nowhere_are_said(tmp_path):
    lines = [f"{time},nan,7" for time in times()]
    path = write(tmp_path, "time (s),x (g),gyro_z", lines)
    with pytest.raises(ValueError, match="holds no accelerations with times"):
        vibration_csv(path, 200)
