"""A machine to watch, and a model that follows a rule, for tests: what is found is known."""

import functools

import numpy as np
from streaming import Stream

from tinyml_helpers import compress
from tinyml_helpers.applications.machines import Application, c_watcher
from tinyml_helpers.applications.machines.watcher import Settings, Watcher
from tinyml_helpers.quiet import quiet
from tinyml_helpers.signals import vibration

with quiet():
    import keras

RATE, SHAFT_HZ = 1600, 24.0
LOOK = vibration.look_samples(RATE)

#: Commissioned as soon as can be, and easily alarmed: much happens within a few looks.
QUICK = Settings(
    RATE, SHAFT_HZ, learn=64, settle=16, margin=24, persist=2, average=3, threshold=150
)

HEALTHY, EACH = 88, 4
#: What befalls the machine after HEALTHY looks, for EACH looks, and who is to be suspected then.
FAILURES = {
    "an inner race": "inner",
    "an outer race": "outer",
    "a ball": "ball",
    "a louder shaft": "imbalance",
    "a shaft heard twice a turn": "misalignment",
    "more noise": "unknown",
    "a clipping sensor": "sensor",
    "a dead sensor": "sensor",
}
LOOKS = HEALTHY + EACH * len(FAILURES)


@functools.cache
def tflite():
    """Bytes of a model that scores how high the spectrum is, on average, at each comb's teeth."""
    look = keras.Input(c_watcher.INPUT[1:], batch_size=1)
    at_teeth = keras.layers.Conv1D(3, 1, activation="relu")
    scores = keras.layers.Dense(4, "softmax")
    heights = keras.layers.GlobalAveragePooling1D()(at_teeth(look))
    model = keras.Model(look, scores(heights))
    # Codes are below 2: without a tooth, which is 1 high, nothing is left.
    at_teeth.set_weights(
        [np.vstack([np.ones((1, 3)), 4 * np.eye(3)])[np.newaxis], np.full(3, -4.0)]
    )
    weights = np.hstack([np.zeros((3, 1)), 500 * np.eye(3)])
    scores.set_weights([weights, np.array([3.0, 0, 0, 0])])
    return compress.quantize(model, "int8", representative=representative())


def representative():
    """Inputs from the smallest to the largest code, for a scale of 1/32: float32 [20, ...]."""
    rng = np.random.default_rng(0)
    orders = rng.normal(0, 0.3, (20, *c_watcher.INPUT[1:])).astype(np.float32)
    orders[..., 1:] = rng.random((20, c_watcher.INPUT[1], 3)) < 0.1
    orders[:10, :, 0] += 1.2 * orders[:10, :, 1]
    orders[:, 0, 0], orders[:, 1, 0] = -4, 127 / 32
    return np.clip(orders, -4, 127 / 32)


@functools.cache
def samples():
    """The machine's vibration, healthy and then with each of FAILURES: int16 [LOOKS * LOOK]."""
    rng = np.random.default_rng(2)
    turns = SHAFT_HZ * np.arange(LOOKS * LOOK) / RATE
    look = np.arange(len(turns)) // LOOK

    def during(name):
        start = HEALTHY + EACH * list(FAILURES).index(name)
        return (look >= start) & (look < start + EACH)

    load = 1 + 0.2 * rng.normal(size=LOOKS)[look]
    x = rng.normal(0, 300, len(turns)) * (1 + 0.3 * np.sin(2 * np.pi * turns)) * load
    x *= np.where(during("more noise"), 4, 1)
    x += np.where(during("a louder shaft"), 4000, 500) * np.sin(2 * np.pi * turns)
    twice = np.where(during("a shaft heard twice a turn"), 4000, 200)
    x += twice * np.sin(4 * np.pi * turns + 1)
    for name, suspect in list(FAILURES.items())[:3]:
        knocks = np.cos(2 * np.pi * getattr(QUICK, suspect) * turns) > 0.8
        x += during(name) * knocks * rng.normal(0, 4000, len(turns))
    x *= np.where(during("a clipping sensor"), 40, 1)
    x[during("a dead sensor")] = 17
    return np.clip(np.rint(x), -32768, 32767).astype(np.int16)


#: The first looks only, for what is tried many times.
SHORT = samples()[: 5 * LOOK + 700]

STREAM = Stream(Application(tflite()), QUICK, SHORT, Watcher, "watcher", slowest=0.1)
PROGRAM = STREAM.program
