"""NOAA's Climate Reference Network, on stand-ins in the official layout."""

import numpy as np
import pytest

from tinyml_helpers.datasets.fields.uscrn import DAILY, DEPTHS_CM, HOURLY, uscrn

DAY_NAME = "CRND0103-2014-KS_Manhattan_6_SSW.txt"
HOUR_NAME = "CRNH0203-2014-KS_Manhattan_6_SSW.txt"


def fields(names, **said):
    """A line's fields: all that isn't said is missing, by the code of its width."""
    line = dict.fromkeys(names, "-9999.0")
    line |= {name: "0" for name in names if name.endswith("_FLAG")}
    line |= {name: "-99.000" for name in names if "MOISTURE" in name}
    line |= {"WBANNO": "53974", "CRX_VN": " 2.514", "LONGITUDE": "-106.61", "LATITUDE": "  39.10"}
    line |= {name: "C" for name in names if name.endswith("_TYPE")}
    return [{**line, **said}[name] for name in names]


def day(date, **said):
    return " ".join(fields(DAILY, LST_DATE=date, **said))


def hour(date, time, **said):
    said = {"UTC_DATE": date, "UTC_TIME": time, "LST_DATE": date, "LST_TIME": time, **said}
    return " ".join(fields(HOURLY, **said))


def write(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_official_layouts_have_28_and_38_fields():
    assert (len(DAILY), len(HOURLY)) == (28, 38)
    assert [DAILY[18 + i] for i in range(5)] == [f"SOIL_MOISTURE_{d}_DAILY" for d in DEPTHS_CM]
    assert HOURLY[19] == "SUR_TEMP_TYPE" and HOURLY[28] == "SOIL_MOISTURE_5"


def test_a_day(tmp_path):
    said = {
        "P_DAILY_CALC": "12.5",
        "T_DAILY_MAX": "30.1",
        "T_DAILY_MIN": "-3.5",
        "T_DAILY_AVG": "11.2",
        "T_DAILY_MEAN": "13.3",
        "SOLARAD_DAILY": "21.52",
        "SOIL_MOISTURE_5_DAILY": "0.213",
        "SOIL_MOISTURE_100_DAILY": "0.350",
        "RH_DAILY_AVG": "71.2",
    }
    (soil,) = uscrn(write(tmp_path / DAY_NAME, day("20140501", **said)))
    assert soil.site == "KS_Manhattan_6_SSW" and soil.step_hours == 24
    assert soil.times.dtype == "datetime64[h]" and str(soil.times[0]) == "2014-05-01T00"
    assert soil.depths_cm == (5, 10, 20, 50, 100) and soil.moisture.shape == (1, 5)
    np.testing.assert_allclose(soil.moisture[0], [21.3, np.nan, np.nan, np.nan, 35])
    weather = soil.rain, soil.temperature, soil.coldest, soil.warmest, soil.radiation
    assert np.concatenate(weather).tolist() == [12.5, 11.2, -3.5, 30.1, 21.52]
    assert soil.other["RH_DAILY_AVG"] == 71.2 and soil.other["T_DAILY_MEAN"] == 13.3
    assert np.isnan(soil.other["SOIL_TEMP_5_DAILY"])
    assert not {"WBANNO", "LONGITUDE", "LST_DATE", "P_DAILY_CALC"} & set(soil.other)


def test_an_hour_is_dated_by_when_it_begins_in_the_stations_own_time(tmp_path):
    lines = [
        hour("20140502", "0000", UTC_TIME="0600", SOLARAD="500", T_HR_AVG="8.5", T_MIN="7"),
        hour("20140502", "0100", P_CALC="1.5", SOIL_MOISTURE_10="0.2", T_MAX="9", T_CALC="1"),
    ]
    (soil,) = uscrn(write(tmp_path / HOUR_NAME, *lines))
    assert soil.step_hours == 1 and soil.site == "KS_Manhattan_6_SSW"
    assert soil.times.astype(str).tolist() == ["2014-05-01T23", "2014-05-02T00"]
    np.testing.assert_allclose(soil.radiation, [1.8, np.nan])  # 500 W/m² for 3,600 s
    np.testing.assert_allclose(soil.rain, [np.nan, 1.5])
    np.testing.assert_allclose(soil.moisture[:, 1], [np.nan, 20])
    assert (soil.temperature[0], soil.coldest[0], soil.warmest[1]) == (8.5, 7, 9)


def test_what_is_flagged_as_erroneous_is_missing(tmp_path):
    said = {"SOLARAD": "500", "RH_HR_AVG": "55", "SUR_TEMP": "20"}
    lines = [
        hour("20140502", "1200", **said),
        hour("20140502", "1300", **said, SOLARAD_FLAG="3", RH_HR_AVG_FLAG="3"),
    ]
    (soil,) = uscrn(write(tmp_path / HOUR_NAME, *lines))
    assert np.isnan(soil.radiation).tolist() == [False, True]
    assert np.isnan(soil.other["RH_HR_AVG"]).tolist() == [False, True]
    assert soil.other["SUR_TEMP"].tolist() == [20, 20]
    assert not any(name.endswith("_FLAG") for name in soil.other)


@pytest.mark.parametrize("code", ["-99", "-99.0", "-99.000", "-9999", "-9999.0", "-99999"])
def test_every_code_for_missing_is_nan(tmp_path, code):
    line = day("20140501", P_DAILY_CALC=code, SOIL_MOISTURE_5_DAILY=code, T_DAILY_MIN="-55.2")
    (soil,) = uscrn(write(tmp_path / DAY_NAME, line))
    assert np.isnan(soil.rain[0]) and np.isnan(soil.moisture[0, 0]) and soil.coldest[0] == -55.2


def test_days_that_are_not_there_are_missing(tmp_path):
    lines = [day(f"201405{d:02}", SOIL_MOISTURE_5_DAILY="0.2") for d in (1, 4)]
    (soil,) = uscrn(write(tmp_path / DAY_NAME, *lines))
    assert len(soil.times) == 4
    assert np.isnan(soil.moisture[:, 0]).tolist() == [False, True, True, False]


def test_the_years_of_a_station_are_joined_and_several_stations_are_several(tmp_path):
    write(tmp_path / "2015" / DAY_NAME.replace("2014", "2015"), day("20150101", P_DAILY_CALC="2"))
    write(tmp_path / "2014" / DAY_NAME, day("20141231", P_DAILY_CALC="1"))
    write(tmp_path / "2014" / HOUR_NAME, hour("20140101", "0100"))
    write(tmp_path / "2014" / "CRND0103-2014-AZ_Tucson_11_W.txt", day("20140101"))
    for name in ("readme.txt", "HEADERS.txt", "LICENSE-DATA.txt"):
        write(tmp_path / name, "no data")
    soils = uscrn(tmp_path)
    assert [(soil.site, soil.step_hours, len(soil.times)) for soil in soils] == [
        ("AZ_Tucson_11_W", 24, 1),
        ("KS_Manhattan_6_SSW", 1, 1),
        ("KS_Manhattan_6_SSW", 24, 2),
    ]
    assert soils[2].rain.tolist() == [1, 2]


def test_the_fields_with_a_header(tmp_path):
    names = ["LST_DATE", "P_DAILY_CALC", "SOIL_MOISTURE_5_DAILY", "SOIL_MOISTURE_20_DAILY", "note"]
    path = write(tmp_path / "here.csv", ",".join(names), "20140501,3,0.25,,dry", "20140502,,,-99,")
    (soil,) = uscrn(path)
    assert soil.site == "here" and soil.depths_cm == (5, 20)
    np.testing.assert_allclose(soil.moisture, [[25, np.nan], [np.nan, np.nan]])
    np.testing.assert_allclose(soil.rain, [3, np.nan])
    assert soil.temperature is None and dict(soil.other) == {}


def test_the_official_fields_below_a_header_between_spaces(tmp_path):
    line = day("20140501", P_DAILY_CALC="3")
    (soil,) = uscrn(write(tmp_path / DAY_NAME, " ".join(DAILY), line))
    assert soil.rain.tolist() == [3]


def test_null_characters_are_no_line(tmp_path):
    path = write(tmp_path / DAY_NAME, day("20140501"), "\0" * 200, day("20140502") + "\0")
    assert len(uscrn(path)[0].times) == 2


def test_a_short_line_is_named(tmp_path):
    path = write(tmp_path / DAY_NAME, day("20140501"), day("20140502")[:100])
    with pytest.raises(ValueError, match=r"2014-KS.*\.txt has \d+ fields in line 2 instead of 28"):
        uscrn(path)


def test_a_broken_number_is_named(tmp_path):
    for broken in ("3.x", "inf", "1e999"):
        path = write(tmp_path / DAY_NAME, day("20140501"), day("20140502", P_DAILY_CALC=broken))
        with pytest.raises(ValueError, match=rf"{broken}' for P_DAILY_CALC in line 2"):
            uscrn(path)


@pytest.mark.parametrize("date", ["20140230", "2014050", "-9999", "19990101", "99990101"])
def test_a_date_that_is_none_is_named(tmp_path, date):
    with pytest.raises(ValueError, match=r"in line 1, which is no full hour since 2000: delete"):
        uscrn(write(tmp_path / DAY_NAME, day(date)))


@pytest.mark.parametrize("time", ["2400", "0130", "-9999"])
def test_an_hour_that_is_none_is_named(tmp_path, time):
    with pytest.raises(ValueError, match=r"in line 1, which is no full hour"):
        uscrn(write(tmp_path / HOUR_NAME, hour("20140501", time)))


def test_a_day_that_is_there_twice_is_named_with_both_files(tmp_path):
    write(tmp_path / "a" / DAY_NAME, day("20140501"), day("20140502"))
    write(tmp_path / "b" / DAY_NAME, day("20140502"))
    with pytest.raises(ValueError, match=r"a.*, line 2, and .*b.*, line 1, are both 2014-05-02"):
        uscrn(tmp_path)


def test_several_stations_in_a_file_are_refused(tmp_path):
    path = write(tmp_path / DAY_NAME, day("20140501"), day("20140502", WBANNO="3047"))
    with pytest.raises(ValueError, match="has 2 stations: give files of one station"):
        uscrn(path)


@pytest.mark.parametrize(
    "line",
    [
        "53974 20140501 0005 20140430 1805 3 -96 39 1 2 3 0 1 C 0 55 0 0.2 18 1000 0 1 0",  # 5 min
        " ".join(fields(DAILY, LST_DATE="20140501")).replace(" C ", " 1 "),
        "53974 999999 " + hour("20140501", "0100").split(" ", 1)[1].replace(" C ", " "),  # 01
        "time,moisture",
    ],
)
def test_another_layout_is_refused(tmp_path, line):
    with pytest.raises(ValueError, match=r"fields in its first line, which is neither daily01"):
        uscrn(write(tmp_path / "other.txt", line))


@pytest.mark.parametrize(
    "header, said",
    [
        ("LST_DATE,P_DAILY_CALC", "without SOIL_MOISTURE_5_DAILY"),
        ("LST_DATE,LST_TIME,SOIL_MOISTURE_5_DAILY", "without SOIL_MOISTURE_5: use"),
        ("LST_DATE,SOIL_MOISTURE_5_DAILY,LST_DATE", "LST_DATE twice"),
        ("LST_DATE,SOIL_MOISTURE_5_DAILY", "no lines below"),
    ],
)
def test_a_header_that_will_not_do(tmp_path, header, said):
    with pytest.raises(ValueError, match=said):
        uscrn(write(tmp_path / "other.csv", header))


def test_nothing_to_read_is_said(tmp_path):
    with pytest.raises(ValueError, match=r"holds no \.txt or \.csv file"):
        uscrn(tmp_path)
    with pytest.raises(ValueError, match=r"holds no \.txt or \.csv file"):
        uscrn(tmp_path / "nowhere")
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(ValueError, match="is empty"):
        uscrn(tmp_path)
    (tmp_path / "empty.txt").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ValueError, match="can't be read as text"):
        uscrn(tmp_path)


def test_what_one_of_a_stations_files_lacks_is_missing_there(tmp_path):
    write(tmp_path / "CRND0103-2015-X.txt", day("20150101", P_DAILY_CALC="2", RH_DAILY_AVG="50"))
    names = "LST_DATE,SOIL_MOISTURE_5_DAILY"
    write(tmp_path / "CRND0103-2014-X.csv", names, "20141231,0.25")
    (soil,) = uscrn(tmp_path)
    np.testing.assert_allclose(soil.rain, [np.nan, 2])
    np.testing.assert_allclose(soil.other["RH_DAILY_AVG"], [np.nan, 50])
    np.testing.assert_allclose(soil.moisture[:, 0], [25, np.nan])
