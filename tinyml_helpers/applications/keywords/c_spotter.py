"""The spotter's C, compiled for this computer and loaded, and what a model for it must be."""

import functools
from pathlib import Path

import numpy as np

from tinyml_helpers import model_file, signals
from tinyml_helpers.applications import stream
from tinyml_helpers.applications.stream import c_library
from tinyml_helpers.applications.stream.c_library import ADDRESS, CODE, NUMBER
from tinyml_helpers.micro import binding as interpreter
from tinyml_helpers.micro.loaded import Loaded

FOLDER = Path(__file__).parent / "c"

#: Constants of detector.h.
MAX_CLASSES, MAX_AVERAGE, FIRST_KEYWORD = 16, 16, 2
NONE, BAD_SETTINGS, BAD_MODEL = -1, -2, -3

#: kw_settings of detector.h.
SETTINGS = np.dtype([(name, "<u2") for name in ("hops", "average", "threshold", "refractory")])

#: Bytes of a kw_gated_settings of gated.h: those, and what `wake.Settings.pack` gives.
GATED_BYTES = SETTINGS.itemsize + 8

#: kw_hop of spotter.h; the same bytes here, on a board, and on the line between them.
HOP = np.dtype(
    [
        ("number", "<u4"),
        ("features", np.int8, signals.BINS),
        ("scores", np.int8, MAX_CLASSES),
        ("smoothed", np.uint8, MAX_CLASSES),
        ("classes", np.uint8),
        ("detected", np.int8),
        ("closed", np.uint8),
        ("unused", np.uint8),
    ]
)

#: How the codes of the spotter's model stand for real numbers.
INPUT_SCALE, OUTPUT_SCALE, OUTPUT_ZERO_POINT = 1 / 32, 1 / 256, -128


class WrongModel(ValueError):  # noqa: N818 - it names a state, not a failure
    """The model isn't one for keyword spotting; the message says why."""


def _model(frames, words, **more):
    """The ModelSpec of a model that takes so many frames, an int or a range, in words."""
    shape = f"[1, {words}, {signals.BINS}, 1]"
    return stream.ModelSpec(
        name="a keyword spotter's model",
        takes=stream.TensorSpec(
            (1, frames, signals.BINS, 1),
            INPUT_SCALE,
            zero_point=0,
            words=f"int8 {shape} with scale 1/32 and zero point 0, as the front end gives it",
        ),
        gives=stream.TensorSpec(
            (1, range(FIRST_KEYWORD + 1, MAX_CLASSES + 1)),
            OUTPUT_SCALE,
            OUTPUT_ZERO_POINT,
            words=f"int8 [1, {FIRST_KEYWORD + 1} to {MAX_CLASSES} classes] with scale 1/256 and "
            "zero point -128, a softmax",
        ),
        wrong=WrongModel,
        **more,
    )


#: What a model for keyword spotting must be: one that sees a whole second, and keeps nothing...
MODEL = _model(signals.FRAMES, str(signals.FRAMES), sees="a whole second each time")

#: ... or one that sees each frame once, and remembers.
STREAMING = _model(
    range(1, signals.FRAMES),
    f"1 to {signals.FRAMES - 1}",
    sees="each frame once",
    keeps=True,
)


def sources():
    """Paths of the C files a listening program needs besides the interpreter's and the model."""
    return [*signals.sources(), FOLDER / "detector.c", FOLDER / "spotter.c"]


def gated_sources():
    """The same of a program with a gate."""
    return [*sources(), FOLDER / "wake.c", FOLDER / "gated.c"]


def include():
    """Folders of headers for `sources`."""
    return [FOLDER, stream.FOLDER, signals.FOLDER, *interpreter.INCLUDE]


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    signatures = {
        "kw_listener_bytes": c_library.STATE_BYTES,
        "kw_listen": c_library.START,
        "kw_start": c_library.START,
        "kw_push_all": c_library.PUSH_ALL,
        "kw_detect_all": (CODE, ADDRESS, NUMBER, ADDRESS, ADDRESS, NUMBER, ADDRESS, ADDRESS),
        "kw_score_all": (None, ADDRESS, ADDRESS, NUMBER, NUMBER, ADDRESS),
    }
    files = [*gated_sources(), FOLDER / "kw_batch.c"]
    return c_library.opened("keywords", files, include(), signatures)


def listen(state, interpreter, packed):
    """The library's kw_listen, which takes settings without a gate's, too.

    Args:
        state, interpreter: addresses, as `c_library.START` has them.
        packed: bytes that `spotter.Settings.pack` gave.
    """
    return load().kw_listen(state, interpreter, packed.ljust(GATED_BYTES, b"\0"))


def loaded(tflite_bytes):
    """A model for keyword spotting in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        As `check_model`; micro.CannotRun: the interpreter doesn't run the model.
    """
    return Loaded(tflite_bytes, _checked(tflite_bytes), code=load())


def check_model(tflite_bytes):
    """Check that a model is one for keyword spotting.

    Args:
        tflite_bytes: the model.

    Returns:
        How many classes it has.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        WrongModel: it is neither `MODEL` nor `STREAMING`.
    """
    return _checked(tflite_bytes).outputs[0].shape[-1]


def frames(tflite_bytes):
    """How many frames a model takes: 49, or fewer if it remembers those before.

    Raises:
        As `check_model`.
    """
    return _checked(tflite_bytes).inputs[0].shape[1]


def _checked(tflite_bytes):
    """The model as a `model_file.ModelFile`, checked."""
    model = model_file.read(tflite_bytes)
    whole = any(tensor.shape == MODEL.takes.shape for tensor in model.inputs)
    spec = STREAMING if stream.keeps_state(model) and not whole else MODEL
    return spec.check(tflite_bytes)
