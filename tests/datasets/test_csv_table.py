"""Tables of other programs: what all that read them share."""

import io
from datetime import datetime

import numpy as np
import pytest

from tinyml_helpers.datasets.csv_table import CsvTable


def table(text):
    return CsvTable(io.BytesIO(text.encode()))


@pytest.mark.parametrize(
    "field",
    ["2026-05-01 09:05", "01.05.2026 09:05", "1.5.2026 9:05", "01.05.2026, 09:05:00"],
)
def test_dates_as_loggers_write_them(field):
    read = table(f"time;x\n{field};1,5\n{field};2\n")
    assert read.moments(0) == ([datetime(2026, 5, 1, 9, 5)] * 2, True)
    assert read.numbers(1).tolist() == [1.5, 2]


def test_german_dates_are_days_before_months():
    seconds, dates = table("t;x\n31.01.2026 00:00;1\n01.02.2026 00:00;1\n").times(0)
    assert dates and seconds.tolist() == [0, 86_400]


@pytest.mark.parametrize("silent", ["", "NaN"])
def test_rows_before_a_sensor_woke_are_no_header(silent):
    rows = f"2026-05-01 00:00,{silent}\n2026-05-01 01:00,{silent}\n2026-05-01 02:00,7\n"
    read = table(f"time,x\n{rows}")
    assert read.header == ["time", "x"] and read.lines() == [2, 3, 4]
    assert np.array_equal(read.numbers(1), [np.nan, np.nan, 7], equal_nan=True)
    assert table(rows).header is None


def test_a_date_that_is_none_is_named_with_its_line():
    with pytest.raises(ValueError, match=r"'31\.02\.2026 00:00' in line 3"):
        table("t;x\n01.02.2026 00:00;1\n31.02.2026 00:00;1\n").times(0)


@pytest.mark.parametrize("day", ["2026-05-01", "01.05.2026"])
def test_the_time_of_day_may_stand_in_the_next_column(day):
    read = table(f"date;clock;x\n{day};09:05;1,5\n;;2\n{day};10:05:30;2\n")
    moments, dates = read.moments(0)
    assert dates and moments == [datetime(2026, 5, 1, 9, 5), None, datetime(2026, 5, 1, 10, 5, 30)]
    assert table(f"{day};09:05;1\n" * 2).header is None


@pytest.mark.parametrize("rest", ["1,5;1", "1"])
def test_days_without_a_time_of_day_are_refused(rest):
    with pytest.raises(ValueError, match=r"has days such as 01\.05\.2026 and no times of day"):
        table(f"01.05.2026;{rest}\n02.05.2026;{rest}\n").moments(0)
