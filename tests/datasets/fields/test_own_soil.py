"""A student's own soil: CSV files as loggers write them."""

import io

import numpy as np
import pytest

from tinyml_helpers.datasets.fields.own_soil import soil_csv


def read(*lines, **said):
    return soil_csv(io.BytesIO("\n".join(lines).encode()), **said)


def moisture(*lines, **said):
    return read(*lines, **said).moisture[:, 0].tolist()


def test_an_hour_is_the_mean_of_what_was_measured_in_it(tmp_path):
    path = tmp_path / "tomatoes.csv"
    path.write_text(
        "time,battery,soil_moisture (%),rain (mm),air_temp\n"
        "2026-05-01 10:05,3.9,20,0.5,10\n"
        "2026-05-01 10:45,3.9,22,1.5,14\n"
        "2026-05-01 11:05,3.9,,,\n"
        "2026-05-01 13:00,3.9,30,0,20\n"
    )
    soil = soil_csv(path, depth_cm=10)
    assert soil.site == "tomatoes" and soil.step_hours == 1 and soil.depths_cm == (10,)
    assert soil.times.astype(str).tolist() == [f"2026-05-01T{hour}" for hour in (10, 11, 12, 13)]
    np.testing.assert_equal(soil.moisture, [[21], [np.nan], [np.nan], [30]])
    np.testing.assert_equal(soil.rain, [2, np.nan, np.nan, 0])
    np.testing.assert_equal(soil.temperature, [12, np.nan, np.nan, 20])
    np.testing.assert_equal(soil.coldest, [10, np.nan, np.nan, 20])
    np.testing.assert_equal(soil.warmest, [14, np.nan, np.nan, 20])


def test_without_rain_and_temperature_there_is_none():
    soil = read("time,moisture", "2026-05-01 10:05,20", "2026-05-01 10:45,22")
    assert soil.site == "logger" and soil.depths_cm == (None,)
    assert soil.rain is soil.temperature is soil.coldest is soil.warmest is soil.radiation is None


@pytest.mark.parametrize(
    "first, second",
    [
        ("2026-05-01T10:30:00", "2026-05-01T11:30:00"),
        ("2026-05-01T10:30:00Z", "2026-05-01T11:30:00Z"),
        ("2026-05-01T10:30:00+02:00", "2026-05-01T10:30:00+01:00"),
        ("01.05.2026 10:30", "01.05.2026 11:30"),
        ("1777631400", "1777635000"),
        ("1777631400000", "1777635000000"),
        ("1777631400.25", "1777635000.25"),
    ],
)
def test_times_as_loggers_write_them(first, second):
    for lines in (["time;moisture", f"{first};20,5", f"{second};21"], [f"{first};20.5"] * 2):
        soil = read(*lines)
        assert str(soil.times[0]) == "2026-05-01T10" and soil.moisture[0] == 20.5
        assert len(soil.times) == (2 if "time" in lines[0] else 1)


def test_the_column_is_found_by_its_name_or_is_the_first_with_numbers():
    rows = "2026-05-01 10:05,a,50,18,21", "2026-05-01 10:45,b,52,18,21"
    assert moisture("time,node,humidity,soil_temp,Bodenfeuchte", *rows) == [21]
    assert moisture("time,node,x,y,z", *rows) == [51]
    assert moisture("time,node,x,y,z", *rows, moisture="Y") == [18]
    soil = read("time,node,rain,soil_temp,vwc", *rows)
    assert soil.rain.tolist() == [102] and soil.temperature is None
    soil = read("time,node,a,soil_temp,vwc", *rows, rain="a", temperature="soil_temp")
    assert soil.rain.tolist() == [102] and soil.temperature.tolist() == [18]


def test_a_column_that_is_not_there_is_refused():
    rows = "2026-05-01 10:05,1", "2026-05-01 10:45,2"
    with pytest.raises(ValueError, match="'time', 'x', not one 'y': give a column's name"):
        read("time,x", *rows, moisture="y")
    with pytest.raises(ValueError, match="has no header, not one 'y'"):
        read(*rows, rain="y")


def test_fractions_are_percent_where_the_header_says_so_or_none_exceeds_one():
    rows = "2026-05-01 10:05,0.25", "2026-05-01 11:05,0.5"
    assert moisture("time,moisture", *rows) == [25, 50]
    assert moisture("time,moisture (m³/m³)", *rows) == [25, 50]
    assert moisture("time,moisture (%)", *rows) == [0.25, 0.5]
    assert moisture("time,moisture", *rows, unit="%") == [0.25, 0.5]
    with pytest.raises(ValueError, match="unit is 'V': give one of %, m3/m3"):
        read("time,moisture", *rows, unit="V")


@pytest.mark.parametrize("value, unit", [("512", None), ("-3", None), ("1.2", "m3/m3")])
def test_what_cannot_be_percent_is_named(value, unit):
    with pytest.raises(ValueError, match=r"in line 3, which isn't between 0 and 100%.*calibrate"):
        read("time,moisture", "2026-05-01 10:05,0.5", f"2026-05-01 11:05,{value}", unit=unit)


def test_a_row_that_was_sent_twice_counts_once():
    row = "2026-05-01 10:05,20,1.5"
    soil = read("time,moisture,rain", row, row, "2026-05-01 10:45,30,0")
    assert soil.moisture.tolist() == [[25]] and soil.rain.tolist() == [1.5]


def test_two_values_for_a_time_are_refused():
    with pytest.raises(ValueError, match=r"2026-05-01T10:05.* twice with .*line 3 for one: delete"):
        read("time,moisture", "2026-05-01 10:05,20", "2026-05-01 10:05,21")


def test_the_newest_first_is_turned_round():
    rows = "2026-05-01 12:05,30", "2026-05-01 11:05,20", "2026-05-01 10:05,10"
    assert moisture("time,moisture", *rows) == [10, 20, 30]


def test_going_back_in_time_is_refused():
    rows = "2026-05-01 10:05,30", "2026-05-01 12:05,20", "2026-05-01 11:05,10"
    with pytest.raises(ValueError, match="goes back in time at line 4: sort it, or cut it"):
        read("time,moisture", *rows)


def test_a_clock_that_was_not_set_is_named():
    with pytest.raises(ValueError, match="jumps by more than a year at line 3"):
        read("time,moisture", "1970-01-01 00:05,30", "2026-05-01 12:05,20")
    with pytest.raises(ValueError, match="has 5 in line 2, which is neither a date nor Unix time"):
        read("time,moisture", "5,30", "1777631400,20")


def test_times_with_a_zone_and_without_are_refused():
    with pytest.raises(ValueError, match="dates with a time zone and others without"):
        read("time,moisture", "2026-05-01 10:05Z,20", "2026-05-01 11:05,20")


def test_rows_without_a_time_are_left_out():
    assert moisture(
        "time,moisture,x", "2026-05-01 10:05,20,1", ",40,1", "2026-05-01 10:45,30,1"
    ) == [25]
    with pytest.raises(ValueError, match="has no times in its column 1"):
        read("time,moisture,x", ",40,1", ",40,1")


def test_without_any_moisture_it_says_so():
    with pytest.raises(ValueError, match="no moisture in 'moisture'"):
        read("time,moisture,x", "2026-05-01 10:05,,1", "2026-05-01 11:05,,1")
    with pytest.raises(ValueError, match="no column of numbers for the moisture"):
        read("time,rain,node", "2026-05-01 10:05,1,a", "2026-05-01 11:05,1,b")


def test_a_date_and_a_time_of_day_in_two_columns():
    rows = "01.05.2026;10:05;20,5", "01.05.2026;11:05;21"
    soil = read("Datum;Uhrzeit;Feuchte", *rows)
    assert soil.times.astype(str).tolist() == ["2026-05-01T10", "2026-05-01T11"]
    assert soil.moisture[:, 0].tolist() == moisture(*rows) == [20.5, 21]
