"""Published timings beside what is counted here, for the smallest model."""

import json

import benchmark_runner
import pytest


def test_cycles_a_mac_follow_from_published_times():
    made = benchmark_runner.run("published", "--only", "autoencoder", "--json")
    assert made.returncode == 0, made.stderr
    reference, microtvm = json.loads(made.stdout)
    assert reference["measured"] == pytest.approx(120e6 / 99.487 / 264_192)
    assert microtvm["measured"] == pytest.approx(120e6 / 116.212 / 264_192)
    for row in (reference, microtvm):
        assert row["source"].startswith("mlcommons/tiny_results_v")
        assert row["counted"] == 2.7 and 1 < row["ours"] < row["ours_with_flash"] < 10
