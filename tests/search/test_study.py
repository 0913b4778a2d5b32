"""Searches: nothing that breaks a limit is trained, and nothing depends on who is done first."""

import json

import pytest
import toy_search
from toy_search import Beside, Toy

from tinyml_helpers import search

SETTINGS = {"rungs": (1, 3), "batch": 3}


def study(folder, limits=search.Limits(), **more):  # noqa: B008
    return search.Study(Toy(), "pico", folder, limits, **SETTINGS | more)


def kept(one):
    """What two equal searches have in common: all but seconds."""
    return [
        trial._replace(rungs=tuple(rung._replace(seconds=0) for rung in trial.rungs))
        for trial in one.trials
    ]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A guided search of four batches, with limits that some proposals break."""
    one = study(tmp_path_factory.mktemp("plain"), search.Limits(macs=1200))
    one.run(12, Beside())
    return one


def test_nothing_that_breaks_a_limit_is_trained(plain):
    refused = [trial for trial in plain.trials if trial.cost and trial.cost.macs > 1200]
    assert refused
    assert all(trial.score is None and "macs" in trial.why for trial in refused)
    trained = [trial for trial in plain.trials if trial.rungs]
    assert len(trained) == 12
    assert all(trial.cost.macs <= 1200 and not trial.why for trial in trained)


def test_one_of_three_is_trained_longer(plain):
    trained = [trial for trial in plain.trials if trial.rungs]
    for start in range(0, 12, 3):
        batch = trained[start : start + 3]
        assert sorted(trial.epochs for trial in batch) == [1, 1, 3]
        (longer,) = [trial for trial in batch if trial.epochs == 3]
        assert [rung.epochs for rung in longer.rungs] == [1, 3]
        # It is one that nobody beats, and the best of these.
        first = {trial.number: trial.rungs[0].score for trial in batch}
        better = [trial for trial in batch if first[trial.number] > first[longer.number]]
        costs = ("flash_bytes", "milliseconds")
        assert all(trial.costs(costs) > longer.costs(costs) for trial in better) or not better


def test_nothing_is_proposed_twice(plain):
    choices = [json.dumps(trial.choice) for trial in plain.trials if trial.rungs]
    assert len(set(choices)) == len(choices)


def test_the_models_are_those_of_the_longest_training(plain):
    for trial in plain.trials:
        if trial.rungs:
            assert Toy().score(plain.model(trial.number)) == trial.score
        else:
            with pytest.raises(ValueError, match="wasn't trained"):
                plain.model(trial.number)


def test_the_front_has_only_who_was_trained_longest(plain):
    best = plain.front()
    assert best
    assert all(trial.epochs == 3 for trial in best)
    assert [trial.score for trial in best] == sorted((t.score for t in best), reverse=True)


def test_it_doesnt_matter_who_is_done_first(plain, tmp_path):
    other = study(tmp_path, search.Limits(macs=1200))
    other.run(12, Beside(order=lambda places: list(places)[::-1]))
    assert kept(other) == kept(plain)


@pytest.mark.parametrize("after", [0, 2, 3, 5, 9])
def test_a_search_that_was_interrupted_ends_as_if_it_hadnt_been(plain, tmp_path, after):
    limits = search.Limits(macs=1200)
    with pytest.raises(KeyboardInterrupt):
        study(tmp_path, limits).run(12, Beside(breaks_after=after))
    rest = Beside()
    study(tmp_path, limits).run(12, rest)
    assert kept(study(tmp_path, limits)) == kept(plain)
    # Four batches of three first trainings and a longer one: nothing was done twice.
    assert len(rest.jobs) == 16 - after


class Falling(Toy):
    """Longer training makes worse, as it sometimes does."""

    def score(self, tflite_bytes):
        epochs = int(tflite_bytes.rpartition(b"|")[2].split()[1])
        return super().score(tflite_bytes) - epochs


@pytest.mark.parametrize("after", [10, 11])
def test_who_goes_on_is_the_same_when_some_had_gone_on_already(tmp_path, after):
    def begun(name):
        return search.Study(Falling(), "pico", tmp_path / name, rungs=(1, 3), batch=9)

    begun("whole").run(9, Beside())
    with pytest.raises(KeyboardInterrupt):
        begun("broken").run(9, Beside(breaks_after=after))
    rest = Beside()
    begun("broken").run(9, rest)
    assert kept(begun("broken")) == kept(begun("whole"))
    assert len(rest.jobs) == 12 - after


def test_another_seed_searches_elsewhere(plain, tmp_path):
    other = study(tmp_path, search.Limits(macs=1200), seed=1)
    other.run(3, Beside())
    assert [t.choice for t in other.trials[:3]] != [t.choice for t in plain.trials[:3]]


def test_by_chance_is_another_search(tmp_path):
    one = study(tmp_path, guided=False)
    one.run(3, Beside())
    assert all(trial.rungs for trial in one.trials if not trial.why)


def test_a_trial_that_lost_its_processes_is_named_and_the_search_goes_on(tmp_path):
    class Deadly(Beside):
        def each(self, function, jobs):
            for place, done in super().each(function, jobs):
                died = jobs[place].choice["width"] == 8
                yield place, search.Died("3 processes that trained it died") if died else done

    one = study(tmp_path)
    one.run(9, Deadly())
    lost = [trial for trial in one.trials if "processes" in trial.why]
    assert lost
    assert all(trial.score is None and trial.choice["width"] == 8 for trial in lost)
    assert sum(trial.score is not None for trial in one.trials) >= 9


def test_a_search_of_other_settings_isnt_gone_on_with(plain, tmp_path):
    study(tmp_path).run(3, Beside())
    with pytest.raises(ValueError, match="another seed: choose another folder"):
        study(tmp_path, seed=1)
    (tmp_path / "search.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="no record of a search"):
        study(tmp_path)


def test_a_space_that_is_used_up_ends_the_search(tmp_path):
    one = study(tmp_path, search.Limits(macs=45))
    with pytest.raises(search.UsedUp, match="none was new and kept the limits"):
        one.run(30, Beside())
    # All that fits was trained, though the last batch wasn't whole.
    assert {trial.choice["width"] for trial in one.trials if trial.rungs} == {2, 4}


@pytest.mark.parametrize(
    "wrong", [{"rungs": ()}, {"rungs": (3, 3)}, {"rungs": (0,)}, {"batch": 0}, {"against": ("x",)}]
)
def test_settings_that_wont_do_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=r"rungs|choose a batch"):
        study(tmp_path, **wrong)


def test_processes_find_the_same_as_this_one(plain, tmp_path):
    other = study(tmp_path, search.Limits(macs=1200))
    with search.Here(2) as workers:
        other.run(6, workers)
    assert kept(other) == kept(plain)[: len(other.trials)]
    assert toy_search  # the module's name is what the processes import
