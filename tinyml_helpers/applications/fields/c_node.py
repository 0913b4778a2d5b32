"""The node's C, compiled for this computer and loaded, and what a model for it must be."""

import ctypes
import functools
from pathlib import Path

from tinyml_helpers import model_file, toolchain
from tinyml_helpers.applications import stream
from tinyml_helpers.micro import binding as interpreter
from tinyml_helpers.micro.loaded import Loaded

FOLDER = Path(__file__).parent / "c"

#: Constants of history.h and forecast.h.
INPUTS, AHEAD, UNKNOWN, WEEK = 24, 3, 0xFFFF, 168
LEAD_HOURS, AHEAD_HOURS, QUANTILES = (6, 24, 72, 168), (24, 72, 168), (0.1, 0.5, 0.9)

#: The largest change the model can tell at each lead, percent by volume.
MOST_CHANGE = (6.4, 12.8, 25.6, 25.6)

#: Which inputs are the weather's, and which the rain's to come: 0 if they aren't known.
WEATHER, RAIN_AHEAD = slice(15, 20), slice(20, 24)

#: What the model takes and gives, and how its codes stand for real numbers.
INPUT, OUTPUT = (1, INPUTS), (1, len(LEAD_HOURS) * len(QUANTILES))
INPUT_SCALE, OUTPUT_SCALE = 1 / 32, 1 / 128


class WrongModel(ValueError):  # noqa: N818 - it names a state, not a failure
    """The model isn't one for soil moisture; the message says why."""


def sources():
    """Paths of the C files a node's program needs besides the interpreter's and the model."""
    return [FOLDER / f"{name}.c" for name in ("forecast", "history", "message", "sender", "shared")]


def include():
    """Folders of headers for `sources`."""
    return [FOLDER, stream.FOLDER, *interpreter.INCLUDE]


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    files = [*interpreter.sources(), *sources(), interpreter.COMPUTER, FOLDER / "so_batch.c"]
    address, number = ctypes.c_void_p, ctypes.c_uint32
    signatures = {
        "so_inputs_all": (None, *[address] * 4, number, number, number, address),
        "so_forecast_all": (None, address, address, number, address),
    }
    return interpreter.opened(toolchain.shared_library(files, "fields", include()), signatures)


def loaded(tflite_bytes):
    """A model of soil moisture in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        As `check_model`; micro.CannotRun: the interpreter doesn't run the model.
    """
    check_model(tflite_bytes)
    return Loaded(tflite_bytes, model_file.read(tflite_bytes), code=load())


def check_model(tflite_bytes):
    """Check that a model is one for soil moisture.

    Args:
        tflite_bytes: the model.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        WrongModel: it has other inputs or outputs than the node's, or keeps something from one
            inference to the next.
    """
    model = model_file.read(tflite_bytes)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise WrongModel(
            f"a model of soil moisture has one input and one output; this one has "
            f"{len(model.inputs)} and {len(model.outputs)}"
        )
    (taken,), (given,) = model.inputs, model.outputs
    if taken.shape != INPUT or not taken.is_int8(INPUT_SCALE, 0):
        raise WrongModel(
            f"a model of soil moisture takes int8 {list(INPUT)} with scale 1/32 and zero point 0, "
            f"as history.h says; this one takes {taken.described}"
        )
    if given.shape != OUTPUT or not given.is_int8(OUTPUT_SCALE, 0):
        raise WrongModel(
            f"a model of soil moisture gives int8 {list(OUTPUT)} with scale 1/128 and zero point "
            f"0, a tanh; this one gives {given.described}"
        )
    if any(tensor.is_variable for tensor in model.tensors):
        raise WrongModel(
            "a model of soil moisture sees a week each time; this one keeps something from one "
            "inference to the next"
        )
