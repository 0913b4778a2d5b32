"""The monitor's C, compiled for this computer and loaded, and what a model for it must be."""

import functools
from pathlib import Path

import numpy as np

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.stream import c_library
from tinyml_helpers.applications.stream.c_library import ADDRESS, CODE, NUMBER
from tinyml_helpers.micro import binding as interpreter
from tinyml_helpers.micro.loaded import Loaded

FOLDER = Path(__file__).parent / "c"

#: Constants of lead.h, beats.h and monitor.h.
OK, BAD_SETTINGS, BAD_MODEL = 0, -1, -2
RATES, COUNTS_PER_MV, EARLY = (200, 1000), (50, 4000), (50, 99)
SHAPE, RHYTHM = 48, 8
INPUTS = 2 * SHAPE + RHYTHM
APART = 32

#: What the model tells apart, in the order of its scores: AAMI's normal, supraventricular ectopic
#: and ventricular ectopic beats; a fusion of two counts as the last.
CLASSES = ("N", "S", "V")

#: hb_settings of monitor.h.
SETTINGS = np.dtype(
    [("rate", "<u4"), ("counts_per_mv", "<u2"), ("early", np.uint8), ("threshold", np.uint8)]
)

#: hb_beat of monitor.h; the same bytes here, on a board, and on the line between them.
BEAT = np.dtype(
    [
        ("number", "<u4"),
        ("place", "<u4"),
        ("rr", "<u2"),
        ("usual", "<u2"),
        ("input", np.int8, INPUTS),
        ("scores", np.int8, len(CLASSES)),
        ("rule", np.uint8),
        ("kind", np.uint8),
        ("unused", np.uint8, 3),
    ]
)

#: What the model takes, and how its codes stand for real numbers.
INPUT = (1, INPUTS)
INPUT_SCALE, OUTPUT_SCALE, OUTPUT_ZERO_POINT = 1 / 32, 1 / 256, -128


class WrongModel(ValueError):  # noqa: N818 - it names a state, not a failure
    """The model isn't one for a heart's beats; the message says why."""


#: What a model of beats must be.
MODEL = stream.ModelSpec(
    name="a model of beats",
    takes=stream.TensorSpec(
        INPUT,
        INPUT_SCALE,
        zero_point=0,
        words=f"int8 {list(INPUT)} with scale 1/32 and zero point 0: a beat, the usual one, and "
        "the rhythm",
    ),
    gives=stream.TensorSpec(
        (1, len(CLASSES)),
        OUTPUT_SCALE,
        OUTPUT_ZERO_POINT,
        words=f"int8 [1, {len(CLASSES)}] with scale 1/256 and zero point -128, a softmax over "
        f"{', '.join(CLASSES)}",
    ),
    sees="one beat at a time",
    wrong=WrongModel,
)


def sources():
    """Paths of the C files a monitor needs besides the interpreter's and the model."""
    return [FOLDER / f"{name}.c" for name in ("lead", "steepness", "qrs", "beats", "monitor")]


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
        "hb_monitor_bytes": c_library.STATE_BYTES,
        "hb_start": c_library.START,
        "hb_push_all": c_library.PUSH_ALL,
        "hb_qrs_bytes": c_library.STATE_BYTES,
        "hb_qrs_start": (CODE, ADDRESS, NUMBER, NUMBER),
        "hb_detect_all": (NUMBER, ADDRESS, ADDRESS, NUMBER, ADDRESS, NUMBER),
        "hb_lead_all": (NUMBER, ADDRESS, ADDRESS, NUMBER, ADDRESS, ADDRESS),
    }
    return c_library.opened("hearts", [*sources(), FOLDER / "hb_batch.c"], include(), signatures)


def loaded(tflite_bytes):
    """A model of beats in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        As `MODEL.check`; micro.CannotRun: the interpreter doesn't run the model.
    """
    return Loaded(tflite_bytes, MODEL.check(tflite_bytes), code=load())
