"""All figures of hearts: simulated ones that no model was trained on, and records of real ones."""

import math
from collections import defaultdict

import numpy as np

from tinyml_helpers.applications.wearables.hearts import examples, monitor, trained, training
from tinyml_helpers.applications.wearables.hearts.matching import matched
from tinyml_helpers.applications.wearables.hearts.measuring import ways
from tinyml_helpers.applications.wearables.hearts.measuring.shares import (
    LEAST_PERSONS,
    Share,
    share,
)
from tinyml_helpers.datasets import mitbih, simulated_hearts
from tinyml_helpers.datasets.hearts.mitbih import SPLITS

#: Hearts for tests, and seconds of each.
HEARTS, SECONDS = 50, 1800

#: By so many decibels noise is louder than each heart's own, when beats are to be found; louder
#: than that only with every fifth heart.
LOUDER = (0, 6, 12)
_EVERY = 5

#: What each record of DS1 counts for, beside simulated hearts, when a model learns from both.
_TIMES = 3


def figures(folder=None, hearts=HEARTS, seconds=SECONDS, learn=False):
    """How well beats are found, and early ones among them.

    Args:
        folder: with WFDB records in MIT-BIH's layout, as `datasets.mitbih` takes it; None for none.
        hearts, seconds: how many simulated hearts, and how long each.
        learn: whether to train a model on DS1 as well, if the folder has it, and try it on DS2:
            some minutes more.

    Returns:
        A dict that JSON can have: "simulated", and with a folder "records", by split of MIT-BIH
        ("DS1", "DS2", or "other"). Each with "persons", "beats" and "early", as `of_beats` and
        `of_early` give them, and "proves": a sentence, where persons are too few.

    Raises:
        ValueError: the folder has no records, or one that the monitor doesn't take.
    """
    people = [simulated_hearts.heart(simulated_hearts.TEST_HEARTS + n) for n in range(hearts)]
    made = [simulated_hearts.recording(person, seconds) for person in people]
    found = {"simulated": {"seconds": seconds} | of_recordings(made)}
    beats = {"0 dB": found["simulated"]["beats"]}
    for decibels in LOUDER[1:]:
        loud = [
            simulated_hearts.recording(person, seconds, noise=person.noise.louder(decibels))
            for person in people[::_EVERY]
        ]
        beats[f"{decibels} dB louder"] = of_beats(loud)
    found["simulated"]["beats"] = beats
    if folder is not None:
        found["records"] = {
            split: of_recordings(records) | {"by record": [_row(one) for one in records]}
            for split, records in by_split(mitbih(folder)).items()
        }
        if learn and {"DS1", "DS2"} <= set(found["records"]):
            found["learnt from DS1, tested on DS2"] = _learnt(by_split(mitbih(folder)))
    return found


def by_split(records):
    """Records by split of MIT-BIH: a dict of lists; paced ones are left out."""
    made = defaultdict(list)
    for one in records:
        split = next((name for name, names in SPLITS.items() if one.record in names), "other")
        if split != "paced":
            made[split].append(one)
    return dict(made)


def of_recordings(recordings):
    """Figures of recordings, a list of Ecg: a dict."""
    persons = len({one.person for one in recordings})
    made = {
        "persons": persons,
        "marked": _marked(recordings),
        "beats": of_beats(recordings),
        "early": of_early(recordings),
    }
    if persons < LEAST_PERSONS:
        who = "one patient" if persons == 1 else f"{persons} patients"
        made["proves"] = f"of {who} alone: it proves nothing of other people"
    return made


def of_beats(recordings):
    """How well beats are found: {"sensitivity": ..., "precision": ...}, a Share as a dict each."""
    found, marked, right = defaultdict(int), defaultdict(int), defaultdict(int)
    for one in recordings:
        there, places = _found(one)
        found[one.person] += len(places)
        marked[one.person] += len(one.beats)
        right[one.person] += there
    hits = list(right.values())
    return {
        "sensitivity": _plain(share(hits, list(marked.values()))),
        "precision": _plain(share(hits, list(found.values()))),
    }


def of_early(recordings, models=None, thresholds=None):
    """How well early beats are called, by each way, at each number of false alarms allowed a day.

    Args:
        recordings: a list of Ecg.
        models: a dict of ways to pairs of a model's .tflite bytes and the same in Keras; those that
            come along if None.
        thresholds: as of `trained.thresholds`; those if None.

    Returns:
        A dict: of how many false alarms a day were allowed on the hearts that thresholds were
        chosen by, as str, to a dict of `ways.WAYS` to `ways.Early` as a dict; those of networks
        with "float", the same of the network before quantization, and "named", of `ways.named`.
    """
    models = models or {name: (trained.committed(name), None) for name in (ways.SHAPE, ways.BOTH)}
    made = {}
    for a_day, chosen in (thresholds or trained.thresholds()).items():
        made[a_day] = {}
        for way, threshold in chosen.items():
            if way == ways.INTERVALS:
                heard = [examples.of(one, early=100 - threshold) for one in recordings]
                suspicions = [ways.by_intervals(one) for one in heard]
                made[a_day][way] = _early(suspicions, heard, threshold)
            elif way in models:
                tflite, model = models[way]
                heard = [examples.of(one, tflite, threshold=threshold) for one in recordings]
                suspicions = [ways.by_scores(one.scores) for one in heard]
                floats = _in_float(model or trained.committed_keras(way), heard)
                made[a_day][way] = _early(suspicions, heard, threshold) | {
                    "float": _early(floats, heard, threshold),
                    "named": ways.named(heard, threshold),
                }
    return made


def _learnt(splits):
    """Figures of a model that has learnt from simulated hearts and DS1, on other people's DS2."""
    known = {one.person for one in splits["DS1"]}
    others = [one for one in splits["DS2"] if one.person not in known]
    hearts = list(examples.varied(range(training.HEARTS)))
    model, tflite = training.train_twice(hearts + _TIMES * splits["DS1"])
    return {
        "persons": len({one.person for one in others}),
        "early": of_early(others, {ways.BOTH: (tflite, model)}),
    }


def _found(ecg):
    """How many beats found are marked, and all places, but those in flutter."""
    samples, counts_per_mv = examples.lead(ecg)
    places = monitor.detected(samples, ecg.rate, counts_per_mv)
    places = places[examples.outside_flutter(places, ecg)]
    return int((matched(places, ecg.beats, ecg.rate) >= 0).sum()), places


def _row(ecg):
    """A record by itself: beats, and what of them the model that comes along calls early."""
    there, places = _found(ecg)
    threshold = next(iter(trained.thresholds().values()))[ways.BOTH]
    heard = examples.of(ecg, trained.committed(), threshold=threshold)
    early = ways.measured([ways.by_scores(heard.scores)], [heard], threshold)
    return {
        "record": ecg.record,
        "marked": len(ecg.beats),
        "missed": len(ecg.beats) - there,
        "false": len(places) - there,
        "atrial": early.atrial.of,
        "atrial, called early": early.atrial.hits,
        "ventricular": early.ventricular.of,
        "ventricular, called early": early.ventricular.hits,
        "false alarms": early.false_alarms.hits,
    }


def _marked(recordings):
    names, counts = np.unique(
        np.concatenate([one.classes for one in recordings]), return_counts=True
    )
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _in_float(model, heard):
    """The suspicions of a model in float32 of what a monitor saw, record by record."""
    scores = training.predict(model, np.concatenate([one.inputs for one in heard]))
    suspicions = np.rint(256 * scores[:, 1:].sum(axis=1)).astype(np.int64)
    return np.split(suspicions, np.cumsum([len(one.inputs) for one in heard])[:-1])


def _early(suspicions, heard, threshold):
    made = ways.measured(suspicions, heard, threshold)._asdict()
    alarms = made["false_alarms"]
    ends = [alarms.value, *(alarms.by_persons or alarms.by_beats), alarms.most]
    names = ("value", "low", "high", "most")
    a_day = {name: _number(ways.BEATS_A_DAY * end) for name, end in zip(names, ends, strict=True)}
    return {name: _plain(one) for name, one in made.items()} | {"false alarms a day": a_day}


def _plain(one):
    """A Share as a dict of what JSON has; other things as they are."""
    if not isinstance(one, Share):
        return one
    return {name: _number(value) for name, value in one._asdict().items()}


def _number(value):
    return None if isinstance(value, float) and math.isnan(value) else value
