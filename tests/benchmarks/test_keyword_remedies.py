"""The benchmark of a second look and of thresholds by word: how it chooses, and that it runs."""

import json

import benchmark_runner
import numpy as np
import pytest

#: Of two words at three thresholds: keywords missed, and false accepts.
MISSED = np.array([[0, 2, 9], [1, 2, 3]])
WRONG = np.array([[9, 8, 0], [5, 1, 0]])


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_runner.load("keyword_remedies")


@pytest.mark.parametrize(
    ("most", "ways", "one"), [(14, [0, 0], 1), (10, [0, 1], 4), (9, [0, 2], 4), (0, [2, 2], 12)]
)
def test_each_word_gets_the_threshold_that_is_worth_it(benchmark, most, ways, one):
    assert benchmark.cheapest(MISSED, WRONG, most).tolist() == ways
    assert benchmark.one_for_all(MISSED, WRONG, most) == one


def test_what_no_threshold_brings_down_is_none(benchmark):
    assert benchmark.cheapest(MISSED, WRONG + 1, 1) is None
    assert benchmark.one_for_all(MISSED, WRONG + 1, 1) is None


def test_thresholds_are_carried_to_others_and_compared_at_as_many_false_accepts(benchmark):
    others = np.array([[1, 4, 5], [0, 2, 5]]), np.array([[6, 1, 0], [3, 2, 0]]), 10, 2.0
    made = benchmark.carried((MISSED, WRONG, 20, 10.0), others)
    # Of at most 10 in 10 hours word 0 takes threshold 0 and word 1 threshold 1.
    assert made["1"] == {"false_accepts_an_hour": 4.0, "missed": 0.3, "one_threshold": 0.6}


def test_it_runs_from_end_to_end(benchmark):
    made = benchmark_runner.run_whole("keyword_remedies", "--json", "--quick")
    assert made.returncode == 0, made.stderr
    figures = json.loads(made.stdout)
    assert set(figures["second_look"]) == {str(agrees) for agrees in benchmark.AGREES}
    for rate in map(str, benchmark.RATES):
        assert 0 <= figures["by_word"][rate] <= 1
    assert "a threshold for each word" in benchmark.as_text(figures)


def test_the_bundled_models_arent_tried_on_people_they_know(benchmark, monkeypatch):
    monkeypatch.setattr("sys.argv", ["keyword_remedies.py", "--test", "somewhere"])
    with pytest.raises(SystemExit, match="know the people of --test DIR: give --model, --second"):
        benchmark.main()
