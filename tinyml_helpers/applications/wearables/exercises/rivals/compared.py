"""The rivals in figures: people they never saw, a turned watch, bytes and cycles."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.exercises import training
from tinyml_helpers.applications.wearables.exercises.model import WINDOW
from tinyml_helpers.applications.wearables.exercises.rivals import features, linear, on_board, trees
from tinyml_helpers.datasets import watch_exercises
from tinyml_helpers.datasets.motion.watch_exercises import EXERCISES

#: Each by its name: what fits it.
RIVALS = {"logistic regression": linear.fitted, "random forest": trees.fitted}

#: What windows they are fitted on: cut from the recordings; or drawn as the network's are, quicker
#: or slower, with the watch worn otherwise.
TRAINED = ("cut", "drawn")

BOARDS = ("nano33ble", "pico")

#: Samples from one window to the next.
HOP = WINDOW // 2

#: How often windows are drawn, each time about one for every second.
_DRAWN = 6

#: Parts of random windows: each is held out once.
_PARTS = 5

#: How many windows are run on a board.
_RUN = 20


class Examples(NamedTuple):
    """Windows as the rivals see them.

    Attributes:
        windows: int8 [n, 100, 6].
        classes: int64 [n].
    """

    windows: np.ndarray
    classes: np.ndarray

    @property
    def features(self):
        """int16 [n, 48]."""
        return features.of(self.windows)


def cut(some, turn=0):
    """Windows of one class each, one a second, from recordings.

    Args:
        some: a list of `training.Series`.
        turn: number of the half turn of `training.TURNS` by which the watch is turned; 0 for none.

    Returns:
        `Examples`.

    Raises:
        ValueError: no recording has two seconds of one class.
    """
    by = np.tile(training.TURNS[turn], 2)
    windows, classes = [], []
    for one in some:
        for first in range(0, len(one.values) - WINDOW + 1, HOP):
            during = one.classes[first : first + WINDOW]
            if during[0] != training.UNKNOWN and (during == during[0]).all():
                windows.append(one.values[first : first + WINDOW] * by)
                classes.append(during[0])
    if not windows:
        raise ValueError("no recording has two seconds of one class: give longer ones")
    return Examples(_codes(np.stack(windows)), np.array(classes))


def drawn(some, seed=0):
    """Windows drawn and changed as the network's training draws them: `Examples`.

    Args:
        some: a list of `training.Series`.
        seed: which windows.

    Raises:
        ValueError: no recording has two seconds of one class.
    """
    rng, draw = np.random.default_rng(seed), training.Windows(some)
    rounds = [draw(training.DEFAULT, rng) for _ in range(_DRAWN)]
    windows, classes = (np.concatenate(parts) for parts in zip(*rounds, strict=True))
    return Examples(_codes(windows), classes)


def _codes(values):
    return (training.coded(values) / training.INPUT_SCALE).astype(np.int8)


def figures(some=None, boards=BOARDS):
    """All rivals in figures.

    Args:
        some: a list of `training.Series` of three people or more; the watch exercises if None.
        boards: ids of the boards that they run on, emulated.

    Returns:
        A dict. "windows" says how many were judged, "rivals" has a dict for each rival and each
        kind of windows it was fitted on:

        - "rival", one of RIVALS; "trained", one of TRAINED.
        - "by_person": person to macro-F1 on that person's windows, all others having trained it.
        - "macro_f1", their mean; "worst", the least; "worst_person".
        - "turned": the mean with the watch half a turn round, in three ways.
        - "agrees": the share of windows that the integers name as scikit-learn does.
        - "random_windows", of those cut only: macro-F1 where windows of all people are on both
          sides of the split, which says nothing of a stranger.
        - "boards": a dict each, of the rival that all people trained: "board", "flash_bytes",
          "table_bytes", "stack_bytes", "cycles", "most_cycles", "milliseconds"; a window's, on
          average of 20.

    Raises:
        ValueError: there are fewer than three people, or one lacks a class.
    """
    if some is None:
        names = list(EXERCISES.values())
        some = [training.Series.of(motion, names) for motion in watch_exercises()]
    people = list(dict.fromkeys(one.person for one in some))
    if len(people) < 3:
        raise ValueError(f"there are recordings of {len(people)} people: give three or more")
    everything = cut(some)
    judged = {(rival, how): {} for rival in RIVALS for how in TRAINED}
    for person in people:
        for key, found in _stranger(some, person).items():
            judged[key][person] = found
    rows = [_row(*key, by_person) for key, by_person in judged.items()]
    for row in rows:
        if row["trained"] == "cut":
            row["random_windows"] = _random_windows(RIVALS[row["rival"]], everything)
        examples = _examples(some, row["trained"])
        rival, _ = RIVALS[row["rival"]](examples.features, examples.classes)
        windows = everything.windows[:: max(len(everything.windows) // _RUN, 1)][:_RUN]
        row["boards"] = [_on(board, rival, windows) for board in boards]
    return {"windows": len(everything.classes), "people": len(people), "rivals": rows}


def _examples(some, how):
    return cut(some) if how == "cut" else drawn(some)


def _stranger(some, person):
    """What each rival makes of a person it wasn't fitted on: by (rival, trained) its figures."""
    others = [one for one in some if one.person != person]
    own = [one for one in some if one.person == person]
    tests = [cut(own, turn) for turn in range(len(training.TURNS))]
    tests = [(test.features, test.classes) for test in tests]
    found = {}
    for how in TRAINED:
        examples = _examples(others, how)
        seen = examples.features
        for name, fit in RIVALS.items():
            rival, whole = fit(seen, examples.classes)
            named = [(rival.classes(test), truth) for test, truth in tests]
            straight, *turned = (macro_f1(truth, classes) for classes, truth in named)
            found[name, how] = {
                "straight": straight,
                "turned": float(np.mean(turned)),
                "agrees": float(np.mean(named[0][0] == rival.by(whole, tests[0][0]))),
            }
    return found


def _row(rival, how, by_person):
    straight = {person: found["straight"] for person, found in by_person.items()}
    worst = min(straight, key=straight.get)
    return {
        "rival": rival,
        "trained": how,
        "macro_f1": float(np.mean(list(straight.values()))),
        "worst": straight[worst],
        "worst_person": worst,
        "turned": float(np.mean([found["turned"] for found in by_person.values()])),
        "agrees": float(np.mean([found["agrees"] for found in by_person.values()])),
        "by_person": straight,
    }


def _random_windows(fit, examples):
    """Macro-F1 on windows whose neighbours, half of the same samples, were trained on."""
    part = np.random.default_rng(0).permutation(len(examples.classes)) % _PARTS
    seen, named = examples.features, np.zeros(len(part), np.int64)
    for held_out in range(_PARTS):
        rival, _ = fit(seen[part != held_out], examples.classes[part != held_out])
        named[part == held_out] = rival.classes(seen[part == held_out])
    return macro_f1(examples.classes, named)


def macro_f1(truth, named):
    """The mean over the classes that are there of their F1.

    Args:
        truth, named: int64 [n], classes.

    Returns:
        0 to 1.
    """
    from sklearn.metrics import f1_score

    return float(f1_score(truth, named, labels=np.unique(truth), average="macro", zero_division=0))


def _on(board, rival, windows):
    spent = on_board.cost(rival, windows, board)
    names = "board flash_bytes table_bytes stack_bytes cycles most_cycles milliseconds"
    return {name: getattr(spent, name) for name in names.split()}
