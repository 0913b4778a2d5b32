"""Beats to learn from and to measure with: what the monitor sees of recordings, and what is marked.

records = [of(made) for made in varied(range(300))]
some = joined(records)
some.inputs, some.classes  # int8 [n, 104] and int64 [n], of c_monitor.CLASSES
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.hearts import monitor
from tinyml_helpers.applications.wearables.hearts.c_monitor import CLASSES, INPUTS
from tinyml_helpers.applications.wearables.hearts.matching import matched
from tinyml_helpers.datasets import simulated_hearts
from tinyml_helpers.datasets.hearts.ecg import NOTHING

#: Chances of early beats in hearts to learn from, as powers of ten: more than hearts have, since a
#: network learns little from a class that is rare.
_CHANCES = (-2.0, -1.0)

#: By so many decibels noise is louder than the heart's own, and the rate by such factors another.
_LOUDER, _RATES = (-6, 8), (0.85, 1.25)

#: Shares of hearts whose usual beat is wide, as with a bundle branch block; whose intervals vary
#: much, and by how much, as a share of an interval; and whose T waves are taller, by which factors,
#: so that the detector takes some of them for beats.
_WIDE, _IRREGULAR, _TALL = 0.2, 0.2, 0.2
_VARYING, _TALLER = (0.09, 0.18), (1.2, 2.5)

#: The generator of what varies starts from this and a heart's number.
_SEED = 0x7661_7279

#: AAMI's fusion beats count as ventricular ones.
_FUSED = {"F": "V"}


class Record(NamedTuple):
    """A recording as the monitor sees it.

    Attributes:
        person: as an Ecg's.
        inputs: int8 [beats, 104], what a model is shown of each beat found.
        scores: int8 [beats, 3], what it said; all -128 without a model.
        rr, usual: int64 [beats], ms: the interval before it, and the usual one; 0 if unknown.
        classes: str [beats], the class of the mark that each is: "N", "S", "V", "Q", or "" where
            nothing is marked.
        marked: a dict: of each of these classes how many beats are marked.
    """

    person: str
    inputs: np.ndarray
    scores: np.ndarray
    rr: np.ndarray
    usual: np.ndarray
    classes: np.ndarray
    marked: dict


class Examples(NamedTuple):
    """Beats to learn from: int8 [n, 104], and int64 [n], numbers of c_monitor.CLASSES."""

    inputs: np.ndarray
    classes: np.ndarray


def of(ecg, tflite_bytes=None, **settings):
    """What the monitor sees of a recording.

    Args:
        ecg: a `datasets.Ecg` at 200 to 1,000 samples a second; `lead` says which lead counts.
        tflite_bytes: the monitor's model. Without one the rule on intervals says which beats are
            this heart's usual ones.
        settings: early and threshold, as of `monitor.Settings`.

    Returns:
        A Record.

    Raises:
        ValueError: the monitor doesn't take such a recording, model or setting.
    """
    samples, counts_per_mv = lead(ecg)
    if tflite_bytes is None:
        places, rr, usual, inputs, _ = monitor.inputs(samples, ecg.rate, counts_per_mv, **settings)
        scores = np.full((len(places), len(CLASSES)), -128, np.int8)
    else:
        wanted = monitor.Settings(ecg.rate, counts_per_mv, **settings)
        beats = monitor.Monitor(tflite_bytes, wanted).push(samples)
        numbers = [(beat.place, beat.rr or 0, beat.usual or 0) for beat in beats]
        places, rr, usual = np.array(numbers, np.int64).reshape(-1, 3).T
        inputs = np.array([beat.input for beat in beats], np.int8).reshape(-1, INPUTS)
        scores = np.array([beat.scores for beat in beats], np.int8).reshape(-1, len(CLASSES))
    readable = outside_flutter(places, ecg)
    classes = np.array([_FUSED.get(name, name) for name in ecg.classes], "U1")
    mark = matched(places[readable], ecg.beats, ecg.rate)
    names, counts = np.unique(classes, return_counts=True)
    return Record(
        person=ecg.person,
        inputs=inputs[readable],
        scores=scores[readable],
        rr=rr[readable],
        usual=usual[readable],
        classes=np.append(classes, "")[mark],  # the last one is that of -1
        marked=dict(zip(names.tolist(), counts.tolist(), strict=True)),
    )


def lead(ecg):
    """The lead of a recording that a chest strap's is most like: MLII, or II, else the first.

    Args:
        ecg: a `datasets.Ecg`.

    Returns:
        int16 [n], the zero line where nothing was recorded; and counts a mV, an int.
    """
    names = [name.upper() for name in ecg.leads]
    number = next((names.index(name) for name in ("MLII", "II") if name in names), 0)
    samples = ecg.samples[:, number]
    zero = np.int16(np.clip(ecg.zeros[number], -32767, 32767))
    return np.where(samples == NOTHING, zero, samples), round(float(ecg.gains[number]))


def outside_flutter(places, ecg):
    """Which places are outside ventricular flutter, where no beats are marked: bool [places].

    Args:
        places: int64 [n], samples of an `ecg`.
    """
    (begins, ends) = ([note.place for note in ecg.notes if note.symbol == sign] for sign in "[]")
    return np.searchsorted(begins, places, "right") <= np.searchsorted(ends, places, "right")


def joined(records):
    """All beats of records to learn from: those of class Q are left out.

    What the detector took for a beat where none is marked is to be called normal: nobody wants an
    alarm for it.
    """
    inputs = np.concatenate(
        [record.inputs for record in records] or [np.empty((0, INPUTS), np.int8)]
    )
    classes = np.concatenate([record.classes for record in records] or [np.empty(0, "U1")])
    numbers = np.zeros(len(classes), np.int64)
    for number, name in enumerate(CLASSES):
        numbers[classes == name] = number
    return Examples(inputs[classes != "Q"], numbers[classes != "Q"])


def varied(numbers, seconds=300, seed=0):
    """Recordings of simulated hearts to learn from: more early beats, more kinds of hearts.

    Args:
        numbers: the hearts', ints below simulated_hearts.TEST_HEARTS.
        seconds: of each.
        seed: which recording.

    Yields:
        An Ecg of each heart.

    Raises:
        ValueError: a heart is one of those kept for tests.
    """
    for number in numbers:
        if number >= simulated_hearts.TEST_HEARTS:
            raise ValueError(f"heart {number} is for tests: learn from numbers below it")
        heart, noise = _varied(number)
        yield simulated_hearts.recording(heart, seconds, noise=noise, seed=seed)


def _varied(number):
    """A heart changed in what the simulator varies too little to learn from, and its noise."""
    rng = np.random.default_rng([_SEED, number])
    heart = simulated_hearts.heart(number)
    rate = heart.rate * rng.uniform(*_RATES)
    heart = heart._replace(
        rate=rate,
        sdnn=heart.sdnn * heart.rate / rate,
        atrial_chance=10 ** rng.uniform(*_CHANCES),
        ventricular_chance=10 ** rng.uniform(*_CHANCES),
    )
    if rng.random() < _WIDE:
        wide = simulated_hearts.heart(number + 1).ventricular[0]
        heart = heart._replace(
            beat=_with_ventricles(heart.beat, wide),
            atrial=tuple(_with_ventricles(shape, wide) for shape in heart.atrial),
        )
    if rng.random() < _IRREGULAR:
        heart = heart._replace(sdnn=rng.uniform(*_VARYING) * 60 / rate)
    if rng.random() < _TALL:
        factor = rng.uniform(*_TALLER)
        heart = heart._replace(
            beat=_with_taller_t(heart.beat, factor),
            atrial=tuple(_with_taller_t(shape, factor) for shape in heart.atrial),
        )
    return heart, heart.noise.louder(rng.uniform(*_LOUDER))


def _with_ventricles(shape, of):
    return shape._replace(qrs=of.qrs, t=of.t)


def _with_taller_t(shape, factor):
    return shape._replace(t=tuple(wave._replace(height=factor * wave.height) for wave in shape.t))
