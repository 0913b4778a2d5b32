"""The rivals' C: compiled for this computer and loaded, and tables written as C."""

import ctypes
import functools
from pathlib import Path

import numpy as np

from tinyml_helpers import toolchain
from tinyml_helpers.applications.wearables.exercises.rivals.features import (
    FEATURES,
    check_features,
    check_windows,
)
from tinyml_helpers.micro import binding

FOLDER = Path(__file__).parent / "c"

#: What a dtype is called in C.
_TYPES = {np.dtype(name): f"{name}_t" for name in ("int8", "uint8", "int16", "uint16", "int32")}

#: Characters of a line of C.
_LINE = 100


def sources():
    """Paths of the C files that features and decisions take."""
    return [FOLDER / f"rival_{name}.c" for name in ("features", "linear", "trees")]


def include():
    """Folders of headers for `sources`."""
    return [FOLDER, *binding.INCLUDE]


@functools.cache
def load():
    """The library, as ctypes.CDLL, with its functions declared.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    files = [*sources(), FOLDER / "rv_batch.c"]
    library = ctypes.CDLL(str(toolchain.shared_library(files, "rivals", include())))
    address, number = ctypes.c_void_p, ctypes.c_uint32
    library.rv_features_all.argtypes = address, number, address
    library.rv_linear_all.argtypes = address, address, number, address
    library.rv_trees_all.argtypes = address, address, number, address
    for name in ("rv_features_all", "rv_linear_all", "rv_trees_all"):
        getattr(library, name).restype = None
    return library


def features(windows):
    """The features of windows, by the C: as `features.of`."""
    check_windows(windows)
    windows = np.ascontiguousarray(windows)
    found = np.zeros((len(windows), FEATURES), np.int16)
    load().rv_features_all(windows.ctypes.data, len(windows), found.ctypes.data)
    return found


def decided(function, tables, seen):
    """What the C decides.

    Args:
        function: "rv_linear_all" or "rv_trees_all".
        tables: the ctypes.Structure that it takes.
        seen: int16 [n, 48].

    Returns:
        int64 [n], classes.

    Raises:
        ValueError: these are no features.
    """
    check_features(seen)
    seen = np.ascontiguousarray(seen)
    classes = np.zeros(len(seen), np.uint8)
    call = getattr(load(), function)
    call(ctypes.addressof(tables), seen.ctypes.data, len(seen), classes.ctypes.data)
    return classes.astype(np.int64)


def table(name, values):
    """An array as C: `static const int8_t name[] = {...};`, in lines of up to 100 characters."""
    lines, line = [f"static const {_TYPES[values.dtype]} {name}[] = {{"], "   "
    for value in values.ravel().tolist():
        if len(line) + len(f" {value},") > _LINE:
            lines.append(line)
            line = "   "
        line += f" {value},"
    return "\n".join([*lines, line, "};\n"])
