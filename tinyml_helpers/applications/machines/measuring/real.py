"""A fault model on recordings of real bearings, in CWRU's layout."""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.machines import offline, training
from tinyml_helpers.applications.machines.c_watcher import CLASSES
from tinyml_helpers.applications.machines.measuring.separation import auc, partial_auc
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.signals import vibration

#: Looks that a decision averages, one after the other: 4.1 s of a machine that is asked every ten
#: minutes.
LOOKS_A_DECISION = 3

#: Looks of a recording start so many samples apart: they overlap, since recordings are short.
_STEP = 2048


class Row(NamedTuple):
    """A faulty recording against the healthy ones of the same sensor.

    Attributes:
        name: the recording's.
        kind, size, load, sensor: as in the recording.
        auc, partial_auc: of decisions; `partial_auc` up to 10% false positives.
        auc_of_looks: of single looks.
        named: the fault the model names over the whole recording.
    """

    name: str
    kind: str
    size: float | None
    load: int | None
    sensor: str
    auc: float
    partial_auc: float
    auc_of_looks: float
    named: str

    @property
    def right(self):
        """Whether it is named right."""
        return self.named == self.kind


def looks_at(recording):
    """Looks at a recording, each _STEP samples after the one before: `signals.vibration.Looks`.

    Raises:
        ValueError: the recording is shorter than a look, or nobody knows its speed.
    """
    size = vibration.look_samples(recording.rate)
    count = (len(recording.samples) - size) // _STEP + 1
    if count < 1 or recording.shaft_hz is None:
        raise ValueError(
            f"{recording.name}: a look takes {size:,} samples and the shaft's speed; this has "
            f"{len(recording.samples):,} samples, speed {recording.shaft_hz}"
        )
    starts = _STEP * np.arange(count)[:, np.newaxis] + np.arange(size)
    made = vibration.look(recording.samples[starts], recording.rate, recording.shaft_hz)
    return vibration.Looks(*(column[:, 0] for column in made))


def probabilities(score, recording, bearing):
    """What a model says of each look of a recording.

    Args:
        score: a function of int8 [n, 192, 4] that gives probabilities of CLASSES [n, 4].
        recording: a Recording.
        bearing: FaultOrders of the bearing that is watched.

    Returns:
        float [n, 4].
    """
    settings = Settings(inner=bearing.inner, outer=bearing.outer, ball=bearing.ball)
    return score(offline.inputs(looks_at(recording).orders, settings))


def decided(probabilities, looks=LOOKS_A_DECISION):
    """Means over looks that follow one another: [k, 4]; of all there are if those are too few."""
    apart = vibration.look_samples(12_000) // _STEP
    count = len(probabilities) - (looks - 1) * apart
    if count < 1:
        return probabilities.mean(axis=0, keepdims=True)
    return np.mean([probabilities[i * apart :][:count] for i in range(looks)], axis=0)


def rows(score, recordings):
    """A `Row` for each faulty recording whose sensor also recorded health.

    The healthy recordings are scored as if the faulty one's bearing were watched in them, too.

    Args:
        score: as for `probabilities`; `scorer` makes one of a model.
        recordings: a list of Recording, as `datasets.cwru_bearing` gives them, at 12 kHz.
    """
    healthy, made = {}, []
    for one in recordings:
        if one.kind in CLASSES[1:] and one.orders is not None:
            key = one.sensor, one.orders
            if key not in healthy:
                healthy[key] = [
                    probabilities(score, other, one.orders)
                    for other in recordings
                    if other.kind == "normal" and other.sensor == one.sensor
                ]
            if healthy[key]:
                made.append(_row(one, probabilities(score, one, one.orders), healthy[key]))
    return made


def false_alarms(score, recordings, bearings, threshold):
    """Healthy recordings on which decisions reach the threshold.

    Args:
        score: as for `probabilities`.
        recordings: as for `rows`.
        bearings: a dict of FaultOrders by name: each is watched in turn.
        threshold: of 1 - P(normal), 0 to 1.

    Returns:
        A list of (recording's name, bearing's name, share of decisions).
    """
    return [
        (one.name, name, float(np.mean(1 - decided(found)[:, 0] >= threshold)))
        for one in recordings
        if one.kind == "normal"
        for name, bearing in bearings.items()
        for found in [probabilities(score, one, bearing)]
    ]


def strangers_health(recordings, bands, settings):
    """The anomaly model on real machines, had it learnt what is usual on others.

    Args:
        recordings: as for `rows`.
        bands: int8 [n, 32], of healthy looks at other machines: `settings.learn` of them and
            `settings.settle`, or more.
        settings: a `Settings`.

    Returns:
        A list of (recording's name, AUC of its looks against those of the sensor's health).
    """
    first = bands[: settings.learn + settings.settle]
    found = {}
    for one in recordings:
        seen = np.concatenate([first, looks_at(one).bands])
        found[one.name] = offline.anomalies(seen, settings).score[len(first) :].astype(float)
    healthy = {one.sensor: found[one.name] for one in recordings if one.kind == "normal"}
    return [
        (one.name, auc(healthy[one.sensor], found[one.name]))
        for one in recordings
        if one.kind != "normal" and one.sensor in healthy
    ]


def scorer(model):
    """A model, Keras or the bytes of a .tflite, as the function that `probabilities` asks for."""
    return lambda seen: training.predict(model, seen)


def _row(one, found, healthy):
    suspicion = [1 - decided(each)[:, 0] for each in (found, *healthy)]
    looks = [1 - each[:, 0] for each in (found, *healthy)]
    return Row(
        name=one.name,
        kind=one.kind,
        size=one.size,
        load=one.load,
        sensor=one.sensor,
        auc=auc(np.concatenate(suspicion[1:]), suspicion[0]),
        partial_auc=partial_auc(np.concatenate(suspicion[1:]), suspicion[0]),
        auc_of_looks=auc(np.concatenate(looks[1:]), looks[0]),
        named=CLASSES[1 + int(found[:, 1:].mean(axis=0).argmax())],
    )
