"""Results of toy searches: one that ran, and ones made up."""

import types

from toy_search import Beside, Toy

from tinyml_helpers import search

LIMITS = search.Limits(flash_bytes=64_000, macs=1200)


def study(folder):
    """A search in a folder, whose limits some proposals break: new, or the one that is there."""
    return search.Study(Toy(), "pico", folder, LIMITS, rungs=(1, 3), batch=3)


def searched(folder):
    """The same, with twelve candidates trained, four of them to the end."""
    one = study(folder)
    one.run(12, Beside())
    return one


def cost(flash_bytes, milliseconds):
    return search.Cost(flash_bytes, 9_000, 4_000, 1_000_000, 3_200_000, milliseconds, 0.2)


def trial(number, choice, at, *scores, why=""):
    """A `search.Trial`: `at` is its cost, `scores` those after 3 epochs, and after 9."""
    rungs = tuple(
        search.Rung(epochs, score, 1.0) for epochs, score in zip((3, 9), scores, strict=False)
    )
    return search.Trial(number, choice, at, why, rungs, done=bool(scores or why))


#: One of each kind, in the order of `candidates.KINDS`, and three more of the front.
EACH = (
    trial(0, {"width": 8, "kind": "relu"}, cost(40_000, 8.0), 0.5, 0.9),
    trial(1, {"width": 16, "kind": "relu"}, cost(50_000, 9.5), 0.5, 0.85),
    trial(2, {"width": 2, "kind": "relu"}, cost(20_000, 2.0), 0.45),
    trial(3, {"width": 32, "kind": "relu"}, cost(90_000, 30.0), why="flash: too much"),
    trial(4, {"width": 8, "kind": "relu"}, None, why="proposed before"),
    trial(5, {"width": 64, "kind": "tanh"}, cost(55_000, 5.0), None, why="processes died"),
    trial(6, {"width": 4, "kind": "tanh"}, cost(30_000, 3.0)),
    trial(7, {"width": 4, "kind": "relu"}, cost(25_000, 9.0), 0.4, 0.8),
    trial(8, {"width": 3, "kind": "relu"}, cost(45_000, 4.0), 0.4, 0.7),
    trial(9, {"width": 3, "kind": "tanh"}, None, why="it can't run"),
)


def made_up(*trials, limits=search.Limits(), rungs=(3, 9)):  # noqa: B008
    """What `search.Study` shows of itself, with these trials."""
    against = ("flash_bytes", "milliseconds")
    one = types.SimpleNamespace(trials=list(trials), rungs=rungs, against=against, limits=limits)
    one.front = types.MethodType(search.Study.front, one)
    return one
