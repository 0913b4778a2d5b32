"""The benchmark of agriculture, from end to end on a station that was made up."""

import json

import benchmark_runner
import numpy as np
import pytest

from tinyml_helpers.datasets import simulated_fields as fields
from tinyml_helpers.datasets.fields.uscrn import DAILY, uscrn


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    """A simulated year as a file of daily01, 5 cm alone."""
    year = fields.season(fields.TEST_SITES + 500, 2021)
    days = {
        "rain": year.rain.reshape(-1, 24).sum(axis=1),
        "warm": year.temperature.reshape(-1, 24),
        "soil": year.moisture_5cm.reshape(-1, 24).mean(axis=1) / 100,
    }
    lines = []
    for day in range(len(days["rain"])):
        fields_of = dict.fromkeys(DAILY, "-9999")
        fields_of |= {name: "-99.000" for name in DAILY if name.startswith("SOIL_MOISTURE")}
        warm = days["warm"][day]
        date = np.datetime64("2021-01-01") + day
        fields_of |= {
            "WBANNO": "12345",
            "LST_DATE": str(date).replace("-", ""),
            "SUR_TEMP_DAILY_TYPE": "C",
            "T_DAILY_MAX": f"{warm.max():.1f}",
            "T_DAILY_MIN": f"{warm.min():.1f}",
            "T_DAILY_AVG": f"{warm.mean():.1f}",
            "P_DAILY_CALC": f"{days['rain'][day]:.1f}",
            "SOIL_MOISTURE_5_DAILY": f"{days['soil'][day]:.3f}",
        }
        lines.append(" ".join(fields_of[name] for name in DAILY))
    path = tmp_path_factory.mktemp("station") / "CRND0103-2021-XX_Nowhere_1_N.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def figures(station):
    made = benchmark_runner.run_whole("agriculture", "--json", "--quick", "--test", station)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def test_forecasts_are_tried_on_fields_and_on_stations(figures):
    assert all(one["bytes"] <= 5 * 1024 for one in figures["models"])
    models = {f"{name}, {kind}" for name in ("simulated", "real") for kind in ("float", "int8")}
    assert {one["model"] for one in figures["simulated"]} == models | {"ridge, simulated"}
    calibrated = {f"{name}, int8, calibrated" for name in ("simulated", "real")}
    real = models | calibrated | {"ridge, simulated", "same change again"}
    assert {one["model"] for one in figures["real"]} == real
    assert {one["station"] for one in figures["real"]} == {"XX_Nowhere_1_N, 5 cm"}
    assert {one["weather"] for one in figures["real"]} == {"all", "dry", "wet"}
    assert {one["station"] for one in figures["simulated_days"]} == {"4 simulated fields, 5 cm"}
    day = {
        (one["model"], one["known"]): one
        for one in figures["real"]
        if one["hours"] == 24 and one["weather"] == "all"
    }
    for one in day.values():
        assert one["count"] > 300 and one["persistence"] > 0.5
        assert one["skill"] == pytest.approx(1 - one["error"] / one["persistence"], abs=2e-3)
    # The station is simulated: the model is at home there.
    assert day["simulated, int8", "weather"]["skill"] > 0.1
    assert day["simulated, int8", "rain to come"]["skill"] > 0.4
    assert day["same change again", "weather"]["skill"] < 0


def test_sending_is_measured_at_the_same_error(figures):
    rows = {(one["way"], one["delta"]): one for one in figures["sending"]}
    assert rows["every hour", 0.0]["messages"] == 24
    for delta in (0.5, 1.0):
        often, seldom = rows["on change", delta], rows["both guess", delta]
        assert seldom["messages"] < often["messages"] < 24
        assert seldom["mean_error"] < delta and 0 < seldom["saved"] < 1
    for one in figures["losing"]:
        assert sum(one["hours"].values()) == pytest.approx(1, abs=1e-3)
        assert one["largest_error_trusted"] <= one["delta"] + 0.01
        assert one["hours"]["wrong"] < 0.05


def test_boards_are_equal_to_this_computer_through_a_season_whose_probe_dies(figures):
    assert {one["board"] for one in figures["boards"]} == {"nano33ble", "pico"}
    for one in figures["boards"]:
        assert one["hours"] == one["equal_hours"] == 7 * 24
        assert one["flagged_at_hour"] > one["stuck_after_hours"]
        assert one["node_bytes"] + one["arena_bytes"] < one["ram_bytes"]
        often, seldom = (
            next(row for row in one["power"] if row["way"] == way and row["spreading_factor"] == 12)
            for way in ("every hour", "this node")
        )
        assert seldom["microamperes"] < often["microamperes"]


def test_rules_are_compared_at_equal_stress_and_faults_are_found(figures):
    rules = {one["rule"] for one in figures["watering"]}
    assert {"timer", "threshold", "forecast", "forecast, rain known"} <= rules
    for one in figures["watering"]:
        assert one["mm"] is None or one["mm"] > 0
    found = figures["faults"]["kinds"]
    assert set(found) == set(fields.FAULTS) and found["stuck"]["share"] == 1


def test_as_text_it_has_every_part(figures):
    text = benchmark_runner.load("field_text").as_text(figures)
    for part in ("held out", "XX_Nowhere", "messages", "lost", "fail", "equal days", "pico: "):
        assert part in text
    bare = {name: part for name, part in figures.items() if name != "real"}
    shorter = benchmark_runner.load("field_text").as_text(bare | {"says": ["nothing was tried"]})
    assert "XX_Nowhere" not in shorter and shorter.endswith("nothing was tried")


def test_a_station_with_gaps_everywhere_is_said(station, tmp_path):
    lines = station.read_text(encoding="utf-8").splitlines()
    few = tmp_path / station.name
    few.write_text("\n".join(lines[:5] + lines[9:14]) + "\n", encoding="utf-8")
    says = []
    assert not list(benchmark_runner.load("field_skill").on_stations({}, uscrn(few), says))
    (sentence,) = says
    assert sentence.startswith("XX_Nowhere_1_N has no eight days in a row")


def test_a_folder_without_stations_is_said(tmp_path):
    assert "\n" not in benchmark_runner.refused("agriculture", "--quick", "--test", tmp_path)
