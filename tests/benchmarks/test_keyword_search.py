"""The benchmark of keyword searches: the hand-made model is a choice, and what is done is kept."""

import benchmark_runner
import numpy as np
import pytest
from toy_search import Beside, Toy

from tinyml_helpers import model_file, search
from tinyml_helpers.applications.keywords import model as keyword_models
from tinyml_helpers.applications.keywords.searching import Keywords


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_runner.load("keyword_search")


def test_the_hand_made_model_is_a_choice_of_the_space(benchmark):
    keywords = Keywords(**benchmark.NARROWER)
    keywords.space.check(benchmark.BY_HAND)
    made, usual = keywords.build(benchmark.BY_HAND), keyword_models.ds_cnn()
    assert [w.shape for w in made.weights] == [w.shape for w in usual.weights]


def test_what_is_made_cheaper_is_a_choice_that_takes_less(benchmark):
    keywords = Keywords(inputs=True, bits=search.BITS)
    as_it_is = benchmark.BY_HAND | benchmark._AS_IT_IS
    costs = search.Costs("nano33ble")
    usual = costs.of(keywords.untrained(as_it_is))
    for change in benchmark.CHEAPER.values():
        cost = costs.of(keywords.untrained(as_it_is | change))
        assert cost.flash_bytes < usual.flash_bytes
        assert (cost.milliseconds < usual.milliseconds) == ("averaged_bands" in change)


def test_what_is_trained_is_kept_and_not_trained_again(benchmark, tmp_path):
    choices = {
        "winner": {"width": 4, "layers": 1, "kind": "relu"},
        "by hand": {"width": 8, "layers": 2, "kind": "relu"},
    }
    kept = benchmark.Trainings(tmp_path, search.Costs("pico"), Beside())
    rows = kept.rows("again", Toy(), choices, 3, (5, 6))
    assert [len(each) for each in rows.values()] == [2, 2]
    model = model_file.read(Toy().untrained(choices["by hand"]))
    assert rows["by hand"][0]["macs"] == model.macs
    assert rows["by hand"][0]["score"] != rows["by hand"][1]["score"]
    models = kept.models("again", choices, 3, (5, 6))
    assert [Toy().score(each) for each in models] == [
        row["score"] for each in rows.values() for row in each
    ]

    class Nobody:
        def each(self, function, jobs):
            assert jobs == []
            return iter(())

    later = benchmark.Trainings(tmp_path, search.Costs("pico"), Nobody())
    assert later.rows("again", Toy(), choices, 3, (5, 6)) == rows
    twice = {name: choices["winner"] | {"width": 32} for name in ("guided 0", "chance 0")}
    beside = Beside()
    again = benchmark.Trainings(tmp_path, search.Costs("pico"), beside)
    same = again.rows("again", Toy(), twice, 3, (5, 6))
    assert len(beside.jobs) == 2 and same["guided 0"] == same["chance 0"]
    another = {"winner": choices["winner"] | {"width": 16}}  # as more candidates may bring
    assert kept.rows("again", Toy(), another, 3, (5, 6))["winner"] != rows["winner"]
    assert kept.rows("plain", Toy(), choices, 4, (5, 6)) != rows


def test_the_best_of_all_searches_go_further(benchmark, tmp_path):
    studies = [
        search.Study(Toy(), "pico", tmp_path / str(seed), rungs=(1, 3), batch=6, seed=seed)
        for seed in (0, 1)
    ]
    for study in studies:
        study.run(6, Beside())
    scores = {
        benchmark.title(trial.choice): trial.score
        for study in studies
        for trial in study.trials
        if trial.epochs == 3
    }
    assert len(scores) in (3, 4)
    best = benchmark.best_of(studies, 3)
    assert [scores[title] for title in best] == sorted(scores.values(), reverse=True)[:3]
    assert list(best) == [benchmark.title(choice) for choice in best.values()]


def test_neighbours_keep_the_limits_and_use_them_up(benchmark):
    costs = search.Costs("pico")
    at = {"at": {"width": 8, "layers": 1, "kind": "relu"}}
    space = Toy().space.neighbours(at["at"])
    all_fit = benchmark.neighbours(Toy(), at, costs, search.Limits())
    macs = [costs.of(Toy().untrained(choice)).macs for choice in all_fit.values()]
    assert macs == sorted(macs, reverse=True) and len(macs) == len(space)
    limit = search.Limits(macs=macs[0] - 1)
    assert list(benchmark.neighbours(Toy(), at, costs, limit)) == [
        name for name, count in zip(all_fit, macs, strict=True) if count < macs[0]
    ]


def test_a_mean_over_people_knows_how_they_differ(benchmark):
    people = np.repeat([f"person {n}" for n in range(40)], 10)
    values = np.repeat([1.0, 0.5, 0.0], [40, 40, 320])
    mean, low, high = benchmark.mean_over_people(values, people)
    assert mean == pytest.approx(0.15)
    # Of 40 people 4 are worth 1, and 4 a half: drawn anew, their sum varies by about 2.
    assert 0.03 < low < 0.09 and 0.21 < high < 0.28
    assert benchmark.mean_over_people(0 * values, people) == (0.0, 0.0, 0.0)


def test_all_is_said_with_intervals(benchmark):
    row = {
        "score": 0.8, "test": 0.7, "flash": 70_000, "milliseconds": 40.0, "model bytes": 50_000,
        "macs": 1_000_000,
    }  # fmt: skip
    rows = [row, row | {"score": 0.9}]
    text = benchmark.as_text(
        {"trained": 9, "refused": 2, "seconds a trial": 1.0, "won with": {"guided 0": 0.9},
         "again": {"guided 0": rows, "by hand": rows}, "averaged": {"2 × 1": rows},
         "further": {"64-4": [row], "8-2": rows},
         "found": benchmark.BY_HAND, "plain": {"found": rows}, "taught": {"found": [row]},
         "test clips": 84, "differences": {"64-4": (0.01, -0.02, 0.04)},
         "cheaper": {"64-4, 2 bits": {"rows": rows, "more": (-0.02, -0.03, -0.01)}}}
    )  # fmt: skip
    assert "9 trained, 2 refused" in text
    assert "guided 0   won with 0.9000; again: to choose by 0.8500 (0.2147 to 1.4853)" in text
    assert "64-4, thoroughly: 70,000 bytes of flash (model 50,000), 40.0 ms" in text
    assert "MACs; to choose by 0.8000, tested 0.7000" in text
    assert "these 2, tested, with the first seed: 0.7000 to 0.7000" in text
    assert "deviation 0.0000; the luck of 84 clips: 0.0500" in text
    assert "by hand, input averaged 2 × 1: 70,000 bytes of flash" in text
    assert "64-4 minus by hand, tested, over people: 0.0100 (-0.0200 to 0.0400)" in text
    assert "64-4, 2 bits: 70,000 bytes of flash (model 50,000)" in text
    assert "  minus as it is, tested, over people: -0.0200 (-0.0300 to -0.0100)" in text
    assert "found, taught: 70,000 bytes of flash" in text
    assert "winners of chance" not in text


def test_it_runs(tmp_path):
    ran = benchmark_runner.run_whole("keyword_search", "--quick", "--work", tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "found, taught" in ran.stdout and ", 2 bits: " in ran.stdout
