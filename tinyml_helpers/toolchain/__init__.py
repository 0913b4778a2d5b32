"""C compiled on every computer alike: for that computer, or for a board.

This room knows zig and the processors it compiles for, and nothing of what the C does.
"""

from tinyml_helpers.toolchain.cache import cache_folder
from tinyml_helpers.toolchain.compiler import SMALLEST, firmware, firmware_flags, shared_library
from tinyml_helpers.toolchain.errors import CompileError
from tinyml_helpers.toolchain.linux import linux_program
from tinyml_helpers.toolchain.webassembly import webassembly

__all__ = [
    "SMALLEST",
    "CompileError",
    "cache_folder",
    "firmware",
    "firmware_flags",
    "linux_program",
    "shared_library",
    "webassembly",
]
