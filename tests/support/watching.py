"""A machine to watch, and a model with random weights, for tests: on this computer and on boards."""

import functools

import numpy as np

from tinyml_helpers import compress
from tinyml_helpers.applications.machines import Application, c_watcher
from tinyml_helpers.applications.machines.watcher import Settings
from tinyml_helpers.applications.stream import parity
from tinyml_helpers.quiet import quiet
from tinyml_helpers.signals import vibration

with quiet():
    import keras

RATE, SHAFT_HZ = 1600, 24.0
LOOK = vibration.look_samples(RATE)

#: Commissioned as soon as can be, and easily alarmed: much happens within a few looks.
QUICK = Settings(RATE, SHAFT_HZ, learn=64, settle=16, margin=24, persist=2, average=3, threshold=150)


@functools.cache
def tflite(seed=1):
    """Bytes of a model of faults that knows nothing, but answers differently to each look."""
    keras.utils.set_random_seed(seed)
    look = keras.Input(c_watcher.INPUT[1:], batch_size=1)
    features = keras.layers.Conv1D(8, 5, 4, activation="relu")(look)
    features = keras.layers.GlobalMaxPooling1D()(features)
    scores = keras.layers.Dense(4, "softmax", kernel_initializer=keras.initializers.HeNormal(3))
    model = keras.Model(look, scores(features))
    return compress.quantize(model, "int8", representative=representative())


def representative():
    """Inputs from the smallest to the largest code, for a scale of 1/32: float32 [20, ...]."""
    x = np.random.default_rng(0).normal(0, 0.7, (20, *c_watcher.INPUT[1:])).astype(np.float32)
    x[:, 0, 0], x[:, 1, 0] = -4, 127 / 32
    return np.clip(x, -4, 127 / 32)


@functools.cache
def samples(looks=100, fails_at=90, seed=2):
    """A machine's vibration: int16 [looks * LOOK]; from one look on it is another."""
    rng = np.random.default_rng(seed)
    time = np.arange(looks * LOOK) / RATE
    turns = SHAFT_HZ * time
    load = 1 + 0.2 * np.repeat(rng.normal(size=looks), LOOK)
    x = rng.normal(0, 300, len(time)) * (1 + 0.3 * np.sin(2 * np.pi * turns)) * load
    x += 500 * np.sin(2 * np.pi * turns) + 200 * np.sin(4 * np.pi * turns + 1)
    knocks = np.sin(2 * np.pi * QUICK.outer * turns) > 0.97
    x += np.where(time >= fails_at * LOOK / RATE, 1, 0) * knocks * rng.normal(0, 4000, len(time))
    return np.clip(np.rint(x), -32768, 32767).astype(np.int16)


PROGRAM = Application(tflite())


def same(one, other):
    """Whether two lists of looks are equal, costs aside."""
    return len(one) == len(other) and not any(parity.differing(one, other).values())
