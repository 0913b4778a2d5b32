"""The rivals in figures: people they never saw, a turned watch, bytes and cycles."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.exercises import c_coach, training
from tinyml_helpers.applications.wearables.exercises.measuring import strangers
from tinyml_helpers.applications.wearables.exercises.rivals import features, linear, on_board, trees
from tinyml_helpers.datasets import leave_one_out, watch_exercises

#: Each by its name: what fits it.
RIVALS = {"logistic regression": linear.fitted, "random forest": trees.fitted}

#: What windows they are fitted on: cut from the recordings; or drawn as the network's are, quicker
#: or slower, with the watch worn otherwise.
TRAINED = ("cut", "drawn")

BOARDS = ("nano33ble", "pico")

#: What is told of a person, of `strangers.Stranger`.
WAYS = ("straight", "turned", "mirrored", "voted")

#: How often windows are drawn, each time about one for every second.
_DRAWN = 6

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


def cut(some):
    """Windows a second apart of recordings, a list of `training.Series`: `Examples`.

    Raises:
        ValueError: as `strangers.windows`.
    """
    x, classes, _ = strangers.windows(some)
    return Examples(codes(x), classes)


def drawn(some, seed=0):
    """Windows drawn and changed as the network's training draws them: `Examples`.

    Args:
        some: a list of `training.Series`.
        seed: which windows.

    Raises:
        ValueError: as `training.Windows`.
    """
    rng, draw = np.random.default_rng(seed), training.Windows(some)
    rounds = [draw(training.DEFAULT, rng) for _ in range(_DRAWN)]
    x, classes = (np.concatenate(parts) for parts in zip(*rounds, strict=True))
    return Examples(codes(x), classes)


def codes(x):
    """The network's input, whole codes / 32, as codes: int8; -128 turned round is 127."""
    return np.clip(x / c_coach.INPUT_SCALE, -128, 127).astype(np.int8)


def predictor(rival):
    """A rival as `strangers.judge` takes it: of windows, float32 [n, 100, 6], to a vote each."""

    def predict(x):
        return np.eye(rival.count)[rival.classes(features.of(codes(x)))]

    return predict


def figures(some=None, boards=BOARDS):
    """All rivals in figures.

    Args:
        some: a list of `training.Series` of several people; the watch exercises if None.
        boards: ids of the boards that they run on, emulated.

    Returns:
        A dict: "people", how many; and "rivals", a dict for each rival and each kind of windows:

        - "rival", one of RIVALS; "trained", one of TRAINED.
        - "by_person": person to a dict of what `strangers.Stranger` calls WAYS, macro-F1, all
          others having trained it.
        - each of WAYS, their means; "worst", the least straight one; "worst_person".
        - "agrees": the share of windows that the integers name as scikit-learn does.
        - "random_windows", of those cut only: macro-F1 where windows of all people are on both
          sides of the split, which says nothing of a stranger.
        - "boards": a dict each, of the rival that all people trained: "board", "flash_bytes",
          "table_bytes", "stack_bytes", "cycles", "most_cycles", "milliseconds"; a window's, on
          average of 20.

    Raises:
        ValueError: as `leave_one_out`, or a class is lacking among all people but one.
    """
    if some is None:
        some = [training.Series.of(motion, c_coach.CLASSES) for motion in watch_exercises()]
    judged = {(rival, how): {} for rival in RIVALS for how in TRAINED}
    for person, others, own in leave_one_out(some):
        for key, found in _stranger(others, own):
            judged[key][person] = found
    windows = cut(some).windows
    windows = windows[:: max(len(windows) // _RUN, 1)][:_RUN]
    rows = [_row(rival, how, by_person) for (rival, how), by_person in judged.items()]
    for row in rows:
        fit = RIVALS[row["rival"]]
        if row["trained"] == "cut":
            row["random_windows"] = strangers.leaking(some, _taught(fit))
        rival, _ = _fitted(fit, some, row["trained"])
        row["boards"] = [_on(board, rival, windows) for board in boards]
    return {"people": len({one.person for one in some}), "rivals": rows}


def _fitted(fit, some, how):
    examples = cut(some) if how == "cut" else drawn(some)
    return fit(examples.features, examples.classes)


def _taught(fit):
    """As `strangers.leaking` trains: windows and classes to a predictor."""
    return lambda x, classes: predictor(fit(features.of(codes(x)), classes)[0])


def _stranger(others, own):
    """What each rival makes of a person it wasn't fitted on: (rival, trained) and figures."""
    seen = cut(own).features
    for name, fit in RIVALS.items():
        for how in TRAINED:
            rival, whole = _fitted(fit, others, how)
            one = strangers.judge(predictor(rival), own)
            found = {way: getattr(one, way) for way in WAYS}
            found["agrees"] = float(np.mean(rival.classes(seen) == rival.by(whole, seen)))
            yield (name, how), found


def _row(rival, how, by_person):
    worst = min(by_person, key=lambda person: by_person[person]["straight"])
    means = {
        name: float(np.mean([found[name] for found in by_person.values()]))
        for name in (*WAYS, "agrees")
    }
    return {
        "rival": rival,
        "trained": how,
        **means,
        "worst": by_person[worst]["straight"],
        "worst_person": worst,
        "by_person": by_person,
    }


def _on(board, rival, windows):
    spent = on_board.cost(rival, windows, board)
    names = "board flash_bytes table_bytes stack_bytes cycles most_cycles milliseconds"
    return {name: getattr(spent, name) for name in names.split()}
