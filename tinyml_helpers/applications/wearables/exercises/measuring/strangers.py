"""How well a movement is named for people who weren't learned from, and how a leak looks.

for one in leave_one_out(some, classes, train):
    print(one.person, one.straight)
"""

from typing import NamedTuple

import numpy as np
from sklearn.metrics import f1_score

from tinyml_helpers.applications.wearables.exercises import training
from tinyml_helpers.applications.wearables.exercises.model import WINDOW

#: Samples from one window to the next: a second.
HOP = 50

#: Windows whose scores are averaged for a vote, a window every half second.
VOTES, VOTE_HOP = 4, 25


class Stranger(NamedTuple):
    """How well one person's movements were named.

    All are macro-F1 (the mean of the classes' F1), over windows a second apart.

    Attributes:
        person: str.
        straight: the watch as it was worn.
        turned: the mean of three: it sits half a turn round, in either way, and both.
        mirrored: it was taken for one on the other arm.
        voted: straight, four windows half a second apart together.
        truth, said: int64 [n], classes of windows, and what was said of them, straight.
    """

    person: str
    straight: float
    turned: float
    mirrored: float
    voted: float
    truth: np.ndarray
    said: np.ndarray


def windows(some, hop=HOP):
    """All windows of recordings.

    Args:
        some: a list of `training.Series`.
        hop: samples from one to the next.

    Returns:
        float32 [n, 100, 6], whole codes / 32; int64 [n], the class at each one's middle; and int64
        [n], which of `some` it is from.

    Raises:
        ValueError: no recording has a whole window around a class.
    """
    x, classes, source = [], [], []
    for number, one in enumerate(some):
        starts = np.arange(0, len(one.values) - WINDOW + 1, hop)
        of = one.classes[starts + WINDOW // 2]
        starts = starts[of != training.UNKNOWN]
        x.append(one.values[starts[:, None] + np.arange(WINDOW)])
        classes.append(of[of != training.UNKNOWN])
        source.append(np.full(len(starts), number))
    if not sum(map(len, x)):
        raise ValueError("no recording has two seconds around a class: give longer ones")
    return training.coded(np.concatenate(x)), np.concatenate(classes), np.concatenate(source)


def macro_f1(truth, said):
    """The mean of the F1 of each class that there is: 0 to 1.

    Args:
        truth: int [n], classes.
        said: int [n], what was said of them; a class nobody has counts as a mistake and no more.
    """
    return float(f1_score(truth, said, labels=np.unique(truth), average="macro", zero_division=0))


def judge(predict, some):
    """How well one person's movements are named.

    Args:
        predict: a function of float32 [n, 100, 6] to scores [n, classes].
        some: a list of `training.Series`, all of one person.

    Returns:
        A `Stranger`.

    Raises:
        ValueError: as `windows`.
    """
    x, truth, _ = windows(some)
    said = predict(x).argmax(axis=1)
    turned = [
        macro_f1(truth, predict(x * np.tile(turn, 2)).argmax(axis=1)) for turn in training.TURNS[1:]
    ]
    return Stranger(
        person=some[0].person,
        straight=macro_f1(truth, said),
        turned=float(np.mean(turned)),
        mirrored=macro_f1(truth, predict(x * training.MIRROR).argmax(axis=1)),
        voted=_voted(predict, some),
        truth=truth,
        said=said,
    )


def _voted(predict, some):
    x, truth, source = windows(some, VOTE_HOP)
    scores = predict(x)
    summed = scores.copy()
    for back in range(1, VOTES):
        same = source[back:] == source[:-back]
        summed[back:] += scores[:-back] * same[:, None]
    return macro_f1(truth, summed.argmax(axis=1))


def leaking(some, train, share=0.2, seed=0):
    """Macro-F1 where windows are split at random, as if they were strangers to each other.

    Args:
        some: a list of `training.Series`.
        train: a function of (x, classes), windows, to a `predict`.
        share: of the windows that are tested with.
        seed: which.
    """
    x, classes, _ = windows(some)
    tested = np.random.default_rng(seed).random(len(x)) < share
    predict = train(x[~tested], classes[~tested])
    return macro_f1(classes[tested], predict(x[tested]).argmax(axis=1))
