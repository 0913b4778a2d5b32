"""The watcher's C, compiled for this computer and loaded, and what a model for it must be."""

import functools
from pathlib import Path

import numpy as np

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.stream import c_library
from tinyml_helpers.applications.stream.c_library import ADDRESS, CODE, NUMBER
from tinyml_helpers.micro import binding as interpreter
from tinyml_helpers.micro.loaded import Loaded
from tinyml_helpers.signals import vibration

FOLDER = Path(__file__).parent / "c"

#: Constants of anomaly.h, faults.h and watcher.h.
OK, BAD_SETTINGS, BAD_MODEL = 0, -1, -2
NO_SCORE, LEAST_SCORE = -(2**15), -16
LEARN, SETTLE, MARGIN, PERSIST = (64, 4096), (16, 256), (0, 1024), (1, 255)
MAX_AVERAGE, RISE = 16, 32
FAULT_ORDERS = (0.5, 100.0)
ORDER_BITS = 16
ANOMALY, FAULT, SENSOR = 1, 2, 4

#: What the fault model tells apart, in the order of its scores.
CLASSES = ("normal", "inner", "outer", "ball")
#: What may be wrong, by the C's numbers; 0 is nobody.
SUSPECTS = (None, "inner", "outer", "ball", "imbalance", "misalignment", "unknown", "sensor")

#: mc_fault_settings and mc_anomaly_settings, and both in the mc_settings of watcher.h.
FAULT_SETTINGS = np.dtype(
    [(name, "<u4") for name in ("inner", "outer", "ball")]
    + [(name, "<u2") for name in ("average", "threshold")]
)
ANOMALY_SETTINGS = np.dtype([(name, "<u2") for name in ("learn", "settle", "margin", "persist")])
SETTINGS = np.dtype(
    [
        ("rate", "<u4"),
        ("shaft_mhz", "<u4"),
        ("faults", FAULT_SETTINGS),
        ("anomaly", ANOMALY_SETTINGS),
    ]
)

#: mc_look of watcher.h; the same bytes here, on a board, and on the line between them.
LOOK = np.dtype(
    [
        ("number", "<u4"),
        ("orders", np.int8, vibration.ORDERS),
        ("bands", np.int8, vibration.BANDS),
        ("clipped", "<u2"),
        ("span", "<u2"),
        ("scores", np.int8, len(CLASSES)),
        ("smoothed", np.uint8, len(CLASSES)),
        ("score", "<i2"),
        ("threshold", "<i2"),
        ("state", np.uint8),
        ("alarms", np.uint8),
        ("suspect", np.uint8),
        ("risen", np.int8),
    ]
)

#: mc_anomaly_result of anomaly.h.
ANOMALY_RESULT = np.dtype(
    [("score", "<i2"), ("threshold", "<i2"), ("risen", np.int8), ("alarm", np.bool_)]
)

#: What the fault model takes, and how its codes stand for real numbers.
INPUT = (1, vibration.ORDERS, len(CLASSES))
INPUT_SCALE, OUTPUT_SCALE, OUTPUT_ZERO_POINT = 1 / 32, 1 / 256, -128


class WrongModel(ValueError):  # noqa: N818 - it names a state, not a failure
    """The model isn't one for a bearing's faults; the message says why."""


#: What a model of faults must be.
MODEL = stream.ModelSpec(
    name="a model of faults",
    takes=stream.TensorSpec(
        INPUT,
        INPUT_SCALE,
        zero_point=0,
        words=f"int8 {list(INPUT)} with scale 1/32 and zero point 0: order codes and three combs",
    ),
    gives=stream.TensorSpec(
        (1, len(CLASSES)),
        OUTPUT_SCALE,
        OUTPUT_ZERO_POINT,
        words=f"int8 [1, {len(CLASSES)}] with scale 1/256 and zero point -128, a softmax over "
        f"{', '.join(CLASSES)}",
    ),
    sees="one look at a time",
    wrong=WrongModel,
)


def sources():
    """Paths of the C files a watching program needs besides the interpreter's and the model."""
    own = [FOLDER / f"{name}.c" for name in ("anomaly", "faults", "watcher")]
    return [*vibration.sources(), *own]


def include():
    """Folders of headers for `sources`."""
    return [FOLDER, stream.FOLDER, *vibration.include(), *interpreter.INCLUDE]


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    signatures = {
        "mc_watcher_bytes": c_library.STATE_BYTES,
        "mc_start": c_library.START,
        "mc_set_speed": (CODE, ADDRESS, NUMBER),
        "mc_resume": (None, ADDRESS),
        "mc_push_all": c_library.PUSH_ALL,
        "mc_input_all": (CODE, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "mc_score_all": (None, ADDRESS, ADDRESS, NUMBER, ADDRESS),
        "mc_judge_all": (CODE, ADDRESS, ADDRESS, NUMBER, NUMBER, ADDRESS, ADDRESS),
        "mc_anomaly_all": (CODE, ADDRESS, ADDRESS, NUMBER, ADDRESS),
    }
    files = [*sources(), FOLDER / "mc_batch.c"]
    return c_library.opened("machines", files, include(), signatures)


def loaded(tflite_bytes):
    """A model of faults in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        As `MODEL.check`; micro.CannotRun: the interpreter doesn't run the model.
    """
    return Loaded(tflite_bytes, MODEL.check(tflite_bytes), code=load())
