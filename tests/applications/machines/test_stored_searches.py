"""The stored searches are what they claim: run as said, within the limits, scored by their data."""

import pytest

from tinyml_helpers import search
from tinyml_helpers.applications.machines import searching, stored_searches, trained

EACH = [(kind, seed) for kind in stored_searches.KINDS for seed in stored_searches.SEEDS]


def test_the_limits_are_what_the_committed_model_takes():
    cost = search.Costs(stored_searches.BOARD).of(trained.committed())
    limits = stored_searches.LIMITS
    assert limits.flash_bytes == cost.flash_bytes
    assert limits.milliseconds == pytest.approx(cost.milliseconds, abs=0.01)
    assert limits.milliseconds >= cost.milliseconds


@pytest.mark.parametrize(("kind", "seed"), EACH)
def test_each_search_is_whole_and_keeps_its_limits(tmp_path, kind, seed):
    study = stored_searches.study(tmp_path, kind, seed)
    trained_ones = [trial for trial in study.trials if trial.rungs]
    assert len(trained_ones) == stored_searches.TRIALS
    assert not any(study.limits.broken_by(trial.cost) for trial in trained_ones)
    assert all(trial.done for trial in study.trials)
    rows = stored_searches.results()["searches"][f"{kind} {seed}"]
    whole = [trial for trial in trained_ones if trial.epochs == study.rungs[-1]]
    assert [(row["number"], row["score"]) for row in rows] == [(t.number, t.score) for t in whole]


def test_the_shown_ones_models_score_what_its_record_says(tmp_path):
    study = stored_searches.study(tmp_path)
    best = study.front()[0]
    model, faults = study.model(best.number), searching.Faults()
    assert faults.score(model) == pytest.approx(best.score, abs=1e-9)
    rows = stored_searches.results()["searches"]["{} {}".format(*stored_searches.SHOWN)]
    (row,) = [row for row in rows if row["number"] == best.number]
    assert faults.test(model) == pytest.approx(row["test"], abs=1e-9)
    for trial in study.trials:
        assert bool(trial.rungs) == (tmp_path / "models" / f"{trial.number:04}.tflite").exists()


def test_a_study_may_be_opened_twice(tmp_path):
    first, again = (stored_searches.study(tmp_path) for _ in range(2))
    assert first.trials == again.trials


@pytest.mark.parametrize(("kind", "seed"), [("guess", 0), ("chance", 99)])
def test_a_search_that_is_not_stored_is_refused(tmp_path, kind, seed):
    with pytest.raises(ValueError, match="choose from three_aims 0, three_aims 1"):
        stored_searches.study(tmp_path / "new", kind, seed)
    assert not (tmp_path / "new").exists()
