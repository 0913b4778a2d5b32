"""The benchmark of predicted cycles: what it fits predicts, and what it says is what it found."""

import argparse

import benchmark_runner
import pytest
from places import ROOT

from tinyml_helpers import model_file


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_runner.load("search_cycles")


@pytest.fixture(scope="module")
def figures(benchmark):
    benchmark_runner.if_asked_for()
    chosen = argparse.Namespace(quick=True, models=0, write=False)
    with pytest.MonkeyPatch.context() as patch:
        # One with operators that networks so few may not have.
        some = [path for path in benchmark.trained_models() if path.parent.name == "face_models"]
        some.append(ROOT / "data" / "keywords" / "keyword_real_stateful.tflite")
        patch.setattr(benchmark, "trained_models", lambda: some)
        return benchmark.measure(chosen)


def test_networks_by_chance_are_the_same_again_and_of_every_kind(benchmark):
    drawn = {seed: benchmark.drawn_model(seed) for seed in (0, 2, 5)}
    models = [model_file.read(file) for file in drawn.values()]
    assert {"CONV_2D", "FULLY_CONNECTED"} <= {n for m in models for n in m.operator_names}
    assert {len(model.inputs[0].shape) for model in models} == {2, 3, 4}
    assert benchmark.drawn_model(2) == drawn[2] != drawn[0]


def test_networks_of_few_bits_have_tables(benchmark):
    coded = [model_file.read(file) for file in benchmark.coded_models(0, 2)]
    assert coded and all("TFLM_DECODE" in model.operator_names for model in coded)


def test_shapes_predict_better_than_macs(figures):
    for board, found in (*figures["held out"].items(), *figures["held out, few bits"].items()):
        assert found["by shapes"][0] < found["by MACs"][0], board


def test_it_says_what_it_found(benchmark, figures):
    text = benchmark.as_text(figures)
    assert f"Fitted to {figures['fitted to']} networks" in text
    for name in figures["each trained model"]:
        assert name in text
    assert "keyword_real_stateful.tflite" not in text
    for found in figures["held out"].values():
        assert f"{100 * found['by shapes'][0]:.1f}" in text
