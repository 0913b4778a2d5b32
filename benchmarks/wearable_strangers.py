"""Movements of people who weren't learned from, for wearables.py: by person, float and int8."""

import numpy as np
from sklearn.metrics import confusion_matrix

from tinyml_helpers import datasets, model_file
from tinyml_helpers.applications.wearables.exercises import c_coach, coach, sessions, training
from tinyml_helpers.applications.wearables.exercises.measuring import (
    repetitions,
    strangers,
    workouts,
)
from tinyml_helpers.applications.wearables.exercises.trained import (
    ANY_WAY,
    STRAIGHT,
    STRANGER,
    committed,
)
from tinyml_helpers.datasets.motion.sp_sw_har import ACTIVITIES

#: People whose recordings had a say in the network's size and in how windows are changed.
CHOSEN_ON = tuple(f"seglearn {number}" for number in range(1, 6))

#: Windows that a network of exercises sees in an epoch. Where people did less, epochs have fewer:
#: there are so many more of them that each network sees as many windows in all.
_AN_EPOCH = 4600


def series(motions):
    """Recordings of exercises as `training.Series`."""
    return [training.Series.of(one, c_coach.CLASSES) for one in motions]


def on_exercises(motions, recipe, quick):
    """Each of ten people left out: by person, float and int8, in windows and as a stream.

    A network learns on the others, and on pauses between their exercises as "none of these".
    """
    rows, said, streams = [], [], []
    for _, others, own in datasets.leave_one_out(motions):
        model, tflite = _trained(training.with_pauses(others), recipe)
        judged = [strangers.judge(training.predictor(one), series(own)) for one in (model, tflite)]
        rows += map(_row, ("float", "int8"), judged)
        said.append(judged[-1])
        streams.append(as_stream(tflite, own))
        if quick:
            break
    truth = np.concatenate([one.truth for one in said])
    given = np.concatenate([one.said for one in said])
    return {
        "people": rows,
        "summary": list(summary(rows)),
        "confusion": confusion_matrix(truth, given, labels=range(8)).tolist()[:-1],
        "streams": streams,
    }


def as_stream(tflite, own):
    """One person's sessions, one with each arm, through a coach: a row."""
    made = []
    for arm in dict.fromkeys(motion.place for motion in own):
        session = sessions.session([one for one in own if one.place == arm], seed=1)
        hops = coach.Coach(tflite, coach.Settings.of(arm=arm)).push(session.samples)
        made += workouts.told(hops, session)
    none = c_coach.CLASSES[c_coach.NONE]
    pauses = [one for one in made if one.exercise == none]
    exercises = [one for one in made if one.exercise != none]
    after = [one.named_after for one in exercises if one.named_after is not None]
    within = [abs(one.repetitions - repetitions.TRUTH) <= 1 for one in exercises]
    return {
        "person": own[0].person,
        "series": len(exercises),
        "named_percent": _percent(exercises),
        "pauses_left_alone_percent": _percent(pauses),
        "never_named": len(exercises) - len(after),
        "named_after_seconds": round(float(np.median(after)), 2) if after else None,
        "named_and_within_one": sum(within),
    }


def _percent(some):
    return round(100 * sum(one.right for one in some) / sum(one.hops for one in some), 1)


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


def leak(motions, recipe):
    """Macro-F1 where windows are split at random: a network's that learned from the rest."""

    def train(x, classes):
        pieces = [
            training.Series("anyone", window, np.full(len(window), number))
            for window, number in zip(x, classes, strict=True)
        ]
        return training.predictor(training.train(pieces, 7, recipe)[0])

    return round(strangers.leaking(series(motions), train), 3)


def read(folder):
    """A folder in sp_sw_har's layout: each device's `training.Series` at 50 Hz, a dict of lists."""
    found, names = {}, list(dict.fromkeys(ACTIVITIES.values()))
    for motion in datasets.sp_sw_har(folder):
        even = datasets.resampled_motion(motion, 50)
        found.setdefault(motion.place, []).append(training.Series.of(even, names))
    return found


def on_people(tried, recipe, says, learned=None):
    """Rows on recordings of daily movements: by device and person.

    Args:
        tried: of `read`, the people to try.
        recipe: a `training.Recipe`.
        says: a list for sentences about what was left out.
        learned: those to learn from; if None, each of the tried is left out in turn.
    """
    for device, some in tried.items():
        if learned is None:
            for _, others, own in datasets.leave_one_out(some):
                yield from _judged(device, _trained(others, _longer(recipe, others)), own)
            continue
        known = {one.person for one in learned[device]}
        people = dict.fromkeys(one.person for one in some)
        again = sorted(known & set(people))
        if again:
            says.append(f"{device}: {', '.join(again)} were learned from, so not tried")
        models = _trained(learned[device], _longer(recipe, learned[device]))
        for person in people:
            if person not in known:
                own = [one for one in some if one.person == person]
                yield from _judged(device, models, own)


def _longer(recipe, some):
    """A recipe with as many more epochs as theirs have fewer windows."""
    times = max(1, _AN_EPOCH // training.Windows(some).count)
    return recipe._replace(epochs=recipe.epochs * times)


def _judged(device, models, own):
    for name, model in zip(("float", "int8"), models, strict=True):
        yield {"device": device, **_row(name, strangers.judge(training.predictor(model), own))}


def committed_on_stranger(motions):
    """What the models that come along make of the one person they haven't seen."""
    own = series([one for one in motions if one.person == STRANGER])
    for name in (STRAIGHT, ANY_WAY):
        tflite = committed(name)
        file = model_file.read(tflite)
        yield {
            "bytes": len(tflite),
            "macs": file.macs,
            **_row(name, strangers.judge(training.predictor(tflite), own)),
        }


def _trained(some, recipe):
    """A Keras model, and the bytes of the same in int8."""
    classes = 1 + max(int(one.classes.max()) for one in some)
    model, _ = training.train(some, classes, recipe)
    return model, training.to_int8(model, some, recipe)


def _row(name, one):
    ways = {way: round(getattr(one, way), 3) for way in ("straight", "turned", "mirrored", "voted")}
    accuracy = round(float((one.truth == one.said).mean()), 3)
    return {"model": name, "person": one.person, **ways, "accuracy": accuracy}
