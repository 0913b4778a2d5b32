"""The spotter's C, compiled for this computer and loaded, and what a model for it must be."""

import ctypes
import functools
from pathlib import Path

import numpy as np

from tinyml_helpers import model_file, signals, toolchain
from tinyml_helpers.applications import stream
from tinyml_helpers.micro import binding as interpreter
from tinyml_helpers.micro.loaded import Loaded

FOLDER = Path(__file__).parent / "c"

#: Constants of detector.h.
MAX_CLASSES, MAX_AVERAGE, FIRST_KEYWORD = 16, 16, 2
NONE, BAD_SETTINGS, BAD_MODEL = -1, -2, -3

#: kw_settings of detector.h.
SETTINGS = np.dtype([(name, "<u2") for name in ("hops", "average", "threshold", "refractory")])

#: kw_hop of spotter.h; the same bytes here, on a board, and on the line between them.
HOP = np.dtype(
    [
        ("number", "<u4"),
        ("features", np.int8, signals.BINS),
        ("scores", np.int8, MAX_CLASSES),
        ("smoothed", np.uint8, MAX_CLASSES),
        ("classes", np.uint8),
        ("detected", np.int8),
        ("unused", np.uint8, 2),
    ]
)

#: What the spotter's model takes, and how its codes stand for real numbers.
INPUT = (1, signals.FRAMES, signals.BINS, 1)
INPUT_SCALE, OUTPUT_SCALE, OUTPUT_ZERO_POINT = 1 / 32, 1 / 256, -128


class WrongModel(ValueError):  # noqa: N818 - it names a state, not a failure
    """The model isn't one for keyword spotting; the message says why."""


def sources():
    """Paths of the C files a listening program needs besides the interpreter's and the model."""
    return [*signals.sources(), FOLDER / "detector.c", FOLDER / "spotter.c"]


def include():
    """Folders of headers for `sources`."""
    return [FOLDER, stream.FOLDER, signals.FOLDER, *interpreter.INCLUDE]


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    own = [interpreter.COMPUTER, FOLDER / "kw_batch.c"]
    files = [*interpreter.sources(), *sources(), *own]
    address, number, code = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int32
    signatures = {
        "kw_spotter_bytes": (ctypes.c_size_t,),
        "kw_start": (code, address, address, address),
        "kw_push_all": (number, address, address, number, address),
        "kw_detect_all": (code, address, number, address, number, address, address),
        "kw_score_all": (None, address, address, number, number, address),
    }
    return interpreter.opened(toolchain.shared_library(files, "keywords", include()), signatures)


def loaded(tflite_bytes):
    """A model for keyword spotting in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        As `check_model`; micro.CannotRun: the interpreter doesn't run the model.
    """
    check_model(tflite_bytes)
    return Loaded(tflite_bytes, model_file.read(tflite_bytes), code=load())


def check_model(tflite_bytes):
    """Check that a model is one for keyword spotting.

    Args:
        tflite_bytes: the model.

    Returns:
        How many classes it has.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        WrongModel: it has other inputs or outputs than the spotter's, or keeps something from one
            inference to the next.
    """
    model = model_file.read(tflite_bytes)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise WrongModel(
            f"a keyword spotter's model has one input and one output; this one has "
            f"{len(model.inputs)} and {len(model.outputs)}"
        )
    (taken,), (given,) = model.inputs, model.outputs
    if taken.shape != INPUT or not taken.is_int8(INPUT_SCALE, 0):
        raise WrongModel(
            f"a keyword spotter's model takes int8 {list(INPUT)} with scale 1/32 and zero point "
            f"0, as the front end gives it; this one takes {taken.described}"
        )
    classes = given.shape[-1] if given.shape else 0
    if (
        given.shape != (1, classes)
        or not FIRST_KEYWORD < classes <= MAX_CLASSES
        or not given.is_int8(OUTPUT_SCALE, OUTPUT_ZERO_POINT)
    ):
        raise WrongModel(
            f"a keyword spotter's model gives int8 [1, {FIRST_KEYWORD + 1} to {MAX_CLASSES} "
            f"classes] with scale 1/256 and zero point -128, a softmax; this one gives "
            f"{given.described}"
        )
    if any(tensor.is_variable for tensor in model.tensors):
        raise WrongModel(
            "a keyword spotter's model sees a whole second each time; this one keeps something "
            "from one inference to the next"
        )
    return classes
