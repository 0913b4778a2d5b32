"""The watcher's parts alone, for many looks at once: what to train on, and to measure with.

    seen = inputs(looks.orders, settings)  # what the fault model sees
    scored = scores(tflite_bytes, seen)
    smoothed, suspects = judge(scored, settings)
    found = anomalies(looks.bands, settings)  # a machine's looks, from commissioning on

The C is the watcher's own, so that what is trained and measured here is what a board does.
"""

from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.machines import c_watcher
from tinyml_helpers.signals import vibration


class Anomalies(NamedTuple):
    """What the anomaly model made of looks, one after the other."""

    score: np.ndarray  #: int16 [looks]; c_watcher.NO_SCORE while learning
    threshold: np.ndarray  #: int16 [looks]; c_watcher.NO_SCORE while commissioning
    risen: np.ndarray  #: int8 [looks]: the band most above what is usual, or -1
    alarm: np.ndarray  #: bool [looks]


def inputs(orders, settings):
    """What the fault model is shown.

    Args:
        orders: int8 [looks, orders], order codes as `signals.vibration.look` makes them.
        settings: a `watcher.Settings`: its fault orders count.

    Returns:
        int8 [looks, orders, 4], × 1/32: order codes from -64 to 64, and combs for the inner race,
        the outer race and the ball, 0 to 32.

    Raises:
        ValueError: a setting is out of its range, or orders are something else.
    """
    orders = _codes(orders, np.int8, (vibration.ORDERS,), "orders")
    made = np.empty((len(orders), *c_watcher.INPUT[1:]), np.int8)
    c_watcher.load().mc_input_all(
        settings.pack_faults(), orders.ctypes.data, len(orders), made.ctypes.data
    )
    return made


def scores(tflite_bytes, inputs):
    """The fault model's scores.

    Args:
        tflite_bytes: the model, as for `watcher.Watcher`.
        inputs: int8 [looks, orders, 4], of `inputs`.

    Returns:
        int8 [looks, 4], for c_watcher.CLASSES.

    Raises:
        As `watcher.Watcher`; ValueError also if inputs are something else.
    """
    inputs = _codes(inputs, np.int8, c_watcher.INPUT[1:], "inputs")
    made = np.empty((len(inputs), len(c_watcher.CLASSES)), np.int8)
    model = c_watcher.loaded(tflite_bytes)
    c_watcher.load().mc_score_all(model.handle, inputs.ctypes.data, len(inputs), made.ctypes.data)
    return made


def judge(scores, settings, commissioning=0):
    """What a watcher makes of the fault model's scores, from its first look on.

    Args:
        scores: int8 [looks, 4], as of `scores`.
        settings: a `watcher.Settings`: average and threshold count.
        commissioning: how many of the first looks are at a machine that is taken for healthy.

    Returns:
        uint8 [looks, 4], the averages; and a list of looks' suspects, "inner", "outer" or "ball" on
        alarm, else None.

    Raises:
        ValueError: a setting is out of its range, or scores are something else.
    """
    scores = _codes(scores, np.int8, (len(c_watcher.CLASSES),), "scores")
    smoothed, suspects = np.empty(scores.shape, np.uint8), np.empty(len(scores), np.uint8)
    c_watcher.load().mc_judge_all(
        settings.pack_faults(),
        scores.ctypes.data,
        len(scores),
        commissioning,
        smoothed.ctypes.data,
        suspects.ctypes.data,
    )
    return smoothed, [c_watcher.SUSPECTS[number] for number in suspects]


def anomalies(bands, settings):
    """What a new anomaly model makes of a machine's looks, the first ones for commissioning.

    Args:
        bands: int8 [looks, 32], as `signals.vibration.look` makes them.
        settings: a `watcher.Settings`: learn, settle, margin and persist count.

    Returns:
        `Anomalies`.

    Raises:
        ValueError: a setting is out of its range, or bands are something else.
    """
    bands = _codes(bands, np.int8, (vibration.BANDS,), "bands")
    found = np.zeros(len(bands), c_watcher.ANOMALY_RESULT)
    c_watcher.load().mc_anomaly_all(
        settings.pack_anomaly(), bands.ctypes.data, len(bands), found.ctypes.data
    )
    return Anomalies(*(np.ascontiguousarray(found[name]) for name in Anomalies._fields))


def _codes(codes, dtype, shape, name):
    """Codes as a C array [looks, *shape]."""
    codes = np.asarray(codes)
    if codes.dtype != dtype or codes.shape[1:] != shape or codes.ndim != 1 + len(shape):
        wanted = ", ".join(["looks", *map(str, shape)])
        raise ValueError(
            f"{name} are {np.dtype(dtype)} [{wanted}], not {codes.dtype} {list(codes.shape)}: give "
            "codes as C and model do, not real numbers"
        )
    return np.ascontiguousarray(codes)
