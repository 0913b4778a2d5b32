"""A wrist that works out, and a model for it, for tests."""

import functools

import numpy as np
from streaming import Stream

from tinyml_helpers import compress
from tinyml_helpers.applications.wearables.exercises import Application, c_coach
from tinyml_helpers.applications.wearables.exercises.coach import Coach, Settings
from tinyml_helpers.quiet import quiet

with quiet():
    import keras

#: Named easily, by few inferences: much happens within a few hops.
QUICK = Settings(average=2, threshold=60)

HOP = c_coach.HOP_SAMPLES

#: What `samples` do: the axis of rotation that moves most, for how many hops.
TURNS = ((0, 12), (None, 14), (0, 10), (1, 3), (0, 8), (2, 12), (None, 8), (1, 13))


@functools.cache
def tflite():
    """Bytes of a model that scores how much there is of each rotation, and of none at all.

    It names the first three exercises by the axis that turns, and none of these where all is
    still; the others hardly ever.
    """
    seen = keras.Input(c_coach.INPUT[1:], batch_size=1)
    sizes = keras.layers.Conv1D(12, 1, activation="relu")
    scores = keras.layers.Dense(len(c_coach.CLASSES), "softmax")
    model = keras.Model(seen, scores(keras.layers.GlobalAveragePooling1D()(sizes(seen))))
    sizes.set_weights([np.hstack([np.eye(6), -np.eye(6)])[np.newaxis], np.zeros(12)])
    weights = np.zeros((12, len(c_coach.CLASSES)))
    for axis in range(3):
        weights[[3 + axis, 9 + axis], axis] = 8
    scores.set_weights([weights, np.array([0, 0, 0, -2, -2, -2, -2, 2.0])])
    seen = np.random.default_rng(0).uniform(-2, 2, (50, *c_coach.INPUT[1:])).astype(np.float32)
    seen[0, 0], seen[0, 1] = -4, 127 / 32
    return compress.quantize(model, "int8", representative=seen)


@functools.cache
def samples():
    """A wrist that turns now about one axis, now about another, every second: int16 [n, 6]."""
    rng = np.random.default_rng(1)
    parts = []
    for axis, hops in TURNS:
        times = np.arange(hops * HOP) / c_coach.RATE
        part = rng.normal(0, 30, (len(times), 6))
        part[:, 2] += 4096
        if axis is not None:
            part[:, 3 + axis] += 3000 * np.sin(2 * np.pi * times)
            part[:, axis] += 2000 * np.cos(2 * np.pi * times)
        parts.append(part)
    return np.rint(np.concatenate(parts)).astype(np.int16)


@functools.cache
def hops():
    """What this computer makes of them."""
    return Coach(tflite(), QUICK).push(samples())


#: The first of them only, for what is tried many times; they don't end with a hop.
SHORT = samples()[: 25 * HOP + 11]

STREAM = Stream(Application(tflite()), QUICK, SHORT, Coach, "coach", slowest=0.1)
PROGRAM = STREAM.program
