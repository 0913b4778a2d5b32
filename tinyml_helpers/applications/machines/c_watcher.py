"""The watcher's C, compiled for this computer and loaded, and what a model for it must be."""

import ctypes
import functools
from pathlib import Path

import numpy as np

from tinyml_helpers import model_file, toolchain
from tinyml_helpers.applications import stream
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
    own = [interpreter.COMPUTER, FOLDER / "mc_batch.c"]
    files = [*interpreter.sources(), *sources(), *own]
    address, number, code = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int32
    signatures = {
        "mc_watcher_bytes": (ctypes.c_size_t,),
        "mc_start": (code, address, address, address),
        "mc_set_speed": (code, address, number),
        "mc_push_all": (number, address, address, number, address),
        "mc_input_all": (code, address, address, number, address),
        "mc_score_all": (None, address, address, number, address),
        "mc_judge_all": (code, address, address, number, number, address, address),
        "mc_anomaly_all": (code, address, address, number, address),
    }
    return interpreter.opened(toolchain.shared_library(files, "machines", include()), signatures)


def loaded(tflite_bytes):
    """A model of faults in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        As `check_model`; micro.CannotRun: the interpreter doesn't run the model.
    """
    check_model(tflite_bytes)
    return Loaded(tflite_bytes, model_file.read(tflite_bytes), code=load())


def check_model(tflite_bytes):
    """Check that a model is one for a bearing's faults.

    Args:
        tflite_bytes: the model.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        WrongModel: it has other inputs or outputs than the watcher's, or keeps something from one
            inference to the next.
    """
    model = model_file.read(tflite_bytes)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise WrongModel(
            f"a model of faults has one input and one output; this one has {len(model.inputs)} "
            f"and {len(model.outputs)}"
        )
    (taken,), (given,) = model.inputs, model.outputs
    if taken.shape != INPUT or not taken.is_int8(INPUT_SCALE, 0):
        raise WrongModel(
            f"a model of faults takes int8 {list(INPUT)} with scale 1/32 and zero point 0: order "
            f"codes and three combs; this one takes {taken.described}"
        )
    if given.shape != (1, len(CLASSES)) or not given.is_int8(OUTPUT_SCALE, OUTPUT_ZERO_POINT):
        raise WrongModel(
            f"a model of faults gives int8 [1, {len(CLASSES)}] with scale 1/256 and zero point "
            f"-128, a softmax over {', '.join(CLASSES)}; this one gives {given.described}"
        )
    if any(tensor.is_variable for tensor in model.tensors):
        raise WrongModel(
            "a model of faults sees one look at a time; this one keeps something from one "
            "inference to the next"
        )
