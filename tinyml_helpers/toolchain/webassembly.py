"""C compiled to a WebAssembly module: for a web page, or for Node.js."""

from concurrent.futures import ThreadPoolExecutor

from tinyml_helpers.toolchain import compiler, zig
from tinyml_helpers.toolchain.cache import scratch_folder

#: 128-bit vectors are in Chrome and Edge since 91, Firefox since 89, Safari since 16.4
#: (webassembly.org/features).
_TARGET = ("-target", "wasm32-freestanding", "-mcpu=generic+simd128")
_LINK = ("-O2", "-s", "-Wl,--no-entry,--gc-sections", "-Wl,-z,stack-size=65536")


def webassembly(sources, exports, include=()):
    """Compile and link C to a WebAssembly module that imports nothing.

    Args:
        sources: paths of C files; of a C library only memcpy and memset are there.
        exports: names of the functions and variables that can be reached from outside. The module
            exports `memory` besides, and `__heap_base`: from there on memory is the caller's.
        include: folders to search for headers.

    Returns:
        The module, bytes.

    Raises:
        CompileError: the C is wrong; the message gives file and line. Or the cache can't be
            written; it says what to set.
    """
    sources, include = compiler._absolute(sources), compiler._absolute(include)
    flags = [*_TARGET, *compiler._COMMON, "-O2", *compiler._options(include, ())]
    names = [f"-Wl,--export={name}" for name in (*exports, "__heap_base")]
    with scratch_folder() as scratch, ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(compiler._object, source, flags, include) for source in sources]
        objects = [job.result() for job in jobs]
        module = scratch / "module.wasm"
        zig.cc([*_TARGET, *_LINK, *names, *objects, "-o", module], scratch)
        return module.read_bytes()
