"""A heart to monitor, and a model that follows a rule, for tests: what is found is known."""

import functools
from typing import NamedTuple

import numpy as np
from streaming import Stream

from tinyml_helpers import compress
from tinyml_helpers.applications.wearables.hearts import Application, c_monitor
from tinyml_helpers.applications.wearables.hearts.matching import matched
from tinyml_helpers.applications.wearables.hearts.monitor import Monitor, Settings
from tinyml_helpers.datasets import simulated_hearts
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

RATE, COUNTS = 250, 200
QUICK = Settings(RATE, COUNTS, early=80, threshold=100)

#: No model trains on it; a fifth of its beats come early.
HEART = simulated_hearts.heart(simulated_hearts.TEST_HEARTS + 1)._replace(
    atrial_chance=0.15, ventricular_chance=0.1
)

#: Where what a model is shown says how early a beat is, and how unlike the usual one.
EARLY, APART = 2 * c_monitor.SHAPE, 2 * c_monitor.SHAPE + 5


@functools.cache
def ecg(seconds=40, rate=RATE, noise=None, seed=3):
    """An Ecg of the heart."""
    return simulated_hearts.recording(HEART, seconds, rate=rate, noise=noise, seed=seed)


def samples(made=None):
    """The one lead of an Ecg, int16 [n]."""
    return np.ascontiguousarray((made or ecg()).samples[:, 0])


@functools.cache
def tflite():
    """Bytes of a model: a beat that comes early is S, and one that looks odd is V."""
    beat = keras.Input((c_monitor.INPUTS,), batch_size=1)
    signs, scores = keras.layers.Dense(24, "relu"), keras.layers.Dense(3, "softmax")
    model = keras.Model(beat, scores(signs(beat)))
    rng = np.random.default_rng(0)
    weights = rng.normal(0, 0.01, (c_monitor.INPUTS, 24))
    weights[EARLY, 0], weights[APART, 1] = -4, 2
    bias = np.zeros(24)
    bias[:2] = -1, -0.8
    signs.set_weights([weights, bias])
    weights = rng.normal(0, 0.01, (24, 3))
    weights[:2] = (0, 6, 0), (0, -12, 8)
    scores.set_weights([weights, np.array([2.0, 0, 0])])
    return compress.quantize(model, "int8", representative=representative())


def representative():
    """Inputs from the smallest to the largest code, for a scale of 1/32: float32 [100, 104]."""
    made = np.random.default_rng(0).normal(0, 0.5, (100, c_monitor.INPUTS)).astype(np.float32)
    made[:, 0], made[:, 1] = -4, 127 / 32
    return np.clip(made, -4, 127 / 32)


# The first beats are told after the four seconds in which the detector learns.
STREAM = Stream(Application(tflite()), QUICK, samples(), Monitor, "monitor", slowest=0.5, enough=50)
PROGRAM = STREAM.program


class Found(NamedTuple):
    """How beats that were found go with those that there are.

    Attributes:
        sensitivity: share of those that there are that were found.
        precision: share of those that were found that there are.
        off: float [pairs], seconds from where they are to where they were found.
    """

    sensitivity: float
    precision: float
    off: np.ndarray


def compared(recordings):
    """`Found` over recordings: (found, marked, rate) each, int64 [n] and [m] rising."""
    off, found_count, marked_count = [], 0, 0
    for found, marked, rate in recordings:
        found_count, marked_count = found_count + len(found), marked_count + len(marked)
        mark_of = matched(found, marked, rate)
        off.append((found - marked[mark_of])[mark_of >= 0] / rate)
    off = np.concatenate(off)
    return Found(len(off) / marked_count, len(off) / found_count, off)


def readable(made, places, spare=0.15):
    """Those of places at which the lead of an Ecg isn't off, nor nearly so."""
    keep = np.ones(len(places), bool)
    offs = [note.place for note in made.notes if note.symbol == "~"]
    for begin, end in zip(offs[::2], offs[1::2], strict=True):
        keep &= (places < begin - spare * made.rate) | (places > end + spare * made.rate)
    return places[keep]
