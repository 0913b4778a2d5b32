"""The coach's parts alone, for whole recordings at once: each can be tried by itself.

    scored = scores(tflite_bytes, coach.inputs(samples, settings))
    named = name(scored, counts, settings)

The C is the coach's own, so that what is found here is what a board does.
"""

import numpy as np

from tinyml_helpers.applications.wearables.exercises import c_coach


def scores(tflite_bytes, inputs):
    """The model's scores at each hop of a recording, from the first full window on.

    Args:
        tflite_bytes: the model, as for `coach.Coach`.
        inputs: int8 [n, 6], of `coach.inputs`.

    Returns:
        int8 [hops, 8], for c_coach.CLASSES; of the windows inputs[0:100], inputs[25:125], ...

    Raises:
        As `coach.Coach`; ValueError also if inputs are something else.
    """
    inputs = _codes(inputs, np.int8, (c_coach.AXES,), "inputs")
    hops = max(0, (len(inputs) - c_coach.WINDOW) // c_coach.HOP_SAMPLES + 1)
    made = np.empty((hops, len(c_coach.CLASSES)), np.int8)
    model = c_coach.loaded(tflite_bytes)
    c_coach.load().ex_score_all(model.handle, inputs.ctypes.data, len(inputs), made.ctypes.data)
    return made


def name(scores, counts, settings):
    """Which exercise is named, and which repetitions are its, hop by hop.

    Args:
        scores: int8 [hops, 8], as of `scores`.
        counts: uint16 [hops + 3], all repetitions that were counted since the start: also at the
            three hops before the model's first window is full.
        settings: a `coach.Settings`: average and threshold count.

    Returns:
        A record array [hops + 3] of the dtype `c_coach.NAMED`: smoothed, uint8 [8]; exercise, a
        place in c_coach.CLASSES; repetitions of the exercise named last.

    Raises:
        ValueError: a setting is out of its range, scores or counts are something else, or there
            aren't three more counts than scores.
    """
    settings.pack()
    scores = _codes(scores, np.int8, (len(c_coach.CLASSES),), "scores")
    counts = _codes(counts, np.uint16, (), "counts")
    first = c_coach.WINDOW // c_coach.HOP_SAMPLES - 1
    if len(scores) + first != len(counts):
        raise ValueError(
            f"there are {len(scores)} scores and {len(counts)} counts: give {first} counts more, "
            "since the model sees two seconds"
        )
    made = np.zeros(len(counts), c_coach.NAMED)
    c_coach.load().ex_name_all(
        settings.average,
        settings.threshold,
        scores.ctypes.data,
        counts.ctypes.data,
        len(counts),
        made.ctypes.data,
    )
    return made


def _codes(codes, dtype, shape, name):
    """Codes as a C array [n, *shape]."""
    codes = np.asarray(codes)
    if codes.dtype != dtype or codes.shape[1:] != shape or codes.ndim != 1 + len(shape):
        wanted = ", ".join(["n", *map(str, shape)])
        raise ValueError(
            f"{name} are {np.dtype(dtype)} [{wanted}], not {codes.dtype} {list(codes.shape)}: give "
            "them as C and model do, not as real numbers"
        )
    return np.ascontiguousarray(codes)
