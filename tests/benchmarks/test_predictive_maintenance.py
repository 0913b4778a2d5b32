"""The benchmark of predictive maintenance, from end to end on a folder of two recordings."""

import json

import benchmark_runner
import numpy as np
import pytest
from scipy.io import savemat

from tinyml_helpers.datasets.machines import simulated


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A healthy recording at 48 kHz and a faulty one at 12, laid out as CWRU's are."""
    folder, motor = tmp_path_factory.mktemp("bearings"), simulated.machine(3)
    for number, rate, fault in ((97, 48_000, None), (105, 12_000, simulated.Fault("inner", 12))):
        made = simulated.recording(motor, 6, fault, rate=rate)
        columns = {
            f"X{number:03}_{sensor}_time": made.samples[:, np.newaxis] / 2048
            for sensor in ("DE", "FE")
        }
        rpm = np.array([[60 * made.shaft_hz]])
        savemat(folder / f"{number}.mat", {**columns, f"X{number:03}RPM": rpm})
    return folder


@pytest.fixture(scope="module")
def figures(folder):
    made = benchmark_runner.run_whole(
        "predictive_maintenance", "--json", "--quick", "--test", folder
    )
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def test_it_tries_all_and_prints_one_json_object(figures):
    models = {"float", "int8", "logistic regression", "rule"}
    assert {one["model"] for one in figures["simulated"]} == models
    for one in figures["simulated"]:
        assert 0 <= one["auc"] <= 1 and 0 <= one["named"] <= 1 and one["looks"] > 0
    of_all = {one["model"]: one["auc"] for one in figures["simulated"] if one["faults"] == "all"}
    assert of_all["int8"] > 0.8 and abs(of_all["int8"] - of_all["float"]) < 0.01
    rows = {(one["model"], one["name"], one["sensor"]) for one in figures["real"]}
    assert len(rows) == len(figures["real"]) == 4 * 2 * 2  # and of each sensor all together
    assert {one["name"] for one in figures["real_health"]} == {"97 DE", "97 FE"}
    lives = figures["lives"]
    assert {one["watcher"] for one in lives["watchers"]} == {
        "anomaly", "loudness", "kurtosis", "fault model",
    }  # fmt: skip
    for one in lives["watchers"]:
        assert one["healthy_decisions"] == 80 and one["lives"] == 5
        assert all(0 <= days <= 28 for days in one["days_of_warning"].values())
        assert one["missed"] == sum(days == 0 for days in one["days_of_warning"].values())
    assert set(lives["anomaly_auc"]) == {"own", "others'"}
    rival = lives["autoencoder"]
    assert rival["macs"] == 2 * (640 * 128 + 3 * 128 * 128 + 128 * 8)
    assert rival["macs"] < rival["bytes"] < rival["boards"][0]["flash_bytes"]
    for one in figures["boards"]:
        assert one["looks"] == one["equal_looks"] == 10
        assert one["model_bytes"] < one["flash_bytes"] and one["arena_bytes"] < one["ram_bytes"]
        assert 0 < one["load_percent"] < 100
        assert all(power["microamperes"] > 0 for power in one["power"])
    assert {one["board"] for one in figures["boards"]} == {"nano33ble", "pico"}


def test_as_text_it_has_every_part(figures):
    text = benchmark_runner.load("machine_text").as_text(figures)
    for part in (
        "simulated machines held out",
        "real bearings",
        "simulated lives",
        "pico, emulated",
    ):
        assert part in text
    bare = {name: part for name, part in figures.items() if not name.startswith("real")}
    shorter = benchmark_runner.load("machine_text").as_text(bare | {"says": ["nothing was tried"]})
    assert "real bearings" not in shorter and shorter.endswith("nothing was tried")


def test_a_folder_without_recordings_is_said(tmp_path):
    assert "\n" not in benchmark_runner.refused(
        "predictive_maintenance", "--quick", "--test", tmp_path
    )
