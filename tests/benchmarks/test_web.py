"""The benchmark of the live pages' C: whom it measures, and that it does."""

import json
import shutil

import benchmark_runner
import pytest

from tinyml_helpers import model_file


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js isn't installed")
def test_a_model_is_measured_everywhere(int8_model, tmp_path):
    file = tmp_path / "tiny.tflite"
    file.write_bytes(int8_model)
    done = benchmark_runner.run("web", "--rounds", 1, "--json", file)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    (row,) = figures["models"]
    assert figures["wasm_bytes"] > 50_000
    assert (row["model"], row["macs"]) == ("tiny", model_file.read(int8_model).macs)
    boards = {"Arduino Nano 33 BLE Sense Rev1", "Raspberry Pi Pico"}
    assert {"native", "Node.js", *boards} <= set(row["milliseconds"])
    assert all(value > 0 for value in row["milliseconds"].values())
