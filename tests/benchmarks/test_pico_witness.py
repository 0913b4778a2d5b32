"""The benchmark of the real Pico's firmware, for one small model."""

import json

import benchmark_runner
import witness


def test_it_compares_a_model_and_times_both_lines():
    witness.or_skip()
    made = benchmark_runner.run("pico_witness", "--json", "--only", "simulated")
    figures = json.loads(made.stdout)
    (model,) = figures["models"]
    assert model["equal"] and model["faults"] == [] and model["mips"] > 0
    assert model["witness_cycles"] + model["links"] == model["cycles"] + 2
    assert 60 < figures["first_answer_ms"]["uart"] < figures["first_answer_ms"]["usb"]
