"""The coach's C, compiled for this computer and loaded, and what a model for it must be."""

import functools
from pathlib import Path

import numpy as np

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.stream import c_library
from tinyml_helpers.applications.stream.c_library import ADDRESS, CODE, NUMBER
from tinyml_helpers.micro import binding as interpreter
from tinyml_helpers.micro.loaded import Loaded

FOLDER = Path(__file__).parent / "c"

#: Constants of wrist.h and series.h.
OK, BAD_SETTINGS, BAD_MODEL = 0, -1, -2
AXES, RATE = 6, 50
SCALE_BITS, MOST_SCALE = 16, 2**24
#: Of what the wrist does: steps to g, and to rad/s.
STEPS_A_G, STEPS_A_RADIAN = 4096, 1024

#: What the model tells apart, in the order of its scores.
CLASSES = (
    "pendulum",
    "abduction",
    "forward elevation",
    "internal rotation",
    "external rotation",
    "trapezius row",
    "bent-over row",
    "none of these",
)
NONE = len(CLASSES) - 1

#: Samples that the model sees, and from one inference to the next; of series.h, as the next two.
WINDOW, HOP_SAMPLES = 100, 25
MAX_AVERAGE, REST = 16, 8

#: ex_sensor of wrist.h.
SENSOR = np.dtype(
    [
        ("acceleration_scale", "<u4"),
        ("rotation_scale", "<u4"),
        ("axes", np.int8, 3),
        ("right", np.uint8),
    ]
)

#: ex_settings of coach.h.
SETTINGS = np.dtype(
    [("sensor", SENSOR), ("average", np.uint8), ("threshold", np.uint8), ("unused", "<u2")]
)

#: ex_motion of wrist.h.
MOTION = np.dtype([(name, "<i2", 3) for name in ("acceleration", "rotation", "gravity")])

#: ex_named of series.h.
NAMED = np.dtype(
    [
        ("smoothed", np.uint8, len(CLASSES)),
        ("exercise", np.uint8),
        ("unused", np.uint8),
        ("repetitions", "<u2"),
    ]
)

#: ex_hop of coach.h; the same bytes here, on a board, and on the line between them.
HOP = np.dtype(
    [
        ("number", "<u4"),
        ("scores", np.int8, len(CLASSES)),
        ("smoothed", np.uint8, len(CLASSES)),
        ("gravity", "<i2", 3),
        ("exercise", np.uint8),
        ("unused", np.uint8),
        ("repetitions", "<u2"),
        ("period", "<u2"),
    ]
)

#: What the model takes: two seconds; and how its codes stand for real numbers.
INPUT = (1, WINDOW, AXES)
INPUT_SCALE, OUTPUT_SCALE, OUTPUT_ZERO_POINT = 1 / 32, 1 / 256, -128


class WrongModel(ValueError):  # noqa: N818 - it names a state, not a failure
    """The model isn't one for exercises; the message says why."""


#: What a model of exercises must be.
MODEL = stream.ModelSpec(
    name="a model of exercises",
    takes=stream.TensorSpec(
        INPUT,
        INPUT_SCALE,
        zero_point=0,
        words=f"int8 {list(INPUT)} with scale 1/32 and zero point 0: two seconds of six axes",
    ),
    gives=stream.TensorSpec(
        (1, len(CLASSES)),
        OUTPUT_SCALE,
        OUTPUT_ZERO_POINT,
        words=f"int8 [1, {len(CLASSES)}] with scale 1/256 and zero point -128, a softmax over "
        f"{', '.join(CLASSES)}",
    ),
    sees="two seconds at a time",
    wrong=WrongModel,
)


def sources():
    """Paths of the C files a coaching program needs besides the interpreter's and the model."""
    return [FOLDER / f"{name}.c" for name in ("wrist", "repetitions", "series", "coach")]


def include():
    """Folders of headers for `sources`."""
    return [FOLDER, stream.FOLDER, *interpreter.INCLUDE]


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    signatures = {
        "ex_coach_bytes": c_library.STATE_BYTES,
        "ex_coach_start": c_library.START,
        "ex_push_all": c_library.PUSH_ALL,
        "ex_motion_all": (CODE, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "ex_input_all": (CODE, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "ex_score_all": (None, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "ex_name_all": (CODE, NUMBER, NUMBER, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "ex_count_all": (None, ADDRESS, NUMBER, ADDRESS, ADDRESS),
        "ex_repetitions_bytes": c_library.STATE_BYTES,
    }
    files = [*sources(), FOLDER / "ex_batch.c", FOLDER / "ex_count_batch.c"]
    return c_library.opened("exercises", files, include(), signatures)


def loaded(tflite_bytes):
    """A model of exercises in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        As `MODEL.check`; micro.CannotRun: the interpreter doesn't run the model.
    """
    return Loaded(tflite_bytes, MODEL.check(tflite_bytes), code=load())
