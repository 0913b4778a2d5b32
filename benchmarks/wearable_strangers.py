"""Movements of people who weren't learned from, for wearables.py: by person, float and int8."""

import numpy as np
from sklearn.metrics import confusion_matrix

from tinyml_helpers import datasets, model_file
from tinyml_helpers.applications.wearables.exercises import c_coach, training
from tinyml_helpers.applications.wearables.exercises.measuring import strangers
from tinyml_helpers.applications.wearables.exercises.trained import ANY_WAY, STRANGER, committed
from tinyml_helpers.datasets.motion.sp_sw_har import ACTIVITIES

#: People whose recordings had a say in the network's size and in how windows are changed.
CHOSEN_ON = tuple(f"seglearn {number}" for number in range(1, 6))


def exercises():
    """The recordings of shoulder exercises as `training.Series`, "none of these" left out."""
    return [training.Series.of(one, c_coach.CLASSES) for one in datasets.watch_exercises()]


def on_exercises(some, recipe, quick):
    """Each of ten people left out: rows by person, float and int8, and a summary.

    A network learns on the nine others and on no "none of these": the figures are of seven classes.
    """
    rows, said = [], []
    for _, others, own in datasets.leave_one_out(some):
        if quick and rows:
            break
        for name, predict in _trained(others, recipe):
            one = strangers.judge(predict, own)
            rows.append(_row(name, one))
            if name == "int8":
                said.append(one)
    truth = np.concatenate([one.truth for one in said])
    given = np.concatenate([one.said for one in said])
    return {
        "people": rows,
        "summary": list(summary(rows)),
        "confusion": confusion_matrix(truth, given, labels=range(7)).tolist(),
    }


def summary(rows):
    """Means over people, of all and of those that had no say in anything."""
    for name in dict.fromkeys(row["model"] for row in rows):
        of = [row for row in rows if row["model"] == name]
        for people, some in (
            ("all", of),
            ("had no say", [row for row in of if row["person"] not in CHOSEN_ON]),
        ):
            if some:
                ways = ("straight", "turned", "mirrored", "voted")
                means = {way: round(float(np.mean([row[way] for row in some])), 3) for way in ways}
                worst = min(row["straight"] for row in some)
                yield {"model": name, "people": people, **means, "worst": worst}


def leak(some, recipe, quick):
    """Macro-F1 where windows are split at random: a network's that learned from the rest."""

    def train(x, classes):
        pieces = [
            training.Series("anyone", window, np.full(len(window), number))
            for window, number in zip(x, classes, strict=True)
        ]
        if quick:
            pieces = pieces[::4]
        return training.predictor(training.train(pieces, 7, recipe)[0])

    return round(strangers.leaking(some, train), 3)


def on_people(test, train, recipe, says):
    """Rows on recordings in sp_sw_har's layout: by device and person.

    Args:
        test: the folder of the people to try.
        train: the folder of those to learn from; if None, each of `test` is left out in turn.
        recipe: a `training.Recipe`.
        says: a list for sentences about what was left out.
    """
    tried = _read(test)
    learned = _read(train) if train else {}
    for device, some in tried.items():
        if not train:
            splits = ((others, own) for _, others, own in datasets.leave_one_out(some))
        else:
            known = {one.person for one in learned[device]}
            again = sorted({one.person for one in some} & known)
            if again:
                says.append(f"{device}: {', '.join(again)} were learned from, so not tried")
            people = [name for name in dict.fromkeys(s.person for s in some) if name not in known]
            trained = list(_trained(learned[device], recipe)) if people else []
            splits = ((trained, [s for s in some if s.person == name]) for name in people)
        for others, own in splits:
            models = others if train else _trained(others, recipe)
            for name, predict in models:
                yield {"device": device, **_row(name, strangers.judge(predict, own))}


def committed_on_stranger(some):
    """What the models that come along make of the one person they haven't seen."""
    own = [one for one in some if one.person == STRANGER]
    for name in ("straight", ANY_WAY):
        tflite = committed(name)
        file = model_file.read(tflite)
        yield {
            "bytes": len(tflite),
            "macs": file.macs,
            **_row(name, strangers.judge(training.predictor(tflite), own)),
        }


def _trained(others, recipe):
    classes = 1 + max(int(one.classes.max()) for one in others)
    model, _ = training.train(others, classes, recipe)
    tflite = training.to_int8(model, others, recipe)
    return [("float", training.predictor(model)), ("int8", training.predictor(tflite))]


def _row(name, one):
    ways = {way: round(getattr(one, way), 3) for way in ("straight", "turned", "mirrored", "voted")}
    accuracy = round(float((one.truth == one.said).mean()), 3)
    return {"model": name, "person": one.person, **ways, "accuracy": accuracy}


def _read(folder):
    """Device -> list of Series at 50 Hz."""
    found, names = {}, list(dict.fromkeys(ACTIVITIES.values()))
    for motion in datasets.sp_sw_har(folder):
        even = datasets.resampled_motion(motion, 50)
        found.setdefault(motion.place, []).append(training.Series.of(even, names))
    return found
