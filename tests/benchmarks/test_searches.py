"""The benchmark of stored searches: its intervals are Student's, its figures those of the data."""

import benchmark_runner
import pytest

from tinyml_helpers.applications.machines import stored_searches


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_runner.load("searches")


def test_an_interval_of_three_values(benchmark):
    mean, low, high = benchmark.mean_and_interval([1.0, 2.0, 3.0])
    assert mean == pytest.approx(2)
    assert high - mean == pytest.approx(4.303 / 3**0.5, rel=1e-3)  # Student's t, two degrees
    assert mean - low == pytest.approx(high - mean)


def test_a_front_covers_more_with_a_better_model(benchmark):
    rows = [{"score": 0.9, "cost": {"flash_bytes": 20_000}}]
    more = [*rows, {"score": 0.91, "cost": {"flash_bytes": 24_000}}]
    beaten = [*rows, {"score": 0.89, "cost": {"flash_bytes": 24_000}}]
    assert benchmark.covered(more) > benchmark.covered(rows) == benchmark.covered(beaten)
    assert benchmark.covered(rows) == pytest.approx(5 * 6.1)


def test_figures_are_those_of_the_stored_searches(benchmark):
    figures = benchmark.measure(None)
    rows = stored_searches.results()["searches"]
    for kind, found in figures["kinds"].items():
        best = [max(r["score"] for r in rows[f"{kind} {seed}"]) for seed in stored_searches.SEEDS]
        assert found["each best"] == best
        assert found["trained"] == stored_searches.TRIALS
    assert figures["kinds"]["chance"]["over chance"] == [0, 0, 0]
    assert "smallest within a spread" in benchmark.as_text(figures)
