"""The C that finds and compares faces, compiled for this computer and loaded, and what models for
it must be.
"""

import ctypes
import functools
from pathlib import Path

import numpy as np

from tinyml_helpers import model_file, toolchain
from tinyml_helpers.micro import binding as interpreter
from tinyml_helpers.micro.loaded import Loaded

FOLDER = Path(__file__).parent / "c"

#: Constants of boxes.h, crop.h and verify.h.
STRIDE, CHANNELS, MAX_FACES = 8, 4, 16
CROP_SIDE = 48
EMBEDDING, ENROLMENTS = 64, 5

#: Sides that a frame may have, in pixels: multiples of STRIDE.
SMALLEST_FRAME, LARGEST_FRAME = 32, 160

#: Constants of looker.h.
OK, BAD_MODEL, NO_VERIFIER, FULL = 0, -1, -2, -3
LOOK, ENROL = 0, 1
STAGES = ("detector", "boxes", "crop", "verifier", "compare")
DONE = len(STAGES)

#: fd_box of frame.h and fd_settings of looker.h.
BOX = np.dtype(
    [(name, "<i2") for name in ("left", "top", "side")] + [("score", "u1"), ("unused", "u1")]
)
SETTINGS = np.dtype([("face", "u1"), ("unused", "u1"), ("unlock", "<i2")])

#: fd_sight of looker.h; the same bytes here, on a board, and on the line between them.
SIGHT = np.dtype(
    [
        ("similarity", "<i2"),
        ("compared", "u1"),
        ("unlocked", "u1"),
        ("enrolled", "u1"),
        ("faces", "u1"),
        ("unused", "u1", 2),
        ("boxes", BOX, MAX_FACES),
    ]
)

#: The first fields of fd_looker; the others follow in its memory.
LOOKER = np.dtype([("stage", "<u4"), ("sight", SIGHT), ("face", "<i2", EMBEDDING)])

#: How the models' codes stand for real numbers: scale and zero point.
DETECTOR_INPUT, DETECTOR_OUTPUT, VERIFIER_INPUT = (1 / 128, 0), (1 / 256, -128), (1 / 64, 0)


class WrongModel(ValueError):  # noqa: N818 - it names a state, not a failure
    """The model is no detector, or no verifier; the message says why."""


def sources():
    """Paths of the C files a looking program needs besides the interpreter's and the models."""
    return sorted(path for path in FOLDER.glob("*.c") if path.name not in ("fd_batch.c", "look.c"))


def include():
    """Folders of headers for `sources`."""
    return [FOLDER, *interpreter.INCLUDE]


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    own = [interpreter.COMPUTER, FOLDER / "fd_batch.c"]
    path = toolchain.shared_library([*interpreter.sources(), *sources(), *own], "faces", include())
    address, number, short, code = (
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_uint16,
        ctypes.c_int32,
    )
    signed, byte = ctypes.c_int16, ctypes.c_uint8
    return interpreter.opened(
        path,
        {
            "fd_looker_bytes": (ctypes.c_size_t,),
            "fd_set_up": (code, address, address, address, signed, short, short),
            "fd_begin": (code, address, address, number, address),
            "fd_check_verifier": (code, address),
            "fd_step": (None, address),
            "fd_forget": (None, address),
            "fd_enrol": (None, address, address),
            "fd_detect_all": (None, address, address, number, address),
            "fd_boxes_all": (None, address, number, number, number, byte, address, address),
            "fd_crop_all": (None, address, number, short, short, address, address),
            "fd_verify_all": (None, address, signed, address, number, address),
            "fd_similarity_all": (None, address, address, number, address),
        },
    )


def loaded(tflite_bytes):
    """A model in the hands of this library: a `micro.loaded.Loaded`.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        micro.CannotRun: the interpreter doesn't run the model.
    """
    return Loaded(tflite_bytes, model_file.read(tflite_bytes), code=load())


def check_detector(tflite_bytes):
    """Check that a model is a detector.

    Args:
        tflite_bytes: the model.

    Returns:
        (height, width) of its frames, in pixels.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        WrongModel: it has other inputs or outputs than a detector, or keeps something from one
            inference to the next.
    """
    taken, given = _only_input_and_output(tflite_bytes, "detector")
    height, width = taken.shape[1:3] if len(taken.shape) == 4 else (0, 0)
    if (
        taken.shape != (1, height, width, 1)
        or not (is_side(height) and is_side(width))
        or not taken.is_int8(*DETECTOR_INPUT)
    ):
        raise WrongModel(
            f"a detector takes int8 [1, height, width, 1] with scale 1/128 and zero point 0, "
            f"height and width multiples of {STRIDE} from {SMALLEST_FRAME} to {LARGEST_FRAME}; "
            f"this model takes {taken.described}"
        )
    cells = (1, height // STRIDE, width // STRIDE, CHANNELS)
    if given.shape != cells or not given.is_int8(*DETECTOR_OUTPUT):
        raise WrongModel(
            f"a detector for frames of {height} by {width} gives int8 {list(cells)} with scale "
            f"1/256 and zero point -128, a sigmoid; this model gives {given.described}"
        )
    return height, width


def check_verifier(tflite_bytes):
    """Check that a model is a verifier.

    Args:
        tflite_bytes: the model.

    Returns:
        The zero point of its output.

    Raises:
        As `check_detector`.
    """
    taken, given = _only_input_and_output(tflite_bytes, "verifier")
    if taken.shape != (1, CROP_SIDE, CROP_SIDE, 1) or not taken.is_int8(*VERIFIER_INPUT):
        raise WrongModel(
            f"a verifier takes int8 {[1, CROP_SIDE, CROP_SIDE, 1]} with scale 1/64 and zero point "
            f"0, as `crop` gives it; this model takes {taken.described}"
        )
    if given.shape != (1, EMBEDDING) or given.dtype != "int8" or np.size(given.zero_point) != 1:
        raise WrongModel(
            f"a verifier gives int8 {[1, EMBEDDING]} with one scale; this model gives "
            f"{given.described}"
        )
    return int(np.ravel(given.zero_point)[0])


def is_side(pixels):
    """Whether a frame may have sides of so many pixels."""
    return pixels % STRIDE == 0 and SMALLEST_FRAME <= pixels <= LARGEST_FRAME


def _only_input_and_output(tflite_bytes, kind):
    model = model_file.read(tflite_bytes)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise WrongModel(
            f"a {kind} has one input and one output; this model has {len(model.inputs)} and "
            f"{len(model.outputs)}"
        )
    if any(tensor.is_variable for tensor in model.tensors):
        raise WrongModel(
            f"a {kind} looks at one picture at a time; this model keeps something from one "
            "inference to the next"
        )
    return model.inputs[0], model.outputs[0]
