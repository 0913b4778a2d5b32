"""The micro-interpreter's C, compiled for this computer and loaded."""

import ctypes
import functools
import re
from pathlib import Path

from tinyml_helpers import toolchain

#: The library's folder, and those of its headers: for callers, and for its own files.
FOLDER = Path(__file__).parent / "c"
INCLUDE = [FOLDER / "include", FOLDER / "src", FOLDER / "src" / "kernels"]
#: What Python needs besides, on this computer.
COMPUTER = Path(__file__).with_name("tm_computer.c")

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


def sources(operators=None):
    """Paths of the interpreter's C files and of its kernels.

    They are sorted, the prefix of their names aside: programs are linked in this order, which
    decides where in flash each function lies.

    Args:
        operators: names of the operators whose kernels are wanted, such as {"CONV_2D"}; what
            kernels share comes along. All of them if None.
    """
    core = (FOLDER / "src").glob("*.c")
    kernels = (FOLDER / "src" / "kernels").glob("*.c")
    if operators is not None:
        wanted = {name.lower() for name in operators}
        kernels = [path for path in kernels if (k := _kernels_in(path)) & wanted or not k]
    return sorted([*core, *kernels], key=_place)


def _place(path):
    """What a C file is sorted by."""
    return [part.removeprefix("tm_") for part in path.relative_to(FOLDER).parts]


@functools.cache
def _kernels_in(path):
    """Names of the kernels a C file defines."""
    text = path.read_text(encoding="utf-8")
    return frozenset(re.findall(r"^const tm_kernel tm_(\w+) =", text, re.MULTILINE))


def compiled():
    """The path of the library; it is compiled the first time anybody on this computer asks.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    return toolchain.shared_library([*sources(), COMPUTER], "micro", INCLUDE)


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: as `compiled`.
    """
    return opened(compiled())


def opened(path, more=None):
    """A compiled library that has the interpreter in it, with its functions declared.

    Args:
        path: of the library; tm_computer.c is part of it.
        more: its other functions, a dict of name to (result, *arguments), as ctypes' types.

    Returns:
        A ctypes.CDLL.
    """
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
        "tm_vector_numbers": (number,),
        "tm_invoke_each": (None, address, address, address, number),
    }
    for name, (result, *arguments) in (signatures | (more or {})).items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
