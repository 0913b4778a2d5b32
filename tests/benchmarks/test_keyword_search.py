"""The benchmark of keyword searches: the hand-made model is a choice, and what is done is kept."""

import benchmark_runner
import pytest
from toy_search import Beside, Toy

from tinyml_helpers import model_file, search
from tinyml_helpers.applications.keywords import model as keyword_models
from tinyml_helpers.applications.keywords.searching import Keywords


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_runner.load("keyword_search")


def test_the_hand_made_model_is_a_choice_of_the_space(benchmark):
    keywords = Keywords()
    keywords.space.check(benchmark.BY_HAND)
    made, usual = keywords.build(benchmark.BY_HAND), keyword_models.ds_cnn()
    assert [w.shape for w in made.weights] == [w.shape for w in usual.weights]


def test_what_is_trained_is_kept_and_not_trained_again(benchmark, tmp_path):
    choices = {
        "winner": {"width": 4, "layers": 1, "kind": "relu"},
        "by hand": {"width": 8, "layers": 2, "kind": "relu"},
    }
    last = benchmark.Last(tmp_path, Toy(), 3, search.Costs("pico"))
    rows = last.trained(choices, (5, 6), Beside())
    assert [len(each) for each in rows.values()] == [2, 2]
    model = model_file.read(Toy().untrained(choices["by hand"]))
    assert rows["by hand"][0]["macs"] == model.macs
    assert rows["by hand"][0]["score"] != rows["by hand"][1]["score"]

    class Nobody:
        def each(self, function, jobs):
            assert jobs == []
            return iter(())

    assert last.trained(choices, (5, 6), Nobody()) == rows
    another = {"winner": choices["winner"] | {"width": 16}}  # as more candidates may bring
    assert last.trained(another, (5, 6), Beside())["winner"] != rows["winner"]
    text = benchmark.as_text(
        {"trained": 9, "refused": 2, "seconds a trial": 1.0, "won with": 0.9,
         "choice": choices["winner"], "rows": rows}
    )  # fmt: skip
    assert "9 trained, 2 refused" in text and "by hand" in text


def test_it_runs(tmp_path):
    ran = benchmark_runner.run_whole("keyword_search", "--quick", "--work", tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "winner" in ran.stdout
