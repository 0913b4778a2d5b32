"""A toy application, complete in this folder: it notices when it is shaken.

It shows what a new application needs, and that nothing else has to change for it.
"""

import functools
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from tinyml_helpers import compress, micro
from tinyml_helpers.applications import stream
from tinyml_helpers.applications.stream import Protocol, StreamApplication, int16_samples
from tinyml_helpers.quiet import quiet

FOLDER = Path(__file__).parent
AXES, HOP, HOPS = 3, 8, 4

EVENT = np.dtype(
    [
        ("number", "<u4"),
        ("features", np.int8, AXES),
        ("score", np.int8),
        ("ran", np.uint8),
        ("shaken", np.uint8),
        ("unused", np.uint8, 2),
    ]
)


class Settings(NamedTuple):
    hops_per_inference: int = 2
    threshold: int = 0

    def pack(self):
        return (
            np.array(self.hops_per_inference, "<u2").tobytes()
            + np.array(self.threshold, "<i2").tobytes()
        )


class Hop(NamedTuple):
    number: int
    features: tuple
    score: int | None
    shaken: bool
    board_seconds: float | None = None
    instructions: int | None = None
    cycles: int | None = None

    @classmethod
    def of(cls, record, **more):
        score = int(record["score"]) if record["ran"] else None
        features = tuple(record["features"].tolist())
        return cls(int(record["number"]), features, score, bool(record["shaken"]), **more)


def check_samples(samples):
    return int16_samples(samples, f"motion is int16 [samples, {AXES}]", channels=(AXES,))


class Application(StreamApplication):
    header, table = "shake.h", "shake_application"
    parts: ClassVar = {"sample ring": "shake_ring", "shaker": "shaker"}
    channels = (AXES,)
    protocol = Protocol(
        start_message=100,
        samples_message=101,
        message_samples=HOP,
        event=EVENT,
        hop_of=Hop.of,
        settings=Settings,
        check_samples=check_samples,
    )

    def check(self):
        pass  # there is one model only

    def sources(self):
        return [FOLDER / "shake.c"]

    def include(self):
        return [stream.FOLDER, FOLDER]


@functools.cache
def model():
    """Bytes of a model that weighs 4 hops of 3 axes: a sum, in int8."""
    with quiet():
        import keras

    net = keras.Sequential([keras.Input((HOPS, AXES)), keras.layers.Flatten()])
    net.add(keras.layers.Dense(1, kernel_initializer="ones", bias_initializer="zeros"))
    examples = np.random.default_rng(0).uniform(0, 60, (200, HOPS, AXES)).astype(np.float32)
    return compress.quantize(net, "int8", examples)


def on_this_computer(samples, settings):
    """The same program in NumPy, with the micro-interpreter: a list of `Hop`."""
    interpreter, made = micro.Interpreter(model()), []
    means = np.abs(samples.astype(int)).reshape(-1, HOP, AXES).sum(1) // (HOP * 256)
    features = np.minimum(means, 127).astype(np.int8)
    for number, frame in enumerate(features.tolist()):
        score = None
        turn = number - (HOPS - 1)
        if turn >= 0 and turn % settings.hops_per_inference == 0:
            seen = features[number - HOPS + 1 : number + 1]
            score = int(interpreter.invoke(seen[np.newaxis])[0, 0])
        made.append(Hop(number, tuple(frame), score, score is not None and score >= settings[1]))
    return made
