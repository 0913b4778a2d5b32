"""The micro-interpreter's C, compiled for this computer and loaded."""

import ctypes
import functools
from pathlib import Path

from tinyml_helpers import compiler

FOLDER = Path(__file__).parent

#: What tm_init and tm_invoke return; the names are those of micro.h.
OK, MALFORMED, UNSUPPORTED, ARENA_TOO_SMALL, BAD_CALL = 0, -1, -2, -3, -4
KEEP_ALL_TENSORS = 1


class Problem(ctypes.Structure):
    """tm_problem of micro.h."""

    _fields_ = (
        ("what", ctypes.c_char_p),
        ("operator_index", ctypes.c_int32),
        ("operator_code", ctypes.c_int32),
        ("tensor_index", ctypes.c_int32),
        ("bytes", ctypes.c_uint32),
    )


class State(ctypes.Structure):
    """The first fields of tm_interpreter; the others follow in its memory."""

    _fields_ = (
        ("problem", Problem),
        ("tensor_count", ctypes.c_uint16),
        ("operator_count", ctypes.c_uint16),
        ("input_count", ctypes.c_uint16),
        ("output_count", ctypes.c_uint16),
        ("arena_needed", ctypes.c_uint32),
        ("arena_planned", ctypes.c_bool),
    )


class Place(ctypes.Structure):
    """tm_tensor_place of micro.h."""

    _fields_ = (
        ("in_arena", ctypes.c_bool),
        ("offset", ctypes.c_uint32),
        ("bytes", ctypes.c_uint32),
        ("first", ctypes.c_uint16),
        ("last", ctypes.c_uint16),
    )


def sources():
    """Paths of the interpreter's C files and of all kernels, sorted."""
    core = [path for path in FOLDER.glob("*.c") if path.name != "computer.c"]
    return sorted([*core, *(FOLDER / "kernels").glob("*.c")])


@functools.cache
def load():
    """The library, as ctypes.CDLL; compiled the first time anybody on this computer asks.

    Raises:
        compiler.CompileError: there is no compiler, or it doesn't work.
    """
    path = compiler.shared_library(
        [*sources(), FOLDER / "computer.c"], "micro", include=[FOLDER, FOLDER / "kernels"]
    )
    library = ctypes.CDLL(str(path))
    address, size, number = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32
    signatures = {
        "tm_init": (ctypes.c_int, address, address, size, address, address, size, number),
        "tm_invoke": (ctypes.c_int, address),
        "tm_invoke_operator": (ctypes.c_int, address, number),
        "tm_reset": (None, address),
        "tm_input_data": (address, address, number),
        "tm_output_data": (address, address, number),
        "tm_tensor_at": (Place, address, number),
        "tm_scratch_at": (Place, address, number),
        "tm_interpreter_bytes": (size,),
    }
    for name, (result, *arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
