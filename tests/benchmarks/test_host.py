"""The benchmark of this computer's kernels: what it compares, and that it does."""

import json

import benchmark_runner

from tinyml_helpers import model_file


def test_all_contestants_run_a_model(int8_model, tmp_path):
    file = tmp_path / "tiny.tflite"
    file.write_bytes(int8_model)
    done = benchmark_runner.run("host", "--rounds", 2, "--json", file)
    assert done.returncode == 0, done.stderr
    (timing,) = json.loads(done.stdout)
    assert (timing["model"], timing["macs"]) == ("tiny", model_file.read(int8_model).macs)
    assert set(timing["milliseconds"]) == {"vectors", "readable", "LiteRT", "XNNPACK"}
    assert set(timing["times_as_long"]) == {"readable", "LiteRT", "XNNPACK"}
    assert "1" in timing["examples_a_second"]


def test_a_model_that_litert_refuses_is_measured_without(shared_model, tmp_path):
    file = tmp_path / "person.tflite"
    file.write_bytes(shared_model("person_detect.tflite"))
    done = benchmark_runner.run("host", "--rounds", 1, file)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if "refuses" in line]
    assert line.split()[0] == "person" and line.count("refuses") == 2
