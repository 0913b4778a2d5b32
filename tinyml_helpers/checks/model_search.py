"""Checks for the lesson Model search."""

import math

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.kinds import NUMBER, TEXT, WHOLE, function, several
from tinyml_helpers.checks.answers.words import shown

_NAMES = several(TEXT, called="a list of names")


@exercise(
    1,
    function(_NAMES),
    why="Such a line stands before every training of a search. It costs milliseconds, and spares "
    "minutes",
)
def broken(answer):
    """The names of the limits that a model's cost breaks."""
    cost = {"flash": 20_000, "ram": 6_000, "milliseconds": 4.5}
    for limits, right in (
        ({"flash": 18_000, "milliseconds": 5}, ["flash"]),
        ({"flash": 30_000, "ram": 8_000, "milliseconds": 5}, []),
        ({"flash": 20_000, "ram": 5_999}, ["ram"]),
        ({"ram": 1, "milliseconds": 1}, ["ram", "milliseconds"]),
        ({}, []),
    ):
        found = answer(cost, limits)
        if sorted(found) == sorted(right):
            continue
        said = f"with the limits {limits} and the cost {cost} you give {shown(found)}"
        if set(found) - set(limits):
            raise Wrong(f"{said}: where there is no limit, nothing breaks it")
        if any(cost[name] == limits[name] for name in found):
            raise Wrong(f"{said}: what takes exactly as much as it may keeps the limit")
        if sorted(found) == sorted(set(limits) - set(right)):
            raise Wrong(f"{said}: those are kept, and the others are broken")
        if len(found) < len(right):
            raise Wrong(f"{said}: not all that are broken are there")
        raise Wrong(f"{said}: which costs are above their limit?")


@exercise(
    2,
    function(_NAMES),
    why="What isn't on the front nobody would choose, whatever matters more to them. So a search "
    "need not know what matters more",
)
def front(answer):
    """The names of the models that no other one beats."""
    plain = {"a": (10, 0.9), "b": (20, 0.95), "c": (20, 0.93), "d": (30, 0.94), "e": (5, 0.7)}
    twins = {"a": (10, 0.9), "b": (10, 0.9), "c": (12, 0.9), "d": (8, 0.8)}
    wide = {"a": (5, 0.9), "b": (6, 0.8), "c": (30, 0.95)}
    for models, right in (
        (plain, ["a", "b", "e"]),
        (twins, ["a", "b", "d"]),
        (wide, ["a", "c"]),
        ({}, []),
    ):
        found = answer(dict(models))
        if sorted(found) == sorted(right):
            continue
        said = f"of {models} you give {shown(found)}"
        if set(found) - set(models):
            raise Wrong(f"{said}: give names of the models")
        if len(set(found)) < len(found):
            raise Wrong(f"{said}: each name once")
        missing = [name for name in right if name not in found]
        if not missing:
            more = next(name for name in found if name not in right)
            size, score = models[more]
            raise Wrong(
                f"{said}: {more} is beaten by one that is no larger and scores no lower, and is "
                f"better in one of them than {size} bytes or {score}"
            )
        if models is twins and {"a", "b"} & set(missing):
            raise Wrong(f"{said}: of two that are quite alike neither beats the other")
        raise Wrong(f"{said}: who beats {missing[0]}, in bytes and in score?")


@exercise(
    3,
    function(NUMBER),
    why="Each rung costs about as much as the one before, since fewer train for longer. Of the "
    "epochs that all to the end would take, a third is spent here",
)
def epochs_spent(answer):
    """Epochs that successive halving spends on a batch."""
    for batch, rungs, kept, right in (
        (9, (3, 9, 27), 3, 81),
        (27, (1, 3, 9, 27), 3, 108),
        (8, (2, 4, 8), 2, 48),
        (10, (1, 4), 3, 22),
        (5, (1, 2, 4), 3, 11),
        (11, (1, 5), 2, 36),
    ):
        found = answer(batch, rungs, kept)
        if math.isclose(found, right):
            continue
        said = f"for {batch} models, rungs {rungs} and one of {kept} kept you give {found:g}"
        if math.isclose(found, batch * rungs[-1]):
            raise Wrong(f"{said}: that is what it takes if all train to the end")
        if math.isclose(found, batch * sum(rungs)):
            raise Wrong(f"{said}: do all of them climb every rung?")
        if math.isclose(found, _gone_on(batch, rungs, kept)):
            raise Wrong(f"{said}: who goes on begins anew, with a learning rate of its own")
        if math.isclose(found, sum(e * batch / kept**i for i, e in enumerate(rungs))):
            raise Wrong(f"{said}: nobody trains a fraction of a model")
        if batch < kept ** (len(rungs) - 1):
            raise Wrong(f"{said}: at least one goes on, however few there are")
        raise Wrong(f"{said}: how many train on each rung, and for how long?")


def _gone_on(batch, rungs, kept):
    """Epochs if who goes on had not to begin anew."""
    spent, before = 0, 0
    for epochs in rungs:
        spent += batch * (epochs - before)
        batch, before = max(1, batch // kept), epochs
    return spent


@exercise(
    4,
    function(WHOLE),
    why="Optuna does this for all choices of a model together, and smooths it: a value beside a "
    "good one gets some of its credit",
)
def promising(answer):
    """The value that is more often among the good ones than among the rest."""
    for values, good, rest, right in (
        ([4, 8, 16], [8, 8, 16], [8] * 8 + [4], 16),
        ([4, 8, 16], [8, 8, 8], [4, 4, 8, 4], 8),
        ([1, 2, 3], [1, 1, 1, 1, 2], [1, 1, 3, 3], 2),
        ([3, 5, 7, 9], [3, 3, 5], [3, 3, 3, 5, 5, 9, 9], 7),
        ([2, 4], [2], [2, 2, 2, 2, 2, 4], 4),
    ):
        found = answer(list(values), list(good), list(rest))
        if found == right:
            continue
        said = f"of {values}, with {good} good and {rest} the rest, you give {found}"
        if found not in values:
            raise Wrong(f"{said}: choose one of the values")
        if found == max(values, key=good.count):
            raise Wrong(f"{said}: it is often good, but often among the rest, too")
        if found == min(values, key=rest.count):
            raise Wrong(f"{said}: it is seldom among the rest; how often is it good?")
        raise Wrong(f"{said}: one added to each count, and then the largest ratio")


@exercise(
    5,
    function(NUMBER),
    why="That all fall says that the new data are harder. What the winner falls more is luck, and "
    "it grows with the number that compete",
)
def luck(answer):
    """By how much more the winner's score falls on new data than all do on average."""
    for scores, new, right in (
        ([0.90, 0.94, 0.92], [0.88, 0.89, 0.90], 0.02),
        ([0.9, 0.8, 0.7], [0.9, 0.8, 0.7], 0.0),
        ([0.5, 0.9, 0.8], [0.6, 0.95, 0.7], -0.05 + 0.05 / 3),
        ([0.70, 0.60, 0.65], [0.55, 0.58, 0.69], 0.15 - 0.13 / 3),
    ):
        found = answer(list(scores), list(new))
        if math.isclose(found, right, abs_tol=1e-9):
            continue
        said = f"for the scores {scores} and {new} on new data you give {found:.4g}"
        falls = [one - other for one, other in zip(scores, new, strict=True)]
        won = scores.index(max(scores))
        if math.isclose(found, falls[won], abs_tol=1e-9):
            raise Wrong(f"{said}: that is how far it falls; and how far do all fall, on average?")
        others = (sum(falls) - falls[won]) / (len(falls) - 1)
        if math.isclose(found, falls[won] - others, abs_tol=1e-9):
            raise Wrong(f"{said}: all means all, the winner among them")
        if math.isclose(found, max(scores) - max(new) - sum(falls) / len(falls), abs_tol=1e-9):
            raise Wrong(f"{said}: who wins on the new data may be another model")
        if math.isclose(found, -right, abs_tol=1e-9):
            raise Wrong(f"{said}: turn it around, a fall counts as positive")
        raise Wrong(f"{said}: the winner is who is first in scores; how far does it fall?")


@exercise(
    6,
    function(TEXT),
    why="Between models that differ by less than one training does from the next, the score knows "
    "no better, and bytes are certain",
)
def choose(answer):
    """The name of the smallest model that is as good as the best, give or take a spread."""
    models = {
        "wide": (26_000, 0.920), "deep": (24_000, 0.918), "short": (21_000, 0.915),
        "tiny": (17_000, 0.890), "tied": (23_000, 0.920), "small": (19_000, 0.9145),
    }  # fmt: skip
    for spread, right in ((0.003, "tied"), (0.005, "short"), (0.006, "small"), (0.05, "tiny")):
        found = answer(dict(models), spread)
        if found == right:
            continue
        said = f"with a spread of {spread} you choose {shown(found)}"
        if found not in models:
            raise Wrong(f"{said}, which is not the name of a model")
        size, score = models[found]
        if score < models["wide"][1] - spread - 1e-12:
            raise Wrong(f"{said}, which scores {score}: too far below the best")
        raise Wrong(f"{said}, but one with fewer than {size:,} bytes is as good, within the spread")
