"""The benchmark of searches on several processes: it adds up as it says, by a clock of the test."""

import argparse
import itertools

import benchmark_runner
import pytest
from toy_search import Beside, Toy


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_runner.load("search_scaling")


class Clocked(Beside):
    """Two processes: trainings of 3 s and 1 s, at once, and empty jobs of 0.5 s."""

    now = 0.0

    def each(self, function, jobs):
        if function is bool:
            self.now += 0.5
            yield 0, False
            return
        for place, done in super().each(function, jobs):
            self.now += 1 + place
            yield place, done._replace(seconds=3.0 - 2 * place)


@pytest.fixture(scope="module")
def run(benchmark):
    workers = Clocked()
    return benchmark.measured(workers, 2, Toy(), 2, 1, clock=lambda: workers.now)


def test_seconds_are_those_that_passed(run):
    assert run["seconds"] == 3
    assert (run["a trial"], run["a training"], run["longest training"]) == (1.5, 2, 3)
    assert (run["driver a trial"], run["round trip"]) == (0, 0.5)
    assert run["idle"] == pytest.approx(1 - 4 / 6)
    assert len(run["scores"]) == 2


def test_the_drivers_seconds_are_those_between_trainings(benchmark):
    workers = Clocked()

    class Slow(Toy):
        def untrained(self, choice):
            workers.now += 10
            return super().untrained(choice)

        def trained(self, choice, epochs, seed):
            return Toy().trained(choice, epochs, seed)

    found = benchmark.measured(workers, 2, Slow(), 2, 1, clock=lambda: workers.now)
    assert found["driver a trial"] == 10
    assert found["seconds"] == 23


def test_the_driver_and_the_longest_training_limit_what_many_give(benchmark):
    run = {"driver a trial": 0.9, "round trip": 0.1, "a training": 10, "longest training": 20}
    assert benchmark.estimated(run, 1) == 1
    assert benchmark.estimated(run, 10) == pytest.approx(1100 / 200)
    assert benchmark.estimated(run, 100) == pytest.approx(1100 / 120)
    assert benchmark.estimated(run, 100, times=10) == pytest.approx(10100 / 300)


def test_all_find_the_same_and_it_says_what_it_found(benchmark, monkeypatch):
    names = ("1 process", "2 processes", "2 computers of Ray", "1 computer of Ray")
    monkeypatch.setattr(benchmark.searching, "Faults", lambda distilled: Toy())
    monkeypatch.setattr(benchmark, "_all_workers", lambda: ((name, Clocked(), 2) for name in names))
    figures = benchmark.measure(argparse.Namespace(quick=True), itertools.count().__next__)
    text = benchmark.as_text(figures)
    assert all(name in text for name in names)
    assert f"100: {figures['estimate']['as measured']['100']:.1f}" in text
    assert "2 computers of Ray: 1.00 times as quick" in text


def test_other_scores_end_it(benchmark, monkeypatch):
    class Other(Clocked):
        def each(self, function, jobs):
            for place, done in super().each(function, jobs):
                yield place, done and done._replace(score=0.5)

    monkeypatch.setattr(benchmark.searching, "Faults", lambda distilled: Toy())
    monkeypatch.setattr(
        benchmark, "_all_workers", lambda: iter([("one", Clocked(), 1), ("two", Other(), 1)])
    )
    with pytest.raises(ValueError, match="two found other scores than one"):
        benchmark.measure(argparse.Namespace(quick=True))
