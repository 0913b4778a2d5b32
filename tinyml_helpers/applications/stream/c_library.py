"""An application's C, compiled for this computer and loaded; as on a board, but called by Python.

What a `host.HostStream` calls are three functions of that C, here of one with the prefix xx:

    size_t xx_bytes(void)                                     STATE_BYTES
    int32_t xx_start(state, interpreter, settings)            START
    uint32_t xx_push_all(state, samples, count, records)      PUSH_ALL
"""

import ctypes

from tinyml_helpers import toolchain
from tinyml_helpers.micro import binding

#: Types of results and arguments: a pointer, a uint32_t, and an int32_t, negative for errors.
ADDRESS, NUMBER, CODE = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int32

#: The three's results and arguments: give the size of the state; start it afresh, with packed
#: settings; take all samples, and return how many records were written.
STATE_BYTES = (ctypes.c_size_t,)
START = (CODE, ADDRESS, ADDRESS, ADDRESS)
PUSH_ALL = (NUMBER, ADDRESS, ADDRESS, NUMBER, ADDRESS)


def opened(name, sources, include, signatures):
    """An application's C with the micro-interpreter's, compiled for this computer and loaded.

    Args:
        name: what to call the library.
        sources: paths of the application's C files, the one for this computer among them.
        include: folders of headers for them.
        signatures: a dict of the name of each function to (result, *arguments), as ctypes' types.

    Returns:
        A ctypes.CDLL, with the functions declared, also those of `micro.binding`.

    Raises:
        toolchain.CompileError: there is no compiler, or it doesn't work.
    """
    files = [*binding.sources(), binding.COMPUTER, *sources]
    return binding.opened(toolchain.shared_library(files, name, include), signatures)
