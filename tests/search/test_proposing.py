"""Proposals: of the space, the same for the same history, and better than chance where guided."""

import numpy as np
import pytest

from tinyml_helpers import search
from tinyml_helpers.search.proposing import propose
from tinyml_helpers.search.record import Rung, Trial

SPACE = search.Space(
    a=tuple(range(10)), b=tuple(range(10)), kind=("none", "some", "most"), wide=(False, True)
)


def score(choice):
    """Best where a is 7, b is 2 and the kind is "some"."""
    far = abs(choice["a"] - 7) + abs(choice["b"] - 2)
    return 1 - far / 20 - 0.3 * (choice["kind"] != "some")


def trial(number, choice, done=True):
    cost = search.Cost(100 + choice["a"], 0, 0, 0, 0, 1.0, 0.0)
    rungs = (Rung(1, score(choice), 0.0),) if done else ()
    return Trial(number, choice, cost, rungs=rungs, done=done)


def searched(count, guided, seed):
    trials = []
    for number in range(count):
        trials.append(trial(number, propose(SPACE, trials, ("flash_bytes",), guided, seed)))
    return trials


@pytest.mark.parametrize("guided", [False, True])
def test_proposals_are_of_the_space_and_the_same_again(guided):
    first = searched(15, guided, seed=3)
    for one in first:
        SPACE.check(one.choice)
        assert all(type(one.choice[name]) is type(SPACE.values[name][0]) for name in one.choice)
    assert [t.choice for t in searched(15, guided, seed=3)] == [t.choice for t in first]
    assert [t.choice for t in searched(15, guided, seed=4)] != [t.choice for t in first]


def test_what_isnt_done_and_what_was_refused_are_borne():
    choice = {"a": 3, "b": 0, "kind": "most", "wide": True}
    trials = [
        trial(0, choice, done=False),
        Trial(1, choice, None, "it can't run", done=True),
        Trial(2, choice, trial(2, choice).cost, "died", (Rung(1, None, 0.0),), True),
    ]
    SPACE.check(propose(SPACE, trials, ("flash_bytes",), True, 0))


def test_the_first_batch_is_by_chance_and_the_next_is_guided():
    guided, chance = ([t.choice for t in searched(18, way, seed=1)] for way in (True, False))
    assert guided[:9] == chance[:9]
    assert guided[9:] != chance[9:]
    second = {
        way: np.mean([[t.score for t in searched(18, way, seed)[9:]] for seed in range(8)])
        for way in (False, True)
    }
    assert second[True] > second[False]


def test_guided_finds_better_than_chance():
    best = {
        guided: np.mean([max(t.score for t in searched(50, guided, seed)) for seed in range(5)])
        for guided in (False, True)
    }
    last = {
        guided: np.mean([[t.score for t in searched(50, guided, seed)[25:]] for seed in range(5)])
        for guided in (False, True)
    }
    assert best[True] >= best[False]
    assert last[True] > last[False] + 0.1
