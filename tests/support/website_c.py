"""The C of the website's own pages, compiled for this computer."""

import ctypes
import functools

import numpy as np
import places

from tinyml_helpers import toolchain

FOLDER = places.ROOT / "website" / "c"


@functools.cache
def _digit():
    library = toolchain.shared_library([FOLDER / "web_digit.c"], "web_digit", [FOLDER])
    function = ctypes.CDLL(str(library)).web_digit_ink
    function.argtypes = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
    function.restype = None
    return function


def ink(strokes):
    """As web_digit_ink: strokes [n, 4] in, uint8 [64] out, which it has to clear by itself."""
    strokes = np.ascontiguousarray(strokes, np.int16).reshape(-1, 4)
    made = np.full(64, 99, np.uint8)
    _digit()(strokes.ctypes.data, len(strokes), made.ctypes.data)
    return made
