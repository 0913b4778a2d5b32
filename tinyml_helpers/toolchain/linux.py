"""C compiled to a program for Linux that stands alone: on a Raspberry Pi, or a computer like it.

No C library is linked: to build one for another processor takes zig minutes, and of it the programs
here would need a handful of calls of the kernel. What remains is zig's own run-time library.
"""

from concurrent.futures import ThreadPoolExecutor

from tinyml_helpers.toolchain import compiler, zig
from tinyml_helpers.toolchain.cache import scratch_folder

#: zig's names for what every processor of a kind runs: a Pi 3's program is a Pi 5's, too.
TARGETS = {"aarch64": "aarch64-freestanding-none", "x86_64": "x86_64-freestanding-none"}

#: How C is compiled, by whoever builds an exported project as well.
FLAGS = (
    "-std=c99",
    "-O2",
    "-ffreestanding",
    "-fno-sanitize=undefined",
    "-ffp-contract=off",
    "-fomit-frame-pointer",
    "-fno-stack-protector",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-ffunction-sections",
    "-fdata-sections",
)
#: How it is linked. Pages are of 16 KiB for a Pi 5's kernel, and of up to 64 for others.
LINK = ("-O2", "-static", "-s", "-Wl,--gc-sections,-e,_start", "-Wl,-z,max-page-size=65536")

_STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def linux_program(sources, processor, include=(), binaries=None):
    """Compile and link a program for Linux, of C that defines `_start` and calls no C library.

    Args:
        sources: paths of C files.
        processor: "aarch64" or "x86_64".
        include: folders to search for headers.
        binaries: bytes to put into the program, by symbol; as `firmware` takes them.

    Returns:
        The ELF file, bytes: static, without symbols.

    Raises:
        CompileError: the C is wrong; the message gives file and line. Or the cache can't be
            written; it says what to set.
        ValueError: there is no compiler for that processor.
    """
    if processor not in TARGETS:
        raise ValueError(f"no programs for {processor!r}; choose one of {', '.join(TARGETS)}")
    target = ["-target", TARGETS[processor]]
    sources, include = compiler._absolute(sources), compiler._absolute(include)
    flags = [*target, *_STRICT, *FLAGS, *compiler._options(include, ())]
    with scratch_folder() as scratch, ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(compiler._object, source, flags, include) for source in sources]
        for symbol, data in (binaries or {}).items():
            jobs.append(threads.submit(compiler._binary, symbol, data, target, scratch))
        objects = [job.result() for job in jobs]
        program = scratch / "program"
        zig.cc([*target, *LINK, *objects, "-o", program], scratch)
        return program.read_bytes()
